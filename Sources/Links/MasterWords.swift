import City

/// The titles and words that files of master data use for ours.
enum MasterWords {
  /// Title in a header → name of our column.
  static let titles: [String: String] = [
    "编码": "code", "代码": "code", "编号": "code", "工号": "code",
    "名称": "name", "姓名": "name", "类别": "kind", "类型": "kind",
    "上级": "parent", "上级编码": "parent", "区域": "area", "区域编码": "area",
    "工作时间": "hours", "职责": "duties", "单位": "unit", "单位编码": "unit",
    "岗位": "posts", "在岗": "active", "地址": "address", "责任单位": "owner",
    "经度": "longitude", "纬度": "latitude", "标题": "title", "正文": "text", "内容": "text",
    "网址": "url", "链接": "url", "日期": "date", "发布日期": "date",
    "词": "word", "词语": "word", "用途": "use",
    "对应": "target", "对应编码": "target",
  ]

  /// Of files of series.
  static let seriesTitles: [String: String] = [
    "时间": "time", "日期": "time", "区域": "area", "区域编码": "area", "数值": "value", "值": "value",
  ]

  static let levels: [String: AreaLevel] = [
    "city": .city, "province": .city, "市": .city, "直辖市": .city,
    "district": .district, "county": .district, "区": .district, "县": .district,
    "street": .street, "town": .street, "township": .street, "街道": .street, "镇": .street,
    "乡": .street, "街镇": .street,
    "neighbourhood": .neighbourhood, "neighborhood": .neighbourhood, "community": .neighbourhood,
    "village": .neighbourhood, "社区": .neighbourhood, "居委会": .neighbourhood,
    "村委会": .neighbourhood, "村": .neighbourhood,
    "grid": .grid, "网格": .grid,
  ]

  static let unitKinds: [String: UnitKind] = [
    "centre": .centre, "中心": .centre, "department": .department, "部门": .department,
    "委办局": .department, "streetCentre": .streetCentre, "streetcentre": .streetCentre,
    "街镇中心": .streetCentre, "station": .station, "工作站": .station, "站": .station,
    "team": .team, "队伍": .team, "队": .team,
  ]

  static let wordUses: [String: LexiconWord.Use] = [
    "place": .place, "地名": .place, "item": .item, "事项": .item, "stop": .stop,
    "停用词": .stop, "停用": .stop, "word": .word, "词": .word, "none": .none, "取消": .none,
  ]

  static let truths: [String: Bool] = [
    "true": true, "1": true, "yes": true, "是": true, "在岗": true, "启用": true,
    "false": false, "0": false, "no": false, "否": false, "离岗": false, "停用": false,
  ]
}

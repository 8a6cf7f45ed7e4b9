import Pack
import PackReading
import Testing

/// A pack that is good and small: rows of tests spoil one place of it.
enum SmallPack {
  static let texts: [String: String] = [
    "story-words.yaml": """
    # 场景故事所用的词。
    words:
      story: 故事
      date: 日期
      street: 街道
      unit: 单位
      duties: 职责
      hours: 工时
      ofStreet: 本街道
      wait: 等待
      register: 登记
      item: 事项
      on: 案
      by: 由
      to: 给
      staff: 人
      into: 改为
      photos: 照片
      documents: 文件
      east: 东
      west: 西
      north: 北
      south: 南
      unclassified: 未分类
      opened: 立案
      joined: 并入
      stage: 环节
      due: 时限
      refused: 拒绝
      closed: 结案
      outside: 区外
      graded: 评级
    channels: { hotline: 热线, inspector: 巡查, citizen: 市民, video: 视频, device: 设备, opinion: 舆情, system: 系统 }
    verdicts: { passed: 通过, notConfirmed: 不属实, void: 作废 }
    """,
    "pack.yaml": """
    id: small
    title: 小包
    version: 1
    """,
    "categories.yaml": """
    categories:
      - { code: events, name: 事件 }
      - { code: dirt, name: 市容, parent: events }
    """,
    "duties.yaml": """
    duties:
      - { code: cleaning, name: 保洁, level: street }
      - { code: sanitation, name: 环卫, level: district }
    """,
    "posts.yaml": """
    posts:
      - { code: dispatcher, name: 派单员, permissions: [read, handle] }
      - { code: handler, name: 办理员, permissions: [read, handle] }
      - { code: leader, name: 领导, permissions: [read] }
    """,
    "hours.yaml": """
    hours:
      - code: office
        name: 机关
        week:
          monday: ["09:00-12:00", "13:00-17:30"]
        worksOnHolidays: false
    """,
    "kinds/all.yaml": """
    kinds:
      - code: bin
        name: 垃圾箱
        fields:
          - { name: volume, title: 容量, form: number, dataClass: public }
    """,
    "flows/short.yaml": """
    code: short
    version: 1
    name: 短流程
    start: filed
    stages:
      - { code: filed, name: 待派单 }
      - { code: handling, name: 处置中 }
      - { code: closed, name: 已结案, isFinal: true }
    edges:
      - action: dispatch
        name: 派单
        from: filed
        to: handling
        posts: [dispatcher]
        effects: [dispatch]
        why: 一口派单。
      - action: close
        name: 结案
        from: handling
        to: closed
        posts: [handler]
        effects: [{ close: passed }]
        why: 办完即结。
    """,
    "items/dirt.yaml": """
    items:
      - code: garbage
        name: 暴露垃圾
        category: dirt
        filing: 有垃圾。
        closing: 无垃圾。
        grade: yellow
        flow: short
        clocks:
          - { name: handle, amount: 4, measure: workingHours }
        responsibility:
          - { duty: cleaning, place: street, why: 属地负责。 }
          - { duty: sanitation, place: district, why: 区级兜底。 }
        evidence: [photo]
        words: [垃圾, 脏乱]
        joinMetres: 30
        joinHours: 24
    """,
    "calendar/2026.yaml": """
    year: 2026
    holidays:
      - { name: 元旦, from: 2026-01-01, to: 2026-01-03 }
      - { name: 春节, from: 2026-02-15, to: 2026-02-23 }
    makeUpDays: [2026-01-04, 2026-02-14]
    """,
    "profiles/sheet.yaml": """
    code: sheet
    title: 表格
    format: csv
    encoding: utf8
    channel: hotline
    zone: Asia/Shanghai
    coordinateSystem: gcj02
    columns:
      id: 编号
      text: [标题, 内容]
      type: 类型
      created: 时间
      unit: 单位
    items:
      脏: garbage
    units:
      - { code: a, name: 甲, aliases: [甲局] }
    """,
    "tests/one.story": """
    故事 一件垃圾
    日期 2026-03-10
    街道 清溪街道
    单位 市容所 职责 保洁 工时 机关 本街道

    09:00 热线 R1「有垃圾」东 10 南 20
            → 立案 暴露垃圾，环节 待派单
    09:05 派单员 派单 给 市容所「请办」
            → 单位 市容所，时限 14:05
    03-11 10:00 办理员 结案 照片 1
            → 结案 通过
    """,
  ]

  static func files(_ texts: [String: String] = texts) -> PackFiles {
    PackFiles(
      name: "small",
      files: texts.map { PackFiles.File(path: $0.key, bytes: Array($0.value.utf8)) })
  }

  /// The pack with one place of one file replaced.
  static func spoilt(_ path: String, _ old: String, _ new: String) throws -> PackFiles {
    var texts = texts
    let text = try #require(texts[path])
    // A row that changes nothing would test nothing.
    let range = try #require(text.firstRange(of: old))
    texts[path] = text.replacingCharacters(in: range, with: new)
    return files(texts)
  }

  /// What is told of the pack with other files beside or instead of its own, and one place of one
  /// file replaced; equal texts replace nothing.
  static func findings(
    _ path: String, _ old: String, _ new: String, beside others: [String: String]
  ) -> [String] {
    var texts = texts.merging(others) { $1 }
    let whole = texts[path] ?? ""
    var text = whole
    if let range = text.firstRange(of: old) { text.replaceSubrange(range, with: new) }
    // A row that changes nothing would test nothing.
    #expect(text != whole || old == new)
    texts[path] = text
    return PackReader.read(files: files(texts)).findings.map(\.text)
  }
}

extension String {
  fileprivate func replacingCharacters(in range: Range<Index>, with text: String) -> String {
    String(self[..<range.lowerBound]) + text + String(self[range.upperBound...])
  }
}

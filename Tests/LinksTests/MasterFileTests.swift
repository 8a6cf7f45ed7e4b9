import City
import Links
import Pack
import Testing

@Suite("master data of files")
struct MasterFileTests {
  static func stream(_ text: String) throws(ImportFault) -> TextStream {
    try TextStream(bytes: Array(text.utf8), pieceBytes: 50)
  }

  static func plain(_ longitude: Double, _ latitude: Double) -> Position? {
    Position(longitude: longitude, latitude: latitude)
  }

  static func feature(_ properties: String, _ geometry: String) -> String {
    #"{"type":"Feature","properties":\#(properties),"geometry":\#(geometry)}"#
  }

  static func areas(
    _ features: [String], options: AreaFileOptions = AreaFileOptions()
  ) throws(ImportFault) -> MasterFile<AreaDraft> {
    let list = features.joined(separator: ",")
    return try AreaFile.read(
      stream: try stream(#"{"type":"FeatureCollection","features":[\#(list)]}"#),
      options: options, convert: plain)
  }

  static func ring(_ points: [(Double, Double)]) -> Ring {
    Ring(points: points.compactMap { plain($0.0, $0.1) })
  }

  @Test("areas keep their tree, and their rings run the right way round")
  func wholeAreas() throws {
    let file = try Self.areas([
      // Clockwise, closed, one point twice, with heights; the hole counter-clockwise and open.
      Self.feature(
        #"{"adcode":310107,"name":"示范区","level":"district","parent":{"adcode":310000}}"#,
        #"{"type":"Polygon","coordinates":[[[0,0,5],[0,9],[0,9],[9,9],[9,0],[0,0]],[[1,1],[2,1],[2,2],[1,2]]]}"#
      ),
      Self.feature(
        #"{"code":"01","name":"清溪镇","level":"镇","parent":"310107"}"#,
        #"{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,0]]]]}"#),
      Self.feature(#"{"code":"02","name":"未画界","level":"street"}"#, "null"),
    ])
    #expect(file.refusals.isEmpty)
    #expect(
      file.drafts == [
        AreaDraft(
          row: 1, code: "310107", name: "示范区", level: .district, parent: "310000",
          outline: Outline(polygons: [
            Polygon(
              outer: Self.ring([(9, 0), (9, 9), (0, 9), (0, 0)]),
              holes: [Self.ring([(1, 2), (2, 2), (2, 1), (1, 1)])])
          ])),
        AreaDraft(
          row: 2, code: "01", name: "清溪镇", level: .street, parent: "310107",
          outline: Outline(polygons: [Polygon(outer: Self.ring([(0, 0), (1, 0), (1, 1)]))])),
        AreaDraft(row: 3, code: "02", name: "未画界", level: .street, parent: nil, outline: nil),
      ])
  }

  @Test("options name other properties, and what holds without them")
  func areaOptions() throws {
    var options = AreaFileOptions()
    options.code = ["id"]
    options.parent = []
    options.parentDefault = "310107"
    options.levelDefault = .street
    let file = try Self.areas(
      [Self.feature(#"{"id":"7","name":"x","parent":"no"}"#, "null")], options: options)
    #expect(
      file.drafts == [
        AreaDraft(row: 1, code: "7", name: "x", level: .street, parent: "310107", outline: nil)
      ])
  }

  static let face = #"{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}"#
  static let wrongAreas: [(String, String, String)] = [
    (feature(#"{"name":"x","level":"grid"}"#, face), "code", "field.required"),
    (feature(#"{"code":"1","level":"grid"}"#, face), "name", "field.required"),
    (feature(#"{"code":"1","name":"x"}"#, face), "level", "field.required"),
    (feature(#"{"code":"1","name":"x","level":"planet"}"#, face), "level", "field.unknown_word"),
    (
      feature(#"{"code":"1","name":"a\u0007","level":"grid"}"#, face), "name",
      "text.control_character"
    ),
    ("7", "code", "field.required"),
    (
      feature(#"{"code":"1","name":"x","level":"grid"}"#, #"{"type":"Point","coordinates":[1,1]}"#),
      "geometry", "geometry.form"
    ),
    (
      feature(#"{"code":"1","name":"x","level":"grid"}"#, #"{"type":"Polygon","coordinates":[7]}"#),
      "geometry", "geometry.form"
    ),
    (
      feature(
        #"{"code":"1","name":"x","level":"grid"}"#,
        #"{"type":"Polygon","coordinates":[[[0,0],[1,0],[0,0]]]}"#),
      "geometry", "geometry.too_few_points"
    ),
    (
      feature(
        #"{"code":"1","name":"x","level":"grid"}"#,
        #"{"type":"Polygon","coordinates":[[[0,0],[1,1],[2,2],[0,0]]]}"#),
      "geometry", "geometry.no_area"
    ),
    (
      feature(
        #"{"code":"1","name":"x","level":"grid"}"#,
        #"{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,95],[0,0]]]}"#),
      "geometry", "geometry.point"
    ),
  ]

  @Test("an area that cannot be taken names feature, field and rule", arguments: wrongAreas)
  func refusedAreas(_ feature: String, _ field: String, _ rule: String) throws {
    let good = Self.feature(#"{"code":"9","name":"x","level":"grid"}"#, Self.face)
    let file = try Self.areas([good, feature, good])
    #expect(file.drafts.map(\.row) == [1])
    #expect(file.refusals.map(\.row) == [2, 3])
    #expect(file.refusals.map(\.field) == [field, "code"])
    #expect(file.refusals.map(\.rule) == [rule, "code.repeated"])
    #expect(file.rows == 3)
  }

  static let wrongFiles: [(String, ImportFault)] = [
    ("", .empty), ("{", .json(code: "json.malformed", offset: 1)), ("[]", .notFeatures),
    (#"{"type":"FeatureCollection"}"#, .notFeatures), (#"{"type":"Topology"}"#, .notFeatures),
  ]

  @Test("a file that is no GeoJSON is refused as a whole", arguments: wrongFiles)
  func noFeatures(_ text: String, _ fault: ImportFault) {
    #expect(throws: fault) {
      try AreaFile.read(
        stream: try Self.stream(text), options: AreaFileOptions(), convert: Self.plain)
    }
  }

  @Test("units by English or Chinese titles and words")
  func units() throws {
    let file = try UnitFile.read(
      stream: try Self.stream(
        """
        编码,名称,类别,上级,职责
        c,中心,centre,,
        w,区水务局,部门,c,drainage；water、sewer
        x,,team,c,
        y,队,军队,c,
        w,又一个,队,c,
        """), hoursDefault: "office")
    #expect(
      file.drafts == [
        UnitDraft(
          row: 2, code: "c", name: "中心", kind: .centre, parent: nil, area: nil, hours: "office",
          duties: []),
        UnitDraft(
          row: 3, code: "w", name: "区水务局", kind: .department, parent: "c", area: nil,
          hours: "office", duties: ["drainage", "water", "sewer"]),
      ])
    #expect(
      file.refusals == [
        RowRefusal(row: 4, field: "name", rule: "field.required", value: ""),
        RowRefusal(row: 5, field: "kind", rule: "field.unknown_word", value: "军队"),
        RowRefusal(row: 6, field: "code", rule: "code.repeated", value: "w"),
      ])
  }

  @Test("staff")
  func staff() throws {
    let file = try StaffFile.read(
      stream: try Self.stream("code,name,unit,岗位,active\n1,张伟,w,handler;checker,\n2,李娜,w,,否\n"))
    #expect(
      file.drafts == [
        StaffDraft(
          row: 2, code: "1", name: "张伟", unit: "w", posts: ["handler", "checker"], area: nil,
          active: true),
        StaffDraft(
          row: 3, code: "2", name: "李娜", unit: "w", posts: [], area: nil, active: false),
      ])
    #expect(throws: ImportFault.columnsMissing(["unit"])) {
      try StaffFile.read(stream: try Self.stream("工号,姓名\n"))
    }
    #expect(throws: ImportFault.columnsRepeated(["code"])) {
      try StaffFile.read(stream: try Self.stream("工号,code,name,unit\n"))
    }
  }

  @Test("things of CSV: what has no meaning of its own is an attribute")
  func thingsCSV() throws {
    let file = try ThingFile.readCSV(
      stream: try Self.stream(
        """
        code,kind,name,经度,纬度,材质,高度
        1,lamp,路灯1,121.5,31.5,钢,
        2,,路灯2,,,,8
        3,lamp,路灯3,121.5,,,
        1,lamp,又,,,,
        1,pump,泵,,,,
        """), kindDefault: "lamp", convert: Self.plain)
    #expect(file.drafts.map(\.row) == [2, 3, 6])
    #expect(file.drafts[0].geometry == Self.plain(121.5, 31.5).map { .point($0) })
    #expect(file.drafts[0].attributes == [Attribute(name: "材质", value: "钢")])
    #expect(file.drafts[1].kind == "lamp")
    #expect(file.drafts[1].geometry == nil)
    #expect(file.drafts[1].attributes == [Attribute(name: "高度", value: "8")])
    #expect(
      file.refusals == [
        RowRefusal(row: 4, field: "position", rule: "geometry.point", value: "121.5,"),
        RowRefusal(row: 5, field: "code", rule: "code.repeated", value: "lamp/1"),
      ])
  }

  @Test("things of GeoJSON: points, lines and faces")
  func thingsGeoJSON() throws {
    let features = [
      Self.feature(#"{"code":1,"name":"a","height":8}"#, #"{"type":"Point","coordinates":[1,2]}"#),
      Self.feature(#"{"code":2}"#, #"{"type":"LineString","coordinates":[[1,2],[3,4]]}"#),
      Self.feature(#"{"code":3}"#, Self.face),
      Self.feature(#"{"code":4,"longitude":5,"latitude":6}"#, "null"),
      Self.feature(#"{"code":5,"more":{}}"#, "null"),
      Self.feature(#"{"code":6}"#, #"{"type":"LineString","coordinates":[[1,2],[1,2]]}"#),
    ].joined(separator: ",")
    let file = try ThingFile.readGeoJSON(
      stream: try Self.stream(#"{"type":"FeatureCollection","features":[\#(features)]}"#),
      kindDefault: "pole", convert: Self.plain)
    #expect(
      file.drafts.map(\.geometry) == [
        Self.plain(1, 2).map { .point($0) },
        .line([Self.plain(1, 2), Self.plain(3, 4)].compactMap(\.self)),
        .outline(Outline(polygons: [Polygon(outer: Self.ring([(0, 0), (1, 0), (1, 1)]))])),
        Self.plain(5, 6).map { .point($0) },
      ])
    #expect(file.drafts[0].attributes == [Attribute(name: "height", value: "8")])
    #expect(
      file.refusals == [
        RowRefusal(row: 5, field: "more", rule: "field.nested", value: "object"),
        RowRefusal(row: 6, field: "geometry", rule: "geometry.too_few_points", value: "1"),
      ])
  }
}

@Suite("documents of files")
struct DocumentFileTests {
  @Test("CSV with Chinese titles, and what may not be")
  func table() throws {
    let long = String(repeating: "长", count: 201)
    let file = try DocumentFile.read(
      stream: try MasterFileTests.stream(
        """
        标题,正文,类型,网址,发布日期
        油烟治理办法,"第一条
        第二条",policy,https://example.org/1,2026-11-20
        油烟治理办法,,,https://example.org/1,
        ,没有标题,,,
        \(long),,,,
        只有标题,,,,
        """), format: .csv)
    #expect(file.drafts.map(\.title) == ["油烟治理办法", "只有标题"])
    #expect(file.drafts[0].text == "第一条\n第二条")
    #expect(file.drafts[0].kind == "policy")
    #expect(file.drafts[0].date == "2026-11-20")
    #expect(
      file.refusals.map(\.rule) == ["code.repeated", "field.required", "text.too_long"])
  }

  @Test("JSONL, members left out")
  func lines() throws {
    let file = try DocumentFile.read(
      stream: try MasterFileTests.stream(
        #"""
        {"title":"通知","text":"😀<b>'; DROP TABLE x; --</b>"}
        ["no object"]
        {"title":"办法","url":"https://example.org/2"}
        """#), format: .jsonl)
    #expect(file.drafts.map(\.source) == ["", "https://example.org/2"])
    #expect(file.drafts[0].text == "😀<b>'; DROP TABLE x; --</b>")
    #expect(file.refusals.map(\.rule) == ["row.not_object"])
  }
}

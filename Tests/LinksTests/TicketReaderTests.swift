import City
import Compression
import Links
import Pack
import Testing

@Suite("tickets of a file")
struct TicketReaderTests {
  /// 2026-11-20T12:00:00Z
  static let now = Instant(milliseconds: 1_795_176_000_000)
  static let header =
    "工单编号,标题,内容,大类,小类,受理时间,办结时间,地址,经度,纬度,承办单位,姓名,电话,答复"

  static func profile(
    format: TicketProfile.Format = .csv, encoding: TicketProfile.Encoding = .utf8,
    itemsByWords: Bool = false, change: (inout TicketColumns) -> Void = { _ in }
  ) -> TicketProfile {
    var columns = TicketColumns()
    columns.id = ["工单编号"]
    columns.title = ["标题"]
    columns.text = ["内容"]
    columns.type = ["大类", "小类"]
    columns.created = ["受理时间"]
    columns.closed = ["办结时间"]
    columns.address = ["地址"]
    columns.longitude = ["经度"]
    columns.latitude = ["纬度"]
    columns.unit = ["承办单位"]
    columns.reporterName = ["姓名"]
    columns.reporterPhone = ["电话"]
    columns.reply = ["答复"]
    change(&columns)
    return TicketProfile(
      code: "hotline", title: "热线", format: format, encoding: encoding, channel: .hotline,
      zone: "Asia/Shanghai", coordinateSystem: .gcj02, columns: columns,
      items: ["市容 积水": "road-flooding", "市容": "appearance"], itemsByWords: itemsByWords,
      units: [ProfileUnit(code: "water", name: "区水务局", aliases: ["水务"])], joins: true)
  }

  static func circumstances() -> TicketReader.Circumstances {
    // A shift that is easy to see; whether the real one is right is tested where it lives.
    TicketReader.Circumstances(
      now: now, convert: { Position(longitude: $0 - 0.5, latitude: $1 - 0.25) },
      fits: { position, address in position.longitude > 121 || address.isEmpty })
  }

  static func rows(
    _ bytes: [UInt8], profile: TicketProfile = profile(),
    circumstances: TicketReader.Circumstances = circumstances()
  ) throws(ImportFault) -> [TicketRow] {
    var reader = try TicketReader(
      stream: try TextStream(bytes: bytes, encoding: profile.encoding, pieceBytes: 64),
      profile: profile, circumstances: circumstances)
    var rows: [TicketRow] = []
    while let row = try reader.next() { rows.append(row) }
    return rows
  }

  static func only(
    _ line: String, profile: TicketProfile = profile(),
    circumstances: TicketReader.Circumstances = circumstances()
  ) throws -> TicketRow {
    let rows = try rows(
      Array((header + "\r\n" + line + "\r\n").utf8), profile: profile,
      circumstances: circumstances)
    #expect(rows.count == 1)
    return try #require(rows.first)
  }

  /// The ticket of a row; fails the test where the row was refused.
  static func ticket(_ row: TicketRow) throws -> Ticket {
    switch row {
    case .ticket(let ticket): return ticket
    case .refused(let refusal):
      let none: Ticket? = nil
      return try #require(none, "\(refusal)")
    }
  }

  static let line =
    "H1,真南路积水,\"雨后\n积水\",市容,积水,2026/11/20 14:19,2026年11月20日 15时,真南路1号,121.5,31.5,水务,张三,13800000000,已处理"

  @Test("every column finds its field")
  func whole() throws {
    let ticket = try Self.ticket(try Self.only(Self.line))
    #expect(ticket.row == 2)
    #expect(ticket.externalID == "H1")
    #expect(ticket.title == "真南路积水")
    #expect(ticket.text == "雨后\n积水")
    #expect(ticket.type == "市容 积水")
    #expect(ticket.item == .byType("road-flooding"))
    #expect(ticket.createdAt == Instant(milliseconds: 1_795_155_540_000))
    #expect(ticket.closedAt == Instant(milliseconds: 1_795_158_000_000))
    #expect(ticket.address == "真南路1号")
    #expect(ticket.position == Position(longitude: 121, latitude: 31.25))
    #expect(ticket.unit == .known(code: "water"))
    #expect(ticket.reporterName == "张三")
    #expect(ticket.reporterPhone == "13800000000")
    #expect(ticket.reply == "已处理")
    #expect(ticket.raw == Array(Self.line.utf8))
    #expect(ticket.doubts == [.positionOutsideStatedPlace])
  }

  struct Refusal: Sendable, CustomTestStringConvertible {
    let line: String
    let field: String
    let rule: String
    let value: String
    var testDescription: String { "\(field) \(rule)" }
  }

  static let long = String(repeating: "长", count: 201)
  static let refusals = [
    Refusal(line: ",t,,,,2026/1/1,,,,,,,,", field: "externalId", rule: "field.required", value: ""),
    Refusal(line: "1,,,,,2026/1/1,,,,,,,,", field: "text", rule: "field.required", value: ""),
    Refusal(line: "1,t,,,,,,,,,,,,", field: "created", rule: "field.required", value: ""),
    Refusal(line: "1,t,,,,soon,,,,,,,,", field: "created", rule: "time.form", value: "soon"),
    Refusal(
      line: "1,t,,,,2026/2/30,,,,,,,,", field: "created", rule: "time.impossible",
      value: "2026/2/30"),
    Refusal(
      line: "1,t,,,,2026/11/21,,,,,,,,", field: "created", rule: "time.in_future",
      value: "2026/11/21"),
    Refusal(
      line: "1,t,,,,1989/11/21,,,,,,,,", field: "created", rule: "time.too_early",
      value: "1989/11/21"),
    Refusal(
      line: "1,t,,,,2026/1/1,未办结,,,,,,,", field: "closed", rule: "time.form", value: "未办结"),
    Refusal(
      line: "1,t,,,,2026/1/1,2027/1/1,,,,,,,", field: "closed", rule: "time.in_future",
      value: "2027/1/1"),
    Refusal(
      line: "1,\(long),,,,2026/1/1,,,,,,,,", field: "title", rule: "text.too_long",
      value: String(repeating: "长", count: 80) + "…"),
    Refusal(
      line: "1,t,\u{1B}[2J,,,2026/1/1,,,,,,,,", field: "text", rule: "text.control_character",
      value: "27"),
    Refusal(
      line: "\"1\n2\",t,,,,2026/1/1,,,,,,,,", field: "externalId",
      rule: "text.control_character", value: "10"),
    Refusal(line: "1,t", field: "", rule: "row.ragged", value: "2/14"),
  ]

  @Test("a row that cannot be taken names field, rule and value", arguments: refusals)
  func refused(_ row: Refusal) throws {
    #expect(
      try Self.only(row.line)
        == .refused(RowRefusal(row: 2, field: row.field, rule: row.rule, value: row.value)))
  }

  @Test("a closing before the creation is kept as it is, with a doubt")
  func closedBeforeCreated() throws {
    let ticket = try Self.ticket(try Self.only("1,t,,,,2026/1/2,2026/1/1,,,,,,,"))
    #expect(ticket.doubts == [.closedBeforeCreated])
    #expect(ticket.closedAt?.millisecondsSince(ticket.createdAt) == -Duration.day)
  }

  @Test(
    "coordinates that are no point are doubted, not refused",
    arguments: ["121.5,", ",31", "x,31", "0,0", "181,31", "121,91", "nan,31", "inf,inf"])
  func coordinates(_ pair: String) throws {
    let ticket = try Self.ticket(try Self.only("1,t,,,,2026/1/2,,,\(pair),,,,"))
    #expect(ticket.position == nil)
    #expect(ticket.doubts == [.positionUnreadable])
  }

  @Test("the finest known type names the item; words or nothing where there is none")
  func items() throws {
    let coarse = try Self.ticket(try Self.only("1,t,,市容,招牌,2026/1/2,,,,,,,,"))
    #expect(coarse.item == .byType("appearance"))
    let unknown = "1,t,,噪声,,2026/1/2,,,,,,,,"
    #expect(try Self.ticket(try Self.only(unknown)).item == .unclassified)
    #expect(
      try Self.ticket(try Self.only(unknown, profile: Self.profile(itemsByWords: true))).item
        == .byWords)
  }

  @Test(
    "a unit is found by code, name or alias, else kept by its name",
    arguments: [
      ("water", TicketUnit.known(code: "water")), ("区水务局", .known(code: "water")),
      ("水务", .known(code: "water")), ("城管", .named("城管")), ("", .none),
    ])
  func units(_ name: String, _ expected: TicketUnit) throws {
    #expect(try Self.ticket(try Self.only("1,t,,,,2026/1/2,,,,,\(name),,,")).unit == expected)
  }

  @Test("without a title the type stands in, then the beginning of the text")
  func titles() throws {
    #expect(try Self.ticket(try Self.only("1,,x,噪声,夜间,2026/1/2,,,,,,,,")).title == "噪声 夜间")
    let text = String(repeating: "长", count: 70)
    #expect(
      try Self.ticket(try Self.only("1,,\"\(text)\n二\",,,2026/1/2,,,,,,,,")).title
        == String(repeating: "长", count: 60))
  }

  @Test("a file without ids gives the same row the same id")
  func rowIdentity() throws {
    let profile = Self.profile { $0.id = [] }
    let one = try Self.ticket(try Self.only("1,t,,,,2026/1/2,,,,,,,,", profile: profile))
    let again = try Self.ticket(try Self.only("1,t,,,,2026/1/2,,,,,,,,", profile: profile))
    let other = try Self.ticket(try Self.only("2,t,,,,2026/1/2,,,,,,,,", profile: profile))
    #expect(one.externalID == again.externalID)
    #expect(one.externalID != other.externalID)
    #expect(one.externalID.utf8.count == 36)
  }

  @Test("a missing time of creation may have a stand-in, with a doubt")
  func createdMissing() throws {
    var circumstances = Self.circumstances()
    circumstances.createdWhenMissing = Self.now
    let ticket = try Self.ticket(
      try Self.only("1,t,,,,,,,,,,,,", circumstances: circumstances))
    #expect(ticket.createdAt == Self.now)
    #expect(ticket.doubts == [.createdMissing])
  }

  @Test("day and time in two columns are one time; several columns are one text")
  func joining() throws {
    let profile = Self.profile {
      $0.created = ["受理时间", "办结时间"]
      $0.closed = []
      $0.address = ["地址", "姓名"]
    }
    let ticket = try Self.ticket(
      try Self.only("1,t,,,,2026/1/2,10:30,A路,,,,B号,,", profile: profile))
    #expect(ticket.createdAt == Instant(milliseconds: 1_767_321_000_000))
    #expect(ticket.address == "A路 B号")
  }

  @Test("missing columns refuse the file at once, all of them in one list")
  func columnsMissing() {
    #expect(throws: ImportFault.columnsMissing(["标题", "内容"])) {
      try Self.rows(
        Array(Self.header.replacing("标题", with: "题目").replacing("内容", with: "正文").utf8))
    }
  }

  @Test("JSONL and gzip under the same profile")
  func jsonl() throws {
    let lines = #"{"工单编号":7,"标题":"t","受理时间":"2026/1/2 08:00","大类":"市容"}"# + "\n[]\n"
    let scratch = try Scratch()
    let path = try scratch.file("x.gz", try #require(Gzip.compress(Array(lines.utf8))))
    var reader = try TicketReader(
      path: path, profile: Self.profile(format: .jsonl), circumstances: Self.circumstances())
    let ticket = try Self.ticket(try #require(try reader.next()))
    #expect(ticket.externalID == "7")
    #expect(ticket.item == .byType("appearance"))
    #expect(
      try reader.next()
        == .refused(RowRefusal(row: 2, field: "", rule: "row.not_object", value: "array")))
    #expect(try reader.next() == nil)
    #expect(reader.progress.bytesRead == reader.progress.bytesTotal)
  }

  @Test("GB18030 under the same profile; a byte that is none refuses its row alone")
  func chinese() throws {
    let profile = Self.profile(encoding: .gb18030) {
      $0 = TicketColumns()
      $0.id = ["编号"]
      $0.title = ["标题"]
    }
    var circumstances = Self.circumstances()
    circumstances.createdWhenMissing = Self.now
    let bytes = TextStreamTests.chinese + [0x32, 0x2C, 0xFF, 0x0D, 0x0A]
    let rows = try Self.rows(bytes, profile: profile, circumstances: circumstances)
    #expect(rows.count == 2)
    let ticket = try Self.ticket(try #require(rows.first))
    #expect(ticket.title == "真南路积水")
    #expect(ticket.raw == Array("1,真南路积水".utf8))
    #expect(
      rows.last == .refused(RowRefusal(row: 3, field: "", rule: "text.not_utf8", value: "2")))
    #expect(throws: ImportFault.headerEncoding) {
      try Self.rows(bytes, profile: Self.profile(), circumstances: circumstances)
    }
  }

  @Test("the summary counts every row once")
  func summary() {
    var summary = ImportSummary()
    summary.accept(isUnclassified: true, doubts: [.closedBeforeCreated, .positionUnreadable])
    summary.accept()
    summary.repeat()
    summary.refuse(rule: "time.form")
    summary.refuse(rule: "time.form")
    #expect(summary.rows == 5)
    #expect((summary.accepted, summary.repeated, summary.refused) == (2, 1, 2))
    #expect(summary.unclassified == 1)
    #expect(summary.reasons == ["time.form": 2])
    #expect(summary.doubts == [.closedBeforeCreated: 1, .positionUnreadable: 1])
  }
}

import City
import Testing

@testable import Language

private let words = AddressWords(
  suffixes: [
    .province: ["自治区", "省"], .city: ["自治州", "市"], .district: ["新区", "区", "县"],
    .zone: ["开发区"], .street: ["街道", "镇", "乡"], .neighbourhood: ["社区", "居委会", "村"],
    .road: ["公路", "大道", "街", "路", "巷"], .lane: ["支弄", "弄"], .number: ["号"],
    .building: ["号楼", "幢", "栋", "座"], .unit: ["单元"], .floor: ["层", "楼"], .room: ["室"],
    .place: ["小区", "花园", "新村", "公园", "大厦", "广场"],
  ],
  words: [
    .crossing: ["交叉口", "路口", "口"], .joining: ["与", "和"], .near: ["近"],
    .beside: ["对面", "旁"], .direction: ["东北", "东", "西", "南", "北"], .metres: ["米"],
    .digits: ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九"], .tens: ["十", "百"],
  ],
  names: [.province: ["上海", "江苏"]])

private let parser = AddressParser(words)

private func pieces(_ text: String) -> String {
  parser.parse(text).pieces.map { "\($0.part.rawValue)=\($0.text)" }.joined(separator: " ")
}

@Test(arguments: [
  ("上海市普陀区曹杨新村街道", "city=上海市 district=普陀区 street=曹杨新村街道"),
  ("普陀区真北路818号", "district=普陀区 road=真北路 number=818号"),
  ("真光路1288弄12号301室", "road=真光路 lane=1288弄 number=12号 room=301室"),
  ("真北路近金沙江路", "road=真北路 aside=近 road=金沙江路"),
  ("朱庄小区25号楼", "place=朱庄小区 building=25号楼"),
  ("长征镇新村路1717弄", "street=长征镇 road=新村路 lane=1717弄"),
  ("花园路3号", "road=花园路 number=3号"),
  ("友地园21幢三层", "place=友地园 building=21幢 floor=三层"),
  ("真北路东30米", "road=真北路 aside=东30米"),
  ("江苏路街道", "street=江苏路街道"),
  ("ＡＢＣ", "number=abc"),
  ("", ""), ("   ", ""), ("🙂🙂", ""),
])
func parses(text: String, expected: String) {
  #expect(pieces(text) == expected)
}

@Test(arguments: [
  ("真北路与金沙江路路口", true), ("真北路和金沙江路交叉口", true), ("真北路818号", false),
])
func knowsCrossings(text: String, isCrossing: Bool) {
  #expect(parser.parse(text).isCrossing == isCrossing)
}

@Test(arguments: [("三单元", "3"), ("二十三号", "23"), ("十号", "10"), ("一百二十号", "120"), ("25号", "25")])
func readsNumerals(text: String, core: String) {
  #expect(parser.parse(text).pieces.first?.core == core)
}

@Test func standardFormWritesNumeralsAsDigits() {
  #expect(parser.parse("真北路　二十三号").standardForm == "真北路23号")
  #expect(parser.parse("友地园12-3-1001").standardForm == "友地园12-3-1001")
}

@Test func anyTextHasAnAnswer() {
  for text in [
    String(repeating: "路", count: 100_000), String(repeating: "7", count: 100_000),
    String(repeating: "号", count: 100_000), "'; DROP TABLE 路;--", "<b>路</b>", "\u{0}\u{FFFD}",
  ] {
    #expect(parser.parse(text).pieces.count <= AddressParser.scalarsMax)
    _ = AddressParser(.none).parse(text)
  }
}

private func position(_ longitude: Double, _ latitude: Double) -> Position {
  guard let position = Position(longitude: longitude, latitude: latitude) else {
    preconditionFailure("no point")
  }
  return position
}

@Test func gazetteerTellsTheNarrowestFirst() {
  var gazetteer = Gazetteer(parser: parser)
  for (address, east) in [("真北路818号", 0.0), ("真北路830号", 0.001), ("真北路与金沙江路路口", 0.002)] {
    gazetteer.add(
      Gazetteer.Entry(
        address: address, position: position(121.4 + east, 31.2), area: .outside))
  }
  let table: [(String, Gazetteer.Reason?)] = [
    ("普陀区真北路818号", .sameNumber), ("真北路824号", .nearNumber), ("真北路", .sameRoad),
    ("金沙江路与真北路口", .sameCrossing), ("曹杨路1号", nil), ("", nil),
  ]
  for (address, reason) in table {
    #expect(gazetteer.candidates(for: address).first?.reason == reason, "\(address)")
  }
}

@Test func farPointsAreWrongAndNearOnesNot() {
  var places: [KnownPlace] = []
  for at in 0..<40 {
    let offset = Double(at % 7) * 0.002
    places.append(
      KnownPlace(
        district: "甲区", address: "真北路\(at)号", position: position(121.40 + offset, 31.20)))
    places.append(
      KnownPlace(
        district: "乙区", address: "花园路\(at)号", position: position(121.50 + offset, 31.20)))
  }
  let atlas = DistrictAtlas(places, parser: parser)
  func place(_ longitude: Double) -> KnownPlace {
    KnownPlace(district: "甲区", address: "真北路99号", position: position(longitude, 31.2001))
  }
  #expect(!atlas.isWrong(place(121.405)))
  #expect(atlas.isWrong(place(121.505)))
  #expect(atlas.isWrong(place(106.7)))
  #expect(atlas.district(of: "花园路7号") == "乙区")
  #expect(atlas.isUnambiguous("花园路7号"))
  #expect(atlas.district(of: "") == nil)
}

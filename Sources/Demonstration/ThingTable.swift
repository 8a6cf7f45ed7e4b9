/// One kind of Thing: how many there are, where they stand and who answers for them.
struct ThingRow {
  enum Site {
    /// Beside a road, so many metres from its middle line.
    case road(ClosedRange<Double>)
    /// Within a cell, at a house number of a road along it.
    case cell
    /// In a row within the lane of a community.
    case community
  }

  let kind: String
  /// How many in a full district of 20,000 things.
  let count: Int
  let site: Site
  /// Duty of the unit that owns it.
  let owner: String
  /// Letters before its number.
  let prefix: String
  /// What its name ends in.
  let noun: String
}

/// The Things that are scattered over the district, after roads, river sections and bridges.
enum ThingTable {
  static let fullCount = 20_000

  /// Communities first: buildings stand in them; buildings before shops: shops are in them.
  static let rows: [ThingRow] = [
    ThingRow(
      kind: "community", count: 560, site: .cell, owner: "street-housing", prefix: "XQ", noun: ""),
    ThingRow(
      kind: "building", count: 5_400, site: .community, owner: "housing", prefix: "LY", noun: "号楼"),
    ThingRow(
      kind: "school", count: 64, site: .cell, owner: "education", prefix: "XX", noun: ""),
    ThingRow(
      kind: "park", count: 48, site: .cell, owner: "greening-sanitation", prefix: "GY",
      noun: "公园"),
    ThingRow(
      kind: "site", count: 60, site: .cell, owner: "construction", prefix: "GD", noun: ""),
    ThingRow(
      kind: "shop", count: 3_600, site: .road(17...24), owner: "market", prefix: "SP", noun: ""),
    ThingRow(
      kind: "lamp", count: 3_200, site: .road(8...10), owner: "lighting", prefix: "LD", noun: "路灯"),
    ThingRow(
      kind: "manhole", count: 2_500, site: .road(5...7), owner: "drainage", prefix: "JG",
      noun: "雨水井盖"),
    ThingRow(
      kind: "tree", count: 2_000, site: .road(9...12), owner: "greening-sanitation", prefix: "XD",
      noun: "行道树"),
    ThingRow(
      kind: "bin", count: 1_300, site: .road(10...13), owner: "greening-sanitation", prefix: "FX",
      noun: "废物箱"),
    ThingRow(
      kind: "hydrant", count: 540, site: .road(10...12), owner: "fire", prefix: "XH", noun: "消火栓"),
    ThingRow(
      kind: "bus-stop", count: 240, site: .road(9...11), owner: "transport", prefix: "GJ",
      noun: "公交站"),
    ThingRow(
      kind: "signal-light", count: 160, site: .road(8...9), owner: "traffic-police", prefix: "JT",
      noun: "信号灯"),
    ThingRow(
      kind: "toilet", count: 60, site: .road(18...26), owner: "greening-sanitation", prefix: "GC",
      noun: "公共厕所"),
    ThingRow(
      kind: "restaurant", count: 520, site: .road(17...24), owner: "market", prefix: "CY", noun: ""),
    ThingRow(
      kind: "pole", count: 300, site: .road(8...10), owner: "power", prefix: "DG", noun: "电力杆"),
    ThingRow(
      kind: "junction-box", count: 320, site: .road(9...12), owner: "telecom", prefix: "XT",
      noun: "通信交接箱"),
    ThingRow(
      kind: "traffic-sign", count: 420, site: .road(8...10), owner: "traffic-police",
      prefix: "BZ", noun: "交通标志"),
    ThingRow(
      kind: "guardrail", count: 240, site: .road(6...8), owner: "roads", prefix: "HL",
      noun: "道路护栏"),
    ThingRow(
      kind: "billboard", count: 150, site: .road(14...20), owner: "greening-sanitation",
      prefix: "GG", noun: "户外广告"),
    ThingRow(
      kind: "waste-station", count: 260, site: .cell, owner: "greening-sanitation", prefix: "LJ",
      noun: "垃圾箱房"),
    ThingRow(
      kind: "green-land", count: 140, site: .cell, owner: "greening-sanitation", prefix: "LD",
      noun: "绿地"),
    ThingRow(
      kind: "fitness-set", count: 110, site: .cell, owner: "culture-sport", prefix: "JS",
      noun: "健身点"),
    ThingRow(
      kind: "parking-lot", count: 90, site: .cell, owner: "transport", prefix: "TC", noun: "停车场"),
    ThingRow(
      kind: "market", count: 24, site: .cell, owner: "market", prefix: "CS", noun: "菜市场"),
    ThingRow(
      kind: "hospital", count: 18, site: .cell, owner: "health", prefix: "YY", noun: "卫生服务中心"),
    ThingRow(
      kind: "care-home", count: 22, site: .cell, owner: "civil-affairs", prefix: "YL", noun: "敬老院"),
  ]
}

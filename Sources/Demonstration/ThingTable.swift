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
  ]
}

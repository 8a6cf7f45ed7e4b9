import City

/// One line of the table of units.
struct UnitRow {
  let code: String
  let name: String
  let kind: UnitKind
  let duties: [String]
  let hours: String
}

/// The units of an ordinary district, by the duties that the responsibility lists of packs name.
enum UnitTable {
  /// Codes of working hours in `packs/core`.
  static let office = "office"
  static let street = "street"
  static let always = "round-the-clock"

  static let centre = row(
    "CYZX", "区城运中心", ["operations-centre"], kind: .centre, hours: always)

  static let departments: [UnitRow] = [
    row("LHSR", "区绿化市容局", ["greening-sanitation"]),
    row("CGZF", "区城管执法局", ["urban-management"]),
    row("JSGL", "区建设管理委", ["construction"]),
    row("SZYH", "区市政养护所", ["roads", "lighting"], hours: always),
    row("PSGL", "区排水管理所", ["drainage"], hours: always),
    row("SWJU", "区水务局", ["water-affairs"]),
    row("JTWY", "区交通委", ["transport"]),
    row("JJZD", "公安分局交警支队", ["traffic-police"], hours: always),
    row("GAFJ", "公安分局", ["police"], hours: always),
    row("XFJY", "区消防救援支队", ["fire"], hours: always),
    row("YJGL", "区应急管理局", ["emergency"], hours: always),
    row("STHJ", "区生态环境局", ["environment"]),
    row("FWGL", "区房屋管理局", ["housing"]),
    row("GHZY", "区规划资源局", ["planning"]),
    row("SCJG", "区市场监管局", ["market"]),
    row("SWWY", "区商务委", ["commerce"]),
    row("MZJU", "区民政局", ["civil-affairs"]),
    row("WSJK", "区卫生健康委", ["health"]),
    row("RSBZ", "区人力资源社会保障局", ["human-resources"]),
    row("JYJU", "区教育局", ["education"]),
    row("WHTY", "区文化旅游体育局", ["culture-sport"]),
    row("SSJU", "区税务局", ["tax"]),
    row("GSGS", "供水公司", ["water-supply"], hours: always),
    row("RQGS", "燃气公司", ["gas"], hours: always),
    row("GDGS", "供电公司", ["power"], hours: always),
    row("TXGL", "通信管理站", ["telecom"]),
  ]

  /// The two units that every street or town has; the second stands below the first.
  static let streetCentre = row(
    "CY", "城运中心", ["street-centre", "street-affairs", "street-housing"], kind: .streetCentre,
    hours: street)
  static let streetTeam = row(
    "ZF", "综合执法队", ["street-urban-management", "street-sanitation"], kind: .team,
    hours: street)

  private static let mark = "DEMO-"

  /// Under which a unit's handler signs in: its code without the mark.
  static func login(of unit: Unit) -> String {
    String(unit.code.dropFirst(mark.count)).lowercased()
  }

  /// Codes are marked as demonstration: they never meet those of a real district.
  private static func row(
    _ code: String, _ name: String, _ duties: [String], kind: UnitKind = .department,
    hours: String = office
  ) -> UnitRow {
    UnitRow(code: mark + code, name: name, kind: kind, duties: duties, hours: hours)
  }
}

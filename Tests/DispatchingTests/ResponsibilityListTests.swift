import City
import Pack
import Testing

@testable import Dispatching

struct ResponsibilityListTests {
  static func area(_ id: Int64, _ parent: Int64?, _ level: AreaLevel) -> Area {
    Area(
      id: ID(id), parent: parent.map { ID($0) }, level: level, code: "a\(id)", name: "",
      outline: nil)
  }

  static func unit(
    _ id: Int64, _ parent: Int64?, _ kind: UnitKind = .department, area: Int64? = nil,
    duties: [String] = []
  ) -> Unit {
    Unit(
      id: ID(id), parent: parent.map { ID($0) }, kind: kind, code: "u\(id)", name: "",
      area: area.map { ID($0) }, hours: "day", duties: duties)
  }

  static let areas = [
    area(1, nil, .city), area(2, 1, .district), area(3, 2, .street), area(4, 2, .street),
    area(5, 3, .neighbourhood), area(6, 1, .district),
  ]
  static let street3 = AreaPath([ID(1), ID(2), ID(3), ID(5)])
  static let street4 = AreaPath([ID(1), ID(2), ID(4)])
  static let district6 = AreaPath([ID(1), ID(6)])

  static let units = [
    unit(100, nil, .centre),
    unit(110, 100, duties: ["drainage"]),
    unit(109, 100, area: 2, duties: ["drainage", "roads"]),
    unit(111, 100, area: 2, duties: ["drainage"]),
    unit(120, 100, .streetCentre, area: 3, duties: ["street"]),
    unit(121, 120, .team, area: 3, duties: ["street", "litter"]),
    unit(130, 100, duties: ["street"]),
    unit(140, 100, duties: ["lamps"]),
    // Broken chains: nothing goes there.
    unit(50, 51, duties: ["roads"]), unit(51, 50, duties: ["roads"]),
    unit(60, 999, duties: ["roads", "orphan"]),
  ]

  static func rule(
    _ place: ResponsibilityRule.Place, _ duty: String = "", kind: String? = nil,
    areas: [String] = []
  ) -> ResponsibilityRule {
    ResponsibilityRule(
      thingKind: kind, areas: areas, duty: duty, place: place, why: "\(place) \(duty)")
  }

  static func thing(_ kind: String, owner: [Int64]) -> Thing {
    Thing(
      id: ID(1), kind: kind, code: "t", name: "", address: "", area: .outside,
      owner: UnitPath(owner.map { ID($0) }), geometry: nil, position: nil, attributes: [],
      version: 1)
  }

  struct Row: Sendable, CustomTestStringConvertible {
    let name: String
    let rules: [ResponsibilityRule]
    var area = ResponsibilityListTests.street3
    var thing: Thing?
    let expected: Expected
    var testDescription: String { name }
  }
  enum Expected: Equatable, Sendable {
    case unit(Int64, DispatchBasis, Double)
    case nobody(NobodyReason)
  }

  static let rows: [Row] = [
    Row(
      name: "district, the smallest area first", rules: [rule(.district, "drainage")],
      expected: .unit(109, .rule(0), 1)),
    Row(
      name: "district without unit of its own", rules: [rule(.district, "drainage")],
      area: district6, expected: .unit(110, .rule(0), 1)),
    Row(
      name: "street, the fewest id", rules: [rule(.street, "street")],
      expected: .unit(120, .rule(0), 1)),
    Row(
      name: "street's team", rules: [rule(.street, "litter")], expected: .unit(121, .rule(0), 1)),
    Row(
      name: "street without unit: the district's", rules: [rule(.street, "street")],
      area: street4, expected: .unit(130, .ruleOfDistrict(0), 0.8)),
    Row(
      name: "no such street unit, next rule",
      rules: [rule(.street, "litter"), rule(.district, "lamps")], area: street4,
      expected: .unit(140, .rule(1), 1)),
    Row(
      name: "street not known", rules: [rule(.street, "street")], area: district6,
      expected: .unit(130, .ruleOfDistrict(0), 0.8)),
    Row(
      name: "owner", rules: [rule(.owner), rule(.district, "roads")],
      thing: thing("lamp", owner: [100, 140]), expected: .unit(140, .rule(0), 1)),
    Row(
      name: "thing without owner", rules: [rule(.owner), rule(.district, "roads")],
      thing: thing("lamp", owner: []), expected: .unit(109, .rule(1), 1)),
    Row(
      name: "owner unknown", rules: [rule(.owner), rule(.district, "roads")],
      thing: thing("lamp", owner: [777]), expected: .unit(109, .rule(1), 1)),
    Row(
      name: "no thing", rules: [rule(.owner), rule(.district, "roads")],
      expected: .unit(109, .rule(1), 1)),
    Row(
      name: "only at a lamp", rules: [rule(.district, "lamps", kind: "lamp")],
      thing: thing("lamp", owner: []), expected: .unit(140, .rule(0), 1)),
    Row(
      name: "not at a tree", rules: [rule(.district, "lamps", kind: "lamp")],
      thing: thing("tree", owner: []), expected: .nobody(.noRuleFits)),
    Row(
      name: "only in street 3", rules: [rule(.district, "lamps", areas: ["a9", "a3"])],
      expected: .unit(140, .rule(0), 1)),
    Row(
      name: "not in street 4", rules: [rule(.district, "lamps", areas: ["a3"])], area: street4,
      expected: .nobody(.noRuleFits)),
    Row(
      name: "nobody has the duty", rules: [rule(.district, "orphan")],
      expected: .nobody(.noUnitHasDuty)),
    Row(name: "no rules", rules: [], expected: .nobody(.noRuleFits)),
    Row(
      name: "outside", rules: [rule(.district, "roads")], area: .outside,
      expected: .unit(100, .outside, 0.5)),
  ]

  static func item(_ rules: [ResponsibilityRule], grade: Grade = .blue) -> Item {
    Item(
      code: "i", name: "", category: "", filing: "", closing: "", grade: grade, clocks: [],
      responsibility: rules, evidence: [], weight: 1_000, words: [], joinMetres: 0,
      joinMilliseconds: 0, automatic: true, flow: "standard", dataClass: .internal)
  }

  @Test("the list names who answers", arguments: rows)
  func proposal(_ row: Row) {
    for units in [Self.units, Self.units.reversed()] {
      let list = ResponsibilityList(units: units, areas: Self.areas)
      let got = list.proposal(for: Self.item(row.rules), area: row.area, thing: row.thing)
      switch got {
      case .unit(let choice):
        let id = choice.unit.innermost?.rawValue ?? 0
        #expect(Expected.unit(id, choice.basis, choice.confidence) == row.expected)
        #expect(choice.unit == list.tree.path(of: ID(id)))
        #expect(choice.why == (choice.basis.rule.map { row.rules[$0].why } ?? ""))
      case .nobody(let reason):
        #expect(Expected.nobody(reason) == row.expected)
      }
    }
  }

  @Test("without a centre nobody takes what lies outside")
  func noCentre() {
    let list = ResponsibilityList(units: [Self.unit(1, nil)], areas: [])
    #expect(
      list.proposal(for: Self.item([]), area: .outside, thing: nil) == .nobody(.noCentre))
  }

  @Test("a case takes its item's grade, and the lowest without one")
  func grade() {
    #expect(CaseGrade.grade(for: Self.item([])) == .blue)
    #expect(CaseGrade.grade(for: nil) == .blue)
    for grade in Grade.allCases {
      #expect(CaseGrade.grade(for: Self.item([], grade: grade)) == grade)
    }
  }

  @Test("the tree knows paths, codes and broken chains")
  func tree() {
    let tree = UnitTree(Self.units)
    #expect(tree.path(of: ID(121)) == UnitPath([ID(100), ID(120), ID(121)]))
    #expect(tree.path(of: ID(50)) == nil)
    #expect(tree.path(of: ID(60)) == nil)
    #expect(tree.path(of: ID(1)) == nil)
    #expect(tree.lies(ID(121), in: ID(100)))
    #expect(tree.lies(ID(121), in: ID(121)))
    #expect(!tree.lies(ID(100), in: ID(121)))
    #expect(tree.unit(code: "u120")?.id == ID(120))
    #expect(tree.unit(code: "none") == nil)
    #expect(tree[ID(120)]?.kind == .streetCentre)
    let deep = UnitTree((1...7).map { Self.unit($0, $0 == 1 ? nil : $0 - 1) })
    #expect(deep.path(of: ID(5))?.units.count == 5)
    #expect(deep.path(of: ID(6)) == nil)
  }
}

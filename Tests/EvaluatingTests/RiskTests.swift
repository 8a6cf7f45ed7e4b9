import City
import Evaluating
import Pack
import Testing

@Suite("A risk model")
struct RiskTests {
  static let lines = [
    RiskLine(grade: .red, name: "high", from: 60), RiskLine(grade: .yellow, name: "mid", from: 30),
    RiskLine(grade: .blue, name: "low", from: nil),
  ]

  static func model(_ form: RiskModel.Form, rules: [RiskRule] = []) -> RiskModel {
    RiskModel(
      code: "m", name: "m", kind: "k", form: form, base: form == .logistic ? -2 : 0,
      factors: form == .rules
        ? []
        : [
          RiskFactor(
            code: "floors", title: "", input: .field("floors"),
            scale: .steps([RiskStep(from: 3, points: 1), RiskStep(from: 6, points: 40)]),
            missing: 7, why: ""),
          RiskFactor(
            code: "use", title: "", input: .field("use"),
            scale: .words(["shop": 2, "store": 30], other: 0.5), missing: 0, why: ""),
        ],
      rules: rules, lines: form == .rules ? [lines[0], lines[2]] : lines, item: nil,
      signalFrom: .red, why: "")
  }

  struct Row: Sendable, CustomTestStringConvertible {
    let form: RiskModel.Form
    let facts: [String: RiskValue]
    let score: Double
    let grade: Grade
    let missing: [String]
    var testDescription: String { "\(form) \(facts)" }
  }

  static let rows = [
    Row(form: .weighted, facts: [:], score: 7, grade: .blue, missing: ["floors", "use"]),
    Row(
      form: .weighted, facts: ["floors": .number(2), "use": .text("flat")], score: 0.5,
      grade: .blue, missing: []),
    Row(
      form: .weighted, facts: ["floors": .number(6), "use": .text("shop")], score: 42,
      grade: .yellow, missing: []),
    Row(
      form: .weighted, facts: ["floors": .text("6"), "use": .text("store")], score: 70,
      grade: .red, missing: []),
    Row(
      form: .logistic, facts: ["floors": .number(3), "use": .text("flat")],
      score: 100 / (1 + 1.6487212707), grade: .yellow, missing: []),
    Row(
      form: .logistic, facts: ["floors": .number(9), "use": .text("store")], score: 100,
      grade: .red, missing: []),
  ]

  @Test("sums points, names what is missing and draws the line", arguments: rows)
  func assess(_ row: Row) {
    let got = Self.model(row.form).assess { input in
      if case .field(let name) = input { row.facts[name] } else { nil }
    }
    #expect(abs(got.score - row.score) < 1e-6)
    #expect(got.grade == row.grade)
    #expect(got.missing == row.missing)
    let sum = got.contributions.reduce(0) { $0 + $1.points }
    if row.form == .weighted { #expect(sum == got.score) }
  }

  @Test("is never below the grade of a rule that holds, and says which")
  func rules() {
    let rule = RiskRule(
      conditions: [RiskCondition(input: .field("blocked"), test: .oneOf(["true"]))], grade: .red,
      why: "")
    for form in RiskModel.Form.allCases {
      let model = Self.model(form, rules: [rule])
      let calm = model.assess { _ in nil }
      let blocked = model.assess { $0 == .field("blocked") ? .text("true") : nil }
      // With nothing known the logistic one is grave by itself.
      #expect(calm.rules == [] && (form == .logistic || calm.grade == .blue))
      #expect(blocked.grade == .red && blocked.rules == [0])
    }
  }

  struct Scaled: Sendable {
    let scale: RiskScale
    let value: RiskValue
    let points: Double?
  }

  static let scaled: [Scaled] = {
    let curve = RiskScale.curve([
      RiskStep(from: 0, points: 10), RiskStep(from: 10, points: 20), RiskStep(from: 20, points: 0),
    ])
    let slope = RiskScale.slope(points: 2, range: 0...5)
    return [
      Scaled(scale: curve, value: .number(-5), points: 10),
      Scaled(scale: curve, value: .number(5), points: 15),
      Scaled(scale: curve, value: .number(10), points: 20),
      Scaled(scale: curve, value: .number(15), points: 10),
      Scaled(scale: curve, value: .number(99), points: 0),
      Scaled(scale: curve, value: .text("many"), points: nil),
      Scaled(scale: slope, value: .number(9), points: 10),
      Scaled(scale: slope, value: .number(-1), points: 0),
      Scaled(scale: .words(["3": 4], other: 1), value: .number(3), points: 4),
      Scaled(scale: .words(["3": 4], other: 1), value: .text("x"), points: 1),
    ]
  }()

  @Test("turns a value into points", arguments: scaled)
  func scale(_ row: Scaled) { #expect(row.scale.points(row.value) == row.points) }

  @Test("reads fields by their form, days since dates, and counts of cases")
  func thing() throws {
    let kind = Kind(
      code: "k", name: "k",
      fields: [
        KindField(
          name: "floors", title: "", form: .number, required: false, dataClass: .open),
        KindField(name: "seen", title: "", form: .date, required: false, dataClass: .open),
      ])
    let today = try #require(CivilDate(year: 2026, month: 3, day: 10))
    let facts = ThingRisk(
      [Attribute(name: "floors", value: "4"), Attribute(name: "seen", value: "2026-02-28")],
      of: kind, today: today
    ) { items, days in items.count + days }
    #expect(facts.value(.field("floors")) == .number(4))
    #expect(facts.value(.daysSince(field: "seen")) == .number(10))
    #expect(facts.value(.daysSince(field: "floors")) == nil)
    #expect(facts.value(.field("none")) == nil)
    #expect(facts.value(.cases(items: ["a"], days: 30)) == .number(31))
  }

  @Test("keeps a list with the history of grades, and tells changes alone")
  func list() {
    var list = RiskList()
    let thing = ID<Thing>(7)
    func take(_ floors: Double, _ use: String, _ at: Int64) -> RiskList.Change? {
      let assessment = Self.model(.weighted).assess {
        $0 == .field("floors") ? .number(floors) : .text(use)
      }
      return list.take(assessment, of: thing, at: Instant(milliseconds: at))
    }
    #expect(take(1, "flat", 1) == RiskList.Change(before: nil, after: .blue))
    #expect(take(2, "flat", 2) == nil)
    #expect(take(9, "store", 3)?.isGraver == true)
    #expect(take(9, "flat", 4) == RiskList.Change(before: .red, after: .yellow))
    #expect(list.grade(of: thing) == .yellow)
    #expect(list.history(of: thing).map(\.grade) == [.blue, .red, .yellow])
    #expect(list.count(.yellow) == 1 && list.count(.red) == 0)
    for round in 0..<200 { _ = take(round % 2 == 0 ? 9 : 1, "flat", Int64(round)) }
    #expect(list.history(of: thing).count == RiskList.historyMax)
  }
}

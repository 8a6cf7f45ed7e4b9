import Pack
import PackReading
import Testing

/// What is wrong in warnings, chains and goals is told with file and line.
@Suite("A bad warning") struct BadWarningTests {
  private static let text = """
    warnings:
      - code: rain
        name: 雨
        category: Met
        level: street
        validHours: 6
        calmMinutes: 30
        measures: [{ from: blue, text: 看 }]
        plan: [{ from: blue, item: garbage, text: 清 }]
        truth: { items: [garbage], graceHours: 3 }
        say: 雨后
        why: 雨。
      - code: flood
        name: 涝
        category: Met
        level: street
        validHours: 6
        calmMinutes: 30
        measures: [{ from: blue, text: 看 }]
        say: 雨后
        why: 雨。
    chains:
      - { from: rain, to: flood, lagMinutes: 40, why: 雨后有涝 }
    """
  private static let goals = """
    goals:
      - code: sites
        name: 站点
        form: indicator
        duty: sanitation
        target: 5
        proof: 清单
        why: 要
        milestones: [{ code: half, name: 半年, due: 2026-06-30, value: 2 }]
    """

  struct Row: Sendable, CustomTestStringConvertible {
    let old: String
    let new: String
    let expected: String
    var testDescription: String { expected }
    init(_ old: String, _ new: String, _ expected: String) {
      self.old = old
      self.new = new
      self.expected = expected
    }
  }

  static let rows: [Row] = [
    Row(
      "item: garbage", "item: gold", "small/warnings/town.yaml:2: there is no item `gold`"),
    Row(
      "{ items: [garbage], graceHours: 3 }", "{ graceHours: 3 }",
      "small/warnings/town.yaml:2: `truth` of the warning `rain` needs items or rules"),
    Row(
      "to: flood", "to: comet", "small/warnings/town.yaml:23: there is no warning `comet`"),
    Row(
      "to: flood", "to: rain",
      "small/warnings/town.yaml:23: the chain leads from `rain` back to itself"),
    Row(
      "category: Met", "category: Weather",
      "small/warnings/town.yaml:4: `Weather` is not known for `category`; allowed: Geo, Met, Safety, Security, Rescue, Fire, Health, Env, Transport, Infra, CBRNE, Other"
    ),
    Row(
      "    plan:", "    conditions: [{ grade: blue, say: 是 }]\n    plan:",
      "small/warnings/town.yaml:9: `condition` must be one of alarms, vital and forecast"),
    Row(
      "    plan:",
      "    conditions: [{ grade: blue, say: 是, vital: { code: none } }]\n    plan:",
      "small/warnings/town.yaml:2: there is no vital `none`"),
    Row(
      "duty: sanitation", "duty: magic", "small/goals/year.yaml:2: there is no duty `magic`"),
    Row(
      "    target: 5\n", "",
      "small/goals/year.yaml:2: the goal `sites`: an indicator needs a target"),
    Row(
      "2026-06-30", "2026-06-31",
      "small/goals/year.yaml:9: `2026-06-31` is no date; write 2026-01-31"),
  ]

  private func findings(_ old: String, _ new: String) -> (found: [String], changed: Bool) {
    var texts = SmallPack.texts
    func swapped(_ text: String) -> String {
      guard let range = text.firstRange(of: old) else { return text }
      return String(text[..<range.lowerBound]) + new + String(text[range.upperBound...])
    }
    let (warnings, goals) = (swapped(Self.text), swapped(Self.goals))
    texts["warnings/town.yaml"] = warnings
    texts["goals/year.yaml"] = goals
    let reading = PackReader.read(files: SmallPack.files(texts))
    return (
      reading.findings.map(\.text), warnings != Self.text || goals != Self.goals
    )
  }

  @Test("is told", arguments: rows)
  func told(_ row: Row) {
    let (found, changed) = findings(row.old, row.new)
    #expect(changed)
    #expect(found == [row.expected])
  }

  @Test("good ones are read without finding")
  func good() {
    #expect(findings("", "").found == [])
  }
}

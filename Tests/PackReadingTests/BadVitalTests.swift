import Pack
import PackReading
import Testing

/// What is wrong in vitals and formulas is told with file and line.
@Suite("A bad vital") struct BadVitalTests {
  private static let vitals = """
    aspects:
      - { code: dirt, name: 环境 }
    vitals:
      - code: garbage-daily
        name: 垃圾日均
        aspect: dirt
        count: { of: cases, when: filed, items: [garbage] }
        per: { of: days }
        limits: { blue: 1, red: 9 }
        advice: 清。
        why: 脏。
    """
  private static let formulas = """
    evaluations:
      - code: units
        name: 单位
        subject: unit
        why: 公平。
        parts:
          - { code: all, name: 按时, count: { of: cases, when: closed, inTime: true }, per: { of: cases, when: closed }, full: 1, zero: 0, points: 100 }
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
    Row("aspect: dirt", "aspect: sky", "small/vitals/town.yaml:4: there is no aspect `sky`"),
    Row(
      "[garbage]", "[gold]", "small/vitals/town.yaml:4: there is no item `gold`"),
    Row(
      "when: filed", "when: lost",
      "small/vitals/town.yaml:7: `lost` is not known for `when`; allowed: filed, dispatched, contacted, closed, judged, open, overdue"
    ),
    Row(
      "of: cases, when", "of: clouds, when",
      "small/vitals/town.yaml:7: `clouds` is not known for `of`; allowed: cases, observations, alarms, things, gradings, series, days"
    ),
    Row(
      "blue: 1, red: 9", "blue: 9, red: 1",
      "small/vitals/town.yaml:4: the vital `garbage-daily`: `limits` must lie further out the graver they are"
    ),
    Row(
      "    limits: { blue: 1, red: 9 }\n", "",
      "small/vitals/town.yaml:4: the vital `garbage-daily`: `limits` or `learned` must be there"),
    Row(
      "{ blue: 1, red: 9 }", "{ blue: low, red: 9 }",
      "small/vitals/town.yaml:9: `blue` must be a number"),
    Row(
      "    why: 脏。", "    why: 脏。\n    cadence: hour",
      "small/vitals/town.yaml:4: the vital `garbage-daily`: only observations are told by the hour"
    ),
    Row(
      "points: 100", "points: 90",
      "small/evaluations/units.yaml:2: the parts of `units` come to 90 points, not 100"),
    Row(
      "full: 1, zero: 0", "full: 1, zero: 1",
      "small/evaluations/units.yaml:2: `full` and `zero` of the part `all` must differ"),
    Row(
      "count: { of: cases, when: closed, inTime: true }", "count: { of: cases, when: open }",
      "small/evaluations/units.yaml:2: the part `all` counts a stock, which belongs to no period"),
  ]

  private func findings(_ old: String, _ new: String) -> (found: [String], changed: Bool) {
    var texts = SmallPack.texts
    let (vitals, formulas) = (
      Self.swapped(Self.vitals, old, new), Self.swapped(Self.formulas, old, new)
    )
    texts["vitals/town.yaml"] = vitals
    texts["evaluations/units.yaml"] = formulas
    let reading = PackReader.read(files: SmallPack.files(texts))
    return (
      reading.findings.map(\.text), vitals != Self.vitals || formulas != Self.formulas
    )
  }

  private static func swapped(_ text: String, _ old: String, _ new: String) -> String {
    guard let range = text.firstRange(of: old) else { return text }
    return String(text[..<range.lowerBound]) + new + String(text[range.upperBound...])
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

  @Test("a report without a sentence is refused")
  func texts() {
    var texts = SmallPack.texts
    texts["checkup.yaml"] = """
      losses: { blue: 0.1, yellow: 0.2, orange: 0.3, red: 2 }
      texts: { title: 报告 }
      """
    let found = PackReader.read(files: SmallPack.files(texts)).findings.map(\.text)
    #expect(found.contains("small/checkup.yaml:1: `red` is 2.0; allowed: 0 to 1"))
    #expect(found.contains { $0.hasSuffix("the report lacks the text `score`") })
  }
}

import City
import Pack
import PackReading
import Testing

/// Views, fields and counts of things: what is wrong is told with file and line.
@Suite("Views and fields of a pack") struct ViewReadingTests {
  static let view = """
    views:
      - code: bins
        title: 垃圾桶
        parts:
          - { title: 说明, text: 桶。 }
          - { title: 档案, table: { kind: bin, columns: [volume] } }
          - { title: 地图, map: { kinds: [bin], items: [garbage] } }
          - { title: 案件, cases: [garbage] }
    """
  static let field = """
    kinds:
      - code: lid
        name: 桶盖
        fields:
          - { name: weight, title: 重量, form: number, dataClass: public, unit: 克, least: 1, greatest: 9 }
          - { name: number, title: 编号, form: text, dataClass: public, pattern: A99 }
    """

  struct Row: Sendable, CustomTestStringConvertible {
    let file: String
    let old: String
    let new: String
    let expected: [String]
    var testDescription: String { expected.first ?? "stays good" }

    init(_ file: String, _ old: String, _ new: String, _ expected: String...) {
      (self.file, self.old, self.new, self.expected) = (file, old, new, expected)
    }
  }

  static let rows = [
    Row("views", "桶。", "桶！"),
    Row(
      "views", "text: 桶。", "poem: 桶。",
      "small/views/one.yaml:5: `poem` is no key of part; known: title, text, figures, map, graded, table, chart, cases, ledger, patrols",
      "small/views/one.yaml:5: a part shows exactly one of: text, figures, map, graded, table, chart, cases, ledger, patrols"
    ),
    Row(
      "views", "kind: bin, columns", "kind: box, columns",
      "small/views/one.yaml:6: there is no kind `box`"),
    Row(
      "views", "columns: [volume]", "columns: [depth]",
      "small/views/one.yaml:6: the kind `bin` has no field `depth`"),
    Row(
      "views", "cases: [garbage]", "cases: [gold]",
      "small/views/one.yaml:8: there is no item `gold`"),
    Row(
      "views", "cases: [garbage]", "graded: none",
      "small/views/one.yaml:8: there is no risk model `none`"),
    Row(
      "views", "cases: [garbage]", "chart: { vital: none }",
      "small/views/one.yaml:8: there is no vital `none`"),
    Row("kinds", "克", "斤"),
    Row(
      "kinds", "least: 1", "least: 10",
      "small/kinds/one.yaml:5: the field `weight`: `least` must not be above `greatest`"),
    Row(
      "kinds", "pattern: A99", "pattern: 'A*9'",
      "small/kinds/one.yaml:6: the field `number`: `pattern` belongs to texts; `*` stands at its end alone"
    ),
    Row(
      "kinds", "pattern: A99", "least: 3",
      "small/kinds/one.yaml:6: the field `number`: only numbers have `least` and `greatest`"),
    Row("kinds", "pattern: A99", "unique: true"),
    Row(
      "kinds", "pattern: A99", "choices: [a], unique: true",
      "small/kinds/one.yaml:6: the field `number`: `unique` belongs to values of which there are as many as things"
    ),
  ]

  @Test("is told with its place", arguments: rows)
  func told(_ row: Row) {
    let text = row.file == "views" ? Self.view : Self.field
    #expect(text.contains(row.old))
    var texts = SmallPack.texts
    texts["\(row.file)/one.yaml"] = text.replacing(row.old, with: row.new, maxReplacements: 1)
    let reading = PackReader.read(files: SmallPack.files(texts))
    #expect(reading.findings.map(\.text).sorted() == row.expected.sorted())
  }

  @Test(
    "a pattern is digits, capitals and what stands for itself",
    arguments: [
      ("999", "123", true), ("999", "12", false), ("999", "1234", false), ("A-9", "B-7", true),
      ("A-9", "b-7", false), ("沪*", "沪A12", true), ("沪*", "苏A", false), ("99*", "12", true),
      ("9", "５", false),
    ])
  func patterns(_ pattern: String, _ text: String, _ fits: Bool) {
    #expect(FieldPattern.fits(text, pattern) == fits)
  }

  @Test("a value is held against unit, range and choices")
  func values() {
    var rule = FieldRule()
    rule.least = 1
    rule.greatest = 9
    #expect(rule.broken(by: "5") == nil)
    #expect(rule.broken(by: "") == nil)
    #expect(rule.broken(by: "0.5")?.rule == "number.least")
    #expect(rule.broken(by: "9.5")?.facts == ["max": "9"])
    var choice = FieldRule()
    choice.choices = ["A", "B"]
    #expect(choice.broken(by: "C")?.rule == "choice.unknown")
    #expect(choice.broken(by: "B") == nil)
  }
}

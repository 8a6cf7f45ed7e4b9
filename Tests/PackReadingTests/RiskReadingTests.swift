import City
import Pack
import PackReading
import Testing

@Suite("Risk models and policies in a pack")
struct RiskReadingTests {
  static let risk = """
    risks:
      - code: bins
        name: 桶风险
        kind: bin
        form: weighted
        factors:
          - { code: size, title: 大小, field: volume, steps: [{ from: 1, points: 2 }, { from: 5, points: 9 }], why: 大。 }
        rules:
          - { when: [{ field: volume, least: 100 }], grade: red, why: 太大。 }
        lines: [{ grade: red, name: 高, from: 9 }, { grade: blue, name: 低 }]
        item: garbage
        why: 桶。
    """
  static let policy = """
    policies:
      - code: aid
        name: 补助
        kind: bin
        from: 2026-01-01
        grade: yellow
        when: [{ field: volume, below: 3 }]
        amount: { share: { percent: 90, cost: volume } }
        source: 文件。
    """

  struct Row: Sendable, CustomTestStringConvertible {
    let isRisk: Bool
    let old: String
    let new: String
    let expected: [String]
    var testDescription: String { expected.first ?? "stays good" }

    init(_ isRisk: Bool, _ old: String, _ new: String, _ expected: String...) {
      (self.isRisk, self.old, self.new, self.expected) = (isRisk, old, new, expected)
    }
  }

  static let rows = [
    Row(true, "桶。", "桶！"),
    Row(
      true, "field: volume, steps", "steps",
      "small/risks/one.yaml:7: factor lacks the key `field, daysSince or cases`"),
    Row(
      true, "field: volume, steps", "field: depth, steps",
      "small/risks/one.yaml:7: the kind `bin` has no field `depth`"),
    Row(
      true, "field: volume, steps", "daysSince: volume, steps",
      "small/risks/one.yaml:7: the kind `bin` has no field `volume` that holds a date"),
    Row(
      true, "from: 5, points", "from: 1, points",
      "small/risks/one.yaml:7: points of the factor: `from` must rise from step to step"),
    Row(
      true, "least: 100", "most: 100",
      "small/risks/one.yaml:9: `most` is no key of condition; known: field, daysSince, cases, days, is, least, below, absent",
      "small/risks/one.yaml:9: condition lacks the key `is, least, below or absent`"),
    Row(
      true, "grade: red, why", "grade: orange, why",
      "small/risks/one.yaml:9: lines of the risk model `bins`: no line has the rule's grade"),
    Row(
      true, "name: 低 }", "name: 低, from: 0 }",
      "small/risks/one.yaml:2: lines of the risk model `bins`: the last line has no `from`: it holds the rest"
    ),
    Row(true, "item: garbage", "item: fires", "small/risks/one.yaml:2: there is no item `fires`"),
    Row(true, "kind: bin", "kind: lamp", "small/risks/one.yaml:2: there is no kind `lamp`"),
    Row(
      true, "form: weighted", "form: rules",
      "small/risks/one.yaml:2: lines of the risk model `bins`: rules alone have no factors and scores"
    ),
    Row(false, "文件。", "文件！"),
    Row(
      false, "cost: volume", "cost: price",
      "small/policies/one.yaml:2: the kind `bin` has no field `price` that holds a number"),
    Row(
      false, "grade: yellow", "grade: yellow\n    to: 2025-01-01",
      "small/policies/one.yaml:2: the policy `aid` ends before it begins"),
    Row(
      false, "share: { percent: 90, cost: volume }", "",
      "small/policies/one.yaml:8: amount lacks the key `fixed, each, topUp, share`"),
  ]

  @Test("are read, and each fault is told with file and line", arguments: rows)
  func faults(_ row: Row) throws {
    var texts = SmallPack.texts
    let text = row.isRisk ? Self.risk : Self.policy
    #expect(text.contains(row.old))
    texts[row.isRisk ? "risks/one.yaml" : "policies/one.yaml"] = text.replacing(
      row.old, with: row.new, maxReplacements: 1)
    let reading = PackReader.read(files: SmallPack.files(texts))
    #expect(reading.findings.map(\.text).sorted() == row.expected.sorted())
    if row.expected.isEmpty {
      let pack = try #require(reading.pack)
      #expect(pack.risks.count + pack.policies.count == 1)
    }
  }

  @Test("a story files a thing and says how it is graded")
  func story() throws {
    var texts = SmallPack.texts
    texts["risks/one.yaml"] = Self.risk
    texts["tests/two.story"] = """
      故事 登记
      日期 2026-03-10
      街道 清溪街道
      单位 市容所 职责 保洁 工时 机关 本街道

      09:00 登记 B1 垃圾箱「东门」容量 3 东 20
              → 评级 低
      10:00 登记 B1 容量 120
              → 评级 高，立案 暴露垃圾
      """
    let pack = try #require(PackReader.read(files: SmallPack.files(texts)).pack)
    let story = try #require(pack.stories.first { $0.name == "登记" })
    var first = StoryThing(
      id: "B1", kind: "bin", attributes: [Attribute(name: "volume", value: "3")],
      metresEast: 20, metresNorth: 0)
    var second = StoryThing(
      id: "B1", kind: "bin", attributes: [Attribute(name: "volume", value: "120")],
      metresEast: nil, metresNorth: nil)
    // A name once given stays.
    first.name = "东门"
    second.name = "东门"
    #expect(story.lines.map(\.act) == [.register(first), .register(second)])
    #expect(story.lines.first?.expectations == [.graded(name: "低")])
    for (old, new) in [("容量 3", "深度 3"), ("垃圾箱", "路灯"), ("评级 低", "评级")] {
      var bad = texts
      bad["tests/two.story"] = texts["tests/two.story"]?.replacing(old, with: new)
      #expect(PackReader.read(files: SmallPack.files(bad)).pack == nil, "\(new)")
    }
  }
}

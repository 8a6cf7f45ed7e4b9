import City
import Pack
import PackReading
import Testing

@Suite("Several packs")
struct PackSetTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let packs: [(id: String, depends: [String])]
    let order: [String]
    let obstacles: [Int: [PackOrder.Obstacle]]
  }

  static let rows: [Row] = [
    Row(testDescription: "none", packs: [], order: [], obstacles: [:]),
    Row(
      testDescription: "independent packs by id", packs: [("b", []), ("a", [])],
      order: ["a", "b"], obstacles: [:]),
    Row(
      testDescription: "after what they need",
      packs: [("a", ["c"]), ("b", ["a"]), ("c", [])], order: ["c", "a", "b"], obstacles: [:]),
    Row(
      testDescription: "missing dependency", packs: [("a", ["x"]), ("b", ["a"]), ("c", [])],
      order: ["c"], obstacles: [0: [.dependencyMissing("x")]]),
    Row(
      testDescription: "circle", packs: [("a", ["b"]), ("b", ["c"]), ("c", ["a"]), ("d", [])],
      order: ["d"],
      obstacles: [
        0: [.cycle(["a", "b", "c"])], 1: [.cycle(["b", "c", "a"])],
        2: [.cycle(["c", "a", "b"])],
      ]),
    Row(
      testDescription: "needs itself", packs: [("a", ["a"])], order: [],
      obstacles: [0: [.cycle(["a"])]]),
    Row(
      testDescription: "id twice", packs: [("a", []), ("a", [])], order: ["a"],
      obstacles: [1: [.idTwice]]),
  ]

  @Test("load in the order in which they need each other", arguments: rows)
  func order(_ row: Row) {
    let answer = PackOrder.order(row.packs)
    #expect(answer.order == row.order)
    #expect(answer.obstacles == row.obstacles)
  }

  private static func files(_ id: String, _ texts: [String: String]) -> PackFiles {
    PackFiles(
      name: id, files: texts.map { PackFiles.File(path: $0.key, bytes: Array($0.value.utf8)) })
  }

  private static let base = files(
    "base",
    [
      "pack.yaml": "{ id: base, title: 基础, version: 1 }",
      "categories.yaml": "categories: [{ code: events, name: 事件 }]",
      "hours.yaml": """
      hours:
        - { code: office, name: 机关, week: { monday: ["09:00-17:00"] }, worksOnHolidays: false }
      """,
      "posts.yaml": "posts: [{ code: desk, name: 派单员, permissions: [handle] }]",
      "flows/short.yaml": flow(version: 1),
    ])

  private static func flow(version: Int) -> String {
    """
    code: short
    version: \(version)
    name: 短
    start: filed
    stages: [{ code: filed, name: 待派 }, { code: out, name: 已派 }, { code: end, name: 完, isFinal: true }]
    edges:
      - { action: dispatch, name: 派单, from: filed, to: out, posts: [desk], effects: [dispatch], why: 派。 }
      - { action: close, name: 结案, from: out, to: end, posts: [desk], effects: [{ close: passed }], why: 结。 }
    """
  }

  private static let more = files(
    "more",
    [
      "pack.yaml": "{ id: more, title: 更多, version: 1, depends: [base] }",
      "categories.yaml": "categories: [{ code: fire, name: 火, parent: events }]",
      "flows/short.yaml": flow(version: 2),
    ])

  @Test("become one catalogue; a flow keeps its old versions")
  func merged() throws {
    let reading = PackReader.readAll(files: [Self.more, Self.base])
    #expect(reading.findings.map(\.text) == [])
    let catalogue = try #require(reading.catalogue)
    #expect(catalogue.packs.map(\.id) == ["base", "more"])
    #expect(catalogue.categoryPath(code: "fire").map(\.code) == ["events", "fire"])
    #expect(catalogue.currentFlow(code: "short") == FlowReference(code: "short", version: 2))
    #expect(catalogue.currentFlow(code: "none") == FlowReference(code: "short", version: 2))
    #expect(catalogue.flow(FlowReference(code: "short", version: 1))?.version == 1)
    #expect(catalogue.flow(FlowReference(code: "short", version: 3)) == nil)
    #expect(catalogue.defaultHours.code == "office" && catalogue.hours(code: "x") == nil)
    #expect(catalogue.permissions(of: ["desk", "nobody"]) == [.handle])
  }

  @Test("are refused together, each with its findings")
  func refused() {
    let orphan = PackReader.readAll(files: [Self.more])
    #expect(orphan.catalogue == nil)
    #expect(
      orphan.findings.map(\.text).first
        == "more/pack.yaml:1: the pack depends on `base`, which is not there")

    let bad = Self.files("base", ["pack.yaml": "{ id: base, title: 基础, version: no }"])
    let both = PackReader.readAll(files: [bad, Self.more])
    #expect(both.catalogue == nil)
    #expect(both.findings.contains { $0.code == "value.wrong_type" })
    #expect(both.findings.contains { $0.code == "pack.dependency_refused" })

    let empty = Self.files("empty", ["pack.yaml": "{ id: empty, title: 空, version: 1 }"])
    let lacking = PackReader.readAll(files: [empty])
    #expect(lacking.catalogue == nil)
    #expect(lacking.findings.map(\.code) == ["set.lacks", "set.lacks"])
  }

  @Test("may not define the same code twice")
  func clash() {
    let again = Self.files(
      "more",
      [
        "pack.yaml": "{ id: more, title: 更多, version: 1, depends: [base] }",
        "categories.yaml": "categories: [{ code: events, name: 别的 }]",
      ])
    let reading = PackReader.readAll(files: [Self.base, again])
    #expect(
      reading.findings.map(\.text)
        == ["more/categories.yaml:1: the category `events` is defined twice"])
  }

  @Test("name the actions that count as handling")
  func handling() throws {
    #expect(try CorePack.catalogue().handlingActions == ["accept", "report", "finishPart"])
  }
}

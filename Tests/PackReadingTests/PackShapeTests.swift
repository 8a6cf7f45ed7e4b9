import Testing

@testable import PackReading

/// Shapes say of every file what reading says of it, as far as they go.
@Suite("Shapes of files") struct PackShapeTests {
  private static let folder =
    #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" } + "/packs"

  @Test("hold every file of every pack of the repository")
  func packs() throws {
    var files = 0
    for name in try #require(FolderWalk.names(in: Self.folder)) {
      for file in FolderWalk(root: "\(Self.folder)/\(name)").files
      where PackShape.shape(path: file.path) != nil {
        files += 1
        #expect(PackShape.differences(path: file.path, bytes: file.bytes) == [])
      }
    }
    #expect(files >= 100)
  }

  struct Row: Sendable, CustomTestStringConvertible {
    let path: String
    let text: String
    let expected: [String]
    var testDescription: String { expected.first ?? path }
  }

  static let rows = [
    Row(
      path: "pack.yaml", text: "id: a\ntitle: A\nversion: 1\ncolour: red\n",
      expected: ["pack.yaml:4: no key colour"]),
    Row(path: "pack.yaml", text: "id: a\ntitle: A\n", expected: ["pack.yaml:1: lacks version"]),
    Row(
      path: "duties.yaml", text: "duties:\n  - { code: a, name: A, level: planet }\n",
      expected: ["duties.yaml:2: planet does not fit"]),
    Row(
      path: "duties.yaml", text: "duties: 3\n", expected: ["duties.yaml:1: has another form"]),
    Row(
      path: "views/a.yaml",
      text: "views:\n  - code: a\n    title: A\n    parts:\n      - { title: B, graded: [c] }\n",
      expected: ["views/a.yaml:5: has another form"]),
  ]

  @Test("say where a file differs", arguments: rows)
  func differs(_ row: Row) {
    #expect(
      PackShape.differences(path: row.path, bytes: Array(row.text.utf8)) == row.expected)
  }

  @Test("are there for YAML alone")
  func none() {
    #expect(PackShape.shape(path: "tests/a.story") == nil)
    #expect(PackShape.shape(path: "poems/a.yaml") == nil)
    #expect(PackShape.all.count >= 20)
  }
}

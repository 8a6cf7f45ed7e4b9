import Pack
import PackReading
import Testing

@Suite("likeness.yaml")
struct LikenessDecodingTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let text: String
    let expected: String
    var testDescription: String { expected }
  }

  static let rows: [Row] = [
    Row(
      text: "joinLine: 1.5", expected: "small/likeness.yaml:1: `joinLine` is "),
    Row(text: "joinLine: much", expected: "small/likeness.yaml:1: `joinLine` "),
    Row(text: "weights:\n  nothing: 1", expected: "small/likeness.yaml:2: `nothing` is no key of "),
    Row(
      text: "repeatDays: 0", expected: "small/likeness.yaml:1: `repeatDays` is 0; allowed: 1 to "),
    Row(text: "speed: 1", expected: "small/likeness.yaml:1: `speed` is no key of likeness"),
  ]

  @Test("what is wrong is told with file and line", arguments: rows)
  func bad(_ row: Row) {
    var texts = SmallPack.texts
    texts["likeness.yaml"] = row.text + "\n"
    let findings = PackReader.read(files: SmallPack.files(texts)).findings.map(\.text)
    #expect(findings.contains { $0.hasPrefix(row.expected) }, "\(findings)")
  }

  @Test("what is not said stays as it is")
  func partial() throws {
    var texts = SmallPack.texts
    texts["likeness.yaml"] = "joinLine: 0.8\nweights:\n  textSame: 2\n"
    let pack = try #require(PackReader.read(files: SmallPack.files(texts)).pack)
    #expect(pack.likeness?.joinLine == 0.8)
    #expect(pack.likeness?.proposeLine == LikenessSettings.standard.proposeLine)
    #expect(pack.likeness?.weights == [.textSame: 2])
  }
}

import Pack
import PackReading
import Testing

@Suite("YAML")
struct YAMLParserTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let bytes: [UInt8]
    let expected: [String]
    let testDescription: String

    init(_ name: String, _ bytes: [UInt8], _ expected: String...) {
      testDescription = name
      self.bytes = bytes
      self.expected = expected
    }

    init(_ text: String, _ expected: String...) {
      testDescription = text.count > 40 ? "\(text.prefix(40))…" : text
      bytes = Array(text.utf8)
      self.expected = expected
    }
  }

  static let rows: [Row] = [
    Row("empty", [], "f:1: the file holds nothing"),
    Row("# only a remark\n", "f:1: the file holds nothing"),
    Row("NUL", Array("a: 1\nb: \0\n".utf8), "f:2: the file holds a NUL byte"),
    Row("not UTF-8", Array("a: 1\nb: ".utf8) + [0xC3, 0x28], "f:2: the file is not valid UTF-8"),
    Row("surrogate", Array("a: ".utf8) + [0xED, 0xA0, 0x80], "f:1: the file is not valid UTF-8"),
    Row("UTF-16", [0xFF, 0xFE, 0x61, 0x00], "f:1: the file holds a NUL byte"),
    Row(
      "a: \u{7}", "f:1: not YAML: control characters are not allowed"),
    Row("a: [1", "f:1: not YAML: did not find expected ',' or ']'"),
    Row("a: 1\n b: 2", "f:2: not YAML: mapping values are not allowed in this context"),
    Row(
      "a: &x 1\nb: *x", "f:1: anchors and aliases are not allowed",
      "f:2: anchors and aliases are not allowed"),
    Row("a: !!int 1", "f:1: tags are not allowed"),
    Row("a: !x {}", "f:1: tags are not allowed"),
    Row(
      "a: 1\na: 2\nb: 3\nb: [4]", "f:2: the key `a` stands here twice",
      "f:4: the key `b` stands here twice"),
    Row("[a]: 1", "f:1: a key must be plain text"),
    Row("a: 1\n---\nb: 2", "f:2: a file holds one document only"),
    Row(
      "too deep",
      Array(
        (String(repeating: "[", count: PackLimits.depthMax + 1)
          + String(repeating: "]", count: PackLimits.depthMax + 1)).utf8),
      "f:1: nested deeper than 12 levels"),
    Row(
      "too many values",
      Array(("[" + String(repeating: "1,", count: PackLimits.nodesMax + 1) + "]").utf8),
      "f:1: more than 100000 values in one file"),
    Row(
      "too large", [UInt8](repeating: 0x23, count: PackLimits.fileBytesMax + 1),
      "f:1: the file has more than 1048576 bytes"),
  ]

  @Test("is refused with every finding", arguments: rows)
  func refused(_ row: Row) {
    let (node, findings) = YAMLParser.parse(row.bytes, file: "f")
    #expect(findings.map(\.text) == row.expected)
    #expect(node == nil)
  }

  @Test("becomes nodes with places; a byte order mark is passed over")
  func nodes() throws {
    let text = "\u{FEFF}甲: [1, \"2\"]\nb:\n  c: |\n    x\n    y\n"
    let (node, findings) = YAMLParser.parse(Array(text.utf8), file: "f")
    #expect(findings.isEmpty)
    func at(_ line: Int, _ column: Int) -> SourcePlace {
      SourcePlace(file: "f", line: line, column: column)
    }
    let expected = Node(
      .table([
        NodeEntry(
          key: "甲", keyPlace: at(1, 1),
          value: Node(
            .list([
              Node(.scalar("1", isPlain: true), at: at(1, 5)),
              Node(.scalar("2", isPlain: false), at: at(1, 8)),
            ]), at: at(1, 4))),
        NodeEntry(
          key: "b", keyPlace: at(2, 1),
          value: Node(
            .table([
              NodeEntry(
                key: "c", keyPlace: at(3, 3),
                value: Node(.scalar("x\ny\n", isPlain: false), at: at(3, 6)))
            ]), at: at(3, 3))),
      ]), at: at(1, 1))
    #expect(node == expected)
  }

  @Test("never breaks the reader, whatever bytes come", arguments: [1, 2, 3])
  func noise(_ seed: UInt64) {
    print("seed \(seed)")
    var random = SplitMix(state: seed)
    let alphabet = Array("ab:-[]{},&*!|>'\"#%@ \n\t0甲".utf8)
    for _ in 0..<2_000 {
      let count = Int(random.next() % 60)
      let bytes = (0..<count).map { _ in
        alphabet[Int(random.next() % UInt64(alphabet.count))]
      }
      let (node, findings) = YAMLParser.parse(bytes, file: "f")
      #expect((node == nil) == !findings.isEmpty)
    }
  }
}

/// A small generator of numbers that any seed repeats.
struct SplitMix {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

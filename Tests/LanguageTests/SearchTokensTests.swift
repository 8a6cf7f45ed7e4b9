import Testing

@testable import Language

struct SearchTokensTests {
  static let documents: [(String, [String])] = [
    ("", []),
    ("，。 ！", []),
    ("水", ["水"]),
    ("道路积水", ["道路", "路积", "积水", "水"]),
    ("真南路101弄", ["真南", "南路", "路", "101", "弄"]),
    ("ＡＢｃ-12 积水", ["abc", "12", "积水", "水"]),
    ("积\u{200B}水", ["积水", "水"]),
    ("𠮷野", ["𠮷野", "野"]),
  ]

  @Test("texts are cut", arguments: documents)
  func document(_ row: (String, [String])) {
    #expect(SearchTokens.tokens(of: row.0) == row.1)
  }

  static let fragments: [(String, [SearchPhrase])] = [
    ("", []),
    ("！？", []),
    ("水", [SearchPhrase(tokens: ["水"], lastIsPrefix: true)]),
    ("积水", [SearchPhrase(tokens: ["积水"], lastIsPrefix: false)]),
    ("路积水", [SearchPhrase(tokens: ["路积", "积水"], lastIsPrefix: false)]),
    ("Noi", [SearchPhrase(tokens: ["noi"], lastIsPrefix: true)]),
    ("路101弄", [SearchPhrase(tokens: ["路", "101", "弄"], lastIsPrefix: true)]),
    (
      "真南路 积",
      [
        SearchPhrase(tokens: ["真南", "南路"], lastIsPrefix: false),
        SearchPhrase(tokens: ["积"], lastIsPrefix: true),
      ]
    ),
    ("积水。", [SearchPhrase(tokens: ["积水", "水"], lastIsPrefix: false)]),
  ]

  @Test("fragments become phrases", arguments: fragments)
  func fragment(_ row: (String, [SearchPhrase])) {
    #expect(SearchTokens.query(for: row.0) == row.1)
  }

  @Test("long words are cut alike in texts and fragments")
  func longWords() {
    let word = String(repeating: "a", count: 100)
    #expect(SearchTokens.tokens(of: word) == [String(repeating: "a", count: 64)])
    #expect(Self.finds(word, in: "see \(word) there"))
    let many = Array(repeating: "路", count: 500).joined()
    #expect(SearchTokens.query(for: many)[0].tokens.count == SearchTokens.phraseTokensMax)
    let parts = Array(repeating: "路", count: 50).joined(separator: " ")
    #expect(SearchTokens.query(for: parts).count == SearchTokens.phrasesMax)
  }

  @Test("tokens carry the place that they were read from")
  func sources() {
    let bytes = Array("路Ａ1。水".utf8)
    var got: [String] = []
    bytes.withUnsafeBufferPointer { bytes in
      _ = SearchTokens.forEach(in: bytes) { token, source in
        got.append(
          "\(String(decoding: token, as: UTF8.self)) \(source.lowerBound)-\(source.upperBound)")
        return true
      }
    }
    #expect(got == ["路 0-3", "a1 3-7", "水 10-13"])
  }

  @Test("cutting stops when asked to")
  func stops() {
    for text in ["道路积水", "a b c", "路 a 水"] {
      var count = 0
      let finished = Array(text.utf8).withUnsafeBufferPointer { bytes in
        SearchTokens.forEach(in: bytes) { _, _ in
          count += 1
          return false
        }
      }
      #expect(count == 1)
      #expect(!finished)
    }
  }

  @Test("every fragment of 1 to 6 ideographs is found exactly where it stands")
  func everyFragment() {
    let seed: UInt64 = 20_261_120
    print("seed \(seed)")
    var random = SeededGenerator(seed: seed)
    let alphabet = Array("道路积水管井盖破损区1a，")
    for _ in 0..<2_000 {
      let length = Int.random(in: 1...14, using: &random)
      let characters = (0..<length).map { _ in alphabet.randomElement(using: &random) ?? "水" }
      let text = String(characters)
      let runs = text.split { "1a，".contains($0) }
      let size = Int.random(in: 1...6, using: &random)
      let fragment = String(
        (0..<size).map { _ in alphabet[Int.random(in: 0..<10, using: &random)] })
      #expect(
        Self.finds(fragment, in: text) == runs.contains { $0.contains(fragment) },
        "\(fragment) in \(text)")
      // Any piece cut out of the text is found, if it does not begin inside a word.
      let start = Int.random(in: 0..<length, using: &random)
      let end = Int.random(in: start + 1...length, using: &random)
      let piece = String(characters[start..<end])
      let begins = start == 0 || !"1a".contains(characters[start - 1])
      if begins && !SearchTokens.query(for: piece).isEmpty && !piece.hasSuffix("，") {
        #expect(Self.finds(piece, in: text), "\(piece) in \(text)")
      }
    }
  }

  static func finds(_ fragment: String, in text: String) -> Bool {
    let tokens = SearchTokens.tokens(of: text)
    let phrases = SearchTokens.query(for: fragment)
    return !phrases.isEmpty && phrases.allSatisfy { $0.isFound(in: tokens) }
  }
}

/// SplitMix64: small, and the same on every machine.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

import Testing

@testable import Language

struct TextFormTests {
  static let rows: [(String, String)] = [
    ("", ""),
    ("　 \t\r\n", ""),
    ("ＡＢＣ１２３！", "abc123!"),
    ("  真南路　１０１\n弄  ", "真南路 101 弄"),
    ("a\u{0}b\u{7F}c\u{200B}d\u{FEFF}", "abcd"),
    ("É 道路🚗积水", "É 道路🚗积水"),
    ("𠮷野家", "𠮷野家"),
    ("a\u{A0}\u{3000}b", "a b"),
  ]

  @Test("texts take one form", arguments: rows)
  func form(_ row: (String, String)) {
    #expect(TextForm.normalised(row.0) == row.1)
    #expect(TextForm.normalisedBytes(row.0) == Array(row.1.utf8))
    #expect(TextForm.normalised(row.1) == row.1, "normalising again changes nothing")
  }

  static let broken: [([UInt8], String)] = [
    ([0xFF], "\u{FFFD}"),
    ([0x41, 0xE4, 0xB8], "a\u{FFFD}\u{FFFD}"),
    ([0xC0, 0x80], "\u{FFFD}\u{FFFD}"),
    ([0xE4, 0xB8, 0xAD, 0x80], "中\u{FFFD}"),
  ]

  @Test("broken bytes are replaced, never read beyond", arguments: broken)
  func brokenBytes(_ row: ([UInt8], String)) {
    let got = row.0.withUnsafeBufferPointer { TextForm.normalisedBytes($0) }
    #expect(String(decoding: got, as: UTF8.self) == row.1)
  }
}

import Testing

/// Han characters and the punctuation that goes with them.
private let chineseRanges: [ClosedRange<UInt32>] = [
  0x3000...0x303F, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0xFF00...0xFFEF,
  0x20000...0x3FFFF,
]

private func hasChinese(_ text: String) -> Bool {
  text.unicodeScalars.contains { scalar in
    chineseRanges.contains { $0.contains(scalar.value) }
  }
}

/// Lines of string literals with Chinese in them.
private func chineseLiterals(in file: RepositoryFile, allowedTargets: Set<String>) -> [Finding] {
  if let target = file.target, allowedTargets.contains(target) { return [] }
  return SwiftText(file.text).literals.filter { hasChinese($0.text) }.map {
    Finding(path: file.path, line: $0.line, what: "“\($0.text)” belongs in packs/ or web/")
  }
}

@Suite("Language of the code")
struct LanguageTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let path: String
    let source: String
    let lines: [Int]
    var testDescription: String { "\(path): \(source)" }
  }

  static let rows = [
    Row(path: "Sources/City/A.swift", source: "let a = \"路灯\"", lines: [1]),
    Row(path: "Sources/City/A.swift", source: "// 路灯\nlet a = \"lamp\"  // 路灯", lines: []),
    Row(path: "Sources/City/A.swift", source: "\nlet a = \"\"\"\n  路灯\n  \"\"\"", lines: [3]),
    Row(path: "Sources/City/A.swift", source: "let a = \"a。\"", lines: [1]),
    Row(path: "Sources/City/A.swift", source: "let a = \"“é – …”\"", lines: []),
    Row(path: "Sources/Words/A.swift", source: "let a = \"路灯\"", lines: []),
  ]

  @Test("Chinese in a literal is found", arguments: rows)
  func table(_ row: Row) {
    let file = RepositoryFile(path: row.path, text: row.source)
    #expect(chineseLiterals(in: file, allowedTargets: ["Words"]).map(\.line) == row.lines)
  }

  @Test("texts for people live in packs and pages")
  func repository() throws {
    let allowed = Set(try Repository.rules("chinese"))
    let findings = Repository.swiftSources.flatMap {
      chineseLiterals(in: $0, allowedTargets: allowed)
    }
    #expect(findings.isEmpty, "\(list(findings))")
  }
}

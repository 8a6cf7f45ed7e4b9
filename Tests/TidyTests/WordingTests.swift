import Foundation
import Testing

/// One line of `rules/wording.txt`.
private struct WordingRule {
  enum Kind: String { case path, place, host, word }

  let kind: Kind
  let text: String

  init?(_ rule: String) {
    let parts = rule.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, let kind = Kind(rawValue: String(parts[0])) else { return nil }
    self.kind = kind
    text = parts[1].trimmingCharacters(in: .whitespaces).lowercased()
  }

  func applies(to file: RepositoryFile) -> Bool { kind != .place || file.isSource }

  /// Whether a line says it. A path must begin where it stands (`api/home/` has another root), and
  /// a word must not be part of a longer one.
  func isSaid(inLowered line: String) -> Bool {
    var rest = line[...]
    while let found = rest.range(of: text) {
      let before =
        found.lowerBound == line.startIndex ? nil : line[line.index(before: found.lowerBound)]
      let after = found.upperBound == line.endIndex ? nil : line[found.upperBound]
      let isWhole =
        switch kind {
        case .path, .place: before.map { !isPartOfWord($0) && !"./-_~}".contains($0) } ?? true
        case .host: true
        case .word:
          !isPartOfWord(before)
            && (text.last.map { !$0.isLetter } ?? true || !isPartOfWord(after))
        }
      if isWhole { return true }
      rest = rest[found.upperBound...]
    }
    return false
  }

  private func isPartOfWord(_ character: Character?) -> Bool {
    character.map { $0.isLetter || $0.isNumber } ?? false
  }
}

private func forbiddenWording(in file: RepositoryFile, rules: [WordingRule]) -> [Finding] {
  let rules = rules.filter { $0.applies(to: file) }
  let text = file.text.lowercased()
  // Most files say none of it: one look at the whole is much cheaper than one a line.
  let suspects = rules.filter { text.contains($0.text) }
  guard !suspects.isEmpty else { return [] }
  return text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().flatMap {
    number, line in
    suspects.filter { $0.isSaid(inLowered: String(line)) }.map {
      Finding(path: file.path, line: number + 1, what: "says “\($0.text)”")
    }
  }
}

@Suite("Wording")
struct WordingTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let path: String
    let line: String
    let found: [String]
    var testDescription: String { "\(path): \(line)" }
  }

  static let rules = [
    "path /root/", "place /tmp/", "host pypi.example", "word todo:", "word hearsay",
  ]

  static let rows = [
    Row(path: "docs/a.md", line: "cd /root/x", found: ["/root/"]),
    Row(path: "docs/a.md", line: "`/root/x`", found: ["/root/"]),
    Row(path: "docs/a.md", line: "a/root/x and ./root/ and $HOME/root/", found: []),
    Row(path: "docs/a.md", line: "a/root/x, then /root/x", found: ["/root/"]),
    Row(path: "tools/a", line: "cd /tmp/x", found: []),
    Row(path: "Sources/City/a.swift", line: "\"/tmp/x\"", found: ["/tmp/"]),
    Row(path: "run", line: "https://files.pypi.example/x", found: ["pypi.example"]),
    Row(path: "run", line: "http://localhost:8080 and http://127.0.0.1:8080", found: []),
    Row(path: "run", line: "# TODO: more", found: ["todo:"]),
    Row(path: "run", line: "Mastodo: The hearsaying", found: []),
    Row(path: "run", line: "mere Hearsay", found: ["hearsay"]),
  ]

  @Test("what ties the repository to one place or time is found", arguments: rows)
  func table(_ row: Row) {
    let file = RepositoryFile(path: row.path, text: "first\n\(row.line)\n")
    let found = forbiddenWording(in: file, rules: Self.rules.compactMap { WordingRule($0) })
    #expect(found == row.found.map { Finding(path: row.path, line: 2, what: "says “\($0)”") })
  }

  @Test("a mark at the start of a line makes a comment, elsewhere it belongs to the rule")
  func comments() {
    let rules = Repository.lines(ofRules: "# word a\n\n  # word b\nword case #\n")
    #expect(rules == ["word case #"])
    let said = rules.compactMap { WordingRule($0) }.map {
      ($0.isSaid(inLowered: "see case #12"), $0.isSaid(inLowered: "case.record(12)"))
    }
    #expect(said.map(\.0) == [true])
    #expect(said.map(\.1) == [false])
  }

  @Test("the repository names no machine and speaks of the product alone")
  func repository() throws {
    let lines = try Repository.rules("wording")
    let rules = lines.compactMap { WordingRule($0) }
    #expect(rules.count == lines.count, "a line of wording.txt is not understood")
    // This folder has to name what it forbids.
    let files = Repository.files.filter { !$0.path.hasPrefix("Tests/TidyTests/") }
    #expect(!files.isEmpty)
    let findings = files.flatMap { forbiddenWording(in: $0, rules: rules) }
    #expect(findings.isEmpty, "\(list(findings))")
  }
}

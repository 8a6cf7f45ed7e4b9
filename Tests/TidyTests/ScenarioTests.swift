import Foundation
import Testing

/// The words of `rules/scenarios.txt`.
private struct ScenarioWords {
  var anywhere: [String] = []
  var names: [String] = []

  init(rules: [String]) {
    for rule in rules {
      let parts = rule.split(separator: " ").map(String.init)
      guard parts.count == 2 else { continue }
      if parts[0] == "anywhere" { anywhere.append(parts[1].lowercased()) }
      if parts[0] == "name" { names.append(parts[1]) }
    }
  }

  /// The first word that `name` is made with, as a whole part of its camel case.
  func word(in name: String) -> String? {
    names.first { word in
      var rest = name[...]
      while let found = rest.range(of: word) {
        let startsPart = found.lowerBound == name.startIndex || word.first?.isUppercase == true
        let endsPart = found.upperBound == name.endIndex || !name[found.upperBound].isLowercase
        if startsPart, endsPart { return true }
        rest = rest[found.upperBound...]
      }
      return false
    }
  }
}

private func scenarioNames(in file: RepositoryFile, words: ScenarioWords) -> [Finding] {
  var findings: [Finding] = []
  let fileName = String(file.path.split(separator: "/").last?.prefix { $0 != "." } ?? "")
  if let word = words.word(in: fileName) {
    findings.append(Finding(path: file.path, line: 1, what: "the file is named for “\(word)”"))
  }
  for declaration in declarations(in: SwiftText(file.text)) where declaration.kind.isType {
    guard let word = words.word(in: declaration.name) else { continue }
    findings.append(
      Finding(
        path: file.path, line: declaration.line,
        what: "the type \(declaration.name) is named for “\(word)”"))
  }
  let lines = file.text.lowercased().split(separator: "\n", omittingEmptySubsequences: false)
  for (number, line) in lines.enumerated() {
    for word in words.anywhere where line.contains(word) {
      findings.append(
        Finding(path: file.path, line: number + 1, what: "names the scenario “\(word)”"))
    }
  }
  return findings
}

@Suite("Scenarios")
struct ScenarioTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let path: String
    let source: String
    let lines: [Int]
    var testDescription: String { "\(path): \(source)" }
  }

  static let rules = ["anywhere group-renting", "name Fire", "name Shops"]

  static let rows = [
    Row(path: "Sources/City/Case.swift", source: "func fire() {}\nlet shops = 1", lines: []),
    Row(path: "Sources/City/FireCase.swift", source: "let a = 1", lines: [1]),
    Row(path: "Sources/City/Firewall.swift", source: "struct Firewall {}", lines: []),
    Row(path: "Sources/City/Case.swift", source: "\nstruct OpenFire {}", lines: [2]),
    Row(path: "Sources/City/Case.swift", source: "enum Fire {}", lines: [1]),
    Row(path: "Sources/City/Case.swift", source: "enum FireShopsRule {}", lines: [1]),
    Row(path: "Sources/City/Case.swift", source: "\n// as Group-Renting does", lines: [2]),
    Row(path: "Sources/City/Case.swift", source: "let a = \"group-renting\"", lines: [1]),
  ]

  @Test("a scenario's name is found", arguments: rows)
  func table(_ row: Row) {
    let file = RepositoryFile(path: row.path, text: row.source)
    let found = scenarioNames(in: file, words: ScenarioWords(rules: Self.rules))
    #expect(found.map(\.line) == row.lines)
  }

  @Test("no Swift file names a scenario")
  func repository() throws {
    let words = ScenarioWords(rules: try Repository.rules("scenarios"))
    #expect(!words.anywhere.isEmpty && !words.names.isEmpty)
    let findings = Repository.swiftSources.flatMap { scenarioNames(in: $0, words: words) }
    #expect(findings.isEmpty, "\(list(findings))")
  }
}

import Foundation
import Testing

/// The lines of `rules/purity.txt`.
private struct PurityRules {
  private(set) var targets: Set<String> = []
  private(set) var calls: [String] = []

  init(rules: [String]) {
    for rule in rules {
      let parts = rule.split(separator: " ", maxSplits: 1).map(String.init)
      guard parts.count == 2 else { continue }
      if parts[0] == "target" { targets.insert(parts[1]) }
      if parts[0] == "call" { calls.append(parts[1]) }
    }
  }
}

private func impureCalls(in file: RepositoryFile, rules: PurityRules) -> [Finding] {
  guard let target = file.target, rules.targets.contains(target) else { return [] }
  let code = SwiftText(file.text).code
  return code.indices.flatMap { number in
    rules.calls.filter { says($0, in: code[number]) }.map {
      Finding(path: file.path, line: number, what: "\(target) is pure and may not use \($0)")
    }
  }
}

/// Whether `line` has `call` where no longer name goes on to the left.
private func says(_ call: String, in line: String) -> Bool {
  var rest = line[...]
  while let found = rest.range(of: call) {
    let before =
      found.lowerBound == line.startIndex ? " " : line[line.index(before: found.lowerBound)]
    if call.hasPrefix(".") || !(before.isLetter || before.isNumber || "_.".contains(before)) {
      return true
    }
    rest = rest[found.upperBound...]
  }
  return false
}

@Suite("Purity")
struct PurityTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let path: String
    let source: String
    let lines: [Int]
    var testDescription: String { "\(path): \(source)" }
  }

  static let rules = ["target City", "call Date()", "call .random(", "call print("]

  static let rows = [
    Row(path: "Sources/City/A.swift", source: "let now = Date()", lines: [1]),
    Row(path: "Sources/City/A.swift", source: "let now = DueDate()", lines: []),
    Row(path: "Sources/City/A.swift", source: "Int.random(in: 0...1)", lines: [1]),
    Row(path: "Sources/City/A.swift", source: "\nprint(a)", lines: [2]),
    Row(path: "Sources/City/A.swift", source: "fingerprint(a)\nlog.print(a)", lines: []),
    Row(path: "Sources/City/A.swift", source: "// print(a)", lines: []),
    Row(path: "Sources/Web/A.swift", source: "print(Date())", lines: []),
  ]

  @Test("a clock, a die or a way out is found in a pure target", arguments: rows)
  func table(_ row: Row) {
    let file = RepositoryFile(path: row.path, text: row.source)
    #expect(impureCalls(in: file, rules: PurityRules(rules: Self.rules)).map(\.line) == row.lines)
  }

  @Test("decisions take what they need as arguments")
  func repository() throws {
    let rules = PurityRules(rules: try Repository.rules("purity"))
    #expect(!rules.targets.isEmpty && !rules.calls.isEmpty)
    let findings = Repository.swiftSources.flatMap { impureCalls(in: $0, rules: rules) }
    #expect(findings.isEmpty, "\(list(findings))")
  }
}

import Testing

/// Promises the compiler cannot check, made without a reason beside them.
private func unexplainedPromises(in file: RepositoryFile) -> [Finding] {
  let text = SwiftText(file.text)
  return text.code.indices.compactMap { line in
    let promise = ["@unchecked Sendable", "nonisolated(unsafe)"].first {
      text.code[line].contains($0)
    }
    guard let promise, !hasReason(atLine: line, in: text) else { return nil }
    return Finding(
      path: file.path, line: line,
      what: "\(promise) needs a comment that says why it is safe (directly above or beside it)")
  }
}

/// A plain comment beside the line or directly above its declaration is a reason. In a doc comment
/// it counts if it speaks of what makes sharing safe.
private func hasReason(atLine line: Int, in text: SwiftText) -> Bool {
  if text.comment(atLine: line) != nil { return true }
  var above = line - 1
  while above > 0, text.code[above].contains("@"), !text.code[above].contains("{") { above -= 1 }
  while above > 0, let comment = text.comment(atLine: above) {
    let isAlone = text.code[above].allSatisfy(\.isWhitespace)
    if !isAlone { return false }
    if !comment.hasPrefix("///") || speaksOfSharing(comment) { return true }
    above -= 1
  }
  return false
}

private func speaksOfSharing(_ comment: String) -> Bool {
  let words = [
    "sendable", "thread", "lock", "queue", "mutex", "shared", "concurren", "immutable", "serial",
    "safe", "executor",
  ]
  let lowered = comment.lowercased()
  return words.contains { lowered.contains($0) }
}

@Suite("Concurrency")
struct ConcurrencyTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let source: String
    let lines: [Int]
    var testDescription: String { source }
  }

  static let rows = [
    Row(source: "final class A: @unchecked Sendable {}", lines: [1]),
    Row(source: "final class A: @unchecked Sendable {}  // Guarded by `lock`.", lines: []),
    Row(source: "// Only its own thread reads it.\nclass A: @unchecked Sendable {}", lines: []),
    Row(source: "/// A door.\nclass A: @unchecked Sendable {}", lines: [2]),
    Row(source: "/// A door, behind a lock.\nclass A: @unchecked Sendable {}", lines: []),
    Row(source: "/// Behind a lock.\n/// So.\nclass A: @unchecked Sendable {}", lines: []),
    Row(source: "// Why.\n\nclass A: @unchecked Sendable {}", lines: [3]),
    Row(source: "let a = 1  // Why.\nclass A: @unchecked Sendable {}", lines: [2]),
    Row(source: "// Why.\n@objc\nfinal class A: @unchecked Sendable {}", lines: []),
    Row(source: "nonisolated(unsafe) var a = 1", lines: [1]),
    Row(source: "f(\"nonisolated(unsafe)\")", lines: []),
  ]

  @Test("a promise without a reason is found", arguments: rows)
  func table(_ row: Row) {
    let file = RepositoryFile(path: "a", text: row.source)
    #expect(unexplainedPromises(in: file).map(\.line) == row.lines)
  }

  @Test("every unchecked promise says why it holds")
  func repository() {
    let findings = Repository.files.filter(\.isSwift).flatMap(unexplainedPromises)
    #expect(findings.isEmpty, "\(list(findings))")
  }
}

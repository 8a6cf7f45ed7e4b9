import Testing

private enum Limits {
  static let fileLinesMax = 400
  static let functionLinesMax = 70
}

/// Files and functions that are longer than a reader can hold.
private func oversized(in file: RepositoryFile) -> [Finding] {
  var findings: [Finding] = []
  let text = SwiftText(file.text)
  let lines = text.code.count - 1 - (file.text.hasSuffix("\n") ? 1 : 0)
  if lines > Limits.fileLinesMax {
    findings.append(
      Finding(
        path: file.path, line: 1, what: "\(lines) lines; a file has at most \(Limits.fileLinesMax)")
    )
  }
  for declaration in declarations(in: text) where declaration.kind.isFunction {
    guard let last = declaration.lastLine else { continue }
    let lines = last - declaration.line + 1
    guard lines > Limits.functionLinesMax else { continue }
    findings.append(
      Finding(
        path: file.path, line: declaration.line,
        what: "\(declaration.name) has \(lines) lines; a function has at most "
          + "\(Limits.functionLinesMax)"))
  }
  return findings
}

@Suite("Sizes")
struct SizeTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let source: String
    let lines: [Int]
  }

  private static func statements(_ count: Int) -> String {
    String(repeating: "    if a { b() }\n", count: count)
  }

  static let rows = [
    Row(
      testDescription: "a file of 400 lines", source: String(repeating: "let a = 1\n", count: 400),
      lines: []),
    Row(
      testDescription: "a file of 401 lines", source: String(repeating: "let a = 1\n", count: 401),
      lines: [1]),
    Row(
      testDescription: "functions of 70 lines",
      source:
        "struct A {\n  init() {\n\(statements(68))  }\n  func f() {\n\(statements(68))  }\n}\n",
      lines: []),
    Row(
      testDescription: "a function of 71 lines",
      source:
        "struct A {\n  package static func f(\n    a: Int\n  ) -> Int {\n\(statements(67))  }\n}\n",
      lines: [2]),
    Row(
      testDescription: "a requirement has no body, whatever follows it",
      source:
        "protocol P {\n  func f()\n}\nstruct A {\n\(String(repeating: "  let a = 1\n", count: 80))}\n",
      lines: []),
    Row(
      testDescription: "a default closure is not the body",
      source: "func f(\n  a: () -> Void = { b() }\n) {\n\(statements(70))}\n", lines: [1]),
    Row(
      testDescription: "braces in text do not count",
      source: "func f() {\n  g(\"{{{\")  // {\n}\n\(String(repeating: "// c\n", count: 80))",
      lines: []),
  ]

  @Test("what is too long is found, and nothing else", arguments: rows)
  func sizes(_ row: Row) {
    #expect(oversized(in: RepositoryFile(path: "a", text: row.source)).map(\.line) == row.lines)
  }

  @Test("files and functions stay short")
  func repository() {
    let findings = Repository.files.filter(\.isSwift).flatMap(oversized)
    #expect(findings.isEmpty, "\(list(findings))")
  }
}

/// Findings one a line, for a test's message.
func list(_ findings: [Finding]) -> String {
  findings.map { "\n  \($0)" }.joined()
}

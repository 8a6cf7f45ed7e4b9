import Testing

@Suite("Swift text")
struct SwiftTextTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let source: String
    let code: String
    let literals: [String]
    let comments: [String]
    var testDescription: String { source }
  }

  static let rows = [
    Row(source: "let a = 1 // one", code: "let a = 1", literals: [], comments: ["// one"]),
    Row(source: "f(\"a // b\")", code: "f(\"      \")", literals: ["a // b"], comments: []),
    Row(source: "f(\"a\\\"b\")", code: "f(\"    \")", literals: ["a\\\"b"], comments: []),
    Row(source: "f(#\"a\"b\"#)", code: "f(#\"   \"#)", literals: ["a\"b"], comments: []),
    Row(
      source: "f(\"a\\(g(\"b\"))c\")", code: "f(\"   g(\" \")  \")", literals: ["b", "a\\(c"],
      comments: []),
    Row(
      source: "f(\"\"\"\n  a \"b\"\n  \"\"\")", code: "f(\"\"\"\n\n  \"\"\")",
      literals: ["", "  a \"b\"", "  "], comments: []),
    Row(
      source: "a /* b /* c */ d\n e */ f", code: "a\n      f", literals: [],
      comments: ["/* b /* c */ d", " e */"]),
  ]

  @Test("code, literals and comments are told apart", arguments: rows)
  func pieces(_ row: Row) {
    let text = SwiftText(row.source)
    let code = text.code.dropFirst().map { line in
      String(line.reversed().drop { $0 == " " }.reversed())
    }
    #expect(code.joined(separator: "\n") == row.code)
    #expect(text.literals.map(\.text) == row.literals)
    #expect(text.comments.map(\.text) == row.comments)
  }

  @Test("a literal and a comment know their line")
  func lines() {
    let text = SwiftText("let a = \"x\"\n\n// c\nlet b = \"\"\"\n  y\n  \"\"\"\n")
    #expect(text.literals.map(\.line) == [1, 4, 5, 6])
    #expect(text.comment(atLine: 3) == "// c")
    #expect(text.comment(atLine: 1) == nil)
  }
}

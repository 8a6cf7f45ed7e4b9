import Testing

/// Members that Swift's own protocols ask for, and document.
private let witnesses: Set<String> = ["hash", "next", "makeIterator", "makeAsyncIterator", "index"]

/// The names that protocols ask for: what fulfils them is documented there.
private func requirements(in text: SwiftText) -> Set<String> {
  let all = declarations(in: text)
  return Set(
    all.compactMap { declaration in
      guard let parent = declaration.parent, all[parent].kind == .protocol else { return nil }
      return declaration.name
    })
}

/// Types, functions and static constants that other targets can use and that say nothing of
/// themselves.
///
/// Left out: operators; what fulfils a protocol; a nested type of one line; a named limit, whose
/// name says all; an overload of a documented function; and what follows a documented
/// declaration of its kind without an empty line, because one comment may speak for all of them.
private func undocumented(in file: RepositoryFile, asked: Set<String>) -> [Finding] {
  let text = SwiftText(file.text)
  let all = declarations(in: text)
  var documented: Set<Int> = []
  return all.indices.compactMap { index in
    let declaration = all[index]
    if isDocumented(declaration, in: text) || isSpokenFor(index, among: all, documented) {
      documented.insert(index)
      return nil
    }
    guard declaration.isShared, wantsDocumentation(declaration) else { return nil }
    if let parent = declaration.parent.map({ all[$0] }) {
      let fulfils = asked.contains(declaration.name) || witnesses.contains(declaration.name)
      if fulfils, parent.conforms || parent.kind == .extension { return nil }
    }
    return Finding(
      path: file.path, line: declaration.line,
      what: "\(declaration.kind.rawValue) \(declaration.name) has no doc comment")
  }
}

private func wantsDocumentation(_ declaration: Declaration) -> Bool {
  switch declaration.kind {
  case .struct, .enum, .protocol, .class, .actor:
    declaration.parent == nil || declaration.lastLine != declaration.line
  case .func: declaration.name.contains { $0.isLetter }
  case .let, .var:
    declaration.modifiers.contains("static")
      && !["Max", "Min", "Range"].contains { declaration.name.hasSuffix($0) }
  case .extension, .`init`, .subscript: false
  }
}

private func isDocumented(_ declaration: Declaration, in text: SwiftText) -> Bool {
  guard let above = text.comment(atLine: declaration.firstLine - 1) else { return false }
  return above.hasPrefix("///") || above.hasSuffix("*/")
}

/// Whether the comment of an earlier declaration of the same parent speaks for this one too.
private func isSpokenFor(
  _ index: Int, among all: [Declaration], _ documented: Set<Int>
) -> Bool {
  let declaration = all[index]
  return documented.contains { earlier in
    let other = all[earlier]
    guard other.parent == declaration.parent, other.kind == declaration.kind else { return false }
    if declaration.kind == .func, other.name == declaration.name { return true }
    return !declaration.kind.isType
      && (other.lastLine ?? other.line) == declaration.firstLine - 1
  }
}

@Suite("Documentation")
struct DocumentationTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let source: String
    let lines: [Int]
    var testDescription: String { source }
  }

  static let rows = [
    Row(source: "package struct A {}", lines: [1]),
    Row(source: "/// A.\npackage struct A {}", lines: []),
    Row(source: "/** A. */\npublic final class A {}", lines: []),
    Row(source: "// A.\npackage struct A {}", lines: [2]),
    Row(source: "/// A.\n@frozen\npackage enum A {}", lines: []),
    Row(source: "struct A {}\nprivate func f() {}", lines: []),
    Row(source: "/// A.\npackage struct A {\n  package func f() {}\n}", lines: [3]),
    Row(source: "/// A.\npackage struct A {\n  package static let a = 1\n}", lines: [3]),
    Row(source: "/// A.\npackage struct A {\n  package let a: Int\n}", lines: []),
    Row(source: "/// A.\npackage struct A: P {\n  package func asked() {}\n}", lines: []),
    Row(source: "/// A.\npackage struct A {\n  package func asked() {}\n}", lines: [3]),
    Row(source: "extension A: Comparable {\n  package static func < (a: A, b: A) {}\n}", lines: []),
    Row(source: "extension A {\n  @discardableResult package func f() {}\n}", lines: [2]),
    Row(source: "package func f() {\n  let package = struct\n}", lines: [1]),
    Row(source: "/// A.\npackage struct A {\n  package enum B { case c }\n}", lines: []),
    Row(source: "/// A.\npackage struct A {\n  package enum B {\n    case c\n  }\n}", lines: [3]),
    Row(source: "extension A {\n  package static let bytesMax = 1\n}", lines: []),
    Row(source: "/// F.\npackage func f() {}\n\npackage func f(a: Int) {}", lines: []),
    Row(source: "/// F.\npackage func f() {}\npackage func g() {}\npackage func h() {}", lines: []),
    Row(source: "/// F.\npackage func f() {}\n\npackage func g() {}", lines: [4]),
    Row(source: "/// A.\npackage struct A {}\npackage struct B {}", lines: [3]),
  ]

  @Test("what has no doc comment is found, and nothing else", arguments: rows)
  func table(_ row: Row) {
    let file = RepositoryFile(path: "a", text: row.source)
    #expect(undocumented(in: file, asked: ["asked"]).map(\.line) == row.lines)
  }

  @Test("a protocol's members are known by name")
  func asked() {
    let text = SwiftText("protocol P {\n  func f()\n  var v: Int { get }\n}\nfunc g() {}")
    #expect(requirements(in: text) == ["f", "v"])
  }

  @Test("what other targets use is documented")
  func repository() {
    let sources = Repository.swiftSources
    let asked = sources.reduce(into: Set<String>()) {
      $0.formUnion(requirements(in: SwiftText($1.text)))
    }
    let findings = sources.flatMap { undocumented(in: $0, asked: asked) }
    #expect(findings.isEmpty, "\(list(findings))")
  }
}

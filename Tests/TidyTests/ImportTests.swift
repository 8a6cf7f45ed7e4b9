import Testing

/// Which target may import which modules, as `rules/imports.txt` says.
private struct ImportTable {
  private(set) var allowed: [String: Set<String>] = [:]
  private var every: Set<String> = []
  private var groups: [String: Set<String>] = [:]

  init(rules: [String]) {
    for rule in rules {
      let isGroup = rule.contains("=")
      let parts = rule.split(separator: isGroup ? "=" : ":", omittingEmptySubsequences: false)
      let name = parts[0].filter { !$0.isWhitespace }
      let modules = parts.dropFirst().joined().split(separator: " ").flatMap {
        groups[String($0)] ?? [String($0)]
      }
      if isGroup {
        groups[name] = Set(modules)
      } else if name == "every" {
        every = Set(modules)
      } else {
        allowed[name] = Set(modules)
      }
    }
  }

  /// Why `target` may not import `module`, or nil.
  func refusal(of module: String, by target: String) -> String? {
    guard let own = allowed[target] else { return "\(target) has no line in imports.txt" }
    if own.contains(module) || every.contains(module) { return nil }
    return "\(target) may not import \(module)"
  }
}

/// The modules a file imports, with their lines.
private func imports(in text: SwiftText) -> [(module: String, line: Int)] {
  let access: Set<Substring> = ["package", "public", "internal", "private", "fileprivate"]
  let kinds: Set<Substring> = [
    "struct", "class", "enum", "protocol", "func", "var", "let", "typealias", "actor",
  ]
  return text.code.enumerated().compactMap { number, line in
    var words = line.split { $0 == " " || $0 == "\t" || $0 == ";" }[...]
    while let first = words.first, first.hasPrefix("@") || access.contains(first) {
      words.removeFirst()
    }
    guard words.popFirst() == "import" else { return nil }
    if let first = words.first, kinds.contains(first) { words.removeFirst() }
    guard let path = words.first else { return nil }
    return (String(path.prefix { $0 != "." }), number)
  }
}

private func refusedImports(in file: RepositoryFile, table: ImportTable) -> [Finding] {
  guard let target = file.target else { return [] }
  let unknown = table.allowed[target] == nil
  let found = imports(in: SwiftText(file.text))
  if unknown {
    return [Finding(path: file.path, line: 1, what: "\(target) has no line in imports.txt")]
  }
  return found.compactMap { module, line in
    table.refusal(of: module, by: target).map { Finding(path: file.path, line: line, what: $0) }
  }
}

@Suite("Imports")
struct ImportTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let path: String
    let source: String
    let found: [String]
    var testDescription: String { "\(path): \(source)" }
  }

  static let rules = [
    "every: Glibc", "both = City Pack", "City:", "Ports: both", "Web: both Ports",
  ]

  static let rows = [
    Row(path: "Sources/City/A.swift", source: "import Glibc", found: []),
    Row(path: "Sources/City/A.swift", source: "import Pack", found: ["City may not import Pack"]),
    Row(path: "Sources/Ports/A.swift", source: "package import City\nimport Pack", found: []),
    Row(
      path: "Sources/Ports/A/B.swift", source: "@preconcurrency internal import struct Web.Route",
      found: ["Ports may not import Web"]),
    Row(path: "Sources/Web/A.swift", source: "import Ports // import X", found: []),
    Row(path: "Sources/Web/A.swift", source: "let a = \"\"\"\n  import X\n  \"\"\"", found: []),
    Row(
      path: "Sources/Web/A.swift", source: "import Foundation.NSDate",
      found: ["Web may not import Foundation"]),
    Row(path: "Sources/New/A.swift", source: "", found: ["New has no line in imports.txt"]),
    Row(path: "Package.swift", source: "import PackageDescription", found: []),
  ]

  @Test("an import the table does not name is found", arguments: rows)
  func table(_ row: Row) {
    let file = RepositoryFile(path: row.path, text: row.source)
    let found = refusedImports(in: file, table: ImportTable(rules: Self.rules))
    #expect(found.map(\.what) == row.found)
  }

  @Test("every target imports what the architecture lets it, and no more")
  func repository() throws {
    let table = ImportTable(rules: try Repository.rules("imports"))
    #expect(!table.allowed.isEmpty)
    let findings = Repository.swiftSources.flatMap { refusedImports(in: $0, table: table) }
    #expect(findings.isEmpty, "\(list(findings))")
  }
}

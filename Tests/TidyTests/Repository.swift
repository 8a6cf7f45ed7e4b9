import Foundation

/// One text file of the repository.
struct RepositoryFile: Sendable {
  /// Below the root, as `Sources/City/Case.swift`.
  let path: String
  let text: String

  /// The target it belongs to, for a file below Sources or Tests.
  var target: String? {
    let parts = path.split(separator: "/")
    guard parts.count > 2, parts[0] == "Sources" || parts[0] == "Tests" else { return nil }
    return String(parts[1])
  }

  var isSource: Bool { path.hasPrefix("Sources/") }
  var isSwift: Bool { path.hasSuffix(".swift") }
}

/// One thing a check found, shown as `path:line: what`.
struct Finding: Hashable, CustomStringConvertible, Sendable {
  let path: String
  let line: Int
  let what: String

  var description: String { "\(path):\(line): \(what)" }
}

/// The files the checks read.
enum Repository {
  /// Where the root is, seen from this very file.
  static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Folders of the root that hold the product. Others (the build, the data) are not looked at.
  private static let folders = [
    "Sources", "Tests", "packs", "web", "docs", "tools", "Benchmarks", ".ci",
  ]
  /// Files of other people, as they are.
  private static let foreign: Set<String> = ["vendor", "LICENSE"]
  private static let fileBytesMax = 4_000_000

  /// Every text file of the product, sorted by path.
  static let files: [RepositoryFile] = load()

  static var swiftSources: [RepositoryFile] { files.filter { $0.isSource && $0.isSwift } }

  /// The rules of one check: the lines of a file in `rules/`, without empty lines and comments. A
  /// comment is a line of its own that begins with `#`; elsewhere the mark is part of the rule.
  static func rules(_ name: String) throws -> [String] {
    let url = root.appending(path: "Tests/TidyTests/rules/\(name).txt")
    return lines(ofRules: try String(contentsOf: url, encoding: .utf8))
  }

  static func lines(ofRules text: String) -> [String] {
    text.split(separator: "\n").compactMap { line in
      let rule = line.trimmingCharacters(in: .whitespaces)
      return rule.isEmpty || rule.hasPrefix("#") ? nil : rule
    }
  }

  private static func load() -> [RepositoryFile] {
    var paths = children(of: root.path).filter { isRootFile($0) }
    for folder in folders {
      let below = FileManager.default.enumerator(atPath: root.appending(path: folder).path)
      while let path = below?.nextObject() as? String { paths.append("\(folder)/\(path)") }
    }
    return paths.sorted().compactMap(read)
  }

  private static func children(of folder: String) -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
  }

  private static func isRootFile(_ name: String) -> Bool {
    ["run", "test", ".gitignore", ".swift-format"].contains(name) || name.hasSuffix(".md")
      || name.hasSuffix(".swift")
  }

  /// nil for folders, binary files and those of other people.
  private static func read(_ path: String) -> RepositoryFile? {
    guard foreign.isDisjoint(with: path.split(separator: "/").map(String.init)) else { return nil }
    let url = root.appending(path: path)
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder),
      !isFolder.boolValue, let bytes = try? Data(contentsOf: url), bytes.count <= fileBytesMax,
      !bytes.contains(0), let text = String(data: bytes, encoding: .utf8)
    else { return nil }
    return RepositoryFile(path: path, text: text)
  }
}

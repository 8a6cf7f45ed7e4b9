/// Why our scripts cannot go out together; then each goes out as it is.
enum ScriptFault: Error, Equatable {
  /// A line that begins with `import` or `export` and is none of the known forms.
  case unknownForm(path: String, line: String)
  /// A script takes or fetches one that is not there, or a name that it does not give.
  case missing(path: String, wanted: String)
  /// Within one bundle a name would stand for two things.
  case givenTwice(name: String, first: String, second: String)
}

/// One of our scripts, taken apart: what it takes from others, what it gives, and the rest of it.
///
/// Reads what our formatter writes: imports and exports begin a line, names stand in braces, and
/// nothing is renamed on the way.
struct ScriptModule: Equatable {
  /// Names that a script takes from one other.
  struct Taking: Equatable {
    let path: String
    let names: [String]
  }

  /// Where it lies under the folder of the pages, with a slash before it.
  let path: String
  let takings: [Taking]
  /// Scripts that it fetches when it comes to need them.
  let fetched: [String]
  /// Names that others may take, in the order of the text.
  let given: [String]
  /// The lean text without imports, and without the word before what it gives.
  let body: String

  private static let fetching = "import(\""
  /// What may be given, by the words before its name.
  private static let kinds = ["async function ", "function ", "class ", "const "]

  /// - Throws: `ScriptFault` for a form that is not known.
  init(path: String, source: String) throws(ScriptFault) {
    var takings: [Taking] = []
    var given: [String] = []
    var rest: [Substring] = []
    var statement = ""
    for line in source.split(separator: "\n", omittingEmptySubsequences: false) {
      if !statement.isEmpty || line.hasPrefix("import ") {
        statement += line
        guard line.hasSuffix(";") else { continue }
        takings.append(try Self.taking(statement, from: path))
        statement = ""
      } else if line == "export {};" {
        continue
      } else if line.hasPrefix("export ") {
        let bare = line.dropFirst("export ".count)
        given.append(try Self.name(of: bare, in: path))
        rest.append(bare)
      } else {
        rest.append(line)
      }
    }
    guard statement.isEmpty else { throw .unknownForm(path: path, line: statement) }
    let lean = LeanText.script(Array(rest.joined(separator: "\n").utf8))
    self.path = path
    self.takings = takings
    self.given = given
    body = String(decoding: lean, as: UTF8.self)
    fetched = Self.pieces(of: body).dropFirst().map { Self.resolved($0.path, from: path) }
  }

  /// The body, with each script it fetches named by what `place` says of it.
  func body(fetchingFrom place: (String) -> String) -> String {
    Self.pieces(of: body).enumerated().map { index, piece in
      guard index > 0 else { return String(piece.rest) }
      return Self.fetching + place(Self.resolved(piece.path, from: path)) + "\"" + piece.rest
    }.joined()
  }

  /// A body cut before each path that it fetches; the first piece has none.
  private static func pieces(of body: String) -> [(path: Substring, rest: Substring)] {
    body.split(separator: fetching, omittingEmptySubsequences: false).enumerated().map {
      index, piece in
      guard index > 0, let quote = piece.firstIndex(of: "\"") else { return ("", piece) }
      return (piece[..<quote], piece[piece.index(after: quote)...])
    }
  }

  /// `import { a, b } from "./c.js";`
  private static func taking(_ statement: String, from path: String) throws(ScriptFault) -> Taking {
    let parts = statement.split(separator: "\"", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[2] == ";", parts[1].hasPrefix("."),
      let open = parts[0].firstIndex(of: "{"), let close = parts[0].lastIndex(of: "}"),
      parts[0][..<open] == "import ", parts[0][close...] == "} from "
    else { throw .unknownForm(path: path, line: statement) }
    let names = parts[0][open..<close].dropFirst().split(separator: ",").map {
      String($0.drop { $0 == " " }.prefix { $0 != " " })
    }
    guard !parts[0].contains(" as ") else { throw .unknownForm(path: path, line: statement) }
    return Taking(path: resolved(parts[1], from: path), names: names.filter { !$0.isEmpty })
  }

  /// The name that a declaration gives.
  private static func name(of bare: Substring, in path: String) throws(ScriptFault) -> String {
    for kind in kinds where bare.hasPrefix(kind) {
      let name = bare.dropFirst(kind.count).prefix { $0.isLetter || $0.isNumber || $0 == "_" }
      if !name.isEmpty { return String(name) }
    }
    throw .unknownForm(path: path, line: String(bare))
  }

  /// A relative address as a path under the folder of the pages.
  static func resolved(_ address: Substring, from path: String) -> String {
    guard address.hasPrefix(".") else { return String(address) }
    var segments = path.split(separator: "/").dropLast()
    for segment in address.split(separator: "/") where segment != "." {
      if segment == ".." { segments = segments.dropLast() } else { segments.append(segment) }
    }
    return "/" + segments.joined(separator: "/")
  }
}

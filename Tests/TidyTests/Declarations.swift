/// A declaration found in Swift source: enough of it to measure and to ask for documentation.
struct Declaration: Equatable {
  enum Kind: String {
    case `struct`, `enum`, `protocol`, `class`, `actor`, `extension`
    case `func`, `init`, `subscript`, `let`, `var`

    var isType: Bool {
      switch self {
      case .struct, .enum, .protocol, .class, .actor: true
      default: false
      }
    }

    /// Whether what follows in braces are statements, not members.
    var isFunction: Bool { self == .func || self == .`init` || self == .subscript }
  }

  let kind: Kind
  /// The operator's own characters for an operator, `init` for an initialiser.
  let name: String
  /// Access levels, `static`, attributes … as written, without their arguments.
  let modifiers: Set<String>
  /// Where the first attribute or modifier stands.
  let firstLine: Int
  /// Where the keyword stands.
  let line: Int
  /// Where the body's closing brace stands, or nil without a body.
  var lastLine: Int?
  /// The index of the declaration around this one.
  let parent: Int?
  /// Whether a type or extension names what it conforms to or inherits from.
  let conforms: Bool

  /// Whether code of other targets can use it.
  var isShared: Bool { !modifiers.isDisjoint(with: ["package", "public", "open"]) }
}

/// The declarations of one file, in order. Local constants and variables are left out.
func declarations(in text: SwiftText) -> [Declaration] {
  var parser = DeclarationParser(tokens: tokens(of: text.code))
  parser.parse()
  return parser.found
}

/// A word or a single mark of code.
private struct Token {
  let text: String
  let line: Int
  let isFirstOnLine: Bool
  let isWord: Bool
}

private func tokens(of code: [String]) -> [Token] {
  var tokens: [Token] = []
  for (number, line) in code.enumerated() {
    var isFirst = true
    var rest = Substring(line)
    while let character = rest.first {
      if character.isWhitespace {
        rest.removeFirst()
        continue
      }
      let word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "@" || $0 == "`" }
      let text = word.isEmpty ? rest.prefix(1) : word
      tokens.append(
        Token(
          text: text.filter { $0 != "`" }, line: number, isFirstOnLine: isFirst,
          isWord: !word.isEmpty))
      rest.removeFirst(text.count)
      isFirst = false
    }
  }
  return tokens
}

private struct DeclarationParser {
  private static let modifiers: Set<String> = [
    "private", "fileprivate", "internal", "package", "public", "open", "static", "final", "class",
    "mutating", "nonmutating", "override", "nonisolated", "indirect", "lazy", "weak", "unowned",
    "required", "convenience", "consuming", "borrowing", "prefix", "postfix", "infix",
  ]

  let tokens: [Token]
  private(set) var found: [Declaration] = []
  /// One entry an open brace: the declaration it belongs to, or nil for any other brace.
  private var scopes: [Int?] = []
  /// The declaration whose body opens at a token.
  private var bodies: [Int: Int] = [:]

  init(tokens: [Token]) { self.tokens = tokens }

  private var parent: Int? { scopes.last { $0 != nil } ?? nil }

  mutating func parse() {
    for index in tokens.indices {
      switch tokens[index].text {
      case "{": scopes.append(bodies[index])
      case "}":
        if let closed = scopes.popLast(), let closed { found[closed].lastLine = tokens[index].line }
      default: declare(at: index)
      }
    }
  }

  private mutating func declare(at index: Int) {
    guard let kind = Declaration.Kind(rawValue: tokens[index].text), index + 1 < tokens.count
    else { return }
    let (modifiers, first) = modifiersBefore(index)
    guard tokens[first].isFirstOnLine || first > 0 && ["{", ";"].contains(tokens[first - 1].text)
    else { return }
    let next = tokens[index + 1]
    let isNamed = kind == .`init` || kind == .subscript ? !next.isWord : next.text != ":"
    guard isNamed, !["func", "var", "let"].contains(next.text) else { return }
    let inFunction = parent.map { found[$0].kind.isFunction } ?? false
    let isVariable = kind == .let || kind == .var
    if isVariable, inFunction || scopes.last.map({ $0 == nil }) ?? false { return }
    let isRequirement = parent.map { found[$0].kind == .protocol } ?? false
    let body = isRequirement || isVariable ? nil : bodyStart(after: index)
    found.append(
      Declaration(
        kind: kind, name: name(at: index, kind), modifiers: modifiers,
        firstLine: tokens[first].line, line: tokens[index].line, lastLine: nil, parent: parent,
        conforms: body.map { conforms(from: index, to: $0) } ?? false))
    if let body { bodies[body] = found.count - 1 }
  }

  private func name(at index: Int, _ kind: Declaration.Kind) -> String {
    if kind == .`init` || kind == .subscript { return kind.rawValue }
    let next = tokens[index + 1]
    if next.isWord { return next.text }
    return tokens[(index + 1)...].prefix { !$0.isWord && $0.text != "(" }.map(\.text).joined()
  }

  /// The modifiers and attributes before a keyword, and the index of the first of them.
  private func modifiersBefore(_ index: Int) -> (Set<String>, first: Int) {
    var modifiers: Set<String> = []
    var first = index
    while first > 0 {
      var candidate = first - 1
      if tokens[candidate].text == ")" {
        while candidate > 0, tokens[candidate].text != "(" { candidate -= 1 }
        candidate -= 1
      }
      guard candidate >= 0 else { break }
      let text = tokens[candidate].text
      guard Self.modifiers.contains(text) || text.hasPrefix("@") else { break }
      modifiers.insert(text)
      first = candidate
    }
    return (modifiers, first)
  }

  /// The first brace behind a declaration's head that stands in no parentheses.
  private func bodyStart(after index: Int) -> Int? {
    var depth = 0
    for position in (index + 1)..<tokens.count {
      switch tokens[position].text {
      case "(", "[": depth += 1
      case ")", "]": depth -= 1
      case "{" where depth == 0: return position
      case "}" where depth == 0: return nil
      default: break
      }
    }
    return nil
  }

  /// Whether a type's head has a colon outside its generic parameters and before its `where`.
  private func conforms(from index: Int, to body: Int) -> Bool {
    var depth = 0
    for position in (index + 1)..<body {
      switch tokens[position].text {
      case "<", "(": depth += 1
      case ">", ")": depth -= 1
      case "where" where depth == 0: return false
      case ":" where depth == 0: return true
      default: break
      }
    }
    return false
  }
}

/// Swift source with its comments and string literals told apart from its code.
///
/// A scanner, not a parser: it knows comments (nested), string literals (raw, multi-line, with
/// interpolations) and nothing else. A regular-expression literal that holds a quotation mark
/// would mislead it.
struct SwiftText {
  struct Literal: Equatable {
    let line: Int
    let text: String
  }

  struct Comment: Equatable {
    let line: Int
    let text: String
  }

  /// The source's lines, with comments and the text of literals blanked. Lines count from 1, so
  /// `code[0]` is empty.
  let code: [String]
  /// One entry a line of a literal; the code inside interpolations is not part of it.
  let literals: [Literal]
  /// One entry a line of a comment, with its marks.
  let comments: [Comment]

  init(_ source: String) {
    var scanner = Scanner(source)
    scanner.scan()
    code =
      [""]
      + String(decoding: scanner.code, as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    literals = scanner.literals.map { Literal(line: $0.line, text: $0.text) }
    comments = scanner.comments.map { Comment(line: $0.line, text: $0.text) }
  }

  /// The comment of one line, marks and all, or nil.
  func comment(atLine line: Int) -> String? {
    comments.first { $0.line == line }?.text
  }
}

private struct Scanner {
  struct Piece {
    let line: Int
    let text: String
  }

  private static let newline = UInt8(ascii: "\n")
  private static let quote = UInt8(ascii: "\"")
  private static let backslash = UInt8(ascii: "\\")
  private static let slash = UInt8(ascii: "/")
  private static let star = UInt8(ascii: "*")
  private static let hash = UInt8(ascii: "#")
  private static let open = UInt8(ascii: "(")
  private static let close = UInt8(ascii: ")")
  private static let space = UInt8(ascii: " ")

  private let bytes: [UInt8]
  private var index = 0
  private var line = 1
  /// What is left of the source once comments and literals are blanked.
  private(set) var code: [UInt8] = []
  private(set) var literals: [Piece] = []
  private(set) var comments: [Piece] = []

  init(_ source: String) {
    bytes = Array(source.utf8)
    code.reserveCapacity(bytes.count)
  }

  private func peek(_ offset: Int = 0) -> UInt8 {
    index + offset < bytes.count ? bytes[index + offset] : 0
  }

  private mutating func keep() {
    if bytes[index] == Self.newline { line += 1 }
    code.append(bytes[index])
    index += 1
  }

  /// Takes one byte out of the code, into `piece`. At a new line the piece is finished: the answer
  /// is what it held, and another begins.
  private mutating func blank(into piece: inout [UInt8]) -> Piece? {
    let byte = bytes[index]
    index += 1
    guard byte == Self.newline else {
      piece.append(byte)
      code.append(Self.space)
      return nil
    }
    defer {
      piece = []
      line += 1
    }
    code.append(Self.newline)
    return Piece(line: line, text: String(decoding: piece, as: UTF8.self))
  }

  private mutating func blankComment(into piece: inout [UInt8]) {
    if let finished = blank(into: &piece) { comments.append(finished) }
  }

  private mutating func blankLiteral(into piece: inout [UInt8]) {
    if let finished = blank(into: &piece) { literals.append(finished) }
  }

  mutating func scan() {
    while index < bytes.count { step() }
  }

  private mutating func step() {
    switch peek() {
    case Self.slash where peek(1) == Self.slash: lineComment()
    case Self.slash where peek(1) == Self.star: blockComment()
    case Self.quote: literal(hashes: 0)
    case Self.hash:
      var hashes = 0
      while peek(hashes) == Self.hash { hashes += 1 }
      if peek(hashes) == Self.quote {
        for _ in 0..<hashes { keep() }
        literal(hashes: hashes)
      } else {
        for _ in 0..<hashes { keep() }
      }
    default: keep()
    }
  }

  private mutating func lineComment() {
    var piece: [UInt8] = []
    while index < bytes.count, peek() != Self.newline { blankComment(into: &piece) }
    comments.append(Piece(line: line, text: String(decoding: piece, as: UTF8.self)))
  }

  private mutating func blockComment() {
    var piece: [UInt8] = []
    var depth = 0
    repeat {
      if peek() == Self.slash, peek(1) == Self.star {
        depth += 1
        blankComment(into: &piece)
      } else if peek() == Self.star, peek(1) == Self.slash {
        depth -= 1
        blankComment(into: &piece)
      }
      blankComment(into: &piece)
    } while depth > 0 && index < bytes.count
    comments.append(Piece(line: line, text: String(decoding: piece, as: UTF8.self)))
  }

  /// Whether `count` bytes from here on equal `byte`.
  private func repeats(_ byte: UInt8, _ count: Int, from offset: Int) -> Bool {
    (0..<count).allSatisfy { peek(offset + $0) == byte }
  }

  private mutating func literal(hashes: Int) {
    let quotes = repeats(Self.quote, 3, from: 0) ? 3 : 1
    for _ in 0..<quotes { keep() }
    var piece: [UInt8] = []
    while index < bytes.count {
      if repeats(Self.quote, quotes, from: 0), repeats(Self.hash, hashes, from: quotes) {
        literals.append(Piece(line: line, text: String(decoding: piece, as: UTF8.self)))
        for _ in 0..<(quotes + hashes) { keep() }
        return
      }
      if peek() == Self.backslash, repeats(Self.hash, hashes, from: 1) {
        if peek(1 + hashes) == Self.open {
          for _ in 0..<(2 + hashes) { blankLiteral(into: &piece) }
          interpolation()
        } else {
          // The escaped byte, a quotation mark perhaps, goes with its backslash.
          for _ in 0..<min(2 + hashes, bytes.count - index) { blankLiteral(into: &piece) }
        }
      } else if quotes == 1, peek() == Self.newline {
        // An unfinished literal: the compiler will say so.
        return
      } else {
        blankLiteral(into: &piece)
      }
    }
  }

  /// The code between the parentheses of an interpolation, whose opening one is behind us.
  private mutating func interpolation() {
    var depth = 1
    while index < bytes.count {
      switch peek() {
      case Self.open: depth += 1
      case Self.close: depth -= 1
      default: break
      }
      if depth == 0 {
        code.append(Self.space)
        index += 1
        return
      }
      step()
    }
  }
}

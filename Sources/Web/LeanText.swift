/// Our own scripts and styles without what only those who write them read: comments, and white space
/// that parts nothing. Names and order stay, so that what runs is what is written.
enum LeanText {
  /// A script as it goes out. Knows strings, templates and regular expressions as our formatter
  /// writes them; what it does not understand it leaves alone.
  static func script(_ source: [UInt8]) -> [UInt8] {
    var scanner = LeanScanner(source)
    scanner.run(isScript: true)
    return scanner.lean
  }

  /// A style sheet as it goes out.
  static func style(_ source: [UInt8]) -> [UInt8] {
    var scanner = LeanScanner(source)
    scanner.run(isScript: false)
    return scanner.lean
  }
}

/// Goes through a text once and keeps what counts.
private struct LeanScanner {
  let source: [UInt8]
  private(set) var lean: [UInt8] = []
  private var at = 0
  private var isScript = true
  /// White space that was passed over since the last byte that was kept.
  private var gap = Gap.none
  /// Braces open within each `${…}` that is open, the innermost last.
  private var depths: [Int] = []

  private enum Gap: Comparable { case none, space, line }

  private static let newline = UInt8(ascii: "\n")
  private static let comma = UInt8(ascii: ",")
  private static let slash = UInt8(ascii: "/")
  /// What a script's line can end with while its statement goes on, or is plainly over.
  private static let lineEnders = Set("{([,;=>?:&|<*%".utf8)
  /// What a script's line can only begin with where the line before goes on.
  private static let lineStarters = Set(")]},.?:".utf8)
  /// Beside these a style sheet needs no white space.
  private static let styleEnders = Set("{};,:".utf8)
  private static let styleStarters = Set("{};,".utf8)
  /// What a value can end with: a slash after it divides.
  private static let closers = Set(")]}".utf8)
  /// Words after which a slash begins a regular expression all the same.
  private static let openingWords: Set<String> = ["return", "typeof", "case", "of", "in", "yield"]

  init(_ source: [UInt8]) {
    self.source = source
    lean.reserveCapacity(source.count)
  }

  mutating func run(isScript: Bool) {
    self.isScript = isScript
    while at < source.count {
      let byte = source[at]
      switch byte {
      case Self.newline: pass(.line)
      case UInt8(ascii: " "), UInt8(ascii: "\t"): pass(.space)
      case Self.slash where next == UInt8(ascii: "*"): skipBlock()
      case Self.slash where isScript && next == Self.slash: skipLine()
      case Self.slash where isScript && beginsExpression: copyExpression()
      case UInt8(ascii: "\""), UInt8(ascii: "'"): copyText(until: byte)
      case UInt8(ascii: "`") where isScript: copyTemplate()
      case UInt8(ascii: "{") where !depths.isEmpty:
        depths[depths.count - 1] += 1
        keep(byte)
      case UInt8(ascii: "}") where !depths.isEmpty:
        if depths[depths.count - 1] == 0 {
          depths.removeLast()
          copyTemplate()
        } else {
          depths[depths.count - 1] -= 1
          keep(byte)
        }
      default: keep(byte)
      }
    }
    if !lean.isEmpty { lean.append(Self.newline) }
  }

  private var next: UInt8? { at + 1 < source.count ? source[at + 1] : nil }

  private mutating func pass(_ passed: Gap) {
    at += 1
    gap = max(gap, passed)
  }

  private mutating func keep(_ byte: UInt8) {
    settle(before: byte)
    at += 1
    lean.append(byte)
  }

  /// Decides what is left of the white space before a byte that is kept.
  private mutating func settle(before byte: UInt8) {
    defer { gap = .none }
    guard let last = lean.last else { return }
    if isScript {
      dropComma(before: byte)
      let goesOn = Self.lineEnders.contains(last) || Self.lineStarters.contains(byte)
      if gap == .line, !goesOn { return lean.append(Self.newline) }
      if gap != .none, needsSpace(lean.last ?? last, byte) { lean.append(UInt8(ascii: " ")) }
    } else if last == UInt8(ascii: ";"), byte == UInt8(ascii: "}") {
      lean.removeLast()
    } else if gap != .none, !Self.styleEnders.contains(last), !Self.styleStarters.contains(byte) {
      lean.append(UInt8(ascii: " "))
    }
  }

  /// The formatter ends lists over several lines with a comma. One that stands for a place left
  /// empty stays.
  private mutating func dropComma(before byte: UInt8) {
    guard gap == .line, lean.last == Self.comma, Set(")]}".utf8).contains(byte),
      let before = lean.dropLast().last, before != Self.comma, before != UInt8(ascii: "[")
    else { return }
    lean.removeLast()
  }

  /// Whether two bytes of a script would mean something else side by side.
  private func needsSpace(_ last: UInt8, _ byte: UInt8) -> Bool {
    if last == Self.slash || byte == Self.slash { return true }
    if Self.isOfWord(last) {
      let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(last)
      return Self.isOfWord(byte) || isDigit && byte == UInt8(ascii: ".")
    }
    let sign = last == UInt8(ascii: "+") || last == UInt8(ascii: "-")
    return sign && last == byte || last == UInt8(ascii: "<") && byte == UInt8(ascii: "!")
  }

  private mutating func skipLine() {
    while at < source.count, source[at] != Self.newline { at += 1 }
  }

  /// A comment over several lines still parts two statements.
  private mutating func skipBlock() {
    var hadNewline = false
    at += 2
    while at < source.count {
      if source[at] == UInt8(ascii: "*"), next == UInt8(ascii: "/") {
        at += 2
        break
      }
      hadNewline = hadNewline || source[at] == Self.newline
      at += 1
    }
    gap = max(gap, hadNewline ? .line : .space)
  }

  private mutating func copyText(until quote: UInt8) {
    settle(before: quote)
    repeat {
      if source[at] == UInt8(ascii: "\\"), at + 1 < source.count {
        lean.append(source[at])
        at += 1
      }
      lean.append(source[at])
      at += 1
    } while at < source.count && source[at] != quote && source[at] != Self.newline
    if at < source.count, source[at] == quote {
      lean.append(quote)
      at += 1
    }
  }

  /// From the mark at which a template begins, or goes on, to its end or its next `${`.
  private mutating func copyTemplate() {
    settle(before: source[at])
    lean.append(source[at])
    at += 1
    while at < source.count {
      let byte = source[at]
      lean.append(byte)
      at += 1
      if byte == UInt8(ascii: "`") { return }
      if byte == UInt8(ascii: "\\"), at < source.count {
        lean.append(source[at])
        at += 1
      } else if byte == UInt8(ascii: "$"), at < source.count, source[at] == UInt8(ascii: "{") {
        lean.append(source[at])
        at += 1
        depths.append(0)
        return
      }
    }
  }

  /// Whether a slash here begins a regular expression: after a value it divides.
  private var beginsExpression: Bool {
    guard let last = lean.last(where: { $0 != UInt8(ascii: " ") && $0 != Self.newline }) else {
      return true
    }
    if Self.closers.contains(last) || last == UInt8(ascii: "\"") || last == UInt8(ascii: "`") {
      return false
    }
    guard Self.isOfWord(last) else { return true }
    let trimmed = lean.reversed().drop { $0 == UInt8(ascii: " ") || $0 == Self.newline }
    let word = trimmed.prefix { Self.isOfWord($0) }.reversed()
    return Self.openingWords.contains(String(decoding: Array(word), as: UTF8.self))
  }

  private static func isOfWord(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "_") || byte == UInt8(ascii: "$") || byte == UInt8(ascii: "#")
      || byte >= 0x80
      || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
      || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
  }

  private mutating func copyExpression() {
    settle(before: Self.slash)
    var isInClass = false
    repeat {
      let byte = source[at]
      if byte == UInt8(ascii: "\\"), at + 1 < source.count {
        lean.append(byte)
        at += 1
      } else if byte == UInt8(ascii: "[") {
        isInClass = true
      } else if byte == UInt8(ascii: "]") {
        isInClass = false
      }
      lean.append(source[at])
      at += 1
    } while at < source.count && source[at] != Self.newline
      && (isInClass || source[at] != UInt8(ascii: "/"))
    if at < source.count, source[at] == UInt8(ascii: "/") {
      lean.append(source[at])
      at += 1
    }
  }
}

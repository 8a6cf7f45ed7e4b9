/// The words of one line of a story; text in 「」 is one word.
struct StoryTokens {
  /// Corner brackets.
  static let textOpen: Character = "\u{300C}"
  static let textClose: Character = "\u{300D}"
  /// The full-width comma, which may stand between words.
  static let separator: Character = "\u{FF0C}"
  static let arrow = "→"
  static let comment = "#"

  struct Token: Equatable {
    let text: String
    /// Stood in 「」.
    let isText: Bool
    /// From 1, in characters.
    let column: Int
  }

  private(set) var rest: ArraySlice<Token>

  /// - Returns: nil where a 「 is never closed.
  init?(_ line: Substring) {
    var tokens: [Token] = []
    var word = ""
    var start = 0
    var isText = false
    for (index, character) in line.enumerated() {
      if isText {
        if character == Self.textClose {
          tokens.append(Token(text: word, isText: true, column: start + 1))
          word = ""
          isText = false
        } else {
          word.append(character)
        }
      } else if character.isWhitespace || character == Self.textOpen
        || character == Self.separator
      {
        if !word.isEmpty { tokens.append(Token(text: word, isText: false, column: start + 1)) }
        word = ""
        if character == Self.textOpen {
          isText = true
          start = index
        }
      } else {
        if word.isEmpty { start = index }
        word.append(character)
      }
    }
    if isText { return nil }
    if !word.isEmpty { tokens.append(Token(text: word, isText: false, column: start + 1)) }
    rest = tokens[...]
  }

  mutating func next() -> Token? { rest.popFirst() }

  /// The next word, if it is this one.
  mutating func skip(_ word: String) -> Bool {
    guard let first = rest.first, !first.isText, first.text == word else { return false }
    rest.removeFirst()
    return true
  }
}

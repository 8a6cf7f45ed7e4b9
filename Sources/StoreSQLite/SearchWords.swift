import Language

/// Texts and questions as the index holds them: pairs of characters, parted by spaces.
enum SearchWords {
  /// What is indexed of a record's texts.
  static func indexed(_ texts: [String]) -> String {
    texts.flatMap { SearchTokens.tokens(of: $0) }.joined(separator: " ")
  }

  /// Whether there is a question at all: white space alone does not filter.
  static func filters(_ words: String) -> Bool {
    words.contains { !$0.isWhitespace }
  }

  /// The question in the index's own language; nil where there is nothing to look for.
  static func match(_ fragment: String) -> String? {
    let phrases = SearchTokens.query(for: fragment)
    guard !phrases.isEmpty else { return nil }
    return phrases.map { phrase in
      let tokens = phrase.tokens.map { token in token.filter { $0 != "\"" } }
      return "\"" + tokens.joined(separator: " ") + "\"" + (phrase.lastIsPrefix ? "*" : "")
    }.joined(separator: " AND ")
  }
}

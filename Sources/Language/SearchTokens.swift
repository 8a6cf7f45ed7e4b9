/// Cuts texts into the tokens of a full-text index, and fragments into what finds them.
///
/// A run of ideographs c1…cn gives its n−1 overlapping pairs, then cn alone: one token a
/// character, at consecutive positions. A run of letters and digits gives one token, folded, cut
/// at `wordBytesMax`. White space and punctuation give none and end a run.
///
/// So a fragment is found
/// - of two or more ideographs, wherever a run holds exactly these characters in a row;
/// - of a single ideograph, wherever it stands (a prefix of every token that begins with it);
/// - of letters and digits, wherever a word is that word, or begins with it where the fragment
///   ends there;
/// - mixed, where these follow one another; punctuation between them is passed over.
/// Parts that white space separates must all be found, anywhere.
package enum SearchTokens {
  /// Longer words are told apart by their first 64 bytes alone.
  package static let wordBytesMax = 64
  /// A fragment's parts beyond these are passed over.
  package static let phrasesMax = 16
  /// Tokens of a phrase beyond these are passed over.
  package static let phraseTokensMax = 64

  /// What is being cut.
  package enum Purpose: Sendable {
    /// A text that goes into the index.
    case document
    /// One part of a fragment: the last character of a run that reaches its end gives no token
    /// of its own, since the text may go on there.
    case fragment
  }

  /// The tokens of a text in order; token i stands at position i.
  package static func tokens(of text: String, as purpose: Purpose = .document) -> [String] {
    var tokens: [String] = []
    _ = text.withBytes { bytes in
      forEach(in: bytes, as: purpose) { token, _ in
        tokens.append(String(decoding: token, as: UTF8.self))
        return true
      }
    }
    return tokens
  }

  /// What finds a fragment: all phrases must be found. Empty where it holds nothing to search
  /// for, and then nothing is found.
  package static func query(for fragment: String) -> [SearchPhrase] {
    var phrases: [SearchPhrase] = []
    for part in TextForm.normalised(fragment).split(separator: " ") {
      guard phrases.count < phrasesMax else { break }
      var tokens = tokens(of: String(part), as: .fragment)
      guard let last = tokens.last else { continue }
      var isPrefix = !isPair(last) && endsInRun(part)
      if tokens.count > phraseTokensMax {
        tokens.removeLast(tokens.count - phraseTokensMax)
        isPrefix = false
      }
      phrases.append(SearchPhrase(tokens: tokens, lastIsPrefix: isPrefix))
    }
    return phrases
  }

  /// Hands every token to `body`, folded, with the place in `bytes` that it was read from; no
  /// `String` is made. Stops as soon as `body` answers false.
  ///
  /// The token's bytes are gone after `body` returns.
  /// - Parameter bytes: UTF-8; broken bytes end a run.
  /// - Returns: whether all was read.
  @discardableResult
  package static func forEach(
    in bytes: UnsafeBufferPointer<UInt8>, as purpose: Purpose = .document,
    _ body: (_ token: UnsafeBufferPointer<UInt8>, _ source: Range<Int>) -> Bool
  ) -> Bool {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: wordBytesMax + 4) { scratch in
      var cutter = TokenCutter(bytes: bytes, scratch: scratch, purpose: purpose)
      return cutter.run(body)
    }
  }

  private static func isPair(_ token: String) -> Bool {
    guard let first = token.unicodeScalars.first else { return false }
    return ScalarForm.sort(first.value) == .ideograph && token.unicodeScalars.count == 2
  }

  /// Whether the part's last character belongs to its last token, not to punctuation behind it.
  private static func endsInRun(_ part: Substring) -> Bool {
    guard let last = part.unicodeScalars.last else { return false }
    let sort = ScalarForm.sort(last.value)
    return sort == .word || sort == .ideograph
  }
}

/// Tokens that must stand one behind the other.
package struct SearchPhrase: Hashable, Sendable {
  package let tokens: [String]
  /// The last token need only begin with these characters.
  package let lastIsPrefix: Bool

  package init(tokens: [String], lastIsPrefix: Bool) {
    self.tokens = tokens
    self.lastIsPrefix = lastIsPrefix
  }

  /// Whether a text of these tokens holds the phrase: what an index must answer, said plainly.
  package func isFound(in document: [String]) -> Bool {
    guard !tokens.isEmpty, document.count >= tokens.count else { return false }
    return (0...document.count - tokens.count).contains { start in
      tokens.indices.allSatisfy { index in
        let token = document[start + index]
        return lastIsPrefix && index == tokens.count - 1
          ? token.utf8.starts(with: tokens[index].utf8) : token == tokens[index]
      }
    }
  }
}

/// Walks over the bytes once.
private struct TokenCutter {
  let bytes: UnsafeBufferPointer<UInt8>
  let scratch: UnsafeMutableBufferPointer<UInt8>
  let purpose: SearchTokens.Purpose
  private var index = 0

  private struct Glyph {
    let scalar: UInt32
    let sort: ScalarForm.Sort
    let start: Int
    let end: Int
  }

  init(
    bytes: UnsafeBufferPointer<UInt8>, scratch: UnsafeMutableBufferPointer<UInt8>,
    purpose: SearchTokens.Purpose
  ) {
    self.bytes = bytes
    self.scratch = scratch
    self.purpose = purpose
  }

  mutating func run(_ body: (UnsafeBufferPointer<UInt8>, Range<Int>) -> Bool) -> Bool {
    var current = next()
    while let character = current {
      switch character.sort {
      case .ideograph:
        guard let following = ideographs(from: character, body) else { return false }
        current = following.character
      case .word:
        guard let following = word(from: character, body) else { return false }
        current = following.character
      case .dropped, .space, .mark:
        current = next()
      }
    }
    return true
  }

  /// The next character that is not left out.
  private mutating func next() -> Glyph? {
    while index < bytes.count {
      let start = index
      let (scalar, length) = ScalarForm.decode(bytes, at: start)
      index += length
      let folded = ScalarForm.folded(scalar)
      let sort = ScalarForm.sort(folded)
      if sort != .dropped {
        return Glyph(scalar: folded, sort: sort, start: start, end: index)
      }
    }
    return nil
  }

  /// What comes after a run; nil in place of this = stop.
  private struct Following {
    let character: Glyph?
  }

  private mutating func ideographs(
    from first: Glyph, _ body: (UnsafeBufferPointer<UInt8>, Range<Int>) -> Bool
  ) -> Following? {
    var current = first
    var isFirst = true
    while true {
      let following = next()
      let firstLength = ScalarForm.encode(current.scalar, into: scratch, at: 0)
      guard let following, following.sort == .ideograph else {
        // A fragment's last run goes on in the text, unless it is a single character.
        if following == nil && purpose == .fragment && !isFirst {
          return Following(character: nil)
        }
        let goesOn = body(
          UnsafeBufferPointer(rebasing: scratch[..<firstLength]), current.start..<current.end)
        return goesOn ? Following(character: following) : nil
      }
      let length =
        firstLength + ScalarForm.encode(following.scalar, into: scratch, at: firstLength)
      guard
        body(UnsafeBufferPointer(rebasing: scratch[..<length]), current.start..<following.end)
      else { return nil }
      current = following
      isFirst = false
    }
  }

  private mutating func word(
    from first: Glyph, _ body: (UnsafeBufferPointer<UInt8>, Range<Int>) -> Bool
  ) -> Following? {
    var length = 0
    var isCut = false
    var last = first
    var current: Glyph? = first
    while let character = current, character.sort == .word {
      if !isCut {
        let added = ScalarForm.encode(character.scalar, into: scratch, at: length)
        // Once one character did not fit none may follow, else the middle would be missing.
        if length + added <= SearchTokens.wordBytesMax { length += added } else { isCut = true }
      }
      last = character
      current = next()
    }
    let goesOn = body(
      UnsafeBufferPointer(rebasing: scratch[..<length]), first.start..<last.end)
    return goesOn ? Following(character: current) : nil
  }
}

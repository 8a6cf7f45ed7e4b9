/// The fragments that somebody looks for, and whether texts hold them.
struct WordSearch {
  private let fragments: [[Unicode.Scalar]]

  init(_ words: String) {
    fragments = Self.folded(words)
      .split { $0.properties.isWhitespace }
      .map { Array($0) }
  }

  /// Whether nobody looks for anything.
  var isEmpty: Bool { fragments.isEmpty }

  /// Whether each fragment stands in one of the texts.
  func matches(_ texts: [String]) -> Bool {
    let texts = texts.map(Self.folded)
    return fragments.allSatisfy { fragment in
      texts.contains { Self.holds($0, fragment) }
    }
  }

  /// Full width becomes half width, letters become small.
  private static func folded(_ text: String) -> [Unicode.Scalar] {
    text.unicodeScalars.flatMap { scalar -> [Unicode.Scalar] in
      let narrow =
        (0xFF01...0xFF5E).contains(scalar.value)
        ? Unicode.Scalar(scalar.value - 0xFEE0) ?? scalar : scalar
      return Array(narrow.properties.lowercaseMapping.unicodeScalars)
    }
  }

  private static func holds(_ text: [Unicode.Scalar], _ fragment: [Unicode.Scalar]) -> Bool {
    guard fragment.count <= text.count else { return false }
    return (0...text.count - fragment.count).contains { start in
      text[start..<start + fragment.count].elementsEqual(fragment)
    }
  }
}

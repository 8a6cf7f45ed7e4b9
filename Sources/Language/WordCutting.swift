/// Cuts a text into words by a dictionary (分词).
///
/// Of all ways to cut, the one of least cost is taken: a word of the dictionary costs 1 however
/// long it is, a character that stands alone a little more, so that long words win and no
/// character is lost. Letters and digits in a row are one word. Punctuation and white space end a
/// word and give none.
package struct WordCutting: Sendable {
  /// What is longer is read so far and no farther, in bytes after normalising.
  package static let textBytesMax = 40_000
  /// Of a word of the dictionary; longer ones are passed over.
  static let wordBytesMax = 96

  /// One word of a text.
  package struct Word: Hashable, Sendable {
    /// As it stands in the normalised text.
    package let text: String
    /// Its place in the normalised text, in bytes.
    package let range: Range<Int>
    /// Whether the dictionary has it.
    package let isKnown: Bool
    /// Whether it says nothing of a matter.
    package let isStop: Bool
  }

  private let lengths: [Int]
  private let automaton: WordAutomaton
  private let stops: Set<String>

  /// - Parameters:
  ///   - words: in any order, normalised here; empty ones and single characters are passed over.
  ///   - stops: words that say nothing of a matter; they are words of the dictionary too.
  package init(words: some Sequence<String>, stops: some Sequence<String>) {
    let stops = Set(stops.map(TextForm.normalised))
    let known = Set(words.map(TextForm.normalised)).union(stops)
      .filter { $0.unicodeScalars.count > 1 && $0.utf8.count <= Self.wordBytesMax }
      .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    self.stops = stops
    lengths = known.map(\.utf8.count)
    automaton = WordAutomaton(known.map { Array($0.utf8) })
  }

  /// The words of a text in order.
  package func words(in text: String) -> [Word] {
    let normalised = TextForm.normalisedBytes(text)
    let bytes = Array(normalised.prefix(Self.textBytesMax))
    let steps = steps(bytes)
    var ranges: [(range: Range<Int>, isKnown: Bool)] = []
    var end = bytes.count
    while end > 0 {
      let step = steps[end]
      if step.isWord { ranges.append((step.start..<end, step.isKnown)) }
      end = step.start
    }
    return ranges.reversed().map { range, isKnown in
      let text = String(decoding: bytes[range], as: UTF8.self)
      return Word(text: text, range: range, isKnown: isKnown, isStop: stops.contains(text))
    }
  }

  /// What a character costs that stands alone: more than a word, less than two.
  private static let aloneCost: Float = 1.6

  /// The best last word of the text up to a place.
  private struct Ending {
    var cost: Float = .infinity
    var start = 0
    var isWord = false
    var isKnown = false
  }

  private func steps(_ bytes: [UInt8]) -> [Ending] {
    var found = [[Int]](repeating: [], count: bytes.count + 1)
    var best = [Ending](repeating: Ending(), count: bytes.count + 1)
    best[0].cost = 0
    bytes.withUnsafeBufferPointer { bytes in
      automaton.forEachMatch(in: bytes) { word, end in
        found[end].append(lengths[word])
        return false
      }
      var place = 0
      var runStart = -1
      while place < bytes.count {
        let (scalar, length) = ScalarForm.decode(bytes, at: place)
        let end = place + length
        let sort = ScalarForm.sort(scalar)
        if sort != .word { runStart = -1 } else if runStart < 0 { runStart = place }
        switch sort {
        case .word:
          // The run so far as one word; one that ended earlier is taken back by the longer one.
          let cost = best[runStart].cost + 1
          best[end] = Ending(cost: cost, start: runStart, isWord: true)
        case .ideograph:
          best[end] = Ending(cost: best[place].cost + Self.aloneCost, start: place, isWord: true)
        case .space, .mark, .dropped:
          best[end] = Ending(cost: best[place].cost, start: place)
        }
        for length in found[end] where best[end - length].cost + 1 <= best[end].cost {
          best[end] = Ending(
            cost: best[end - length].cost + 1, start: end - length, isWord: true, isKnown: true)
        }
        place = end
      }
    }
    return best
  }
}

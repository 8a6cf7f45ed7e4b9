/// Finds the item that a text speaks of by the items' words: all words in one pass.
///
/// A word weighs the square of its length (in characters; letters and digits count half), twice
/// that in the title, and counts once however often it stands there. A word inside a longer one
/// that was found does not count: 垃圾箱 speaks of bins, not of 垃圾. Words of letters must stand
/// alone: "heat" is not found in "wheat".
package struct ItemWords: Sendable {
  /// What is longer is read so far and no farther, in bytes after normalising.
  package static let textBytesMax = 40_000
  /// Weight that no word stands for; keeps one short word from looking certain.
  package static let doubt = 2

  /// The item that fits best.
  package struct Match: Hashable, Sendable {
    package let code: String
    /// 0…1: its share of all the weight that was found, `doubt` included.
    package let confidence: Double
    /// The words that decided, the heaviest first.
    package let words: [String]
    package let runnerUp: RunnerUp?
  }

  /// The item that fits second best.
  package struct RunnerUp: Hashable, Sendable {
    package let code: String
    package let confidence: Double
  }

  private let codes: [String]
  private let words: [Word]
  private let automaton: WordAutomaton

  struct Word: Sendable {
    let text: String
    let length: Int
    let weight: Int
    /// Whether a letter or digit may not stand before it, behind it.
    let standsAloneBefore: Bool
    let standsAloneAfter: Bool
    /// Indexes of the items it speaks for.
    var items: [Int]
  }

  /// - Parameter items: codes with their words in any order; words are normalised, empty ones
  ///   passed over. A word of several items counts for each.
  package init(_ items: [(code: String, words: [String])]) {
    // In order of their codes, so that the lowest index wins a tie.
    let byCode = Dictionary(items.map { ($0.code, $0.words) }) { $0 + $1 }
    let codes = byCode.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    var found: [String: Int] = [:]
    var words: [Word] = []
    for (item, code) in codes.enumerated() {
      for text in byCode[code] ?? [] {
        let normalised = TextForm.normalised(text)
        guard let first = normalised.utf8.first, let last = normalised.utf8.last else { continue }
        if let index = found[normalised] {
          if words[index].items.last != item { words[index].items.append(item) }
          continue
        }
        found[normalised] = words.count
        words.append(
          Word(
            text: normalised, length: normalised.utf8.count,
            weight: Self.weight(of: normalised), standsAloneBefore: Self.isWordByte(first),
            standsAloneAfter: Self.isWordByte(last), items: [item]))
      }
    }
    self.codes = codes
    self.words = words
    automaton = WordAutomaton(words.map { Array($0.text.utf8) })
  }

  /// The item that one text speaks of; nil where no word was found.
  package func best(in text: String) -> Match? { best(title: "", text: text) }

  /// The item that a title and a text speak of. Ties go to the lower code.
  package func best(title: String, text: String) -> Match? {
    let ranked = ranked(title: title, text: text, limit: 2)
    guard let best = ranked.first else { return nil }
    return Match(
      code: best.code, confidence: best.confidence, words: best.words,
      runnerUp: ranked.count > 1
        ? RunnerUp(code: ranked[1].code, confidence: ranked[1].confidence) : nil)
  }

  /// The items that a title and a text speak of, the likeliest first, without runners-up.
  package func ranked(title: String, text: String, limit: Int) -> [Match] {
    var weights: [Int: Int] = [:]
    for (source, factor) in [(title, 2), (text, 1)] where !source.isEmpty {
      for word in found(in: TextForm.normalisedBytes(source)) {
        weights[word] = max(weights[word] ?? 0, words[word].weight * factor)
      }
    }
    var scores: [Int: Int] = [:]
    for (word, weight) in weights {
      for item in words[word].items { scores[item, default: 0] += weight }
    }
    let total = scores.values.reduce(Self.doubt, +)
    var ranked: [(item: Int, score: Int)] = scores.map { ($0.key, $0.value) }
    ranked.sort { $0.score != $1.score ? $0.score > $1.score : $0.item < $1.item }
    return ranked.prefix(limit).map { entry in
      let deciding = weights.filter { words[$0.key].items.contains(entry.item) }
        .sorted { $0.value != $1.value ? $0.value > $1.value : $0.key < $1.key }
      return Match(
        code: codes[entry.item], confidence: Double(entry.score) / Double(total),
        words: deciding.map { words[$0.key].text }, runnerUp: nil)
    }
  }

  /// Indexes of the words that stand in a normalised text, none inside another.
  private func found(in bytes: [UInt8]) -> [Int] {
    var kept: [(start: Int, word: Int)] = []
    let count = min(bytes.count, Self.textBytesMax)
    bytes.withUnsafeBufferPointer { bytes in
      automaton.forEachMatch(in: UnsafeBufferPointer(rebasing: bytes[..<count])) { word, end in
        let start = end - words[word].length
        guard standsRight(words[word], bytes, start: start, end: end) else { return false }
        // Matches come by their ends, so whatever begins no earlier lies within this one.
        while let last = kept.last, last.start >= start { kept.removeLast() }
        kept.append((start, word))
        return true
      }
    }
    return kept.map(\.word)
  }

  private func standsRight(
    _ word: Word, _ bytes: UnsafeBufferPointer<UInt8>, start: Int, end: Int
  ) -> Bool {
    if word.standsAloneBefore && start > 0 && Self.isWordByte(bytes[start - 1]) { return false }
    if word.standsAloneAfter && end < bytes.count && Self.isWordByte(bytes[end]) { return false }
    return true
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
  }

  private static func weight(of word: String) -> Int {
    // Half characters, so that letters count one and others two.
    let halves = word.unicodeScalars.reduce(0) { $0 + ($1.value < 0x80 ? 1 : 2) }
    return max(1, halves * halves / 4)
  }
}

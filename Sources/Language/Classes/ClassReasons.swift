extension ClassModel {
  /// A piece of the text that speaks for a class.
  package struct Reason: Hashable, Sendable {
    /// As it stands in the text, normalised.
    package let words: String
    /// How much it weighs, of all that speaks for the class, 0…1.
    package let share: Double
  }

  /// Characters of one reason at most: longer ones are no words.
  static let reasonScalarsMax = 8

  /// The words that decided for `label`, the heaviest first, none twice.
  ///
  /// Every gram's pull towards the class, against the mean of all classes, is laid on its
  /// characters; neighbours that pull more than half the mean become one piece.
  package func reasons(
    for label: String, title: String, text: String, limit: Int = 5
  ) -> [Reason] {
    guard let number = labels.firstIndex(of: label) else { return [] }
    var pieces: [String: Float] = [:]
    let source = TextGrams.Source(title: title, text: text)
    let strengths = features.strengths(of: source)
    for (scalars, before) in source.pieces {
      let pulls = pulls(scalars, towards: number) { end in
        strengths.whole + (TextGrams.isLead(end: before + end) ? strengths.lead : 0)
      }
      for (range, pull) in Self.pieces(scalars, pulls) {
        var words = String.UnicodeScalarView()
        words.append(contentsOf: scalars[range].compactMap(Unicode.Scalar.init))
        pieces[String(words), default: 0] += pull
      }
    }
    let sum = pieces.values.reduce(0, +)
    guard sum > 0 else { return [] }
    return
      pieces
      .sorted { $0.value != $1.value ? $0.value > $1.value : $0.key < $1.key }
      .prefix(limit).map { Reason(words: $0.key, share: Double($0.value / sum)) }
  }

  /// By character, how much it pulls towards a class.
  /// - Parameter strength: of a gram that ends at a place.
  private func pulls(
    _ scalars: [UInt32], towards number: Int, _ strength: (_ end: Int) -> Float
  ) -> [Float] {
    var pulls = [Float](repeating: 0, count: scalars.count)
    TextGrams.forEach(in: scalars) { key, start, length in
      guard let column = features.table.number(of: key) else { return false }
      var mean: Float = 0
      for label in labels.indices { mean += weights.weight(of: Int(column), class: label) }
      mean /= Float(labels.count)
      let own = weights.weight(of: Int(column), class: number) - mean
      let pull =
        own * features.rarities[Int(column)] * strength(start + length) / Float(length)
      for place in start..<start + length { pulls[place] += pull }
      return true
    }
    return pulls
  }

  /// Runs of letters and ideographs that pull more than half the mean of those that pull at all.
  private static func pieces(
    _ scalars: [UInt32], _ pulls: [Float]
  ) -> [(range: Range<Int>, pull: Float)] {
    let positive = pulls.filter { $0 > 0 }
    guard !positive.isEmpty else { return [] }
    let line = positive.reduce(0, +) / Float(positive.count) / 2
    var pieces: [(range: Range<Int>, pull: Float)] = []
    var start = 0
    func isInside(_ index: Int) -> Bool {
      let sort = ScalarForm.sort(scalars[index])
      return pulls[index] > line && (sort == .ideograph || sort == .word)
    }
    while start < scalars.count {
      guard isInside(start) else {
        start += 1
        continue
      }
      var end = start
      while end < scalars.count, end - start < reasonScalarsMax, isInside(end) { end += 1 }
      // A single character is no word.
      if end - start > 1 {
        pieces.append((start..<end, pulls[start..<end].reduce(0, +)))
      }
      start = end
    }
    return pieces
  }
}

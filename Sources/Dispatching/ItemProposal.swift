package import City
package import Pack

/// From which confidence on an item is settled without a person.
package struct DispatchPolicy: Hashable, Sendable {
  /// By item, in thousandths; one that is not here takes `standard`.
  package let lines: [String: Int]
  /// The line of the model itself, in thousandths: above it 98 of 100 are meant to be right.
  /// Above 1,000 nothing is settled.
  package let standard: Int

  package init(lines: [String: Int], standard: Int) {
    self.lines = lines
    self.standard = standard
  }

  /// The lines that a catalogue draws.
  package init(_ items: [Item], standard: Int) {
    self.init(
      lines: Dictionary(
        items.compactMap { item in item.automaticAbove.map { (item.code, $0) } }
      ) { first, _ in first }, standard: standard)
  }

  /// The line of one item.
  package func line(of item: String) -> Int { lines[item] ?? standard }
}

/// What the machine does with an item that nobody named.
package enum ItemDecision: Equatable, Sendable {
  /// The item is settled; the machine may dispatch where the item lets it.
  case settled(ItemGuess)
  /// The model and the catalogue's words name the same: it gets the item, and a person dispatches.
  case agreed([ItemGuess])
  /// A person chooses; the guesses are ranked, the likeliest first.
  case proposed([ItemGuess])
  /// Nothing is known.
  case unknown

  /// Guesses shown to a person at most.
  package static let guessesMax = 5
  /// What the model thinks less likely is not shown, in thousandths: it would take the place of
  /// what the words name. Its best guess always is.
  package static let shownMin = 10

  /// Decides by the order of proof: a phrase that the pack says settles it; then the model where
  /// it is sure; then the catalogue's words, alone where no model is in force, else only with the
  /// model; else a person. To a person the best of both is shown first, then what else each says.
  ///
  /// - Parameters:
  ///   - rule: ranked, by the pack's settling phrases; two items at once settle nothing.
  ///   - model: ranked; empty where no model is in force, or it knows nothing of the text.
  ///   - words: ranked, from the catalogue.
  ///   - known: the codes of the catalogue's items; others are passed over.
  package static func decide(
    rule: [ItemGuess], model: [ItemGuess], words: [ItemGuess], policy: DispatchPolicy,
    known: (String) -> Bool
  ) -> ItemDecision {
    let model = model.filter { known($0.item) }
    let words = words.filter { known($0.item) }
    if rule.count == 1, known(rule[0].item) { return .settled(rule[0]) }
    if let best = model.first, best.permille >= policy.line(of: best.item) {
      return .settled(best)
    }
    let others = model.dropFirst().filter { $0.permille >= shownMin }
    var seen: Set<String> = []
    let ranked = (model.prefix(1) + words.prefix(1) + others + words.dropFirst())
      .filter { seen.insert($0.item).inserted }
    guard let word = words.first else { return ranked.isEmpty ? .unknown : .proposed(ranked.cut) }
    guard let best = model.first else { return .settled(word) }
    return best.item == word.item ? .agreed(ranked.cut) : .proposed(ranked.cut)
  }
}

extension [ItemGuess] {
  fileprivate var cut: [ItemGuess] { Array(prefix(ItemDecision.guessesMax)) }
}

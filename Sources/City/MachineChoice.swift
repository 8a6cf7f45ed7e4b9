/// Who says that a text speaks of an item, in the order of proof.
package enum ChoiceSource: String, CaseIterable, Sendable {
  /// The channel or a person named it.
  case named
  /// A phrase that the pack says settles the item.
  case rule
  /// What was learned from closed cases.
  case model
  /// The words of the catalogue.
  case words
}

/// One item that a text may speak of.
package struct ItemGuess: Hashable, Sendable {
  package let item: String
  /// The chance that it is right, in thousandths. Of catalogue words, their share of the weight
  /// found: it ranks, but was not measured.
  package let permille: Int
  package let source: ChoiceSource
  /// What speaks for it, the heaviest first: words of the text.
  package let reasons: [String]

  package init(item: String, permille: Int, source: ChoiceSource, reasons: [String]) {
    self.item = item
    self.permille = permille
    self.source = source
    self.reasons = reasons
  }
}

/// Why the machine gave a case the item that it has, or gave it none; kept as it was decided.
package struct MachineChoice: Hashable, Sendable {
  package let `case`: ID<Case>
  package let at: Instant
  /// The item that the case was filed under; nil = a person chooses.
  package let item: String?
  /// Whether the machine was sure enough to dispatch without a person.
  package let isSure: Bool
  /// The version that was asked; nil where none was in force.
  package let model: Int?
  /// Ranked, the one that was taken first.
  package let guesses: [ItemGuess]
  /// What a model in trial said, which was not acted on.
  package let shadow: ShadowGuess?

  package init(
    case: ID<Case>, at: Instant, item: String?, isSure: Bool, model: Int?, guesses: [ItemGuess],
    shadow: ShadowGuess?
  ) {
    self.case = `case`
    self.at = at
    self.item = item
    self.isSure = isSure
    self.model = model
    self.guesses = guesses
    self.shadow = shadow
  }
}

/// What a model in trial would have said.
package struct ShadowGuess: Hashable, Sendable {
  package let model: Int
  package let item: String
  package let permille: Int
  /// Whether it lay above that model's line.
  package let isSure: Bool

  package init(model: Int, item: String, permille: Int, isSure: Bool) {
    self.model = model
    self.item = item
    self.permille = permille
    self.isSure = isSure
  }
}

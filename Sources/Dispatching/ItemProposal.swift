/// One item that a text may speak of, as something proposed it.
package struct Proposal: Hashable, Sendable {
  /// Who says so, in the order of proof.
  package enum Source: String, CaseIterable, Sendable {
    /// The channel or a person named the item.
    case person
    /// The words of the catalogue.
    case catalogue
    /// What was learned from closed cases.
    case model
  }
  /// The item's code.
  package let item: String
  /// The chance that it is right, 0…1. Of catalogue words, their share of the weight found: it
  /// ranks, but was not measured.
  package let confidence: Double
  /// What speaks for it, the heaviest first: words of the text.
  package let reasons: [String]
  package let decidedBy: Source

  package init(item: String, confidence: Double, reasons: [String], decidedBy: Source) {
    self.item = item
    self.confidence = confidence
    self.reasons = reasons
    self.decidedBy = decidedBy
  }
}

/// From which confidence on an item is dispatched without a person.
package struct DispatchPolicy: Hashable, Sendable {
  /// By item; one that is not here takes `standard`.
  package let automaticAbove: [String: Double]
  /// The line of the model itself: above it 98 of 100 are meant to be right.
  package let standard: Double

  package init(automaticAbove: [String: Double], standard: Double) {
    self.automaticAbove = automaticAbove
    self.standard = standard
  }
}

/// Whether the machine may act on proposals, and on which.
package enum ItemDecision: Equatable, Sendable {
  /// The item is settled.
  case settled(Proposal)
  /// A person chooses; the proposals are ranked, the likeliest first.
  case proposed([Proposal])
  /// Nothing is known.
  case unknown

  /// Proposals shown to a person at most.
  package static let proposalsMax = 5

  /// Decides by the order of proof: whoever named the item, then the model where it is sure, then
  /// the catalogue's words where no model is in force; else a person.
  ///
  /// - Parameters:
  ///   - named: the item that the channel or a person gave.
  ///   - model: ranked; empty where no model is in force, or it knows nothing of the text.
  ///   - words: ranked, from the catalogue.
  ///   - known: the codes of the catalogue's items; others are passed over.
  package static func decide(
    named: String?, model: [Proposal], words: [Proposal], policy: DispatchPolicy,
    known: Set<String>
  ) -> ItemDecision {
    if let named, known.contains(named) {
      return .settled(
        Proposal(item: named, confidence: 1, reasons: [], decidedBy: .person))
    }
    let model = model.filter { known.contains($0.item) }
    let words = words.filter { known.contains($0.item) }
    if let best = model.first,
      best.confidence >= policy.automaticAbove[best.item] ?? policy.standard
    {
      return .settled(best)
    }
    if model.isEmpty, let best = words.first { return .settled(best) }
    var seen: Set<String> = []
    let ranked = (model + words).filter { seen.insert($0.item).inserted }
    return ranked.isEmpty ? .unknown : .proposed(Array(ranked.prefix(proposalsMax)))
  }
}

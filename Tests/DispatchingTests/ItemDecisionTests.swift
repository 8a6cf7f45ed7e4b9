import Testing

@testable import Dispatching

@Suite struct ItemDecisionTests {
  private static let road = proposal("road", 0.99, .model)
  private static let noise = proposal("noise", 0.6, .model)
  private static let words = proposal("lamp", 0.4, .catalogue)
  private static let policy = DispatchPolicy(automaticAbove: ["road": 0.995], standard: 0.9)
  private static let known: Set = ["road", "noise", "lamp"]

  private static func proposal(
    _ item: String, _ confidence: Double, _ source: Proposal.Source
  ) -> Proposal {
    Proposal(item: item, confidence: confidence, reasons: [], decidedBy: source)
  }

  private func decide(
    named: String? = nil, model: [Proposal] = [], words: [Proposal] = [],
    policy: DispatchPolicy = policy
  ) -> ItemDecision {
    ItemDecision.decide(
      named: named, model: model, words: words, policy: policy, known: Self.known)
  }

  @Test("whoever names a known item settles it")
  func named() {
    let settled = ItemDecision.settled(Self.proposal("noise", 1, .person))
    #expect(decide(named: "noise", model: [Self.road]) == settled)
    #expect(decide(named: "gone", words: [Self.words]) == .settled(Self.words))
  }

  @Test("the model settles above the item's own line, else above the standard")
  func lines() {
    let standard = DispatchPolicy(automaticAbove: [:], standard: 0.9)
    #expect(decide(model: [Self.road], policy: standard) == .settled(Self.road))
    #expect(decide(model: [Self.road]) == .proposed([Self.road]))
    #expect(
      decide(model: [Self.noise], words: [Self.words]) == .proposed([Self.noise, Self.words]))
  }

  @Test("without a model the catalogue's words settle it; without either nothing is known")
  func without() {
    #expect(decide(words: [Self.words]) == .settled(Self.words))
    #expect(decide() == .unknown)
    #expect(decide(model: [Self.proposal("gone", 1, .model)]) == .unknown)
  }
}

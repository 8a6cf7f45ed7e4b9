import City
import Discovering
import Pack
import Ports
import Synchronization

/// What the traits of a pair weigh for each item: the pack's weights until people decided often enough.
final class LikenessBook: Sendable {
  /// Comparisons of an item that are learned from, the newest.
  static let examplesMax = 1_000
  /// A join that nobody took back counts so much of a decision: it is the machine's own.
  static let undisputedWeight = 0.2

  let settings: LikenessSettings
  private let prior: LikenessWeights
  private let known = Mutex<[String: LikenessWeights]>([:])

  init(settings: LikenessSettings) {
    self.settings = settings
    prior = LikenessWeights(settings)
  }

  /// The weights of an item; read from the store when they are asked for first.
  func weights(
    of item: String, in store: any Store, now: Instant
  ) async throws(StoreFault) -> LikenessWeights {
    if let weights = known.withLock({ $0[item] }) { return weights }
    let past = try await store.resemblances(item: item, limit: Self.examplesMax)
    let weights = Self.learned(from: past, prior: prior, settings: settings, now: now)
    known.withLock { $0[item] = weights }
    return weights
  }

  /// People decided on the item: its weights are learned anew.
  func forget(_ item: String) {
    known.withLock { $0[item] = nil }
  }

  static func learned(
    from past: [Resemblance], prior: LikenessWeights, settings: LikenessSettings, now: Instant
  ) -> LikenessWeights {
    let decided = past.filter { $0.decidedAt != nil && $0.state != .proposed }
    guard decided.count >= settings.decisionsMin else { return prior }
    let examples = past.compactMap { found -> LikenessExample? in
      let days = Double(now.millisecondsSince(found.decidedAt ?? found.at)) / Double(Duration.day)
      let age = LikenessWeights.fading(days: days)
      let traits = LikenessTrait.allCases.filter { found.traits.contains($0.code) }
      switch found.state {
      case .proposed: return nil
      case .joined:
        return LikenessExample(traits: traits, isSame: true, weight: age * undisputedWeight)
      case .accepted: return LikenessExample(traits: traits, isSame: true, weight: age)
      case .declined, .split: return LikenessExample(traits: traits, isSame: false, weight: age)
      }
    }
    return LikenessWeights.learned(from: examples, prior: prior)
  }
}

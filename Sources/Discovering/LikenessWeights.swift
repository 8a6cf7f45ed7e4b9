import Glibc
package import Pack

/// What each trait weighs, as learned from decided pairs; the prior where nothing is learned.
package struct LikenessWeights: Equatable, Sendable {
  /// In logits, one for each trait, in their order.
  package let values: [Double]
  /// How many decided pairs it was learned from.
  package let examples: Int

  /// The prior: the rule that holds before anything is learned.
  package static let prior = LikenessWeights(
    values: LikenessTrait.allCases.map(\.prior), examples: 0)

  /// The prior with what a pack says instead.
  package init(_ settings: LikenessSettings) {
    values = LikenessTrait.allCases.map { settings.weights[$0] ?? $0.prior }
    examples = 0
  }

  /// - Precondition: one value a trait.
  package init(values: [Double], examples: Int) {
    precondition(values.count == LikenessTrait.allCases.count)
    self.values = values
    self.examples = examples
  }

  /// How alike a pair is.
  package func likeness(of pair: LikenessPair, within reach: LikenessReach) -> Likeness {
    let traits = pair.traits(within: reach)
    let reasons = traits.map { Likeness.Reason(trait: $0, weight: values[$0.rawValue]) }
    let value = Self.share(reasons.reduce(0) { $0 + $1.weight })
    return Likeness(
      value: value,
      reasons: reasons.filter { $0.weight != 0 && $0.trait != .everyPair }
        .sorted { abs($0.weight) > abs($1.weight) })
  }

  static func share(_ logit: Double) -> Double { 1 / (1 + exp(-logit)) }
}

/// A pair that somebody decided.
package struct LikenessExample: Sendable {
  package let traits: [LikenessTrait]
  package let isSame: Bool
  /// How much it counts; old decisions count less.
  package let weight: Double

  package init(traits: [LikenessTrait], isSame: Bool, weight: Double) {
    self.traits = traits
    self.isSame = isSame
    self.weight = weight
  }
}

extension LikenessWeights {
  /// Decisions this old count half, in days: habits of a city change with its staff and systems.
  package static let halfLifeDays = 365.0
  /// How much a decision so many days old counts still, 0 to 1.
  package static func fading(days: Double) -> Double { exp2(-max(0, days) / halfLifeDays) }

  /// What leaving the prior costs: a trait must be seen in about this many decided pairs before its
  /// own figures outweigh the prior.
  static let priorStrength = 4.0
  private static let roundsMax = 200
  private static let stepMin = 1e-4

  /// Logistic regression that is pulled toward the prior instead of toward zero, so that few
  /// decisions change little and none change nothing.
  ///
  /// Each round moves one weight after the other by a bounded Newton step (curvature at most ¼), which
  /// never overshoots; it ends when no weight moves any more.
  /// - Parameter prior: what holds while nothing is learned.
  package static func learned(
    from examples: [LikenessExample], prior: LikenessWeights = .prior
  ) -> LikenessWeights {
    var values = prior.values
    var logits = examples.map { $0.traits.reduce(0) { $0 + values[$1.rawValue] } }
    var holders = [[Int]](repeating: [], count: values.count)
    for (index, example) in examples.enumerated() {
      for trait in example.traits { holders[trait.rawValue].append(index) }
    }
    for _ in 0..<roundsMax {
      var moved = 0.0
      for trait in values.indices where !holders[trait].isEmpty {
        var slope = priorStrength * (values[trait] - prior.values[trait]) / 4
        var curve = priorStrength / 4
        for index in holders[trait] {
          let example = examples[index]
          slope += example.weight * (share(logits[index]) - (example.isSame ? 1 : 0))
          curve += example.weight / 4
        }
        let step = -slope / curve
        values[trait] += step
        for index in holders[trait] { logits[index] += step }
        moved = max(moved, abs(step))
      }
      if moved < stepMin { break }
    }
    return LikenessWeights(values: values, examples: examples.count)
  }
}

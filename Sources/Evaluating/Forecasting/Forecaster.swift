import Glibc

/// A value that is expected, and the band that holds it four times in five.
package struct Forecast: Equatable, Sendable {
  package let value: Double
  package let low: Double
  package let high: Double
  /// What the two simplest forecasts would say: the latest value, and the same step a season ago.
  package let persistence: Double
  package let seasonalNaive: Double
}

/// Forecasts one series a fixed number of steps ahead, learning from each value as it comes.
///
/// Five models run side by side: the latest value, the same step a season ago, and a regression on
/// smoothed features with the values taken as they are, as roots and as logarithms. Their mix
/// follows how well each has done of late (back-testing without looking ahead), so that the
/// elaborate ones count only where they are better than the simple ones. The band's width follows
/// the errors: wider at once after a miss, a little narrower after each hit.
package struct Forecaster: Sendable {
  private static let discount = 0.9995
  /// The models' errors are discounted by this a step.
  private static let errorDiscount = 0.995
  /// How sharply the mix prefers the better model.
  private static let preference = 12.0
  private static let bandMisses = 0.2
  private static let bandFollowing = 0.02

  /// A model's transform and what it has learned.
  private struct Regression: Sendable {
    let scale: Scale
    var series: SmoothedSeries
    var learner: RidgeLearner
    /// Features of the forecasts whose truth is not known yet, the oldest first.
    var waiting: ContiguousArray<ContiguousArray<Double>?> = []
  }

  private enum Scale: Sendable {
    case plain, root, logarithm

    func apply(_ value: Double) -> Double {
      switch self {
      case .plain: value
      case .root: value < 0 ? -(-value).squareRoot() : value.squareRoot()
      case .logarithm: value < 0 ? -log1p(-value) : log1p(value)
      }
    }

    func undo(_ value: Double) -> Double {
      switch self {
      case .plain: value
      case .root: value < 0 ? -value * value : value * value
      case .logarithm: value < 0 ? -expm1(min(-value, 40)) : expm1(min(value, 40))
      }
    }
  }

  /// What was forecast for a step that has not come yet.
  private struct Promise: Sendable {
    let values: ContiguousArray<Double>
    let mixed: Double
    let spread: Double
  }

  private let horizon: Int
  private let season: Int
  private var plain: SmoothedSeries
  private var regressions: [Regression]
  private var errors: ContiguousArray<Double>
  private var promises: ContiguousArray<Promise?> = []
  private var width = 2.0
  /// Recent size of the errors, relative to which the band is wide.
  private var spread = 0.0
  private var least = Double.infinity
  private var greatest = -Double.infinity
  private var latest: Double?

  /// - Parameters:
  ///   - seasons: lengths in steps, ascending, for example 24 and 168 for hours; may be empty.
  ///   - horizon: steps ahead, at least 1.
  package init(seasons: [Int], horizon: Int) {
    precondition(horizon > 0 && seasons.allSatisfy { $0 > 1 })
    self.horizon = horizon
    season = seasons.first ?? 1
    plain = SmoothedSeries(seasons: seasons, horizon: horizon)
    let features = SmoothedSeries.featureCount(seasons: seasons)
    regressions = [Scale.plain, .root, .logarithm].map { scale in
      Regression(
        scale: scale, series: SmoothedSeries(seasons: seasons, horizon: horizon),
        learner: RidgeLearner(features: features, discount: Self.discount))
    }
    errors = ContiguousArray(repeating: 0, count: 2 + regressions.count)
  }

  /// Takes the value of the next step and forecasts the one that lies `horizon` after it.
  ///
  /// - Parameters:
  ///   - value: nil where nothing was measured: the step counts, and nothing is learned from it.
  ///   - isHolidayAtTarget: whether the forecast's day is unlike its weekday's others.
  /// - Returns: nil until two seasons and the horizon were seen.
  package mutating func take(_ value: Double?, isHolidayAtTarget: Bool = false) -> Forecast? {
    judge(value)
    guard let known = value ?? latest else { return nil }
    latest = known
    least = min(least, known)
    greatest = max(greatest, known)
    plain.take(known)
    for index in regressions.indices { learn(index, value: value, filled: known) }
    guard plain.isWarm else {
      remember(nil)
      for index in regressions.indices { regressions[index].waiting.append(nil) }
      return nil
    }
    let back = season * ((horizon + season - 1) / season) - horizon
    let persistence = known
    let seasonal = plain.value(back: back)
    var values: ContiguousArray<Double> = [persistence, seasonal]
    for index in regressions.indices {
      let row = regressions[index].series.features(isHoliday: isHolidayAtTarget)
      regressions[index].waiting.append(row)
      let guess = regressions[index].learner.predict(row).map(regressions[index].scale.undo)
      values.append(bounded(guess ?? seasonal))
    }
    let mixed = mix(values)
    remember(Promise(values: values, mixed: mixed, spread: spread))
    let half = width * spread
    return Forecast(
      value: mixed, low: mixed - half, high: mixed + half, persistence: persistence,
      seasonalNaive: seasonal)
  }

  private mutating func remember(_ promise: Promise?) {
    promises.append(promise)
    if promises.count > horizon { promises.removeFirst() }
  }

  /// Holds what was promised for this step against what came.
  private mutating func judge(_ value: Double?) {
    guard promises.count == horizon, let promise = promises[0], let value else { return }
    for index in errors.indices {
      errors[index] = errors[index] * Self.errorDiscount + abs(promise.values[index] - value)
    }
    let error = abs(promise.mixed - value)
    if promise.spread > 0 {
      let isMiss = error > width * promise.spread
      width += width * Self.bandFollowing * ((isMiss ? 1 : 0) - Self.bandMisses)
    }
    spread = spread == 0 ? error : spread + Self.bandFollowing * (error - spread)
  }

  private mutating func learn(_ index: Int, value: Double?, filled: Double) {
    let scale = regressions[index].scale
    if regressions[index].waiting.count == horizon {
      if let row = regressions[index].waiting.removeFirst(), let value {
        regressions[index].learner.learn(row, target: scale.apply(value))
      }
    }
    regressions[index].series.take(scale.apply(filled))
  }

  /// A regression may not run far out of what was ever seen.
  private func bounded(_ value: Double) -> Double {
    let margin = (greatest - least) / 2
    return min(max(value, least - margin), greatest + margin)
  }

  private func mix(_ values: ContiguousArray<Double>) -> Double {
    guard let best = errors.min(), best > 0 else { return values[values.count - 1] }
    var sum = 0.0
    var weights = 0.0
    for index in values.indices {
      let weight = pow(best / errors[index], Self.preference)
      sum += weight * values[index]
      weights += weight
    }
    return sum / weights
  }
}

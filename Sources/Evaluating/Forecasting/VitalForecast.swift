import Glibc

/// What a series is expected to come to, with the trial that chose how it is said.
///
/// The learned forecast stands against the latest value and against the same step a season ago over
/// the last third of what is known, each step forecast from what lay before it alone. It is used
/// only where its mean error is below both of theirs.
package struct VitalForecast: Equatable, Sendable {
  /// So many forecasts must have been tried before any is stated.
  package static let triedLeast = 14
  /// The share of truths that a band should hold.
  package static let coverage = 0.8

  package enum Method: String, CaseIterable, Sendable { case learned, persistence, seasonal }

  package let method: Method
  package let value: Double
  /// The band that holds four truths of five.
  package let low: Double
  package let high: Double
  /// Mean absolute error of each over the trial, in the series' own unit.
  package let errors: [Method: Double]
  /// Forecasts tried.
  package let tried: Int
  /// The share of the trial's truths within the bands of the method that is used; for a simple one
  /// its bands are cut from the same trial, so that it is near 0.8 by itself.
  package let covered: Double

  /// - Parameters:
  ///   - values: one a step, the latest last; nil = not measured.
  ///   - seasons: lengths in steps, ascending.
  ///   - ahead: how many steps after the last value, at least 1.
  ///   - isHoliday: of a step by its index, beyond the last value too.
  /// - Returns: nil where too little is known to try it.
  package init?(
    values: [Double?], seasons: [Int], ahead: Int, isHoliday: (Int) -> Bool = { _ in false }
  ) {
    var forecaster = Forecaster(seasons: seasons, horizon: ahead)
    var made: [Forecast?] = []
    made.reserveCapacity(values.count)
    for (index, value) in values.enumerated() {
      made.append(forecaster.take(value, isHolidayAtTarget: isHoliday(index + ahead)))
    }
    guard let latest = made.last ?? nil else { return nil }
    let trial = Trial(values: values, made: made, ahead: ahead)
    guard trial.count >= Self.triedLeast else { return nil }
    let errors = trial.errors
    let simplest: Method =
      (errors[.seasonal] ?? 0) < (errors[.persistence] ?? 0) ? .seasonal : .persistence
    let isLearned = (errors[.learned] ?? .infinity) < (errors[simplest] ?? 0)
    method = isLearned ? .learned : simplest
    self.errors = errors
    tried = trial.count
    let floor = values.compactMap { $0 }.allSatisfy { $0 >= 0 } ? 0 : -Double.infinity
    if isLearned {
      value = max(latest.value, floor)
      low = max(latest.low, floor)
      high = max(latest.high, floor)
      covered = trial.covered
    } else {
      let said = simplest == .seasonal ? latest.seasonalNaive : latest.persistence
      let half = trial.half(of: simplest)
      value = said
      low = max(said - half, floor)
      high = said + half
      covered = trial.share(of: simplest, within: half)
    }
  }

  /// Forecasts of the last third, with what came.
  private struct Trial {
    private var misses: [Method: [Double]] = [:]
    private var held = 0
    private(set) var count = 0

    init(values: [Double?], made: [Forecast?], ahead: Int) {
      let first = max(values.count - values.count / 3, ahead)
      for index in first..<max(first, values.count) {
        guard let truth = values[index], let forecast = made[index - ahead] else { continue }
        count += 1
        misses[.learned, default: []].append(abs(forecast.value - truth))
        misses[.persistence, default: []].append(abs(forecast.persistence - truth))
        misses[.seasonal, default: []].append(abs(forecast.seasonalNaive - truth))
        if truth >= forecast.low && truth <= forecast.high { held += 1 }
      }
    }

    var errors: [Method: Double] {
      misses.mapValues { $0.reduce(0, +) / Double(max($0.count, 1)) }
    }

    var covered: Double { Double(held) / Double(max(count, 1)) }

    /// Half the width that holds four misses of five.
    func half(of method: Method) -> Double {
      let sorted = (misses[method] ?? []).sorted()
      guard !sorted.isEmpty else { return 0 }
      let place = Int((VitalForecast.coverage * Double(sorted.count)).rounded(.up)) - 1
      return sorted[min(max(place, 0), sorted.count - 1)]
    }

    func share(of method: Method, within half: Double) -> Double {
      let all = misses[method] ?? []
      return Double(all.count { $0 <= half }) / Double(max(all.count, 1))
    }
  }
}

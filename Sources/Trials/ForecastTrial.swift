import City
import Evaluating
import Links
import Pack

/// Measures forecasts of one series against the simplest ones, from a rolling origin.
package enum ForecastTrial {
  /// Mean absolute errors over the last third, as shares of the error that repeating the last season
  /// made, one step ahead, in the first two thirds.
  package struct Outcome: Equatable, Sendable {
    package let mase: Double
    package let maseSeasonalNaive: Double
    package let masePersistence: Double
    /// Share of the truth within the bands that should hold four fifths.
    package let coverage80: Double
    /// Forecasts that were judged.
    package let points: Int
  }

  private static let limits = ImportLimits(
    fileBytesMax: 2 << 30, rowBytesMax: 1 << 16, fieldBytesMax: 1 << 14, fieldsMax: 1_000)
  /// Steps of a series at most, gaps counted.
  package static let stepsMax = 10_000_000
  /// Seasons that a series of whole numbers instead of times may have.
  private static let seasonsTried = [7, 12, 24, 48, 96, 144, 288]
  /// How alike a series must be to itself a season later.
  private static let likenessMin = 0.2

  /// - Parameters:
  ///   - time: the column of times, in any form of `docs/import.md`, or of whole numbers.
  ///   - horizon: steps ahead, at least 1; a step is the commonest distance of two times.
  /// - Throws: `TrialFault`; `.insufficient` where there are fewer than 30 values.
  package static func run(
    path: String, time: String, value: String, horizon: Int
  ) throws(TrialFault) -> Outcome {
    let rows = try read(path: path, time: time, value: value)
    let (series, step) = try regular(rows)
    let seasons = seasons(of: series, stepMilliseconds: step)
    return measure(series, seasons: seasons, horizon: horizon)
  }

  /// Runs over a regular series; nil stands for a gap.
  static func measure(_ series: [Double?], seasons: [Int], horizon: Int) -> Outcome {
    let first = series.count * 2 / 3
    let season = seasons.first ?? 1
    var forecaster = Forecaster(seasons: seasons, horizon: horizon)
    var promised: [Forecast?] = []
    promised.reserveCapacity(series.count)
    for value in series { promised.append(forecaster.take(value)) }
    var errors = (own: 0.0, seasonal: 0.0, persistence: 0.0)
    var held = 0
    var points = 0
    for target in max(first, horizon)..<max(series.count, first, horizon) {
      guard let truth = series[target], let forecast = promised[target - horizon] else { continue }
      errors.own += abs(forecast.value - truth)
      errors.seasonal += abs(forecast.seasonalNaive - truth)
      errors.persistence += abs(forecast.persistence - truth)
      if forecast.low <= truth && truth <= forecast.high { held += 1 }
      points += 1
    }
    var scale = 0.0
    var pairs = 0
    for index in season..<max(first, season) {
      guard let value = series[index], let before = series[index - season] else { continue }
      scale += abs(value - before)
      pairs += 1
    }
    let unit = scale / Double(max(pairs, 1)) * Double(max(points, 1))
    func share(_ error: Double) -> Double { unit > 0 ? error / unit : .nan }
    return Outcome(
      mase: share(errors.own), maseSeasonalNaive: share(errors.seasonal),
      masePersistence: share(errors.persistence),
      coverage80: Double(held) / Double(max(points, 1)), points: points)
  }

  // MARK: Reading

  private static func read(
    path: String, time: String, value: String
  ) throws(TrialFault) -> [(at: Int64, value: Double?)] {
    var found: [(at: Int64, value: Double?)] = []
    do throws(ImportFault) {
      var rows = try RowReader(
        stream: TextStream(path: path, encoding: .utf8, limits: limits), format: .csv,
        wanted: WantedColumns(required: [time, value]), limits: limits)
      while let outcome = try rows.next() {
        guard case .row(let row) = outcome, let at = moment(row.values[0]) else { continue }
        found.append((at, Double(row.values[1]).flatMap { $0.isFinite ? $0 : nil }))
      }
    } catch {
      throw .file(path: path, code: error.code)
    }
    return found
  }

  private static func moment(_ text: String) -> Int64? {
    // A whole number is a place in the series, not a spreadsheet's day.
    if let number = Int64(text), abs(number) < 100_000_000 { return number }
    guard let written = try? WrittenTime.read(text) else { return nil }
    return Int64(written.date.daysSinceEpoch) * Duration.day + written.millisecondOfDay
  }

  /// Lays the rows on a grid of the commonest step; of two in one place the first stands.
  private static func regular(
    _ rows: [(at: Int64, value: Double?)]
  ) throws(TrialFault) -> (series: [Double?], step: Int64) {
    let sorted = rows.sorted { $0.at < $1.at }
    var steps: [Int64: Int] = [:]
    for (earlier, later) in zip(sorted, sorted.dropFirst()) where later.at > earlier.at {
      steps[later.at - earlier.at, default: 0] += 1
    }
    guard rows.count >= 30,
      let step = steps.max(by: { ($0.value, $1.key) < ($1.value, $0.key) })?.key,
      let start = sorted.first?.at, let end = sorted.last?.at
    else { throw .insufficient(missing: "a series needs 30 values at two times and more") }
    let count = Int((end - start) / step) + 1
    guard count <= stepsMax else {
      throw .insufficient(missing: "the series has more than \(stepsMax) steps")
    }
    var series = [Double?](repeating: nil, count: count)
    for row in sorted {
      let index = Int((row.at - start) / step)
      if series[index] == nil { series[index] = row.value }
    }
    return (series, step)
  }

  /// Day and week where the step tells them, else the season in which the first two thirds are
  /// most like themselves.
  private static func seasons(of series: [Double?], stepMilliseconds step: Int64) -> [Int] {
    if step == Duration.day { return [7] }
    if step >= Duration.minute, Duration.day % step == 0, step < Duration.day {
      let day = Int(Duration.day / step)
      return [day, 7 * day]
    }
    let known = series.prefix(series.count * 2 / 3)
    let best = seasonsTried.map { (season: $0, likeness: likeness(known, after: $0)) }
      .max { $0.likeness < $1.likeness }
    guard let best, best.likeness > likenessMin else { return [] }
    return known.count > 21 * best.season ? [best.season, 7 * best.season] : [best.season]
  }

  /// Correlation of the series' steps with those a season before, -1 to 1.
  private static func likeness(_ series: ArraySlice<Double?>, after season: Int) -> Double {
    guard series.count > 4 * season else { return -1 }
    var changes: [Double] = []
    for index in series.indices.dropFirst() {
      changes.append((series[index] ?? 0) - (series[index - 1] ?? 0))
    }
    var product = 0.0
    var square = 0.0
    for index in changes.indices {
      square += changes[index] * changes[index]
      if index >= season { product += changes[index] * changes[index - season] }
    }
    return square > 0 ? product / square : -1
  }
}

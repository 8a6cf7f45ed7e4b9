import Testing

@testable import Evaluating

@Suite struct ForecasterTests {
  /// Seeded noise in -0.5 ..< 0.5.
  private struct Noise {
    var state: UInt64
    mutating func next() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 40) / Double(1 << 24) - 0.5
    }
  }

  private struct Tally {
    var own = 0.0
    var persistence = 0.0
    var seasonal = 0.0
    var held = 0
    var points = 0
  }

  /// Errors over the last third of a series.
  private func tally(_ series: [Double?], seasons: [Int], horizon: Int) -> Tally {
    var forecaster = Forecaster(seasons: seasons, horizon: horizon)
    let forecasts = series.map { forecaster.take($0) }
    var tally = Tally()
    for target in (series.count * 2 / 3)..<series.count {
      guard let truth = series[target], let forecast = forecasts[target - horizon] else { continue }
      tally.own += abs(forecast.value - truth)
      tally.persistence += abs(forecast.persistence - truth)
      tally.seasonal += abs(forecast.seasonalNaive - truth)
      tally.held += forecast.low <= truth && truth <= forecast.high ? 1 : 0
      tally.points += 1
    }
    return tally
  }

  @Test("a noisy season is forecast better than by its last round", arguments: [1, 7, 12], 1...3)
  func season(horizon: Int, seed: Int) {
    var noise = Noise(state: UInt64(seed))
    let shape: [Double] = [2, 9, 8, 7, 8, 6, 1]
    let series = (0..<1_400).map { step in Optional(10 * shape[step % 7] + 20 * noise.next()) }
    let tally = tally(series, seasons: [7], horizon: horizon)
    #expect(tally.own < 0.85 * tally.seasonal, "seed \(seed)")
    let coverage = Double(tally.held) / Double(tally.points)
    #expect((0.72...0.88).contains(coverage), "seed \(seed): \(coverage)")
  }

  @Test("where nothing can be known but the last value, it does as well as that", arguments: 1...3)
  func walk(seed: Int) {
    var noise = Noise(state: UInt64(seed))
    var level = 1_000.0
    let series = (0..<2_000).map { _ in
      level += 10 * noise.next()
      return Optional(level)
    }
    let tally = tally(series, seasons: [24], horizon: 1)
    #expect(tally.own < 1.03 * tally.persistence, "seed \(seed)")
  }

  @Test("gaps are steps: they shift nothing and are judged by nobody")
  func gaps() {
    let shape: [Double] = [0, 5, 9, 5]
    let series = (0..<400).map { step -> Double? in
      step % 11 == 0 ? nil : shape[step % 4] + 100
    }
    let tally = tally(series, seasons: [4], horizon: 1)
    #expect(tally.own / Double(tally.points) < 2.5)
    #expect(tally.points == (266..<400).filter { $0 % 11 != 0 }.count)
  }

  @Test("nothing is forecast before two seasons, from nothing, or without any value")
  func early() {
    var empty = Forecaster(seasons: [7], horizon: 1)
    for _ in 0..<100 { #expect(empty.take(nil) == nil) }
    var young = Forecaster(seasons: [7], horizon: 2)
    for step in 0..<14 { #expect(young.take(Double(step)) == nil) }
  }

  @Test("equal values are forecast as they are, with no width to speak of")
  func equal() {
    var forecaster = Forecaster(seasons: [7], horizon: 1)
    var last: Forecast?
    for _ in 0..<300 { last = forecaster.take(5) }
    #expect(last.map { abs($0.value - 5) < 1e-6 && $0.high - $0.low < 1e-3 } == true)
  }
}

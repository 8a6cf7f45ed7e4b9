import Testing

@testable import Evaluating

/// A forecast is stated with its trial, and the learned one only where it is better.
@Suite struct VitalForecastTests {
  /// Seeded noise in -0.5 ..< 0.5.
  private struct Noise {
    var state: UInt64
    mutating func next() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 40) / Double(1 << 24) - 0.5
    }
  }

  private static let week: [Double] = [10, 30, 20, 25, 15, 5, 2]

  private func series(_ count: Int, seed: UInt64, noise: Double) -> [Double?] {
    var source = Noise(state: seed)
    return (0..<count).map { Self.week[$0 % 7] + noise * source.next() }
  }

  @Test("a noisy week is forecast better than by the last one", arguments: 1...3)
  func week(seed: Int) throws {
    let values = series(210, seed: UInt64(seed), noise: 8)
    let found = try #require(VitalForecast(values: values, seasons: [7], ahead: 1))
    #expect(found.method == .learned, "seed \(seed)")
    let errors = found.errors
    #expect(try #require(errors[.learned]) < (try #require(errors[.seasonal])))
    #expect(try #require(errors[.learned]) < (try #require(errors[.persistence])))
    #expect(found.tried == 70)
    #expect(found.low <= found.value && found.value <= found.high && found.low >= 0)
  }

  @Test("where the simplest is as good, it is used")
  func simplest() throws {
    // The last week again and again: nothing can be learned that it does not say.
    let same = try #require(
      VitalForecast(values: series(140, seed: 1, noise: 0), seasons: [7], ahead: 1))
    #expect(same.method == .seasonal && same.errors[.seasonal] == 0)
    #expect(same.value == Self.week[140 % 7] && same.low == same.value)
    let flat = try #require(
      VitalForecast(
        values: [Double?](repeating: 4, count: 100), seasons: [7], ahead: 2))
    #expect(flat.value == 4 && flat.low == 4 && flat.high == 4)
  }

  @Test("bad input has no number", arguments: [0, 1, 5, 14, 20])
  func tooLittle(count: Int) {
    #expect(VitalForecast(values: series(count, seed: 1, noise: 1), seasons: [7], ahead: 1) == nil)
    #expect(
      VitalForecast(values: [Double?](repeating: nil, count: 200), seasons: [7], ahead: 1) == nil)
  }

  @Test("gaps are no zeroes")
  func gaps() throws {
    var values = series(210, seed: 2, noise: 2)
    for index in stride(from: 3, to: 210, by: 11) { values[index] = nil }
    let found = try #require(VitalForecast(values: values, seasons: [7], ahead: 1))
    #expect(abs(found.value - Self.week[210 % 7]) < 5)
  }
}

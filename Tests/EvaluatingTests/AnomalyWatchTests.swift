import City
import Testing

@testable import Evaluating

@Suite struct AnomalyWatchTests {
  private static let minutes: Int64 = 5

  /// Scores of a series with one point every five minutes.
  private func scores(_ values: [Double]) -> [Double] {
    var watch = AnomalyWatch(offsetMilliseconds: 8 * Duration.hour)
    return values.enumerated().map { index, value in
      watch.take(
        value,
        at: Instant(
          milliseconds: 1_700_000_000_000 + Int64(index) * Self.minutes * Duration.minute))
    }
  }

  /// Two weeks of a day's rise and fall, a little uneven.
  private static func days(_ seed: UInt64, count: Int = 14 * 288) -> [Double] {
    var state = seed
    return (0..<count).map { index in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let noise = Double(state >> 40) / Double(1 << 24) - 0.5
      let phase = Double(index % 288) / 288
      return 20 + 10 * (phase < 0.5 ? phase : 1 - phase) + noise
    }
  }

  struct Fault: Sendable, CustomTestStringConvertible {
    let name: String
    let change: @Sendable (_ value: Double, _ step: Int) -> Double
    var testDescription: String { name }
  }

  static let faults = [
    Fault(name: "one spike") { value, step in step == 0 ? value + 30 : value },
    Fault(name: "a drop to nothing") { value, step in step < 24 ? 0 : value },
    Fault(name: "a new level") { value, _ in value + 12 },
    Fault(name: "a line that jumps to and fro") { value, step in
      step.isMultiple(of: 2) ? value + 9 : value - 9
    },
  ]

  @Test("a fault is seen within six steps, whatever came before", arguments: faults, [1, 2, 3, 4])
  func fault(_ fault: Fault, seed: UInt64) {
    let start = 10 * 288 + 100
    let values = Self.days(seed).enumerated().map { index, value in
      index < start ? value : fault.change(value, index - start)
    }
    let scores = scores(values)
    #expect((scores[start..<(start + 6)].max() ?? 0) > 0.5, "seed \(seed)")
    let quiet = scores[(4 * 288)..<start]
    // In six days before it, one point of noise at most may look strange.
    #expect(quiet.count { $0 >= 0.5 } <= 1, "seed \(seed)")
  }

  @Test("the unit does not matter", arguments: [1e-6, 1, 1e9])
  func unit(_ factor: Double) {
    let values = Self.days(7)
    let plain = scores(values)
    let scaled = scores(values.map { $0 * factor })
    for (left, right) in zip(plain, scaled) { #expect(abs(left - right) < 1e-6) }
  }

  @Test("what cannot be measured scores nothing and disturbs nothing")
  func unmeasurable() {
    var values = Self.days(3)
    let expected = scores(values)
    values.insert(.nan, at: 500)
    values.insert(.infinity, at: 900)
    // The same points at later times: only the hour of the week may differ.
    let got = scores(values)
    #expect(got[500] == 0 && got[900] == 0)
    #expect(got.count == expected.count + 2)
    #expect(got.allSatisfy { (0..<1).contains($0) })
  }

  @Test("equal points are never strange")
  func equal() {
    #expect(scores([Double](repeating: 4, count: 1_000)).allSatisfy { $0 == 0 })
  }

  @Test("an episode speaks once: its later points score less or nothing")
  func episode() {
    var values = Self.days(5)
    for step in 3_000..<3_024 { values[step] = 60 }
    let scores = scores(values)
    #expect(scores[3_000] > 0.8)
    #expect(scores[3_001..<3_024].allSatisfy { $0 < 0.5 })
  }
}

@Suite struct NoveltyMemoryTests {
  @Test("novelty is the distance to the nearest earlier value, as a share of the range")
  func distance() {
    var memory = NoveltyMemory()
    let rows: [(value: Double, novelty: Double)] = [
      (0, 0), (10, 0), (5, 0.5), (5, 0), (6, 0.1), (12, 0.2), (-12, 1), (1_000, 3), (1_000, 0),
    ]
    for row in rows { #expect(memory.take(row.value) == row.novelty, "\(row.value)") }
  }

  @Test("it equals a slow search over all earlier values, within its resolution", arguments: 1...8)
  func slow(seed: Int) {
    var state = UInt64(seed)
    var memory = NoveltyMemory()
    var seen: [Double] = []
    for _ in 0..<3_000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let value = Double(state >> 44) * (state & 1_024 == 0 ? 1 : 3)
      let novelty = memory.take(value)
      if let least = seen.min(), let greatest = seen.max(), greatest > least {
        let range = greatest - least
        let nearest = seen.map { abs($0 - value) }.min() ?? 0
        let expected = min(nearest / range, NoveltyMemory.noveltyMax)
        #expect(abs(novelty - expected) <= 2 * NoveltyMemory.resolution, "seed \(seed)")
      }
      seen.append(value)
    }
    #expect(memory.count <= NoveltyMemory.valuesMax)
  }

  @Test("a growing range does not grow the memory beyond its limit")
  func bounded() {
    var memory = NoveltyMemory()
    var value = 1.0
    for index in 0..<20_000 {
      _ = memory.take(value)
      value += index.isMultiple(of: 3) ? Double(index) : 0.5
    }
    #expect(memory.count <= NoveltyMemory.valuesMax)
  }
}

import City
import Evaluating
import Pack
import Testing

@Suite struct DeviceHealthTests {
  private static let now = Instant(milliseconds: 1_795_154_400_000)

  private static let kind = Kind(
    code: "gauge", name: "gauge", fields: [],
    measures: [
      Measure(
        code: "level", title: "level", unit: "mm", intervalSeconds: 60, range: -500...10_000,
        resolution: 1, stuckAfterSeconds: 6 * 3_600, driftLimit: 50)
    ], calibrationDays: 365)

  /// A value every `seconds` over the last `hours` hours, ending `agoMinutes` before now.
  private static func trace(
    hours: Int64 = 20, seconds: Int64 = 60, agoMinutes: Int64 = 0, _ value: (Int64) -> Double
  ) -> StreamTrace {
    var trace = StreamTrace()
    let end = now.milliseconds - agoMinutes * Duration.minute
    var at = end - hours * Duration.hour
    var place: Int64 = 0
    while at <= end {
      trace.take(value(place), at: Instant(milliseconds: at))
      at += seconds * Duration.second
      place += 1
    }
    return trace
  }

  private static func wave(_ place: Int64) -> Double { Double(place % 7) }

  struct Row: Sendable, CustomTestStringConvertible {
    let name: String
    let trace: StreamTrace
    var attributes: [Attribute] = []
    var wrong = 0
    var right = 0
    let expected: [DeviceAilment]
    var testDescription: String { name }
  }

  static let rows = [
    Row(name: "well", trace: trace(wave), expected: []),
    Row(name: "never told anything", trace: StreamTrace(), expected: [.offline]),
    Row(name: "silent for an hour", trace: trace(agoMinutes: 60, wave), expected: [.offline]),
    Row(name: "silent for nine minutes", trace: trace(agoMinutes: 9, wave), expected: []),
    Row(name: "the same for a day", trace: trace { _ in 3 }, expected: [.stuck]),
    Row(
      name: "the same for five hours",
      trace: trace { place in place < 15 * 60 ? wave(place) : 3 }, expected: []),
    Row(name: "far from the others", trace: trace { wave($0) + 60 }, expected: [.drifting]),
    Row(name: "somewhat off", trace: trace { wave($0) + 40 }, expected: []),
    Row(
      name: "beyond its range", trace: trace { $0 == 1_200 ? 20_000 : wave($0) },
      expected: [.implausible]),
    Row(name: "tells every ten minutes", trace: trace(seconds: 600, wave), expected: [.rarelyUsed]),
    Row(
      name: "calibrated a year and a day ago", trace: trace(wave),
      attributes: [Attribute(name: "calibrated", value: "2025-11-19")],
      expected: [.calibrationOverdue]),
    Row(
      name: "calibrated a year ago", trace: trace(wave),
      attributes: [Attribute(name: "calibrated", value: "2025-11-20")], expected: []),
    Row(
      name: "no day", trace: trace(wave),
      attributes: [Attribute(name: "calibrated", value: "last year")], expected: []),
    Row(name: "wrong twice of two", trace: trace(wave), wrong: 2, expected: []),
    Row(
      name: "wrong twice of three", trace: trace(wave), wrong: 2, right: 1, expected: [.oftenWrong]),
    Row(name: "wrong twice of five", trace: trace(wave), wrong: 2, right: 3, expected: []),
  ]

  @Test("a device is judged by what it told and by its alarms", arguments: rows)
  func judged(_ row: Row) {
    var tally = AlarmTally()
    tally.confirmed = row.right
    tally.notConfirmed = row.wrong
    let peers = (0..<5).map { _ in
      DeviceFacts(
        kind: Self.kind, attributes: [], traces: [Self.trace(Self.wave)], alarms: AlarmTally())
    }
    let health = DeviceHealth(
      now: Self.now, offsetMilliseconds: 8 * Duration.hour,
      beganAt: Self.now.advanced(byMilliseconds: -Duration.day),
      medians: DeviceHealth.medians(of: peers))
    let facts = DeviceFacts(
      kind: Self.kind, attributes: row.attributes, traces: [row.trace], alarms: tally)
    #expect(health.findings(of: facts).map(\.ailment) == row.expected)
  }

  @Test("the sentence holds the facts; what is unknown shows")
  func sentence() {
    let finding = DeviceFinding(ailment: .offline, facts: ["hours": "4.3"])
    #expect(finding.sentence("{hours} h, {place}!") == "4.3 h, ?!")
  }

  @Test("a trace equals what a list of all observations says")
  func traces() {
    let seed = UInt64.random(in: 0..<1 << 40)
    var state = seed
    func next(_ bound: Int64) -> Int64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int64(state >> 33) % bound
    }
    for _ in 0..<50 {
      var trace = StreamTrace()
      var list: [(at: Int64, value: Double)] = []
      var at = Self.now.milliseconds
      for _ in 0..<200 {
        at += next(20 * Duration.minute) - Duration.minute
        let value = Double(next(3))
        trace.take(value, at: Instant(milliseconds: at))
        if at > list.last?.at ?? 0 { list.append((at, value)) }
      }
      let half = StreamTrace.halfMilliseconds
      guard let last = list.last else { continue }
      let recent = list.filter { $0.at / half >= last.at / half - 1 }
      let changed = list.lastIndex { $0.value != last.value }.map { $0 + 1 } ?? 0
      #expect(trace.latestAt?.milliseconds == last.at, "seed \(seed)")
      #expect(trace.recentCount == recent.count, "seed \(seed)")
      let mean = recent.map(\.value).reduce(0, +) / Double(recent.count)
      #expect(abs((trace.mean ?? -1) - mean) < 1e-9, "seed \(seed)")
      #expect(trace.unchangedMilliseconds == last.at - list[changed].at, "seed \(seed)")
    }
  }
}

import City
import Pack
import Testing

@testable import Discovering

/// Every form against its plain meaning, over seeded histories.
struct RuleFormTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let name: String
    let rule: Rule
    var measures = ["level"]
    var values = 0..<12
    var testDescription: String { name }
  }

  private static let one = [
    RuleLevel(grade: .yellow, raise: 6, clear: 4, hold: 60_000, clearHold: 30_000)
  ]
  private static let ladder = [
    RuleLevel(grade: .blue, raise: 3, clear: 2, hold: 40_000, clearHold: 40_000),
    RuleLevel(grade: .yellow, raise: 5, clear: 5, hold: 0, clearHold: 20_000),
    RuleLevel(grade: .orange, raise: 8, clear: 6, hold: 90_000, clearHold: 0),
    RuleLevel(grade: .red, raise: 9, clear: 8, hold: 30_000, clearHold: 60_000),
  ]
  private static let low = [
    RuleLevel(grade: .blue, raise: 5, clear: 6, hold: 30_000),
    RuleLevel(grade: .red, raise: 2, clear: 4, hold: 10_000),
  ]
  private static let runs = [
    RuleLevel(grade: .blue, raise: 5, clear: 5, hold: 2, clearHold: 1),
    RuleLevel(grade: .orange, raise: 7, clear: 6, hold: 1, clearHold: 2),
  ]
  private static let yes = [RuleLevel(grade: .red, raise: 0.5, clear: 0.5, hold: 20_000)]

  private static func window(
    _ shape: RuleWindow.Shape, _ aggregate: RuleWindow.Aggregate, _ levels: [RuleLevel] = runs,
    side: RuleSide = .above
  ) -> Rule {
    RuleFixture.rule(
      .window(RuleWindow(shape: shape, aggregate: aggregate)), levels, side: side)
  }

  static let square = [
    (0, 0), (8, 0), (8, 8), (0, 8),
  ].compactMap { Position(longitude: Double($0.0) - 0.5, latitude: Double($0.1) - 0.5) }

  static let rows: [Row] = [
    Row(name: "value", rule: RuleFixture.rule(.value, one)),
    Row(name: "value in four grades", rule: RuleFixture.rule(.value, ladder)),
    Row(name: "value below", rule: RuleFixture.rule(.value, low, side: .below)),
    Row(
      name: "rate",
      rule: RuleFixture.rule(
        .rate(
          perMilliseconds: 60_000, overMilliseconds: 0, withinMilliseconds: 90_000, .signed), one)),
    Row(
      name: "rate over a distance, absolute",
      rule: RuleFixture.rule(
        .rate(
          perMilliseconds: 60_000, overMilliseconds: 60_000, withinMilliseconds: 300_000,
          .absolute), [RuleLevel(grade: .blue, raise: 2, clear: 1, hold: 30_000)])),
    Row(name: "tumbling mean", rule: window(.tumbling(milliseconds: 60_000), .mean)),
    Row(name: "tumbling sum", rule: window(.tumbling(milliseconds: 60_000), .sum)),
    Row(
      name: "sliding mean",
      rule: window(.sliding(milliseconds: 120_000, stepMilliseconds: 30_000), .mean)),
    Row(
      name: "sliding least",
      rule: window(.sliding(milliseconds: 90_000, stepMilliseconds: 30_000), .least)),
    Row(
      name: "sliding greatest",
      rule: window(.sliding(milliseconds: 90_000, stepMilliseconds: 30_000), .greatest)),
    Row(
      name: "fewer than",
      rule: window(
        .sliding(milliseconds: 120_000, stepMilliseconds: 60_000), .count,
        [RuleLevel(grade: .blue, raise: 2, clear: 3, hold: 2, clearHold: 1)], side: .below)),
    Row(
      name: "more than",
      rule: window(
        .tumbling(milliseconds: 120_000), .count,
        [RuleLevel(grade: .blue, raise: 5, clear: 4, hold: 1, clearHold: 2)])),
    Row(
      name: "percentile",
      rule: window(
        .sliding(milliseconds: 120_000, stepMilliseconds: 60_000), .percentile(90))),
    Row(
      name: "distinct",
      rule: window(
        .tumbling(milliseconds: 120_000), .distinct,
        [RuleLevel(grade: .blue, raise: 3, clear: 3, hold: 1, clearHold: 1)])),
    Row(name: "tumbling least", rule: window(.tumbling(milliseconds: 60_000), .least)),
    Row(name: "tumbling greatest", rule: window(.tumbling(milliseconds: 60_000), .greatest)),
    Row(
      name: "sliding sum",
      rule: window(.sliding(milliseconds: 120_000, stepMilliseconds: 60_000), .sum)),
    Row(
      name: "sum below",
      rule: window(
        .sliding(milliseconds: 180_000, stepMilliseconds: 60_000), .sum,
        [RuleLevel(grade: .blue, raise: 12, clear: 18, hold: 1, clearHold: 1)], side: .below)),
    Row(
      name: "sliding mean below",
      rule: window(
        .sliding(milliseconds: 120_000, stepMilliseconds: 60_000), .mean,
        [
          RuleLevel(grade: .blue, raise: 5, clear: 6, hold: 2, clearHold: 2),
          RuleLevel(grade: .red, raise: 3, clear: 4, hold: 1, clearHold: 1),
        ], side: .below)),
    Row(
      name: "sliding distinct",
      rule: window(
        .sliding(milliseconds: 180_000, stepMilliseconds: 60_000), .distinct,
        [RuleLevel(grade: .blue, raise: 3, clear: 3, hold: 1, clearHold: 1)])),
    Row(
      name: "tumbling median",
      rule: window(.tumbling(milliseconds: 120_000), .percentile(50))),
    Row(name: "every five", rule: window(.count(5), .mean)),
    Row(name: "least of every three", rule: window(.count(3), .least)),
    Row(
      name: "sum of every four",
      rule: window(
        .count(4), .sum, [RuleLevel(grade: .blue, raise: 24, clear: 20, hold: 2, clearHold: 1)])),
    Row(
      name: "distinct of every four",
      rule: window(
        .count(4), .distinct,
        [RuleLevel(grade: .blue, raise: 2.5, clear: 3.5, hold: 2, clearHold: 1)])),
    Row(name: "greatest of every five", rule: window(.count(5), .greatest)),
    Row(name: "median of every five", rule: window(.count(5), .percentile(50))),
    Row(
      name: "silence",
      rule: RuleFixture.rule(
        .silence,
        [
          RuleLevel(grade: .blue, raise: 60_000, clear: 0),
          RuleLevel(grade: .red, raise: 120_000, clear: 0),
        ])),
    Row(
      name: "silence of a device",
      rule: RuleFixture.rule(
        .silence, [RuleLevel(grade: .blue, raise: 60_000, clear: 0)], measure: ""),
      measures: ["level", "flow"]),
    Row(
      name: "stuck",
      rule: RuleFixture.rule(
        .stuck(band: 2), [RuleLevel(grade: .blue, raise: 60_000, clear: 30_000)]), values: 0..<5),
    Row(
      name: "flapping",
      rule: RuleFixture.rule(
        .flapping(level: 5.5, withinMilliseconds: 200_000),
        [
          RuleLevel(grade: .blue, raise: 3, clear: 2, hold: 20_000),
          RuleLevel(grade: .red, raise: 6, clear: 5),
        ])),
    Row(
      name: "range",
      rule: RuleFixture.rule(
        .range(least: 2, greatest: 9),
        [RuleLevel(grade: .blue, raise: 0.5, clear: 0.5, hold: 30_000, clearHold: 30_000)])),
    Row(
      name: "several of an area",
      rule: RuleFixture.rule(
        .several(
          RuleCondition(side: .above, limit: 7), area: .district, withinMilliseconds: 60_000),
        [
          RuleLevel(grade: .blue, raise: 0.5, clear: 1, hold: 20_000, clearHold: 10_000),
          RuleLevel(grade: .red, raise: 1.5, clear: 2),
        ])),
    Row(
      name: "sequence",
      rule: RuleFixture.rule(
        .sequence(
          first: RuleCondition(side: .above, limit: 8), measure: "flow",
          then: RuleCondition(side: .above, limit: 5), withinMilliseconds: 60_000), yes),
      measures: ["level", "flow"]),
    Row(
      name: "neighbours",
      rule: RuleFixture.rule(
        .neighbours(
          RuleNeighbours(
            devicesMax: 3, metres: 250, devicesMin: 2, withinMilliseconds: 120_000)),
        [RuleLevel(grade: .blue, raise: 4, clear: 3, hold: 20_000)])),
    Row(
      name: "fence: inside",
      rule: RuleFixture.rule(.fence(.inside(.ring(square)), latitude: "flow"), yes),
      measures: ["level", "flow"]),
    Row(
      name: "fence: enter",
      rule: RuleFixture.rule(
        .fence(.inside(.ring(square)), latitude: "flow"),
        [RuleLevel(grade: .blue, raise: 0.5, clear: 0.5)]), measures: ["level", "flow"]),
    Row(
      name: "fence: dwell",
      rule: RuleFixture.rule(
        .fence(.inside(.ring(square)), latitude: "flow"),
        [
          RuleLevel(grade: .blue, raise: 0.5, clear: 0.5, hold: 90_000)
        ]), measures: ["level", "flow"]),
    Row(
      name: "fence: leave",
      rule: RuleFixture.rule(
        .fence(.outside(.ring(square)), latitude: "flow"),
        [RuleLevel(grade: .red, raise: 0.5, clear: 0.5, hold: 10_000, clearHold: 30_000)]),
      measures: ["level", "flow"]),
    Row(
      name: "fence: off the route",
      rule: RuleFixture.rule(
        .fence(.route(road), latitude: "flow"),
        [
          RuleLevel(grade: .blue, raise: 300_000, clear: 200_000, hold: 20_000),
          RuleLevel(grade: .orange, raise: 600_000, clear: 400_000, hold: 0, clearHold: 20_000),
        ]), measures: ["level", "flow"]),
  ]

  /// Forms that look at one stream alone, so that what others tell, and when, does not matter.
  static var alone: [Row] {
    rows.filter { row in
      switch row.rule.form {
      case .several, .sequence, .neighbours, .fence: false
      default: !row.rule.measure.isEmpty
      }
    }
  }

  private static let road = [(4, -1), (4, 13)].compactMap {
    Position(longitude: Double($0.0), latitude: Double($0.1))
  }

  /// Readings of some streams, in order, with bursts and gaps.
  static func readings(_ row: Row, streams: Int, random: inout RuleRandom) -> [SlowRules.Reading] {
    var list: [SlowRules.Reading] = []
    var second = 0
    let isPosition = row.name.hasPrefix("fence")
    for _ in 0..<120 {
      second += random.next(0..<10) == 0 ? random.next(60..<400) : random.next(1..<25)
      let stream = random.next(0..<streams)
      let value = { (random: inout RuleRandom) in Double(random.next(row.values)) }
      guard isPosition else {
        list.append(.init(stream: stream, second: second, value: value(&random)))
        continue
      }
      // Both halves of a position, now and then only one.
      let pair = [stream / 2 * 2, stream / 2 * 2 + 1]
      for half in random.next(0..<8) == 0 ? [stream] : pair {
        list.append(.init(stream: half, second: second, value: value(&random)))
      }
    }
    return list
  }

  private static func slow(
    _ rule: Rule, _ world: RuleWorld, _ readings: [SlowRules.Reading], until end: Int
  ) -> [SlowRules.Row] {
    SlowRules.rows(
      rule, world, readings, until: end,
      moments: SlowRules.moments(rule, world, readings, until: end))
  }

  @Test("a form means what it says, also when it is restarted in the middle", arguments: rows)
  func form(_ row: Row) {
    let world = RuleFixture.world(devices: 4, measures: row.measures)
    var changes = 0
    for seed in 1...12 as ClosedRange<UInt64> {
      var random = RuleRandom(seed)
      let readings = Self.readings(row, streams: world.streams.count, random: &random)
      let end = (readings.last?.second ?? 0) + 1_000
      let program = RuleProgram(rules: [row.rule], world: world, shards: Int(seed % 3) + 1)
      let made = RuleFixture.run(
        program, readings, until: end, random: &random,
        feeding: RuleFixture.Feeding(restarts: seed % 2 == 0))
      let expected = Self.slow(row.rule, world, readings, until: end)
      let got = RuleFixture.rows(made).sorted()
      changes += expected.count
      #expect(got == expected, "seed \(seed)")
      if got != expected { return }
    }
    #expect(changes > 12, "the histories must raise something")
  }

  @Test(
    "late, repeated, disordered readings of skewed clocks: in order within the lateness, else not",
    arguments: alone, [0, 20, 60])
  func disorder(_ row: Row, lateness: Int) {
    let world = RuleFixture.world(devices: 3, measures: row.measures)
    let rule = row.rule.waiting(seconds: lateness)
    for seed in 1...8 as ClosedRange<UInt64> {
      var random = RuleRandom(seed)
      // A clock that is wrong shifts all times of its stream.
      let skews = (0..<3).map { _ in random.next(-40..<41) }
      var arrivals = Self.readings(row, streams: 3, random: &random).map { reading in
        let reading = SlowRules.Reading(
          stream: reading.stream, second: reading.second + 100 + skews[reading.stream],
          value: reading.value)
        let late = random.next(0..<4) == 0 ? random.next(0..<80) : 0
        return (reading: reading, at: reading.second - skews[reading.stream] + late)
      }
      for _ in 0..<20 { arrivals.append(arrivals[random.next(0..<arrivals.count)]) }
      let readings = arrivals.enumerated()
        .sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }
        .map(\.element.reading)
      let end = (readings.map(\.second).max() ?? 0) + 1_000
      let program = RuleProgram(rules: [rule], world: world)
      let made = RuleFixture.run(
        program, readings, until: end, random: &random,
        feeding: RuleFixture.Feeding(restarts: seed % 2 == 0))
      let admitted = SlowRules.admitted(readings, latenessSeconds: lateness)
      // A rule with lateness looks back by as much at the end.
      let expected = Self.slow(rule, world, admitted, until: end - lateness)
      let got = RuleFixture.rows(made).sorted()
      #expect(got == expected, "seed \(seed)")
      if got != expected { return }
    }
  }

  @Test("forms over several streams pass over what is repeated or late", arguments: rows)
  func jointDisorder(_ row: Row) {
    let world = RuleFixture.world(devices: 4, measures: row.measures)
    for seed in 1...8 as ClosedRange<UInt64> {
      var random = RuleRandom(seed)
      let readings = Self.readings(row, streams: world.streams.count, random: &random)
      var arrivals: [SlowRules.Reading] = []
      var seen: [SlowRules.Reading] = []
      for reading in readings {
        arrivals.append(reading)
        seen.append(reading)
        guard random.next(0..<3) == 0 else { continue }
        let old = seen[random.next(0..<seen.count)]
        // The same moment again with another value, or one that lies before the newest.
        arrivals.append(
          .init(
            stream: old.stream, second: old.second - random.next(0..<3), value: old.value + 5))
      }
      let end = (readings.last?.second ?? 0) + 1_000
      let program = RuleProgram(rules: [row.rule], world: world)
      let made = RuleFixture.run(
        program, arrivals, until: end, random: &random,
        feeding: RuleFixture.Feeding(restarts: true))
      let expected = Self.slow(row.rule, world, readings, until: end)
      let got = RuleFixture.rows(made).sorted()
      #expect(got == expected, "seed \(seed)")
      if got != expected { return }
    }
  }
}

extension Rule {
  /// The same rule with allowed lateness.
  fileprivate func waiting(seconds: Int) -> Rule {
    RuleFixture.rule(
      form, levels, side: side, lateness: Int64(seconds) * 1_000, code: code, kind: kind,
      measure: measure)
  }
}

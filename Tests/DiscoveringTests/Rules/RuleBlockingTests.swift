import City
import Pack
import Testing

@testable import Discovering

/// What keeps rules from raising, against its plain meaning, over seeded histories.
struct RuleBlockingTests {
  private static let hours = WorkingHours(
    code: "day", name: "",
    week: Array(
      repeating: [MinuteSpan(from: 8 * 60 + 3, to: 8 * 60 + 17), MinuteSpan(from: 500, to: 540)],
      count: 7), makeUpDay: nil, worksOnHolidays: true)

  private static let schedules: [String: RuleSchedule] = [
    "outside hours": RuleSchedule(hours: "day", isOutsideHours: true),
    "out of season": RuleSchedule(months: [6, 7, 8]),
    "within hours of the season": RuleSchedule(hours: "day", months: [1]),
  ]

  /// Devices are worked on now and then.
  private static func world(
    _ row: RuleFormTests.Row, until end: Int, random: inout RuleRandom
  ) -> RuleWorld {
    let plain = RuleFixture.world(devices: 4, measures: row.measures)
    let spans = (0..<6).map { number -> Maintenance in
      let from = random.next(0..<end)
      return Maintenance(
        id: ID(Int64(number + 1)), device: ID(Int64(random.next(1..<4))),
        from: Instant(milliseconds: RuleFixture.time(from)),
        to: Instant(milliseconds: RuleFixture.time(from + random.next(1..<600))),
        reason: "", staff: nil)
    }
    return RuleWorld(streams: plain.streams, hours: [hours], maintenance: spans)
  }

  @Test(
    "nothing opens or rises while the rule is off or the device worked on; a hold begins anew",
    arguments: RuleFormTests.rows, schedules.keys.sorted())
  func schedule(_ row: RuleFormTests.Row, schedule: String) throws {
    let active = try #require(Self.schedules[schedule])
    let rule = row.rule.active(active)
    var changes = 0
    for seed in 1...2 as ClosedRange<UInt64> {
      var random = RuleRandom(seed)
      let streams = 4 * row.measures.count
      let readings = RuleFormTests.readings(row, streams: streams, random: &random)
      let end = (readings.last?.second ?? 0) + 1_000
      let world = Self.world(row, until: end, random: &random)
      let made = RuleFixture.run(
        RuleProgram(rules: [rule], world: world), readings, until: end, random: &random,
        feeding: RuleFixture.Feeding(restarts: true))
      let expected = SlowRules.rows(rule, world, readings, until: end)
      let got = RuleFixture.rows(made).sorted()
      changes += expected.count
      #expect(got == expected, "seed \(seed)")
      if got != expected { return }
    }
    #expect(schedule == "out of season" ? changes == 0 : changes > 0 || schedule != "outside hours")
  }

  /// Gauges tell something at even seconds, their gateway at odd ones, so that no two moments meet.
  private static func dependentReadings(_ random: inout RuleRandom) -> [SlowRules.Reading] {
    var list: [SlowRules.Reading] = []
    for stream in 0..<3 {
      var second = 2 * random.next(1..<20)
      while second < 4_000 {
        list.append(
          .init(stream: stream, second: second, value: Double(random.next(0..<12))))
        second += 2 * (random.next(0..<12) == 0 ? random.next(60..<400) : random.next(1..<40))
      }
    }
    var second = 1
    while second < 4_000 {
      list.append(.init(stream: 3, second: second, value: 1))
      second += 2 * (random.next(0..<8) == 0 ? random.next(60..<500) : random.next(1..<50))
    }
    return list.sorted { ($0.second, $0.stream) < ($1.second, $1.stream) }
  }

  @Test(
    "while a gateway is silent nothing opens behind it, however time is let pass",
    arguments: [
      RuleForm.value, .silence,
      .window(RuleWindow(shape: .tumbling(milliseconds: 60_000), aggregate: .mean)),
    ])
  func dependency(_ form: RuleForm) {
    let silent = [RuleLevel(grade: .blue, raise: 120_000, clear: 0)]
    let levels: [RuleLevel] =
      form == .silence
      ? [
        RuleLevel(grade: .blue, raise: 180_000, clear: 0),
        RuleLevel(grade: .red, raise: 400_000, clear: 0),
      ] : [RuleLevel(grade: .blue, raise: 6, clear: 4, hold: form.isWindow ? 1 : 40_000)]
    let plain = RuleFixture.world(devices: 4, measures: ["level"])
    let world = RuleWorld(
      streams: plain.streams,
      links: (1...3).map { Link(from: ID($0), to: ID(4), kind: "gateway") })
    let gateway = RuleFixture.rule(.silence, silent, code: "gateway").narrowed(to: ["g3"])
    let rule = RuleFixture.rule(
      form, levels, dependency: RuleDependency(link: "gateway", rule: "gateway")
    ).narrowed(to: ["g0", "g1", "g2"])
    for seed in 1...20 as ClosedRange<UInt64> {
      var random = RuleRandom(seed)
      let readings = Self.dependentReadings(&random)
      let end = 6_001
      let own = readings.filter { $0.stream == 3 }
      let open = Self.spans(SlowRules.rows(gateway, world, own, until: end), until: end)
      let expected = SlowRules.rows(
        rule, world, readings.filter { $0.stream < 3 }, until: end,
        explained: [0: open, 1: open, 2: open])
      let made = RuleFixture.run(
        RuleProgram(rules: [rule, gateway], world: world), readings, until: end, random: &random,
        feeding: RuleFixture.Feeding(restarts: seed % 2 == 0, isEager: true))
      let got = RuleFixture.rows(made.filter { $0.key.rule == "r" }).sorted()
      #expect(got == expected, "seed \(seed)")
      if got != expected { return }
    }
  }

  @Test("after a long pause all silence falls due at once, and is told of the gateway alone")
  func pause() {
    let plain = RuleFixture.world(devices: 3, measures: ["level"])
    let links = (1...2).map { Link(from: ID($0), to: ID(3), kind: "gateway") }
    let world = RuleWorld(streams: plain.streams, links: links)
    let gateway = RuleFixture.rule(
      .silence, [RuleLevel(grade: .blue, raise: 60_000, clear: 0)], code: "gateway"
    ).narrowed(to: ["g2"])
    let device = RuleFixture.rule(
      .silence, [RuleLevel(grade: .blue, raise: 90_000, clear: 0)],
      dependency: RuleDependency(link: "gateway", rule: "gateway"), code: "device"
    ).narrowed(to: ["g0", "g1"])
    let shard = RuleShard(RuleProgram(rules: [device, gateway], world: world), shard: 0)
    var changes: [AlarmChange] = []
    let readings = (0..<3).map { SlowRules.Reading(stream: $0, second: $0, value: 1) }
    RuleFixture.observations(readings).withUnsafeBufferPointer { shard.take($0, into: &changes) }
    shard.advance(to: Instant(milliseconds: RuleFixture.time(50_000)), into: &changes)
    #expect(changes.map(\.key.rule) == ["gateway"])
  }

  /// When an alarm was open: from its opening up to, not including, its end.
  private static func spans(_ rows: [SlowRules.Row], until end: Int) -> [Range<Int>] {
    rows.filter { $0.kind == "opened" }.map { opened in
      let cleared = rows.first { $0.kind == "cleared" && $0.openedAt == opened.openedAt }
      return opened.second..<(cleared?.second ?? end + 1)
    }
  }
}

extension Rule {
  /// The same rule within a schedule.
  fileprivate func active(_ schedule: RuleSchedule) -> Rule {
    RuleFixture.rule(
      form, levels, side: side, active: schedule, code: code, kind: kind, measure: measure)
  }

  /// The same rule on some devices alone.
  fileprivate func narrowed(to devices: [String]) -> Rule {
    Rule(
      code: code, name: name, kind: kind, measure: measure, scope: RuleScope(devices: devices),
      form: form, side: side, levels: levels, dependency: dependency, say: say, why: why)
  }
}

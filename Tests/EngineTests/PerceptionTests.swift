import City
import Discovering
import Engine
import LoopFixture
import Pack
import Ports
import StoreConformance
import StoreMemory
import Testing

/// From readings to alarms and cases: once each, whoever sends and whatever is restarted.
@Suite struct PerceptionTests {
  private static let flooded = Sensing.rule(
    "flooded", .value, [RuleLevel(grade: .yellow, raise: 150, clear: 120)])

  @Test("the same reading from two clients at one moment, 10,000 times: one alarm each")
  func twins() async throws {
    try await Loop.with(.memory) { loop in
      let gauges = 100
      let sensing = try await Sensing(loop, gauges: gauges, rules: [Self.flooded])
      // Two servers look at the same log, as after a take-over.
      let followers = [sensing.follower(), sensing.follower()]
      let rounds = 100
      for round in 0..<rounds {
        for value in [400.0, 20.0] {
          loop.clock.advance(30_000)
          let at = loop.clock.now
          let readings = (0..<gauges).map { (gauge: $0, at: at, value: value) }
          async let first = sensing.send(readings)
          async let second = sensing.send(readings)
          #expect(try await first + second == 2 * gauges, "round \(round)")
          async let one: Void = Sensing.run(followers[0])
          async let two: Void = Sensing.run(followers[1])
          _ = try await (one, two)
        }
      }
      let alarms = try await sensing.alarms()
      #expect(alarms.count == gauges * rounds)
      #expect(Set(alarms.map(\.key)).count == gauges * rounds)
      #expect(alarms.allSatisfy { $0.state.clearedAt != nil })
      let end = await sensing.observations.end()
      #expect(end.rawValue == Int64(4 * gauges * rounds))
    }
  }

  @Test("an alarm becomes one signal and one case, and the case says whether it was right")
  func toCase() async throws {
    try await Loop.with(.memory) { loop in
      let rule = Sensing.rule(
        "flooded", .value, [RuleLevel(grade: .yellow, raise: 150, clear: 120)],
        item: "road-flooding")
      let sensing = try await Sensing(loop, gauges: 2, rules: [rule])
      let follower = sensing.follower()
      for value in [400, 410, 405] as [Double] {
        loop.clock.advance(60_000)
        let reading = (gauge: 0, at: loop.clock.now, value: value)
        _ = try await sensing.send([reading, reading])
        try await Sensing.run(follower)
      }
      let alarm = try #require(try await sensing.alarms().first)
      #expect(try await sensing.alarms().count == 1)
      let signal = try await loop.load(alarm.state.signal)
      #expect(signal.channel == .device && signal.externalID == alarm.key)
      let cases = try await loop.store.cases(
        CaseQuery(scope: .everything, page: PageRequest(limit: 10, before: nil)))
      let found = try #require(cases.elements.first)
      #expect(cases.elements.count == 1)
      var state = found.state
      state.closedAt = loop.clock.now
      state.verdict = .notConfirmed
      state.version += 1
      _ = try await loop.store.commit(
        Loop.change([.caseMoved(found.id, state)], at: loop.clock.now))
      let verdicts = AlarmVerdicts(engine: loop.engine)
      var hasAlarms = true
      var position: Int64 = 0
      while try await verdicts.step(after: position, hasAlarms: &hasAlarms) > position {
        position = try await verdicts.step(after: position, hasAlarms: &hasAlarms)
      }
      #expect(try await sensing.alarms().map(\.state.verdict) == [.notConfirmed])
    }
  }

  @Test("a device that is worked on raises nothing; afterwards it does")
  func maintenance() async throws {
    try await Loop.with(.memory) { loop in
      let sensing = try await Sensing(loop, gauges: 2, rules: [Self.flooded])
      let desk = MaintenanceDesk(engine: loop.engine)
      let device = try #require(sensing.perception.table.devices.first).thing.id
      let now = loop.clock.now
      func plan(_ from: Int64, _ to: Int64, _ reason: String) async throws(MaintenanceFault)
        -> Maintenance
      {
        try await desk.plan(
          device, from: now.advanced(byMilliseconds: from), to: now.advanced(byMilliseconds: to),
          reason: reason, by: nil, actor: .local("test"), request: "")
      }
      let day = Int64(Duration.day)
      for (from, to) in [(0, 0), (60_000, 0), (-60_000, -1), (0, 91 * day)] as [(Int64, Int64)] {
        await #expect(throws: MaintenanceFault.range) { try await plan(from, to, "cable") }
      }
      await #expect(throws: MaintenanceFault.reasonMissing) { try await plan(0, 60_000, " ") }
      let long = String(repeating: "x", count: Maintenance.reasonMax + 1)
      await #expect(throws: MaintenanceFault.reasonTooLong) { try await plan(0, 60_000, long) }
      let time = try await plan(0, Duration.hour, "cable")
      let follower = sensing.follower()
      func flood() async throws {
        loop.clock.advance(60_000)
        for gauge in 0..<2 {
          _ = try await sensing.send([(gauge: gauge, at: loop.clock.now, value: 400)])
        }
        try await Sensing.run(follower)
      }
      try await flood()
      #expect(
        try await sensing.alarms().map(\.device) == [sensing.perception.table.devices[1].thing.id])
      _ = try await desk.end(time.id, of: device, actor: .local("test"), request: "")
      await #expect(throws: MaintenanceFault.notFound) {
        try await desk.end(time.id, of: device, actor: .local("test"), request: "")
      }
      #expect(try await desk.current().isEmpty)
      await follower.restart()
      try await flood()
      #expect(try await sensing.alarms().count == 2)
    }
  }

  @Test("a silenced alarm makes no signal when it grows graver; once the silence is over it does")
  func silenced() async throws {
    try await Loop.with(.memory) { loop in
      let rule = Rule(
        code: "flooded", name: "flooded", kind: Self.flooded.kind,
        measure: Self.flooded.measure, form: .value,
        levels: [
          RuleLevel(grade: .blue, raise: 150, clear: 120),
          RuleLevel(grade: .orange, raise: 300, clear: 250),
          RuleLevel(grade: .red, raise: 350, clear: 320),
        ], say: "", why: "", item: "road-flooding", signalFrom: .orange)
      let sensing = try await Sensing(loop, gauges: 1, rules: [rule])
      let follower = sensing.follower()
      func level(_ value: Double) async throws -> Alarm {
        loop.clock.advance(60_000)
        _ = try await sensing.send([(gauge: 0, at: loop.clock.now, value: value)])
        try await Sensing.run(follower)
        return try #require(try await sensing.alarms().first)
      }
      let alarm = try await level(200)
      let until = loop.clock.now.advanced(byMilliseconds: 90_000)
      _ = try await Alarms(engine: loop.engine).silence(
        alarm.id, until: until, actor: .local("test"), request: "", scope: .everything)
      let graver = try await level(320)
      #expect(graver.state.grade == .orange && graver.state.signal == nil)
      let gravest = try await level(400)
      #expect(gravest.state.grade == .red && gravest.state.signal != nil)
    }
  }

  /// What alarms came to, without their ids.
  private struct Outcome: Hashable, Comparable, CustomStringConvertible {
    let key: String
    let grade: Grade
    let openedAt: Int64
    let clearedAt: Int64?

    init(_ alarm: Alarm) {
      key = alarm.key
      grade = alarm.state.grade
      openedAt = alarm.state.openedAt.milliseconds
      clearedAt = alarm.state.clearedAt?.milliseconds
    }

    var description: String { "\(key) \(grade) \(clearedAt.map { $0 - openedAt } ?? -1)" }
    static func < (left: Self, right: Self) -> Bool { left.key < right.key }
  }

  static let rules: [Rule] = [
    Sensing.rule(
      "level", .value,
      [
        RuleLevel(grade: .blue, raise: 100, clear: 80, hold: 120_000, clearHold: 60_000),
        RuleLevel(grade: .red, raise: 250, clear: 200, hold: 60_000),
      ]),
    Sensing.rule(
      "rise",
      .rate(
        perMilliseconds: 60_000, overMilliseconds: 0, withinMilliseconds: 300_000, .signed),
      [RuleLevel(grade: .yellow, raise: 60, clear: 10)]),
    Sensing.rule(
      "mean",
      .window(
        RuleWindow(
          shape: .sliding(milliseconds: 600_000, stepMilliseconds: 120_000), aggregate: .mean)),
      [RuleLevel(grade: .blue, raise: 140, clear: 120, hold: 2, clearHold: 1)]),
    Sensing.rule("silent", .silence, [RuleLevel(grade: .blue, raise: 200_000, clear: 0)]),
    Sensing.rule(
      "odd", .range(least: 0, greatest: 350),
      [RuleLevel(grade: .blue, raise: 0.5, clear: 0.5, hold: 60_000, clearHold: 60_000)]),
    Sensing.rule(
      "several",
      .several(
        RuleCondition(side: .above, limit: 200), area: .street, withinMilliseconds: 400_000),
      [RuleLevel(grade: .orange, raise: 1.5, clear: 1.5)]),
  ]

  /// Two hours of six gauges, a reading a minute more or less, some of them twice, some not at all.
  /// - Parameter restart: whether the server ends without notice before a step.
  private static func live(
    _ loop: Loop, seed: UInt64, restart: (inout SeededSource) -> Bool
  ) async throws -> [Outcome] {
    let sensing = try await Sensing(loop, gauges: 6, rules: rules)
    var source = SeededSource(seed: seed)
    var chance = SeededSource(seed: seed &+ 1_000)
    var follower = sensing.follower()
    var values = (0..<6).map { _ in Double(source.number(0...300)) }
    for _ in 0..<120 {
      loop.clock.advance(60_000)
      var readings: [(gauge: Int, at: Instant, value: Double)] = []
      for gauge in 0..<6 {
        values[gauge] = min(max(values[gauge] + Double(source.number(-90...90)), -20), 400)
        let skipped = source.chance(15)
        let at = loop.clock.now.advanced(byMilliseconds: -Int64(source.number(0...3_000)))
        guard !skipped else { continue }
        readings.append((gauge, at, values[gauge]))
        if source.chance(20) { readings.append((gauge, at, values[gauge] + 7)) }
      }
      _ = try await sensing.send(readings)
      if restart(&chance) { follower = sensing.follower() }
      try await Sensing.run(follower)
      // Time passes once more behind what was read.
      loop.clock.advance(10_000)
      if restart(&chance) { follower = sensing.follower() }
      try await Sensing.run(follower)
    }
    return try await sensing.alarms().map(Outcome.init).sorted()
  }

  @Test("a server that ends without notice at any step loses no alarm and doubles none")
  func restarts() async throws {
    for seed in 1...6 as ClosedRange<UInt64> {
      var whole: [Outcome] = []
      try await Loop.with(.memory) { whole = try await Self.live($0, seed: seed) { _ in false } }
      var broken: [Outcome] = []
      try await Loop.with(.memory) { loop in
        broken = try await Self.live(loop, seed: seed) { $0.chance(10) }
      }
      #expect(whole.count > 20, "seed \(seed)")
      let (lost, made) = (Set(whole).subtracting(broken), Set(broken).subtracting(whole))
      #expect(lost.isEmpty, "seed \(seed)")
      #expect(made.isEmpty, "seed \(seed)")
      #expect(whole.count == broken.count, "seed \(seed)")
    }
  }

  @Test("silence is told while others never cease to send")
  func busy() async throws {
    try await Loop.with(.memory) { loop in
      let sensing = try await Sensing(loop, gauges: 2, rules: [Self.rules[3]])
      let follower = sensing.follower()
      _ = try await sensing.send([(1, loop.clock.now, 5)])
      for _ in 0..<60 {
        loop.clock.advance(5_000)
        _ = try await sensing.send([(0, loop.clock.now, 5)])
        #expect(try await follower.step())
      }
      let silent = try await sensing.alarms()
      #expect(silent.map(\.rule) == ["silent"])
    }
  }

  @Test("a backtest tells what a changed rule would have raised, and how often it was right")
  func backtest() async throws {
    try await Loop.with(.memory) { loop in
      let sensing = try await Sensing(loop, gauges: 2, rules: [Self.flooded])
      let follower = sensing.follower()
      let start = loop.clock.now
      for value in [200, 20, 300, 20, 160, 20] as [Double] {
        loop.clock.advance(60_000)
        _ = try await sensing.send([(0, loop.clock.now, value)])
        try await Sensing.run(follower)
      }
      // The outer two were right, the middle one was not.
      let verdicts: [AlarmVerdict] = [.confirmed, .notConfirmed, .confirmed]
      for (alarm, verdict) in zip(try await sensing.alarms().reversed(), verdicts) {
        var state = alarm.state
        state.verdict = verdict
        state.version += 1
        _ = try await loop.store.commit(
          Loop.change([.alarm(alarm.becoming(state))], at: loop.clock.now))
      }
      let changed = Sensing.rule(
        "flooded", .value, [RuleLevel(grade: .yellow, raise: 250, clear: 120)])
      let run = BacktestRun(perception: sensing.perception, links: [])
      let end = loop.clock.now.advanced(byMilliseconds: 1)
      let beside = try await run.run(
        Self.flooded, changed: changed, others: [], from: start, to: end)
      let present = BacktestSide(raised: 3, precision: 2.0 / 3)
      #expect(beside.recorded == present && beside.before == present)
      #expect(beside.after == BacktestSide(raised: 1, precision: 0))
      #expect(beside.observations == 6)
      let alone = try await run.run(Self.flooded, changed: nil, others: [], from: start, to: end)
      #expect(alone.before == present && alone.after == present)
      let later = try await run.run(
        Self.flooded, changed: changed, others: [],
        from: start.advanced(byMilliseconds: 250_000), to: end)
      #expect(later.recorded.raised == 1 && later.before.raised == 1 && later.after.raised == 0)
    }
  }
}

import City
import Pack
import Testing

@testable import Discovering

/// What keeps a rule from raising, what rules bind to, and what an alarm says.
struct RuleConditionTests {
  private static let level = [RuleLevel(grade: .red, raise: 5, clear: 5)]

  private static func changes(
    _ rules: [Rule], _ world: RuleWorld, _ readings: [(stream: Int, second: Int, value: Double)],
    until end: Int
  ) -> [String] {
    let shard = RuleShard(RuleProgram(rules: rules, world: world), shard: 0)
    var changes: [AlarmChange] = []
    let observations = RuleFixture.observations(
      readings.map { .init(stream: $0.stream, second: $0.second, value: $0.value) })
    observations.withUnsafeBufferPointer { shard.take($0, into: &changes) }
    shard.advance(to: Instant(milliseconds: RuleFixture.time(end)), into: &changes)
    return zip(changes, RuleFixture.rows(changes)).map {
      "\($0.key.rule) \($1.subject) \($1.kind) \($1.second)"
    }
  }

  /// The tests' time begins on a Thursday at 08:00 in the city.
  @Test("outside its hours and months a rule raises nothing; what is open may clear")
  func schedule() {
    let hours = WorkingHours(
      code: "day", name: "",
      week: Array(repeating: [MinuteSpan(from: 8 * 60, to: 9 * 60)], count: 7), makeUpDay: nil,
      worksOnHolidays: true)
    let plain = RuleFixture.world(devices: 1, measures: ["level"])
    let world = RuleWorld(streams: plain.streams, hours: [hours])
    let readings = [(0, 10, 9.0), (0, 3_700, 1.0), (0, 3_800, 9.0)]
    func run(_ active: RuleSchedule) -> [String] {
      Self.changes(
        [RuleFixture.rule(.value, Self.level, active: active)], world, readings, until: 4_000)
    }
    #expect(run(RuleSchedule(hours: "day")) == ["r 0 opened 10", "r 0 cleared 3700"])
    #expect(run(RuleSchedule(hours: "day", isOutsideHours: true)) == ["r 0 opened 3800"])
    #expect(run(RuleSchedule(months: [6, 7])) == [])
    #expect(run(RuleSchedule(months: [1])).count == 3)
  }

  @Test("maintenance keeps a rule quiet; a hold begins anew")
  func maintenance() {
    let plain = RuleFixture.world(devices: 1, measures: ["level"])
    let from = Instant(milliseconds: RuleFixture.time(0))
    let to = Instant(milliseconds: RuleFixture.time(100))
    let world = RuleWorld(
      streams: plain.streams,
      maintenance: [
        Maintenance(id: ID(1), device: ID(1), from: from, to: to, reason: "", staff: nil)
      ])
    let levels = [RuleLevel(grade: .red, raise: 5, clear: 5, hold: 60_000)]
    let got = Self.changes(
      [RuleFixture.rule(.value, levels)], world, [(0, 10, 9.0)], until: 1_000)
    #expect(got == ["r 0 opened 130"])
  }

  @Test("silence of a device behind a silent gateway is not reported")
  func dependency() {
    let plain = RuleFixture.world(devices: 2, measures: ["level"])
    let world = RuleWorld(
      streams: plain.streams, links: [Link(from: ID(1), to: ID(2), kind: "gateway")])
    let silence = [RuleLevel(grade: .blue, raise: 60_000, clear: 0)]
    let slow = [RuleLevel(grade: .blue, raise: 90_000, clear: 0)]
    let gateway = RuleFixture.rule(.silence, silence, code: "gateway")
    let device = RuleFixture.rule(
      .silence, slow, dependency: RuleDependency(link: "gateway", rule: "gateway"),
      code: "device")
    let got = Self.changes(
      [gateway, device], world, [(0, 0, 1), (1, 0, 1)], until: 80)
    #expect(got == ["gateway 0 opened 60", "gateway 1 opened 60"])
    let program = RuleProgram(rules: [gateway, device], world: world)
    let shard = RuleShard(program, shard: 0)
    var changes: [AlarmChange] = []
    let readings = RuleFixture.observations([
      .init(stream: 0, second: 0, value: 1), .init(stream: 1, second: 0, value: 1),
    ])
    readings.withUnsafeBufferPointer { shard.take($0, into: &changes) }
    for second in [70, 100, 200] {
      shard.advance(to: Instant(milliseconds: RuleFixture.time(second)), into: &changes)
    }
    #expect(
      changes.filter { $0.key.rule == "device" }.map(\.key.subject) == [
        .stream(StreamNumber(1))
      ])
  }

  @Test("a rule binds by kind, measure, area, device and attribute, and costs others nothing")
  func binding() {
    let world = RuleFixture.world(devices: 4, measures: ["level", "flow"])
    let area = Area(id: ID(10), parent: nil, level: .district, code: "a", name: "", outline: nil)
    let placed = RuleWorld(streams: world.streams, areas: [area])
    func bound(_ scope: RuleScope) -> Int {
      let rule = Rule(
        code: "r", name: "", kind: "gauge", measure: "level", scope: scope, form: .value,
        levels: Self.level, say: "", why: "")
      return RuleProgram(rules: [rule], world: placed).plans[0].cells.count
    }
    #expect(bound(RuleScope()) == 4)
    #expect(bound(RuleScope(areas: ["a"])) == 2)
    #expect(bound(RuleScope(areas: ["unknown"])) == 0)
    #expect(bound(RuleScope(devices: ["g3"])) == 1)
    #expect(bound(RuleScope(attributes: [RuleAttribute(name: "x", values: ["1"])])) == 0)
  }

  @Test("not finite values and impossible times are counted and change nothing")
  func refused() {
    let world = RuleFixture.world(devices: 1, measures: ["level"])
    let program = RuleProgram(rules: [RuleFixture.rule(.value, Self.level)], world: world)
    let shard = RuleShard(program, shard: 0)
    var changes: [AlarmChange] = []
    let streams: [UInt32] = [0, 0, 0, 9]
    let times: [Int64] = [1, 2, .max, 3]
    let values = [Double.nan, .infinity, 9, 9]
    streams.withUnsafeBufferPointer { streams in
      times.withUnsafeBufferPointer { times in
        values.withUnsafeBufferPointer { values in
          shard.take(streams: streams, times: times, values: values, into: &changes)
        }
      }
    }
    #expect(changes.isEmpty && shard.counts.notFinite == 3 && shard.counts.taken == 0)
  }

  @Test("an alarm says why in the pack's words")
  func sentence() {
    let rule = Rule(
      code: "r", name: "", kind: "gauge", measure: "level", form: .value, levels: Self.level,
      say: "{device}: {last} {unit} over {limit} {unit} for {minutes} min, {nothing}", why: "")
    let change = AlarmChange(
      key: EpisodeKey(
        rule: "r", subject: .stream(StreamNumber(0)), openedAt: Instant(milliseconds: 0)),
      kind: .opened, grade: .red, at: Instant(milliseconds: 390_000),
      facts: AlarmFacts(
        value: 620, limit: 600.25, since: Instant(milliseconds: 90_000), lastValue: 620))
    let text = AlarmSentence.text(of: change, by: rule, names: ["device": "g", "unit": "mm"])
    #expect(text == "g: 620 mm over 600.25 mm for 5 min, ?")
    for (number, written) in [(0.0, "0"), (-0.001, "0"), (1.5, "1.5"), (-2.05, "-2.05")] {
      #expect(AlarmSentence.written(number) == written)
    }
  }
}

import City
import Pack
import Testing

@testable import Discovering

/// A restart at any point loses no episode and doubles none.
struct RuleRestartTests {
  private static let world = RuleFixture.world(devices: 4, measures: ["level"])
  private static let rules = [
    RuleFixture.rule(
      .value,
      [
        RuleLevel(grade: .blue, raise: 5, clear: 3, hold: 40_000, clearHold: 20_000),
        RuleLevel(grade: .red, raise: 8, clear: 6, hold: 20_000),
      ], code: "value"),
    RuleFixture.rule(
      .window(
        RuleWindow(
          shape: .sliding(milliseconds: 120_000, stepMilliseconds: 60_000), aggregate: .mean)),
      [RuleLevel(grade: .blue, raise: 6, clear: 5, hold: 2, clearHold: 1)], code: "mean"),
    RuleFixture.rule(
      .silence, [RuleLevel(grade: .blue, raise: 90_000, clear: 0)], lateness: 20_000,
      code: "silence"),
    RuleFixture.rule(
      .several(
        RuleCondition(side: .above, limit: 7), area: .district, withinMilliseconds: 60_000),
      [RuleLevel(grade: .blue, raise: 1, clear: 1)], code: "several"),
  ]

  private static func observations(_ seed: UInt64) -> [Observation] {
    var random = RuleRandom(seed)
    let row = RuleFormTests.Row(name: "", rule: rules[0])
    return RuleFixture.observations(
      RuleFormTests.readings(row, streams: 4, random: &random))
  }

  private static func feed(
    _ shard: RuleShard, _ observations: ArraySlice<Observation>, _ changes: inout [AlarmChange]
  ) {
    observations.withUnsafeBufferPointer { shard.take($0, into: &changes) }
  }

  @Test("a shard restored from its snapshot goes on as if nothing had happened")
  func snapshot() throws {
    let program = RuleProgram(rules: Self.rules, world: Self.world)
    for seed in 1...12 as ClosedRange<UInt64> {
      let observations = Self.observations(seed)
      var random = RuleRandom(seed)
      let cut = random.next(0..<observations.count)
      let end = Instant(milliseconds: RuleFixture.time(20_000))
      var whole: [AlarmChange] = []
      let first = RuleShard(program, shard: 0)
      Self.feed(first, observations[...], &whole)
      first.advance(to: end, into: &whole)
      var parts: [AlarmChange] = []
      let before = RuleShard(program, shard: 0)
      Self.feed(before, observations[..<cut], &parts)
      before.advance(to: observations[cut].at.advanced(byMilliseconds: -1), into: &parts)
      let after = RuleShard(program, shard: 0)
      try after.restore(before.snapshot())
      Self.feed(after, observations[cut...], &parts)
      after.advance(to: end, into: &parts)
      #expect(Set(parts) == Set(whole) && parts.count == whole.count, "seed \(seed), cut \(cut)")
      #expect(after.counts == first.counts, "seed \(seed)")
    }
  }

  @Test("a snapshot of another program or with a flipped bit is refused, and the shard is as new")
  func damage() {
    let program = RuleProgram(rules: Self.rules, world: Self.world)
    let shard = RuleShard(program, shard: 0)
    var changes: [AlarmChange] = []
    Self.feed(shard, Self.observations(7)[...], &changes)
    var bytes = shard.snapshot()
    let other = RuleShard(RuleProgram(rules: [Self.rules[0]], world: Self.world), shard: 0)
    #expect(throws: RuleSnapshotFault.otherProgram) { try other.restore(bytes) }
    #expect(throws: RuleSnapshotFault.damaged) { try shard.restore(Array(bytes.dropLast())) }
    bytes[bytes.count / 2] ^= 4
    #expect(throws: RuleSnapshotFault.damaged) { try shard.restore(bytes) }
    #expect(shard.snapshot() == RuleShard(program, shard: 0).snapshot())
  }

  @Test("without a snapshot the log and the open episodes do: each episode opens once, ends once")
  func cold() {
    let rules = [Self.rules[0], Self.rules[3]]
    let program = RuleProgram(rules: rules, world: Self.world)
    for seed in 1...20 as ClosedRange<UInt64> {
      var random = RuleRandom(seed)
      var readings: [SlowRules.Reading] = []
      var values = [3, 5, 7, 4]
      for second in stride(from: 0, to: 3_000, by: 10) {
        for stream in 0..<4 {
          values[stream] = min(max(values[stream] + random.next(-1..<2), 0), 11)
          readings.append(
            .init(stream: stream, second: second + stream, value: Double(values[stream])))
        }
      }
      let observations = RuleFixture.observations(readings)
      let cut = random.next(10..<observations.count)
      let end = Instant(milliseconds: RuleFixture.time(20_000))
      var whole: [AlarmChange] = []
      let first = RuleShard(program, shard: 0)
      Self.feed(first, observations[...], &whole)
      first.advance(to: end, into: &whole)
      var made: [AlarmChange] = []
      Self.feed(RuleShard(program, shard: 0), observations[..<cut], &made)
      var open: [EpisodeKey: Grade] = [:]
      for change in made { open[change.key] = change.kind == .cleared ? nil : change.grade }
      let again = RuleShard(program, shard: 0)
      let warmFrom = observations[cut].at.advanced(
        byMilliseconds: -program.warmMilliseconds - 20_000)
      var known: [AlarmChange] = []
      Self.feed(again, observations[..<cut].drop { $0.at < warmFrom }, &known)
      #expect(again.settle(open: open.map { OpenEpisode(key: $0, grade: $1) }).isEmpty)
      Self.feed(again, observations[cut...], &made)
      again.advance(to: end, into: &made)
      func ends(_ changes: [AlarmChange]) -> [String] {
        changes.filter { $0.kind == .opened || $0.kind == .cleared }
          .map { "\($0.key) \($0.kind)" }.sorted()
      }
      #expect(ends(made) == ends(whole), "seed \(seed), cut \(cut)")
    }
    let gone = OpenEpisode(
      key: EpisodeKey(
        rule: "gone", subject: .stream(StreamNumber(0)), openedAt: Instant(milliseconds: 0)),
      grade: .red)
    #expect(RuleShard(program, shard: 0).settle(open: [gone]) == [gone])
  }
}

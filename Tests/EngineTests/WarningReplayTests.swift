import City
import Discovering
import Engine
import Evaluating
import LoopFixture
import Pack
import Ports
import Testing

/// A past played through the watch, and replayed: the same warnings, and nothing known ahead.
@Suite struct WarningReplayTests {
  private static let level = Sensing.rule(
    "water-level", .value,
    [
      RuleLevel(grade: .yellow, raise: 150, clear: 120),
      RuleLevel(grade: .red, raise: 400, clear: 350),
    ])

  @Test("a replay issues, raises and lifts as the watch did, and sees nothing that came later")
  func likeService() async throws {
    try await Loop.with(.memory) { loop in
      let sensing = try await Sensing(loop, gauges: 2, rules: [Self.level])
      let follower = sensing.follower()
      let desk = VitalDesk(engine: loop.engine, perception: sensing.perception)
      let watch = WarningWatch(engine: loop.engine, vitals: desk)
      let from = loop.clock.now
      var redAt: Instant?
      for step in 0..<60 {
        loop.clock.advance(5 * Duration.minute)
        // Dry for half an hour, wet for half an hour, a flood, and dry again.
        let value: Double = step < 6 ? 20 : step < 12 ? 200 : step < 18 ? 450 : 10
        if step == 12 { redAt = loop.clock.now }
        _ = try await sensing.send([(gauge: 0, at: loop.clock.now, value: value)])
        try await Sensing.run(follower)
        try await watch.turn()
      }
      let period = try #require(Period(from: from, to: loop.clock.now))
      try await desk.refresh()
      let (replayed, scores) = await desk.replay(over: period, everyMinutes: 5)
      var query = WarningQuery(page: PageRequest(limit: 100, before: nil))
      query.kind = "waterlogging"
      let served = try #require(try await loop.store.warnings(query).elements.first)
      let again = replayed.filter { $0.kind == "waterlogging" }
      let one = try #require(again.first)
      #expect(again.count == 1 && one.area == served.area)
      let (lived, once) = (Self.life(one), Self.life(served))
      #expect(lived == once)
      #expect(lived.contains(.raised) && lived.last == .lifted)
      let apart = abs(one.issuedAt.millisecondsSince(served.issuedAt))
      #expect(apart <= 5 * Duration.minute)
      // The chain runs through in the replay as well.
      #expect(replayed.contains { $0.kind == "traffic-disruption" && $0.cause == one.id })
      #expect(scores.contains { $0.kind.code == "waterlogging" && $0.score.judged.count == 1 })
      // Up to the moment before the flood, nothing of it is known.
      let flood = try #require(redAt)
      let before = try #require(Period(from: from, to: flood))
      let early = await desk.replay(over: before, everyMinutes: 5).warnings
        .filter { $0.kind == "waterlogging" }
      #expect(early.count == 1 && early.first?.state.grade == .yellow)
      #expect(early.first?.state.changes.contains { $0.kind == .raised } == false)
      // Nothing was written.
      #expect(try await loop.store.warnings(query).elements.count == 1)
    }
  }

  /// What happened to a warning, but for being prolonged.
  private static func life(_ warning: Warning) -> [WarningChange.Kind] {
    warning.state.changes.map(\.kind).filter { kind in kind != .prolonged }
  }

  @Test("a past in which nothing was known issues nothing")
  func empty() async throws {
    try await Loop.with(.memory) { loop in
      let desk = VitalDesk(engine: loop.engine, perception: nil)
      try await desk.refresh()
      let from = loop.clock.now.advanced(byMilliseconds: -10 * Duration.day)
      let period = try #require(Period(from: from, to: loop.clock.now))
      #expect(await desk.replay(over: period, everyMinutes: 1_440).warnings.isEmpty)
    }
  }
}

import City
import Discovering
import Engine
import Evaluating
import LoopFixture
import Pack
import Ports
import Testing

/// From alarms to warnings, chains and cases, with the shipped packs.
@Suite struct WarningWatchTests {
  /// The shipped rule by its code, told at once.
  private static let level = Sensing.rule(
    "water-level", .value,
    [
      RuleLevel(grade: .yellow, raise: 150, clear: 120),
      RuleLevel(grade: .red, raise: 400, clear: 350),
    ])

  private struct Watched {
    let loop: Loop
    let sensing: Sensing
    let follower: PerceptionFollower
    let watch: WarningWatch

    func says(_ value: Double, gauge: Int = 0) async throws {
      loop.clock.advance(Duration.minute)
      _ = try await sensing.send([(gauge: gauge, at: loop.clock.now, value: value)])
      try await Sensing.run(follower)
    }

    func warnings(_ change: (inout WarningQuery) -> Void = { _ in }) async throws -> [Warning] {
      var query = WarningQuery(page: PageRequest(limit: 100, before: nil))
      change(&query)
      return try await loop.store.warnings(query).elements
    }

    func standing(_ kind: String) async throws -> Warning? {
      try await warnings {
        $0.kind = kind
        $0.isStanding = true
      }.first
    }

    func responses() async throws -> [Case] {
      var query = CaseQuery(scope: .everything, page: PageRequest(limit: 100, before: nil))
      query.channel = .system
      return try await loop.store.cases(query).elements
    }
  }

  private static func with(
    _ kind: StoreKind, _ body: (Watched) async throws -> Void
  ) async throws {
    try await Loop.with(kind) { loop in
      let sensing = try await Sensing(loop, gauges: 2, rules: [level])
      let desk = VitalDesk(engine: loop.engine, perception: sensing.perception)
      try await body(
        Watched(
          loop: loop, sensing: sensing, follower: sensing.follower(),
          watch: WarningWatch(engine: loop.engine, vitals: desk)))
    }
  }

  @Test(
    "water rises: a warning, its chain, the cases of the plan, each once",
    arguments: StoreKind.allCases)
  func chain(kind: StoreKind) async throws {
    try await Self.with(kind) { watched in
      #expect(try await watched.watch.turn() == 0)
      try await watched.says(160)
      #expect(try await watched.watch.turn() > 0)
      let water = try #require(try await watched.standing("waterlogging"))
      #expect(water.state.grade == .yellow && water.source == .alarms)
      #expect(water.area.innermost == District.west)
      #expect(water.state.why.contains("1"))
      #expect(!water.state.measures.isEmpty)
      let traffic = try #require(try await watched.standing("traffic-disruption"))
      #expect(traffic.state.grade == .blue && traffic.source == .chain)
      #expect(traffic.cause == water.id)
      #expect(
        traffic.state.from == water.state.from.advanced(byMilliseconds: 30 * Duration.minute))
      // The plan of a yellow one opens a case; a blue one here opens none.
      let cases = try await watched.responses()
      #expect(cases.map(\.state.item) == ["warning-drainage"])
      #expect(cases.first?.state.area.innermost == District.west)
      // A second look, and another watch after a restart, change nothing.
      #expect(try await watched.watch.turn() == 0)
      let desk = VitalDesk(
        engine: watched.loop.engine, perception: watched.sensing.perception)
      #expect(try await WarningWatch(engine: watched.loop.engine, vitals: desk).turn() == 0)
      #expect(try await watched.responses().count == 1)
      #expect(try await watched.warnings().count == 2)
    }
  }

  @Test("graver water raises both; calm water lifts both after the calm")
  func life() async throws {
    try await Self.with(.memory) { watched in
      try await watched.says(160)
      _ = try await watched.watch.turn()
      try await watched.says(500)
      _ = try await watched.watch.turn()
      let water = try #require(try await watched.standing("waterlogging"))
      #expect(water.state.grade == .red)
      #expect(water.state.changes.map(\.kind) == [.issued, .raised])
      #expect(try await watched.standing("traffic-disruption")?.state.grade == .orange)
      #expect(
        Set(try await watched.responses().compactMap(\.state.item))
          == ["warning-drainage", "warning-traffic"])
      try await watched.says(10)
      _ = try await watched.watch.turn()
      #expect(try await watched.standing("waterlogging") != nil, "not calm long enough")
      watched.loop.clock.advance(31 * Duration.minute)
      _ = try await watched.watch.turn()
      #expect(try await watched.standing("waterlogging") == nil)
      // What it announced falls after its own calm.
      _ = try await watched.watch.turn()
      watched.loop.clock.advance(31 * Duration.minute)
      _ = try await watched.watch.turn()
      #expect(try await watched.standing("traffic-disruption") == nil)
      let all = try await watched.warnings()
      #expect(all.allSatisfy { $0.state.changes.last?.kind == .lifted })
    }
  }

  @Test("what a person says of a place is not said again by the machine, and ends with its time")
  func person() async throws {
    try await Self.with(.memory) { watched in
      var draft = WarningDraft(area: District.district, grade: .orange)
      draft.kind = "waterlogging"
      draft.to = watched.loop.clock.now.advanced(byMilliseconds: Duration.hour)
      let warnings = Warnings(engine: watched.loop.engine)
      let issued = try await warnings.issue(
        draft, by: Person.dutyOfficer.id, actor: .staff(Person.dutyOfficer.id), request: "",
        scope: .everything)
      try await warnings.followPlan(issued)
      try await watched.says(160)
      _ = try await watched.watch.turn()
      let own = try await watched.warnings { $0.kind = "waterlogging" }
      #expect(own.map(\.id) == [issued.id], "a yellow one adds nothing to an orange one")
      watched.loop.clock.advance(61 * Duration.minute)
      _ = try await watched.watch.turn()
      let ended = try #require(try await watched.loop.store.load(issued.id))
      #expect(ended.state.liftedAt != nil && ended.state.grade == .orange)
    }
  }

  @Test("the score names the hit and how early it was")
  func score() async throws {
    try await Self.with(.memory) { watched in
      let from = watched.loop.clock.now
      try await watched.says(160)
      _ = try await watched.watch.turn()
      try await watched.says(500)
      let desk = VitalDesk(
        engine: watched.loop.engine, perception: watched.sensing.perception)
      try await desk.follow()
      let period = try #require(
        Period(from: from, to: watched.loop.clock.now.advanced(byMilliseconds: Duration.day)))
      let lines = try await desk.warningScores(over: period, scope: .everything)
      let line = try #require(lines.first { $0.kind.code == "waterlogging" })
      #expect(line.score.hits == 1 && line.score.falseOnes == 0 && line.score.missed.isEmpty)
      #expect(line.score.leadMilliseconds == Duration.minute)
    }
  }
}

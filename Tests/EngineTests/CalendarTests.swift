import City
import Engine
import Handling
import LoopFixture
import Pack
import Ports
import Testing

/// Deadlines that were counted before the calendar of their year was known.
@Suite struct CalendarTests {
  /// 2026-12-31 14:00 in the city: the next year's calendar is not out.
  private static let eve = Instant(milliseconds: 1_798_696_800_000)

  /// The packs of the repository, and a first working week of 2027 that is free from Friday on.
  private static let later: Catalogue? = {
    let packs = Loop.catalogue.packs
    guard let core = packs.first, let friday = CivilDate(year: 2027, month: 1, day: 1),
      let tuesday = CivilDate(year: 2027, month: 1, day: 5)
    else { return nil }
    let year = CalendarYear(
      year: 2027, holidays: [Holiday(name: "元旦", from: friday, to: tuesday)], makeUpDays: [])
    let grown = Pack(
      id: core.id, title: core.title, version: core.version + 1, depends: core.depends,
      categories: core.categories, duties: core.duties, items: core.items, flows: core.flows,
      kinds: core.kinds, posts: core.posts, hours: core.hours,
      calendarYears: core.calendarYears + [year], profiles: core.profiles,
      mappings: core.mappings, rules: core.rules, stories: core.stories,
      storyWords: core.storyWords, addressWords: core.addressWords, digest: core.digest)
    return Catalogue([grown] + packs.dropFirst())
  }()

  private static func item(_ measure: TimeLimit.Measure) throws -> Item {
    try #require(
      Loop.catalogue.items.first { item in
        !item.automatic && item.handleClock?.limit.measure == measure
          && item.handleClock.map { $0.limit.amount >= 2 } == true
      })
  }

  /// The engine as it starts with the later calendar, over the same store.
  private static func grown(_ loop: Loop) async throws -> Engine {
    try await Engine(
      store: loop.store, sealing: loop.keys, secrets: loop.engine.secrets, time: loop.clock,
      catalogue: try #require(later), settings: loop.engine.settings)
  }

  private static func dispatched(
    _ loop: Loop, _ externalID: String, _ item: Item
  ) async throws -> Case {
    let id = try await loop.file(externalID, item: item.code)
    return try await loop.step("dispatch", on: id, by: .dispatcher) { $0.unit = District.police }
  }

  private static func due(_ state: CaseState) throws -> CivilDate {
    let due = try #require(state.due)
    let offset = Int64(EngineSettings().offsetMinutes) * Duration.minute
    return CivilDate(
      daysSinceEpoch: Int((due.milliseconds + offset) / Duration.day))
  }

  @Test(arguments: StoreKind.allCases)
  func aDeadlineMovesWhenItsYearIsKnown(kind: StoreKind) async throws {
    try await Loop.with(kind) { loop in
      loop.clock.advance(Self.eve.millisecondsSince(Loop.start))
      let item = try Self.item(.workingDays)
      let before = try await Self.dispatched(loop, "1", item)
      let amount = try #require(item.handleClock).limit.amount
      let engine = try await Self.grown(loop)
      #expect(try await CalendarRecount(engine: engine).run() == 1)
      let after = try await loop.load(before.id)
      // Friday, Monday and Tuesday were counted as working days; the weekend between counts for
      // nobody. So the deadline is three working days later than it was.
      let time = engine.workingTime
      let expected = time.deadline(
        from: Self.eve, limit: TimeLimit(amount: amount, measure: .workingDays),
        hours: engine.catalogue.defaultHours
      ).instant
      #expect(after.state.due == expected)
      #expect(try Self.due(after.state) > Self.due(before.state))
      let order = try await loop.store.orders(of: before.id).first
      #expect(order?.due == after.state.due, "the order runs by the same clock")
      let entry = try await loop.store.entries(
        after: try await loop.store.lastSequence() - 1, limit: 1
      ).first
      #expect(entry?.kind == "case.due_moved")
      #expect(try await CalendarRecount(engine: engine).run() == 0, "once is enough")
    }
  }

  @Test func nothingElseMoves() async throws {
    try await Loop.with(.memory) { loop in
      // By the clock: no calendar speaks of it.
      loop.clock.advance(Self.eve.millisecondsSince(Loop.start))
      let byClock = try await Self.dispatched(loop, "1", try Self.item(.hours))
      // Closed: its deadline is history.
      let closed = try await loop.file("2", at: District.inEast)
      try await loop.bring(closed, to: "closed")
      // Waits for dispatch: there is no deadline.
      let filed = try await loop.file(
        "3", item: try Self.item(.workingDays).code, at: District.outside)
      let cases = [byClock.id, closed, filed]
      var before: [Case] = []
      for id in cases { before.append(try await loop.load(id)) }
      let engine = try await Self.grown(loop)
      let moves = try await CalendarRecount(engine: engine).moves(within: .everything)
      #expect(moves.map(\.move.clock) == ["contact"], "one case is called back in working days")
      #expect(try await CalendarRecount(engine: engine).run() == 1)
      for (id, was) in zip(cases, before) {
        #expect(try await loop.load(id).state.due == was.state.due)
        if id != byClock.id { #expect(try await loop.load(id).state == was.state) }
      }
    }
  }

  @Test func aDeadlineThatNoCalendarGaveStays() async throws {
    try await Loop.with(.memory) { loop in
      loop.clock.advance(Self.eve.millisecondsSince(Loop.start))
      let found = try await Self.dispatched(loop, "1", try Self.item(.workingDays))
      var state = found.state
      state.due = Self.eve.advanced(byMilliseconds: 17 * Duration.minute)
      for index in state.clocks.indices { state.clocks[index].due = state.due }
      _ = try await loop.store.commit(Loop.change([.caseMoved(found.id, state)], at: Self.eve))
      #expect(try await CalendarRecount(engine: Self.grown(loop)).run() == 0)
      #expect(try await loop.load(found.id).state.due == state.due)
    }
  }
}

import City
import Discovering
import Engine
import Handling
import LoopFixture
import Pack
import Ports
import Testing

/// The ladder climbed by rule, and what people do by hand.
@Suite struct SupervisionTests {
  /// A case with a limit of some hours by the clock that the police have.
  private static func overdueCase(_ loop: Loop) async throws -> (id: ID<Case>, hours: Int64) {
    let item = try #require(Loop.catalogue.item(code: TestItem.noise))
    let limit = try #require(item.handleClock?.limit)
    #expect(limit.measure == .hours)
    let id = try await loop.file("1", item: item.code)
    try await loop.bring(id, to: "handling")
    return (id, Int64(limit.amount))
  }

  private static func lines(_ loop: Loop, _ id: ID<Case>) async throws -> [String] {
    var query = SupervisionQuery(
      scope: .everything, page: PageRequest(limit: 50, before: nil))
    query.case = id
    return try await loop.store.supervisions(query).elements.reversed().map(\.line)
  }

  private static func turn(_ clocks: ClockWatch, _ watch: SupervisionWatch) async throws -> Int {
    try await clocks.turn()
    return try await watch.turn()
  }

  @Test("each line of the ladder once, also after a restart", arguments: StoreKind.allCases)
  func ladder(_ kind: StoreKind) async throws {
    try await Loop.with(kind) { loop in
      let clocks = ClockWatch(engine: loop.engine)
      let watch = SupervisionWatch(engine: loop.engine)
      try await clocks.begin()
      try await watch.begin()
      let (id, hours) = try await Self.overdueCase(loop)
      #expect(try await Self.turn(clocks, watch) == 0)
      loop.clock.advance(hours * Duration.hour / 2 + Duration.minute)
      #expect(try await Self.turn(clocks, watch) == 1)
      #expect(try await Self.turn(clocks, watch) == 0)
      loop.clock.advance(hours * Duration.hour * 35 / 100)
      #expect(try await Self.turn(clocks, watch) == 1)
      loop.clock.advance(hours * Duration.hour)
      #expect(try await Self.turn(clocks, watch) == 1)
      #expect(
        try await Self.lines(loop, id) == ["remind-handler", "remind-head", "order-street"])
      // Another one over the same store: nothing again, and it goes on with what comes later.
      let second = SupervisionWatch(engine: loop.engine)
      try await second.begin()
      #expect(try await second.turn() == 0)
      loop.clock.advance(4 * Duration.day)
      #expect(try await second.turn() == 1)
      loop.clock.advance(4 * Duration.day)
      #expect(try await second.turn() == 1)
      #expect(
        try await Self.lines(loop, id) == [
          "remind-handler", "remind-head", "order-street", "order-centre", "order-leader",
        ])
      #expect(try await watch.turn() == 0, "what one made, the other does not")
    }
  }

  @Test func whoIsToldAndByWhen() async throws {
    try await Loop.with(.memory) { loop in
      let clocks = ClockWatch(engine: loop.engine)
      let watch = SupervisionWatch(engine: loop.engine)
      try await clocks.begin()
      try await watch.begin()
      let (id, hours) = try await Self.overdueCase(loop)
      loop.clock.advance(hours * Duration.hour + Duration.minute)
      #expect(try await Self.turn(clocks, watch) == 1)
      var query = SupervisionQuery(
        scope: .unit(District.police), page: PageRequest(limit: 5, before: nil))
      query.case = id
      let made = try #require(try await loop.store.supervisions(query).elements.first)
      #expect(made.form == .order)
      #expect(made.state == .open)
      #expect(
        Set(made.receivers) == [Person.westDuty.id, Person.officerHead.id],
        "the street's centre, and who must reply")
      #expect(made.due.map { $0 > loop.clock.now } ?? false)
      #expect(made.words.contains(try await loop.load(id).filing.number.text))
      #expect(!made.words.contains("{"))
      // A case that is reported is late no more.
      try await loop.bring(id, to: "checking", from: "handling")
      loop.clock.advance(30 * Duration.day)
      #expect(try await Self.turn(clocks, watch) == 0)
    }
  }

  @Test func aProblemOfManyPeopleIsToldOnce() async throws {
    try await Loop.with(.sqlite) { loop in
      let watch = SupervisionWatch(engine: loop.engine)
      try await watch.begin()
      let people = try #require(Loop.catalogue.supervision.groupPeople)
      var id: ID<Case>?
      for number in 1...people + 1 {
        let outcome = try await loop.send(
          Loop.signal("r\(number)") {
            $0.reporterName = "张\(number)"
            $0.reporterPhone = "1391234567\(number)"
          })
        id = outcome.case ?? id
        _ = try await watch.turn()
      }
      let found = try #require(id)
      #expect(try await Self.lines(loop, found) == ["group-centre"])
      var query = EventQuery(scope: .everything, page: PageRequest(limit: 5, before: nil))
      query.peopleMin = people
      #expect(try await loop.store.events(query).elements.count == 1)
      query.peopleMin = people + 2
      #expect(try await loop.store.events(query).elements.isEmpty)
    }
  }

  @Test func everySeedDrawsTheSame() async throws {
    try await Loop.with(.sqlite) { loop in
      try await loop.makeAccounts()
      for number in 1...12 {
        let id = try await loop.file(
          "c\(number)", at: number % 2 == 0 ? District.inEast : District.inWest
        )
        try await loop.bring(id, to: "closed")
        loop.clock.advance(3 * Duration.day)
      }
      let caller = try await loop.caller(.dutyOfficer)
      var order = SpotCheckOrder(from: Loop.start, to: loop.clock.now, count: 4)
      order.seed = 42
      let desk = SupervisionDesk(engine: loop.engine)
      let first = try await desk.draw(order, by: caller, request: "t")
      #expect(first.drawn.count == 4)
      #expect(first.population >= 4)
      await #expect(throws: SupervisionFault.self) {
        try await desk.draw(order, by: caller, request: "t")
      }
      order.seed = 43
      let other = try await desk.draw(order, by: caller, request: "t")
      #expect(other.population == first.population)
      #expect(other.drawn.map(\.case) != first.drawn.map(\.case))
      order.seed = nil
      order.count = 0
      await #expect(throws: SupervisionFault.self) {
        try await desk.draw(order, by: caller, request: "t")
      }
      await #expect(throws: SupervisionFault.self) {
        try await desk.draw(order, by: try await loop.caller(.officer), request: "t")
      }
    }
  }
}

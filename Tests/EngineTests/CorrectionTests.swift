import City
import Discovering
import Engine
import LoopFixture
import Ports
import Testing

@Suite struct CorrectionTests {
  private static func merge(_ loop: Loop, _ from: ID<Event>?, _ into: ID<Event>?) async throws {
    try await loop.corrections.merge(
      try #require(from), into: try #require(into), by: Loop.actor(.dispatcher),
      as: .staff(Person.dispatcher.id), note: "同一件事", request: "test")
  }

  /// Every event counts the signals that report it.
  private static func expectCountsRight(_ loop: Loop) async throws {
    let events = try await loop.store.events(
      EventQuery(scope: .everything, page: PageRequest(limit: 500, before: nil)))
    for event in events.elements {
      let signals = try await loop.store.signals(of: event.id, limit: 100)
      #expect(signals.count == event.signals, "event \(event.id.rawValue) \(event.state)")
    }
  }

  @Test(arguments: StoreKind.allCases)
  func whatWasJoinedIsSplitAndMergedAgain(kind: StoreKind) async throws {
    try await Loop.with(kind) { loop in
      let first = try await loop.send(Loop.signal("1"))
      let second = try await loop.send(Loop.signal("2", title: "另一件事"))
      #expect(second.kind == .joined)
      let split = try await loop.corrections.split(
        second.signal, from: try #require(first.event), by: .staff(Person.dispatcher.id),
        request: "test")
      #expect(split.event != first.event)
      #expect(split.case != first.case)
      #expect(try await loop.store.load(second.signal)?.event == split.event)
      let own = try await loop.load(split.case)
      #expect(own.filing.title == "另一件事")
      #expect(own.state.stage == "filed")
      #expect(own.filing.number != first.number)
      try await Self.expectCountsRight(loop)

      try await Self.merge(loop, split.event, first.event)
      #expect(try await loop.store.load(second.signal)?.event == first.event)
      let gone = try await loop.load(split.event)
      #expect(gone.state == .merged)
      #expect(gone.mergedInto == first.event)
      #expect(gone.signals == 0)
      #expect(try await loop.load(first.event).signals == 2)
      #expect(try await loop.load(own.id).state.stage == "void")
      try await Self.expectCountsRight(loop)

      let undone = try await loop.corrections.split(
        second.signal, from: try #require(first.event), by: .staff(Person.dispatcher.id),
        request: "test")
      #expect(try await loop.load(undone.event).signals == 1)
      try await Self.expectCountsRight(loop)
      // A merged event takes nothing in: what comes joins one that is open.
      let later = try await loop.send(Loop.signal("3"))
      #expect(later.kind == .joined)
      #expect(later.event != split.event)
      try await Self.expectCountsRight(loop)
    }
  }

  @Test(arguments: StoreKind.allCases)
  func timesFollowWhatIsSplitAndMerged(kind: StoreKind) async throws {
    try await Loop.with(kind) { loop in
      func at(_ minute: Int64) -> Instant {
        Loop.start.advanced(byMilliseconds: minute * Duration.minute)
      }
      let middle = try await loop.send(Loop.signal("1") { $0.occurredAt = at(-20) })
      let first = try await loop.send(Loop.signal("2") { $0.occurredAt = at(-40) })
      let last = try await loop.send(Loop.signal("3") { $0.occurredAt = at(-10) })
      let event = try #require(middle.event)
      #expect(first.kind == .joined)
      func times() async throws -> [Instant] {
        let found = try await loop.load(event)
        return [found.firstAt, found.lastAt]
      }
      #expect(try await times() == [at(-40), at(-10)])
      let split = try await loop.corrections.split(
        first.signal, from: event, by: .staff(Person.dispatcher.id), request: "test")
      #expect(try await times() == [at(-20), at(-10)], "the first report went")
      let own = try await loop.load(split.event)
      #expect([own.firstAt, own.lastAt] == [at(-40), at(-40)])
      _ = try await loop.corrections.split(
        last.signal, from: event, by: .staff(Person.dispatcher.id), request: "test")
      #expect(try await times() == [at(-20), at(-20)], "the last report went")
      try await Self.merge(loop, split.event, event)
      #expect(try await times() == [at(-40), at(-20)])
    }
  }

  @Test func whatIsNoCorrectionIsRefused() async throws {
    try await Loop.with(.memory) { loop in
      let first = try await loop.send(Loop.signal("1"))
      let other = try await loop.send(Loop.signal("2", at: District.inEast))
      let event = try #require(first.event)
      let otherEvent = try #require(other.event)
      let actor = Actor.staff(Person.dispatcher.id)
      for (signal, from, fault) in [
        (first.signal, event, CorrectionFault.lastSignal),
        (other.signal, event, .notItsSignal), (ID(999), event, .unknownSignal),
        (first.signal, ID(999), .unknownEvent),
      ] {
        await #expect(throws: fault) {
          try await loop.corrections.split(signal, from: from, by: actor, request: "")
        }
      }
      await #expect(throws: CorrectionFault.sameEvent) {
        try await Self.merge(loop, event, event)
      }
      await #expect(throws: CorrectionFault.unknownEvent) {
        try await Self.merge(loop, event, ID(999))
      }
      // A case that is being checked is not set aside.
      try await loop.bring(try #require(other.case), to: "checking")
      await #expect(throws: CorrectionFault.caseStands(stage: "checking")) {
        try await Self.merge(loop, otherEvent, event)
      }
      try await loop.step("pass", on: try #require(other.case), by: .inspector)
      try await loop.step("close", on: try #require(other.case), by: .dispatcher)
      await #expect(throws: CorrectionFault.notOpen) {
        try await Self.merge(loop, event, otherEvent)
      }
      try await Self.expectCountsRight(loop)
    }
  }

  @Test func aDispatchedCaseIsSetAsideWithItsOrder() async throws {
    try await Loop.with(.memory) { loop in
      let first = try await loop.send(Loop.signal("1"))
      let other = try await loop.send(Loop.signal("2", at: District.inEast))
      let id = try #require(other.case)
      try await loop.bring(id, to: "handling")
      try await Self.merge(loop, other.event, first.event)
      #expect(try await loop.store.orders(of: id).map(\.state) == [.withdrawn])
      let steps = try await loop.store.steps(of: id, from: 0, limit: 10)
      #expect(steps.last?.action == "void")
      #expect(steps.last?.note == "同一件事")
      #expect(steps.last?.staff == Person.dispatcher.id)
    }
  }
}

@Suite struct HistoryTests {
  private static let filed = Instant(milliseconds: 1_704_067_200_123)
  private static let closed = Instant(milliseconds: 1_704_153_600_456)

  private static func ticket(
    _ id: String, filedAt: Instant = filed, closedAt: Instant? = closed, joins: Bool = false
  ) -> HistoricTicket {
    HistoricTicket(
      signal: Loop.signal(id) { $0.occurredAt = min(filedAt, Loop.start) }, filedAt: filedAt,
      closedAt: closedAt, unit: District.police, reply: "已处理", joins: joins)
  }

  @Test(arguments: StoreKind.allCases)
  func timesAreKeptExactly(kind: StoreKind) async throws {
    try await Loop.with(kind) { loop in
      let history = History(engine: loop.engine)
      let outcome = try await history.take(
        Self.ticket("1"), by: .local("import"), request: "")
      #expect(outcome.kind == .opened)
      let id = try #require(outcome.case)
      let found = try await loop.load(id)
      #expect(found.filing.filedAt == Self.filed)
      #expect(found.state.closedAt == Self.closed)
      #expect(found.state.verdict == .passed)
      #expect(found.filing.number.text == "2024-0101-00001")
      #expect(try await loop.load(outcome.event).state == .closed)
      let signal = try await loop.load(outcome.signal)
      #expect(signal.receivedAt == Self.filed)
      #expect(signal.occurredAt == Self.filed)
      let steps = try await loop.store.steps(of: id, from: 0, limit: 10)
      #expect(steps.map(\.at) == [Self.filed, Self.closed])
      #expect(steps.last?.note == "已处理")
      let orders = try await loop.store.orders(of: id)
      #expect(orders.map(\.state) == [.done])
      #expect(orders.first?.openedAt == Self.filed)
      #expect(orders.first?.endedAt == Self.closed)
      #expect(
        try await history.take(Self.ticket("1"), by: .local("import"), request: "").kind
          == .repeated)
      // One event a row, though both tell of the same place and item.
      #expect(
        try await history.take(Self.ticket("2"), by: .local("import"), request: "").kind
          == .opened)
    }
  }

  @Test func anOpenTicketKeepsItsTimesToo() async throws {
    try await Loop.with(.memory) { loop in
      for joins in [false, true] {
        let outcome = try await History(engine: loop.engine).take(
          Self.ticket("\(joins)", closedAt: nil, joins: joins), by: .local("import"), request: "")
        let signal = try await loop.load(outcome.signal)
        #expect(signal.receivedAt == Self.filed, "joins \(joins)")
        guard outcome.kind == .opened else { continue }
        let found = try await loop.load(outcome.case)
        #expect(found.filing.filedAt == Self.filed, "joins \(joins)")
        #expect(found.state.closedAt == nil)
      }
    }
  }

  @Test func impossibleTimesAreRefused() async throws {
    let late = Loop.start.advanced(byMilliseconds: Duration.hour)
    let early = Instant(milliseconds: 0)
    try await Loop.with(.memory) { loop in
      for (ticket, field, rule) in [
        (Self.ticket("1", filedAt: late), "filedAt", "time.in_future"),
        (Self.ticket("2", filedAt: early), "filedAt", "time.too_early"),
        (Self.ticket("3", closedAt: late), "closedAt", "time.in_future"),
        (Self.ticket("4", closedAt: early), "closedAt", "time.too_early"),
      ] {
        do throws(IntakeFault) {
          _ = try await History(engine: loop.engine).take(ticket, by: .local("import"), request: "")
          Issue.record("\(field) \(rule) was accepted")
        } catch {
          guard case .refused(let findings) = error else {
            Issue.record("\(error)")
            continue
          }
          #expect(findings.contains { $0.field == field && $0.rule == rule })
        }
      }
    }
  }
}

import City
import Engine
import Handling
import LoopFixture
import Pack
import Ports
import Testing

/// Cases of an old version of the standard flow, moved to the newest over a real store.
@Suite struct FlowMigrationDeskTests {
  private static var newest: Int { Loop.catalogue.currentFlow(code: "standard").version }

  /// A case as the first version filed it, before clocks were kept.
  private static func old(_ loop: Loop, _ number: Int) async throws -> ID<Case> {
    let filed = try await loop.load(try await loop.file("seed-\(number)", at: nil))
    let filing = filed.filing
    let id = loop.engine.newID() as ID<Case>
    let event = try await loop.load(filing.event)
    let eventID = loop.engine.newID() as ID<Event>
    var state = filed.state
    state.clocks = []
    _ = try await loop.store.commit(
      Loop.change(
        [
          .event(
            Event(
              id: eventID, item: event.item, title: "", address: "", position: nil,
              area: event.area, thing: nil, firstAt: event.firstAt, lastAt: event.lastAt,
              signals: 1, state: .open, case: id, mergedInto: nil, version: 0)),
          .caseFiled(
            Case(
              id: id,
              filing: CaseFiling(
                number: CaseNumber(date: filing.number.date, serial: 900 + number),
                event: eventID, channel: filing.channel, title: "旧案", text: "", address: "",
                position: nil, thing: nil, reporter: nil, filedAt: filing.filedAt,
                flow: FlowReference(code: "standard", version: 1)), state: state)),
        ], at: loop.clock.now))
    return id
  }

  @Test(arguments: StoreKind.allCases)
  func runningCasesMoveAndGoOnByTheNewVersion(_ kind: StoreKind) async throws {
    try await Loop.with(kind) { loop in
      let waiting = try await Self.old(loop, 1)
      let handled = try await Self.old(loop, 2)
      let closed = try await Self.old(loop, 3)
      try await loop.bring(handled, to: "handling")
      try await loop.bring(closed, to: "closed")
      let before = try await loop.load(handled)
      // The first version knows no extension.
      await #expect(throws: DeskFault.self) {
        try await loop.step("askExtension", on: handled, by: .officer) { Self.ask(&$0) }
      }
      let desk = FlowMigrationDesk(engine: loop.engine)
      let plan = try await desk.plan("standard", from: 1, to: Self.newest, within: .everything)
      #expect(Set(plan.map(\.case.id)) == [waiting, handled])
      #expect(plan.allSatisfy { (try? $0.result.get()) == $0.case.state.stage })
      #expect(try await loop.load(handled) == before, "a plan changes nothing")
      let foreign = Scope.unit(District.lighting)
      #expect(
        try await desk.plan("standard", from: 1, to: Self.newest, within: foreign).isEmpty)
      let entries = try await loop.store.lastSequence()
      let lines = try await desk.run(
        "standard", from: 1, to: Self.newest, within: .everything, note: "全部换到新版",
        by: Loop.actor(.dutyOfficer), as: .staff(Person.dutyOfficer.id), request: "test")
      #expect(lines.count == 2)
      #expect(try await loop.store.lastSequence() == entries + 2, "an entry a case")
      let newest = FlowReference(code: "standard", version: Self.newest)
      for id in [waiting, handled] {
        let moved = try await loop.load(id)
        #expect(moved.flow == newest)
        let last = try await loop.store.steps(of: id, from: 0, limit: 100).last
        #expect(last?.action == FlowMigration.action)
        #expect(last?.flow == newest)
        #expect(last?.note == "全部换到新版")
      }
      let after = try await loop.load(handled)
      #expect(after.state.due == before.state.due)
      #expect(try await loop.load(closed).flow.version == 1, "what is closed is history")
      #expect(
        try await desk.plan("standard", from: 1, to: Self.newest, within: .everything).isEmpty)
      try await loop.step("askExtension", on: handled, by: .officer) { Self.ask(&$0) }
      try await loop.step("grantExtension", on: handled, by: .dutyOfficer)
      let later = try #require(try await loop.load(handled).state.due)
      #expect(later > (try #require(before.state.due)))
    }
  }

  private static func ask(_ order: inout StepOrder) {
    order.note = "要查清来源"
    order.reason = "complex"
    order.limit = TimeLimit(amount: 2, measure: .workingDays)
  }

  @Test func whatNoPackHasIsRefused() async throws {
    try await Loop.with(.memory) { loop in
      let desk = FlowMigrationDesk(engine: loop.engine)
      await #expect(
        throws: FlowMigrationFault.unknownFlow(FlowReference(code: "standard", version: 99))
      ) { try await desk.plan("standard", from: 1, to: 99, within: .everything) }
      await #expect(
        throws: FlowMigrationFault.notReplaced(FlowReference(code: "standard", version: 99))
      ) { try await desk.plan("standard", from: 99, to: Self.newest, within: .everything) }
    }
  }
}

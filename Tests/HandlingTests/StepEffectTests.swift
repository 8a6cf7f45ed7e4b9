import City
import Pack
import Testing

@testable import Handling

struct StepEffectTests {
  typealias Fixture = StepFixture

  @Test("dispatch opens an order and starts the clock")
  func dispatch() throws {
    let file = try StepDecisionTests.file(at: "dispatched")
    let state = file.current.state
    #expect(state.unit == Fixture.drains)
    #expect(state.version == 1)
    #expect(state.since == Fixture.minute(10))
    // 09:10 and four working hours, over lunch.
    #expect(state.due == CalendarFixture.at(2026, "1120", 14, 10))
    #expect(
      file.order
        == WorkOrder(
          id: ID(5_000), case: ID(1_000), unit: Fixture.drains, staff: nil, state: .open,
          openedAt: Fixture.minute(10), due: state.due, acceptedAt: nil, reportedAt: nil,
          endedAt: nil))
    var step = Step(
      case: ID(1_000), sequence: 0, action: "dispatch", from: "filed", to: "dispatched",
      at: Fixture.minute(10), staff: ID(10), unit: Fixture.centre, note: "说明",
      evidence: [Fixture.photo.file], tookMilliseconds: 10 * Duration.minute)
    step.given = Fixture.drains
    #expect(file.steps == [step])
  }

  @Test("a case without item is dispatched without deadline, and gets one with its item")
  func unclassified() throws {
    var file = CaseFile()
    var state = file.current.state
    state.item = nil
    file.current = file.current.moved(to: state)
    try file.take(
      Fixture.request("dispatch", at: 0, unit: Fixture.drains), by: Fixture.dispatcher)
    #expect(file.current.state.due == nil)
    #expect(file.order?.due == nil)
    let outcome = try file.take(
      Fixture.request("reclassify", at: 60, item: Fixture.tree), by: Fixture.dispatcher)
    // Eight hours from the dispatch at 09:00, not from the step at 10:00.
    #expect(file.current.state.due == CalendarFixture.at(2026, "1123", 9, 30))
    #expect(file.order?.due == file.current.state.due)
    #expect(file.current.state.item == "tree")
    #expect(file.current.state.grade == .blue)
    #expect(outcome.calendarKnown)
  }

  @Test("before dispatch a new item starts no clock")
  func reclassifyFiled() throws {
    var file = CaseFile()
    let outcome = try file.take(
      Fixture.request("reclassify", at: 1, item: Fixture.tree), by: Fixture.dispatcher)
    #expect(outcome.orders.isEmpty)
    #expect(file.current.state.due == nil)
    #expect(file.current.state.item == "tree")
  }

  @Test("accept, assign, report name the person")
  func persons() throws {
    var file = try StepDecisionTests.file(at: "handling")
    #expect(file.order?.state == .accepted)
    #expect(file.order?.acceptedAt == Fixture.minute(20))
    #expect(file.order?.staff == ID(20))
    #expect(file.current.state.handler == ID(20))
    try file.take(
      Fixture.request("assign", at: 25, staff: 21, staffUnit: Fixture.team), by: Fixture.handler)
    #expect(file.order?.staff == ID(21))
    #expect(file.current.state.handler == ID(21))
    try file.take(Fixture.request("report", at: 30), by: Fixture.worker)
    #expect(file.order?.state == .reported)
    #expect(file.order?.reportedAt == Fixture.minute(30))
    #expect(file.steps.last?.tookMilliseconds == 5 * Duration.minute)
  }

  @Test("the unit above may act for the unit")
  func unitAbove() throws {
    var file = try StepDecisionTests.file(at: "dispatched")
    let chief = Fixture.actor(60, ["handler"], Fixture.centre)
    try file.take(Fixture.request("accept", at: 20), by: chief)
    #expect(file.current.state.handler == ID(60))
  }

  @Test("rework opens the same order again with the same deadline")
  func rework() throws {
    var file = try StepDecisionTests.file(at: "checking")
    let due = file.current.state.due
    try file.take(Fixture.request("rework", at: 35), by: Fixture.inspector)
    #expect(file.current.state.reworks == 1)
    #expect(file.current.state.due == due)
    #expect(file.order?.state == .accepted)
    #expect(file.order?.reportedAt == nil)
    #expect(file.order?.due == due)
    #expect(file.orders.count == 1)
  }

  @Test("giving back clears the unit and ends the order")
  func giveBack() throws {
    var file = try StepDecisionTests.file(at: "handling")
    let former = try #require(file.order)
    try file.take(Fixture.request("giveBack", at: 35), by: Fixture.handler)
    let state = file.current.state
    #expect(state.returns == 1)
    #expect(state.unit == .none)
    #expect(state.handler == nil)
    #expect(state.due == nil)
    #expect(state.order == nil)
    #expect(file.orders[former.id]?.state == .returned)
    #expect(file.orders[former.id]?.endedAt == Fixture.minute(35))
    // The same unit may get it again: nobody has it now.
    try file.take(
      Fixture.request("dispatch", at: 40, unit: Fixture.drains), by: Fixture.dispatcher)
    #expect(file.orders.count == 2)
    #expect(file.openOrders.count == 1)
  }

  @Test("reassigning withdraws the former order and starts the clock anew")
  func reassign() throws {
    var file = try StepDecisionTests.file(at: "handling")
    let former = try #require(file.order)
    let outcome = try file.take(
      Fixture.request("reassign", at: 60, unit: Fixture.parks), by: Fixture.dispatcher)
    #expect(outcome.orders.map(\.state) == [.withdrawn, .open])
    #expect(outcome.orders.first?.id == former.id)
    #expect(file.current.state.unit == Fixture.parks)
    #expect(file.current.state.handler == nil)
    #expect(file.current.state.due == CalendarFixture.at(2026, "1120", 15, 0))
  }

  static let closings: [(String, String, StepActor, Verdict, EventState, WorkOrderState)] = [
    ("checked", "close", Fixture.dispatcher, .passed, .closed, .done),
    ("checking", "notConfirmed", Fixture.inspector, .notConfirmed, .void, .done),
    ("handling", "void", Fixture.dispatcher, .void, .void, .withdrawn),
  ]

  @Test("closing ends case, order and event", arguments: closings)
  func close(
    _ row: (String, String, StepActor, Verdict, EventState, WorkOrderState)
  ) throws {
    var file = try StepDecisionTests.file(at: row.0)
    try file.take(Fixture.request(row.1, at: 90), by: row.2)
    #expect(file.current.state.verdict == row.3)
    #expect(file.current.state.closedAt == Fixture.minute(90))
    #expect(file.eventState == row.4)
    #expect(file.order?.state == row.5)
    #expect(file.order?.endedAt == Fixture.minute(90))
    #expect(file.current.state.unit == Fixture.drains, "whose work it was stays known")
  }

  @Test("void before dispatch needs no order")
  func voidFiled() throws {
    var file = CaseFile()
    let outcome = try file.take(Fixture.request("void", at: 1), by: Fixture.dispatcher)
    #expect(outcome.orders.isEmpty)
    #expect(file.eventState == .void)
  }

  @Test("the same file twice is one piece of evidence")
  func evidenceOnce() throws {
    var file = try StepDecisionTests.file(at: "handling")
    let evidence = [Fixture.photo, Fixture.document, Fixture.photo]
    let outcome = try file.take(
      Fixture.request("report", at: 30, evidence: evidence), by: Fixture.handler)
    #expect(outcome.step.evidence == [Fixture.photo.file, Fixture.document.file])
  }

  @Test("a step at the very moment of the last is allowed")
  func sameMoment() throws {
    var file = try StepDecisionTests.file(at: "handling")
    let outcome = try file.take(Fixture.request("report", at: 20), by: Fixture.handler)
    #expect(outcome.step.tookMilliseconds == 0)
  }

  @Test("deadlines move when a calendar comes")
  func recount() throws {
    let file = try StepDecisionTests.file(at: "handling")
    let blind = WorkingTime(years: [])
    #expect(
      file.rule(blind).moves(of: file.current, order: file.order, item: Fixture.water).isEmpty,
      "an ordinary Friday is the same with and without calendar")
    // That very Friday becomes free.
    let day = CalendarFixture.date(2026, "1120")
    let free = WorkingTime(years: [
      CalendarYear(
        year: 2026, holidays: [Holiday(name: "", from: day, to: day)], makeUpDays: [])
    ])
    let move = try #require(
      file.rule(free).moves(of: file.current, order: file.order, item: Fixture.water).first)
    #expect(move.clock == "handle")
    #expect(move.before == file.current.state.due)
    #expect(move.after == CalendarFixture.at(2026, "1123", 14, 0))
    // A case of the time before clocks were kept has its order to count by.
    var old = file.current.state
    old.clocks = []
    let older = file.rule(free)
      .moves(of: file.current.moved(to: old), order: file.order, item: Fixture.water)
    #expect(older == [move])
    let closed = try StepDecisionTests.file(at: "closed")
    #expect(
      closed.rule(free).moves(of: closed.current, order: closed.order, item: Fixture.water)
        .isEmpty)
  }
}

struct StepWalkTests {
  typealias Fixture = StepFixture

  @Test("no walk over the flow breaks what must always hold")
  func walk() {
    let seed: UInt64 = 4_711
    print("seed \(seed)")
    var random = SeededGenerator(seed: seed)
    let actors = [
      Fixture.dispatcher, Fixture.handler, Fixture.worker, Fixture.stranger, Fixture.inspector,
      Fixture.both, .engine,
    ]
    let actions = Set(Fixture.edges.map(\.action)).sorted()
    var closed = 0
    var refused = 0
    for _ in 0..<300 {
      var file = CaseFile()
      var minute: Int64 = 0
      for _ in 0..<60 where file.current.state.closedAt == nil {
        minute += Int64.random(in: -1...600, using: &random)
        let action = actions[Int.random(in: 0..<actions.count, using: &random)]
        // Most walks would be set aside at once otherwise.
        if action == "void" && Bool.random(using: &random) { continue }
        let actor = actors[Int.random(in: 0..<actors.count, using: &random)]
        let request = Fixture.request(
          action, at: minute, note: Bool.random(using: &random) ? "说明" : "",
          evidence: Bool.random(using: &random) ? [Fixture.photo] : [],
          unit: [Fixture.drains, Fixture.parks, nil].randomElement(using: &random) ?? nil,
          staff: 21, staffUnit: Fixture.team,
          item: Bool.random(using: &random) ? Fixture.tree : Fixture.water)
        let before = file.current
        let possible = StepDecision.possible(for: actor, in: file.context()).map(\.edge.action)
        do throws(StepRefusal) {
          try file.take(request, by: actor)
          #expect(possible.contains(action))
          check(file, before: before)
        } catch {
          refused += 1
          #expect(file.current == before)
        }
      }
      if file.current.state.closedAt != nil { closed += 1 }
    }
    print("closed \(closed), refused \(refused)")
    #expect(closed > 50 && refused > 50, "the walk saw both")
  }

  private func check(_ file: CaseFile, before: Case) {
    let state = file.current.state
    #expect(state.version == before.state.version + 1)
    #expect(state.version == file.steps.count)
    #expect(file.steps.map(\.sequence) == Array(0..<file.steps.count))
    #expect(file.current.filing == before.filing)
    #expect(file.steps.allSatisfy { $0.tookMilliseconds >= 0 })
    #expect(
      file.steps.reduce(0) { $0 + $1.tookMilliseconds }
        == state.since.millisecondsSince(file.current.filing.filedAt))
    let isDispatched = ["dispatched", "handling", "checking", "checked"].contains(state.stage)
    #expect(file.openOrders.count == (isDispatched ? 1 : 0))
    #expect(isDispatched ? file.openOrders.first?.id == state.order : true)
    #expect(isDispatched ? state.unit == file.order?.unit : true)
    #expect(isDispatched ? state.due == file.order?.due : true)
    let isClosed = ["closed", "void"].contains(state.stage)
    #expect((state.verdict != nil) == isClosed)
    #expect((state.closedAt != nil) == isClosed)
    #expect((file.eventState != .open) == isClosed)
    #expect(file.orders.values.allSatisfy { ($0.endedAt == nil) == file.openOrders.contains($0) })
    #expect(
      state.clocks == file.rule().clocks(of: file.current, steps: file.steps, item: file.item))
    if isDispatched { #expect(state.clocks.first?.due == state.due) }
  }
}

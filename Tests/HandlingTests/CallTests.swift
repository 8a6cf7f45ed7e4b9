import City
import Pack
import Testing

@testable import Handling

/// Groups that are called to a case, and sensors that check one.
struct CallTests {
  typealias Fixture = StepFixture

  private static let police = UnitPath([ID(1), ID(6)])
  private static let gardener = Fixture.actor(40, ["handler"], Fixture.parks)
  private static let officer = Fixture.actor(60, ["handler"], police)

  private static let flow: Flow = {
    var edges = Fixture.edges.filter { $0.action != "report" }
    edges += [
      Fixture.edge(
        "report", "handling", "checking", ["handler"], [.report], guards: [.ownUnit, .partsDone]),
      Fixture.edge(
        "finishPart", "handling", "handling", ["handler"], [.finishPart], guards: [.partUnit]),
      Fixture.edge("call", "handling", "handling", ["dispatcher"], [.call], requires: [.note]),
      Fixture.edge("takeBack", "handling", "filed", ["dispatcher"], [.takeBack]),
      Fixture.edge(
        "sensorPass", "checking", "checked", ["dispatcher"], [], guards: [.sensorClear]),
      Fixture.edge("name", "checking", "checking", ["dispatcher"], [.assignChecker]),
    ]
    return Flow(
      code: "standard", version: 1, name: "", stages: Fixture.flow.stages, start: "filed",
      edges: edges)
  }()

  private static func handling() throws -> CaseFile {
    var file = CaseFile()
    file.flow = flow
    var water = Fixture.water
    water.sensorClear = TimeLimit(amount: 30, measure: .minutes)
    file.items["water"] = water
    try file.take(
      Fixture.request("dispatch", at: 0, unit: Fixture.drains), by: Fixture.dispatcher)
    try file.take(Fixture.request("accept", at: 1), by: Fixture.handler)
    return file
  }

  private static func member(
    _ unit: UnitPath, _ order: Int64?, hours: Int? = nil
  ) -> GroupCall.Member {
    GroupCall.Member(
      unit: unit, order: order.map { ID($0) },
      limit: hours.map { TimeLimit(amount: $0, measure: .workingHours) })
  }

  private static func call(
    _ code: String, _ members: [GroupCall.Member], at minute: Int64
  ) -> StepRequest {
    var request = Fixture.request("call", at: minute)
    request.call = GroupCall(code: code, members: members)
    return request
  }

  @Test("each member gets an order with its clock, and the report waits for all")
  func orders() throws {
    var file = try Self.handling()
    let members = [
      Self.member(Fixture.parks, 7_001, hours: 2), Self.member(Self.police, 7_002),
      // Has the case already, and one that is only told.
      Self.member(Fixture.drains, 7_003), Self.member(Fixture.team, nil),
    ]
    let outcome = try file.take(Self.call("flood", members, at: 10), by: Fixture.dispatcher)
    #expect(outcome.step.group == "flood")
    #expect(file.current.state.called == ["flood"])
    let parts = file.orders.values.filter { $0.parent != nil }.sorted { $0.id < $1.id }
    #expect(parts.map(\.unit) == [Fixture.parks, Self.police])
    #expect(parts.map(\.parent) == [file.current.state.order, file.current.state.order])
    // Counted apart: two working hours by the slow walk.
    let walk = ClockWalk(CalendarFixture.office)
    let begun = ClockWalk.minute(Fixture.minute(10))
    let end = walk.end(from: begun, TimeLimit(amount: 2, measure: .workingHours))
    #expect(parts.first?.due.map(ClockWalk.minute) == end)
    #expect(parts.last?.due == file.current.state.due, "else as long as the case has")
    #expect(throws: StepRefusal.openParts([ID(4), ID(6)])) {
      try file.take(Fixture.request("report", at: 20), by: Fixture.handler)
    }
    try file.take(Fixture.request("finishPart", at: 21), by: Self.gardener)
    #expect(throws: StepRefusal.openParts([ID(6)])) {
      try file.take(Fixture.request("report", at: 22), by: Fixture.handler)
    }
    try file.take(Fixture.request("finishPart", at: 23), by: Self.officer)
    try file.take(Fixture.request("report", at: 24), by: Fixture.handler)
    #expect(file.current.state.stage == "checking")
  }

  @Test("a group is called once, a case calls so many, and never nobody")
  func limits() throws {
    var file = try Self.handling()
    try file.take(
      Self.call("flood", [Self.member(Fixture.parks, 7_001)], at: 2), by: Fixture.dispatcher)
    let before = file.current
    #expect(throws: StepRefusal.groupCalled("flood")) {
      try file.take(
        Self.call("flood", [Self.member(Self.police, 7_002)], at: 3), by: Fixture.dispatcher)
    }
    #expect(throws: StepRefusal.groupEmpty("fire")) {
      try file.take(
        Self.call("fire", [Self.member(Fixture.parks, 7_003)], at: 3), by: Fixture.dispatcher)
    }
    #expect(throws: StepRefusal.groupEmpty("fire")) {
      try file.take(Self.call("fire", [], at: 3), by: Fixture.dispatcher)
    }
    #expect(throws: StepRefusal.missing([.group])) {
      try file.take(Fixture.request("call", at: 3), by: Fixture.dispatcher)
    }
    #expect(file.current == before, "nothing half done")
    for number in 1..<JointGroup.callsMax {
      try file.take(
        Self.call("g\(number)", [Self.member(Self.police, nil)], at: 4), by: Fixture.dispatcher)
    }
    #expect(throws: StepRefusal.callsTooMany(max: JointGroup.callsMax)) {
      try file.take(
        Self.call("more", [Self.member(Self.police, nil)], at: 5), by: Fixture.dispatcher)
    }
    // Taken back, nobody is called any more.
    try file.take(Fixture.request("takeBack", at: 6), by: Fixture.dispatcher)
    #expect(file.current.state.called.isEmpty)
    #expect(file.openOrders.isEmpty)
  }

  @Test("a call that would open too many parts opens none")
  func whole() throws {
    var file = try Self.handling()
    let many = (0..<PartChange.partsMax + 1).map { number in
      Self.member(UnitPath([ID(1), ID(Int64(100 + number))]), Int64(7_000 + number))
    }
    let before = file.orders
    #expect(throws: StepRefusal.partsTooMany(max: PartChange.partsMax)) {
      try file.take(Self.call("flood", many, at: 2), by: Fixture.dispatcher)
    }
    #expect(file.orders == before && file.current.state.called.isEmpty)
  }

  struct Clear: Sendable, CustomTestStringConvertible {
    let name: String
    /// Minutes of the report and of the sensors' end; nil = none.
    let reported: Int64?
    let clear: Int64?
    let at: Int64
    var item = "water"
    var actor = StepActor.engine
    let expected: StepRefusal?
    var testDescription: String { name }
  }

  static let clears = [
    Clear(name: "before the report", reported: nil, clear: 2, at: 90, expected: nil),
    Clear(
      name: "still an alarm", reported: 10, clear: nil, at: 90,
      expected: .sensorNotClear(until: nil)),
    Clear(
      name: "not for long enough", reported: 10, clear: 20, at: 49,
      expected: .sensorNotClear(until: StepFixture.minute(50))),
    Clear(name: "long enough to the minute", reported: 10, clear: 20, at: 50, expected: nil),
    Clear(name: "clear before the report counts", reported: 40, clear: 5, at: 41, expected: nil),
    Clear(
      name: "the item does not take its word", reported: 10, clear: 20, at: 90,
      item: "tree", expected: .sensorNotClear(until: nil)),
    Clear(
      name: "nobody takes it by hand", reported: 10, clear: 20, at: 90,
      actor: StepFixture.dispatcher, expected: .machineOnly),
  ]

  @Test("the sensor checks after the report, once it stayed clear", arguments: clears)
  func sensor(_ row: Clear) throws {
    var file = try Self.handling()
    if let minute = row.reported {
      try file.take(Fixture.request("report", at: minute), by: Fixture.handler)
    }
    let known = file.context()
    let context = StepContext(
      case: known.case, order: known.order, handlers: known.handlers, flow: known.flow,
      item: file.items[row.item], hours: known.hours, time: known.time, newOrder: known.newOrder,
      parts: known.parts, clearSince: row.clear.map(Fixture.minute))
    var refusal: StepRefusal?
    do throws(StepRefusal) {
      let outcome = try StepDecision.decide(
        Fixture.request("sensorPass", at: row.at), by: row.actor, in: context)
      #expect(outcome.case.state.stage == "checked" && outcome.step.staff == nil)
    } catch {
      refusal = error
    }
    guard row.reported != nil else {
      #expect(refusal?.code == "step.no_edge")
      return
    }
    #expect(refusal == row.expected)
  }

  @Test("who checks is named among those who may, never who handled")
  func checker() throws {
    var file = try Self.handling()
    try file.take(Fixture.request("report", at: 2), by: Fixture.handler)
    func name(_ staff: Int64, _ posts: Set<String>) -> StepRequest {
      var request = Fixture.request("name", at: 3, staff: staff)
      request.staffPosts = posts
      return request
    }
    #expect(throws: StepRefusal.missing([.staff])) {
      try file.take(Fixture.request("name", at: 3), by: Fixture.dispatcher)
    }
    #expect(throws: StepRefusal.handlerMayNotVerify) {
      try file.take(name(20, ["handler", "inspector"]), by: Fixture.dispatcher)
    }
    #expect(throws: StepRefusal.staffMayNotCheck(allowed: ["inspector"])) {
      try file.take(name(31, ["handler"]), by: Fixture.dispatcher)
    }
    try file.take(name(30, ["inspector"]), by: Fixture.dispatcher)
    #expect(file.current.state.checker == ID(30))
    // He keeps it through a rework.
    try file.take(Fixture.request("rework", at: 4), by: Fixture.inspector)
    #expect(file.current.state.checker == ID(30))
  }
}

import City
import Engine
import Handling
import LoopFixture
import Pack
import Ports
import Testing

/// Cases that go up the tree of units, and are taken back.
@Suite struct LevelTests {
  /// The clocks follow from the steps alone.
  private static func isRecounted(_ loop: Loop, _ id: ID<Case>) async throws -> Bool {
    let found = try await loop.load(id)
    let flow = try #require(Loop.catalogue.flow(found.flow))
    let item = found.state.item.flatMap { Loop.catalogue.item(code: $0) }
    let steps = try await loop.store.steps(of: id, from: 0, limit: 100)
    return loop.engine.clockRule(flow).clocks(of: found, steps: steps, item: item)
      == found.state.clocks
  }

  @Test(arguments: StoreKind.allCases)
  func whatAUnitCannotDoGoesUpAndTheDeadlineGoesOn(_ kind: StoreKind) async throws {
    try await Loop.with(kind) { loop in
      let id = try await loop.file("1")
      try await loop.step("dispatch", on: id, by: .dispatcher) { $0.unit = District.station }
      try await loop.step("accept", on: id, by: .stationOfficer)
      let before = try await loop.load(id)
      loop.clock.advance(20 * Duration.minute)
      await #expect(throws: DeskFault.self) {
        try await loop.step("passUp", on: id, by: .stationOfficer) { $0.note = "办不了" }
      }
      let up = try await loop.step("passUp", on: id, by: .officerHead) { $0.note = "办不了" }
      #expect(up.state.unit.innermost == District.police)
      #expect(up.state.stage == "dispatched")
      #expect(up.state.handler == nil)
      #expect(up.state.due == before.state.due)
      #expect(up.state.returns == 0)
      let orders = try await loop.store.orders(of: id)
      #expect(orders.map(\.state) == [.returned, .open])
      #expect(orders.last?.due == before.state.due)
      #expect(try await Self.isRecounted(loop, id))
      try await loop.step("accept", on: id, by: .officer)
      try await loop.step("report", on: id, by: .officer) { $0.note = "好" }
      #expect(try await Self.isRecounted(loop, id))
      #expect(try await loop.score(of: District.station).returns == 0)
    }
  }

  @Test(arguments: StoreKind.allCases)
  func aboveTheHighestUnitIsNobody(_ kind: StoreKind) async throws {
    try await Loop.with(kind) { loop in
      let id = try await loop.file("1")
      try await loop.step("dispatch", on: id, by: .dispatcher) { $0.unit = District.centre }
      let head = StepActor(
        staff: Person.leader.id, posts: ["unit-head"], unit: UnitPath([District.centre]),
        isEngine: false)
      func take(_ action: String) async throws(DeskFault) -> Case {
        var order = StepOrder(action: action)
        order.note = "办不了"
        return try await loop.desk.take(
          order, on: id, by: head, as: .staff(Person.leader.id), request: "test")
      }
      let before = try await take("accept")
      await #expect(throws: DeskFault.refused(.noUnitAbove)) { try await take("passUp") }
      #expect(try await loop.load(id) == before, "nothing half done")
      #expect(try await loop.store.orders(of: id).map(\.state) == [.accepted])
    }
  }

  @Test func whatIsTakenBackCountsAgainstNobody() async throws {
    try await Loop.with(.memory) { loop in
      let id = try await loop.file("1")
      try await loop.bring(id, to: "handling")
      try await loop.step("assist", on: id, by: .dispatcher) {
        $0.unit = District.lighting
        $0.note = "一起看看"
      }
      await #expect(throws: DeskFault.self) {
        try await loop.step("takeBack", on: id, by: .dispatcher) { $0.note = "另派" }
      }
      let back = try await loop.step("takeBack", on: id, by: .dutyOfficer) { $0.note = "另派" }
      #expect(back.state.stage == "filed")
      #expect(back.state.unit == .none)
      #expect(back.state.returns == 0)
      #expect(back.state.due == nil)
      let orders = try await loop.store.orders(of: id)
      #expect(orders.map(\.state) == [.withdrawn, .withdrawn], "with the parts")
      #expect(try await Self.isRecounted(loop, id))
      #expect(try await loop.score(of: District.police).returns == 0)
    }
  }

  /// A step that was sent long ago is told from the last five hundred.
  @Test func aKeyIsKnownOnALongCase() async throws {
    try await Loop.with(.memory) { loop in
      let id = try await loop.file("1")
      try await loop.bring(id, to: "handling")
      for number in 0..<Desk.stepsMax {
        try await loop.step("contact", on: id, by: .officer) { $0.note = "第\(number)次" }
      }
      func send() async throws -> Int {
        try await loop.step("contact", on: id, by: .officer) {
          $0.note = "再联系"
          $0.key = "phone-9"
        }.state.version
      }
      let first = try await send()
      #expect(try await send() == first)
    }
  }
}

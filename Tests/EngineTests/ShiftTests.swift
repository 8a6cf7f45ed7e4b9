import City
import Engine
import Handling
import LoopFixture
import Pack
import Ports
import Testing

/// Open orders at the change of a shift.
@Suite struct ShiftTests {
  private static let second = ID<Staff>(310)
  private static let third = ID<Staff>(311)

  /// Two more officers, and shifts by the hour from the start: `nil` plans none.
  private static func plan(
    _ duties: [(staff: ID<Staff>, from: Int64, to: Int64)], _ loop: Loop
  ) async throws {
    let people = [second, third].map { id in
      Fact.staff(
        Staff(
          id: id, code: "s\(id.rawValue)", name: "警员\(id.rawValue)", unit: District.police,
          posts: ["handler"], area: nil, active: true))
    }
    let shifts = duties.enumerated().map { number, duty in
      Fact.duty(
        Duty(
          id: ID(Int64(5_000 + number)), staff: duty.staff, unit: District.police,
          from: Loop.start.advanced(byMilliseconds: duty.from * Duration.hour),
          to: Loop.start.advanced(byMilliseconds: duty.to * Duration.hour)))
    }
    _ = try await loop.store.commit(Loop.change(people + shifts, at: loop.clock.now))
    try await loop.engine.reloadDirectory()
  }

  private static func isRecounted(_ loop: Loop, _ id: ID<Case>) async throws -> Bool {
    let found = try await loop.load(id)
    let flow = try #require(Loop.catalogue.flow(found.flow))
    let item = found.state.item.flatMap { Loop.catalogue.item(code: $0) }
    let steps = try await loop.store.steps(of: id, from: 0, limit: 100)
    return loop.engine.clockRule(flow).clocks(of: found, steps: steps, item: item)
      == found.state.clocks
  }

  @Test("the next of the post takes over, once, the clock as it was", arguments: StoreKind.allCases)
  func over(_ kind: StoreKind) async throws {
    try await Loop.with(kind) { loop in
      try await Self.plan(
        [
          (Person.officer.id, 0, 1), (Self.second, 1, 2), (Person.officerHead.id, 0, 9),
          (Self.third, 3, 9),
        ], loop)
      let watch = ShiftWatch(engine: loop.engine)
      let id = try await loop.file("1")
      try await loop.bring(id, to: "handling")
      let reported = try await loop.file("2", at: District.inEast)
      try await loop.bring(reported, to: "checking")
      let before = try await loop.load(id)
      #expect(try await watch.turn() == 0)
      loop.clock.advance(Duration.hour)
      #expect(try await watch.turn() == 1)
      let found = try await loop.load(id)
      #expect(found.state.handler == Self.second)
      #expect(found.state.due == before.state.due && found.state.clocks == before.state.clocks)
      #expect(try await Self.isRecounted(loop, id))
      let step = try #require(try await loop.store.steps(of: id, from: 0, limit: 50).last)
      #expect(step.action == HandOver.action && step.staff == nil)
      #expect(step.note.contains("officer") && step.note.contains("警员310"))
      #expect(try await loop.load(reported).state.handler == Person.officer.id, "checked already")
      #expect(try await watch.turn() == 0)
      // Another watch over the same store hands nothing over again.
      #expect(try await ShiftWatch(engine: loop.engine).turn() == 0)
      // The second's shift ends, and nobody of the post follows for an hour: the head sees it.
      loop.clock.advance(Duration.hour)
      #expect(try await watch.turn() == 0)
      let left = try await ShiftDesk(engine: loop.engine).left()
      #expect(left.map(\.case.id) == [id])
      #expect(left.first?.holder.id == Self.second && left.first?.next == nil)
      // Whoever comes later takes it, also where nobody watched meanwhile.
      loop.clock.advance(2 * Duration.hour)
      #expect(try await ShiftWatch(engine: loop.engine).turn() == 1)
      #expect(try await loop.load(id).state.handler == Self.third)
      #expect(try await ShiftDesk(engine: loop.engine).left().isEmpty)
      #expect(try await Self.isRecounted(loop, id))
      let verified = try await loop.step("report", on: id, by: .officerHead) { $0.note = "好" }
      #expect(verified.state.stage == "checking")
    }
  }

  @Test("what somebody was given after his shift stays his, and who is away takes nothing")
  func kept() async throws {
    try await Loop.with(.memory) { loop in
      try await Self.plan(
        [(Person.officer.id, 0, 1), (Self.second, 1, 8), (Self.third, 1, 8)], loop)
      let away = Absence(
        id: ID(9_000), staff: Self.second, substitute: nil, reason: "病假", from: Loop.start,
        to: Loop.start.advanced(byMilliseconds: Duration.day))
      _ = try await loop.store.commit(Loop.change([.absence(away)], at: loop.clock.now))
      let first = try await loop.file("1")
      try await loop.bring(first, to: "handling")
      let other = try await loop.file("2", at: District.inEast)
      try await loop.bring(other, to: "handling")
      loop.clock.advance(Duration.hour)
      try await loop.step("assign", on: other, by: .officerHead) { $0.staff = Person.officer.id }
      let watch = ShiftWatch(engine: loop.engine)
      #expect(try await watch.turn() == 1)
      #expect(try await loop.load(first).state.handler == Self.third, "the second is ill")
      #expect(try await loop.load(other).state.handler == Person.officer.id)
    }
  }
}

import City
import Engine
import LoopFixture
import Pack
import Ports
import Testing

/// Lights of clocks, told once.
@Suite struct ClockWatchTests {
  /// What was told of a case's handling.
  private static func lights(_ loop: Loop, _ id: ID<Case>) async throws -> [Light] {
    try await loop.store.warnings(of: id).filter { $0.clock == "handle" }.map(\.light)
  }

  @Test(arguments: StoreKind.allCases)
  func eachLightIsToldOnceAlsoAfterARestart(kind: StoreKind) async throws {
    try await Loop.with(kind) { loop in
      let watch = ClockWatch(engine: loop.engine)
      try await watch.begin()
      // Four hours by the clock.
      let item = try #require(
        Loop.catalogue.items.first {
          $0.handleClock?.limit.measure == .hours && $0.handleClock?.limit.amount ?? 0 >= 2
        })
      let hours = Int64(item.handleClock?.limit.amount ?? 0)
      let id = try await loop.file("1", item: item.code)
      if try await loop.load(id).state.stage == "filed" {
        _ = try await loop.step("dispatch", on: id, by: .dispatcher) { $0.unit = District.police }
      }
      _ = try await watch.turn()
      #expect(try await Self.lights(loop, id) == [])
      loop.clock.advance(hours * Duration.hour / 2 + Duration.minute)
      #expect(try await watch.turn() > 0)
      #expect(try await Self.lights(loop, id) == [.yellow])
      #expect(try await watch.turn() == 0)
      // Another watch over the same store tells nothing again.
      let second = ClockWatch(engine: loop.engine)
      try await second.begin()
      #expect(try await second.turn() == 0)
      // A long sleep: only the gravest light is told.
      loop.clock.advance(hours * Duration.hour)
      #expect(try await second.turn() > 0)
      #expect(try await Self.lights(loop, id) == [.yellow, .overdue])
      #expect(try await watch.turn() == 0, "what one told, the other does not")
    }
  }

  @Test func aClosedCaseIsNotWatched() async throws {
    try await Loop.with(.memory) { loop in
      let watch = ClockWatch(engine: loop.engine)
      let id = try await loop.file("1", at: District.inEast)
      try await watch.begin()
      #expect(await watch.count == 1)
      try await loop.bring(id, to: "closed")
      _ = try await watch.turn()
      #expect(await watch.count == 0)
      loop.clock.advance(100 * Duration.day)
      #expect(try await watch.turn() == 0)
    }
  }
}

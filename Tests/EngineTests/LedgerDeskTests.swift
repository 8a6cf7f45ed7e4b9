import City
import Engine
import LoopFixture
import Ports
import Testing

/// Lines of ledgers that are late are told of, over a real store and over a restart.
@Suite struct LedgerDeskTests {
  private static let ledger = "hazard-list"
  private static let hazard = "hazard-grave"
  private static let late = "hazard-overdue"
  private static let days: Int64 = 31

  private static func cases(_ loop: Loop, _ item: String) async throws -> [Case] {
    var query = CaseQuery(scope: .everything, page: PageRequest(limit: 100, before: nil))
    query.item = item
    return try await loop.store.cases(query).elements
  }

  private static func lines(_ loop: Loop) async throws -> [LedgerEntry] {
    try await loop.store.ledgerEntries(
      LedgerQuery(
        scope: .everything, ledger: ledger, page: PageRequest(limit: 100, before: nil))
    ).elements
  }

  @Test("a line that is late is told of once, and not again after a restart")
  func toldOnce() async throws {
    try await Loop.restarting { loop in
      _ = try await loop.file("r1", item: Self.hazard)
      let desk = LedgerDesk(engine: loop.engine)
      #expect(try await desk.turn() == 1)
      #expect(try await desk.tellLate().isEmpty)
      loop.clock.advance(Self.days * Duration.day)
      let told = try await desk.tellLate()
      #expect(told.map(\.kind) == [.opened])
      // The same desk remembers whom it told of.
      loop.clock.advance(2 * Duration.minute)
      #expect(try await desk.tellLate().isEmpty)
      #expect(try await Self.cases(loop, Self.late).count == 1)
    } then: { loop in
      let before = try await loop.store.lastSequence()
      let desk = LedgerDesk(engine: loop.engine)
      #expect(try await desk.turn() == 0)
      _ = try await desk.tellLate()
      // Nothing was written: the id of the report is that of the line with its day.
      #expect(try await loop.store.lastSequence() == before)
      #expect(try await Self.cases(loop, Self.late).count == 1)
      let line = try #require(try await Self.lines(loop).first)
      #expect(line.state == .open)
    }
  }

  @Test("a line that became late while nobody looked is told of at the start")
  func lateMeanwhile() async throws {
    try await Loop.restarting { loop in
      _ = try await loop.file("r1", item: Self.hazard)
      #expect(try await LedgerDesk(engine: loop.engine).turn() == 1)
      loop.clock.advance(Self.days * Duration.day)
    } then: { loop in
      let desk = LedgerDesk(engine: loop.engine)
      #expect(try await desk.turn() == 0)
      #expect(try await desk.tellLate().map(\.kind) == [.opened])
      let reports = try await Self.cases(loop, Self.late)
      #expect(reports.map(\.filing.channel) == [.system])
    }
  }
}

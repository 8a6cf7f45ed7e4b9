import City
import Ports
import StoreConformance
import Testing

@testable import StoreSQLite

/// What is kept beside the tables says what the tables say.
@Suite struct RecentDossierTests {
  static let changes = 400
  private static let actions: Set = ["accept", "report"]

  @Test("after every change of a random history", arguments: [UInt64(5), 6, 7, 8])
  func agreement(seed: UInt64) async throws {
    let scratch = try Scratch("dossiers")
    let store = try SQLiteStore(folder: scratch.path)
    defer { store.close() }
    // Few, so that cases go and others come in their place.
    let few = RecentDossiers(casesMax: 7)
    let founding = try await store.commit(Town.founding)
    #expect(founding.sequence == 1)
    var maker = HistoryMaker(seed: seed)
    var (dossiers, reporters, judged, uncompared) = (0, 0, 0, 0)
    for _ in 0..<Self.changes {
      let change = maker.next()
      do throws(StoreFault) {
        _ = try await store.commit(change)
        maker.accept(change)
        few.follow(change.facts)
      } catch {
        continue
      }
      for number in 1...Int64(HistoryMaker.idsMax) {
        let stored = try await store.storedDossier(of: ID(number), handling: Self.actions)
        let told = try await store.dossier(of: ID(number), handling: Self.actions)
        #expect(told == stored, "seed \(seed), case \(number), \(change.kind)")
        #expect(try await store.load(ID<Case>(number)) == stored?.case, "seed \(seed)")
        if let kept = few.dossier(of: ID(number), handling: Self.actions) {
          #expect(kept == stored, "seed \(seed), case \(number) of few, \(change.kind)")
          dossiers += 1
        }
        let judgements = try await store.storedJudgements(of: ID(number))
        #expect(try await store.judgements(of: ID(number)) == judgements, "seed \(seed)")
        judged += judgements.count
        if let kept = few.judgements(of: ID(number)) {
          #expect(kept == judgements, "seed \(seed), judgements of \(number) of few")
        }
        let event = ID<Event>(number)
        let compared = try await store.storedResemblances(of: event, limit: 9)
        #expect(try await store.resemblances(of: event, limit: 9) == compared, "seed \(seed)")
        #expect(compared.isEmpty || !few.isUncompared(event), "seed \(seed), event \(number)")
        uncompared += few.isUncompared(event) ? 1 : 0
        let reporter = ID<Reporter>(number)
        let row = try await store.first(.reporters, "id = ?", [reporter.sql])
        #expect(try await store.load(reporter) == row, "seed \(seed), reporter \(number)")
        if let kept = few.reporter(reporter) {
          #expect(kept == row, "seed \(seed), reporter \(number) of few, \(change.kind)")
          reporters += 1
        }
      }
      #expect(few.count <= 7)
    }
    #expect(dossiers > Self.changes && reporters > Self.changes)
    #expect(judged > 0 && uncompared > 0)
  }

  @Test("a change set that the tables refuse leaves no trace")
  func refused() async throws {
    let scratch = try Scratch("dossiers")
    let store = try SQLiteStore(folder: scratch.path)
    defer { store.close() }
    _ = try await store.commit(Town.founding)
    let first = Town.filed(1)
    let event = Town.event(first.filing.event.rawValue)
    _ = try await store.commit(Town.change([.event(event), .caseFiled(first)]))
    let before = try await store.dossier(of: first.id, handling: Self.actions)
    var moved = first.state
    moved.stage = "closed"
    await #expect(throws: StoreFault.self) {
      // The same case filed twice contradicts the tables, so that its step counts for nothing.
      _ = try await store.commit(
        Town.change([.caseMoved(first.id, moved), .caseFiled(first)]))
    }
    let after = try await store.dossier(of: first.id, handling: Self.actions)
    #expect(after == before)
    #expect(after != nil)
    let stored = try await store.storedDossier(of: first.id, handling: Self.actions)
    #expect(stored == after)
  }
}

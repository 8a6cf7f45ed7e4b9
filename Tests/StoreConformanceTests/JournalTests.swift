import City
import JSONText
import Ports
import Records
import StoreConformance
import Testing

@Suite("the journal of a store")
struct JournalTests {
  @Test(
    "entries come as they were committed, numbered from 1, chained", arguments: StoreAdapter.all)
  func entries(_ adapter: StoreAdapter) async throws {
    try await adapter.withTown { store in
      var committed = [Town.founding]
      var maker = HistoryMaker(seed: 3)
      while committed.count < 60 {
        let changes = maker.next()
        guard case .success(let receipt) = await store.outcome(changes) else { continue }
        maker.accept(changes)
        committed.append(changes)
        #expect(receipt.sequence == Int64(committed.count))
      }
      #expect(try await store.lastSequence() == 60)
      let entries = try await store.entries(after: 0, limit: 100)
      #expect(entries.map(\.sequence) == Array(1...60))
      var previous = EntryHash.origin
      for (entry, changes) in zip(entries, committed) {
        let hash = Self.hash(of: entry, previous: previous)
        #expect(entry.hash == hash, "entry \(entry.sequence)")
        previous = entry.hash
        let expected = JournalEntry(
          sequence: entry.sequence, hash: hash, kind: changes.kind, at: changes.at,
          actor: changes.actor, subject: changes.subject, request: changes.request,
          facts: changes.facts)
        #expect(entry == expected)
      }
      #expect(try await store.entries(after: 58, limit: 100) == Array(entries[58...]))
      #expect(try await store.entries(after: 10, limit: 3) == Array(entries[10..<13]))
      #expect(try await store.entries(after: 60, limit: 3) == [])
      #expect(try await store.entries(after: 99, limit: 3) == [])
      #expect(try await store.entries(after: -5, limit: 2) == Array(entries[..<2]))
      #expect(try await store.entries(after: 0, limit: 0) == [])
      #expect(try await store.entries(after: 0, limit: -1) == [])
    }
  }

  static func hash(of entry: JournalEntry, previous: Digest) -> Digest {
    var writer = JSONWriter()
    FactCoding.encode(entry.facts, into: &writer)
    let header = EntryHeader(
      chain: 1, sequence: entry.sequence, kind: entry.kind, version: FactCoding.version,
      at: entry.at, actor: entry.actor, subject: entry.subject, request: entry.request,
      algorithm: EntryHash.algorithm)
    return EntryHash.hash(header, body: writer.bytes, previous: previous)
  }

  @Test("what was refused is no entry", arguments: StoreAdapter.all)
  func refused(_ adapter: StoreAdapter) async throws {
    try await adapter.withTown { store in
      _ = await store.outcome(Town.change([.note("x")], if: [.caseVersion(ID(1), 1)]))
      _ = await store.outcome(Town.change([.caseMoved(ID(1), Town.state())]))
      #expect(try await store.lastSequence() == 1)
      #expect(try await store.commit(Town.change([])).sequence == 2)
      let entry = try #require(try await store.entries(after: 1, limit: 9).first)
      let first = try #require(try await store.entries(after: 0, limit: 1).first)
      #expect(entry.hash == Self.hash(of: entry, previous: first.hash))
    }
  }

  @Test("header fields and facts of any content come back", arguments: StoreAdapter.all)
  func content(_ adapter: StoreAdapter) async throws {
    try await adapter.with { store in
      let actors: [Actor] = [.staff(ID(-1)), .engine("a\tb"), .engine(""), .local("staff:1\n")]
      for (number, actor) in actors.enumerated() {
        var maker = FactMaker(seed: UInt64(number))
        let changes = ChangeSet(
          kind: "种类\t\(number)", at: Instant(milliseconds: -5), actor: actor,
          subject: SubjectReference(kind: "\\case\n", id: .min), request: "r\r\\t", conditions: [],
          facts: [maker.fact(7), maker.fact(11), maker.fact(15), .note("a\u{0}b")])
        let receipt = try await store.commit(changes)
        let found = try await store.entries(after: receipt.sequence - 1, limit: 1)
        let entry = try #require(found.first)
        #expect(entry.actor == actor)
        #expect(entry.subject == changes.subject)
        #expect(entry.kind == changes.kind && entry.request == changes.request)
        #expect(entry.at == changes.at)
        #expect(entry.facts == changes.facts)
      }
    }
  }

  @Test("who waits for changes is told of the next", arguments: StoreAdapter.all)
  func changed(_ adapter: StoreAdapter) async throws {
    try await adapter.withTown { store in
      await store.changed(after: 0)
      async let waiting: Void = store.changed(after: 1)
      async let more: Void = store.changed(after: 2)
      try await store.add(.note("x"))
      await waiting
      #expect(try await store.lastSequence() == 2)
      try await store.add(.note("y"))
      await more
      #expect(try await store.lastSequence() == 3)
    }
  }

  @Test("closing lets go who waits, and refuses later commits", arguments: StoreAdapter.all)
  func closing(_ adapter: StoreAdapter) async throws {
    let opened = try await adapter.open()
    async let waiting: Void = opened.store.changed(after: 0)
    await opened.close()
    await waiting
    let outcome = await opened.store.outcome(Town.change([.note("x")]))
    guard case .failure(.unavailable) = outcome else {
      Issue.record("a closed store answered \(outcome)")
      return
    }
  }

  @Test("erasure empties what was sealed, and the chain still stands", arguments: StoreAdapter.all)
  func erasure(_ adapter: StoreAdapter) async throws {
    try await adapter.withTown { store in
      func sealed(_ subject: Int64, _ bytes: [UInt8]) -> Payload {
        .sealed(Sealed(subject: ID(subject), bytes: bytes))
      }
      let others: [Signal] = [Town.signal(11, raw: sealed(51, [6])), Town.signal(12)]
      try await store.add(
        .reporter(Town.reporter(50)), .reporter(Town.reporter(51)),
        .signal(Town.signal(10, raw: sealed(50, [5, 5]))), .signal(others[0]),
        .signal(others[1]))
      let before = try await store.entries(after: 0, limit: 9)
      try await store.add(.erased(ID(50)))
      let zero = Digest(bytes: [UInt8](repeating: 0, count: Digest.byteCount))
      #expect(
        try await store.load(ID<Reporter>(50))
          == Reporter(id: ID(50), subject: ID(50), contactHash: zero, details: nil))
      #expect(try await store.load(ID<Reporter>(51)) == Town.reporter(51))
      #expect(try await store.reporter(contactHash: Town.digest(50)) == nil)
      #expect(try await store.reporter(contactHash: zero) == nil)
      #expect(try await store.load(ID<Signal>(10)) == Town.signal(10, raw: sealed(50, [])))
      for other in others { #expect(try await store.load(other.id) == other) }
      #expect(try await store.entries(after: 0, limit: 2) == before)
      // A second person can be erased too, and the first may tell us something again.
      let again = Town.reporter(52, contact: 50)
      _ = try await store.commit(
        Town.change([.erased(ID(51)), .reporter(again)], if: [.contactAbsent(Town.digest(50))]))
      #expect(try await store.load(ID<Reporter>(51))?.details == nil)
      #expect(try await store.reporter(contactHash: Town.digest(50)) == again)
      _ = try await store.commit(Town.change([.erased(ID(50)), .erased(ID(99))]))
      #expect(try await store.load(again.id) == again)
    }
  }
}

@Suite("races")
struct RaceTests {
  static let racers = 200

  /// Commits all at once; how many were accepted, and that the others met their condition.
  private func winners(
    _ store: any Store, _ make: @escaping @Sendable (Int64) -> ChangeSet
  ) async -> [Int64] {
    await withTaskGroup(of: Int64?.self) { group in
      for racer in 1...Int64(Self.racers) {
        group.addTask {
          let changes = make(racer)
          switch await store.outcome(changes) {
          case .success: return racer
          case .failure(.conflict(let condition)):
            #expect(changes.conditions.contains(condition))
            return nil
          case .failure(let fault):
            Issue.record("racer \(racer): \(fault)")
            return nil
          }
        }
      }
      return await group.reduce(into: []) { winners, winner in
        if let winner { winners.append(winner) }
      }
    }
  }

  @Test(
    "of many steps decided on the same version exactly one is taken", arguments: StoreAdapter.all)
  func steps(_ adapter: StoreAdapter) async throws {
    try await adapter.withTown { store in
      try await store.add(.caseFiled(Town.filed(1)))
      let winners = await winners(store) { racer in
        Town.change(
          [
            .caseMoved(ID(1), Town.state(stage: "stage\(racer)", version: 2)),
            .step(Town.step(1, 1, action: "act\(racer)")),
            .order(Town.order(racer, case: 1)),
          ], if: [.caseVersion(ID(1), 1)])
      }
      let winner = try #require(winners.first)
      #expect(winners.count == 1)
      #expect(try await store.load(ID<Case>(1))?.state.stage == "stage\(winner)")
      #expect(try await store.steps(of: ID(1), from: 0, limit: 9).map(\.action) == ["act\(winner)"])
      #expect(try await store.orders(of: ID(1)).map(\.id.rawValue) == [winner])
      #expect(try await store.lastSequence() == 3)
    }
  }

  @Test("of many signals of one problem exactly one opens an event", arguments: StoreAdapter.all)
  func events(_ adapter: StoreAdapter) async throws {
    try await adapter.withTown { store in
      let winners = await winners(store) { racer in
        Town.change(
          [
            .event(Town.event(racer, position: Town.point(east: Double(racer % 20), north: 0))),
            .signal(Town.signal(racer, event: racer)), .caseFiled(Town.filed(racer)),
          ],
          if: [
            .signalAbsent(channel: .hotline, externalID: "X\(racer)"),
            .nothingNewer(than: nil, CommitTests.question),
          ])
      }
      #expect(winners.count == 1)
      let page = PageRequest(limit: 500, before: nil)
      let events = try await store.events(EventQuery(scope: .everything, page: page)).elements
      #expect(events.map(\.id.rawValue) == winners)
      let cases = try await store.cases(CaseQuery(scope: .everything, page: page)).elements
      #expect(cases.map(\.id.rawValue) == winners)
    }
  }

  @Test("the same signal sent many times at once is stored once", arguments: StoreAdapter.all)
  func signals(_ adapter: StoreAdapter) async throws {
    try await adapter.withTown { store in
      let winners = await winners(store) { racer in
        Town.change(
          [.signal(Town.signal(racer, externalID: "same"))],
          if: [.signalAbsent(channel: .hotline, externalID: "same")])
      }
      #expect(winners.count == 1)
      let found = try await store.signal(channel: .hotline, externalID: "same")
      #expect(found?.id.rawValue == winners.first)
    }
  }

  @Test(
    "commits that do not clash are all taken, each with its own number", arguments: StoreAdapter.all
  )
  func all(_ adapter: StoreAdapter) async throws {
    try await adapter.withTown { store in
      let receipts = try await withThrowingTaskGroup(of: Int64.self) { group in
        for racer in 1...Int64(Self.racers) {
          group.addTask {
            let change = Town.change([
              .caseFiled(Town.filed(racer)), .score(Town.score(unit: 21, street: 11)),
            ])
            let receipt = try await store.commit(change)
            // What is acknowledged is seen at once.
            #expect(try await store.load(ID<Case>(racer)) != nil)
            return receipt.sequence
          }
        }
        return try await group.reduce(into: Set<Int64>()) { $0.insert($1) }
      }
      #expect(receipts == Set(2...Int64(Self.racers) + 1))
      #expect(try await store.counts(.everything).byStage == ["filed": Self.racers])
      let scores = try await store.scores(
        ScoreQuery(scope: .everything, months: Town.month...Town.month))
      #expect(scores.map(\.counts.closed) == [Self.racers])
      #expect(try await store.lastSerial(on: Town.day) == Self.racers)
    }
  }
}

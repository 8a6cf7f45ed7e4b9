import City
import Ports
import StoreConformance
import Testing

@Suite("loads")
struct LoadTests {
  @Test("an empty store answers nothing", arguments: StoreAdapter.all)
  func empty(_ adapter: StoreAdapter) async throws {
    try await adapter.with { store in
      let answers = try await StoreQuestions.answers(of: store)
      let empty: Set = ["[]", "[] next nil", "0", "nil"]
      for answer in answers {
        let told = answer.answer
        // Where to look on is told also where nothing was found.
        #expect(
          empty.contains(told) || told.hasPrefix("NamedFiles(ended: [], held: []"), "\(answer)")
      }
      #expect(try await store.case(number: CaseNumber(date: Town.day, serial: 1)) == nil)
      #expect(try await store.credential(secretHash: Town.digest(1)) == nil)
      #expect(try await store.dossier(of: ID(1), handling: ["accept"]) == nil)
    }
  }

  @Test("every record reads back as it was written, whatever it holds", arguments: StoreAdapter.all)
  func whole(_ adapter: StoreAdapter) async throws {
    try await adapter.with { store in
      for seed in UInt64(1)...40 {
        var maker = FactMaker(seed: seed)
        for index in 0..<FactMaker.casesCount {
          let fact = maker.fact(index)
          // Counts of any size cannot be added up; no engine makes them.
          if case .score = fact { continue }
          // A step or case of the same key may come twice; then there is nothing to read back.
          guard case .success = await store.outcome(Town.change([fact])) else { continue }
          try await expectStored(fact, in: store, seed)
        }
      }
    }
  }

  private func expectStored(_ fact: Fact, in store: any Store, _ seed: UInt64) async throws {
    switch fact {
    case .area(let area): #expect(try await store.areas().contains(area), "seed \(seed)")
    case .unit(let unit): #expect(try await store.units().contains(unit), "seed \(seed)")
    case .staff(let staff): #expect(try await store.staff().contains(staff), "seed \(seed)")
    case .account(let account):
      #expect(try await store.account(account.id) == account, "seed \(seed)")
      #expect(try await store.account(login: account.login) == account, "seed \(seed)")
    case .credential(let credential):
      let found = try await store.credential(secretHash: credential.secretHash)
      #expect(found == credential, "seed \(seed)")
    case .thing(let thing):
      #expect(try await store.load(thing.id) == thing, "seed \(seed)")
      #expect(try await store.thing(kind: thing.kind, code: thing.code) == thing, "seed \(seed)")
    case .link(let link):
      #expect(try await store.links(of: link.from, limit: 500).contains(link), "seed \(seed)")
      #expect(try await store.links(of: link.to, limit: 500).contains(link), "seed \(seed)")
    case .reporter(let reporter):
      #expect(try await store.load(reporter.id) == reporter, "seed \(seed)")
      let found = try await store.reporter(contactHash: reporter.contactHash)
      #expect(found == reporter, "seed \(seed)")
    case .signal(let signal): #expect(try await store.load(signal.id) == signal, "seed \(seed)")
    case .event(let event): #expect(try await store.load(event.id) == event, "seed \(seed)")
    case .caseFiled(let filed):
      #expect(try await store.load(filed.id) == filed, "seed \(seed)")
      #expect(try await store.case(number: filed.filing.number) == filed, "seed \(seed)")
    case .step(let step):
      let steps = try await store.steps(of: step.case, from: step.sequence, limit: 1)
      #expect(steps == [step], "seed \(seed)")
    case .order(let order):
      #expect(try await store.load(order.id) == order, "seed \(seed)")
      #expect(try await store.orders(of: order.case).contains(order), "seed \(seed)")
    case .supervision(let found):
      #expect(try await store.load(found.id) == found, "seed \(seed)")
    case .ledgerEntry(let entry):
      #expect(try await store.load(entry.id) == entry, "seed \(seed)")
      #expect(try await store.ledgerEntry(key: entry.key) == entry, "seed \(seed)")
    case .patrol(let patrol):
      #expect(try await store.load(patrol.id) == patrol, "seed \(seed)")
      #expect(try await store.patrol(key: patrol.key) == patrol, "seed \(seed)")
    case .notice(let notice): #expect(try await store.load(notice.id) == notice, "seed \(seed)")
    case .grant(let grant): #expect(try await store.load(grant.id) == grant, "seed \(seed)")
    default: break
    }
  }

  @Test("a record takes the place of the one with the same id", arguments: StoreAdapter.all)
  func replaced(_ adapter: StoreAdapter) async throws {
    try await adapter.withTown { store in
      let closed = Town.event(20, item: nil, position: nil, area: .outside, state: .closed)
      try await store.add(.event(Town.event(20, case: 30)), .event(closed))
      #expect(try await store.load(ID<Event>(20)) == closed)
      let done = Town.order(70, case: 31, unit: .none, staff: 2, state: .done)
      try await store.add(.order(Town.order(70, case: 30)), .order(done))
      #expect(try await store.load(ID<WorkOrder>(70)) == done)
      #expect(try await store.orders(of: ID(30)) == [])
      #expect(try await store.orders(of: ID(31)) == [done])
      let area = Area(
        id: ID(11), parent: ID(2), level: .street, code: "A11", name: "新名", outline: nil)
      try await store.add(.area(area))
      #expect(try await store.areas().count == Town.areas.count)
      #expect(try await store.areas().contains(area))
      let link = Link(from: ID(1), to: ID(2), kind: "feeds")
      try await store.add(.link(link), .link(link))
      #expect(try await store.links(of: ID(1), limit: 10) == [link])
    }
  }

  @Test("what hangs on a case comes in its order", arguments: StoreAdapter.all)
  func ofCase(_ adapter: StoreAdapter) async throws {
    try await adapter.withTown { store in
      let filed = Town.filed(30, filing: Town.filing(serial: 30, event: 20))
      try await store.add(
        .caseFiled(filed), .order(Town.order(72, case: 30)), .order(Town.order(70, case: 30)),
        .order(Town.order(71, case: 31)), .step(Town.step(30, 1, action: "report", staff: 2)),
        .step(Town.step(30, 0)), .step(Town.step(30, 2, staff: nil)),
        .step(Town.step(30, 3, staff: 3)), .step(Town.step(31, 0, staff: 4)))
      #expect(try await store.orders(of: ID(30)).map(\.id.rawValue) == [70, 72])
      #expect(try await store.steps(of: ID(30), from: 0, limit: 9).map(\.sequence) == [0, 1, 2, 3])
      #expect(try await store.steps(of: ID(30), from: 1, limit: 2).map(\.sequence) == [1, 2])
      #expect(try await store.steps(of: ID(30), from: 4, limit: 2) == [])
      #expect(try await store.steps(of: ID(30), from: 0, limit: 0) == [])
      #expect(try await store.steps(of: ID(30), from: 0, limit: -1) == [])
      #expect(try await store.dossier(of: ID(30), handling: ["accept"]) == nil)
      try await store.add(.event(Town.event(20)))
      let dossier = try await store.dossier(of: ID(30), handling: ["accept"])
      #expect(
        dossier
          == Dossier(
            case: filed, orders: [Town.order(70, case: 30), Town.order(72, case: 30)],
            handlers: [ID(1), ID(3)], event: Town.event(20)))
      #expect(try await store.dossier(of: ID(30), handling: [])?.handlers == [])
    }
  }

  @Test("a dossier of a long history holds what counts now", arguments: StoreAdapter.all)
  func longHistory(_ adapter: StoreAdapter) async throws {
    try await adapter.withTown { store in
      let filed = Town.filed(30, filing: Town.filing(serial: 30, event: 20))
      try await store.add(.event(Town.event(20)), .caseFiled(filed))
      let acts: [(action: String, staff: Int64)] = [("accept", 2), ("contact", 3), ("report", 4)]
      for sequence in 0..<130 {
        let act = acts[sequence < 64 ? sequence % 2 : 1 + sequence % 2]
        try await store.add(.step(Town.step(30, sequence, action: act.action, staff: act.staff)))
      }
      let ended = (80..<84).map { Town.order($0, case: 30, state: .done, endedAt: Town.morning) }
      try await store.add(
        .order(Town.order(85, case: 30)), .order(Town.order(79, case: 30)),
        .order(ended[0]), .order(ended[1]), .order(ended[2]), .order(ended[3]))
      var moved = filed.state
      moved.order = ID(82)
      moved.version = 1
      try await store.add(.caseMoved(filed.id, moved))
      let dossier = try await store.dossier(of: ID(30), handling: ["accept", "report"])
      #expect(dossier?.orders.map(\.id.rawValue) == [79, 82, 85])
      #expect(dossier?.handlers == [ID(2), ID(4)])
      #expect(
        try await store.dossier(of: ID(30), handling: ["accept"])?.handlers == [ID(2)])
      #expect(
        try await store.dossier(of: ID(30), handling: ["report"])?.handlers == [ID(4)])
      #expect(
        try await store.orders(of: ID(30)).map(\.id.rawValue) == [79, 80, 81, 82, 83, 85])
    }
  }

  @Test("signals of an event and links of a thing come in their order", arguments: StoreAdapter.all)
  func ofOthers(_ adapter: StoreAdapter) async throws {
    try await adapter.withTown { store in
      let links = [(1, 9, "b"), (1, 2, "b"), (1, 2, "a"), (3, 1, "a"), (3, 4, "a"), (1, 1, "a")]
        .map { Link(from: ID($0.0), to: ID($0.1), kind: $0.2) }
      _ = try await store.commit(Town.change(links.map { .link($0) }))
      let found = try await store.links(of: ID(1), limit: 10)
      #expect(found == [links[5], links[2], links[1], links[0], links[3]])
      #expect(try await store.links(of: ID(1), limit: 2) == [links[5], links[2]])
      #expect(try await store.links(of: ID(1), limit: -1) == [])
      try await store.add(
        .signal(Town.signal(13, event: 20)), .signal(Town.signal(11, event: 20)),
        .signal(Town.signal(12, event: 21)), .signal(Town.signal(10)),
        .signalJoined(ID(10), ID(20)))
      #expect(try await store.signals(of: ID(20), limit: 9).map(\.id.rawValue) == [10, 11, 13])
      #expect(try await store.signals(of: ID(20), limit: 1).map(\.id.rawValue) == [10])
      #expect(try await store.signals(of: ID(20), limit: -1) == [])
    }
  }

  @Test("rosters", arguments: StoreAdapter.all)
  func rosters(_ adapter: StoreAdapter) async throws {
    try await adapter.withTown { store in
      #expect(try await store.areas() == Town.areas.sorted { $0.id < $1.id })
      #expect(try await store.units() == Town.units.sorted { $0.id < $1.id })
      #expect(try await store.staff() == Town.staff)
      func at(_ milliseconds: Int64) -> Instant { Instant(milliseconds: milliseconds) }
      let duties = [(4, 0, 10), (3, 0, 10), (2, 10, 20), (1, 5, 15), (5, 20, 30)].map {
        Duty(ID($0.0), at($0.1), at($0.2))
      }
      _ = try await store.commit(Town.change(duties.map { .duty($0) }))
      #expect(try await store.duties(from: at(10), to: at(20)).map(\.id.rawValue) == [1, 2])
      #expect(try await store.duties(from: at(0), to: at(6)).map(\.id.rawValue) == [3, 4, 1])
      #expect(try await store.duties(from: at(30), to: at(99)) == [])
      let credentials = [(1, 5), (2, 9), (3, 5)].map { number, made in
        Credential(
          secretHash: Town.digest(number), form: .session, account: ID(7), label: "",
          createdAt: at(made), expiresAt: at(99), revoked: false)
      }
      _ = try await store.commit(Town.change(credentials.reversed().map { .credential($0) }))
      #expect(
        try await store.credentials(of: ID(7)) == [credentials[1], credentials[0], credentials[2]])
      #expect(try await store.credentials(of: ID(8)) == [])
    }
  }

  @Test("every version of every pack that was ever in force is kept", arguments: StoreAdapter.all)
  func packs(_ adapter: StoreAdapter) async throws {
    try await adapter.with { store in
      let versions = [("core", 1, 1), ("core", 2, 2), ("core", 2, 3), ("flood", 2, 2)].map {
        PackVersion(id: $0.0, version: $0.1, digest: Town.digest($0.2))
      }
      #expect(try await store.packs() == [])
      for version in versions + [versions[0]] { try await store.add(.pack(version)) }
      #expect(try await store.packs() == Set(versions))
    }
  }

  @Test("the last serial is that of the day asked for", arguments: StoreAdapter.all)
  func serials(_ adapter: StoreAdapter) async throws {
    try await adapter.withTown { store in
      try await store.add(.caseFiled(Town.filed(9)), .caseFiled(Town.filed(3)))
      let next = CivilDate(daysSinceEpoch: Town.day.daysSinceEpoch + 1)
      #expect(try await store.lastSerial(on: Town.day) == 9)
      #expect(try await store.lastSerial(on: next) == 0)
    }
  }

  @Test("a rival is kept beside the signal it rivals", arguments: StoreAdapter.all)
  func rivals(_ adapter: StoreAdapter) async throws {
    try await adapter.withTown { store in
      let first = Town.signal(10, externalID: "K1")
      let rivals = [
        Town.signal(11, externalID: "K1", digest: 77, rivalOf: 10),
        Town.signal(12, externalID: "K1", digest: 78, rivalOf: 10),
      ]
      try await store.add(.signal(first))
      _ = try await store.commit(Town.change(rivals.map { .signal($0) }))
      #expect(try await store.signal(channel: .hotline, externalID: "K1") == first)
      var query = SignalQuery(scope: .everything, page: PageRequest(limit: 9, before: nil))
      query.rivals = true
      #expect(try await store.signals(query).elements == rivals.reversed())
    }
  }
}

extension Duty {
  fileprivate init(_ id: ID<Duty>, _ from: Instant, _ to: Instant) {
    self.init(id: id, staff: ID(1), unit: ID(21), from: from, to: to)
  }
}

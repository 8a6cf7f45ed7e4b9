import City
import Ports
import StoreConformance
import Testing

@Suite("commits")
struct CommitTests {
  static let question = NearbyQuestion(
    item: "road-flooding", position: Town.middle, radiusMetres: 100, since: Town.morning)

  /// What conditions are asked about.
  static let stored: [Fact] = [
    .signal(Town.signal(10, externalID: "K1")),
    .signal(Town.signal(11, externalID: "K1", digest: 77, rivalOf: 10)), .event(Town.event(20)),
    .caseFiled(Town.filed(30)), .thing(Town.thing(40, version: 5)), .reporter(Town.reporter(50)),
    .reporter(Town.reporter(52)),
    .account(Town.account(60, login: "wang")),
  ]

  /// As stored but for the name.
  static func renamed(_ area: Area) -> Area {
    Area(
      id: area.id, parent: area.parent, level: area.level, code: area.code,
      name: area.name + "x", outline: area.outline)
  }

  static func renamed(_ unit: Unit) -> Unit {
    Unit(
      id: unit.id, parent: unit.parent, kind: unit.kind, code: unit.code,
      name: unit.name + "x", area: unit.area, hours: unit.hours, duties: unit.duties)
  }

  static func renamed(_ staff: Staff) -> Staff {
    Staff(
      id: staff.id, code: staff.code, name: staff.name + "x", unit: staff.unit,
      posts: staff.posts, area: staff.area, active: staff.active)
  }

  static let conditions: [(condition: Condition, holds: Bool)] = [
    (.caseVersion(ID(30), 1), true), (.caseVersion(ID(30), 2), false),
    (.caseVersion(ID(31), 1), false), (.caseVersion(ID(31), 0), false),
    (.eventVersion(ID(20), 1), true), (.eventVersion(ID(20), 0), false),
    (.eventVersion(ID(21), 1), false), (.thingVersion(ID(40), 5), true),
    (.areaStands(Town.areas[3]), true), (.areaStands(renamed(Town.areas[3])), false),
    (.unitStands(Town.units[1]), true), (.unitStands(renamed(Town.units[1])), false),
    (.staffStands(Town.staff[0]), true), (.staffStands(renamed(Town.staff[0])), false),
    (.thingVersion(ID(40), 4), false), (.thingVersion(ID(41), 5), false),
    (.signalAbsent(channel: .hotline, externalID: "K2"), true),
    (.signalAbsent(channel: .citizen, externalID: "K1"), true),
    (.signalAbsent(channel: .hotline, externalID: "k1"), true),
    (.signalAbsent(channel: .hotline, externalID: "K1"), false),
    (.rivalAbsent(ID(10), Town.digest(77)), false), (.rivalAbsent(ID(10), Town.digest(78)), true),
    (.rivalAbsent(ID(11), Town.digest(77)), true), (.contactAbsent(Town.digest(50)), false),
    (.contactAbsent(Town.digest(51)), true), (.loginAbsent("wang"), false),
    (.loginAbsent("li"), true), (.codeAbsent(.area("A11")), false),
    (.codeAbsent(.area("U21")), true), (.codeAbsent(.unit("U21")), false),
    (.codeAbsent(.unit("S1")), true), (.codeAbsent(.staff("S1")), false),
    (.codeAbsent(.staff("A11")), true), (.codeAbsent(.thing(kind: "lamp", code: "T40")), false),
    (.codeAbsent(.thing(kind: "tree", code: "T40")), true),
    (.codeAbsent(.thing(kind: "lamp", code: "T41")), true),
    (.nothingNewer(than: nil, question), false), (.nothingNewer(than: ID(19), question), false),
    (.nothingNewer(than: ID(20), question), true), (.nothingNewer(than: ID(99), question), true),
    (
      .nothingNewer(
        than: nil,
        NearbyQuestion(
          item: "litter", position: Town.middle, radiusMetres: 100, since: Town.morning)), true
    ),
  ]

  @Test("a change set is written exactly where its conditions hold", arguments: StoreAdapter.all)
  func conditions(_ adapter: StoreAdapter) async throws {
    try await adapter.withTown { store in
      _ = try await store.commit(Town.change(Self.stored))
      for row in Self.conditions {
        let before = try await store.lastSequence()
        let outcome = await store.outcome(Town.change([.note("x")], if: [row.condition]))
        let expected: Result<Receipt, StoreFault> =
          row.holds
          ? .success(Receipt(sequence: before + 1)) : .failure(.conflict(row.condition))
        #expect(outcome == expected, "\(row.condition)")
      }
    }
  }

  @Test("the first condition that does not hold is named", arguments: StoreAdapter.all)
  func firstCondition(_ adapter: StoreAdapter) async throws {
    try await adapter.withTown { store in
      _ = try await store.commit(Town.change(Self.stored))
      let good = Self.conditions.filter(\.holds).map(\.condition)
      let bad = Self.conditions.filter { !$0.holds }.map(\.condition)
      let outcome = await store.outcome(
        Town.change([.note("x")], if: [good[0], bad[1], good[1], bad[0]]))
      #expect(outcome == .failure(.conflict(bad[1])))
      #expect(try await store.commit(Town.change([.note("x")], if: good)).sequence == 3)
    }
  }

  /// Facts that contradict the tables of `stored`.
  static let clashes: [(name: String, facts: [Fact])] = [
    ("signal id", [.signal(Town.signal(10, externalID: "new"))]),
    ("signal key", [.signal(Town.signal(12, externalID: "K1"))]),
    ("signal key within", [.signal(Town.signal(12)), .signal(Town.signal(13, externalID: "X12"))]),
    ("case id", [.caseFiled(Town.filed(30, filing: Town.filing(serial: 31)))]),
    ("case number", [.caseFiled(Town.filed(31, filing: Town.filing(serial: 30)))]),
    ("step", [.step(Town.step(30, 0)), .step(Town.step(30, 0, action: "other"))]),
    ("thing code", [.thing(Town.thing(41, code: "T40"))]),
    ("area code", [.area(renamed(Town.areas[3], code: "A1"))]),
    ("unit code", [.unit(renamed(Town.units[3], code: "U1"))]),
    ("staff code", [.staff(renamed(Town.staff[3], code: "S1"))]),
    ("login", [.account(Town.account(61, login: "wang"))]),
    ("contact hash", [.reporter(Town.reporter(51, contact: 50))]),
    ("moved case", [.caseMoved(ID(31), Town.state())]),
    ("joined signal", [.signalJoined(ID(99), ID(20))]),
  ]

  static func renamed(_ area: Area, code: String) -> Area {
    Area(
      id: area.id, parent: area.parent, level: area.level, code: code, name: area.name,
      outline: nil)
  }
  static func renamed(_ unit: Unit, code: String) -> Unit {
    Unit(
      id: unit.id, parent: unit.parent, kind: unit.kind, code: code, name: unit.name, area: nil,
      hours: unit.hours, duties: unit.duties)
  }
  static func renamed(_ staff: Staff, code: String) -> Staff {
    Staff(
      id: staff.id, code: code, name: staff.name, unit: staff.unit, posts: [], area: nil,
      active: true)
  }

  @Test("facts that contradict the tables leave nothing behind", arguments: StoreAdapter.all)
  func allOrNothing(_ adapter: StoreAdapter) async throws {
    try await adapter.withTown { store in
      _ = try await store.commit(Town.change(Self.stored))
      let before = try await StoreQuestions.answers(of: store)
      for row in Self.clashes {
        let good: [Fact] = [
          .event(Town.event(20, state: .closed, version: 9)), .event(Town.event(29)),
          .caseMoved(ID(30), Town.state(stage: "closed", area: .outside)),
          .thing(Town.thing(40, name: "changed")), .caseFiled(Town.filed(39)),
          .score(Town.score(unit: 2, street: 11)), .erased(ID(52)),
          .signalJoined(ID(10), ID(29)), .order(Town.order(70, case: 30)),
        ]
        let outcome = await store.outcome(Town.change(good + row.facts))
        #expect(outcome == .failure(.inconsistent(detail: "")), "\(row.name)")
        #expect(try await StoreQuestions.answers(of: store) == before, "\(row.name)")
      }
    }
  }

  @Test("facts are applied in their order", arguments: StoreAdapter.all)
  func order(_ adapter: StoreAdapter) async throws {
    try await adapter.withTown { store in
      let moved = Town.state(stage: "handling", unit: Town.unit(21), version: 2)
      try await store.add(
        .caseFiled(Town.filed(30)), .caseMoved(ID(30), Town.state(stage: "triaged")),
        .caseMoved(ID(30), moved), .event(Town.event(20, version: 1)),
        .event(Town.event(20, version: 2)), .signal(Town.signal(10, event: 20)),
        .signalJoined(ID(10), ID(21)), .signalJoined(ID(10), ID(22)))
      #expect(try await store.load(ID<Case>(30)) == Town.filed(30, state: moved))
      #expect(try await store.load(ID<Event>(20))?.version == 2)
      #expect(try await store.load(ID<Signal>(10))?.event == ID(22))
      let outcome = await store.outcome(
        Town.change([.caseMoved(ID(31), moved), .caseFiled(Town.filed(31))]))
      #expect(outcome == .failure(.inconsistent(detail: "")))
    }
  }

  @Test("a code that was given up can be taken by another", arguments: StoreAdapter.all)
  func codesMove(_ adapter: StoreAdapter) async throws {
    try await adapter.withTown { store in
      try await store.add(.thing(Town.thing(40)), .account(Town.account(60, login: "wang")))
      try await store.add(
        .thing(Town.thing(40, code: "new")), .thing(Town.thing(41, code: "T40")),
        .account(Town.account(60, login: "li")), .account(Town.account(61, login: "wang")))
      #expect(try await store.thing(kind: "lamp", code: "T40")?.id == ID(41))
      #expect(try await store.thing(kind: "lamp", code: "new")?.id == ID(40))
      #expect(try await store.account(login: "wang")?.id == ID(61))
      #expect(try await store.account(login: "li")?.id == ID(60))
    }
  }
}

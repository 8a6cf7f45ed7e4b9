import City
import Ports
import StoreConformance
import Testing

@Suite("scopes")
struct ScopeTests {
  static let page = PageRequest(limit: 500, before: nil)

  static func state(_ area: Int64, _ unit: Int64, stage: String = "handling") -> CaseState {
    Town.state(stage: stage, area: Town.area(area), unit: Town.unit(unit))
  }

  /// One of each sort for each number: area and unit of the case, area of event and signal.
  static let facts: [Fact] = [
    (1, 1111, 21), (2, 112, 0), (3, 1211, 31), (4, 0, 211), (5, 12, 2), (6, 2, 1),
  ].flatMap { (number, area, unit) -> [Fact] in
    [
      .caseFiled(Town.filed(number, state: state(area, unit))),
      .event(Town.event(number, area: Town.area(area), case: number)),
      .signal(Town.signal(number, area: Town.area(area))),
      .order(Town.order(number, case: number, unit: Town.unit(unit))),
      .thing(Town.thing(number, area: Town.area(area), owner: Town.unit(unit))),
    ]
  }

  struct Row: Sendable {
    let scope: Scope
    let seen: [Int64]
    /// Signals are seen by area alone.
    let signals: [Int64]
  }

  static let rows = [
    Row(scope: .everything, seen: [6, 5, 4, 3, 2, 1], signals: [6, 5, 4, 3, 2, 1]),
    Row(scope: .area(ID(1)), seen: [6, 5, 3, 2, 1], signals: [6, 5, 3, 2, 1]),
    Row(scope: .area(ID(11)), seen: [2, 1], signals: [2, 1]),
    Row(scope: .area(ID(111)), seen: [1], signals: [1]),
    Row(scope: .area(ID(12)), seen: [5, 3], signals: [5, 3]),
    Row(scope: .unit(ID(1)), seen: [6, 5, 4, 3, 1], signals: []),
    Row(scope: .unit(ID(2)), seen: [5, 4, 1], signals: []),
    Row(scope: .unit(ID(21)), seen: [4, 1], signals: []),
    Row(scope: .unit(ID(22)), seen: [], signals: []),
    Row(scope: .areaOrUnit(ID(12), ID(21)), seen: [5, 4, 3, 1], signals: [5, 3]),
    Row(scope: .areaOrUnit(ID(112), ID(22)), seen: [2], signals: [2]),
  ]

  @Test("every list is cut to its scope", arguments: StoreAdapter.all)
  func lists(_ adapter: StoreAdapter) async throws {
    try await adapter.withTown { store in
      _ = try await store.commit(Town.change(Self.facts))
      for row in Self.rows {
        let scope = row.scope
        let cases = try await store.cases(CaseQuery(scope: scope, page: Self.page)).elements
        #expect(cases.map(\.id.rawValue) == row.seen, "cases \(scope)")
        let events = try await store.events(EventQuery(scope: scope, page: Self.page)).elements
        #expect(events.map(\.id.rawValue) == row.seen, "events \(scope)")
        let orders = try await store.orders(OrderQuery(scope: scope, page: Self.page)).elements
        #expect(orders.map(\.id.rawValue) == row.seen, "orders \(scope)")
        let things = try await store.things(ThingQuery(scope: scope, page: Self.page)).elements
        #expect(things.map(\.id.rawValue) == row.seen, "things \(scope)")
        let signals = try await store.signals(SignalQuery(scope: scope, page: Self.page)).elements
        #expect(signals.map(\.id.rawValue) == row.signals, "signals \(scope)")
        let counts = try await store.counts(scope).byStage
        #expect(counts == (row.seen.isEmpty ? [:] : ["handling": row.seen.count]), "\(scope)")
      }
    }
  }

  @Test(
    "a scope over what is not stored shows nothing, with any filter", arguments: StoreAdapter.all)
  func unknown(_ adapter: StoreAdapter) async throws {
    try await adapter.withTown { store in
      _ = try await store.commit(Town.change(Self.facts))
      for scope in [
        Scope.area(ID(999)), .unit(ID(999)), .areaOrUnit(ID(999), ID(999)),
      ] {
        for filter in StoreQuestions.caseFilters {
          var query = CaseQuery(scope: scope, page: Self.page)
          filter.set(&query)
          #expect(try await store.cases(query).elements == [], "\(filter.name) \(scope)")
        }
        let events = try await store.events(EventQuery(scope: scope, page: Self.page))
        #expect(events.elements == [], "\(scope)")
        let signals = try await store.signals(SignalQuery(scope: scope, page: Self.page))
        #expect(signals.elements == [], "\(scope)")
        let orders = try await store.orders(OrderQuery(scope: scope, page: Self.page))
        #expect(orders.elements == [], "\(scope)")
        let things = try await store.things(ThingQuery(scope: scope, page: Self.page))
        #expect(things.elements == [], "\(scope)")
        #expect(try await store.counts(scope).byStage == [:], "\(scope)")
      }
    }
  }

  @Test("scope and filters are cut together", arguments: StoreAdapter.all)
  func together(_ adapter: StoreAdapter) async throws {
    try await adapter.withTown { store in
      _ = try await store.commit(Town.change(Self.facts))
      var query = CaseQuery(scope: .areaOrUnit(ID(12), ID(21)), page: Self.page)
      query.area = ID(1)
      query.unit = ID(1)
      #expect(try await store.cases(query).elements.map(\.id.rawValue) == [5, 3, 1])
      query.words = "积水"
      query.page = PageRequest(limit: 1, before: 5)
      let page = try await store.cases(query)
      #expect(page.elements.map(\.id.rawValue) == [3])
      #expect(page.next == 3)
    }
  }

  @Test("a case that moves leaves one scope and enters another", arguments: StoreAdapter.all)
  func moves(_ adapter: StoreAdapter) async throws {
    try await adapter.withTown { store in
      _ = try await store.commit(Town.change(Self.facts))
      try await store.add(.caseMoved(ID(1), Self.state(1211, 31, stage: "closed")))
      #expect(try await store.counts(.area(ID(11))).byStage == ["handling": 1])
      #expect(try await store.counts(.area(ID(1111))).byStage == [:])
      #expect(try await store.counts(.area(ID(12))).byStage == ["handling": 2, "closed": 1])
      #expect(try await store.counts(.area(ID(1211))).byStage == ["handling": 1, "closed": 1])
      #expect(try await store.counts(.unit(ID(31))).byStage == ["handling": 1, "closed": 1])
      #expect(try await store.counts(.unit(ID(21))).byStage == ["handling": 1])
      #expect(
        try await store.counts(.areaOrUnit(ID(11), ID(31))).byStage
          == ["handling": 2, "closed": 1])
      #expect(try await store.counts(.everything).byStage == ["handling": 5, "closed": 1])
      let events = try await store.events(EventQuery(scope: .unit(ID(3)), page: Self.page))
      #expect(events.elements.map(\.id.rawValue) == [3, 1])
    }
  }

  @Test("an order lies where its case lies now", arguments: StoreAdapter.all)
  func ordersFollow(_ adapter: StoreAdapter) async throws {
    try await adapter.withTown { store in
      _ = try await store.commit(Town.change(Self.facts))
      func seen(_ area: Int64) async throws -> [Int64] {
        try await store.orders(OrderQuery(scope: .area(ID(area)), page: Self.page))
          .elements.map(\.id.rawValue)
      }
      try await store.add(.caseMoved(ID(1), Self.state(1211, 21)))
      #expect(try await seen(11) == [2])
      #expect(try await seen(12) == [5, 3, 1])
      try await store.add(.caseMoved(ID(1), Self.state(0, 21)))
      #expect(try await seen(1) == [6, 5, 3, 2])
      try await store.add(.caseMoved(ID(4), Self.state(1111, 21)))
      #expect(try await seen(111) == [4])
      // An order whose case comes after it in the same change set lies there too.
      try await store.add(
        .order(Town.order(9, case: 9)), .caseFiled(Town.filed(9, state: Self.state(112, 0))))
      #expect(try await seen(112) == [9, 2])
    }
  }

  @Test("scores add up and are cut by street and by the tree of units", arguments: StoreAdapter.all)
  func scores(_ adapter: StoreAdapter) async throws {
    try await adapter.withTown { store in
      let changes = [
        Town.score(unit: 21, street: 11, item: "litter", closed: 2),
        Town.score(unit: 21, street: 11, item: "litter", closed: 3),
        Town.score(unit: 21, street: 11, closed: 1), Town.score(unit: 211, street: 12, closed: 4),
        Town.score(unit: 31, street: nil, item: "litter", closed: 5),
        Town.score(unit: 2, street: 12, month: Town.month - 1, closed: 6),
        Town.score(unit: 21, street: 11, item: "litter", month: Town.month + 1, closed: 7),
        Town.score(unit: 21, street: 11, item: "litter", closed: -1),
      ]
      for change in changes { try await store.add(.score(change)) }
      func closed(_ scope: Scope, unit: Int64? = nil, from: Int = 0) async throws -> [Int] {
        var query = ScoreQuery(scope: scope, months: (Town.month + from)...Town.month)
        query.unit = unit.map { ID($0) }
        return try await store.scores(query).map(\.counts.closed)
      }
      #expect(try await closed(.everything) == [1, 4, 5, 4])
      #expect(try await closed(.everything, from: -1) == [6, 1, 4, 5, 4])
      #expect(try await closed(.area(ID(11))) == [1, 4])
      #expect(try await closed(.area(ID(2))) == [1, 4, 4])
      #expect(try await closed(.area(ID(111))) == [])
      #expect(try await closed(.unit(ID(2)), from: -1) == [6, 1, 4, 4])
      #expect(try await closed(.unit(ID(3))) == [5])
      #expect(try await closed(.areaOrUnit(ID(11), ID(3))) == [1, 4, 5])
      #expect(try await closed(.everything, unit: 21) == [1, 4, 4])
      #expect(try await closed(.area(ID(12)), unit: 21) == [4])
      let litter = try await store.scores(
        ScoreQuery(scope: .area(ID(11)), months: Town.month...Town.month))
      #expect(litter.last == Town.score(unit: 21, street: 11, item: "litter", closed: 4))
    }
  }
}

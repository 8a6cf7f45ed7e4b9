import City
import Ports
import StoreConformance
import Testing

@Suite("lists")
struct ListTests {
  static let everything = PageRequest(limit: PageRequest.limitMax, before: nil)

  /// Sixty cases that differ in all that lists filter by.
  static let cases: [Case] = (1...60).map { number in
    let places: [Int64] = [0, 1, 2, 11, 12, 111, 121, 1111, 1211]
    var state = Town.state(
      stage: ["filed", "handling", "closed"][number % 3], area: Town.area(places[number % 9]),
      unit: Town.unit([0, 2, 21, 3, 31][number % 5]))
    state.item = ["road-flooding", "litter", nil][number / 3 % 3]
    state.grade = Grade.allCases[number / 2 % 4]
    state.handler = number % 7 == 0 ? ID(Int64(number % 2 + 1)) : nil
    state.due =
      number % 4 == 0 ? nil : Town.morning.advanced(byMilliseconds: Int64(number) * 1_000)
    state.closedAt = state.stage == "closed" ? Town.morning : nil
    return Town.filed(
      Int64(number),
      filing: Town.filing(
        serial: number, channel: [.hotline, .citizen, .video][number % 3],
        title: ["真南路积水", "Road lamp out", "Ｒｏａｄ塌陷"][number % 3],
        text: number % 5 == 0 ? "南大路积水严重，Broad river" : "",
        address: number % 2 == 0 ? "中山北路１２３号" : "",
        filedAt: Town.morning.advanced(byMilliseconds: Int64(number % 40) * 1_000)), state: state)
  }

  /// Every fourth case was judged.
  static let judgements: [Fact] = cases.filter { $0.filing.number.serial % 4 == 0 }.map { found in
    .judgement(
      Judgement(
        signal: ID(10_000 + found.id.rawValue), case: found.id, at: Town.morning, staff: nil,
        contacted: nil, solved: true, satisfaction: .satisfied, words: ""))
  }

  /// What each of `StoreQuestions.caseFilters` must let through, said once more in plain words.
  static let expected: [String: @Sendable (CaseFiling, CaseState) -> Bool] = [
    "stage": { $1.stage == "handling" },
    "stages": { $1.stage == "filed" || $1.stage == "closed" },
    "item": { $1.item == "litter" },
    "unclassified": { $1.item == nil },
    "grade": { $1.grade == .red },
    "channel": { filing, _ in filing.channel == .citizen },
    "area": { $1.area.areas.contains(ID(11)) },
    "unit": { $1.unit.units.contains(ID(2)) },
    "handler": { $1.handler == ID(1) },
    "open": { $1.stage != "closed" },
    "closed": { $1.stage == "closed" },
    "outside": { $1.area.areas.isEmpty },
    "judged": { filing, _ in filing.number.serial % 4 == 0 },
    "not judged": { filing, state in
      filing.number.serial % 4 != 0 && state.stage == "closed"
    },
    "filed from": { filing, _ in filing.filedAt.millisecondsSince(Town.morning) >= 20_000 },
    "filed to": { filing, _ in filing.filedAt.millisecondsSince(Town.morning) < 20_000 },
    "overdue": { filing, state in
      guard let due = state.due, state.stage != "closed" else { return false }
      return due.millisecondsSince(Town.morning) < 40_000
    },
    "words": { filing, _ in filing.title.contains("真南") },
    "words in two fields": { filing, _ in
      // The text that has 积水 has a road too, within another word.
      filing.text.contains("积水")
    },
    "one character": { filing, _ in filing.title.contains("水") || filing.text.contains("水") },
    "many": { filing, state in
      state.stage != "closed" && state.area.areas.contains(ID(2))
        && (filing.title + filing.text + filing.address).contains("路")
    },
  ]

  @Test("each filter of cases lets through what it says", arguments: StoreAdapter.all)
  func filters(_ adapter: StoreAdapter) async throws {
    try await adapter.withTown { store in
      _ = try await store.commit(
        Town.change(Self.cases.shuffledAlways.map { .caseFiled($0) } + Self.judgements))
      for filter in StoreQuestions.caseFilters {
        let fits = try #require(Self.expected[filter.name], "\(filter.name)")
        var query = CaseQuery(scope: .everything, page: Self.everything)
        filter.set(&query)
        let expected = Self.cases.filter { fits($0.filing, $0.state) }
        #expect(!expected.isEmpty && expected.count < Self.cases.count, "\(filter.name)")
        let page = try await store.cases(query)
        #expect(
          page.elements.map(\.id.rawValue) == expected.map(\.id.rawValue).reversed(),
          "\(filter.name)")
        #expect(page.elements == expected.reversed(), "\(filter.name)")
        #expect(page.next == nil, "\(filter.name)")
      }
    }
  }

  /// Words, and whether they find a case or thing of these texts.
  static let words: [(words: String, found: Bool)] = [
    ("真南路", true), ("南", true), ("南路近", true), ("路南", false), ("真 路", true), ("真南路近祁连山路", true),
    ("祁连 Pump", true), ("祁连 Fumes", false), ("pump", true), ("PUMP", true), ("ｐｕｍｐ", true),
    ("pu", true), ("ump", true), ("house", true), ("pump house", true), ("ab１２", true),
    ("AB12", true), ("b12", true), ("　真南　", true), ("", true), (" ", true), ("　", true),
    ("东", false), ("真南路 东", false),
  ]

  @Test(
    "words are found wherever they stand, in any width and case",
    arguments: StoreAdapter.all)
  func words(_ adapter: StoreAdapter) async throws {
    try await adapter.withTown { store in
      let filing = Town.filing(
        serial: 42, title: "真南路近祁连山路", text: "Pump House", address: "ＡＢ12")
      try await store.add(
        .caseFiled(Town.filed(42, filing: filing)),
        .caseFiled(Town.filed(43, filing: Town.filing(serial: 43, title: "x"))),
        .thing(Town.thing(42, code: "ab12", name: "真南路近祁连山路", address: "Pump House")),
        .thing(Town.thing(43, name: "x")))
      for row in Self.words {
        let isEmpty = row.words.allSatisfy { $0.isWhitespace }
        let expected: [Int64] = isEmpty ? [43, 42] : row.found ? [42] : []
        var cases = CaseQuery(scope: .everything, page: Self.everything)
        cases.words = row.words
        let foundCases = try await store.cases(cases).elements.map(\.id.rawValue)
        #expect(foundCases == expected, "cases by \(row.words)")
        var things = ThingQuery(scope: .everything, page: Self.everything)
        things.words = row.words
        let foundThings = try await store.things(things).elements.map(\.id.rawValue)
        #expect(foundThings == expected, "things by \(row.words)")
      }
      var number = CaseQuery(scope: .everything, page: Self.everything)
      for words in ["2026-1120-00042", "00042", "2026-1120-00042 祁连"] {
        number.words = words
        #expect(try await store.cases(number).elements.map(\.id) == [ID(42)], "\(words)")
      }
      try await store.add(.thing(Town.thing(42, code: "ab12", name: "改名", version: 2)))
      var things = ThingQuery(scope: .everything, page: Self.everything)
      for (words, expected) in [("祁连", []), ("pump", []), ("改名", [ID<Thing>(42)])] {
        things.words = words
        #expect(try await store.things(things).elements.map(\.id) == expected, "\(words)")
      }
    }
  }

  @Test(
    "paging gives every row once, whatever is added meanwhile",
    arguments: StoreAdapter.all, [1, 2, 7, 59, 60, 61])
  func paging(_ adapter: StoreAdapter, _ limit: Int) async throws {
    try await adapter.withTown { store in
      _ = try await store.commit(Town.change(Self.cases.map { .caseFiled($0) }))
      var seen: [Int64] = []
      var before: Int64?
      var pages = 0
      repeat {
        let page = try await store.cases(
          CaseQuery(scope: .everything, page: PageRequest(limit: limit, before: before)))
        #expect(page.elements.count <= limit && !page.elements.isEmpty)
        seen += page.elements.map(\.id.rawValue)
        before = page.next
        if let next = page.next { #expect(next == page.elements.last?.id.rawValue) }
        pages += 1
        try await store.add(.caseFiled(Town.filed(Int64(1_000 + pages))))
      } while before != nil
      #expect(seen == Array((1...60).reversed()))
      #expect(pages == (60 + limit - 1) / limit)
    }
  }

  @Test("a page below the last row is empty and has no next", arguments: StoreAdapter.all)
  func beyond(_ adapter: StoreAdapter) async throws {
    try await adapter.withTown { store in
      try await store.add(
        .caseFiled(Town.filed(30)), .event(Town.event(20)), .signal(Town.signal(10)),
        .order(Town.order(70, case: 30)), .thing(Town.thing(40)))
      func check<Row>(_ ask: (PageRequest) async throws -> Page<Row>, _ id: Int64) async throws {
        let none = try await ask(PageRequest(limit: 5, before: id))
        #expect(none.elements.isEmpty && none.next == nil)
        let one = try await ask(PageRequest(limit: 1, before: id + 1))
        #expect(one.elements.count == 1 && one.next == nil)
      }
      let all = Scope.everything
      try await check({ try await store.cases(CaseQuery(scope: all, page: $0)) }, 30)
      try await check({ try await store.events(EventQuery(scope: all, page: $0)) }, 20)
      try await check({ try await store.signals(SignalQuery(scope: all, page: $0)) }, 10)
      try await check({ try await store.orders(OrderQuery(scope: all, page: $0)) }, 70)
      try await check({ try await store.things(ThingQuery(scope: all, page: $0)) }, 40)
    }
  }

  @Test("things near a place lie within the circle", arguments: StoreAdapter.all)
  func thingsNear(_ adapter: StoreAdapter) async throws {
    try await adapter.withTown { store in
      let corners = [(99.0, 0.0), (0, -99), (75, 75), (101, 0), (0, 0)]
      let things = corners.enumerated().map { index, corner in
        Town.thing(
          Int64(index + 1), position: Town.point(east: corner.0, north: corner.1))
      }
      _ = try await store.commit(Town.change(things.map { .thing($0) }))
      try await store.add(.thing(Town.thing(6, position: nil)))
      var query = ThingQuery(scope: .everything, page: Self.everything)
      query.near = Town.middle
      query.radiusMetres = 100
      #expect(try await store.things(query).elements.map(\.id.rawValue) == [5, 2, 1])
      query.page = PageRequest(limit: 2, before: nil)
      #expect(try await store.things(query).elements.map(\.id.rawValue) == [5, 2])
      #expect(try await store.things(query).next == 2)
      query.words = "路灯"
      query.page = Self.everything
      #expect(try await store.things(query).elements.map(\.id.rawValue) == [5, 2, 1])
    }
  }

  @Test("open events near a place, the nearest first", arguments: StoreAdapter.all)
  func eventsNear(_ adapter: StoreAdapter) async throws {
    try await adapter.withTown { store in
      func at(_ metres: Double) -> Position { Town.point(east: 0, north: metres) }
      let old = Town.morning.advanced(byMilliseconds: -1)
      try await store.add(
        .event(Town.event(7, position: at(90))), .event(Town.event(6, position: at(10))),
        .event(Town.event(5, position: at(110))), .event(Town.event(4, position: at(-10))),
        .event(Town.event(9, position: at(10))), .event(Town.event(8, position: nil)),
        .event(Town.event(10, item: "litter", position: at(1))),
        .event(Town.event(11, item: nil, position: at(1))),
        .event(Town.event(12, position: at(1), lastAt: old)),
        .event(Town.event(13, position: at(1), state: .closed)),
        .event(Town.event(14, position: at(1), state: .merged)),
        .event(Town.event(15, position: at(1), state: .void)))
      let question = CommitTests.question
      let near = try await store.events(near: question, limit: 10).map(\.id.rawValue)
      #expect(near.count == 4 && Set(near.prefix(3)) == [4, 6, 9] && near.last == 7)
      // The same point twice: the older event comes first.
      #expect(near.firstIndex(of: 6)! < near.firstIndex(of: 9)!)
      #expect(try await store.events(near: question, limit: 1).map(\.id.rawValue) == [near[0]])
      #expect(try await store.events(near: question, limit: 0) == [])
      #expect(try await store.events(near: question, limit: -1) == [])
    }
  }
}

extension Array {
  /// The same other order each time.
  var shuffledAlways: [Element] {
    var source = SeededSource(seed: 5)
    return shuffled(using: &source)
  }
}

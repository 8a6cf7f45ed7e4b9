import CSQLite
import City
import Ports
import StoreConformance
import Synchronization
import Testing

@testable import StoreSQLite

/// Every statement that a store runs on one database, as SQLite saw it, values included.
///
/// Connections open inside the store, so each is listened to by what SQLite calls for every new one.
enum Statements {
  private static let seen = Mutex<[String: Set<String>]>([:])
  private typealias Entry = @convention(c) () -> Void
  private typealias Opened =
    @convention(c) (OpaquePointer?, OpaquePointer?, OpaquePointer?) -> Int32

  private static let opened: Opened = { connection, _, _ in
    guard let connection, let name = sqlite3_db_filename(connection, "main"),
      String(cString: name).contains("civicloop-plans-")
    else { return SQLITE_OK }
    sqlite3_trace_v2(
      connection, UInt32(SQLITE_TRACE_STMT),
      { _, context, statement, _ in
        guard let statement, let context,
          let text = sqlite3_expanded_sql(OpaquePointer(statement))
        else { return 0 }
        defer { sqlite3_free(text) }
        let name = sqlite3_db_filename(OpaquePointer(context), "main").map {
          String(cString: $0)
        }
        let sql = String(cString: text).split(separator: "\n").joined(separator: " ")
        Statements.seen.withLock { _ = $0[name ?? "", default: []].insert(sql) }
        return 0
      }, UnsafeMutableRawPointer(connection))
    return SQLITE_OK
  }

  static func listen() {
    sqlite3_auto_extension(unsafeBitCast(opened, to: Entry.self))
  }

  static func ignore() {
    sqlite3_cancel_auto_extension(unsafeBitCast(opened, to: Entry.self))
  }

  static func taken(from path: String) -> [String] {
    seen.withLock { $0.removeValue(forKey: path) ?? [] }.sorted()
  }
}

@Suite("how the store finds rows")
struct PlanTests {
  static let large = [
    "journal", "cases", "signals", "events", "orders", "steps", "reporters", "things",
    "supervisions", "notices", "ledger_entries", "patrols",
  ]

  @Test("no look-up and no filter of a list walks a large table, but by id and newest first")
  func plans() async throws {
    let scratch = try Scratch("plans")
    _ = try await scratch.history(seed: 5, changes: 400)
    Statements.listen()
    let store = try SQLiteStore(folder: scratch.path)
    Statements.ignore()
    try await Questions(store: store).ask()
    _ = try await StoreQuestions.supervision(store)
    _ = try await StoreQuestions.ledgers(store)
    var maker = HistoryMaker(seed: 6)
    for _ in 0..<200 { _ = try? await store.commit(maker.next()) }
    store.close()
    let statements = Statements.taken(from: scratch.database)
      .filter { $0.hasPrefix("SELECT") || $0.hasPrefix("UPDATE") || $0.hasPrefix("DELETE") }
    #expect(statements.count > 200, "\(statements.count) statements were seen")
    let connection = try Readers.open(scratch.database)
    for statement in statements {
      for step in try plan(statement, connection) where isWalk(step, of: statement) {
        Issue.record("\(step)\n\(statement)")
      }
    }
    print("\(statements.count) statements, no walk")
  }

  @Test("a walk is told from a search")
  func judges() throws {
    let scratch = try Scratch("plans")
    let connection = try Writer.open(scratch.database)
    let rows: [(sql: String, isWalk: Bool)] = [
      ("SELECT * FROM cases WHERE title = 'x'", true),
      ("SELECT * FROM cases WHERE title = 'x' ORDER BY cases.filed_at DESC LIMIT 5", true),
      ("SELECT count(*) FROM signals", true),
      ("SELECT * FROM cases WHERE id = 5", false),
      ("SELECT * FROM cases WHERE item = 'x' ORDER BY cases.id DESC LIMIT 5", false),
      ("SELECT * FROM cases NOT INDEXED WHERE grade = 'x' ORDER BY cases.id DESC LIMIT 5", false),
      ("UPDATE steps SET note = 'x' WHERE action = 'y'", true),
      ("SELECT * FROM areas", false),
    ]
    for row in rows {
      let steps = try plan(row.sql, connection)
      #expect(steps.contains { isWalk($0, of: row.sql) } == row.isWalk, "\(row.sql): \(steps)")
    }
  }

  @Test("closed events of a place are told by the index alone, in its order")
  func closedPlaces() throws {
    let scratch = try Scratch("plans")
    let connection = try Writer.open(scratch.database)
    let steps = try plan(NearbySearch.closedSQL, connection)
    #expect(steps.count == 1, "\(steps)")
    #expect(steps[0].hasPrefix("SEARCH events USING COVERING INDEX events_closed_near"), "\(steps)")
  }

  private func plan(_ sql: String, _ connection: Connection) throws -> [String] {
    try connection.rows("EXPLAIN QUERY PLAN \(sql)") { $0.text(3) }
  }

  /// A table read from end to end. A page that walks by id, newest first, stops when it is full.
  private func isWalk(_ step: String, of sql: String) -> Bool {
    guard let table = Self.large.first(where: { step.hasPrefix("SCAN \($0)") }) else {
      return false
    }
    let isPage =
      sql.contains("ORDER BY \(table).id DESC LIMIT")
      || sql.hasSuffix("ORDER BY sequence DESC LIMIT 1")
    return !isPage
  }
}

/// Asks a store everything that it can be asked, under every filter.
struct Questions {
  let store: SQLiteStore
  private let page = PageRequest(limit: 20, before: 60)
  private let scopes: [Scope] = [
    .everything, .area(ID(2)), .area(ID(11)), .area(ID(111)), .area(ID(1111)), .unit(ID(2)),
    .unit(ID(21)), .unit(ID(211)), .areaOrUnit(ID(11), ID(21)), .area(ID(999)),
  ]

  init(store: SQLiteStore) { self.store = store }

  func ask() async throws {
    try await lookups()
    for scope in scopes {
      try await cases(scope)
      try await others(scope)
    }
  }

  private func lookups() async throws {
    _ = try await store.load(ID<Case>(1))
    _ = try await store.load(ID<Event>(1))
    _ = try await store.load(ID<Signal>(1))
    _ = try await store.load(ID<WorkOrder>(1))
    _ = try await store.load(ID<Thing>(1))
    _ = try await store.load(ID<Reporter>(1))
    _ = try await store.account(ID<Account>(1))
    _ = try await store.account(login: "x")
    _ = try await store.credential(secretHash: Town.digest(1))
    _ = try await store.credentials(of: ID(1))
    _ = try await store.signal(channel: .hotline, externalID: "X1")
    _ = try await store.reporter(contactHash: Town.digest(1))
    _ = try await store.case(number: CaseNumber(date: Town.day, serial: 1))
    _ = try await store.thing(kind: "lamp", code: "T1")
    _ = try await store.steps(of: ID(1), from: 0, limit: 9)
    _ = try await store.orders(of: ID(1))
    _ = try await store.signals(of: ID(1), limit: 9)
    _ = try await store.links(of: ID(1), limit: 9)
    _ = try await store.lastSerial(on: Town.day)
    _ = try await store.dossier(of: ID(1), handling: ["accept"])
    _ = try await store.entries(after: 3, limit: 9)
    _ = try await store.events(
      near: NearbyQuestion(
        item: "litter", position: Town.middle, radiusMetres: 50, since: Town.morning), limit: 5)
  }

  private func cases(_ scope: Scope) async throws {
    let filters: [(inout CaseQuery) -> Void] = [
      { _ in }, { $0.stages = ["filed"] }, { $0.stages = ["filed", "closed"] },
      { $0.item = "litter" }, { $0.unclassified = true }, { $0.grade = .red },
      { $0.channel = .video }, { $0.area = ID(11) }, { $0.area = ID(111) }, { $0.area = ID(1) },
      { $0.unit = ID(2) }, { $0.unit = ID(21) }, { $0.unit = ID(211) }, { $0.handler = ID(1) },
      { $0.open = true }, { $0.open = false }, { $0.outside = true },
      { $0.filedFrom = Town.morning }, { $0.filedTo = Town.morning },
      { $0.overdueAt = Town.morning }, { $0.words = "积水" }, { $0.words = "积水 真南" },
      {
        $0.item = "litter"
        $0.area = ID(11)
      },
    ]
    for filter in filters {
      for request in [page, PageRequest(limit: 20, before: nil)] {
        var query = CaseQuery(scope: scope, page: request)
        filter(&query)
        _ = try await store.cases(query)
      }
    }
    _ = try await store.counts(scope)
  }

  private func others(_ scope: Scope) async throws {
    for request in [page, PageRequest(limit: 20, before: nil)] {
      var events = EventQuery(scope: scope, page: request)
      _ = try await store.events(events)
      events.states = [.open]
      _ = try await store.events(events)
      events.item = "litter"
      events.area = ID(11)
      _ = try await store.events(events)
      var signals = SignalQuery(scope: scope, page: request)
      _ = try await store.signals(signals)
      signals.channel = .hotline
      signals.rivals = true
      _ = try await store.signals(signals)
      var orders = OrderQuery(scope: scope, page: request)
      _ = try await store.orders(orders)
      orders.states = [.open]
      orders.unit = ID(21)
      orders.staff = ID(1)
      _ = try await store.orders(orders)
      var things = ThingQuery(scope: scope, page: request)
      _ = try await store.things(things)
      things.kind = "lamp"
      things.area = ID(11)
      _ = try await store.things(things)
      things.words = "路灯"
      _ = try await store.things(things)
      things.near = Town.middle
      things.radiusMetres = 100
      _ = try await store.things(things)
      var graded = GradingQuery(scope: scope, model: "age", limit: 10)
      _ = try await store.gradings(graded)
      graded.grade = .red
      graded.area = ID(11)
      _ = try await store.gradings(graded)
      _ = try await store.gradingCounts(graded)
      _ = try await store.gradings(of: ID(1), limit: 10)
      var cases = CaseQuery(scope: scope, page: request)
      cases.thing = ID(1)
      _ = try await store.cases(cases)
    }
    _ = try await store.scores(ScoreQuery(scope: scope, months: Town.month...Town.month))
  }
}

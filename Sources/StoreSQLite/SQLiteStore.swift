package import City
import Glibc
package import Ports
package import Records
import SearchStore

/// The embedded store: one SQLite file for journal and tables, a folder beside it for the search index.
///
/// One process holds a folder at a time. Opening takes the same time however many cases there are.
package final class SQLiteStore: Store {
  /// The file of journal and tables, by which a folder is known to be in use.
  package static let fileName = "civicloop.sqlite"
  /// Where releases before had the index of words; removed when it is found.
  static let oldSearchFileName = "search.sqlite"

  let folder: String
  private let recent = RecentEntries()
  let dossiers = RecentDossiers()
  private let writer: Writer
  private let readers: Readers
  let search: SearchIndex
  private let checkpoints: Checkpoints

  /// Opens the store in `folder`, which must exist; makes an empty one where there is none.
  ///
  /// - Parameter algorithm: of the entries that are written from now on.
  package init(
    folder: String, search settings: SearchSettings = SearchSettings(),
    algorithm: EntryAlgorithm = .sha256
  ) throws(StoreFault) {
    self.folder = folder
    let path = folder + "/" + Self.fileName
    for suffix in ["", "-wal", "-shm"] { unlink(folder + "/" + Self.oldSearchFileName + suffix) }
    do throws(SQLiteFault) {
      writer = try Writer(
        path: path, algorithm: algorithm, recent: recent, dossiers: dossiers)
      search = try SearchIndex(
        folder: folder + "/" + SearchStore.folderName, journalPath: path, settings: settings,
        recent: recent)
      readers = try Readers(path: path)
      checkpoints = try Checkpoints(path: path)
    } catch {
      throw .unavailable(detail: "\(path): \(error.message)")
    }
  }

  /// Writes what waits and closes all files. Later calls answer `unavailable`.
  package func close() {
    writer.close()
    checkpoints.close()
    search.close()
    recent.close()
    readers.close()
  }

  /// Gives the search box other documents besides the journal's, while the store is in use; returns
  /// once they are found. How texts are folded stays as it was opened.
  package func renew(search settings: SearchSettings) async { await search.renew(settings) }

  package func commit(_ changes: ChangeSet) async throws(StoreFault) -> Receipt {
    try await writer.commit(changes).get()
  }

  package func load(_ id: ID<Case>) async throws(StoreFault) -> Case? {
    if let known = dossiers.case(id) { return known }
    return try await byID(.cases, id.sql)
  }
  package func load(_ id: ID<Event>) async throws(StoreFault) -> Event? {
    try await byID(.events, id.sql)
  }
  package func load(_ id: ID<Signal>) async throws(StoreFault) -> Signal? {
    try await byID(.signals, id.sql)
  }
  package func load(_ id: ID<WorkOrder>) async throws(StoreFault) -> WorkOrder? {
    try await byID(.orders, id.sql)
  }
  package func load(_ id: ID<Thing>) async throws(StoreFault) -> Thing? {
    try await byID(.things, id.sql)
  }
  package func load(_ id: ID<Reporter>) async throws(StoreFault) -> Reporter? {
    if let known = dossiers.reporter(id) { return known }
    return try await byID(.reporters, id.sql)
  }
  package func account(_ id: ID<Account>) async throws(StoreFault) -> Account? {
    try await byID(.accounts, id.sql)
  }

  private func byID<Record: Sendable>(
    _ table: Table<Record>, _ id: SQLValue
  ) async throws(StoreFault) -> Record? {
    try await first(table, "id = ?", [id])
  }

  /// Looks something up by key, on the caller's thread.
  func lookup<Value: Sendable>(
    _ body: @escaping @Sendable (Connection) throws(SQLiteFault) -> Value
  ) async throws(StoreFault) -> Value {
    try await readers.lookup(body)
  }

  /// Looks several things up as they stand at one moment, on the caller's thread.
  func snapshot<Value: Sendable>(
    _ body: @escaping @Sendable (Connection) throws(SQLiteFault) -> Value
  ) async throws(StoreFault) -> Value {
    try await readers.snapshot(body)
  }

  /// Reads a list, on a thread for lists.
  func list<Value: Sendable>(
    _ body: @escaping @Sendable (Connection) throws(SQLiteFault) -> Value
  ) async throws(StoreFault) -> Value {
    try await readers.list(body)
  }

  func first<Record: Sendable>(
    _ table: Table<Record>, _ condition: String, _ values: [SQLValue]
  ) async throws(StoreFault) -> Record? {
    try await readers.lookup { connection throws(SQLiteFault) in
      try table.first(where: condition, values, on: connection)
    }
  }

  package func reporter(contactHash: Digest) async throws(StoreFault) -> Reporter? {
    try await first(.reporters, "contact_hash = ?", [.blob(contactHash.bytes)])
  }

  package func `case`(number: CaseNumber) async throws(StoreFault) -> Case? {
    try await first(
      .cases, "number_day = ? AND number_serial = ?",
      [.integer(Int64(number.date.daysSinceEpoch)), .integer(Int64(number.serial))])
  }

  package func thing(kind: String, code: String) async throws(StoreFault) -> Thing? {
    try await first(.things, "kind = ? AND code = ?", [.text(kind), .text(code)])
  }

  package func account(login: String) async throws(StoreFault) -> Account? {
    try await first(.accounts, "login = ?", [.text(login)])
  }

  package func credential(secretHash: Digest) async throws(StoreFault) -> Credential? {
    try await first(.credentials, "secret_hash = ?", [.blob(secretHash.bytes)])
  }

  package func credentials(of account: ID<Account>) async throws(StoreFault) -> [Credential] {
    try await all(.credentials, "account = ? ORDER BY created_at DESC, secret_hash", [account.sql])
  }

  package func credentials(of out: SignedOut) async throws(StoreFault) -> [Credential] {
    var (terms, values) = (["source_subject IS NOT NULL"], [SQLValue]())
    for (column, value) in [("source_subject", out.subject), ("source_session", out.session)] {
      guard let value else { continue }
      terms.append("\(column) = ?")
      values.append(.text(value))
    }
    return try await all(
      .credentials, terms.joined(separator: " AND ") + " ORDER BY secret_hash", values)
  }

  package func steps(
    of id: ID<Case>, from: Int, limit: Int
  ) async throws(StoreFault) -> [Step] {
    try await all(
      .steps, "case_id = ? AND sequence >= ? ORDER BY sequence LIMIT ?",
      [id.sql, .integer(Int64(from)), .integer(Int64(max(limit, 0)))])
  }

  package func step(
    of id: ID<Case>, from: Int, key: String
  ) async throws(StoreFault) -> Step? {
    guard !key.isEmpty else { return nil }
    return try await all(
      .steps, "case_id = ? AND sequence >= ? AND sending = ? ORDER BY sequence DESC LIMIT 1",
      [id.sql, .integer(Int64(from)), .text(key)]
    ).first
  }

  package func orders(of id: ID<Case>) async throws(StoreFault) -> [WorkOrder] {
    if let known = dossiers.orders(of: id) { return known }
    return try await all(.orders, "case_id = ? ORDER BY id", [id.sql])
  }

  package func signals(of id: ID<Event>, limit: Int) async throws(StoreFault) -> [Signal] {
    try await all(
      .signals, "event = ? ORDER BY id LIMIT ?", [id.sql, .integer(Int64(max(limit, 0)))])
  }

  package func dossier(
    of id: ID<Case>, handling actions: Set<String>
  ) async throws(StoreFault) -> Dossier? {
    if let known = dossiers.dossier(of: id, handling: actions) { return known }
    return try await storedDossier(of: id, handling: actions)
  }

  /// A dossier as the tables have it.
  func storedDossier(
    of id: ID<Case>, handling actions: Set<String>
  ) async throws(StoreFault) -> Dossier? {
    try await snapshot { connection throws(SQLiteFault) in
      guard let found = try Table.cases.first(where: "id = ?", [id.sql], on: connection),
        let event = try Table.events.first(
          where: "id = ?", [found.filing.event.sql], on: connection)
      else { return nil }
      return Dossier(
        case: found, orders: try Self.ordersNow(found, on: connection),
        handlers: try Self.doers(of: actions, on: id, connection), event: event)
    }
  }

  /// Those that have not ended, and the one that the case names; the oldest first.
  private static func ordersNow(
    _ found: Case, on connection: Connection
  ) throws(SQLiteFault) -> [WorkOrder] {
    var orders = try Table.orders.all(
      where: "case_id = ? AND ended_at IS NULL ORDER BY id", [found.id.sql], on: connection)
    guard let current = found.state.order, !orders.contains(where: { $0.id == current }),
      let order = try Table.orders.first(
        where: "id = ? AND case_id = ?", [current.sql, found.id.sql], on: connection)
    else { return orders }
    orders.insert(order, at: orders.firstIndex { $0.id > current } ?? orders.count)
    return orders
  }

  /// Who took one of some actions on a case. The first steps are read as they stand, the many of a
  /// long history by the index that holds only those: 64 is part of the schema.
  private static func doers(
    of actions: Set<String>, on id: ID<Case>, _ connection: Connection
  ) throws(SQLiteFault) -> Set<ID<Staff>> {
    guard !actions.isEmpty else { return [] }
    let marks = actions.map { _ in "?" }.joined(separator: ", ")
    let condition = "case_id = ? AND action IN (\(marks)) AND staff IS NOT NULL"
    let values = [id.sql] + actions.sorted().map { .text($0) }
    let staff = try connection.rows(
      """
      SELECT staff FROM steps WHERE \(condition) AND sequence < 64
      UNION SELECT staff FROM steps INDEXED BY steps_late WHERE \(condition) AND sequence >= 64
      """, values + values
    ) { row -> ID<Staff> in row.id(0) }
    return Set(staff)
  }

  package func links(of id: ID<Thing>, limit: Int) async throws(StoreFault) -> [Link] {
    try await readers.lookup { connection throws(SQLiteFault) in
      try connection.rows(
        """
        SELECT from_thing, to_thing, kind FROM links WHERE from_thing = ?1
        UNION SELECT from_thing, to_thing, kind FROM links WHERE to_thing = ?1
        ORDER BY 1, 2, 3 LIMIT ?2
        """, [id.sql, .integer(Int64(max(limit, 0)))]
      ) { Link(from: $0.id(0), to: $0.id(1), kind: $0.text(2)) }
    }
  }

  package func lastSerial(on date: CivilDate) async throws(StoreFault) -> Int {
    try await readers.lookup { connection throws(SQLiteFault) in
      Int(
        try connection.row(
          "SELECT max(number_serial) FROM cases WHERE number_day = ?",
          [.integer(Int64(date.daysSinceEpoch))]
        ) { $0.integer(0) } ?? 0)
    }
  }

  package func cases(_ query: CaseQuery) async throws(StoreFault) -> Page<Case> {
    if query.words != nil { try await reachIndex() }
    let index = search.index
    return try await readers.list { connection throws(SQLiteFault) in
      try CaseListing(connection: connection, index: index).page(query)
    }
  }

  package func events(_ query: EventQuery) async throws(StoreFault) -> Page<Event> {
    try await readers.list { [search] connection throws(SQLiteFault) in
      try Listings(connection: connection, index: search.index).events(query)
    }
  }

  package func signals(_ query: SignalQuery) async throws(StoreFault) -> Page<Signal> {
    try await readers.list { [search] connection throws(SQLiteFault) in
      try Listings(connection: connection, index: search.index).signals(query)
    }
  }

  package func orders(_ query: OrderQuery) async throws(StoreFault) -> Page<WorkOrder> {
    try await readers.list { [search] connection throws(SQLiteFault) in
      try Listings(connection: connection, index: search.index).orders(query)
    }
  }

  package func things(_ query: ThingQuery) async throws(StoreFault) -> Page<Thing> {
    if query.words != nil { try await reachIndex() }
    let index = search.index
    return try await readers.list { connection throws(SQLiteFault) in
      try Listings(connection: connection, index: index).things(query)
    }
  }

  package func search(_ query: SearchQuery) async throws(StoreFault) -> SearchAnswer {
    try await reachIndex()
    let index = search.index
    return try await readers.list { _ throws(SQLiteFault) in index.search(query) }
  }

  package func scores(_ query: ScoreQuery) async throws(StoreFault) -> [ScoreChange] {
    try await readers.list { [search] connection throws(SQLiteFault) in
      try Listings(connection: connection, index: search.index).scores(query)
    }
  }

  package func counts(_ scope: Scope) async throws(StoreFault) -> CaseCounts {
    try await readers.list { [search] connection throws(SQLiteFault) in
      try CaseListing(connection: connection, index: search.index).counts(scope)
    }
  }

  package func areas() async throws(StoreFault) -> [Area] { try await all(.areas, "1 ORDER BY id") }
  package func units() async throws(StoreFault) -> [Unit] { try await all(.units, "1 ORDER BY id") }
  package func staff() async throws(StoreFault) -> [Staff] {
    try await all(.staff, "1 ORDER BY id")
  }

  package func packs() async throws(StoreFault) -> Set<PackVersion> {
    try await readers.lookup { connection throws(SQLiteFault) in
      Set(
        try connection.rows("SELECT id, version, digest FROM packs") {
          PackVersion(id: $0.text(0), version: Int($0.integer(1)), digest: $0.digest(2))
        })
    }
  }

  /// Subjects that the tables and the journal know of.
  package struct Subjects: Sendable {
    /// The greatest number that was given; nil where none was.
    package let highest: ID<Subject>?
    /// Those whose keys must be gone.
    package let erased: [ID<Subject>]
  }

  /// What a key ring must know at a start, also after an old copy of the keys was put back.
  package func subjects() async throws(StoreFault) -> Subjects {
    try await readers.lookup { connection throws(SQLiteFault) in
      let highest = try connection.row(
        """
        SELECT max((SELECT ifnull(max(subject), 0) FROM reporters), (SELECT ifnull(max(raw_subject), 0)
        FROM signals WHERE raw_subject IS NOT NULL),
        (SELECT ifnull(max(factor_subject), 0) FROM accounts))
        """
      ) { $0.integer(0) == 0 ? nil : $0.optionalInteger(0) }
      let erased = try connection.rows(
        "SELECT subject FROM erasures ORDER BY subject"
      ) { row -> ID<Subject> in row.id(0) }
      return Subjects(highest: highest.flatMap { $0 }.map { ID($0) }, erased: erased)
    }
  }

  package func duties(from: Instant, to: Instant) async throws(StoreFault) -> [Duty] {
    try await all(
      .duties, "ends > ? AND starts < ? ORDER BY starts, id", [.optional(from), .optional(to)])
  }

  package func entries(
    after sequence: Int64, limit: Int
  ) async throws(StoreFault) -> [JournalEntry] {
    if let entries = recent.entries(after: sequence, limit: limit) { return entries }
    return try await readers.list { connection throws(SQLiteFault) in
      try EntryTable.entries(after: sequence, limit: limit, on: connection)
    }
  }

  package func lastSequence() async throws(StoreFault) -> Int64 { recent.last }

  package func changed(after sequence: Int64) async { await recent.changed(after: sequence) }

  func all<Record: Sendable>(
    _ table: Table<Record>, _ condition: String, _ values: [SQLValue] = []
  ) async throws(StoreFault) -> [Record] {
    try await readers.lookup { connection throws(SQLiteFault) in
      try table.all(where: condition, values, on: connection)
    }
  }

  /// Words are found at once after a commit: a search first lets the index come that far.
  private func reachIndex() async throws(StoreFault) {
    guard await search.reach(recent.last) else {
      throw .unavailable(detail: "the search index cannot follow the journal")
    }
  }
}

package import City
package import Ports

// Lines of ledgers and rounds of plans: columns for what lists ask, and the record itself as the
// journal has it.

extension Table where Record == LedgerEntry {
  static let ledgerEntries = Table(
    "ledger_entries",
    ["id", "key", "ledger", "thing"] + PathColumns.areas + PathColumns.units + [
      "due", "state", "version", "body",
    ],
    values: { entry in
      let head: [SQLValue] = [
        entry.id.sql, .text(entry.key), .text(entry.ledger), entry.thing.sql(),
      ]
      return head + PathColumns.values(entry.area) + PathColumns.values(entry.unit) + [
        .optional(entry.due), .text(entry.state.rawValue), .integer(Int64(entry.version)),
        FactBody.blob(.ledgerEntry(entry)),
      ]
    },
    read: { row in
      guard case .ledgerEntry(let entry) = FactBody.fact(row, 17) else {
        preconditionFailure("column 17 holds no line of a ledger")
      }
      return entry
    })
}

extension Table where Record == Patrol {
  static let patrols = Table(
    "patrols",
    ["id", "key", "plan"] + PathColumns.areas + PathColumns.units + [
      "due", "state", "version", "body",
    ],
    values: { patrol in
      let head: [SQLValue] = [patrol.id.sql, .text(patrol.key), .text(patrol.plan)]
      return head + PathColumns.values(patrol.area) + PathColumns.values(patrol.unit) + [
        .integer(patrol.due.milliseconds), .text(patrol.state.rawValue),
        .integer(Int64(patrol.version)), FactBody.blob(.patrol(patrol)),
      ]
    },
    read: { row in
      guard case .patrol(let patrol) = FactBody.fact(row, 16) else {
        preconditionFailure("column 16 holds no round")
      }
      return patrol
    })
}

extension SQLiteStore {
  package func load(_ id: ID<LedgerEntry>) async throws(StoreFault) -> LedgerEntry? {
    try await first(.ledgerEntries, "id = ?", [id.sql])
  }

  package func ledgerEntry(key: String) async throws(StoreFault) -> LedgerEntry? {
    try await first(.ledgerEntries, "key = ?", [.text(key)])
  }

  package func ledgerEntries(_ query: LedgerQuery) async throws(StoreFault) -> Page<LedgerEntry> {
    try await list { connection throws(SQLiteFault) in
      try PageReading(table: Table.ledgerEntries, id: { $0.id.rawValue })
        .page(try Self.filter(query, on: connection), query.page, on: connection)
    }
  }

  package func ledgerCounts(
    _ query: LedgerQuery
  ) async throws(StoreFault) -> [LedgerEntry.State: Int] {
    try await list { connection throws(SQLiteFault) in
      let filter = try Self.filter(query, on: connection)
      guard !filter.isNever else { return [:] }
      let rows = try connection.rows(
        """
        SELECT state, count(*) FROM ledger_entries INDEXED BY ledger_entries_ledger
        WHERE \(filter.text) GROUP BY state
        """, filter.values
      ) { row in (state: row.word(0) as LedgerEntry.State, count: Int(row.integer(1))) }
      return Dictionary(rows.map { ($0.state, $0.count) }, uniquingKeysWith: +)
    }
  }

  private static func filter(
    _ query: LedgerQuery, on connection: Connection
  ) throws(SQLiteFault) -> Filter {
    var filter = Filter()
    filter.add("ledger_entries.ledger = ?", .text(query.ledger))
    try filter.cut(to: query.scope, table: "ledger_entries", units: true, on: connection)
    try filter.cut(area: query.area, table: "ledger_entries", on: connection)
    if let state = query.state { filter.add("ledger_entries.state = ?", .text(state.rawValue)) }
    if let moment = query.lateAt {
      filter.add(
        "ledger_entries.state = 'open' AND ledger_entries.due < ?",
        .integer(moment.milliseconds))
    }
    return filter
  }

  package func load(_ id: ID<Patrol>) async throws(StoreFault) -> Patrol? {
    try await first(.patrols, "id = ?", [id.sql])
  }

  package func patrol(key: String) async throws(StoreFault) -> Patrol? {
    try await first(.patrols, "key = ?", [.text(key)])
  }

  package func patrols(_ query: PatrolQuery) async throws(StoreFault) -> Page<Patrol> {
    try await list { connection throws(SQLiteFault) in
      var filter = Filter()
      filter.add("patrols.plan = ?", .text(query.plan))
      try filter.cut(to: query.scope, table: "patrols", units: true, on: connection)
      if let state = query.state { filter.add("patrols.state = ?", .text(state.rawValue)) }
      if let moment = query.lateAt {
        filter.add("patrols.state = 'open' AND patrols.due <= ?", .integer(moment.milliseconds))
      }
      return try PageReading(table: Table.patrols, id: { $0.id.rawValue })
        .page(filter, query.page, on: connection)
    }
  }
}

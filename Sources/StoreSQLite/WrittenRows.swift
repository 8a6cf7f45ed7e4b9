import City

/// Rows as the one writer wrote them last: who changes a row again need not read it first.
///
/// Nobody else writes the tables, so a row that is kept is the row that is stored; when a change is
/// undone, all are forgotten.
struct WrittenRows {
  /// Rows kept of each table.
  static let rowsMax = 1_024

  var cases = RecentValues<ID<Case>, CaseRow>(max: rowsMax)
  var events = RecentValues<ID<Event>, [SQLValue]>(max: rowsMax)
  var orders = RecentValues<ID<WorkOrder>, [SQLValue]>(max: rowsMax)

  /// nil where the table must be asked.
  func version(of id: ID<Case>) -> Int64? { cases[id].map { Int64($0.state.version) } }

  /// nil where the table must be asked.
  func version(of id: ID<Event>) -> Int64? {
    guard let row = events[id], case .integer(let version) = row[Self.eventVersion] else {
      return nil
    }
    return version
  }

  private static let eventVersion: Int = {
    guard let index = Table.events.columns.firstIndex(of: "version") else {
      preconditionFailure("events have versions")
    }
    return index
  }()
}

/// What a step may change of a case, as it is stored.
struct CaseRow {
  let channel: String
  let state: CaseState
  /// Of `Table.stateColumns`.
  let values: [SQLValue]
}

extension RecentValues where Value == [SQLValue] {
  /// Writes a record and keeps its row.
  /// - Returns: whether it was inserted.
  @discardableResult
  mutating func save<Record>(
    _ record: Record, _ key: Key, in table: Table<Record>, on connection: Connection
  ) throws(SQLiteFault) -> Bool {
    let new = table.values(record)
    let old: [SQLValue]?
    if let kept = self[key] { old = kept } else { old = try table.stored(new[0], on: connection) }
    keep(new, for: key)
    return try table.write(new, over: old, on: connection)
  }
}

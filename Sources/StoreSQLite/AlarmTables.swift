package import City
package import Ports

extension Table where Record == Maintenance {
  static let maintenance = Table(
    "maintenance", ["id", "device", "from_at", "to_at", "reason", "staff"],
    values: {
      [
        $0.id.sql, $0.device.sql, .integer($0.from.milliseconds), .integer($0.to.milliseconds),
        .text($0.reason), $0.staff.sql(),
      ]
    },
    read: { row in
      Maintenance(
        id: row.id(0), device: row.id(1), from: row.instant(2), to: row.instant(3),
        reason: row.text(4), staff: row.optionalID(5))
    })
}

extension SQLiteStore {
  package func maintenance(endingAfter moment: Instant) async throws(StoreFault) -> [Maintenance] {
    try await all(.maintenance, "to_at > ? ORDER BY id", [.integer(moment.milliseconds)])
  }
}

extension Table where Record == Alarm {
  static let alarms = Table(
    "alarms",
    ["id", "key", "rule", "device", "measure"] + PathColumns.areas + PathColumns.units + [
      "longitude", "latitude", "grade", "why", "opened_at", "changed_at", "cleared_at",
      "acknowledged_at", "acknowledged_by", "silenced_until", "signal", "verdict", "version",
    ],
    values: { alarm in
      let state = alarm.state
      let head: [SQLValue] = [
        alarm.id.sql, .text(alarm.key), .text(alarm.rule), alarm.device.sql(),
        .text(alarm.measure),
      ]
      return head + PathColumns.values(alarm.area) + PathColumns.values(alarm.owner) + [
        .optional(alarm.position?.longitude), .optional(alarm.position?.latitude),
        .text(state.grade.rawValue), .text(state.why), .integer(state.openedAt.milliseconds),
        .integer(state.changedAt.milliseconds), .optional(state.clearedAt),
        .optional(state.acknowledgedAt), state.acknowledgedBy.sql(),
        .optional(state.silencedUntil), state.signal.sql(), .optional(state.verdict?.rawValue),
        .integer(Int64(state.version)),
      ]
    },
    read: { row in
      var state = AlarmState(
        grade: row.word(17), why: row.text(18), openedAt: row.instant(19),
        changedAt: row.instant(20))
      state.clearedAt = row.optionalInstant(21)
      state.acknowledgedAt = row.optionalInstant(22)
      state.acknowledgedBy = row.optionalID(23)
      state.silencedUntil = row.optionalInstant(24)
      state.signal = row.optionalID(25)
      state.verdict = row.optionalText(26).flatMap(AlarmVerdict.init(rawValue:))
      state.version = Int(row.integer(27))
      return Alarm(
        id: row.id(0), key: row.text(1), rule: row.text(2), device: row.optionalID(3),
        measure: row.text(4), area: row.areaPath(5), owner: row.unitPath(10),
        position: row.position(15), state: state)
    })
}

extension Listings {
  func alarms(_ query: AlarmQuery) throws(SQLiteFault) -> Page<Alarm> {
    var filter = Filter()
    try filter.cut(to: query.scope, table: "alarms", units: true, on: connection)
    if let open = query.open { filter.add("alarms.cleared_at IS \(open ? "" : "NOT ")NULL") }
    if let acknowledged = query.acknowledged {
      filter.add("alarms.acknowledged_at IS \(acknowledged ? "NOT " : "")NULL")
    }
    if let rule = query.rule { filter.add("alarms.rule = ?", .text(rule)) }
    filter.add("alarms.device", query.device)
    if let grade = query.grade { filter.add("alarms.grade = ?", .text(grade.rawValue)) }
    if let verdict = query.verdict { filter.add("alarms.verdict = ?", .text(verdict.rawValue)) }
    return try PageReading(table: Table.alarms, id: { $0.id.rawValue })
      .page(filter, query.page, on: connection)
  }
}

extension SQLiteStore {
  package func load(_ id: ID<Alarm>) async throws(StoreFault) -> Alarm? {
    try await first(.alarms, "id = ?", [id.sql])
  }

  package func alarm(key: String) async throws(StoreFault) -> Alarm? {
    try await first(.alarms, "key = ?", [.text(key)])
  }

  package func alarm(of signal: ID<Signal>) async throws(StoreFault) -> Alarm? {
    try await first(.alarms, "signal = ? AND signal IS NOT NULL", [signal.sql])
  }

  package func alarms(_ query: AlarmQuery) async throws(StoreFault) -> Page<Alarm> {
    try await list { [search] connection throws(SQLiteFault) in
      try Listings(connection: connection, index: search.index).alarms(query)
    }
  }

  package func position(of follower: String) async throws(StoreFault) -> FollowerPosition? {
    try await lookup { connection throws(SQLiteFault) in
      try connection.row(
        "SELECT position, at, mark FROM followers WHERE follower = ?", [.text(follower)]
      ) { row in
        var found = FollowerPosition(
          follower: follower, position: row.integer(0), at: row.instant(1))
        found.mark = row.text(2)
        return found
      }
    }
  }
}

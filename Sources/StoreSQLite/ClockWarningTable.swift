package import City
package import Ports

extension Table where Record == ClockWarning {
  static let clockWarnings = Table(
    "clock_warnings", ["case_id", "clock", "started_at", "light", "due", "at"],
    values: { warning in
      [
        warning.case.sql, .text(warning.clock), .integer(warning.startedAt.milliseconds),
        .text(warning.light.rawValue), .integer(warning.due.milliseconds),
        .integer(warning.at.milliseconds),
      ]
    },
    read: { row in
      ClockWarning(
        case: row.id(0), clock: row.text(1), startedAt: row.instant(2), light: row.word(3),
        due: row.instant(4), at: row.instant(5))
    })
}

extension SQLiteStore {
  package func warnings(of id: ID<Case>) async throws(StoreFault) -> [ClockWarning] {
    try await lookup { connection throws(SQLiteFault) in
      try Table.clockWarnings.all(
        where: "case_id = ? ORDER BY at, clock, light, due, started_at", [id.sql], on: connection)
    }
  }
}

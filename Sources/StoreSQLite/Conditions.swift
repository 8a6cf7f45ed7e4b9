import City
import Ports

/// Whether what a decision took for granted still holds, asked inside the writing transaction.
struct ConditionCheck {
  let connection: Connection
  let rows: WrittenRows

  func holds(_ condition: Condition) throws(SQLiteFault) -> Bool {
    switch condition {
    case .caseVersion(let id, let version):
      try isCurrent(version, of: id.sql, in: "cases", kept: rows.version(of: id))
    case .eventVersion(let id, let version):
      try isCurrent(version, of: id.sql, in: "events", kept: rows.version(of: id))
    case .thingVersion(let id, let version):
      try number("SELECT version FROM things WHERE id = ?", [id.sql]) == Int64(version)
    case .alarmVersion(let id, let version):
      try number("SELECT version FROM alarms WHERE id = ?", [id.sql]) == Int64(version)
    case .resemblanceVersion(let id, let version):
      try number("SELECT version FROM resemblances WHERE id = ?", [id.sql]) == Int64(version)
    case .warningVersion(let id, let version):
      try number("SELECT version FROM warnings WHERE id = ?", [id.sql]) == Int64(version)
    case .appealVersion(let id, let version):
      try number("SELECT version FROM appeals WHERE id = ?", [id.sql]) == Int64(version)
    case .warningKeyAbsent(let key):
      try number("SELECT id FROM warnings WHERE key = ?", [.text(key)]) == nil
    case .periodAbsent(let key):
      try number("SELECT id FROM periods WHERE key = ?", [.text(key)]) == nil
    case .supervisionVersion(let id, let version):
      try number("SELECT version FROM supervisions WHERE id = ?", [id.sql]) == Int64(version)
    case .supervisionAbsent(let key):
      try number(
        "SELECT id FROM supervisions WHERE case_id = ? AND line = ? AND cause = ?",
        [key.case.sql, .text(key.line), .text(key.cause)]) == nil
    case .ledgerVersion(let id, let version):
      try number("SELECT version FROM ledger_entries WHERE id = ?", [id.sql]) == Int64(version)
    case .ledgerAbsent(let key):
      try number("SELECT id FROM ledger_entries WHERE key = ?", [.text(key)]) == nil
    case .patrolVersion(let id, let version):
      try number("SELECT version FROM patrols WHERE id = ?", [id.sql]) == Int64(version)
    case .patrolAbsent(let key):
      try number("SELECT id FROM patrols WHERE key = ?", [.text(key)]) == nil
    case .alarmAbsent(let key):
      try number("SELECT id FROM alarms WHERE key = ?", [.text(key)]) == nil
    case .signalAbsent(let channel, let externalID):
      try number(
        """
        SELECT id FROM signals WHERE channel = ? AND external_id = ? AND rival_of IS NULL
        """, [.text(channel.rawValue), .text(externalID)]) == nil
    case .judgementAbsent(let signal):
      try number("SELECT signal FROM judgements WHERE signal = ?", [signal.sql]) == nil
    case .rivalAbsent(let signal, let digest):
      try number(
        "SELECT id FROM signals WHERE rival_of = ? AND rival_of IS NOT NULL AND digest = ?",
        [signal.sql, .blob(digest.bytes)]) == nil
    case .nothingNewer(let newest, let question):
      try NearbySearch(connection: connection).events(question)
        .allSatisfy { event in newest.map { event.id <= $0 } ?? false }
    case .contactAbsent(let hash):
      try number("SELECT id FROM reporters WHERE contact_hash = ?", [.blob(hash.bytes)]) == nil
    case .loginAbsent(let login):
      try number("SELECT id FROM accounts WHERE login = ?", [.text(login)]) == nil
    case .codeAbsent(let code): try isAbsent(code)
    case .areaStands(let area): try stands(area, area.id.sql, in: Table<Area>.areas)
    case .unitStands(let unit): try stands(unit, unit.id.sql, in: Table<Unit>.units)
    case .staffStands(let staff): try stands(staff, staff.id.sql, in: Table<Staff>.staff)
    case .warningAbsent(let key):
      try number(
        """
        SELECT case_id FROM clock_warnings
        WHERE case_id = ? AND clock = ? AND started_at = ? AND light = ? AND due = ?
        """,
        [
          key.case.sql, .text(key.clock), .integer(key.startedAt.milliseconds),
          .text(key.light.rawValue), .integer(key.due.milliseconds),
        ]) == nil
    }
  }

  /// Whether a row has this version: the writer keeps it, or else the table says.
  private func isCurrent(
    _ version: Int, of id: SQLValue, in table: String, kept: Int64?
  ) throws(SQLiteFault) -> Bool {
    if let kept { return kept == Int64(version) }
    return try number("SELECT version FROM \(table) WHERE id = ?", [id]) == Int64(version)
  }

  /// Whether a record of master data is stored just as its editor read it.
  private func stands<Record: Equatable>(
    _ record: Record, _ id: SQLValue, in table: Table<Record>
  ) throws(SQLiteFault) -> Bool {
    try table.first(where: "id = ?", [id], on: connection) == record
  }

  private func isAbsent(_ code: SubjectCode) throws(SQLiteFault) -> Bool {
    switch code {
    case .area(let code): try number("SELECT id FROM areas WHERE code = ?", [.text(code)]) == nil
    case .unit(let code): try number("SELECT id FROM units WHERE code = ?", [.text(code)]) == nil
    case .staff(let code): try number("SELECT id FROM staff WHERE code = ?", [.text(code)]) == nil
    case .document(let code):
      try number("SELECT id FROM documents WHERE code = ?", [.text(code)]) == nil
    case .thing(let kind, let code):
      try number(
        "SELECT id FROM things WHERE kind = ? AND code = ?", [.text(kind), .text(code)]) == nil
    }
  }

  private func number(_ sql: String, _ values: [SQLValue]) throws(SQLiteFault) -> Int64? {
    try connection.row(sql, values) { $0.integer(0) }
  }
}

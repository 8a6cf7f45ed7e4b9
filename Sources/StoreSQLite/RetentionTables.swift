package import City
package import Ports

// What came to its end, and the certificates of it.

extension Table where Record == Certificate {
  static let certificates = Table(
    "certificates", ["id", "rule", "data", "at", "before_at", "records", "digest"],
    values: { certificate in
      [
        certificate.id.sql, .text(certificate.rule), .text(certificate.data.rawValue),
        .integer(certificate.at.milliseconds), .integer(certificate.before.milliseconds),
        .integer(Int64(certificate.count)), .blob(certificate.digest.bytes),
      ]
    },
    read: { row in
      Certificate(
        id: row.id(0), rule: row.text(1), data: row.word(2), at: row.instant(3),
        before: row.instant(4), count: Int(row.integer(5)), digest: row.digest(6))
    })
}

/// How what came to its end is found and leaves the tables.
enum RetentionSQL {
  /// A report keeps its reporter while it is young, or its case is open or was closed lately.
  private static let reportHolds = """
    (s.received_at >= ?3 OR c.closed_at >= ?3 OR (c.id IS NOT NULL AND c.closed_at IS NULL))
    """

  /// Looks at reporters, from one on, who are still known.
  static let callers = """
    WITH looked AS MATERIALIZED (
      SELECT id, subject FROM reporters WHERE details IS NOT NULL AND id > ?1
      ORDER BY id LIMIT ?2)
    SELECT l.id, l.subject, EXISTS (
      SELECT 1 FROM signals s LEFT JOIN events e ON e.id = s.event
      LEFT JOIN cases c ON c.id = e.case_id WHERE s.reporter = l.id AND \(reportHolds)),
      (SELECT max(received_at) FROM signals WHERE reporter = l.id)
    FROM looked l ORDER BY l.id
    """

  /// Looks at messages, from one on, that name nobody and can still be read.
  static let messages = """
    WITH looked AS MATERIALIZED (
      SELECT id, raw_subject, event, received_at FROM signals
      WHERE reporter IS NULL AND raw_subject IS NOT NULL AND raw <> x'' AND id > ?1
      ORDER BY id LIMIT ?2)
    SELECT s.id, s.raw_subject, \(reportHolds), s.received_at
    FROM looked s LEFT JOIN events e ON e.id = s.event LEFT JOIN cases c ON c.id = e.case_id
    ORDER BY s.id
    """

  /// Files of some reports, from one on, and whether these hold them. Where a report names none
  /// nothing else is looked at.
  static let filesOfReports = """
    WITH looked AS MATERIALIZED (
      SELECT id, evidence, received_at, event FROM signals WHERE id > ?2 ORDER BY id LIMIT ?3)
    SELECT s.evidence, s.evidence <> x'' AND (s.received_at >= ?1 OR EXISTS (
      SELECT 1 FROM events e JOIN cases c ON c.id = e.case_id
      WHERE e.id = s.event AND (c.closed_at IS NULL OR c.closed_at >= ?1))), s.id
    FROM looked s ORDER BY s.id
    """

  /// The same of steps.
  static let filesOfSteps = """
    WITH looked AS MATERIALIZED (
      SELECT case_id, sequence, evidence FROM steps WHERE (case_id, sequence) > (?2, ?3)
      ORDER BY case_id, sequence LIMIT ?4)
    SELECT s.evidence, s.evidence <> x'' AND coalesce((
      SELECT c.closed_at IS NULL OR c.closed_at >= ?1 FROM cases c WHERE c.id = s.case_id), 1),
      s.case_id, s.sequence
    FROM looked s ORDER BY s.case_id, s.sequence
    """

  static let sessions = """
    SELECT lower(hex(secret_hash)), expires_at FROM credentials
    WHERE form = 'session' AND expires_at < ? ORDER BY expires_at, secret_hash LIMIT ?
    """

  static let notices = """
    SELECT id, at FROM notices WHERE state <> 'waiting' AND at < ? ORDER BY at, id LIMIT ?
    """

  /// What a certificate takes out of the tables; nil where it is nothing.
  static func ending(_ data: RetainedData) -> String? {
    switch data {
    case .sessions: "DELETE FROM credentials WHERE form = 'session' AND expires_at < ?"
    case .notices: "DELETE FROM notices WHERE state <> 'waiting' AND at < ?"
    default: nil
    }
  }
}

extension FactWriter {
  /// Keeps a certificate; with it ends what it speaks of.
  func save(_ certificate: Certificate) throws(SQLiteFault) {
    try Table.certificates.insert(certificate, on: connection)
    if let sql = RetentionSQL.ending(certificate.data) {
      try connection.run(sql, [.integer(certificate.before.milliseconds)])
    }
  }
}

extension SQLiteStore {
  package func certificates(_ page: PageRequest) async throws(StoreFault) -> Page<Certificate> {
    try await list { connection throws(SQLiteFault) in
      try PageReading(table: Table.certificates, id: { $0.id.rawValue })
        .page(Filter(), page, on: connection)
    }
  }

  package func namedFiles(
    before: Instant, from: FileLook, limit: Int
  ) async throws(StoreFault) -> NamedFiles {
    guard limit > 0 else { return NamedFiles(ended: [], held: [], next: nil) }
    return try await list { connection throws(SQLiteFault) in
      let (moment, most) = (SQLValue.integer(before.milliseconds), SQLValue.integer(Int64(limit)))
      var (ended, held): (Set<FileDigest>, Set<FileDigest>) = ([], [])
      func take(_ row: Row) {
        let files = row.files(0)
        if row.integer(1) != 0 { held.formUnion(files) } else { ended.formUnion(files) }
      }
      var next: FileLook?
      switch from {
      case .reports(let after):
        let rows = try connection.rows(
          RetentionSQL.filesOfReports, [moment, after.sql, most]
        ) { row in
          take(row)
          return FileLook.reports(after: row.id(2))
        }
        next = rows.count == limit ? rows.last : .firstStep
      case .steps(let found, let after):
        let rows = try connection.rows(
          RetentionSQL.filesOfSteps, [moment, found.sql, .integer(Int64(after)), most]
        ) { row in
          take(row)
          return FileLook.steps(of: row.id(2), after: Int(row.integer(3)))
        }
        next = rows.count == limit ? rows.last : nil
      }
      return NamedFiles(ended: ended.inOrder, held: held.inOrder, next: next)
    }
  }

  package func filesKept(
    _ files: Set<FileDigest>
  ) async throws(StoreFault) -> Set<FileDigest> {
    try await list { connection throws(SQLiteFault) in
      var kept: Set<FileDigest> = []
      for file in files {
        let isEvidence = try connection.row(
          "SELECT 1 FROM exhibits WHERE file = ? LIMIT 1", [.blob(file.digest.bytes)]
        ) { _ in true }
        if isEvidence == true { kept.insert(file) }
      }
      kept.formUnion(
        files.intersection(try Table.taskReports.all(on: connection).flatMap(\.proof)))
      let ledgers = PageReading(table: Table.ledgerEntries) { $0.id.rawValue }
      try ledgers.each(on: connection) { entry in
        kept.formUnion(files.intersection(entry.acts.flatMap(\.files)))
      }
      let patrols = PageReading(table: Table.patrols) { $0.id.rawValue }
      try patrols.each(on: connection) { patrol in
        kept.formUnion(files.intersection(patrol.stops.flatMap { $0.finding?.files ?? [] }))
      }
      return kept
    }
  }

  package func expired(
    _ data: RetainedData, before: Instant, after: Int64, limit: Int
  ) async throws(StoreFault) -> ExpiredRecords {
    guard limit > 0 else { return ExpiredRecords(records: [], next: nil) }
    return try await list { connection throws(SQLiteFault) in
      switch data {
      case .callers:
        try Self.keyed(RetentionSQL.callers, before, after, limit, on: connection)
      case .messages:
        try Self.keyed(RetentionSQL.messages, before, after, limit, on: connection)
      case .sessions:
        try Self.rows(RetentionSQL.sessions, before, limit, on: connection)
      case .notices: try Self.rows(RetentionSQL.notices, before, limit, on: connection)
      case .observations, .cases, .files, .journal: ExpiredRecords(records: [], next: nil)
      }
    }
  }

  /// Those whose key ends them.
  private static func keyed(
    _ sql: String, _ before: Instant, _ after: Int64, _ limit: Int, on connection: Connection
  ) throws(SQLiteFault) -> ExpiredRecords {
    let looked = try connection.rows(
      sql, [.integer(after), .integer(Int64(limit)), .integer(before.milliseconds)]
    ) { row in
      (
        id: row.integer(0), subject: ID<Subject>(row.integer(1)), isHeld: row.integer(2) != 0,
        at: row.instant(3)
      )
    }
    return ExpiredRecords(
      records: looked.filter { !$0.isHeld }.map {
        ExpiredRecord(name: String($0.id), at: $0.at, subject: $0.subject)
      }, next: looked.count == limit ? looked.last?.id : nil)
  }

  /// Those whose row ends: all of the moments that are named.
  private static func rows(
    _ sql: String, _ before: Instant, _ limit: Int, on connection: Connection
  ) throws(SQLiteFault) -> ExpiredRecords {
    let found = try connection.rows(
      sql, [.integer(before.milliseconds), .integer(Int64(limit))]
    ) { row in
      ExpiredRecord(name: row.text(0), at: row.instant(1), subject: nil)
    }
    return ExpiredRecords(records: found, next: nil)
  }
}

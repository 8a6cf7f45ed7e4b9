package import City
package import Ports

extension Table where Record == Consent {
  static let consents = Table(
    "consents", ["id", "reporter", "at", "subject", "details"],
    values: { consent in
      [
        consent.id.sql, consent.reporter.sql, .integer(consent.at.milliseconds),
        consent.details.subject.sql, .blob(consent.details.bytes),
      ]
    },
    read: { row in
      Consent(
        id: row.id(0), reporter: row.id(1), at: row.instant(2),
        details: Sealed(subject: row.id(3), bytes: row.blob(4)))
    })
}

extension SQLiteStore {
  package func consents(of reporter: ID<Reporter>) async throws(StoreFault) -> [Consent] {
    try await lookup { connection throws(SQLiteFault) in
      try Table.consents.all(
        where: "reporter = ? ORDER BY id DESC LIMIT ?",
        [reporter.sql, .integer(Int64(Consent.recordsMax))], on: connection)
    }.reversed()
  }
}

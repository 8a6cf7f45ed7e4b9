package import City
package import Ports

extension Table where Record == Judgement {
  static let judgements = Table(
    "judgements",
    ["signal", "case_id", "at", "staff", "contacted", "solved", "satisfaction", "words"],
    values: { judgement in
      [
        judgement.signal.sql, judgement.case.sql, .integer(judgement.at.milliseconds),
        judgement.staff.sql(), .optional(judgement.contacted.map { Int64($0 ? 1 : 0) }),
        .integer(judgement.solved ? 1 : 0), .text(judgement.satisfaction.rawValue),
        .text(judgement.words),
      ]
    },
    read: { row in
      Judgement(
        signal: row.id(0), case: row.id(1), at: row.instant(2), staff: row.optionalID(3),
        contacted: row.optionalInteger(4).map { $0 != 0 }, solved: row.integer(5) != 0,
        satisfaction: row.word(6), words: row.text(7))
    })
}

extension SQLiteStore {
  package func judgements(of id: ID<Case>) async throws(StoreFault) -> [Judgement] {
    if let known = dossiers.judgements(of: id) { return known }
    return try await storedJudgements(of: id)
  }

  /// As the tables say it.
  func storedJudgements(of id: ID<Case>) async throws(StoreFault) -> [Judgement] {
    try await lookup { connection throws(SQLiteFault) in
      try Table.judgements.all(where: "case_id = ? ORDER BY signal", [id.sql], on: connection)
    }
  }
}

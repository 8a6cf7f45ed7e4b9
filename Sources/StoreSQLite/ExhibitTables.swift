package import City
package import Ports

// Evidence and its chain of custody: columns for what is asked, and the record as the journal has it.

extension Table where Record == Exhibit {
  static let exhibits = Table(
    "exhibits", ["id", "case_id", "file", "body"],
    values: {
      [$0.id.sql, $0.case.sql, .blob($0.file.digest.bytes), FactBody.blob(.exhibit($0))]
    },
    read: { row in
      guard case .exhibit(let exhibit) = FactBody.fact(row, 3) else {
        preconditionFailure("column 3 holds no evidence")
      }
      return exhibit
    })
}

extension Table where Record == CustodyAct {
  static let custody = Table(
    "custody", ["id", "case_id", "kind", "body"],
    values: {
      [$0.id.sql, $0.case.sql, .text($0.kind.rawValue), FactBody.blob(.custody($0))]
    },
    read: { row in
      guard case .custody(let act) = FactBody.fact(row, 3) else {
        preconditionFailure("column 3 holds no act of custody")
      }
      return act
    })
}

extension SQLiteStore {
  package func load(_ id: ID<Exhibit>) async throws(StoreFault) -> Exhibit? {
    try await first(.exhibits, "id = ?", [id.sql])
  }

  package func exhibits(of id: ID<Case>) async throws(StoreFault) -> [Exhibit] {
    try await all(.exhibits, "case_id = ? ORDER BY id", [id.sql])
  }

  package func exhibits(holding file: FileDigest) async throws(StoreFault) -> [Exhibit] {
    try await all(.exhibits, "file = ? ORDER BY id", [.blob(file.digest.bytes)])
  }

  package func custody(
    of id: ID<Case>, kind: CustodyAct.Kind?, limit: Int
  ) async throws(StoreFault) -> [CustodyAct] {
    let count = SQLValue.integer(Int64(max(limit, 0)))
    guard let kind else {
      return try await all(.custody, "case_id = ? ORDER BY id DESC LIMIT ?", [id.sql, count])
    }
    return try await all(
      .custody, "case_id = ? AND kind = ? ORDER BY id DESC LIMIT ?",
      [id.sql, .text(kind.rawValue), count])
  }
}

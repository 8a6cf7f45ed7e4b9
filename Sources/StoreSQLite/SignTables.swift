package import City
package import Ports
import Records

// Early warnings, frozen scores, appeals, saved views and reports of yearly tasks: columns for what
// lists ask, and the record itself as the journal has it.

/// A record as one fact of the journal.
enum FactBody {
  static func blob(_ fact: Fact) -> SQLValue { .blob(FactCoding.body(of: [fact])) }

  /// The fact in a column; what cannot be read means a damaged file.
  static func fact(_ row: Row, _ column: Int) -> Fact {
    do throws(FactCodingFault) {
      let facts = try FactCoding.decode(row.blob(column), version: FactCoding.version)
      guard let fact = facts.first else { preconditionFailure("column \(column) is empty") }
      return fact
    } catch {
      preconditionFailure("column \(column) holds no fact: \(error)")
    }
  }
}

extension Table where Record == Warning {
  static let warnings = Table(
    "warnings",
    ["id", "key", "kind", "area"] + PathColumns.areas + [
      "source", "grade", "issued_at", "to_at", "lifted_at", "version", "body",
    ],
    values: { warning in
      let head: [SQLValue] = [
        warning.id.sql, .text(warning.key), .optional(warning.kind),
        warning.area.innermost.sql(),
      ]
      return head + PathColumns.values(warning.area) + [
        .text(warning.source.rawValue), .text(warning.state.grade.rawValue),
        .integer(warning.issuedAt.milliseconds), .integer(warning.state.to.milliseconds),
        .optional(warning.state.liftedAt), .integer(Int64(warning.state.version)),
        FactBody.blob(.warning(warning)),
      ]
    },
    read: { row in
      guard case .warning(let warning) = FactBody.fact(row, 15) else {
        preconditionFailure("column 15 holds no warning")
      }
      return warning
    })
}

extension Table where Record == EvaluationPeriod {
  static let periods = Table(
    "periods", ["id", "key", "body"],
    values: { [$0.id.sql, .text($0.key), FactBody.blob(.period($0))] },
    read: { row in
      guard case .period(let period) = FactBody.fact(row, 2) else {
        preconditionFailure("column 2 holds no period")
      }
      return period
    })
}

extension Table where Record == Appeal {
  static let appeals = Table(
    "appeals", ["id", "period", "version", "body"],
    values: {
      [$0.id.sql, $0.period.sql, .integer(Int64($0.version)), FactBody.blob(.appeal($0))]
    },
    read: { row in
      guard case .appeal(let appeal) = FactBody.fact(row, 3) else {
        preconditionFailure("column 3 holds no appeal")
      }
      return appeal
    })
}

extension Table where Record == SavedView {
  static let views = Table(
    "views", ["id", "body"], values: { [$0.id.sql, FactBody.blob(.view($0))] },
    read: { row in
      guard case .view(let view) = FactBody.fact(row, 1) else {
        preconditionFailure("column 1 holds no view")
      }
      return view
    })
}

extension Table where Record == TaskReport {
  static let taskReports = Table(
    "task_reports", ["id", "goal", "body"],
    values: { [$0.id.sql, .text($0.goal), FactBody.blob(.taskReport($0))] },
    read: { row in
      guard case .taskReport(let report) = FactBody.fact(row, 2) else {
        preconditionFailure("column 2 holds no report")
      }
      return report
    })
}

extension Listings {
  func warnings(_ query: WarningQuery) throws(SQLiteFault) -> Page<Warning> {
    var filter = Filter()
    if let within = query.within {
      let depths = Depths(connection: connection)
      let column = try depths.areaColumn(within)
      var parts = column.map { ["warnings.\($0) = \(within.rawValue)"] } ?? []
      if !query.above.isEmpty {
        let ids = query.above.map { String($0.rawValue) }.joined(separator: ", ")
        parts.append("warnings.area IN (\(ids))")
      }
      guard !parts.isEmpty else { return Page(elements: [], next: nil) }
      filter.add("(" + parts.joined(separator: " OR ") + ")")
    }
    if let isStanding = query.isStanding {
      filter.add("warnings.lifted_at IS \(isStanding ? "" : "NOT ")NULL")
    }
    if let kind = query.kind { filter.add("warnings.kind = ?", .text(kind)) }
    if let grade = query.grade { filter.add("warnings.grade = ?", .text(grade.rawValue)) }
    if let source = query.source { filter.add("warnings.source = ?", .text(source.rawValue)) }
    return try PageReading(table: Table.warnings, id: { $0.id.rawValue })
      .page(filter, query.page, on: connection)
  }
}

extension SQLiteStore {
  package func warnings(_ query: WarningQuery) async throws(StoreFault) -> Page<Warning> {
    try await list { [search] connection throws(SQLiteFault) in
      try Listings(connection: connection, index: search.index).warnings(query)
    }
  }

  package func load(_ id: ID<Warning>) async throws(StoreFault) -> Warning? {
    try await first(.warnings, "id = ?", [id.sql])
  }

  package func warning(key: String) async throws(StoreFault) -> Warning? {
    try await first(.warnings, "key = ?", [.text(key)])
  }

  package func periods() async throws(StoreFault) -> [EvaluationPeriod] {
    try await all(.periods, "1 ORDER BY id DESC")
  }

  package func load(_ id: ID<EvaluationPeriod>) async throws(StoreFault) -> EvaluationPeriod? {
    try await first(.periods, "id = ?", [id.sql])
  }

  package func appeals(of period: ID<EvaluationPeriod>) async throws(StoreFault) -> [Appeal] {
    try await all(.appeals, "period = ? ORDER BY id", [period.sql])
  }

  package func load(_ id: ID<Appeal>) async throws(StoreFault) -> Appeal? {
    try await first(.appeals, "id = ?", [id.sql])
  }

  package func views() async throws(StoreFault) -> [SavedView] {
    try await all(.views, "1 ORDER BY id")
  }

  package func taskReports() async throws(StoreFault) -> [TaskReport] {
    try await all(.taskReports, "1 ORDER BY id")
  }
}

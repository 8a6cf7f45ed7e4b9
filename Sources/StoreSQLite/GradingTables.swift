package import City
package import Ports

extension Table where Record == Grading {
  static let gradings = Table(
    "gradings",
    ["id", "thing", "model", "kind"] + PathColumns.areas + PathColumns.units + [
      "grade", "gravity", "score", "shares", "reasons", "at", "until",
    ],
    values: { grading in
      let head: [SQLValue] = [
        grading.id.sql, grading.thing.sql, .text(grading.model), .text(grading.kind),
      ]
      return head + PathColumns.values(grading.area) + PathColumns.values(grading.owner) + [
        .text(grading.grade.rawValue), .integer(Int64(grading.grade.rank)),
        .integer(Int64(grading.score)),
        .text(WordList.joined(grading.shares.flatMap { [$0.factor, String($0.thousandths)] })),
        .text(WordList.joined(grading.reasons)), .integer(grading.at.milliseconds),
        .optional(grading.until),
      ]
    },
    read: { row in
      let words = WordList.split(row.text(17))
      let shares = stride(from: 0, to: words.count - 1, by: 2).map {
        Grading.Share(factor: words[$0], thousandths: Int(words[$0 + 1]) ?? 0)
      }
      return Grading(
        id: row.id(0), thing: row.id(1), model: row.text(2), kind: row.text(3),
        area: row.areaPath(4), owner: row.unitPath(9), grade: row.word(14),
        score: Int(row.integer(16)), shares: shares, reasons: WordList.split(row.text(18)),
        at: row.instant(19), until: row.optionalInstant(20))
    })
}

extension Listings {
  /// The gravest first; pages by how many were told before.
  func gradings(_ query: GradingQuery) throws(SQLiteFault) -> Page<Grading> {
    let filter = try gradingFilter(query)
    guard !filter.isNever else { return Page(elements: [], next: nil) }
    let rows = try connection.rows(
      """
      \(Table.gradings.selectSQL) INDEXED BY gradings_now WHERE \(filter.text)
      ORDER BY gravity DESC, score DESC, id DESC LIMIT \(query.limit + 1) OFFSET \(query.from)
      """, filter.values, Table.gradings.read)
    return Page(
      elements: Array(rows.prefix(query.limit)),
      next: rows.count > query.limit ? Int64(query.from + query.limit) : nil)
  }

  func gradingCounts(_ query: GradingQuery) throws(SQLiteFault) -> [Grade: Int] {
    let filter = try gradingFilter(query)
    guard !filter.isNever else { return [:] }
    let rows = try connection.rows(
      """
      SELECT grade, count(*) FROM gradings INDEXED BY gradings_now WHERE \(filter.text)
      GROUP BY gravity
      """, filter.values
    ) { row in (grade: row.word(0) as Grade, count: Int(row.integer(1))) }
    return Dictionary(rows.map { ($0.grade, $0.count) }, uniquingKeysWith: +)
  }

  private func gradingFilter(_ query: GradingQuery) throws(SQLiteFault) -> Filter {
    var filter = Filter()
    filter.add("gradings.model = ?", .text(query.model))
    filter.add("gradings.until IS NULL")
    try filter.cut(to: query.scope, table: "gradings", units: true, on: connection)
    try filter.cut(area: query.area, table: "gradings", on: connection)
    if let grade = query.grade { filter.add("gradings.gravity = ?", .integer(Int64(grade.rank))) }
    return filter
  }
}

extension SQLiteStore {
  package func gradings(of id: ID<Thing>, limit: Int) async throws(StoreFault) -> [Grading] {
    guard limit > 0 else { return [] }
    return try await all(.gradings, "thing = ? ORDER BY id DESC LIMIT \(limit)", [id.sql])
  }

  package func gradings(_ query: GradingQuery) async throws(StoreFault) -> Page<Grading> {
    try await list { [search] connection throws(SQLiteFault) in
      try Listings(connection: connection, index: search.index).gradings(query)
    }
  }

  package func gradingCounts(_ query: GradingQuery) async throws(StoreFault) -> [Grade: Int] {
    try await list { [search] connection throws(SQLiteFault) in
      try Listings(connection: connection, index: search.index).gradingCounts(query)
    }
  }
}

extension FactWriter {
  /// The one that held before ends where this one begins.
  func save(_ grading: Grading) throws(SQLiteFault) {
    try connection.run(
      "UPDATE gradings SET until = ? WHERE thing = ? AND model = ? AND until IS NULL",
      [.integer(grading.at.milliseconds), grading.thing.sql, .text(grading.model)])
    try Table.gradings.insert(grading, on: connection)
  }
}

import City
import Ports
import SearchStore

/// Lists of cases: the filters as SQL, and the index that reads the fewest rows.
struct CaseListing {
  /// A list over more days than this walks by id instead of by day.
  static let daysByNumberMax = 7
  /// Above this share of all cases an index only costs; the newest rows hold enough that fit.
  static let denseShare = 0.3

  /// So many rows are sorted in a few milliseconds.
  static let sortedRowsMax: Int64 = 5_000

  let connection: Connection
  let index: SearchStore

  func page(_ query: CaseQuery) throws(SQLiteFault) -> Page<Case> {
    let filter = try filter(query)
    let reading = PageReading(table: Table.cases, id: { $0.id.rawValue })
    if let words = query.words, words.contains(where: { !$0.isWhitespace }) {
      let ids = index.ids(
        [.case], words: words, scope: query.scope, before: query.page.before)
      return try reading.page(filter, query.page, among: ids, on: connection)
    }
    let index = try index(for: query)
    return try reading.page(
      filter, query.page, source: index.map { "cases INDEXED BY \($0)" } ?? "cases NOT INDEXED",
      on: connection)
  }

  private func filter(_ query: CaseQuery) throws(SQLiteFault) -> Filter {
    var filter = Filter()
    try filter.cut(to: query.scope, table: "cases", units: true, on: connection)
    try filter.cut(area: query.area, table: "cases", on: connection)
    try filter.cut(unit: query.unit, table: "cases", on: connection)
    if query.stages.count == 1, let stage = query.stages.first {
      filter.add("cases.stage = ?", .text(stage))
    } else if !query.stages.isEmpty {
      filter.add("cases.stage", in: query.stages.sorted())
    }
    if let item = query.item { filter.add("cases.item = ?", .text(item)) }
    if query.unclassified { filter.add("cases.item IS NULL") }
    if let grade = query.grade { filter.add("cases.grade = ?", .text(grade.rawValue)) }
    if let channel = query.channel { filter.add("cases.channel = ?", .text(channel.rawValue)) }
    filter.add("cases.handler", query.handler)
    filter.add("cases.thing", query.thing)
    switch query.open {
    case true?: filter.add("cases.closed_at IS NULL")
    case false?: filter.add("cases.closed_at IS NOT NULL")
    case nil: break
    }
    if let judged = query.judged {
      let known = "EXISTS (SELECT 1 FROM judgements WHERE judgements.case_id = cases.id)"
      filter.add(judged ? known : "NOT \(known)")
    }
    if query.outside { filter.add("cases.area_1 IS NULL") }
    if let from = query.filedFrom { filter.add("cases.filed_at >= ?", .optional(from)) }
    if let to = query.filedTo { filter.add("cases.filed_at < ?", .optional(to)) }
    if let moment = query.overdueAt {
      filter.add("cases.due < ? AND cases.closed_at IS NULL", .optional(moment))
    }
    return filter
  }

  /// nil = walk by id, newest first.
  private func index(for query: CaseQuery) throws(SQLiteFault) -> String? {
    if query.thing != nil { return "cases_thing" }
    if query.handler != nil { return "cases_handler" }
    let all = try tally("all", 0)
    let total = all.values.reduce(0, +)
    var choices: [(index: String, rows: Int64)] = []
    if query.open == true || query.overdueAt != nil {
      // Final stages are the only ones without open cases, and they are the many.
      choices.append(("cases_open", try openCount()))
    }
    if !query.stages.isEmpty {
      let rows = query.stages.map { all[$0] ?? 0 }.reduce(0, +)
      // Several stages are read one after another and must then be sorted.
      if query.stages.count == 1 || rows <= Self.sortedRowsMax {
        choices.append(("cases_stage", rows))
      }
    }
    for area in [query.area, query.scope.soleArea].compactMap({ $0 }) {
      let column = try Depths(connection: connection).areaColumn(area)
      if column == "area_3" {
        let rows = try tally("area", area.rawValue).values.reduce(0, +)
        choices.append(("cases_area_3", rows))
      } else if let column, column == "area_4" || column == "area_5" {
        choices.append(("cases_area_4", total / 100))
      }
    }
    for unit in [query.unit, query.scope.soleUnit].compactMap({ $0 }) {
      let column = try Depths(connection: connection).unitColumn(unit)
      if column == "unit_2" || column == "unit_3", let column {
        let rows = try tally("unit", unit.rawValue).values.reduce(0, +)
        choices.append(("cases_\(column)", rows))
      }
    }
    if query.item != nil || query.unclassified {
      choices.append(("cases_item", try count("item", query.item ?? "")))
    }
    if let channel = query.channel {
      choices.append(("cases_channel", try count("channel", channel.rawValue)))
    }
    if let grade = query.grade {
      choices.append(("cases_grade", try count("grade", grade.rawValue)))
    }
    guard let best = choices.min(by: { $0.rows < $1.rows }) else { return nil }
    return Double(best.rows) > Self.denseShare * Double(total) ? nil : best.index
  }

  private func openCount() throws(SQLiteFault) -> Int64 {
    try tally("open", 0)[""] ?? 0
  }

  private func tally(_ dimension: String, _ key: Int64) throws(SQLiteFault) -> [String: Int64] {
    let rows = try connection.rows(
      "SELECT stage, count FROM tallies WHERE dimension = ? AND key = ?",
      [.text(dimension), .integer(key)]
    ) { ($0.text(0), $0.integer(1)) }
    return Dictionary(uniqueKeysWithValues: rows)
  }

  /// How many cases have a word in one of the other filters.
  private func count(_ dimension: String, _ word: String) throws(SQLiteFault) -> Int64 {
    try connection.row(
      "SELECT count FROM tallies WHERE dimension = ? AND key = 0 AND stage = ?",
      [.text(dimension), .text(word)]
    ) { $0.integer(0) } ?? 0
  }

  /// How many cases of the scope stand in each stage.
  func counts(_ scope: Scope) throws(SQLiteFault) -> CaseCounts {
    let counts: [String: Int64]
    switch scope {
    case .everything: counts = try tally("all", 0)
    case .area(let area) where try isTallied(area): counts = try tally("area", area.rawValue)
    case .unit(let unit): counts = try tally("unit", unit.rawValue)
    case .area, .areaOrUnit:
      var filter = Filter()
      try filter.cut(to: scope, table: "cases", units: true, on: connection)
      let rows = try connection.rows(
        "SELECT stage, count(*) FROM cases WHERE \(filter.text) GROUP BY stage", filter.values
      ) { ($0.text(0), $0.integer(1)) }
      counts = Dictionary(uniqueKeysWithValues: rows)
    }
    return CaseCounts(byStage: counts.filter { $0.value != 0 }.mapValues(Int.init))
  }

  private func isTallied(_ area: ID<Area>) throws(SQLiteFault) -> Bool {
    let column = try Depths(connection: connection).areaColumn(area)
    return column.map { PathColumns.areas[1...AreaLevel.street.depth].contains($0) } ?? true
  }
}

extension Scope {
  var soleArea: ID<Area>? { if case .area(let area) = self { area } else { nil } }
  var soleUnit: ID<Unit>? { if case .unit(let unit) = self { unit } else { nil } }
}

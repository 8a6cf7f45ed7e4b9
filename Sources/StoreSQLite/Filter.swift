import City
import Ports

/// Conditions of a list, gathered as SQL text of ours and values of the caller's.
struct Filter {
  private var conditions: [String] = []
  private(set) var values: [SQLValue] = []

  /// Nothing can fit: the list is empty without asking.
  private(set) var isNever = false

  var text: String { conditions.isEmpty ? "1" : conditions.joined(separator: " AND ") }

  mutating func add(_ condition: String, _ values: SQLValue...) {
    conditions.append(condition)
    self.values += values
  }

  /// Lets nothing through. A constant alone would leave a partial index without its condition.
  mutating func addNothing() {
    isNever = true
    conditions.append("0")
  }

  mutating func add(_ column: String, in words: [String]) {
    let marks = words.map { _ in "?" }.joined(separator: ", ")
    conditions.append("\(column) IN (\(marks))")
    values += words.map { .text($0) }
  }

  mutating func add<Subject>(_ column: String, _ id: ID<Subject>?) {
    if let id { add("\(column) = ?", id.sql) }
  }
}

/// How deep an area or unit lies, which names the column that holds it.
struct Depths {
  let connection: Connection

  /// nil where there is no such area.
  func areaColumn(_ id: ID<Area>) throws(SQLiteFault) -> String? {
    let level = try connection.row("SELECT level FROM areas WHERE id = ?", [id.sql]) { $0.text(0) }
    guard let level = level.flatMap(AreaLevel.init(rawValue:)) else { return nil }
    return PathColumns.areas[level.depth]
  }

  /// nil where there is no such area, or it is the root.
  func parent(of id: ID<Area>) throws(SQLiteFault) -> ID<Area>? {
    try connection.row("SELECT parent FROM areas WHERE id = ?", [id.sql]) { row -> ID<Area>? in
      row.optionalID(0)
    } ?? nil
  }

  /// nil where there is no such unit.
  func unitColumn(_ id: ID<Unit>) throws(SQLiteFault) -> String? {
    var depth = -1
    var current: Int64? = id.rawValue
    while let unit = current, depth < UnitPath.depthMax - 1 {
      let parent = try connection.row("SELECT parent FROM units WHERE id = ?", [.integer(unit)]) {
        $0.optionalInteger(0)
      }
      guard let parent else { return nil }
      depth += 1
      current = parent
    }
    return depth < 0 ? nil : PathColumns.units[depth]
  }
}

extension Filter {
  /// Cuts to what the caller may see; a scope over an unknown area or unit shows nothing.
  mutating func cut(
    to scope: Scope, table: String, units: Bool, on connection: Connection
  ) throws(SQLiteFault) {
    let depths = Depths(connection: connection)
    switch scope {
    case .everything: break
    case .area(let area):
      try cut(area: area, table: table, on: connection)
    case .unit(let unit):
      guard units, let column = try depths.unitColumn(unit) else { return addNothing() }
      add("\(table).\(column) = ?", unit.sql)
    case .areaOrUnit(let area, let unit):
      let areaColumn = try depths.areaColumn(area)
      let unitColumn = units ? try depths.unitColumn(unit) : nil
      switch (areaColumn, unitColumn) {
      case (let areaColumn?, let unitColumn?):
        add(
          "(\(table).\(areaColumn) = ? OR \(table).\(unitColumn) = ?)", area.sql, unit.sql)
      case (let areaColumn?, nil): add("\(table).\(areaColumn) = ?", area.sql)
      case (nil, let unitColumn?): add("\(table).\(unitColumn) = ?", unit.sql)
      case (nil, nil): addNothing()
      }
    }
  }

  mutating func cut(area: ID<Area>?, table: String, on connection: Connection) throws(SQLiteFault) {
    guard let area else { return }
    let depths = Depths(connection: connection)
    guard let column = try depths.areaColumn(area) else { return addNothing() }
    add("\(table).\(column) = ?", area.sql)
    // Grids have no index of their own: their neighbourhood's leads to few enough rows.
    if column == PathColumns.areas.last, let parent = try depths.parent(of: area) {
      add("\(table).\(PathColumns.areas[AreaLevel.neighbourhood.depth]) = ?", parent.sql)
    }
  }

  mutating func cut(unit: ID<Unit>?, table: String, on connection: Connection) throws(SQLiteFault) {
    guard let unit else { return }
    guard let column = try Depths(connection: connection).unitColumn(unit) else {
      return addNothing()
    }
    add("\(table).\(column) = ?", unit.sql)
  }
}

/// Reads one page, newest first.
struct PageReading<Record: Sendable> {
  let table: Table<Record>
  let id: (Record) -> Int64

  /// - Parameters:
  ///   - source: what follows FROM, the table with its index or a join.
  ///   - key: the column that orders the list.
  func page(
    _ filter: Filter, _ request: PageRequest, source: String? = nil, key: String? = nil,
    on connection: Connection
  ) throws(SQLiteFault) -> Page<Record> {
    guard !filter.isNever else { return Page(elements: [], next: nil) }
    var filter = filter
    let key = key ?? "\(table.name).id"
    if let before = request.before { filter.add("\(key) < ?", .integer(before)) }
    let columns = table.columns.map { "\(table.name).\($0)" }.joined(separator: ", ")
    // One more than asked tells whether there is a next page.
    let sql = """
      SELECT \(columns) FROM \(source ?? table.name) WHERE \(filter.text)
      ORDER BY \(key) DESC LIMIT \(request.limit + 1)
      """
    let rows = try connection.rows(sql, filter.values, table.read)
    let elements = Array(rows.prefix(request.limit))
    return Page(
      elements: elements, next: rows.count > request.limit ? elements.last.map(id) : nil)
  }

  /// Every record, newest first, no more than a page of them in memory at once.
  func each(on connection: Connection, _ take: (Record) -> Void) throws(SQLiteFault) {
    var before: Int64?
    repeat {
      let request = PageRequest(limit: PageRequest.limitMax, before: before)
      let page = try page(Filter(), request, on: connection)
      page.elements.forEach(take)
      before = page.next
    } while before != nil
  }

  /// Ids looked up at once while a page fills.
  static var idsMax: Int { 2_000 }

  /// The same among rows that were found already.
  ///
  /// - Parameter ids: descending, all smaller than the request's `before`.
  func page(
    _ filter: Filter, _ request: PageRequest, among ids: [Int64], on connection: Connection
  ) throws(SQLiteFault) -> Page<Record> {
    var elements: [Record] = []
    var start = 0
    while start < ids.count {
      let part = ids[start..<min(start + Self.idsMax, ids.count)]
      start += part.count
      var narrowed = filter
      narrowed.add(
        "\(table.name).id IN (SELECT value FROM json_each(?))",
        .text("[" + part.map(String.init).joined(separator: ",") + "]"))
      let room = request.limit - elements.count
      let found = try page(
        narrowed, PageRequest(limit: max(room, 1), before: nil),
        source: "\(table.name) NOT INDEXED", on: connection)
      if room > 0 { elements += found.elements }
      // A full page is the last one only where nothing further fits.
      if found.next != nil || (room == 0 && !found.elements.isEmpty) {
        return Page(elements: elements, next: elements.last.map(id))
      }
    }
    return Page(elements: elements, next: nil)
  }
}

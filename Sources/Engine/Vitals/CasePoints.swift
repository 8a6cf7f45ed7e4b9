package import City
package import Evaluating
package import Ports

/// Which cases a map shows; nil filters do not filter.
package struct CasePointQuery: Hashable, Sendable {
  package var scope: Scope
  package var open: Bool?
  package var item: String?
  package var grade: Grade?
  package var channel: Channel?
  package var area: ID<Area>?
  package var unit: ID<Unit>?
  /// Included.
  package var filedFrom: Instant?
  /// Not included.
  package var filedTo: Instant?

  package init(scope: Scope) {
    self.scope = scope
  }
}

/// Cases as points: rows of the book, the newest first, and the items that they name by number.
package struct CasePoints: Sendable {
  package let rows: [CaseRow]
  package let items: [String]
  /// Cases that fit, those without a place and those beyond the limit too.
  package let total: Int
}

/// What one unit has in hand.
package struct UnitLoad: Sendable {
  package let unit: ID<Unit>
  package let open: Int
  package let overdue: Int
}

extension VitalDesk {
  /// Points of one answer.
  package static let pointsShownMax = 200_000

  /// Cases with a place that fit a question. Call `follow` before.
  package func points(_ query: CasePointQuery) -> CasePoints {
    let sieve = CaseSieve(query, cases)
    var rows: [CaseRow] = []
    var total = 0
    for row in cases.rows.reversed() where sieve.holds(row) {
      total += 1
      if row.hasPosition, rows.count < Self.pointsShownMax { rows.append(row) }
    }
    return CasePoints(rows: rows, items: cases.items.values, total: total)
  }

  /// What each unit that the scope holds has in hand, by unit. Call `follow` before.
  package func loads(scope: Scope) -> [UnitLoad] {
    var query = CasePointQuery(scope: scope)
    query.open = true
    let sieve = CaseSieve(query, cases)
    let now = engine.time.now.milliseconds
    var found: [ID<Unit>: (open: Int, overdue: Int)] = [:]
    for row in cases.rows where sieve.holds(row) {
      guard let unit = cases.units[row.unit]?.innermost else { continue }
      found[unit, default: (0, 0)].open += 1
      if row.due != CaseRow.never, row.due < now { found[unit, default: (0, 0)].overdue += 1 }
    }
    return found.sorted { $0.key < $1.key }.map {
      UnitLoad(unit: $0.key, open: $0.value.open, overdue: $0.value.overdue)
    }
  }
}

/// Tells which rows of a book fit a question; paths are compared once each, not once a row.
private struct CaseSieve {
  private let query: CasePointQuery
  private let item: Int32?
  private let grade: UInt8?
  private let channel: UInt8?
  private let areas: [AreaPath]
  private let units: [UnitPath]
  private let unitsFit: [Bool]
  private let areasFit: [Bool]

  init(_ query: CasePointQuery, _ book: CaseBook) {
    self.query = query
    // An item that no case ever had fits none.
    item = query.item.map { book.items.find($0) ?? Int32.min }
    grade = query.grade.flatMap { Grade.allCases.firstIndex(of: $0) }.map { UInt8($0) }
    channel = query.channel.flatMap { Channel.allCases.firstIndex(of: $0) }.map { UInt8($0) }
    areas = book.areas.values
    units = book.units.values
    areasFit = areas.map { path in query.area.map { path.lies(in: $0) } ?? true }
    unitsFit = units.map { path in query.unit.map { path.lies(in: $0) } ?? true }
  }

  func holds(_ row: CaseRow) -> Bool {
    if let open = query.open, row.isClosed == open { return false }
    if let item, row.item != item { return false }
    if let grade, row.grade != grade { return false }
    if let channel, row.channel != channel { return false }
    if let from = query.filedFrom, row.filedAt < from.milliseconds { return false }
    if let to = query.filedTo, row.filedAt >= to.milliseconds { return false }
    guard row.area < 0 ? query.area == nil : areasFit[Int(row.area)] else { return false }
    guard row.unit < 0 ? query.unit == nil : unitsFit[Int(row.unit)] else { return false }
    if case .everything = query.scope { return true }
    return query.scope.holds(
      area: row.area < 0 ? .outside : areas[Int(row.area)],
      unit: row.unit < 0 ? .none : units[Int(row.unit)])
  }
}

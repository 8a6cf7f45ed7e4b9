package import City

/// What a wall shows of cases: numbers, and no case but the gravest.
package struct WallFigures: Sendable {
  /// Red and orange cases that are named at once.
  package static let graveMax = 24

  package private(set) var filedToday = 0
  package private(set) var closedToday = 0
  package private(set) var open = 0
  package private(set) var overdue = 0
  /// Open cases by grade, in the order of `Grade.allCases`.
  package private(set) var openByGrade = [Int](repeating: 0, count: Grade.allCases.count)
  /// Places of the open cases.
  package private(set) var points: [(longitude: Double, latitude: Double)] = []
  /// Open red and orange cases: the graver first, of each grade the newest first.
  package private(set) var grave: [ID<Case>] = []
  /// By street: open, overdue, closed this month, of them in time.
  package private(set) var streets: [ID<Area>: Street] = [:]

  /// One street's numbers.
  package struct Street: Hashable, Sendable {
    package internal(set) var open = 0
    package internal(set) var overdue = 0
    package internal(set) var closed = 0
    package internal(set) var inTime = 0
  }

  /// - Parameters:
  ///   - now: decides what is overdue.
  ///   - today: the beginning of the city's day.
  ///   - since: from when on closed cases count for their street.
  ///   - pointsMax: points beyond are left out, the oldest first.
  ///   - sees: what the wall's scope holds.
  package init(
    _ book: CaseBook, now: Instant, today: Instant, since: Instant, pointsMax: Int,
    sees: (AreaPath, UnitPath) -> Bool
  ) {
    let grades = Grade.allCases
    var seen: [Int64: Bool] = [:]
    for row in book.rows.reversed() {
      let key = Int64(row.area) << 32 | Int64(UInt32(bitPattern: row.unit))
      let isSeen =
        seen[key] ?? sees(book.areas[row.area] ?? .outside, book.units[row.unit] ?? .none)
      seen[key] = isSeen
      guard isSeen else { continue }
      if row.filedAt >= today.milliseconds { filedToday += 1 }
      let street = book.areas[row.area]?[.street]
      if row.isClosed {
        if row.closedAt >= today.milliseconds { closedToday += 1 }
        guard row.closedAt >= since.milliseconds, let street else { continue }
        streets[street, default: Street()].closed += 1
        streets[street, default: Street()].inTime += row.isInTime ? 1 : 0
        continue
      }
      let isOverdue = row.due != CaseRow.never && row.due < now.milliseconds
      open += 1
      overdue += isOverdue ? 1 : 0
      openByGrade[Int(row.grade)] += 1
      if row.hasPosition, points.count < pointsMax { points.append((row.longitude, row.latitude)) }
      if let street {
        streets[street, default: Street()].open += 1
        streets[street, default: Street()].overdue += isOverdue ? 1 : 0
      }
    }
    for grade in grades.prefix(2) {
      let number = UInt8(grades.firstIndex(of: grade) ?? 0)
      for row in book.rows.reversed() where row.grade == number && !row.isClosed {
        guard grave.count < Self.graveMax else { break }
        let key = Int64(row.area) << 32 | Int64(UInt32(bitPattern: row.unit))
        if seen[key] == true { grave.append(ID(row.id)) }
      }
    }
  }
}

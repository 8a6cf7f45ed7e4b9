import City
import Pack

/// What the cases of a place or unit come to over a period: the columns of league tables.
package struct PlaceFigures: Hashable, Sendable {
  package var filed = 0
  package var dispatched = 0
  package var contacted = 0
  /// Dispatched with the first contact within the time allowed.
  package var contactedInTime = 0
  package var closed = 0
  package var closedInTime = 0
  package var reworked = 0
  package var returned = 0
  package var notConfirmed = 0
  package var handlingMilliseconds: Int64 = 0
  /// Closed in time if its kinds of cases had gone as they go in the whole city.
  package var expectedInTime = 0.0
  package var weight: Int64 = 0
  package var weightInTime: Int64 = 0

  package init() {}

  /// Closed in time, of closed, 0 to 1; nil where nothing was closed.
  package var inTimeRate: Double? { Self.rate(closedInTime, closed) }
  package var contactRate: Double? { Self.rate(contactedInTime, dispatched) }
  package var reworkRate: Double? { Self.rate(reworked, closed) }
  package var returnRate: Double? { Self.rate(returned, dispatched) }
  package var handlingHours: Double? {
    closed > 0 ? Double(handlingMilliseconds) / Double(Duration.hour) / Double(closed) : nil
  }

  /// The in-time rate after taking out what kinds of cases it got (indirect standardisation):
  /// observed by expected, times the rate of all.
  /// - Returns: nil where nothing was closed or nothing would have been in time; at most 1.
  package func adjustedInTime(overall: Double) -> Double? {
    guard closed > 0, expectedInTime > 0 else { return nil }
    return min(1, Double(closedInTime) / expectedInTime * overall)
  }

  private static func rate(_ part: Int, _ whole: Int) -> Double? {
    whole > 0 ? min(1, Double(part) / Double(whole)) : nil
  }
}

/// Counts the figures of many groups in one pass over the rows.
package struct FigureTable: Sendable {
  /// 先行联系: the first contact is due within so many minutes of the dispatch.
  package static let contactMinutes: Int64 = 60

  package private(set) var groups: [Int32: PlaceFigures] = [:]
  package private(set) var overall = PlaceFigures()

  /// - Parameter group: to which groups a row counts.
  package init(
    _ book: CaseBook, period: Period, group: (CaseRow) -> [Int32]
  ) {
    // How each item goes in the whole city, for the comparison that is fair to the mix.
    var closed = [Int](repeating: 0, count: book.items.values.count + 1)
    var inTime = closed
    for row in book.rows where row.isClosed && period.holds(row.closedAt) && Self.counts(row) {
      closed[Int(row.item) + 1] += 1
      if row.isInTime { inTime[Int(row.item) + 1] += 1 }
    }
    let expected = zip(inTime, closed).map { $1 > 0 ? Double($0) / Double($1) : 0 }
    for row in book.rows {
      guard let figures = Self.figures(row, period, expected) else { continue }
      overall.add(figures)
      for number in group(row) { groups[number, default: PlaceFigures()].add(figures) }
    }
  }

  /// What was set aside, or was no problem, says nothing of a unit's work.
  static func counts(_ row: CaseRow) -> Bool {
    row.verdict < 0 || Verdict.allCases[Int(row.verdict)] == .passed
      || Verdict.allCases[Int(row.verdict)] == .rework
  }

  private static func figures(
    _ row: CaseRow, _ period: Period, _ expected: [Double]
  ) -> PlaceFigures? {
    var figures = PlaceFigures()
    var isMeant = false
    if period.holds(row.filedAt) {
      figures.filed = 1
      isMeant = true
    }
    if row.dispatchedAt != CaseRow.never, period.holds(row.dispatchedAt) {
      isMeant = true
      figures.dispatched = 1
      if let contact = row.contactMilliseconds {
        figures.contacted = 1
        figures.contactedInTime = contact <= contactMinutes * Duration.minute ? 1 : 0
      }
      figures.returned = row.returns > 0 ? 1 : 0
    }
    if row.isClosed, period.holds(row.closedAt) {
      isMeant = true
      if counts(row) {
        figures.closed = 1
        figures.closedInTime = row.isInTime ? 1 : 0
        figures.reworked = row.reworks > 0 ? 1 : 0
        figures.handlingMilliseconds = row.handlingMilliseconds
        figures.expectedInTime = expected[Int(row.item) + 1]
        figures.weight = Int64(row.weight)
        figures.weightInTime = row.isInTime ? Int64(row.weight) : 0
      } else if Verdict.allCases[Int(row.verdict)] == .notConfirmed {
        figures.notConfirmed = 1
      }
    }
    return isMeant ? figures : nil
  }
}

extension PlaceFigures {
  fileprivate mutating func add(_ other: PlaceFigures) {
    filed += other.filed
    dispatched += other.dispatched
    contacted += other.contacted
    contactedInTime += other.contactedInTime
    closed += other.closed
    closedInTime += other.closedInTime
    reworked += other.reworked
    returned += other.returned
    notConfirmed += other.notConfirmed
    handlingMilliseconds += other.handlingMilliseconds
    expectedInTime += other.expectedInTime
    weight += other.weight
    weightInTime += other.weightInTime
  }
}

package import City
import Glibc

/// Looks for what is out of the ordinary: which unit, item, street or neighbourhood, and since when.
///
/// A scan statistic (Kulldorff). Troubles are shares: what a group came to since a day is held
/// against everything else in the window, by the likelihood of both under one share and under two.
/// Gatherings are counts: what came since a day is held against what the group would have had if
/// its cases were spread over the days like those of all (space-time permutation), so that a place
/// that was always busy is none. The surest is told first; its cases are set aside, and the rest is
/// looked through again, so that one fault is not told under five names. Nothing is learned, and no
/// group is known beforehand.
package struct IrregularitySearch: Sendable {
  /// How surely none of the irregularities is chance, all groups and days together: 1 of so many reports
  /// of a city without faults would hold one.
  package static let reportsPerChance = 100.0
  /// Fewer cases say nothing.
  package static let countLeast = 6
  /// A share, or a number, must be so many times what it would be.
  package static let liftLeast = 1.5
  package static let irregularitiesMax = 12
  /// Days that are looked back over at most, the period among them.
  package static let daysMax = 400
  /// Before a fault began a group must have had so many cases for the beginning to be known.
  static let beforeLeast = 5

  let book: CaseBook
  let period: Period
  /// Where the window begins, and its days.
  let from: Instant
  let days: Int

  /// - Parameter from: the first day that is looked at, local midnight; the period's own beginning
  ///   or earlier.
  package init(_ book: CaseBook, period: Period, from: Instant) {
    self.book = book
    self.period = period
    let most = period.to.advanced(byMilliseconds: -Int64(Self.daysMax) * Duration.day)
    let first = max(from, most)
    self.from = first
    days = max(
      0, Int((period.to.millisecondsSince(first) + Duration.day - 1) / Duration.day))
  }

  /// The surest first.
  package func irregularities() -> [Irregularity] {
    guard days > 1 else { return [] }
    let inWindow = book.rows.indices.filter { index in
      let at = book.rows[index].filedAt
      return at >= from.milliseconds && at < period.to.milliseconds
    }
    guard !inWindow.isEmpty else { return [] }
    let groupings = Grouping.all(book, rows: inWindow)
    var shares = TroubleTables(self, rows: inWindow, groupings: groupings)
    var counts = GatheringTables(self, rows: inWindow, groupings: groupings)
    let tried = Double(shares.groups + counts.groups) * (1 + log2(Double(days)))
    let weightLeast = log(tried * Self.reportsPerChance / 2)
    var found: [Irregularity] = []
    while found.count < Self.irregularitiesMax {
      let best = [shares.best(), counts.best()].compactMap { $0 }.max { $0.weight < $1.weight }
      guard let best, best.weight >= weightLeast else { break }
      if best.form == .gathering { counts.setAside(best) } else { shares.setAside(best) }
      if Set(best.rows).count >= Self.countLeast { found.append(best) }
    }
    return found
  }

  /// The day of the window on which a case was filed.
  func day(_ row: CaseRow) -> Int {
    Int((row.filedAt - from.milliseconds) / Duration.day)
  }

  func start(ofDay day: Int) -> Instant {
    from.advanced(byMilliseconds: Int64(day) * Duration.day)
  }
}

/// One respect in which cases are put into groups; a case may be in several groups, or in none.
struct Grouping {
  let subjects: [Irregularity.Subject]
  /// Of each row of a book.
  let groups: (CaseRow) -> [Int]

  /// Unit (and units above it), street, neighbourhood, item; then item within street and within
  /// neighbourhood, which only gatherings are looked for in.
  /// - Parameter rows: only pairs that come among these rows are groups.
  static func all(
    _ book: CaseBook, rows: [Int]
  ) -> (single: [Grouping], pairs: [Grouping]) {
    let streets = byArea(book, .street)
    let neighbourhoods = byArea(book, .neighbourhood)
    let items = Grouping(
      subjects: book.items.values.map { Irregularity.Subject(item: $0) },
      groups: { $0.item >= 0 ? [Int($0.item)] : [] })
    return (
      [byUnit(book), streets, neighbourhoods, items],
      [streets, neighbourhoods].map { pair(items, $0, rows.lazy.map { book.rows[$0] }) }
    )
  }

  private static func byArea(_ book: CaseBook, _ level: AreaLevel) -> Grouping {
    var list = NumberedList<ID<Area>>()
    let numbers = book.areas.values.map { path in
      path[level].map { [Int(list.number(of: $0))] } ?? []
    }
    return Grouping(
      subjects: list.values.map { Irregularity.Subject(area: $0) },
      groups: { $0.area >= 0 ? numbers[Int($0.area)] : [] })
  }

  /// All units of a path but the one that all belong to.
  private static func byUnit(_ book: CaseBook) -> Grouping {
    var list = NumberedList<ID<Unit>>()
    let numbers = book.units.values.map { path in
      path.units.dropFirst().map { Int(list.number(of: $0)) }
    }
    return Grouping(
      subjects: list.values.map { Irregularity.Subject(unit: $0) },
      groups: { $0.unit >= 0 ? numbers[Int($0.unit)] : [] })
  }

  private static func pair(
    _ first: Grouping, _ second: Grouping, _ rows: some Sequence<CaseRow>
  ) -> Grouping {
    let width = second.subjects.count
    func key(_ row: CaseRow) -> Int? {
      guard let left = first.groups(row).first, let right = second.groups(row).first else {
        return nil
      }
      return left * width + right
    }
    var list = NumberedList<Int>()
    for row in rows {
      if let key = key(row) { _ = list.number(of: key) }
    }
    let known = list
    return Grouping(
      subjects: known.values.map {
        Irregularity.Subject(
          item: first.subjects[$0 / width].item, area: second.subjects[$0 % width].area)
      },
      groups: { row in key(row).flatMap { known.find($0) }.map { [Int($0)] } ?? [] })
  }
}

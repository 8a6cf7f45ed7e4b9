import City

/// Looks for places where the same problem comes back again and again.
package enum RepeatedPlaces {
  /// Cases of one item nearer than this to one of them are of one place.
  package static let reachMetres = 60.0
  /// So many in the period at least, and in every `daysPerCase` days one.
  package static let countLeast = 5
  package static let daysPerCase: Int64 = 5
  /// A longer rest before is the beginning.
  package static let restDays: Int64 = 14
  package static let irregularitiesMax = 5

  private struct Spot: Hashable {
    let item: Int32
    let east: Int
    let north: Int
  }

  /// The most frequent first.
  /// - Parameters:
  ///   - points: where each of `rows`, places in the book, lies; in the same order. All of them may
  ///     tell since when; the period's alone are counted.
  package static func irregularities(
    _ book: CaseBook, rows: [Int], points: [GroundPoint], period: Period
  ) -> [Irregularity] {
    let cells = Dictionary(grouping: rows.indices.filter { book.rows[rows[$0]].item >= 0 }) {
      spot(book.rows[rows[$0]].item, points[$0])
    }
    var taken: Set<Int> = []
    func members(around middle: Int) -> [Int] {
      let own = spot(book.rows[rows[middle]].item, points[middle])
      var near: [Int] = []
      for east in own.east - 1...own.east + 1 {
        for north in own.north - 1...own.north + 1 {
          let cell = Spot(item: own.item, east: east, north: north)
          near += (cells[cell] ?? []).filter {
            !taken.contains($0)
              && points[$0].squaredDistance(to: points[middle]) <= reachMetres * reachMetres
          }
        }
      }
      return near
    }
    func isNow(_ place: Int) -> Bool { period.holds(book.rows[rows[place]].filedAt) }
    let least = max(countLeast, Int(period.milliseconds / (daysPerCase * Duration.day)))
    // Where a cell and those around it hold too few, no place in it holds enough.
    var open = cells.filter { spot, _ in
      (spot.east - 1...spot.east + 1).reduce(0) { sum, east in
        (spot.north - 1...spot.north + 1).reduce(sum) { sum, north in
          sum + (cells[Spot(item: spot.item, east: east, north: north)] ?? []).count(where: isNow)
        }
      } >= least
    }.values.joined().filter(isNow)
    var found: [Irregularity] = []
    while found.count < irregularitiesMax {
      let counted = open.map { ($0, members(around: $0).count(where: isNow)) }
      guard
        let (middle, count) = counted.max(by: { left, right in
          (left.1, -rows[left.0]) < (right.1, -rows[right.0])
        }), count >= least
      else { break }
      let own = members(around: middle)
      found.append(irregularity(book, own.map { rows[$0] }, period))
      taken.formUnion(own)
      open.removeAll { taken.contains($0) }
    }
    return found
  }

  private static func spot(_ item: Int32, _ point: GroundPoint) -> Spot {
    Spot(
      item: item, east: Int((point.east / reachMetres).rounded(.down)),
      north: Int((point.north / reachMetres).rounded(.down)))
  }

  private static func irregularity(_ book: CaseBook, _ rows: [Int], _ period: Period)
    -> Irregularity
  {
    let newest = rows.sorted { book.rows[$0].filedAt > book.rows[$1].filedAt }
      .filter { book.rows[$0].filedAt < period.to.milliseconds }
    var run: [Int] = []
    for row in newest {
      if let last = run.last,
        book.rows[last].filedAt - book.rows[row].filedAt > restDays * Duration.day
      {
        break
      }
      run.append(row)
    }
    let count = run.count { period.holds(book.rows[$0].filedAt) }
    return Irregularity(
      form: .repeating, subject: Irregularity.Subject(item: book.items[book.rows[rows[0]].item]),
      since: run.last.map { Instant(milliseconds: book.rows[$0].filedAt) }, count: count,
      of: count, expected: 0, weight: 0, rows: run)
  }
}

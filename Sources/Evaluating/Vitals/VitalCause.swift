package import City
package import Pack

/// What moved a vital: where, with which items and units, since when, in which cases.
package struct VitalCause: Hashable, Sendable {
  package static let moversMax = 3
  package static let casesMax = 5

  /// A part of the whole, with how many of the cases behind the number it has, now and before.
  package struct Mover: Hashable, Sendable {
    /// What sort of part it is, and which.
    package enum Part: Hashable, Sendable {
      case area(ID<Area>)
      case item(String)
      case unit(ID<Unit>)
      case device(ID<Thing>)
    }
    package let part: Part
    package let now: Double
    package let before: Double

    package init(part: Part, now: Double, before: Double) {
      self.part = part
      self.now = now
      self.before = before
    }
  }

  /// How many cases, or hours of devices, stand behind the number.
  package let count: Double
  /// The largest parts of each sort, the largest first.
  package let areas: [Mover]
  package let items: [Mover]
  package let units: [Mover]
  package let devices: [Mover]
  /// The newest cases behind the number.
  package let cases: [ID<Case>]
  /// From when on the number lies on another level; nil = it did not change at one moment.
  package let since: Instant?

  package init(
    count: Double, areas: [Mover] = [], items: [Mover] = [], units: [Mover] = [],
    devices: [Mover] = [], cases: [ID<Case>] = [], since: Instant? = nil
  ) {
    self.count = count
    self.areas = areas
    self.items = items
    self.units = units
    self.devices = devices
    self.cases = cases
    self.since = since
  }

  /// The same, with when it began.
  package func since(_ instant: Instant?) -> VitalCause {
    VitalCause(
      count: count, areas: areas, items: items, units: units, devices: devices, cases: cases,
      since: instant)
  }
}

/// Looks through the cases behind a vital.
package struct CaseCauses: Sendable {
  private let book: CaseBook
  private let catalogue: Catalogue
  private let places: PlaceTable

  package init(book: CaseBook, catalogue: Catalogue, places: PlaceTable) {
    self.book = book
    self.catalogue = catalogue
    self.places = places
  }

  /// What stands behind a vital in a place over a period; nil where it is not counted of cases.
  ///
  /// Behind a number whose smallness is bad stand the cases that are counted in `per` but not in
  /// `count`: those that were not in time, not contacted, sent back.
  package func cause(of vital: Vital, place: Int, period: Period) -> VitalCause? {
    guard case .cases(let wanted) = vital.count else { return nil }
    let count = CaseCount(wanted, book: book, catalogue: catalogue)
    var whole: CaseCount?
    if vital.worse == .below, case .cases(let per)? = vital.per {
      whole = CaseCount(per, book: book, catalogue: catalogue)
    }
    let now = rows(count, whole, place, period)
    let before = rows(count, whole, place, period.earlier(1))
    let depth = max(0, places.depths[place]) + 1
    return VitalCause(
      count: now.reduce(0) { $0 + $1.amount },
      areas: movers(now, before) { row in
        guard let path = book.areas[row.area]?.areas, path.count > depth else { return nil }
        return .area(path[depth])
      },
      items: movers(now, before) { book.items[$0.item].map { .item($0) } },
      units: movers(now, before) { book.units[$0.unit]?.innermost.map { .unit($0) } },
      cases: now.map(\.row).sorted { $0.id > $1.id }.prefix(VitalCause.casesMax).map { ID($0.id) })
  }

  private typealias Counted = (row: CaseRow, amount: Double)

  private func rows(
    _ count: CaseCount, _ whole: CaseCount?, _ place: Int, _ period: Period
  ) -> [Counted] {
    var found: [Counted] = []
    let inPlace = book.areas.values.map { holds($0, .none, place) }
    let ofUnit = book.units.values.map { holds(.outside, $0, place) }
    for row in book.rows {
      let isHere =
        row.area >= 0 && inPlace[Int(row.area)] || row.unit >= 0 && ofUnit[Int(row.unit)]
      guard isHere else { continue }
      if let whole {
        guard whole.fits(row), counts(whole, row, period) else { continue }
        if !(count.fits(row) && counts(count, row, period)) { found.append((row, 1)) }
      } else if count.fits(row), counts(count, row, period) {
        found.append((row, count.amount(row)))
      }
    }
    return found
  }

  private func counts(_ count: CaseCount, _ row: CaseRow, _ period: Period) -> Bool {
    guard let moment = count.moment(row) else { return false }
    switch count.quantity.moment {
    case .open, .overdue:
      return moment < period.to.milliseconds
        && (count.end(row).map { $0 >= period.to.milliseconds } ?? true)
    default: return period.holds(moment)
    }
  }

  private func holds(_ area: AreaPath, _ unit: UnitPath, _ place: Int) -> Bool {
    switch places.places[place] {
    case .area(let id): area.lies(in: id)
    case .unit(let id): unit.lies(in: id)
    }
  }

  private func movers(
    _ now: [Counted], _ before: [Counted], _ part: (CaseRow) -> VitalCause.Mover.Part?
  ) -> [VitalCause.Mover] {
    var sums: [VitalCause.Mover.Part: (now: Double, before: Double)] = [:]
    var order: [VitalCause.Mover.Part] = []
    func add(_ counted: Counted, _ isNow: Bool) {
      guard let part = part(counted.row) else { return }
      if sums[part] == nil { order.append(part) }
      if isNow {
        sums[part, default: (0, 0)].now += counted.amount
      } else {
        sums[part, default: (0, 0)].before += counted.amount
      }
    }
    for row in now { add(row, true) }
    for row in before { add(row, false) }
    let all = order.map {
      VitalCause.Mover(part: $0, now: sums[$0]?.now ?? 0, before: sums[$0]?.before ?? 0)
    }
    let ranked = all.enumerated().sorted {
      ($1.element.now, $0.offset) < ($0.element.now, $1.offset)
    }
    return Array(ranked.map(\.element).filter { $0.now > 0 }.prefix(VitalCause.moversMax))
  }
}

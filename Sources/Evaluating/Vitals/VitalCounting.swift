package import City
package import Pack

/// Brings cases, alarms and things into a `VitalBook`: what each row adds where and when.
package struct VitalCounting: Sendable {
  private let cases: [(quantity: Int, count: CaseCount)]
  private let alarms: [(quantity: Int, count: AlarmQuantity)]
  private let things: [(quantity: Int, kinds: Set<String>)]

  package init(book: VitalBook, cases: CaseBook, catalogue: Catalogue) {
    var ofCases: [(Int, CaseCount)] = []
    var ofAlarms: [(Int, AlarmQuantity)] = []
    var ofThings: [(Int, Set<String>)] = []
    for (index, quantity) in book.quantities.enumerated() {
      switch quantity {
      case .cases(let wanted):
        ofCases.append((index, CaseCount(wanted, book: cases, catalogue: catalogue)))
      case .alarms(let wanted): ofAlarms.append((index, wanted))
      case .things(let kinds): ofThings.append((index, Set(kinds)))
      case .observations, .days: break
      }
    }
    self.cases = ofCases
    alarms = ofAlarms
    things = ofThings
  }

  /// Adds a row, or with a sign of −1 takes back what it added.
  package func add(_ row: CaseRow, sign: Double, of rows: CaseBook, to book: inout VitalBook) {
    let places = book.places.numbers(
      area: rows.areas[row.area] ?? .outside, unit: rows.units[row.unit] ?? .none)
    for (quantity, count) in cases where count.fits(row) {
      guard let moment = count.moment(row) else { continue }
      let amount = count.amount(row) * sign
      let isStock = count.quantity.moment == .open || count.quantity.moment == .overdue
      guard isStock else {
        book.add(amount, quantity: quantity, at: moment, places: places)
        continue
      }
      let end = count.end(row)
      // Overdue is what is still open when its time is up.
      if let end, end <= moment { continue }
      book.add(amount, quantity: quantity, at: moment, places: places)
      if let end { book.add(-amount, quantity: quantity, at: end, places: places) }
    }
    if sign > 0 { book.know(casesFrom: Instant(milliseconds: row.filedAt)) }
  }

  /// Takes in what changed since the last time.
  package func take(_ rows: inout CaseBook, into book: inout VitalBook) {
    for (place, before) in rows.takeChanges() {
      if let before { add(before, sign: -1, of: rows, to: &book) }
      add(rows.rows[place], sign: 1, of: rows, to: &book)
    }
  }

  /// Adds an alarm as it stands; with a sign of −1 takes it back.
  package func add(_ alarm: Alarm, sign: Double, to book: inout VitalBook) {
    let places = book.places.numbers(area: alarm.area, unit: alarm.owner)
    for (quantity, wanted) in alarms {
      guard wanted.rules.isEmpty || wanted.rules.contains(alarm.rule),
        wanted.grades.isEmpty || wanted.grades.contains(alarm.state.grade),
        wanted.verdicts.isEmpty || alarm.state.verdict.map(wanted.verdicts.contains) ?? false
      else { continue }
      let opened = alarm.state.openedAt.milliseconds
      switch wanted.moment {
      case .opened: book.add(sign, quantity: quantity, at: opened, places: places)
      case .judged:
        guard alarm.state.verdict != nil else { continue }
        book.add(sign, quantity: quantity, at: opened, places: places)
      case .open:
        book.add(sign, quantity: quantity, at: opened, places: places)
        guard let cleared = alarm.state.clearedAt else { continue }
        book.add(-sign, quantity: quantity, at: cleared.milliseconds, places: places)
      }
    }
  }

  /// Adds a thing from a moment on; with a sign of −1 takes it back from then on.
  package func add(
    _ thing: Thing, sign: Double, at milliseconds: Int64, to book: inout VitalBook
  ) {
    let places = book.places.numbers(area: thing.area, unit: thing.owner)
    for (quantity, kinds) in things where kinds.isEmpty || kinds.contains(thing.kind) {
      book.add(sign, quantity: quantity, at: milliseconds, places: places)
    }
  }
}

package import City
package import Pack

/// Brings cases, alarms and things into a `VitalBook`: what each row adds where and when.
package struct VitalCounting: Sendable {
  private let cases: [(quantity: Int, count: CaseCount)]
  private let alarms: [(quantity: Int, count: AlarmQuantity)]
  private let things: [(quantity: Int, wanted: ThingQuantity)]
  private let gradings: [(quantity: Int, wanted: GradingQuantity)]
  private let kinds: [String: Kind]

  package init(book: VitalBook, cases: CaseBook, catalogue: Catalogue) {
    var ofCases: [(Int, CaseCount)] = []
    var ofAlarms: [(Int, AlarmQuantity)] = []
    var ofThings: [(Int, ThingQuantity)] = []
    var ofGradings: [(Int, GradingQuantity)] = []
    for (index, quantity) in book.quantities.enumerated() {
      switch quantity {
      case .cases(let wanted):
        ofCases.append((index, CaseCount(wanted, book: cases, catalogue: catalogue)))
      case .alarms(let wanted): ofAlarms.append((index, wanted))
      case .things(let wanted): ofThings.append((index, wanted))
      case .gradings(let wanted): ofGradings.append((index, wanted))
      case .observations, .series, .days: break
      }
    }
    self.cases = ofCases
    alarms = ofAlarms
    things = ofThings
    gradings = ofGradings
    kinds = Dictionary(catalogue.kinds.map { ($0.code, $0) }) { first, _ in first }
  }

  /// Adds a row, or with a sign of −1 takes back what it added.
  package func add(_ row: CaseRow, sign: Double, of rows: CaseBook, to book: inout VitalBook) {
    let places = book.places.numbers(
      area: rows.areas[row.area] ?? .outside, unit: rows.units[row.unit] ?? .none)
    let marks = CaseMarks(row)
    // By index: a copy of each count for each row is what most of the time went into.
    for index in cases.indices where cases[index].count.fits(row, marks) {
      guard let moment = cases[index].count.moment(row) else { continue }
      let quantity = cases[index].quantity
      let amount = cases[index].count.amount(row) * sign
      guard cases[index].count.isStock else {
        book.add(amount, quantity: quantity, at: moment, places: places)
        continue
      }
      let end = cases[index].count.end(row)
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
    for (quantity, wanted) in things where fits(thing, wanted) {
      book.add(sign, quantity: quantity, at: milliseconds, places: places)
    }
  }

  private func fits(_ thing: Thing, _ wanted: ThingQuantity) -> Bool {
    guard wanted.kinds.isEmpty || wanted.kinds.contains(thing.kind) else { return false }
    guard !wanted.conditions.isEmpty else { return true }
    guard let kind = kinds[thing.kind] else { return false }
    // Conditions ask for fields alone, so that the day does not matter.
    let facts = ThingRisk(
      thing.attributes, of: kind, today: CivilDate(daysSinceEpoch: 0)
    ) { _, _ in 0 }
    return wanted.conditions.allSatisfy { $0.holds(facts.value($0.input)) }
  }

  /// Adds what a model says of a thing from a moment on; with a sign of −1 takes it back from then on.
  package func add(
    _ grading: Grading, sign: Double, at milliseconds: Int64, to book: inout VitalBook
  ) {
    let places = book.places.numbers(area: grading.area, unit: grading.owner)
    for (quantity, wanted) in gradings
    where wanted.model == grading.model
      && (wanted.grades.isEmpty || wanted.grades.contains(grading.grade))
    {
      book.add(sign, quantity: quantity, at: milliseconds, places: places)
    }
  }
}

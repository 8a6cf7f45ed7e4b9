import City
import Evaluating
import Glibc
import JSONText
import Pack

/// `civicloop bench vitals`: what a new hour of everything costs, and counting a million cases.
enum BenchVitals {
  static let command = Command(
    name: "bench vitals", summary: "what new data of vitals cost, and tables of a million cases",
    usage: "bench vitals [--vitals 500] [--areas 130] [--days 365] [--cases 1000000]",
    example: "civicloop bench vitals --vitals 500 --areas 130 --days 365",
    options: ["vitals", "areas", "days", "cases"]
  ) { arguments in try run(arguments) }

  /// 2025-01-01T00:00 in UTC+8.
  private static let start: Int64 = 1_735_660_800_000
  private static let offset = 8 * Duration.hour

  private static func run(_ arguments: Arguments) throws -> Int32 {
    let count = try arguments.integer("vitals", 500, in: 1...2_000)
    let areas = try arguments.integer("areas", 130, in: 1...1_000)
    let days = try arguments.integer("days", 365, in: 28...730)
    let cases = try arguments.integer("cases", 1_000_000, in: 0...CaseBook.casesMax)
    let update = updates(count, areas, days)
    Output.say("\(count) vitals, \(areas) areas: update \(update.worst) ms at worst")
    let tables = try counted(cases)
    Output.result {
      $0.member("vitals", count)
      $0.member("areas", areas)
      $0.member("hours", days * 24)
      $0.member("fillSeconds", update.fill)
      $0.member("updateMilliseconds", update.worst)
      $0.member("updateProcessorMilliseconds", update.processor)
      $0.member("graded", update.graded)
      $0.member("cases", cases)
      $0.member("crossTableMilliseconds", tables.cross)
      $0.member("figuresMilliseconds", tables.figures)
      $0.member("evaluationMilliseconds", tables.evaluation)
      $0.member("evaluationProcessorMilliseconds", tables.processor)
      $0.member("residentMegabytes", OwnUsage.peakMegabytes)
    }
    return 0
  }

  // MARK: Vitals

  private static func updates(
    _ count: Int, _ areas: Int, _ days: Int
  ) -> (fill: Double, worst: Double, processor: Double, graded: Int) {
    let vitals = (0..<count).map { number in
      Vital(
        code: "vital-\(number)", name: "vital \(number)", aspect: "bench", unit: "", decimals: 1,
        worse: .above, cadence: .hour,
        count: .observations(
          ObservationQuantity(kind: "kind-\(number)", measure: "value", take: .greatest)),
        learned: [
          VitalLimit(grade: .blue, beyond: 3), VitalLimit(grade: .red, beyond: 7),
        ], advice: "", why: "")
    }
    let places = PlaceTable(
      areas: (0..<areas).map {
        Area(
          id: ID(Int64($0 + 1)), parent: nil, level: .neighbourhood, code: String($0),
          name: String($0), outline: nil)
      }, units: [])
    var book = VitalBook(vitals: vitals, places: places, offsetMilliseconds: offset)
    let watch = Stopwatch()
    var draw: UInt64 = 7
    for hour in 0..<days * 24 { addHour(hour, to: &book, &draw) }
    let fill = watch.seconds
    book.know(observationsFrom: Instant(milliseconds: start))
    var (worst, processor, graded) = (0.0, 0.0, 0)
    for hour in days * 24..<days * 24 + 24 {
      let (watch, used) = (Stopwatch(), OwnUsage.processorSeconds)
      addHour(hour, to: &book, &draw)
      graded += read(hour, book)
      worst = max(worst, watch.seconds * 1_000)
      processor = max(processor, (OwnUsage.processorSeconds - used) * 1_000)
    }
    return (fill, worst, processor, graded)
  }

  /// A new hour of every vital in every area: measured, and hours due.
  private static func addHour(_ hour: Int, to book: inout VitalBook, _ draw: inout UInt64) {
    let at = start + Int64(hour) * Duration.hour
    var amounts = ContiguousArray<Float>(repeating: 1, count: book.places.count)
    let ones = amounts
    for (index, quantity) in book.quantities.enumerated() {
      if quantity.observed?.take == .greatest {
        let usual = Float(20 + 10 * sin(Double(hour % 168) / 168 * 2 * .pi + Double(index)))
        for place in amounts.indices {
          draw = draw &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
          amounts[place] = usual + Float(draw >> 40) / Float(1 << 24)
        }
        book.add(amounts, quantity: index, at: at)
      } else {
        book.add(ones, quantity: index, at: at)
      }
    }
  }

  /// Every vital of every area for the new hour, held against its band.
  /// - Returns: how many are not normal.
  private static func read(_ hour: Int, _ book: VitalBook) -> Int {
    let at = Instant(milliseconds: start + Int64(hour) * Duration.hour)
    guard let period = Period(from: at, to: at.advanced(byMilliseconds: Duration.hour)) else {
      return 0
    }
    var graded = 0
    for vital in book.vitals.indices {
      for place in 0..<book.places.count
      where book.state(vital: vital, place: place, period: period).grade != nil {
        graded += 1
      }
    }
    return graded
  }

  // MARK: Cases

  /// What each of the counts took, in milliseconds.
  private struct Counted {
    let cross: Double
    let figures: Double
    /// A league table of units by the first formula of the packs, and its processor time.
    let evaluation: Double
    let processor: Double
  }

  private static func counted(_ count: Int) throws -> Counted {
    let catalogue = try Packs.load(Home.find())
    var book = CaseBook(
      items: catalogue.items.map { ($0.code, $0.weight) },
      contactClocks: catalogue.contactClocks, marks: catalogue.caseMarks,
      keepsChanges: false)
    let items = catalogue.items.map(\.code)
    for number in 0..<count {
      let made = made(number, items)
      book.file(made)
      book.take(order(of: made))
    }
    let units = book.units.values.map { Int32($0.innermost?.rawValue ?? 0) }
    guard
      let year = Period(
        from: Instant(milliseconds: start),
        to: Instant(milliseconds: start + 366 * Duration.day))
    else { throw WorkFault(message: "no period") }
    let crossed = Stopwatch()
    let table = try CrossTable(
      book, rows: .item, columns: .street, filter: CrossTable.Filter(), catalogue: catalogue,
      offsetMilliseconds: offset)
    let cross = crossed.seconds * 1_000
    let counted = Stopwatch()
    let figures = FigureTable(book, period: year) { row in
      row.unit >= 0 ? [units[Int(row.unit)]] : []
    }
    let figured = counted.seconds * 1_000
    guard let formula = catalogue.evaluations.first else {
      throw WorkFault(message: "no pack brings a formula of evaluation")
    }
    let (judged, used) = (Stopwatch(), OwnUsage.processorSeconds)
    let evaluation = Evaluation(formula, book: book, period: year, catalogue: catalogue) { row in
      row.unit >= 0 ? units[Int(row.unit)] : nil
    }
    let evaluated = judged.seconds * 1_000
    let processor = (OwnUsage.processorSeconds - used) * 1_000
    guard table.total == count, figures.overall.filed == count,
      count == 0 || evaluation.lines.first?.points != nil
    else {
      throw WorkFault(message: "counted \(table.total) and \(figures.overall.filed) of \(count)")
    }
    return Counted(
      cross: cross, figures: figured, evaluation: evaluated, processor: processor)
  }

  /// Accepted within the hour, reported back when the case was closed.
  private static func order(of given: Case) -> WorkOrder {
    let opened = given.filing.filedAt
    return WorkOrder(
      id: ID(given.id.rawValue), case: given.id, unit: given.state.unit, staff: nil, state: .done,
      openedAt: opened, due: given.state.due,
      acceptedAt: opened.advanced(byMilliseconds: Duration.hour / 2),
      reportedAt: given.state.closedAt, endedAt: given.state.closedAt)
  }

  private static func made(_ number: Int, _ items: [String]) -> Case {
    let filed = Instant(milliseconds: start + Int64(number) % 365 * Duration.day)
    let area = AreaPath([ID(1), ID(2), ID(Int64(10 + number % 10)), ID(Int64(100 + number % 130))])
    let unit = UnitPath([ID(1_000), ID(Int64(1_001 + number % 60))])
    return Case(
      id: ID(Int64(number + 1)),
      filing: CaseFiling(
        number: CaseNumber(date: CivilDate(daysSinceEpoch: 20_000), serial: number + 1),
        event: ID(Int64(number + 1)), channel: Channel.allCases[number % Channel.allCases.count],
        title: "", text: "", address: "", position: nil, thing: nil, reporter: nil,
        filedAt: filed, flow: FlowReference(code: "standard", version: 1)),
      state: CaseState(
        stage: "closed", item: items[number % items.count], grade: .blue, area: area, unit: unit,
        handler: nil, due: filed.advanced(byMilliseconds: 2 * Duration.day), order: nil,
        since: filed,
        closedAt: filed.advanced(byMilliseconds: Int64(number % 50) * Duration.hour),
        verdict: .passed, version: 5, reworks: number % 17 == 0 ? 1 : 0, returns: 0))
  }
}

import City
import Pack
import Testing

@testable import Evaluating

/// A made-up town of 4 streets with 3 neighbourhoods each, 6 units and 20 items, in which chance
/// rules, and one fault at a time is planted.
struct FaultyTown {
  static let days = 60
  static let periodDays = 20

  /// What becomes of a case where its fault strikes.
  struct Plant: Sendable {
    var share = 0.0
    /// Whether the fault holds for a case; street, neighbourhood, unit and item by number.
    var holds: @Sendable (_ street: Int, _ neighbourhood: Int, _ unit: Int, _ item: Int) -> Bool = {
      _, _, _, _ in false
    }
    var form = Irregularity.Form.late
    var sinceDay = 0
    /// Cases a day that are added; of `gathering` alone.
    var added = 0
  }

  let book: CaseBook
  let period: Period
  let from: Instant

  init(seed: UInt64, plant: Plant = Plant()) {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    func unit() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) * 0x1p-53
    }
    func draw(_ count: Int) -> Int { Int(unit() * Double(count)) }
    var book = CaseBook(items: (0..<20).map { ("item-\($0)", 1_000) }, keepsChanges: false)
    var number = 0
    func file(_ day: Int, _ street: Int, _ neighbourhood: Int, _ answering: Int, _ item: Int) {
      number += 1
      let strikes =
        day >= plant.sinceDay && plant.holds(street, neighbourhood, answering, item)
        && unit() < plant.share
      func isSo(_ form: Irregularity.Form, _ usual: Double) -> Bool {
        strikes && plant.form == form || unit() < usual
      }
      let filed = Self.at(day, unit())
      let isLate = isSo(.late, 0.1)
      let closed = filed.advanced(byMilliseconds: (isLate ? 40 : 10) * Duration.hour)
      let id = ID<Case>(Int64(number))
      let area = AreaPath([
        ID(1), ID(2), ID(Int64(10 + street)), ID(Int64(100 + street * 10 + neighbourhood)),
      ])
      let path = UnitPath([ID(500), ID(Int64(501 + answering))])
      let given = Case(
        id: id,
        filing: CaseFiling(
          number: CaseNumber(date: CivilDate(daysSinceEpoch: 20_000 + day), serial: number),
          event: ID(Int64(number)), channel: .hotline, title: "", text: "", address: "",
          position: nil, thing: nil, reporter: nil, filedAt: filed,
          flow: FlowReference(code: "f", version: 1)),
        state: CaseState(
          stage: "closed", item: "item-\(item)", grade: .blue, area: area, unit: path,
          handler: nil, due: filed.advanced(byMilliseconds: Duration.day), order: nil,
          since: filed, closedAt: closed, verdict: .passed, version: 4,
          reworks: isSo(.reworked, 0.08) ? 1 : 0, returns: isSo(.returned, 0.08) ? 1 : 0))
      book.file(given)
      book.take(
        WorkOrder(
          id: ID(Int64(number)), case: id, unit: path, staff: nil, state: .done, openedAt: filed,
          due: nil,
          acceptedAt: filed, reportedAt: closed, endedAt: closed))
      guard unit() < 0.6 else { return }
      let solved = !isSo(.unsolved, 0.06)
      book.take(
        Judgement(
          signal: ID(Int64(number)), case: id, at: closed, staff: nil, contacted: nil,
          solved: solved,
          satisfaction: isSo(.discontented, 0.1) || !solved ? .dissatisfied : .satisfied,
          words: ""))
    }
    for day in 0..<Self.days {
      for _ in 0..<(80 + draw(40)) { file(day, draw(4), draw(3), draw(6), draw(20)) }
      guard day >= plant.sinceDay, plant.form == .gathering else { continue }
      for _ in 0..<plant.added { file(day, 2, 1, draw(6), 7) }
    }
    self.book = book
    from = Self.at(0, 0)
    let end = Self.at(Self.days, 0)
    period = Period(
      from: end.advanced(byMilliseconds: -Int64(Self.periodDays) * Duration.day), to: end)!
  }

  static func at(_ day: Int, _ part: Double) -> Instant {
    Instant(
      milliseconds: VitalTown.start + Int64(day) * Duration.day
        + Int64(part * Double(Duration.day)))
  }

  func search() -> [Irregularity] {
    IrregularitySearch(book, period: period, from: from).irregularities()
  }
}

@Suite struct IrregularityTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let name: String
    let plant: FaultyTown.Plant
    let subject: Irregularity.Subject
    /// nil = as far back as is looked.
    let sinceDay: Int?
    var testDescription: String { name }
    init(
      _ name: String, _ plant: FaultyTown.Plant, _ subject: Irregularity.Subject, _ sinceDay: Int?
    ) {
      self.name = name
      self.plant = plant
      self.subject = subject
      self.sinceDay = sinceDay
    }
  }

  static let rows: [Row] = [
    Row(
      "a unit late from a day on",
      .init(share: 0.5, holds: { _, _, unit, _ in unit == 3 }, form: .late, sinceDay: 44),
      .init(unit: ID(504)), 44),
    Row(
      "an item sent back all the time",
      .init(share: 0.5, holds: { _, _, _, item in item == 9 }, form: .returned),
      .init(item: "item-9"), nil),
    Row(
      "a street's work done over from a day on",
      .init(share: 0.4, holds: { street, _, _, _ in street == 1 }, form: .reworked, sinceDay: 46),
      .init(area: ID(11)), 46),
    Row(
      "a neighbourhood's closings that are none",
      .init(
        share: 0.7, holds: { $0 == 0 && $1 == 2 && $2 >= 0 && $3 >= 0 }, form: .unsolved,
        sinceDay: 45), .init(area: ID(102)), 45),
    Row(
      "a unit that pleases nobody any more",
      .init(share: 0.6, holds: { _, _, unit, _ in unit == 0 }, form: .discontented, sinceDay: 48),
      .init(unit: ID(501)), 48),
    Row(
      "an item that gathers in a neighbourhood",
      .init(form: .gathering, sinceDay: 50, added: 4),
      .init(item: "item-7", area: ID(121)), 50),
  ]

  @Test("what is planted is told first: what, where, since when", arguments: rows)
  func planted(_ row: Row) throws {
    let seed: UInt64 = 11
    let found = FaultyTown(seed: seed, plant: row.plant).search()
    let first = try #require(found.first, "seed \(seed)")
    #expect(first.form == row.plant.form && first.subject == row.subject, "\(first.subject)")
    if let day = row.sinceDay {
      let since = try #require(first.since)
      let apart = since.millisecondsSince(FaultyTown.at(day, 0)) / Duration.day
      #expect(abs(apart) <= 2, "\(apart) days")
    } else {
      #expect(first.since == nil)
    }
    #expect(first.count == first.rows.count && Double(first.count) > first.expected * 1.4)
    // What one fault explains is not told again under other names.
    #expect(found.count <= 2, "\(found.map { ($0.form, $0.subject) })")
  }

  @Test("a city without faults is told none")
  func none() {
    for seed in UInt64(1)...20 {
      let found = FaultyTown(seed: seed).search()
      #expect(found.isEmpty, "seed \(seed): \(found.map { ($0.form, $0.subject, $0.weight) })")
    }
  }

  @Test("no cases, one case, and one day are nothing out of the ordinary")
  func little() throws {
    let empty = CaseBook(items: [], keepsChanges: false)
    let period = VitalTown.days(0, 20)
    #expect(IrregularitySearch(empty, period: period, from: period.from).irregularities().isEmpty)
    var one = CaseBook(items: [], keepsChanges: false)
    one.file(VitalTown.filed(1, day: 3, closed: 4))
    #expect(IrregularitySearch(one, period: period, from: period.from).irregularities().isEmpty)
    let day = VitalTown.days(3, 4)
    #expect(IrregularitySearch(one, period: day, from: day.from).irregularities().isEmpty)
  }

  @Test("the same at the same place: counted, with the first of the run; what lies apart is not")
  func repeating() throws {
    var book = CaseBook(items: [], keepsChanges: false)
    var points: [GroundPoint] = []
    func file(_ day: Int, _ east: Double, _ item: String = "lamp") {
      let number = points.count + 1
      book.file(VitalTown.filed(number, day: day, closed: day + 1, item: item))
      points.append(GroundPoint(east: east, north: 0))
    }
    file(0, 10)
    for day in stride(from: 30, to: 60, by: 3) { file(day, Double(day % 4) * 10) }
    for day in stride(from: 40, to: 60, by: 3) { file(day, Double(day) * 200 + 5_000) }
    for day in stride(from: 40, to: 60, by: 3) { file(day, 20, day.isMultiple(of: 2) ? "a" : "b") }
    let found = RepeatedPlaces.irregularities(
      book, rows: Array(book.rows.indices), points: points, period: VitalTown.days(40, 60))
    let only = try #require(found.first)
    #expect(found.count == 1 && only.subject.item == "lamp" && only.count == 6)
    #expect(only.since == VitalTown.at(30) && only.rows.count == 10)
  }
}

import City
import Pack
import Testing

@testable import Evaluating

/// A small town: one district with two neighbourhoods, and one unit.
enum VitalTown {
  static let offset = 8 * Duration.hour
  /// 2026-06-01T00:00 (a Monday) in UTC+8.
  static let start: Int64 = 1_780_243_200_000
  static let district = ID<Area>(1)
  static let west = ID<Area>(2)
  static let east = ID<Area>(3)
  static let unit = ID<Unit>(9)
  static let places = PlaceTable(
    areas: [
      Area(id: district, parent: nil, level: .district, code: "d", name: "D", outline: nil),
      Area(id: west, parent: district, level: .neighbourhood, code: "w", name: "W", outline: nil),
      Area(id: east, parent: district, level: .neighbourhood, code: "e", name: "E", outline: nil),
    ],
    units: [
      Unit(
        id: unit, parent: nil, kind: .department, code: "u", name: "U", area: nil, hours: "h",
        duties: [])
    ])

  static func vital(
    _ count: Quantity, per: Quantity? = nil, perLeast: Double = 0, scale: Double = 1,
    worse: RuleSide = .above, limits: [VitalLimit] = [], learned: [VitalLimit] = [],
    cadence: Vital.Cadence = .day, factors: [DatedFactor] = []
  ) -> Vital {
    Vital(
      code: "v", name: "v", aspect: "a", unit: "", decimals: 1, worse: worse, cadence: cadence,
      count: count, per: per, scale: scale, perLeast: perLeast, limits: limits, learned: learned,
      factors: factors, advice: "", why: "")
  }

  static func book(_ vitals: Vital...) -> VitalBook {
    VitalBook(vitals: vitals, places: places, offsetMilliseconds: offset)
  }

  /// Days from the first of June on.
  static func days(_ from: Int, _ to: Int) -> Period {
    Period(
      from: Instant(milliseconds: start + Int64(from) * Duration.day),
      to: Instant(milliseconds: start + Int64(to) * Duration.day))!
  }

  static func observed(
    _ take: ObservationQuantity.Take, limit: Double = 0
  ) -> Quantity {
    .observations(ObservationQuantity(kind: "k", measure: "m", take: take, limit: limit))
  }

  static func state(filed day: Int, closed: Int?, item: String? = "lamp", unit: Bool = true)
    -> CaseState
  {
    CaseState(
      stage: closed == nil ? "handling" : "closed", item: item, grade: .blue,
      area: AreaPath([ID(1), ID(2)]), unit: unit ? UnitPath([VitalTown.unit]) : .none,
      handler: nil, due: at(day + 2), order: nil, since: at(day), closedAt: closed.map { at($0) },
      verdict: closed == nil ? nil : .passed, version: 1, reworks: 0, returns: 0)
  }

  /// Noon of a day.
  static func at(_ day: Int) -> Instant {
    Instant(milliseconds: start + Int64(day) * Duration.day + 12 * Duration.hour)
  }

  static func filed(_ number: Int, day: Int, closed: Int?, item: String? = "lamp") -> Case {
    Case(
      id: ID(Int64(number)),
      filing: CaseFiling(
        number: CaseNumber(date: CivilDate(daysSinceEpoch: 20_000 + day), serial: number),
        event: ID(Int64(number)), channel: .hotline, title: "", text: "", address: "",
        position: nil, thing: nil, reporter: nil, filedAt: at(day),
        flow: FlowReference(code: "f", version: 1)),
      state: state(filed: day, closed: closed, item: item))
  }
}

@Suite struct VitalBookTests {
  private static let filed = Quantity.cases(CaseQuantity(moment: .filed))

  struct Row: Sendable, CustomTestStringConvertible {
    let name: String
    let vital: Vital
    /// Amounts of the book's quantities, in their order, on day 1 at noon in the west.
    let amounts: [Double]
    var casesFrom: Int? = 0
    var observationsFrom: Int? = 0
    let expected: VitalReading
    var testDescription: String { name }
  }

  static let rows: [Row] = [
    Row(
      name: "a count", vital: VitalTown.vital(filed), amounts: [7],
      expected: .value(VitalValue(value: 7, count: 7, per: nil))),
    Row(
      name: "nothing happened is a number", vital: VitalTown.vital(filed), amounts: [],
      expected: .value(VitalValue(value: 0, count: 0, per: nil))),
    Row(
      name: "per day", vital: VitalTown.vital(filed, per: .days), amounts: [7],
      expected: .value(VitalValue(value: 3.5, count: 7, per: 2))),
    Row(
      name: "no case was ever filed", vital: VitalTown.vital(filed), amounts: [], casesFrom: nil,
      expected: .not(.noData)),
    Row(
      name: "before the first case", vital: VitalTown.vital(filed), amounts: [], casesFrom: 5,
      expected: .not(.beforeFirst(VitalTown.at(5)))),
    Row(
      name: "divided by nothing",
      vital: VitalTown.vital(filed, per: .cases(CaseQuantity(moment: .closed))), amounts: [7],
      expected: .not(.nothingToDivide)),
    Row(
      name: "too few to say",
      vital: VitalTown.vital(
        filed, per: .cases(CaseQuantity(moment: .closed)), perLeast: 20), amounts: [7, 19],
      expected: .not(.tooFew(have: 19, need: 20))),
    Row(
      name: "no such device", vital: VitalTown.vital(VitalTown.observed(.means)), amounts: [],
      expected: .not(.unknownField(kind: "k", measure: "m"))),
    Row(
      name: "silent devices", vital: VitalTown.vital(VitalTown.observed(.means)),
      amounts: [0, 0, 24], expected: .not(.noData)),
    Row(
      name: "devices with gaps",
      vital: VitalTown.vital(VitalTown.observed(.means), per: VitalTown.observed(.hours)),
      amounts: [50, 5, 24], expected: .not(.gap(5.0 / 24))),
    Row(
      name: "a mean over devices and hours",
      vital: VitalTown.vital(VitalTown.observed(.means), per: VitalTown.observed(.hours)),
      amounts: [500, 20, 24],
      expected: .value(VitalValue(value: 25, count: 500, per: 20))),
    Row(
      name: "alarms without any device that speaks",
      vital: VitalTown.vital(.alarms(AlarmQuantity(moment: .opened))), amounts: [],
      observationsFrom: nil, expected: .not(.noData)),
  ]

  @Test("says a number or why there is none", arguments: rows)
  func reading(_ row: Row) {
    var book = VitalTown.book(row.vital)
    if let day = row.casesFrom { book.know(casesFrom: VitalTown.at(day)) }
    if let day = row.observationsFrom { book.know(observationsFrom: VitalTown.at(day)) }
    for (index, amount) in row.amounts.enumerated() {
      book.add(
        amount, quantity: index, at: VitalTown.at(1).milliseconds,
        places: VitalTown.places.numbers(area: AreaPath([ID(1), ID(2)]), unit: .none))
    }
    let west = VitalTown.places.number(of: .area(VitalTown.west))!
    #expect(book.reading(vital: 0, place: west, period: VitalTown.days(0, 2)) == row.expected)
  }

  @Test("parts add up over places; a day begins at local midnight")
  func adding() throws {
    var book = VitalTown.book(VitalTown.vital(Self.filed))
    book.know(casesFrom: VitalTown.at(0))
    for (milliseconds, area) in [(-1, 2), (0, 2), (Duration.day - 1, 3), (Duration.day, 3)] {
      book.add(
        1, quantity: 0, at: VitalTown.start + Int64(milliseconds),
        places: VitalTown.places.numbers(
          area: AreaPath([ID(1), ID(Int64(area))]), unit: UnitPath([VitalTown.unit])))
    }
    func value(_ place: PlaceTable.Place, _ from: Int, _ to: Int) -> Double? {
      VitalTown.places.number(of: place).flatMap {
        book.reading(vital: 0, place: $0, period: VitalTown.days(from, to)).value
      }
    }
    #expect(value(.area(VitalTown.district), 0, 1) == 2)
    #expect(value(.area(VitalTown.west), 0, 1) == 1)
    #expect(value(.area(VitalTown.east), 0, 2) == 2)
    #expect(value(.unit(VitalTown.unit), -1, 2) == 4)
  }

  @Test("a stock is what there is at the end; a greatest is no sum")
  func merging() {
    var book = VitalTown.book(
      VitalTown.vital(.cases(CaseQuantity(moment: .open))),
      VitalTown.vital(VitalTown.observed(.greatest)))
    book.know(casesFrom: VitalTown.at(0), observationsFrom: VitalTown.at(0))
    func add(_ amount: Double, _ quantity: Int, _ day: Int) {
      book.add(amount, quantity: quantity, at: VitalTown.at(day).milliseconds, places: [0])
    }
    add(3, 0, 0)
    add(-1, 0, 4)
    for day in 0..<3 {
      add(Double(day * 5), 1, day)
      add(24, 2, day)
      add(24, 3, day)
    }
    #expect(book.reading(vital: 0, place: 0, period: VitalTown.days(2, 3)).value == 3)
    #expect(book.reading(vital: 0, place: 0, period: VitalTown.days(2, 9)).value == 2)
    #expect(book.reading(vital: 1, place: 0, period: VitalTown.days(0, 3)).value == 10)
  }

  @Test("each day's activity counts by the factor of its day")
  func factors() throws {
    let change = try #require(CivilDate(year: 2026, month: 6, day: 3))
    let first = try #require(CivilDate(year: 2026, month: 1, day: 1))
    var book = VitalTown.book(
      VitalTown.vital(
        Self.filed,
        factors: [
          DatedFactor(from: first, value: 2, source: "x"),
          DatedFactor(from: change, value: 10, source: "y"),
        ]))
    book.know(casesFrom: VitalTown.at(0))
    for day in 0..<4 {
      book.add(1, quantity: 0, at: VitalTown.at(day).milliseconds, places: [0])
    }
    #expect(book.reading(vital: 0, place: 0, period: VitalTown.days(0, 4)).value == 24)
  }
}

@Suite struct VitalBandTests {
  private static let learned = [
    VitalLimit(grade: .blue, beyond: 2.5), VitalLimit(grade: .red, beyond: 7),
  ]

  @Test("the nearer of fixed and learned limit holds; too short a past teaches nothing")
  func edges() throws {
    let vital = VitalTown.vital(
      VitalTown.observed(.means), limits: [VitalLimit(grade: .blue, beyond: 30)],
      learned: Self.learned)
    let young = VitalBand(vital: vital, earlier: [10, 10, 10], per: nil)
    #expect(young.usual == nil)
    #expect(young.edges == [VitalLimit(grade: .blue, beyond: 30)])
    let old = VitalBand(vital: vital, earlier: [8, 9, 10, 11, 12], per: nil)
    #expect(old.usual == 10)
    #expect(old.deviation == 1.4826)
    let blue = try #require(old.edges.first)
    #expect(abs(blue.beyond - (10 + 2.5 * 1.4826)) < 1e-9)
    #expect(old.grade(of: 13, worse: .above) == nil)
    #expect(old.grade(of: 14, worse: .above) == .blue)
    #expect(old.grade(of: 21, worse: .above) == .red)
  }

  @Test("one wild past period does not move what is usual")
  func robust() {
    let vital = VitalTown.vital(VitalTown.observed(.means), learned: Self.learned)
    let calm = VitalBand(vital: vital, earlier: [8, 9, 10, 11, 12, 10, 9], per: nil)
    let wild = VitalBand(vital: vital, earlier: [8, 9, 10, 11, 12, 10, 900], per: nil)
    #expect(calm.usual == wild.usual)
    #expect(wild.grade(of: 30, worse: .above) == .red)
  }

  @Test("a count that was always nothing still allows for one")
  func chance() {
    let vital = VitalTown.vital(
      .cases(CaseQuantity(moment: .filed)), learned: Self.learned)
    let band = VitalBand(vital: vital, earlier: [0, 0, 0, 0], per: nil)
    #expect(band.deviation == 1)
    #expect(band.grade(of: 2, worse: .above) == nil)
    #expect(band.grade(of: 8, worse: .above) == .red)
  }

  @Test("a day is held against its weekday, a holiday against holidays and Sundays")
  func comparable() {
    let book = VitalTown.book(VitalTown.vital(.cases(CaseQuantity(moment: .filed))))
    // Day 70 is a Monday; 63 was a holiday.
    let monday = VitalTown.days(70, 71)
    let firstDay = Int((VitalTown.start + VitalTown.offset) / Duration.day)
    let plain = book.comparable(monday, [firstDay + 63])
    #expect(plain.count == VitalBand.roundsMax - 1)
    #expect(plain.first == VitalTown.days(56, 57))
    let holiday = book.comparable(monday, [firstDay + 70, firstDay + 63])
    #expect(
      holiday.prefix(3) == [VitalTown.days(69, 70), VitalTown.days(63, 64), VitalTown.days(62, 63)])
  }

  @Test("a change is found at its day, and none where there is none")
  func changePoint() {
    let calm: [Double?] = [5, 6, 5, 7, 6, 5, 6, 7, 5, 6]
    #expect(ChangePoint.index(in: calm, upward: true) == nil)
    let risen: [Double?] = calm + [20, 22, nil, 21, 23]
    #expect(ChangePoint.index(in: risen, upward: true) == 10)
    #expect(ChangePoint.index(in: risen, upward: false) == nil)
    #expect(ChangePoint.index(in: [1, 9], upward: true) == nil)
  }
}

@Suite struct CheckUpScoreTests {
  @Test("deductions are what is missing to a hundred; what is not known is not scored")
  func sums() throws {
    let aspects = [
      VitalAspect(code: "a", name: "A", weight: 1), VitalAspect(code: "b", name: "B", weight: 3),
      VitalAspect(code: "c", name: "C", weight: 9),
    ]
    let vitals = ["a", "a", "b", "c"].enumerated().map { index, aspect in
      Vital(
        code: "v\(index)", name: "v\(index)", aspect: aspect, unit: "", decimals: 0,
        worse: .above, cadence: .day, count: .days,
        limits: [VitalLimit(grade: .red, beyond: 10)], weight: index + 1, advice: "", why: "")
    }
    let period = VitalTown.days(0, 1)
    let states = vitals.enumerated().map { index, vital in
      let band = VitalBand(vital: vital, earlier: [], per: nil)
      let reading: VitalReading =
        index == 3
        ? .not(.noData) : .value(VitalValue(value: index == 1 ? 5 : 50, count: 0, per: nil))
      return VitalState(
        vital: index, place: 0, period: period, reading: reading, band: band,
        grade: reading.value.flatMap { band.grade(of: $0, worse: .above) }, before: nil)
    }
    let score = CheckUpScore(
      aspects: aspects, vitals: vitals, states: states, losses: [.red: 0.5])
    // A: a third of its weight lost by half; B: all by half; C has no number.
    let first = 100 * (1 - 0.5 / 3)
    #expect(try abs(#require(score.points) - (first + 3 * 50) / 4) < 1e-9)
    #expect(score.aspects.map { $0.points == nil } == [false, false, true])
    let missing = score.deductions.reduce(0) { $0 + $1.points }
    #expect(try abs(100 - #require(score.points) - missing) < 1e-9)
    #expect(score.deductions.map(\.vital) == [2, 0])
  }

  @Test("of nothing known there is no score")
  func empty() {
    let score = CheckUpScore(aspects: [], vitals: [], states: [], losses: [:])
    #expect(score.points == nil && score.deductions.isEmpty)
  }
}

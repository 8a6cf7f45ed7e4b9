import City
import Pack
import Testing

@testable import Evaluating

/// Nothing that cannot be measured shows as a number: each bad input, and what is said instead.
@Suite struct VitalBadInputTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let name: String
    var vital = VitalTown.vital(VitalBadInputTests.filed)
    /// What is told to the book, on top of cases being known from day 0 on.
    var tell: @Sendable (inout VitalBook) -> Void = { _ in }
    var days = 0..<2
    let expected: VitalReading
    var testDescription: String { name }
  }

  static let filed = Quantity.cases(CaseQuantity(moment: .filed))
  static let closed = Quantity.cases(CaseQuantity(moment: .closed))
  private static let west = 1

  private static func wall(_ test: RiskCondition.Test) -> Quantity {
    .things(
      ThingQuantity(
        kinds: ["reach"], conditions: [RiskCondition(input: .field("wall"), test: test)]))
  }

  private static func add(
    _ amount: Double, _ quantity: Quantity, day: Int = 1, to book: inout VitalBook
  ) {
    guard let index = book.quantities.firstIndex(of: quantity) else { return }
    book.add(amount, quantity: index, at: VitalTown.at(day).milliseconds, places: [1])
  }

  static let rows: [Row] = [
    Row(
      name: "a field that no thing has",
      vital: VitalTown.vital(wall(.oneOf(["broken"]))),
      tell: { book in
        add(3, .things(ThingQuantity(kinds: ["reach"])), to: &book)
        add(3, wall(.absent), to: &book)
      }, expected: .not(.fieldMissing(kind: "reach", field: "wall"))),
    Row(
      name: "a field that one thing has",
      vital: VitalTown.vital(wall(.oneOf(["broken"]))),
      tell: { book in
        add(3, .things(ThingQuantity(kinds: ["reach"])), to: &book)
        add(2, wall(.absent), to: &book)
      }, expected: .value(VitalValue(value: 0, count: 0, per: nil))),
    Row(
      name: "who lacks the field is what is asked", vital: VitalTown.vital(wall(.absent)),
      tell: { book in add(3, wall(.absent), to: &book) },
      expected: .value(VitalValue(value: 3, count: 3, per: nil))),
    Row(
      name: "a measure that no device tells", vital: VitalTown.vital(VitalTown.observed(.means)),
      expected: .not(.unknownField(kind: "k", measure: "m"))),
    Row(
      name: "a period before anything", days: -4 ..< -2,
      expected: .not(.beforeFirst(VitalTown.at(0)))),
    Row(
      name: "an empty period divided", vital: VitalTown.vital(filed, per: closed),
      expected: .not(.nothingToDivide)),
    Row(
      name: "one point where twenty are needed",
      vital: VitalTown.vital(filed, per: closed, perLeast: 20),
      tell: { book in
        add(1, filed, to: &book)
        add(1, closed, to: &book)
      }, expected: .not(.tooFew(have: 1, need: 20))),
    Row(
      name: "the clock of the devices leapt: half of the hours are missing",
      vital: VitalTown.vital(VitalTown.observed(.means)),
      tell: { book in
        add(20, VitalTown.observed(.means), to: &book)
        add(10, VitalTown.observed(.hours), to: &book)
        add(24, VitalTown.observed(.hoursDue), to: &book)
      }, expected: .not(.gap(10.0 / 24))),
    Row(
      name: "no hour of those that are due", vital: VitalTown.vital(VitalTown.observed(.greatest)),
      tell: { book in add(24, VitalTown.observed(.hoursDue), to: &book) },
      expected: .not(.noData)),
    Row(
      name: "the outline became another within the period",
      tell: { $0.know(outlineOf: west, changedAt: VitalTown.at(1)) },
      expected: .not(.outlineChanged(VitalTown.at(1)))),
    Row(
      name: "the outline became another before the period",
      tell: { $0.know(outlineOf: west, changedAt: VitalTown.at(1)) }, days: 2..<4,
      expected: .value(VitalValue(value: 0, count: 0, per: nil))),
    Row(
      name: "the outline of another place became another",
      tell: { $0.know(outlineOf: west + 1, changedAt: VitalTown.at(1)) },
      expected: .value(VitalValue(value: 0, count: 0, per: nil))),
    Row(
      name: "more than a number can say", vital: VitalTown.vital(filed, scale: 1e308),
      tell: { add(1_000, filed, to: &$0) }, expected: .not(.tooLarge)),
  ]

  @Test("is told why it is not measurable, never as a number", arguments: rows)
  func reading(_ row: Row) {
    var book = VitalTown.book(row.vital)
    book.know(casesFrom: VitalTown.at(0))
    row.tell(&book)
    let period = VitalTown.days(row.days.lowerBound, row.days.upperBound)
    #expect(book.reading(vital: 0, place: Self.west, period: period) == row.expected)
  }

  private static let learned = [VitalLimit(grade: .red, beyond: 3)]

  @Test("one point is no habit: nothing is usual, and nothing is out of the usual")
  func onePoint() {
    var book = VitalTown.book(VitalTown.vital(Self.filed, learned: Self.learned))
    book.know(casesFrom: VitalTown.at(-1))
    Self.add(50, Self.filed, day: 1, to: &book)
    let state = book.state(vital: 0, place: Self.west, period: VitalTown.days(1, 2))
    #expect(state.band.usual == nil && state.band.edges.isEmpty && state.grade == nil)
    #expect(state.before == 0 && state.reading.value == 50)
    #expect(ChangePoint.index(in: [50], upward: true) == nil)
    #expect(VitalForecast(values: [50], seasons: [7], ahead: 1) { _ in false } == nil)
  }

  @Test(
    "all equal: a share without chance has no band narrower than people look; no change, no red")
  func allEqual() {
    var book = VitalTown.book(
      VitalTown.vital(Self.filed, per: Self.closed, learned: Self.learned))
    book.know(casesFrom: VitalTown.at(0))
    for day in 0..<60 {
      Self.add(30, Self.filed, day: day, to: &book)
      Self.add(60, Self.closed, day: day, to: &book)
    }
    let state = book.state(vital: 0, place: Self.west, period: VitalTown.days(56, 57))
    #expect(state.band.usual == 0.5 && state.band.deviation == 0.01 && state.grade == nil)
    let flat = [Double?](repeating: 0.5, count: 40)
    #expect(ChangePoint.index(in: flat, upward: true) == nil)
    #expect(ChangePoint.index(in: flat, upward: false) == nil)
  }

  @Test("all nothing: without a deviation there is no learned limit that a hair would break")
  func allNothing() {
    let band = VitalBand(
      vital: VitalTown.vital(Self.filed, per: Self.closed, learned: Self.learned),
      earlier: Array(repeating: 0, count: 12), per: 60)
    #expect(band.edges.isEmpty && band.grade(of: 0.0001, worse: .above) == nil)
  }

  @Test("what was before another outline is no measure of what is now")
  func outlineBefore() {
    var book = VitalTown.book(VitalTown.vital(Self.filed, learned: Self.learned))
    book.know(casesFrom: VitalTown.at(-200))
    for day in -200..<60 { Self.add(10, Self.filed, day: day, to: &book) }
    let day = VitalTown.days(56, 57)
    #expect(book.state(vital: 0, place: Self.west, period: day).band.usual == 10)
    book.know(outlineOf: Self.west, changedAt: VitalTown.at(55))
    let state = book.state(vital: 0, place: Self.west, period: day)
    #expect(state.reading.value == 10 && state.band.usual == nil && state.before == nil)
    // Beside it nothing changed.
    #expect(book.state(vital: 0, place: Self.west + 1, period: day).before == 0)
  }
}

@Suite struct QuantityCellsTests {
  @Test("hours that hold the same stand once, and change alone")
  func settled() {
    var cells = QuantityCells(merge: .sum, width: Duration.hour, places: 3)
    for bucket in 0..<6 {
      cells.add(1, places: [0, 1, 2], bucket: bucket)
    }
    cells.add(ContiguousArray([1, 1, 1]), bucket: 6)
    cells.settle(0..<6)
    cells.add(5, places: [1], bucket: 3)
    cells.add(ContiguousArray([2, 2, 2]), bucket: 6)
    #expect(cells.value(place: 1, over: 0..<6) == 11 && cells.value(place: 0, over: 0..<6) == 6)
    #expect(cells.value(place: 2, over: 3..<4) == 1 && cells.value(place: 2, over: 5..<7) == 4)
    cells.clear(2..<4)
    #expect(cells.value(place: 1, over: 0..<6) == 4)
  }
}

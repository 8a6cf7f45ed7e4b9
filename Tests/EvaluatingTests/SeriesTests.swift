import City
import Pack
import Testing

@testable import Evaluating

@Suite struct SeriesTests {
  private static func part(_ values: [(area: Int64, day: Int, value: Double)]) -> SeriesPart {
    SeriesPart(
      id: ID(1), series: "rain",
      points: values.map {
        SeriesPart.Point(area: ID($0.area), at: VitalTown.at($0.day), value: $0.value)
      })
  }

  @Test("a later value takes the place of the earlier one, the same again changes nothing")
  func replaced() {
    var book = SeriesBook()
    let first = book.take(Self.part([(1, 0, 4), (1, 1, 6)]))
    #expect(first.map(\.before) == [nil, nil] && book.count == 2)
    let second = book.take(Self.part([(1, 1, 9), (1, 0, 4)]))
    #expect(second.count == 1 && second.first?.before == 6 && book.count == 2)
    let all = book.summaries
    #expect(all.map(\.name) == ["rain"] && all.first?.count == 2 && all.first?.areas == 1)
    #expect(all.first?.from == VitalTown.at(0) && all.first?.to == VitalTown.at(1))
  }

  private static let values = Quantity.series(SeriesQuantity(series: "rain", take: .values))
  private static let count = Quantity.series(SeriesQuantity(series: "rain", take: .count))

  @Test("a vital over a series: a mean, or why there is none")
  func vital() {
    var book = VitalTown.book(VitalTown.vital(Self.values, per: Self.count))
    func reading(_ from: Int, _ to: Int) -> VitalReading {
      book.reading(vital: 0, place: 0, period: VitalTown.days(from, to))
    }
    #expect(reading(0, 5) == .not(.noData), "nobody imported it")
    book.know(series: "rain", at: VitalTown.at(2))
    for (index, quantity) in book.quantities.enumerated() {
      for (day, value) in [(2, 4.0), (3, 8.0)] {
        let amount = quantity == Self.values ? value : 1
        book.add(amount, quantity: index, at: VitalTown.at(day).milliseconds, places: [0])
      }
    }
    #expect(reading(2, 4) == .value(VitalValue(value: 6, count: 12, per: 2)))
    #expect(reading(4, 6) == .not(.noData), "a gap is not nothing")
    #expect(reading(0, 2) == .not(.beforeFirst(VitalTown.at(2))))
    let vital = book.vitals[0]
    #expect(book.isKnown(vital, VitalTown.days(3, 4)))
    #expect(!book.isKnown(vital, VitalTown.days(1, 4)))
  }

  @Test("days fall into none, nothing, and thirds of the rest; equal values into one class")
  func classes() {
    var values: [Int: Double] = [10: 0]
    for day in 0..<9 { values[day] = Double(day + 1) }
    let days = DayClasses(values)
    #expect(days.names == ["", "0", "1.0–3.0", "4.0–6.0", "7.0–9.0"])
    #expect(days.number(ofDay: 99) == 0 && days.number(ofDay: 10) == 1)
    #expect([0, 2, 3, 5, 6, 8].map { days.number(ofDay: $0) } == [2, 2, 3, 3, 4, 4])
    #expect(DayClasses([:]).names == ["", "0"])
    #expect(DayClasses([1: 5, 2: 5, 3: 5, 4: 5]).names == ["", "0", "5.0"])
    #expect(DayClasses([1: 2.5]).number(ofDay: 1) == 2)
  }

  @Test("the cross table's weather: cases by the class of their day")
  func weather() throws {
    var book = CaseBook(items: [], keepsChanges: false)
    for number in 0..<12 { book.file(VitalTown.filed(number + 1, day: number / 3, closed: nil)) }
    let first = Int((VitalTown.start + VitalTown.offset) / Duration.day)
    var filter = CrossTable.Filter()
    filter.days = DayClasses([first: 0, first + 1: 3, first + 2: 30])
    let table = try CrossTable(
      book, rows: .weather, columns: .channel, filter: filter, catalogue: CaseBookTests.catalogue,
      offsetMilliseconds: VitalTown.offset)
    #expect(table.rows == ["", "0", "3.0", "30.0"] && table.total == 12)
    #expect(table.rows.indices.map { table.cell(row: $0, column: 0).count } == [3, 3, 3, 3])
    filter.days = nil
    let unknown = try CrossTable(
      book, rows: .weather, columns: .channel, filter: filter, catalogue: CaseBookTests.catalogue,
      offsetMilliseconds: VitalTown.offset)
    #expect(unknown.rows == [""])
  }
}

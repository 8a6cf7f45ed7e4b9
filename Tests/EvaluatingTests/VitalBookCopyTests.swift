import City
import Pack
import Testing

@testable import Evaluating

@Suite struct VitalBookCopyTests {
  private static let vitals = [
    Quantity.cases(CaseQuantity(moment: .filed)),
    .cases(CaseQuantity(moment: .filed, take: .weight)),
    .cases(CaseQuantity(moment: .open)), .cases(CaseQuantity(moment: .overdue)),
    .cases(CaseQuantity(moment: .closed, take: .handlingHours)),
    VitalTown.observed(.greatest),
  ].map { VitalTown.vital($0, cadence: $0.isOfCases ? .day : .hour) }

  private static func empty(places: PlaceTable = VitalTown.places) -> VitalBook {
    VitalBook(vitals: vitals, places: places, offsetMilliseconds: VitalTown.offset)
  }

  /// Counted from cases of some days, some of them closed, and one long before the others.
  private static func filled(days: Int) -> VitalBook {
    var rows = CaseBook(items: [("lamp", 2_000), ("noise", 800)], keepsChanges: false)
    var book = empty()
    for number in 1...days {
      let day = number == 9 ? -400 : number
      rows.file(
        VitalTown.filed(
          number, day: day, closed: number % 3 == 0 ? day + number % 5 : nil,
          item: number % 2 == 0 ? "lamp" : "noise"))
    }
    let counting = VitalCounting(book: book, cases: rows, catalogue: CaseBookTests.catalogue)
    for row in rows.rows { counting.add(row, sign: 1, of: rows, to: &book) }
    for (index, quantity) in book.quantities.enumerated() where !quantity.isOfCases {
      book.add(7, quantity: index, at: VitalTown.start, places: [0])
    }
    return book
  }

  private static func copied(_ book: VitalBook) -> VitalBook? {
    var copy = empty()
    for part in book.parts {
      guard copy.take(chunk: book.chunk(part)) else { return nil }
    }
    return copy
  }

  @Test("a copy holds what was counted of cases, and nothing else")
  func same() throws {
    let book = Self.filled(days: 60)
    var copy = try #require(Self.copied(book))
    copy.know(casesFrom: book.casesFrom, observationsFrom: VitalTown.at(-500))
    for (index, vital) in Self.vitals.enumerated() {
      for place in 0..<VitalTown.places.count {
        for day in [-401, -400, -399, 0, 1, 9, 30, 59, 63] {
          let period = VitalTown.days(day, day + 1)
          let reading = copy.reading(vital: index, place: place, period: period)
          guard vital.count.isOfCases else {
            #expect(reading.value == nil)
            continue
          }
          #expect(reading == book.reading(vital: index, place: place, period: period))
        }
      }
    }
    expectSame(copy, book)
  }

  /// A quantity of nothing has buckets and no words.
  private func expectSame(_ one: VitalBook, _ other: VitalBook) {
    func chunks(_ book: VitalBook) -> [[Int64]] {
      book.parts.map { book.chunk($0) }.filter { $0.count > 1 }
    }
    let isSame = chunks(one) == chunks(other)
    #expect(isSame)
  }

  @Test("what goes on from a copy comes to the same as what goes on from the book")
  func goesOn() throws {
    var book = Self.filled(days: 20)
    var copy = try #require(Self.copied(book))
    copy.know(casesFrom: book.casesFrom)
    for number in 0..<3 {
      let at = VitalTown.at(number * 300).milliseconds
      book.add(2, quantity: 0, at: at, places: [0, 2])
      copy.add(2, quantity: 0, at: at, places: [0, 2])
    }
    let period = VitalTown.days(-500, 700)
    for place in 0..<VitalTown.places.count {
      #expect(
        copy.reading(vital: 0, place: place, period: period)
          == book.reading(vital: 0, place: place, period: period))
    }
  }

  @Test("what cannot have been written is not taken")
  func refused() {
    let wrong: [[Int64]] = [
      [], [-1], [99], [5, 20_000, 1, 1], [0, 20_000], [0, 20_000, 2, 1], [0, 20_000, 0],
      [0, 20_000, -1, 1], [0, 20_000, 1, 4 << 32], [0, 20_000, 1, -1 << 32],
      [0, 20_000, 5, 0, 0, 0, 0, 0],
    ]
    for words in wrong {
      var book = Self.empty()
      let isTaken = book.take(chunk: words)
      #expect(!isTaken, "\(words)")
    }
  }

  @Test("books of other places or another time zone have another key")
  func keys() {
    let units = PlaceTable(areas: [], units: [])
    let moved = VitalBook(vitals: Self.vitals, places: VitalTown.places, offsetMilliseconds: 0)
    #expect(Self.empty().copyKey == Self.filled(days: 3).copyKey)
    #expect(Self.empty().copyKey != Self.empty(places: units).copyKey)
    #expect(Self.empty().copyKey != moved.copyKey)
  }

  @Test("many buckets are handed out in several chunks")
  func chunks() throws {
    var book = Self.empty()
    let width = VitalBook.valuesInChunk / VitalTown.places.count
    for day in [0, width, 2 * width] {
      book.add(1, quantity: 0, at: VitalTown.at(day).milliseconds, places: [3])
    }
    #expect(book.parts.count == 3)
    let copy = try #require(Self.copied(book))
    expectSame(copy, book)
  }
}

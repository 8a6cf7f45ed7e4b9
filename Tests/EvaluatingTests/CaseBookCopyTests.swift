import City
import Testing

@testable import Evaluating

@Suite struct CaseBookCopyTests {
  private static let items: [(code: String, weight: Int)] = [("lamp", 2_000), ("noise", 800)]

  /// Cases out of the order of their ids, moved, judged, reported again and handed on.
  private static func filled(_ count: Int) -> CaseBook {
    var rows = CaseBook(items: items, keepsChanges: true)
    for number in 1...count {
      let id = number.isMultiple(of: 7) ? number + 3 * count : number
      rows.file(VitalTown.filed(id, day: number % 20, closed: nil))
      if number.isMultiple(of: 3) {
        rows.move(
          ID(Int64(number)),
          to: VitalTown.state(
            filed: number % 20, closed: number % 20 + 2,
            item: number.isMultiple(of: 2) ? "unknown to the catalogue" : "noise"))
      }
      if number.isMultiple(of: 5) {
        rows.take(
          WorkOrder(
            id: ID(Int64(number)), case: ID(Int64(number)), unit: UnitPath([VitalTown.unit]),
            staff: nil, state: .open, openedAt: VitalTown.at(number % 20), due: nil,
            acceptedAt: VitalTown.at(number % 20 + 1), reportedAt: nil, endedAt: nil))
      }
    }
    return rows
  }

  private static func copied(
    _ book: CaseBook, items: [(code: String, weight: Int)] = items
  ) -> CaseBook? {
    var copy = CaseBook(items: items, keepsChanges: true)
    for index in 0..<book.chunkCount {
      guard copy.take(chunk: book.chunk(index), at: index) else { return nil }
    }
    return copy
  }

  @Test("a copy holds what the book holds, and goes on as the book does")
  func same() throws {
    var book = Self.filled(CaseBook.rowsInChunk + 500)
    #expect(book.chunkCount == 3)
    var copy = try #require(Self.copied(book))
    func expectSame() {
      // As words: what is not a number equals itself there, and a difference prints shortly.
      let isSame = (0..<book.chunkCount).allSatisfy { copy.chunk($0) == book.chunk($0) }
      #expect(isSame)
    }
    expectSame()
    let isFound = book.rows.indices.allSatisfy { copy.place(of: ID(book.rows[$0].id)) == $0 }
    #expect(isFound)
    #expect(copy.place(of: ID(999_999_999)) == nil)
    for number in [3, 5, 7, 11] {
      let state = VitalTown.state(filed: 1, closed: 30, item: "lamp")
      book.move(ID(Int64(number)), to: state)
      copy.move(ID(Int64(number)), to: state)
    }
    let fresh = VitalTown.filed(900_000, day: 4, closed: nil)
    book.file(fresh)
    copy.file(fresh)
    expectSame()
  }

  @Test("weights are the catalogue’s of now")
  func weights() throws {
    let book = Self.filled(40)
    let copy = try #require(Self.copied(book, items: [("lamp", 500), ("noise", 800)]))
    #expect(copy.rows.contains { $0.item == 0 && $0.weight == 500 })
    #expect(!copy.rows.contains { $0.weight == 2_000 })
  }

  @Test("a copy of another catalogue or layout, or a torn one, is not taken")
  func refused() {
    let book = Self.filled(40)
    #expect(Self.copied(book, items: [("noise", 800), ("lamp", 2_000)]) == nil)
    #expect(Self.copied(book, items: [("lamp", 2_000)]) == nil)
    var empty = CaseBook(items: Self.items, keepsChanges: true)
    var lists = book.chunk(0)
    lists[0] += 1
    let taken = [
      empty.take(chunk: lists, at: 0),
      empty.take(chunk: Array(book.chunk(0).dropLast()), at: 0),
      empty.take(chunk: Array(book.chunk(1).dropLast()), at: 1),
    ]
    #expect(taken == [false, false, false])
  }
}

import City
import Pack
import Testing

@testable import Evaluating

@Suite struct EvaluationTests {
  private static var inTime: EvaluationPart {
    var count = CaseQuantity(moment: .closed)
    count.isInTime = true
    return EvaluationPart(
      code: "in-time", name: "", count: count, per: CaseQuantity(moment: .closed), full: 1,
      zero: 0.5, points: 60)
  }
  private static var reworked: EvaluationPart {
    var count = CaseQuantity(moment: .closed)
    count.isReworked = true
    return EvaluationPart(
      code: "rework", name: "", count: count, per: CaseQuantity(moment: .closed), full: 0,
      zero: 0.5, points: 30)
  }
  private static var contact: EvaluationPart {
    EvaluationPart(
      code: "contact", name: "", count: CaseQuantity(moment: .contacted),
      per: CaseQuantity(moment: .dispatched), full: 1, zero: 0, points: 10)
  }

  private static let formula = EvaluationFormula(
    code: "units", name: "", subject: .unit, parts: [inTime, reworked, contact], why: "")

  /// Cases of a unit: so many, of them late and reworked.
  private static func book(
    _ groups: [(unit: Int64, item: String, count: Int, late: Int, reworked: Int)]
  ) -> CaseBook {
    var rows = CaseBook(items: [("lamp", 1_000), ("noise", 1_000)], keepsChanges: false)
    var number = 0
    for group in groups {
      for place in 0..<group.count {
        number += 1
        let closed = place < group.late ? 9 : 1
        let filed = VitalTown.filed(number, day: 0, closed: closed, item: group.item)
        var state = filed.state
        state.unit = UnitPath([ID(group.unit)])
        state.reworks = place < group.reworked ? 1 : 0
        rows.file(filed.moved(to: state))
      }
    }
    return rows
  }

  private static func evaluation(_ book: CaseBook, days: Int = 30) -> Evaluation {
    Evaluation(
      formula, book: book, period: VitalTown.days(0, days), catalogue: CaseBookTests.catalogue
    ) { $0.unit }
  }

  @Test("points follow the formula; a part without a rate is left out and the rest makes a hundred")
  func points() throws {
    let found = Self.evaluation(
      Self.book([(1, "lamp", 100, 25, 10), (2, "lamp", 10, 0, 0)]))
    #expect(found.lines.map(\.key) == [1, 0])
    let second = found.lines[1]
    // 0.75 of in time is half of 60; 0.1 reworked is four fifths of 30; no dispatch is known.
    #expect(second.parts.map(\.rate) == [0.75, 0.1, nil])
    #expect(second.parts[0].points == 30)
    #expect(try abs(#require(second.parts[1].points) - 24) < 1e-9)
    #expect(try abs(#require(second.points) - 54 / 90.0 * 100) < 1e-9)
    #expect(found.lines[0].points == 100)
  }

  @Test("units that work alike on another mix are alike when the mix is taken out")
  func fair() throws {
    let found = Self.evaluation(
      Self.book([
        (1, "lamp", 80, 8, 0), (1, "noise", 20, 10, 0), (2, "lamp", 20, 2, 0),
        (2, "noise", 80, 40, 0),
      ]))
    let adjusted = found.lines.compactMap { $0.parts[0].adjusted }
    #expect(adjusted.count == 2 && abs(adjusted[0] - adjusted[1]) < 1e-9)
    let rates = found.lines.compactMap { $0.parts[0].rate }
    #expect(abs(rates[0] - rates[1]) > 0.2)
  }

  @Test("counted again it is the same to the last digit, and each number opens its cases")
  func again() throws {
    let book = Self.book([(1, "lamp", 50, 7, 3), (2, "noise", 30, 11, 2)])
    let first = Self.evaluation(book)
    #expect(first.lines == Self.evaluation(book).lines)
    for line in first.lines {
      for part in Self.formula.parts.indices where line.parts[part].rate != nil {
        let counted = first.rows(
          of: line.key, part: part, counted: true, book: book, period: VitalTown.days(0, 30)
        ) { $0.unit }
        let missed = first.rows(
          of: line.key, part: part, counted: false, book: book, period: VitalTown.days(0, 30)
        ) { $0.unit }
        #expect(Double(counted.count) == line.parts[part].count)
        #expect(Double(counted.count + missed.count) == line.parts[part].per)
      }
    }
  }

  @Test("a period without cases judges nobody")
  func empty() {
    #expect(Self.evaluation(Self.book([])).lines.isEmpty)
    let later = Evaluation(
      Self.formula, book: Self.book([(1, "lamp", 5, 0, 0)]), period: VitalTown.days(50, 60),
      catalogue: CaseBookTests.catalogue
    ) { $0.unit }
    #expect(later.lines.isEmpty)
  }
}

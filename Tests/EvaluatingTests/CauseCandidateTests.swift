import City
import Pack
import Testing

@testable import Evaluating

@Suite struct CauseCandidateTests {
  @Test("what stands out is named with its counts; what is chance is not")
  func found() throws {
    let tables = [
      (CrossTable.Dimension.unit, try table(["a": (100, 40), "b": (100, 5), "c": (200, 9)])),
      (CrossTable.Dimension.channel, try table(["x": (200, 28), "y": (200, 26)])),
    ]
    let causes = CauseCandidates(
      .reworked, tables: tables.map { (dimension: $0.0, table: $0.1) })
    #expect(causes.count == 54 && causes.of == 400)
    #expect(causes.candidates.map(\.key) == ["a"])
    let first = try #require(causes.candidates.first)
    #expect(first.count == 40 && first.of == 100)
    // 40 in 100 against 54 in 400.
    #expect(abs(first.lift - 40 / 13.5) < 1e-9)
    #expect(abs(first.errors - (40 - 13.5) / (13.5 * (1 - 0.135)).squareRoot()) < 1e-9)
  }

  @Test("nothing, or everything, in trouble names nothing")
  func nothing() throws {
    for row in [(100, 0), (100, 100)] {
      let causes = CauseCandidates(
        .reworked, tables: [(dimension: .unit, table: try table(["a": row, "b": row]))])
      #expect(causes.candidates.isEmpty)
    }
    #expect(CauseCandidates(.late, tables: []).candidates.isEmpty)
  }

  /// A table of one column: how many cases a row has, and how many of them were reworked.
  private func table(_ rows: [String: (count: Int, reworked: Int)]) throws -> CrossTable {
    let keys = rows.keys.sorted()
    return CrossTable(
      rows: keys, columns: [""],
      cells: keys.map { key in
        var cell = CrossTable.Cell()
        cell.count = rows[key]?.count ?? 0
        cell.reworked = rows[key]?.reworked ?? 0
        return cell
      })
  }
}

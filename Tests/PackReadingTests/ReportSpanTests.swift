import City
import Pack
import Testing

/// Spans of reports: they follow each other without a gap, and hold their day.
@Suite("Spans of reports") struct ReportSpanTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let span: PackReport.Span
    let day: String
    let from: String
    let to: String
    let before: String
    var testDescription: String { "\(span) \(day)" }
  }

  static let rows = [
    Row(
      span: .halfMonth, day: "2026-03-01", from: "2026-03-01", to: "2026-03-16",
      before: "2026-02-16"),
    Row(
      span: .halfMonth, day: "2026-03-15", from: "2026-03-01", to: "2026-03-16",
      before: "2026-02-16"),
    Row(
      span: .halfMonth, day: "2026-12-31", from: "2026-12-16", to: "2027-01-01",
      before: "2026-12-01"),
    Row(
      span: .month, day: "2024-02-29", from: "2024-02-01", to: "2024-03-01", before: "2024-01-01"),
    Row(
      span: .month, day: "2026-12-02", from: "2026-12-01", to: "2027-01-01", before: "2026-11-01"),
    Row(span: .year, day: "2026-07-09", from: "2026-01-01", to: "2027-01-01", before: "2025-01-01"),
  ]

  private func date(_ text: String) throws -> CivilDate {
    let parts = text.split(separator: "-").compactMap { Int($0) }
    return try #require(CivilDate(year: parts[0], month: parts[1], day: parts[2]))
  }

  @Test("hold their day", arguments: rows)
  func spans(_ row: Row) throws {
    let days = row.span.days(holding: try date(row.day))
    #expect(days.from.text == row.from)
    #expect(days.to.text == row.to)
    let last = row.span.lastDays(before: try date(row.day))
    #expect(last.from.text == row.before)
    #expect(last.to.text == row.from)
  }

  @Test("leave no day out", arguments: PackReport.Span.allCases)
  func whole(_ span: PackReport.Span) {
    for number in 19_000..<21_000 {
      let day = CivilDate(daysSinceEpoch: number)
      let days = span.days(holding: day)
      #expect(days.from <= day && day < days.to)
    }
  }
}

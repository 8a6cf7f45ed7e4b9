import City
import Handling
import Pack
import PackReading
import Testing

/// The clocks of suggestions, proposals and disclosure are data of the pack `suggestions`. Every
/// date here was counted by hand on the calendar of 2026, for a unit with office hours.
@Suite("Disclosure dates") struct DisclosureDateTests {
  /// When it begins, in the city: three days around which holidays and make-up days lie.
  private enum Begin: String, CaseIterable {
    /// A Tuesday; Qingming (4 to 6 April) lies within twenty days.
    case plain = "2026-03-10 10:00"
    /// A Wednesday before Mid-Autumn (25 to 27 September), National Day (1 to 7 October) and the
    /// working Saturday of 10 October.
    case autumn = "2026-09-23 16:00"
    /// A Friday before the Spring Festival (15 to 23 February), whose Saturdays of 14 and 28
    /// February are worked.
    case spring = "2026-02-13 15:00"
  }

  struct Row: Sendable, CustomTestStringConvertible {
    let item: String
    /// By the beginnings above, in their order.
    let due: [String]
    /// With the extension that the flow allows at most; empty = it allows none.
    var extended: [String] = []
    var testDescription: String { item }
  }

  static let rows = [
    // 30 working days.
    Row(
      item: "people-suggestion-matter",
      due: ["2026-04-22 17:30", "2026-11-11 17:30", "2026-04-02 17:30"]),
    // Three months of 90 days by the clock.
    Row(
      item: "deputies-suggestion",
      due: ["2026-06-08 10:00", "2026-12-22 16:00", "2026-05-14 15:00"]),
    Row(
      item: "committee-proposal",
      due: ["2026-06-08 10:00", "2026-12-22 16:00", "2026-05-14 15:00"]),
    // 10 working days, at most 20.
    Row(
      item: "disclosure-information",
      due: ["2026-03-24 17:30", "2026-10-14 17:30", "2026-03-05 17:30"],
      extended: ["2026-04-08 17:30", "2026-10-28 17:30", "2026-03-19 17:30"]),
    Row(
      item: "disclosure-comments",
      due: ["2026-03-24 17:30", "2026-10-14 17:30", "2026-03-05 17:30"]),
    Row(
      item: "disclosure-lists",
      due: ["2026-03-24 17:30", "2026-10-14 17:30", "2026-03-05 17:30"]),
    // 7 working days.
    Row(
      item: "disclosure-penalty-licence",
      due: ["2026-03-19 17:30", "2026-10-10 17:30", "2026-03-02 17:30"]),
    // 5 working days, simple ones 1.
    Row(
      item: "disclosure-answer",
      due: ["2026-03-17 17:30", "2026-10-08 17:30", "2026-02-27 17:30"]),
    Row(
      item: "disclosure-answer-simple",
      due: ["2026-03-11 17:30", "2026-09-24 17:30", "2026-02-14 17:30"]),
    Row(
      item: "litigation-entry",
      due: ["2026-03-17 17:30", "2026-10-08 17:30", "2026-02-27 17:30"]),
    // 5 and 24 hours by the clock.
    Row(
      item: "emergency-first-release",
      due: ["2026-03-10 15:00", "2026-09-23 21:00", "2026-02-13 20:00"]),
    Row(
      item: "emergency-briefing",
      due: ["2026-03-11 10:00", "2026-09-24 16:00", "2026-02-14 15:00"]),
    // The ends of 31 January, 28 February and 31 March, whichever comes next.
    Row(
      item: "annual-disclosure-report",
      due: ["2027-02-01 00:00", "2027-02-01 00:00", "2027-02-01 00:00"]),
    Row(
      item: "annual-law-report",
      due: ["2027-03-01 00:00", "2027-03-01 00:00", "2026-03-01 00:00"]),
    Row(
      item: "annual-law-publication",
      due: ["2026-04-01 00:00", "2027-04-01 00:00", "2026-04-01 00:00"]),
  ]

  private static let catalogue: Catalogue? = {
    let packs = String(CorePack.folder.dropLast("/core".count))
    return PackReader.readAll(packsFolder: packs).catalogue
  }()

  @Test("are what a count by hand says", arguments: rows)
  func dates(_ row: Row) throws {
    let catalogue = try #require(Self.catalogue)
    let item = try #require(catalogue.item(code: row.item))
    let clock = try #require(item.handleClock)
    let hours = try #require(catalogue.hours(code: "office"))
    let time = WorkingTime(years: catalogue.calendarYears)
    let flow = try #require(catalogue.flow(catalogue.currentFlow(code: item.flow)))
    let extensionMax = flow.deadlineClock?.extensionMax
    for (index, begin) in Begin.allCases.enumerated() {
      let from = try Self.instant(begin.rawValue)
      let due = time.deadline(from: from, limit: clock.limit, hours: hours)
      #expect(due.instant == (try Self.instant(row.due[index])), "from \(begin.rawValue)")
      guard !row.extended.isEmpty else { continue }
      let most = try #require(extensionMax)
      #expect(most.measure == clock.limit.measure)
      let limit = TimeLimit(amount: clock.limit.amount + most.amount, measure: most.measure)
      let extended = time.deadline(from: from, limit: limit, hours: hours)
      #expect(extended.instant == (try Self.instant(row.extended[index])))
    }
  }

  @Test func noItemOfThePackIsLeftOut() throws {
    let catalogue = try #require(Self.catalogue)
    let pack = try #require(catalogue.packs.first { $0.id == "suggestions" })
    #expect(Set(pack.items.map(\.code)) == Set(Self.rows.map(\.item)))
  }

  /// As `2026-03-10 10:00`, in UTC+8.
  private static func instant(_ text: String) throws -> Instant {
    let numbers = text.split { "- :".contains($0) }.compactMap { Int($0) }
    let date = try #require(CivilDate(year: numbers[0], month: numbers[1], day: numbers[2]))
    let minutes = Int64(date.daysSinceEpoch) * 1_440 + Int64(numbers[3] * 60 + numbers[4]) - 480
    return Instant(milliseconds: minutes * Duration.minute)
  }
}

import City
import Pack
import Testing

@testable import Handling

struct WorkingTimeTests {
  typealias Fixture = CalendarFixture
  static let time = WorkingTime(years: Fixture.years)

  struct Row: Sendable, CustomTestStringConvertible {
    let name: String
    let from: Instant
    let amount: Int
    let measure: TimeLimit.Measure
    var hours = Fixture.office
    let due: Instant
    var known = true
    var testDescription: String { name }
  }

  static func at(_ year: Int, _ day: String, _ hour: Int, _ minute: Int = 0) -> Instant {
    Fixture.at(year, day, hour, minute)
  }
  static let rows: [Row] = [
    Row(
      name: "clock", from: at(2026, "1001", 3, 0), amount: 90, measure: .minutes,
      due: at(2026, "1001", 4, 30)),
    Row(
      name: "clock hours over New Year", from: at(2026, "1231", 23, 0), amount: 2,
      measure: .hours, due: at(2027, "0101", 1, 0)),
    Row(
      name: "clock days", from: at(2027, "0101", 5, 0), amount: 3, measure: .days,
      due: at(2027, "0104", 5, 0)),
    Row(
      name: "a day of the year", from: at(2026, "1120", 5, 0), amount: 131, measure: .yearDay,
      due: at(2027, "0201", 0, 0)),
    Row(
      name: "on that day itself", from: at(2026, "0331", 23, 59), amount: 331,
      measure: .yearDay, due: at(2026, "0401", 0, 0)),
    Row(
      name: "once it is over", from: at(2026, "0401", 0, 0), amount: 331, measure: .yearDay,
      due: at(2027, "0401", 0, 0)),
    Row(
      name: "over lunch", from: at(2026, "1120", 11, 0), amount: 2, measure: .workingHours,
      due: at(2026, "1120", 14, 0)),
    Row(
      name: "used up at the end of a span", from: at(2026, "1120", 10, 0), amount: 2,
      measure: .workingHours, due: at(2026, "1120", 12, 0)),
    Row(
      name: "received at lunch", from: at(2026, "1120", 12, 30), amount: 1,
      measure: .workingHours, due: at(2026, "1120", 14, 0)),
    Row(
      name: "over the weekend", from: at(2026, "1120", 17, 0), amount: 1,
      measure: .workingHours, due: at(2026, "1123", 9, 30)),
    Row(
      name: "over National Day", from: at(2026, "0930", 17, 0), amount: 1,
      measure: .workingHours, due: at(2026, "1008", 9, 30)),
    Row(
      name: "a make-up Saturday is worked", from: at(2026, "1009", 17, 0), amount: 1,
      measure: .workingHours, due: at(2026, "1010", 9, 30)),
    Row(
      name: "over Spring Festival with its make-up days", from: at(2026, "0214", 17, 30),
      amount: 1, measure: .workingHours, due: at(2026, "0224", 10, 0)),
    Row(
      name: "night shift", from: at(2026, "1120", 23, 30), amount: 4, measure: .workingHours,
      hours: Fixture.night, due: at(2026, "1121", 3, 30)),
    Row(
      name: "night shift by day", from: at(2026, "1120", 12, 0), amount: 8,
      measure: .workingHours, hours: Fixture.night, due: at(2026, "1121", 6, 0)),
    Row(
      name: "round the clock on a holiday", from: at(2026, "1001", 3, 0), amount: 4,
      measure: .workingHours, hours: Fixture.always, due: at(2026, "1001", 7, 0)),
    Row(
      name: "own hours on make-up days", from: at(2026, "1010", 8, 0), amount: 6,
      measure: .workingHours, hours: Fixture.street, due: at(2026, "1010", 15, 0)),
    Row(
      name: "one working day: the close of the next", from: at(2026, "1119", 8, 0), amount: 1,
      measure: .workingDays, due: at(2026, "1120", 17, 30)),
    Row(
      name: "working days over the weekend", from: at(2026, "1119", 16, 0), amount: 3,
      measure: .workingDays, due: at(2026, "1124", 17, 30)),
    Row(
      name: "received on a holiday", from: at(2026, "1003", 10, 0), amount: 1,
      measure: .workingDays, due: at(2026, "1008", 17, 30)),
    Row(
      name: "working days count make-up days", from: at(2026, "1008", 10, 0), amount: 2,
      measure: .workingDays, due: at(2026, "1010", 17, 30)),
    Row(
      name: "half Saturdays count", from: at(2026, "1120", 10, 0), amount: 1,
      measure: .workingDays, hours: Fixture.street, due: at(2026, "1121", 12, 0)),
    Row(
      name: "round the clock, working days end at midnight", from: at(2026, "1120", 10, 0),
      amount: 1, measure: .workingDays, hours: Fixture.always, due: at(2026, "1122", 0, 0)),
    Row(
      name: "midnight is the new day", from: at(2026, "1120", 0, 0), amount: 1,
      measure: .workingDays, due: at(2026, "1123", 17, 30)),
    Row(
      name: "into a year without calendar", from: at(2026, "1231", 16, 30), amount: 2,
      measure: .workingHours, due: at(2027, "0101", 10, 0), known: false),
    Row(
      name: "the last known day", from: at(2026, "1231", 15, 0), amount: 2,
      measure: .workingHours, due: at(2026, "1231", 17, 0)),
    Row(
      name: "working days into an unknown year", from: at(2026, "1231", 9, 0), amount: 1,
      measure: .workingDays, due: at(2027, "0101", 17, 30), known: false),
    Row(
      name: "round the clock needs no calendar", from: at(2030, "0101", 3, 0), amount: 4,
      measure: .workingHours, hours: Fixture.always, due: at(2030, "0101", 7, 0)),
    Row(
      name: "zero", from: at(2026, "1001", 3, 0), amount: 0, measure: .workingDays,
      due: at(2026, "1001", 3, 0)),
    Row(
      name: "less than nothing", from: at(2026, "1001", 3, 0), amount: -5, measure: .hours,
      due: at(2026, "1001", 3, 0)),
    Row(
      name: "a unit that never works", from: at(2026, "1120", 3, 0), amount: 4,
      measure: .workingHours, hours: Fixture.never, due: at(2026, "1120", 7, 0)),
    Row(
      name: "days of a unit that never works", from: at(2026, "1120", 3, 0), amount: 4,
      measure: .workingDays, hours: Fixture.never, due: at(2026, "1124", 3, 0)),
  ]

  @Test("limits become deadlines", arguments: rows)
  func deadline(_ row: Row) {
    let got = Self.time.deadline(
      from: row.from, limit: TimeLimit(amount: row.amount, measure: row.measure),
      hours: row.hours)
    #expect(got == Deadline(instant: row.due, calendarKnown: row.known))
  }

  @Test("seconds are kept")
  func seconds() {
    let from = Self.at(2026, "1120", 11, 59).advanced(byMilliseconds: 59_999)
    let got = Self.time.deadline(
      from: from, limit: TimeLimit(amount: 1, measure: .workingHours), hours: Fixture.office)
    #expect(got.instant == Self.at(2026, "1120", 13, 59).advanced(byMilliseconds: 59_999))
  }

  @Test("working days a year are days less weekends less statutory holidays")
  func workingDays() {
    // 2020 gave two days more against the epidemic.
    let expected = [
      2020: 249, 2021: 250, 2022: 249, 2023: 249, 2024: 251, 2025: 248, 2026: 248,
    ]
    for (year, days) in expected {
      let worked = Self.time.workedMilliseconds(
        from: Self.at(year, "0101", 0), to: Self.at(year + 1, "0101", 0), hours: Fixture.office)
      #expect(worked == Int64(days) * 450 * Duration.minute, "\(year)")
    }
  }

  @Test("worked time is cut at both ends and never negative")
  func worked() {
    let from = Self.at(2026, "1120", 11, 30)
    let to = Self.at(2026, "1120", 13, 15)
    #expect(
      Self.time.workedMilliseconds(from: from, to: to, hours: Fixture.office)
        == 45 * Duration.minute)
    #expect(Self.time.workedMilliseconds(from: to, to: from, hours: Fixture.office) == 0)
    #expect(Self.time.workedMilliseconds(from: to, to: to, hours: Fixture.always) == 0)
  }

  @Test("dates turn at the city's midnight")
  func dates() {
    let midnight = Self.at(2026, "1120", 0)
    #expect(Self.time.date(of: midnight) == Fixture.date(2026, "1120"))
    #expect(
      Self.time.date(of: midnight.advanced(byMilliseconds: -1)) == Fixture.date(2026, "1119"))
    #expect(Self.time.start(of: Fixture.date(2026, "1120")) == midnight)
    #expect(Self.time.lastYear == 2026)
    #expect(!Self.time.works(at: Self.at(2026, "1120", 12), hours: Fixture.office))
    #expect(Self.time.works(at: Self.at(2026, "1120", 13), hours: Fixture.office))
  }

  @Test(
    "deadlines agree with counting minute by minute",
    arguments: [Fixture.office, Fixture.street, Fixture.night, Fixture.always])
  func againstMinutes(_ hours: WorkingHours) {
    let seed: UInt64 = 30_428
    print("seed \(seed)")
    var random = SeededGenerator(seed: seed)
    let slow = MinuteReference(hours: hours)
    for round in 0..<140 {
      let year = 2020 + round % 7
      let minute = Int.random(in: 0..<525_600, using: &random)
      let from = Self.at(year, "0101", 0).advanced(
        byMilliseconds: Int64(minute) * Duration.minute)
      let workingHours = Int.random(in: 1...60, using: &random)
      let workingDays = Int.random(in: 1...20, using: &random)
      let byHours = Self.time.deadline(
        from: from, limit: TimeLimit(amount: workingHours, measure: .workingHours), hours: hours)
      let byDays = Self.time.deadline(
        from: from, limit: TimeLimit(amount: workingDays, measure: .workingDays), hours: hours)
      #expect(byHours.instant == slow.deadline(from, workingMinutes: workingHours * 60))
      #expect(byDays.instant == slow.deadline(from, workingDays: workingDays))
      let worked = Self.time.workedMilliseconds(from: from, to: byHours.instant, hours: hours)
      #expect(worked == Int64(workingHours) * Duration.hour)
    }
  }
}

/// Working time the slow way: every minute is asked whether it is worked.
struct MinuteReference {
  let hours: WorkingHours

  func deadline(_ from: Instant, workingMinutes: Int) -> Instant {
    var left = workingMinutes
    var minute = from.milliseconds / Duration.minute
    var day = Day(minute: minute, hours: hours)
    while true {
      if minute >= day.end { day = Day(minute: minute, hours: hours) }
      if day.works(minute) { left -= 1 }
      minute += 1
      if left == 0 { return Instant(milliseconds: minute * Duration.minute) }
    }
  }

  func deadline(_ from: Instant, workingDays: Int) -> Instant {
    var left = workingDays
    var day = Day(minute: from.milliseconds / Duration.minute, hours: hours)
    while true {
      day = Day(minute: day.end, hours: hours)
      let worked = (day.end - 1_440..<day.end).filter(day.works)
      guard let last = worked.last else { continue }
      left -= 1
      if left == 0 { return Instant(milliseconds: (last + 1) * Duration.minute) }
    }
  }

  struct Day {
    let end: Int64
    let spans: [MinuteSpan]

    init(minute: Int64, hours: WorkingHours) {
      let number = (minute + 480) / 1_440
      end = (number + 1) * 1_440 - 480
      let date = CivilDate(daysSinceEpoch: Int(number))
      let calendars = CalendarFixture.years
      let isMakeUp = calendars.contains { $0.makeUpDays.contains(date) }
      let isHoliday = calendars.contains { year in
        year.holidays.contains { $0.from <= date && date <= $0.to }
      }
      // 1970-01-01 was a Thursday.
      let weekday = Int((number + 3) % 7)
      if isMakeUp {
        spans = hours.makeUpDay ?? hours.week[0]
      } else if isHoliday && !hours.worksOnHolidays {
        spans = []
      } else {
        spans = hours.week[weekday]
      }
    }

    func works(_ minute: Int64) -> Bool {
      let within = minute - (end - 1_440)
      return spans.contains { Int64($0.from) <= within && within < Int64($0.to) }
    }
  }
}

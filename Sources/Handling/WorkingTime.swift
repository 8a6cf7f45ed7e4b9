package import City
package import Pack

/// By when something is due.
package struct Deadline: Hashable, Sendable {
  package let instant: Instant
  /// False where a day was counted whose year no calendar is loaded for; then plain weekdays
  /// were taken, and the deadline may move when that year's calendar comes.
  package let calendarKnown: Bool

  package init(instant: Instant, calendarKnown: Bool) {
    self.instant = instant
    self.calendarKnown = calendarKnown
  }
}

/// Working time by the loaded calendars: limits become deadlines, spans become worked time.
///
/// - Clock limits (`minutes`, `hours`, `days`) run by the clock, day and night.
/// - `workingHours` run within the unit's working spans only, to the millisecond. A limit that is
///   used up at the end of a span is due there, not at the start of the next.
/// - `workingDays` count from the day after (受理之日次日起算): due is the close of the last span
///   of the N-th day after that of `from` on which the unit works at all.
///
/// A span ends at midnight; a shift over midnight is two spans that touch. The part after
/// midnight belongs to its own day, and is free where that day is.
package struct WorkingTime: Sendable {
  /// Larger amounts are cut to this; the lint of packs refuses them.
  package static let amountMax = 100_000
  /// So many days without enough working time mean that the unit never works: then the limit
  /// runs by the clock.
  package static let daysSearchedMax = 4_000
  /// So many days are looked at for worked time; beyond, a span of time is no case's.
  package static let daysCountedMax = 40_000

  /// The city's distance from UTC; China keeps no summer time.
  private let offsetMilliseconds: Int64
  private let years: Set<Int>
  private let holidays: Set<Int>
  private let makeUpDays: Set<Int>

  /// Calendars may come in any order; a holiday that reaches into a neighbouring year counts there
  /// as well.
  package init(years: [CalendarYear], offsetMinutes: Int = 480) {
    offsetMilliseconds = Int64(offsetMinutes) * Duration.minute
    self.years = Set(years.map(\.year))
    var holidays: Set<Int> = []
    for holiday in years.flatMap(\.holidays) where holiday.from <= holiday.to {
      holidays.formUnion(holiday.from.daysSinceEpoch...holiday.to.daysSinceEpoch)
    }
    self.holidays = holidays
    makeUpDays = Set(years.flatMap(\.makeUpDays).map(\.daysSinceEpoch))
  }

  /// The last year whose calendar is loaded; nil where none is.
  package var lastYear: Int? { years.max() }

  /// The day on which a moment lies in the city's time.
  package func date(of instant: Instant) -> CivilDate {
    CivilDate(daysSinceEpoch: day(of: instant))
  }

  /// The first moment of a day in the city's time.
  package func start(of date: CivilDate) -> Instant { start(of: date.daysSinceEpoch) }

  /// Whether a unit with these hours works at this moment.
  package func works(at instant: Instant, hours: WorkingHours) -> Bool {
    let day = day(of: instant)
    let within = instant.millisecondsSince(start(of: day))
    return spans(on: day, hours: hours).contains {
      Int64($0.from) * Duration.minute <= within && within < Int64($0.to) * Duration.minute
    }
  }

  /// When a limit that begins at `from` runs out, for a unit with these hours. An amount of zero
  /// or less is due at once.
  package func deadline(from: Instant, limit: TimeLimit, hours: WorkingHours) -> Deadline {
    let amount = Int64(min(max(limit.amount, 0), Self.amountMax))
    guard amount > 0 else { return Deadline(instant: from, calendarKnown: true) }
    switch limit.measure {
    case .minutes: return byClock(from, amount * Duration.minute)
    case .hours: return byClock(from, amount * Duration.hour)
    case .days: return byClock(from, amount * Duration.day)
    case .workingHours: return byWorkingHours(from, amount * Duration.hour, hours)
    case .workingDays: return byWorkingDays(from, amount, hours)
    case .yearDay: return byYearDay(from, Int(amount))
    }
  }

  /// How much of the time between two moments a unit with these hours worked; 0 where `to` lies
  /// before `from`.
  package func workedMilliseconds(from: Instant, to: Instant, hours: WorkingHours) -> Int64 {
    guard from < to else { return 0 }
    let first = day(of: from)
    let last = min(day(of: to), first + Self.daysCountedMax)
    var sum: Int64 = 0
    for day in first...last {
      let midnight = start(of: day)
      for span in spans(on: day, hours: hours) {
        let start = max(midnight.advanced(byMilliseconds: Int64(span.from) * Duration.minute), from)
        let end = min(midnight.advanced(byMilliseconds: Int64(span.to) * Duration.minute), to)
        sum += max(0, end.millisecondsSince(start))
      }
    }
    return sum
  }

  /// When a unit with these hours has worked so long since `from`; by the clock where it never works.
  package func moment(
    afterWorking milliseconds: Int64, from: Instant, hours: WorkingHours
  ) -> Instant {
    byWorkingHours(from, max(milliseconds, 1), hours).instant
  }

  /// The first moment from `from` on at which a unit with these hours works; nil where that is
  /// more than a year away.
  package func nextWork(from: Instant, hours: WorkingHours) -> Instant? {
    let first = day(of: from)
    for day in first...first + 366 {
      let midnight = start(of: day)
      for span in spans(on: day, hours: hours) {
        let end = midnight.advanced(byMilliseconds: Int64(span.to) * Duration.minute)
        if end > from {
          return max(from, midnight.advanced(byMilliseconds: Int64(span.from) * Duration.minute))
        }
      }
    }
    return nil
  }

  /// The end of the next such day that is not over; at once where a year has none.
  private func byYearDay(_ from: Instant, _ monthAndDay: Int) -> Deadline {
    let year = date(of: from).year
    for candidate in year...year + 1 {
      guard
        let date = CivilDate(
          year: candidate, month: monthAndDay / 100, day: monthAndDay % 100)
      else { continue }
      let end = start(of: date.daysSinceEpoch + 1)
      if end > from { return Deadline(instant: end, calendarKnown: true) }
    }
    return Deadline(instant: from, calendarKnown: true)
  }

  private func byClock(_ from: Instant, _ milliseconds: Int64) -> Deadline {
    Deadline(instant: from.advanced(byMilliseconds: milliseconds), calendarKnown: true)
  }

  private func byWorkingHours(
    _ from: Instant, _ milliseconds: Int64, _ hours: WorkingHours
  ) -> Deadline {
    var remaining = milliseconds
    var known = true
    let first = day(of: from)
    // Long limits span more days; an hour a day is the least that counts as working.
    let searched = max(Self.daysSearchedMax, Int(milliseconds / Duration.hour) * 2)
    for day in first..<first + searched {
      known = known && isKnown(day, hours: hours)
      let midnight = start(of: day)
      for span in spans(on: day, hours: hours) {
        let start = max(midnight.advanced(byMilliseconds: Int64(span.from) * Duration.minute), from)
        let end = midnight.advanced(byMilliseconds: Int64(span.to) * Duration.minute)
        let length = end.millisecondsSince(start)
        guard length > 0 else { continue }
        if remaining <= length {
          return Deadline(
            instant: start.advanced(byMilliseconds: remaining), calendarKnown: known)
        }
        remaining -= length
      }
    }
    return byClock(from, milliseconds)
  }

  private func byWorkingDays(_ from: Instant, _ amount: Int64, _ hours: WorkingHours) -> Deadline {
    var remaining = amount
    // The day of `from` does not count, yet its calendar is looked at by nobody either.
    var known = true
    let first = day(of: from) + 1
    for day in first..<first + Self.daysSearchedMax + Int(amount) * 7 {
      known = known && isKnown(day, hours: hours)
      guard let close = spans(on: day, hours: hours).last?.to else { continue }
      remaining -= 1
      if remaining == 0 {
        let instant = start(of: day).advanced(byMilliseconds: Int64(close) * Duration.minute)
        return Deadline(instant: instant, calendarKnown: known)
      }
    }
    return byClock(from, amount * Duration.day)
  }

  private func spans(on day: Int, hours: WorkingHours) -> [MinuteSpan] {
    if makeUpDays.contains(day) { return hours.makeUpDay ?? hours.week[0] }
    if holidays.contains(day) && !hours.worksOnHolidays { return [] }
    return hours.week[CivilDate.weekday(ofDay: day) - 1]
  }

  /// Whether nothing that could still be announced would change this day.
  private func isKnown(_ day: Int, hours: WorkingHours) -> Bool {
    if years.contains(CivilDate(daysSinceEpoch: day).year) { return true }
    guard hours.worksOnHolidays else { return false }
    let makeUpDay = hours.makeUpDay ?? hours.week[0]
    return hours.week.allSatisfy { $0 == makeUpDay }
  }

  private func day(of instant: Instant) -> Int {
    let local = instant.milliseconds + offsetMilliseconds
    return Int(local >= 0 ? local / Duration.day : (local - Duration.day + 1) / Duration.day)
  }

  private func start(of day: Int) -> Instant {
    Instant(milliseconds: Int64(day) * Duration.day - offsetMilliseconds)
  }
}

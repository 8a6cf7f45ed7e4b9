package import City

/// When a unit works (工作时间).
package struct WorkingHours: Equatable, Sendable {
  package let code: String
  package let name: String
  /// For each weekday (index 0 = Monday), spans in minutes after midnight, in order, without overlap.
  package let week: [[MinuteSpan]]
  /// Spans of a make-up working day; those of Monday where nil.
  package let makeUpDay: [MinuteSpan]?
  /// Whether public holidays are working days all the same (round-the-clock duty).
  package let worksOnHolidays: Bool

  package init(
    code: String, name: String, week: [[MinuteSpan]], makeUpDay: [MinuteSpan]?,
    worksOnHolidays: Bool
  ) {
    precondition(week.count == 7)
    self.code = code
    self.name = name
    self.week = week
    self.makeUpDay = makeUpDay
    self.worksOnHolidays = worksOnHolidays
  }
}

/// Part of a day, in minutes after midnight: 0 ≤ from < to ≤ 1440.
package struct MinuteSpan: Hashable, Sendable {
  package let from: Int
  package let to: Int

  package init(from: Int, to: Int) {
    precondition(0 <= from && from < to && to <= 1_440)
    self.from = from
    self.to = to
  }
}

/// One year of public holidays and make-up working days, as the State Council announced it.
package struct CalendarYear: Equatable, Sendable {
  package let year: Int
  package let holidays: [Holiday]
  /// Weekend days that are worked.
  package let makeUpDays: [CivilDate]

  package init(year: Int, holidays: [Holiday], makeUpDays: [CivilDate]) {
    self.year = year
    self.holidays = holidays
    self.makeUpDays = makeUpDays
  }
}

/// A run of free days.
package struct Holiday: Equatable, Sendable {
  package let name: String
  package let from: CivilDate
  package let to: CivilDate

  package init(name: String, from: CivilDate, to: CivilDate) {
    self.name = name
    self.from = from
    self.to = to
  }
}

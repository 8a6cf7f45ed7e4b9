package import City

/// A report that a scenario owes at regular times (报告): which numbers it holds.
package struct PackReport: Equatable, Sendable {
  /// How often it is due.
  package enum Span: String, CaseIterable, Sendable {
    /// From the first to the fifteenth, and from the sixteenth to the end of a month.
    case halfMonth
    case month, year
  }

  package let code: String
  package let title: String
  package let every: Span
  /// Codes of vitals that are told with their value and that of the span before.
  package let vitals: [String]
  /// Codes of items whose cases are counted; empty = of none.
  package let items: [String]
  /// Codes of risk models whose grades are counted as they stand now.
  package let models: [String]

  package init(
    code: String, title: String, every: Span, vitals: [String], items: [String], models: [String]
  ) {
    self.code = code
    self.title = title
    self.every = every
    self.vitals = vitals
    self.items = items
    self.models = models
  }
}

extension PackReport.Span {
  /// The span that holds a day: its first day, and the first day after it.
  package func days(holding date: CivilDate) -> (from: CivilDate, to: CivilDate) {
    func first(_ year: Int, _ month: Int, _ day: Int = 1) -> CivilDate {
      // Months are counted on over the end of a year.
      let wrapped = month > 12
      return CivilDate(year: wrapped ? year + 1 : year, month: wrapped ? 1 : month, day: day)
        ?? date
    }
    switch self {
    case .halfMonth where date.day <= 15:
      return (first(date.year, date.month), first(date.year, date.month, 16))
    case .halfMonth: return (first(date.year, date.month, 16), first(date.year, date.month + 1))
    case .month: return (first(date.year, date.month), first(date.year, date.month + 1))
    case .year: return (first(date.year, 1), first(date.year + 1, 1))
    }
  }

  /// The last span that is over on a day.
  package func lastDays(before date: CivilDate) -> (from: CivilDate, to: CivilDate) {
    let current = days(holding: date)
    return days(holding: CivilDate(daysSinceEpoch: current.from.daysSinceEpoch - 1))
  }
}

extension PackLint {
  mutating func checkReports() {
    for (index, one) in pack.reports.enumerated() {
      let subject = PackSubject(.reports, index)
      for vital in one.vitals { require(vital, in: known.vitals, "vital", subject) }
      for item in one.items { require(item, in: known.items, "item", subject) }
      for model in one.models { require(model, in: known.risks, "risk model", subject) }
    }
  }
}

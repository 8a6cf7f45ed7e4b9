package import City

/// What is simulated, and for how long.
package struct SimulationSettings: Sendable {
  package static let daysRange = 1...3_650
  package static let perDayRange = 1...100_000
  /// In hundredths of the people that the work needs.
  package static let crewRange = 10...1_000
  /// Cases of one run. Beyond: refused, for all that are open are held in memory.
  package static let casesMax = 20_000_000

  package var days = 90
  /// Cases of an average day.
  package var perDay = 5_000
  package var seed: UInt64 = 7
  /// How many people there are, in hundredths of those that the work needs on average.
  package var crew = 100
  package var firstDay: CivilDate

  package init(firstDay: CivilDate) {
    self.firstDay = firstDay
  }
}

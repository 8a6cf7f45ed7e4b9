import Glibc

/// What makes a topic hot, as numbers that people see beside the score.
package struct TopicScore: Equatable, Sendable {
  /// Cases that tell of it.
  package let size: Int
  /// How many people they concern.
  package let people: Int
  /// Rate of the last quarter of the window over the rate before; 1 = steady.
  package let rise: Double
  /// Share of its cases of the two gravest grades, 0 to 1.
  package let urgent: Double
  /// Share of its cases whose problem came back or was reported several times, 0 to 1.
  package let repeated: Double

  /// The formula of `score`, as people read it.
  package static let formula =
    "(size + ln(1 + people)) × (1/2 + 1/2 × rise/(1 + rise)) × (1 + urgent/2) × (1 + repeated/2)"

  /// - Parameters:
  ///   - recent: how many of its cases came in the last quarter of the window.
  ///   - urgent: how many are of the two gravest grades.
  ///   - repeated: how many came back or were reported several times.
  package init(size: Int, people: Int, recent: Int, urgent: Int, repeated: Int) {
    self.size = size
    self.people = people
    // One more on both sides: a single case makes no rise without bounds.
    rise = (Double(recent) + 1) / (Double(size - recent) / 3 + 1)
    self.urgent = size == 0 ? 0 : Double(urgent) / Double(size)
    self.repeated = size == 0 ? 0 : Double(repeated) / Double(size)
  }

  package var score: Double {
    (Double(size) + log(1 + Double(people))) * (0.5 + 0.5 * rise / (1 + rise))
      * (1 + urgent / 2) * (1 + repeated / 2)
  }
}

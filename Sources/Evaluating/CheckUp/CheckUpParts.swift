package import City

extension CheckUp {
  /// Something out of the ordinary, with what a reader needs to act on it.
  package struct IrregularityLine: Sendable {
    package let irregularity: Irregularity
    /// What people call the place, where the irregularity has one.
    package let place: String
    /// Parts with most of its cases, the largest first; none for what the irregularity itself names.
    package let neighbourhoods: [(area: ID<Area>, count: Int)]
    package let items: [(code: String, count: Int)]
    package let units: [(unit: ID<Unit>, count: Int)]
    /// Who should act.
    package let lead: ID<Unit>?
    /// The newest.
    package let cases: [ID<Case>]

    package init(
      irregularity: Irregularity, place: String, neighbourhoods: [(area: ID<Area>, count: Int)],
      items: [(code: String, count: Int)], units: [(unit: ID<Unit>, count: Int)],
      lead: ID<Unit>?, cases: [ID<Case>]
    ) {
      self.irregularity = irregularity
      self.place = place
      self.neighbourhoods = neighbourhoods
      self.items = items
      self.units = units
      self.lead = lead
      self.cases = cases
    }
  }

  /// A matter that many cases of the period tell of.
  package struct TopicLine: Sendable {
    /// One of its cases' own titles.
    package let title: String
    package let score: TopicScore
    /// Streets with most of its cases, the largest first.
    package let places: [(area: ID<Area>, count: Int)]
    package let from: Instant
    package let to: Instant

    package init(
      title: String, score: TopicScore, places: [(area: ID<Area>, count: Int)], from: Instant,
      to: Instant
    ) {
      self.title = title
      self.score = score
      self.places = places
      self.from = from
      self.to = to
    }
  }

  /// Devices with the same ailment.
  package struct DeviceLine: Sendable {
    /// What people call the ailment, and what is done about it.
    package let ailment: String
    package let remedy: String
    package let grade: Grade
    package let count: Int
    /// Some of them: name, what is seen, since when (nil = not known), who owns it.
    package let devices: [(name: String, text: String, since: Instant?, owner: String)]

    package init(
      ailment: String, remedy: String, grade: Grade, count: Int,
      devices: [(name: String, text: String, since: Instant?, owner: String)]
    ) {
      self.ailment = ailment
      self.remedy = remedy
      self.grade = grade
      self.count = count
      self.devices = devices
    }
  }
}

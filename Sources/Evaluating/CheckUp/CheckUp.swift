package import City
package import Pack

/// The check-up of a city over a period (城市体检): all that its report says, before any page is made.
package struct CheckUp: Sendable {
  /// The period itself and the twelve before it.
  package static let trendCount = 13

  /// One vital of the report.
  package struct Line: Sendable {
    package let vital: Vital
    package let state: VitalState
    /// What it came to in earlier periods, the oldest first, the period itself last.
    package let trend: [Double?]
    /// Where it is out of its band: what moved it.
    package let cause: VitalCause?

    package init(vital: Vital, state: VitalState, trend: [Double?], cause: VitalCause?) {
      self.vital = vital
      self.state = state
      self.trend = trend
      self.cause = cause
    }
  }

  /// One unit or street of the report.
  package struct PlaceLine: Sendable {
    package let place: Int
    package let figures: PlaceFigures

    package init(place: Int, figures: PlaceFigures) {
      self.place = place
      self.figures = figures
    }
  }

  /// A hot spot with what lies in it.
  package struct SpotLine: Sendable {
    package let spot: HotSpots.Spot
    /// What people call the place.
    package let place: String
    /// The commonest item, nil = 未分类, and how many of the spot's cases are of it.
    package let item: String?
    package let itemCount: Int
    package let reworked: Int
    package let unit: ID<Unit>?
    package let cases: [ID<Case>]

    package init(
      spot: HotSpots.Spot, place: String, item: String?, itemCount: Int, reworked: Int,
      unit: ID<Unit>?, cases: [ID<Case>]
    ) {
      self.spot = spot
      self.place = place
      self.item = item
      self.itemCount = itemCount
      self.reworked = reworked
      self.unit = unit
      self.cases = cases
    }
  }

  /// An early warning of the period.
  package struct WarningLine: Sendable {
    package let title: String
    /// What people call its area.
    package let place: String
    /// The gravest that it was.
    package let grade: Grade
    package let issuedAt: Instant
    /// What became of it; nil = its kind is not scored.
    package let judged: WarningScore.Judged?

    package init(
      title: String, place: String, grade: Grade, issuedAt: Instant,
      judged: WarningScore.Judged?
    ) {
      self.title = title
      self.place = place
      self.grade = grade
      self.issuedAt = issuedAt
      self.judged = judged
    }
  }

  /// What people call the place that is checked up.
  package let placeName: String
  package let period: Period
  package let offsetMilliseconds: Int64
  package let lines: [Line]
  package let score: CheckUpScore
  /// Scores of earlier periods, the oldest first, this one last.
  package let scores: [CheckUpScore?]
  package let streets: [PlaceLine]
  package let units: [PlaceLine]
  package let hotSpots: HotSpots?
  package let spots: [SpotLine]
  /// Outlines of the place on the same flat ground as the hot spots.
  package let outlines: [[GroundPoint]]
  /// The newest last; and how good those of each kind were, where any were issued or missing.
  package let warnings: [WarningLine]
  package let warningScores: [(name: String, score: WarningScore)]
  /// What is out of the ordinary, the surest first; then places where problems come back.
  package let irregularities: [IrregularityLine]
  /// The hottest first.
  package let topics: [TopicLine]
  /// Devices that are not well, by ailment.
  package let devices: [DeviceLine]
  /// Head and rest of each sentence of the summary.
  package let summary: [CheckUpSentence]
  /// First bytes of the digest of what the report was made from, in hexadecimal.
  package let digest: String

  package init(
    placeName: String, period: Period, offsetMilliseconds: Int64, lines: [Line],
    score: CheckUpScore, scores: [CheckUpScore?], streets: [PlaceLine], units: [PlaceLine],
    hotSpots: HotSpots?, spots: [SpotLine], outlines: [[GroundPoint]],
    warnings: [WarningLine], warningScores: [(name: String, score: WarningScore)],
    irregularities: [IrregularityLine], topics: [TopicLine], devices: [DeviceLine],
    summary: [CheckUpSentence], digest: String
  ) {
    self.placeName = placeName
    self.period = period
    self.offsetMilliseconds = offsetMilliseconds
    self.lines = lines
    self.score = score
    self.scores = scores
    self.streets = streets
    self.units = units
    self.hotSpots = hotSpots
    self.spots = spots
    self.outlines = outlines
    self.warnings = warnings
    self.warningScores = warningScores
    self.irregularities = irregularities
    self.topics = topics
    self.devices = devices
    self.summary = summary
    self.digest = digest
  }

  /// How many vitals stand at a grade.
  package func count(_ grade: Grade) -> Int { lines.filter { $0.state.grade == grade }.count }
}

/// A sentence of the summary: what it is about, and the rest.
package struct CheckUpSentence: Hashable, Sendable {
  package let head: String
  package let text: String

  package init(head: String, text: String) {
    self.head = head
    self.text = text
  }

  /// Splits a template's outcome at its first full stop of either script.
  package init(_ said: String) {
    let end = said.firstIndex { $0 == "\u{3002}" || $0 == "." }
    head = end.map { String(said[...$0]) } ?? said
    text = end.map { String(said[said.index(after: $0)...]) } ?? ""
  }
}

/// One round of a plan (巡查单): the things that a unit looks at in one period, in the order of a route.
package struct Patrol: Hashable, Sendable {
  /// Places of one round.
  package static let stopsMax = 50
  /// Characters of what is said of a stop.
  package static let wordsMax = 500
  /// Files shown of one stop.
  package static let filesMax = 20

  /// How far it came.
  package enum State: String, CaseIterable, Sendable {
    case open, done
    /// The period ended before all was looked at.
    case missed
  }

  /// What somebody found at a stop.
  package struct Finding: Hashable, Sendable {
    package let at: Instant
    package let staff: ID<Staff>
    /// Whether all was as it should be.
    package let isSound: Bool
    /// Personal details are masked in it.
    package let words: String
    package let files: [FileDigest]

    package init(
      at: Instant, staff: ID<Staff>, isSound: Bool, words: String, files: [FileDigest]
    ) {
      self.at = at
      self.staff = staff
      self.isSound = isSound
      self.words = words
      self.files = files
    }
  }

  /// A thing to look at.
  package struct Stop: Hashable, Sendable {
    package let thing: ID<Thing>
    /// As it was called and where it lay when the round was made.
    package let name: String
    package let position: Position?
    package var finding: Finding?

    package init(thing: ID<Thing>, name: String, position: Position?) {
      self.thing = thing
      self.name = name
      self.position = position
    }
  }

  package let id: ID<Patrol>
  /// Code of the plan in a pack.
  package let plan: String
  /// Where all its stops lie, and who goes.
  package let area: AreaPath
  package let unit: UnitPath
  /// Which of the unit's rounds of the period it is, from 1.
  package let part: Int
  package let from: Instant
  /// When the period ends.
  package let due: Instant
  /// From the first to the last stop as the crow flies.
  package let metres: Int
  /// In the order of the route.
  package var stops: [Stop]
  package var state = State.open
  package var version = 1

  package init(
    id: ID<Patrol>, plan: String, area: AreaPath, unit: UnitPath, part: Int, from: Instant,
    due: Instant, metres: Int, stops: [Stop]
  ) {
    self.id = id
    self.plan = plan
    self.area = area
    self.unit = unit
    self.part = part
    self.from = from
    self.due = due
    self.metres = metres
    self.stops = stops
  }

  /// What there is one of.
  package var key: String { Self.key(plan, unit, from, part) }

  /// The key of a round.
  package static func key(
    _ plan: String, _ unit: UnitPath, _ from: Instant, _ part: Int
  ) -> String {
    "\(plan)/\(unit.innermost?.rawValue ?? 0)/\(from.milliseconds)/\(part)"
  }
}

/// What is known of one dwelling from several sources (人房户), within one span of time.
package struct DwellingFacts: Sendable {
  /// One person who receives deliveries.
  package struct Receiver: Hashable, Sendable {
    /// Whatever tells persons apart: a telephone, else a name.
    package let key: String
    /// The first character of the name; empty where none is known.
    package let familyName: String

    package init(key: String, familyName: String) {
      self.key = key
      self.familyName = familyName
    }
  }

  /// Days on which each receiver got something, from the span's first day.
  package var deliveries: [Receiver: Set<Int>] = [:]
  /// One entry a reading.
  package var water: [Double] = []
  /// Share of a reading's water that ran at night.
  package var nightShares: [Double] = []
  package var power: [Double] = []
  /// Persons registered at the end of the span.
  package var registered = 0
  /// Who moved in or out within it, …
  package var moves = 0
  /// … and who moved out.
  package var movedOut = 0
  /// Complaints that name this door.
  package var complaints = 0
  /// Complaints that name only the building.
  package var buildingComplaints = 0

  package init() {}
}

/// A source that facts come from.
package enum DwellingSource: String, CaseIterable, Sendable {
  case deliveries, utilities, registrations, complaints
}

/// One number that tells how crowded a dwelling is; more is more crowded.
package enum CrowdingFeature: String, CaseIterable, Sendable {
  /// Persons who received something on two days at least.
  case receivers
  /// Their different family names.
  case familyNames
  /// Receivers who left and were followed by others: beds change hands, a shop only grows.
  case turnover
  /// Parcels a person and span.
  case parcels
  /// Mean water of a reading, …
  case water
  /// … its share at night, …
  case nightShare
  /// … and power.
  case power
  case moves
  case movedOut
  /// Receivers beyond those registered.
  case unregistered
  case complaints
  case buildingComplaints

  /// Where it is read from.
  package var source: DwellingSource {
    switch self {
    // Receivers beyond those registered tell of receivers first.
    case .receivers, .familyNames, .turnover, .parcels, .unregistered: .deliveries
    case .water, .nightShare, .power: .utilities
    case .moves, .movedOut: .registrations
    case .complaints, .buildingComplaints: .complaints
    }
  }

  /// Days that a receiver must be seen on, so that a slip of the pen is no person.
  private static let daysMin = 2

  /// nil = nothing is known.
  /// - Parameters:
  ///   - sources: those that are there at all; where one is, nothing said means none.
  ///   - days: length of the span.
  package func value(
    _ facts: DwellingFacts, sources: Set<DwellingSource>, days: Int
  ) -> Double? {
    guard sources.contains(source) else { return nil }
    let steady = facts.deliveries.filter { $0.value.count >= Self.daysMin }
    switch self {
    case .receivers: return Double(steady.count)
    case .familyNames: return Double(Set(steady.keys.map(\.familyName)).subtracting([""]).count)
    case .turnover: return Double(Self.turnover(steady.values, days: days))
    case .parcels: return Double(facts.deliveries.values.reduce(0) { $0 + $1.count })
    case .water: return Self.mean(facts.water)
    case .nightShare: return Self.mean(facts.nightShares)
    case .power: return Self.mean(facts.power)
    case .moves: return Double(facts.moves)
    case .movedOut: return Double(facts.movedOut)
    case .unregistered:
      guard sources.contains(.registrations) else { return nil }
      return Double(max(0, steady.count - facts.registered))
    case .complaints: return Double(facts.complaints)
    case .buildingComplaints: return Double(facts.buildingComplaints)
    }
  }

  /// Whoever is missed for so many of his own intervals came later, or left: one in fifty would be
  /// missed so long by chance (e to the minus fourth).
  private static let intervalsMissed = 4.0

  /// How many left and were followed: the lesser of who left and who came.
  private static func turnover(_ seen: some Collection<Set<Int>>, days: Int) -> Int {
    var (left, came) = (0, 0)
    for one in seen {
      guard let first = one.min(), let last = one.max(), one.count > 1 else { continue }
      let interval = max(1, Double(last - first) / Double(one.count - 1))
      if Double(days - 1 - last) > intervalsMissed * interval { left += 1 }
      if Double(first) > intervalsMissed * interval { came += 1 }
    }
    return min(left, came)
  }

  private static func mean(_ values: [Double]) -> Double? {
    values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }
}

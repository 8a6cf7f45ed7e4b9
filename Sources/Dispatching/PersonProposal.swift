package import City

/// Somebody who may be given an order, with what speaks for and against him.
package struct PersonCandidate: Sendable {
  package let staff: ID<Staff>
  /// Whether a duty of his runs now.
  package var isOnDuty = false
  /// How deep the area lies that is his own and holds the case; nil = none of his own does.
  package var ownArea: AreaLevel?
  /// Orders that he has not ended.
  package var open = 0
  /// Orders of the same item that he ended lately.
  package var done = 0
  /// From the place of the case to where he is or works; nil = nobody knows.
  package var metres: Double?
  /// What `metres` was measured from.
  package var from = Whence.order
  /// Whom he stands in for.
  package var standsInFor: ID<Staff>?
  package var isAbsent = false

  /// Where a distance begins.
  package enum Whence: String, CaseIterable, Sendable {
    /// Where he was seen last.
    case seen
    /// The nearest place where he has an order.
    case order
    /// The middle of his own area.
    case area
  }

  package init(staff: ID<Staff>) {
    self.staff = staff
  }
}

/// Somebody proposed, with the reasons.
package struct PersonChoice: Equatable, Sendable {
  package let staff: ID<Staff>
  /// Higher is better; only the order means something.
  package let points: Int
  package let reasons: [PersonReason]
}

/// What speaks for somebody, or against him; each with the points that it gives.
package enum PersonReason: Equatable, Sendable {
  case grid(AreaLevel)
  case onDuty
  case skill(orders: Int)
  case load(orders: Int)
  case distance(metres: Int, from: PersonCandidate.Whence)
  case standsIn(for: ID<Staff>)

  /// Its name in answers of the interface. Once released it never changes.
  package var code: String {
    switch self {
    case .grid: "grid"
    case .onDuty: "onDuty"
    case .skill: "skill"
    case .load: "load"
    case .distance: "distance"
    case .standsIn: "standsIn"
    }
  }

  /// Being on duty outweighs all: who is off would have to be called in. Whose grid it is knows the
  /// place and answers for it. Two orders at hand weigh as much as one grid level; beyond eight it
  /// makes no difference. Ten orders of the sort are experience enough. A kilometre is a short ride.
  package var points: Int {
    switch self {
    case .onDuty: 100
    case .grid(let level):
      switch level {
      case .grid: 40
      case .neighbourhood: 25
      case .street: 10
      case .district, .city: 0
      }
    case .skill(let orders): 2 * min(orders, 10)
    case .load(let orders): -7 * min(orders, 8)
    case .distance(let metres, _): -min(metres / 100, 20)
    case .standsIn: 0
    }
  }
}

/// Whom an order should be given to: grid, roster, skill, load and distance, with reasons. Pure.
package enum PersonProposal {
  /// The best first; of equals the lower id. Who is absent is left out.
  package static func choices(_ candidates: [PersonCandidate]) -> [PersonChoice] {
    candidates.filter { !$0.isAbsent }.map { candidate in
      let reasons = reasons(candidate)
      return PersonChoice(
        staff: candidate.staff, points: reasons.reduce(0) { $0 + $1.points }, reasons: reasons)
    }
    .sorted { ($1.points, $0.staff) < ($0.points, $1.staff) }
  }

  private static func reasons(_ candidate: PersonCandidate) -> [PersonReason] {
    let found: [PersonReason?] = [
      candidate.isOnDuty ? .onDuty : nil, candidate.ownArea.map { .grid($0) },
      candidate.done > 0 ? .skill(orders: candidate.done) : nil, .load(orders: candidate.open),
      candidate.metres.map { .distance(metres: Int($0), from: candidate.from) },
      candidate.standsInFor.map { .standsIn(for: $0) },
    ]
    return found.compactMap(\.self)
  }

  // MARK: Who checks

  /// Farther than this it makes no difference any more.
  package static let metresMax = 20_000
  /// Places so near to each other are equally near: then the load decides.
  package static let stepMetres = 200
  /// Beyond so many at hand it makes no difference.
  package static let loadMax = 99

  /// Who should look at a case on the spot: on duty before off duty, then by distance, then by
  /// load. Where anybody is on duty only those are. The best first; of equals the lower id. Who is
  /// absent is left out; who handled the case is not among the candidates.
  package static func checkers(_ candidates: [PersonCandidate]) -> [PersonChoice] {
    let there = candidates.filter { !$0.isAbsent }
    let onDuty = there.filter(\.isOnDuty)
    return (onDuty.isEmpty ? there : onDuty).map { candidate in
      let metres = min(candidate.metres ?? Double(metresMax), Double(metresMax))
      let steps = Int(metres) / stepMetres
      let reasons: [PersonReason?] = [
        candidate.isOnDuty ? .onDuty : nil, candidate.ownArea.map { .grid($0) },
        candidate.metres.map { .distance(metres: Int($0), from: candidate.from) },
        .load(orders: candidate.open), candidate.standsInFor.map { .standsIn(for: $0) },
      ]
      return PersonChoice(
        staff: candidate.staff,
        points: -steps * (loadMax + 1) - min(candidate.open, loadMax),
        reasons: reasons.compactMap(\.self))
    }
    .sorted { ($1.points, $0.staff) < ($0.points, $1.staff) }
  }
}

package import City
package import Pack

/// Why what was found at a stop was not taken. Every case is the caller's to show.
package enum PatrolRefusal: Error, Equatable {
  /// The round is done, or its period is over.
  case state(Patrol.State)
  /// None of the posts that may.
  case post([String])
  case stopUnknown
  /// Somebody was there already.
  case stopDone
  /// A fault needs words.
  case wordsMissing
  case tooLong
  case tooMany

  /// Clients switch on this. Once released it never changes.
  package var code: String {
    switch self {
    case .state: "patrol.state"
    case .post: "patrol.post"
    case .stopUnknown: "patrol.stop_unknown"
    case .stopDone: "patrol.stop_done"
    case .wordsMissing: "patrol.words_missing"
    case .tooLong: "patrol.too_long"
    case .tooMany: "patrol.too_many"
    }
  }
}

extension Patrol {
  /// The round with what was found at a thing; done with the last stop.
  package func visited(
    _ thing: ID<Thing>, _ finding: Finding, posts: [String], in plan: PatrolPlan
  ) throws(PatrolRefusal) -> Patrol {
    guard state == .open else { throw .state(state) }
    guard !Set(plan.posts).isDisjoint(with: posts) else { throw .post(plan.posts) }
    guard let index = stops.firstIndex(where: { $0.thing == thing }) else { throw .stopUnknown }
    guard stops[index].finding == nil else { throw .stopDone }
    guard finding.isSound || !finding.words.isEmpty else { throw .wordsMissing }
    guard finding.words.count <= Self.wordsMax else { throw .tooLong }
    guard finding.files.count <= Self.filesMax else { throw .tooMany }
    var next = self
    next.stops[index].finding = finding
    if next.left.isEmpty { next.state = .done }
    next.version += 1
    return next
  }

  /// The round with its period over; nil where it is not open.
  package var missed: Patrol? {
    guard state == .open else { return nil }
    var next = self
    next.state = .missed
    next.version += 1
    return next
  }

  /// Stops where nobody was yet.
  package var left: [Stop] { stops.filter { $0.finding == nil } }
}

package import City
package import Pack

/// What is known of a new signal at the moment when its event is decided.
package struct Sighting: Hashable, Sendable {
  /// Code of the item; nil = 未分类.
  package let item: String?
  /// Where it was seen; the position of the thing where the signal names only that.
  package let position: Position?
  package let thing: ID<Thing>?
  package let area: AreaPath
  package let occurredAt: Instant
  package let receivedAt: Instant
  package let title: String
  package let address: String
  /// How sure the position is, in hundredths.
  package let confidence: Int

  package init(
    item: String?, position: Position?, thing: ID<Thing>?, area: AreaPath, occurredAt: Instant,
    receivedAt: Instant, title: String, address: String = "", confidence: Int = 100
  ) {
    self.item = item
    self.position = position
    self.thing = thing
    self.area = area
    self.occurredAt = occurredAt
    self.receivedAt = receivedAt
    self.title = title
    self.address = address
    self.confidence = confidence
  }
}

/// A known problem beside a new signal.
package struct ProblemMatch: Equatable, Sendable {
  package let event: Event
  /// From 0 to 1.
  package let likeness: Double
  package let traits: [LikenessTrait]

  package init(event: Event, likeness: Double, traits: [LikenessTrait]) {
    self.event = event
    self.likeness = likeness
    self.traits = traits
  }
}

/// Whether a signal tells of something new.
package enum SightingDecision: Equatable, Sendable {
  /// It reports the problem of this event again.
  case join(ProblemMatch)
  /// A new event begins; a person is asked whether it is one of these after all, the likeliest first.
  case open(proposals: [ProblemMatch])
}

/// What to look for in the store before deciding; maps one to one to its nearby question.
package struct SameProblemQuestion: Hashable, Sendable {
  package let item: String
  package let position: Position
  package let radiusMetres: Double
  /// Only events whose last signal is not older.
  package let since: Instant

  package init(item: String, position: Position, radiusMetres: Double, since: Instant) {
    self.item = item
    self.position = position
    self.radiusMetres = radiusMetres
    self.since = since
  }

  /// Whether an event would be found by this question.
  package func finds(_ event: Event) -> Bool {
    event.item == item && event.lastAt >= since
      && (event.position?.metres(to: position) ?? .infinity) <= radiusMetres
  }
}

/// Same problem again? By item, place, time, thing and words.
package enum SameProblem {
  /// What lies so many times farther away than reports are joined may be asked about.
  package static let beyondFactor = 1.5
  /// What is so many times older than reports are joined may be asked about.
  package static let olderFactor: Int64 = 2
  /// People are asked about so many known problems at most.
  package static let proposalsMax = 3
  /// A position surer than this tells places apart; one less sure stands for its surroundings.
  package static let sureConfidence = 75

  /// The events that could be joined at all, or nil where this signal never joins: no item, no
  /// position, or an item that is never joined.
  package static func question(for sighting: Sighting, item: Item?) -> SameProblemQuestion? {
    question(for: sighting, item: item, metresFactor: 1, timeFactor: 1)
  }

  /// The events that could be joined or asked about.
  package static func wideQuestion(for sighting: Sighting, item: Item?) -> SameProblemQuestion? {
    question(
      for: sighting, item: item, metresFactor: beyondFactor, timeFactor: olderFactor)
  }

  private static func question(
    for sighting: Sighting, item: Item?, metresFactor: Double, timeFactor: Int64
  ) -> SameProblemQuestion? {
    guard let item, sighting.item == item.code, joins(item), let position = sighting.position
    else { return nil }
    return SameProblemQuestion(
      item: item.code, position: position, radiusMetres: item.joinMetres * metresFactor,
      since: sighting.occurredAt.advanced(byMilliseconds: -item.joinMilliseconds * timeFactor))
  }

  /// The problem of the same item at the same place that was closed before this sighting, of
  /// candidates in the order in which they began, the newest first.
  package static func repeated(_ sighting: Sighting, closed: [Event]) -> Event? {
    guard sighting.confidence >= sureConfidence else { return nil }
    return closed.first { event in
      guard event.state == .closed, event.item == sighting.item,
        event.firstAt < sighting.occurredAt, event.isSurelyPlaced
      else { return false }
      guard let thing = sighting.thing, let other = event.thing else { return true }
      return thing == other
    }
  }

  /// Joins the open event of the same item that is the same problem, or opens a new one.
  ///
  /// An event is joined where its likeness reaches the line. Of several the same thing comes before
  /// any distance, then the nearest, then the one with the latest signal, then the newest.
  /// - Parameters:
  ///   - candidates: in any order; those that do not fit are passed over.
  ///   - weights: of the item.
  package static func decide(
    _ sighting: Sighting, item: Item?, candidates: [Event],
    weights: LikenessWeights = .prior, settings: LikenessSettings = .standard
  ) -> SightingDecision {
    guard let item, sighting.item == item.code, joins(item) else { return .open(proposals: []) }
    var best: (match: ProblemMatch, metres: Double)?
    var proposals: [ProblemMatch] = []
    for event in candidates
    where event.state == .open && event.mergedInto == nil && event.item == item.code {
      guard let match = compared(sighting, event, item: item, weights: weights) else { continue }
      guard match.likeness >= settings.joinLine else {
        if match.likeness >= settings.proposeLine { proposals.append(match) }
        continue
      }
      let metres = distance(sighting, event)
      guard let current = best else {
        best = (match, metres)
        continue
      }
      if metres < current.metres || metres == current.metres && isLater(event, current.match.event)
      {
        best = (match, metres)
      }
    }
    if let best { return .join(best.match) }
    let likeliest = proposals.sorted {
      ($0.likeness, $0.event.id) > ($1.likeness, $1.event.id)
    }
    return .open(proposals: Array(likeliest.prefix(proposalsMax)))
  }

  /// How alike a sighting and a known problem are; nil where nothing says that they are at one place.
  package static func compared(
    _ sighting: Sighting, _ event: Event, item: Item, weights: LikenessWeights
  ) -> ProblemMatch? {
    let reach = LikenessReach(
      metres: item.joinMetres, milliseconds: Double(item.joinMilliseconds),
      beyondMetres: item.joinMetres * beyondFactor)
    let pair = pair(sighting, event)
    guard pair.sameThing == true || pair.metres != nil || pair.sameAddress == true else {
      return nil
    }
    return ProblemMatch(
      event: event, likeness: weights.likeness(of: pair, within: reach).value,
      traits: pair.traits(within: reach))
  }

  /// What is known of both. Age and pause are one: the time to the nearest report of the problem,
  /// for signals come out of order and a long problem may be reported all along.
  private static func pair(_ sighting: Sighting, _ event: Event) -> LikenessPair {
    let late = sighting.occurredAt.millisecondsSince(event.lastAt)
    let early = event.firstAt.millisecondsSince(sighting.occurredAt)
    let gap = Double(max(0, late, early))
    var pair = LikenessPair(sinceFirst: gap, sinceLast: gap, reports: event.signals)
    if let thing = sighting.thing, let other = event.thing { pair.sameThing = thing == other }
    if sighting.confidence >= sureConfidence, event.isSurelyPlaced {
      pair.metres = sighting.position.flatMap { here in event.position?.metres(to: here) }
    } else if !sighting.address.isEmpty, !event.address.isEmpty {
      // A point that stands for its surroundings tells nothing; the same words do.
      pair.sameAddress = sighting.address == event.address
    }
    pair.textOverlap = CharacterPairs.overlap(sighting.title, event.title)
    return pair
  }

  private static func joins(_ item: Item) -> Bool {
    item.joinMetres > 0 && item.joinMilliseconds > 0
  }

  /// For choosing among those that would be joined.
  private static func distance(_ sighting: Sighting, _ event: Event) -> Double {
    if let thing = sighting.thing, thing == event.thing { return -1 }
    return sighting.position.flatMap { here in event.position?.metres(to: here) } ?? .infinity
  }

  private static func isLater(_ left: Event, _ right: Event) -> Bool {
    (left.lastAt, left.id) > (right.lastAt, right.id)
  }
}

extension Event {
  /// Whether its position tells it from its neighbours.
  fileprivate var isSurelyPlaced: Bool {
    (located?.confidence ?? 100) >= SameProblem.sureConfidence
  }
}

/// How far two short texts share their pairs of characters.
enum CharacterPairs {
  /// Characters of a text that are looked at.
  static let scalarsMax = 200

  /// Twice the shared pairs by all pairs, 0 to 1; nil where one of them has no pair.
  static func overlap(_ left: String, _ right: String) -> Double? {
    if left == right { return left.unicodeScalars.count < 2 ? nil : 1 }
    let (mine, theirs) = (pairs(left), pairs(right))
    guard !mine.isEmpty, !theirs.isEmpty else { return nil }
    let shared = mine.intersection(theirs).count
    return 2 * Double(shared) / Double(mine.count + theirs.count)
  }

  private static func pairs(_ text: String) -> Set<UInt64> {
    let scalars = text.unicodeScalars.prefix(scalarsMax).map { UInt64($0.value) }
    return Set(zip(scalars, scalars.dropFirst()).map { $0 << 32 | $1 })
  }
}

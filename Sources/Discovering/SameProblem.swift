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

  package init(
    item: String?, position: Position?, thing: ID<Thing>?, area: AreaPath, occurredAt: Instant,
    receivedAt: Instant, title: String
  ) {
    self.item = item
    self.position = position
    self.thing = thing
    self.area = area
    self.occurredAt = occurredAt
    self.receivedAt = receivedAt
    self.title = title
  }
}

/// Whether a signal tells of something new.
package enum SightingDecision: Equatable, Sendable {
  /// It reports the problem of this event again.
  case join(Event)
  /// Nobody reported it before: a new event begins.
  case open
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
}

/// Same problem again? Same item, near in place and near in time.
package enum SameProblem {
  /// The events that could be joined at all, or nil where this signal never joins: no item, no
  /// position, or an item that is never joined.
  package static func question(for sighting: Sighting, item: Item?) -> SameProblemQuestion? {
    guard let item, sighting.item == item.code, joins(item), let position = sighting.position
    else { return nil }
    return SameProblemQuestion(
      item: item.code, position: position, radiusMetres: item.joinMetres,
      since: sighting.occurredAt.advanced(byMilliseconds: -item.joinMilliseconds))
  }

  /// Joins the open event of the same item that is the same problem, or opens a new one.
  ///
  /// The same problem: at the same thing, or within `joinMetres` where not both name a thing; and
  /// seen no later than `joinMilliseconds` after the event's last signal, nor that long before its
  /// first (signals arrive out of order). Of several the nearest wins (the same thing before any
  /// distance), then the one with the latest signal, then the newest.
  /// - Parameter candidates: in any order; those that do not fit are passed over.
  package static func decide(
    _ sighting: Sighting, item: Item?, candidates: [Event]
  ) -> SightingDecision {
    guard let item, sighting.item == item.code, joins(item) else { return .open }
    var best: (event: Event, metres: Double)?
    for event in candidates {
      guard event.state == .open, event.mergedInto == nil, event.item == item.code,
        isNearInTime(sighting, event, item: item),
        let metres = distance(sighting, event, item: item)
      else { continue }
      guard let current = best else {
        best = (event, metres)
        continue
      }
      if metres < current.metres || metres == current.metres && isLater(event, current.event) {
        best = (event, metres)
      }
    }
    return best.map { .join($0.event) } ?? .open
  }

  private static func joins(_ item: Item) -> Bool {
    item.joinMetres > 0 && item.joinMilliseconds > 0
  }

  private static func isNearInTime(_ sighting: Sighting, _ event: Event, item: Item) -> Bool {
    sighting.occurredAt.millisecondsSince(event.lastAt) <= item.joinMilliseconds
      && event.firstAt.millisecondsSince(sighting.occurredAt) <= item.joinMilliseconds
  }

  /// Metres between both, nil where too far or unknown. Two lamps side by side that are both out
  /// are two problems, so different things never join.
  private static func distance(_ sighting: Sighting, _ event: Event, item: Item) -> Double? {
    if let thing = sighting.thing, let other = event.thing {
      return thing == other ? -1 : nil
    }
    guard let position = sighting.position, let other = event.position else { return nil }
    let metres = position.metres(to: other)
    return metres <= item.joinMetres ? metres : nil
  }

  private static func isLater(_ left: Event, _ right: Event) -> Bool {
    (left.lastAt, left.id) > (right.lastAt, right.id)
  }
}

package import City

/// What becomes of an event when signals come and go; each answer is one version on.
package enum EventChange {
  /// The event that a signal opens.
  package static func opened(
    _ id: ID<Event>, by sighting: Sighting, address: String, case: ID<Case>?, people: Int,
    located: Located?, repeating earlier: Event? = nil
  ) -> Event {
    var event = Event(
      id: id, item: sighting.item, title: sighting.title, address: address,
      position: sighting.position, area: sighting.area, thing: sighting.thing,
      firstAt: sighting.occurredAt, lastAt: sighting.occurredAt, signals: 1, state: .open,
      case: `case`, mergedInto: nil, version: Event.firstVersion)
    event.located = located
    event.people = people
    event.repeatOf = earlier?.id
    event.repeats = earlier.map { $0.repeats + 1 } ?? 0
    return event
  }

  /// The event after one more signal reported it. Place and thing stay those of the first signal
  /// that knew them.
  /// - Parameters:
  ///   - people: how many more it concerns.
  ///   - located: how the signal's place was found.
  package static func joined(
    _ event: Event, by sighting: Sighting, people: Int, located: Located?
  ) -> Event {
    var joined = changed(
      event, position: event.position ?? sighting.position,
      area: event.area.innermost == nil ? sighting.area : event.area,
      thing: event.thing ?? sighting.thing, firstAt: min(event.firstAt, sighting.occurredAt),
      lastAt: max(event.lastAt, sighting.occurredAt), signals: event.signals + 1)
    joined.people += people
    if event.position == nil, sighting.position != nil { joined.located = located }
    return joined
  }

  /// The event after a signal was taken out of it again.
  /// - Parameter remaining: when what its other signals report occurred; empty = nobody reports it
  ///   any more, and it is void.
  /// - Parameter people: whom it concerns still.
  package static func left(_ event: Event, remaining: [Instant], people: Int) -> Event {
    var left = changed(
      event, firstAt: remaining.min() ?? event.firstAt, lastAt: remaining.max() ?? event.lastAt,
      signals: remaining.count, state: remaining.isEmpty ? .void : event.state)
    left.people = people
    return left
  }

  /// The event after a step on its case: in this state and under this item (nil = 未分类). The same
  /// event, not one version on, where neither changes.
  package static func following(_ event: Event, state: EventState, item: String?) -> Event {
    guard state != event.state || item != event.item else { return event }
    return changed(event, item: .some(item), state: state)
  }

  /// Two events that turned out to be one problem: the one that goes and that nothing reports any
  /// more, and the one that stays with the signals of both. The case of the one that goes must be
  /// set aside besides.
  /// - Throws: `MergeRefusal` where one of them is not open, or both are the same.
  package static func merged(
    _ event: Event, into other: Event, people: Int
  ) throws(MergeRefusal) -> (gone: Event, kept: Event) {
    guard event.id != other.id else { throw .sameEvent }
    for either in [event, other] where either.state != .open {
      throw .notOpen(either.id, either.state)
    }
    var gone = changed(event, signals: 0, state: .merged, mergedInto: other.id)
    gone.people = 0
    var kept = changed(
      other, position: other.position ?? event.position,
      area: other.area.innermost == nil ? event.area : other.area,
      thing: other.thing ?? event.thing, firstAt: min(event.firstAt, other.firstAt),
      lastAt: max(event.lastAt, other.lastAt), signals: event.signals + other.signals)
    kept.people = people
    if other.position == nil { kept.located = event.located ?? other.located }
    return (gone, kept)
  }

  private static func changed(
    _ event: Event, item: String?? = nil, position: Position? = nil, area: AreaPath? = nil,
    thing: ID<Thing>? = nil, firstAt: Instant? = nil, lastAt: Instant? = nil,
    signals: Int? = nil, state: EventState? = nil, mergedInto: ID<Event>? = nil
  ) -> Event {
    var changed = Event(
      id: event.id, item: item ?? event.item, title: event.title, address: event.address,
      position: position ?? event.position, area: area ?? event.area,
      thing: thing ?? event.thing, firstAt: firstAt ?? event.firstAt,
      lastAt: lastAt ?? event.lastAt, signals: signals ?? event.signals,
      state: state ?? event.state, case: event.case, mergedInto: mergedInto ?? event.mergedInto,
      version: event.version + 1)
    changed.located = event.located
    changed.people = event.people
    changed.repeatOf = event.repeatOf
    changed.repeats = event.repeats
    return changed
  }
}

/// Why two events were not merged.
package enum MergeRefusal: Error, Equatable {
  case sameEvent
  case notOpen(ID<Event>, EventState)
}

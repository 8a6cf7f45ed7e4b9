/// One problem at one place (事件), with all signals that report it.
package struct Event: Hashable, Sendable {
  package let id: ID<Event>
  package let item: String?
  package let title: String
  package let address: String
  package let position: Position?
  package let area: AreaPath
  package let thing: ID<Thing>?
  package let firstAt: Instant
  package let lastAt: Instant
  /// How many signals report it now.
  package let signals: Int
  package let state: EventState
  package let `case`: ID<Case>?
  /// The event it was merged into.
  package let mergedInto: ID<Event>?
  package let version: Int
  /// How its position and area were found; nil = not known.
  package var located: Located?
  /// How many people it concerns: known reporters once each, unnamed reports of people each by itself.
  package var people = 0
  /// The problem of the same kind at the same place that was closed before this one began.
  package var repeatOf: ID<Event>?
  /// How many times the problem had been closed before.
  package var repeats = 0

  /// Of an event that was just opened.
  package static let firstVersion = 1

  package init(
    id: ID<Event>, item: String?, title: String, address: String, position: Position?,
    area: AreaPath, thing: ID<Thing>?, firstAt: Instant, lastAt: Instant, signals: Int,
    state: EventState, case: ID<Case>?, mergedInto: ID<Event>?, version: Int
  ) {
    self.id = id
    self.item = item
    self.title = title
    self.address = address
    self.position = position
    self.area = area
    self.thing = thing
    self.firstAt = firstAt
    self.lastAt = lastAt
    self.signals = signals
    self.state = state
    self.case = `case`
    self.mergedInto = mergedInto
    self.version = version
  }
}

/// Where an event stands; only an open one takes further signals.
package enum EventState: String, CaseIterable, Sendable {
  /// Still to be solved: later signals of the same problem join it.
  case open
  case closed
  /// Not a problem, or not ours.
  case void
  case merged
}

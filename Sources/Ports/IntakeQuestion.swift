package import City

/// What a signal that comes in must know of what is stored.
package struct IntakeQuestion: Sendable {
  package let channel: Channel
  package let externalID: String
  /// The open events that it may join; nil where it can join none.
  package var open: NearbyQuestion?
  /// The most open events that are told.
  package let openMax: Int
  /// The closed events that may have come back with it; nil where none can.
  package var closed: NearbyQuestion?

  package init(channel: Channel, externalID: String, openMax: Int) {
    self.channel = channel
    self.externalID = externalID
    self.openMax = openMax
  }
}

/// What is stored around a signal that comes in.
package struct IntakeSurroundings: Sendable, Equatable {
  /// The signal of the same key; where there is one, nothing else is told.
  package let known: Signal?
  /// The nearest first.
  package var open: [Event] = []
  /// The newest of the closed ones.
  package var closed: Event?

  package init(known: Signal? = nil) {
    self.known = known
  }
}

package import City
package import Ports

// What an intake asks.
extension SQLiteStore {
  package func signal(
    channel: Channel, externalID: String
  ) async throws(StoreFault) -> Signal? {
    try await lookup { connection throws(SQLiteFault) in
      try Self.signal(channel, externalID, on: connection)
    }
  }

  private static func signal(
    _ channel: Channel, _ externalID: String, on connection: Connection
  ) throws(SQLiteFault) -> Signal? {
    try Table.signals.first(
      where: "channel = ? AND external_id = ? AND rival_of IS NULL",
      [.text(channel.rawValue), .text(externalID)], on: connection)
  }

  package func surroundings(
    of question: IntakeQuestion
  ) async throws(StoreFault) -> IntakeSurroundings {
    try await snapshot { connection throws(SQLiteFault) in
      if let known = try Self.signal(question.channel, question.externalID, on: connection) {
        return IntakeSurroundings(known: known)
      }
      let search = NearbySearch(connection: connection)
      var found = IntakeSurroundings()
      if let near = question.open {
        found.open = Array(try search.events(near).prefix(max(question.openMax, 0)))
      }
      if let near = question.closed {
        found.closed = try search.closedEvents(near, limit: 1).first
      }
      return found
    }
  }

  package func events(
    near question: NearbyQuestion, limit: Int
  ) async throws(StoreFault) -> [Event] {
    try await lookup { connection throws(SQLiteFault) in
      Array(try NearbySearch(connection: connection).events(question).prefix(max(limit, 0)))
    }
  }
}

package import City
package import Ports

// The tables of what the machine understood: resemblances, topics; and documents.

extension Table where Record == Resemblance {
  static let resemblances = Table(
    "resemblances",
    [
      "id", "signal", "event", "own", "item", "likeness", "traits", "at", "state", "decided_at",
      "decided_by", "version",
    ],
    values: { found in
      [
        found.id.sql, found.signal.sql, found.event.sql, found.own.sql(), .text(found.item),
        .integer(Int64(found.likeness)), .text(WordList.joined(found.traits)),
        .integer(found.at.milliseconds), .text(found.state.rawValue), .optional(found.decidedAt),
        found.decidedBy.sql(), .integer(Int64(found.version)),
      ]
    },
    read: { row in
      var found = Resemblance(
        id: row.id(0), signal: row.id(1), event: row.id(2), own: row.optionalID(3),
        item: row.text(4), likeness: Int(row.integer(5)), traits: WordList.split(row.text(6)),
        at: row.instant(7), state: row.word(8))
      found.decidedAt = row.optionalInstant(9)
      found.decidedBy = row.optionalID(10)
      found.version = Int(row.integer(11))
      return found
    })
}

extension Table where Record == HotTopic {
  static let topics = Table(
    "topics", ["id", "title", "cases", "first_seen", "last_seen"],
    values: { topic in
      [
        topic.id.sql, .text(topic.title), .blob(IDList.bytes(topic.cases)),
        .integer(topic.firstSeenAt.milliseconds), .integer(topic.lastSeenAt.milliseconds),
      ]
    },
    read: { row in
      HotTopic(
        id: row.id(0), title: row.text(1), cases: IDList.ids(row.blob(2)),
        firstSeenAt: row.instant(3), lastSeenAt: row.instant(4))
    })
}

extension Table where Record == Document {
  static let documents = Table(
    "documents", ["id", "code", "title", "text", "kind", "source", "published_at"],
    values: { document in
      [
        document.id.sql, .text(document.code), .text(document.title), .text(document.text),
        .text(document.kind), .text(document.source), .optional(document.publishedAt),
      ]
    },
    read: { row in
      Document(
        id: row.id(0), code: row.text(1), title: row.text(2), text: row.text(3), kind: row.text(4),
        source: row.text(5), publishedAt: row.optionalInstant(6))
    })
}

/// Ids side by side, eight bytes each, the highest first.
enum IDList {
  static func bytes<Subject>(_ ids: [ID<Subject>]) -> [UInt8] {
    ids.flatMap { id in withUnsafeBytes(of: id.rawValue.bigEndian) { Array($0) } }
  }

  static func ids<Subject>(_ bytes: [UInt8]) -> [ID<Subject>] {
    stride(from: 0, to: bytes.count - 7, by: 8).map { start in
      ID(bytes[start..<start + 8].reduce(Int64(0)) { $0 << 8 | Int64($1) })
    }
  }
}

extension SQLiteStore {
  package func closedEvents(
    near question: NearbyQuestion, limit: Int
  ) async throws(StoreFault) -> [Event] {
    try await snapshot { connection throws(SQLiteFault) in
      try NearbySearch(connection: connection).closedEvents(question, limit: limit)
    }
  }

  package func hasReported(
    _ reporter: ID<Reporter>, _ event: ID<Event>
  ) async throws(StoreFault) -> Bool {
    try await lookup { connection throws(SQLiteFault) in
      try connection.row(
        "SELECT 1 FROM signals WHERE event = ? AND reporter = ? LIMIT 1",
        [event.sql, reporter.sql]
      ) { $0.integer(0) } != nil
    }
  }

  package func resemblances(
    of signal: ID<Signal>, limit: Int
  ) async throws(StoreFault) -> [Resemblance] {
    try await resemblances("signal = ? ORDER BY id DESC LIMIT ?", signal.sql, limit)
  }

  package func resemblances(
    of event: ID<Event>, limit: Int
  ) async throws(StoreFault) -> [Resemblance] {
    if dossiers.isUncompared(event) { return [] }
    return try await storedResemblances(of: event, limit: limit)
  }

  /// As the tables say it.
  func storedResemblances(
    of event: ID<Event>, limit: Int
  ) async throws(StoreFault) -> [Resemblance] {
    let values = [event.sql, SQLValue.integer(Int64(max(limit, 0)))]
    let all = try await snapshot { connection throws(SQLiteFault) in
      let known = try Table.resemblances.all(
        where: "event = ? ORDER BY id DESC LIMIT ?", values, on: connection)
      let own = try Table.resemblances.all(
        where: "own = ? ORDER BY id DESC LIMIT ?", values, on: connection)
      return known + own.filter { $0.event != event }
    }
    return Array(all.sorted { $0.id > $1.id }.prefix(max(limit, 0)))
  }

  package func resemblances(
    item: String, limit: Int
  ) async throws(StoreFault) -> [Resemblance] {
    try await resemblances("item = ? ORDER BY id DESC LIMIT ?", .text(item), limit)
  }

  private func resemblances(
    _ condition: String, _ key: SQLValue, _ limit: Int
  ) async throws(StoreFault) -> [Resemblance] {
    try await lookup { connection throws(SQLiteFault) in
      try Table.resemblances.all(
        where: condition, [key, .integer(Int64(max(limit, 0)))], on: connection)
    }
  }

  package func load(_ id: ID<Resemblance>) async throws(StoreFault) -> Resemblance? {
    try await first(.resemblances, "id = ?", [id.sql])
  }

  package func topics(since: Instant) async throws(StoreFault) -> [HotTopic] {
    try await lookup { connection throws(SQLiteFault) in
      try Table.topics.all(
        where: "last_seen >= ? ORDER BY id", [.integer(since.milliseconds)], on: connection)
    }
  }

  package func load(_ id: ID<HotTopic>) async throws(StoreFault) -> HotTopic? {
    try await first(.topics, "id = ?", [id.sql])
  }

  package func load(_ id: ID<Document>) async throws(StoreFault) -> Document? {
    try await first(.documents, "id = ?", [id.sql])
  }

  package func document(code: String) async throws(StoreFault) -> Document? {
    try await first(.documents, "code = ?", [.text(code)])
  }
}

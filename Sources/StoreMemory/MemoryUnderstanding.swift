package import City
package import Ports

// What the machine understood, and documents.
extension MemoryStore {
  package func closedEvents(near question: NearbyQuestion, limit: Int) -> [Event] {
    let found = tables.events.values.filter { event in
      event.state == .closed && event.item == question.item && event.lastAt >= question.since
        && (event.position?.metres(to: question.position) ?? .infinity) <= question.radiusMetres
    }
    return Array(found.sorted { $0.id > $1.id }.prefix(max(limit, 0)))
  }

  package func hasReported(_ reporter: ID<Reporter>, _ event: ID<Event>) -> Bool {
    tables.signals.values.contains { $0.event == event && $0.reporter == reporter }
  }

  package func resemblances(of signal: ID<Signal>, limit: Int) -> [Resemblance] {
    resemblances(limit) { $0.signal == signal }
  }

  package func resemblances(of event: ID<Event>, limit: Int) -> [Resemblance] {
    resemblances(limit) { $0.event == event || $0.own == event }
  }

  package func resemblances(item: String, limit: Int) -> [Resemblance] {
    resemblances(limit) { $0.item == item }
  }

  private func resemblances(
    _ limit: Int, _ isWanted: (Resemblance) -> Bool
  ) -> [Resemblance] {
    let found = tables.resemblances.values.filter(isWanted)
    return Array(found.sorted { $0.id > $1.id }.prefix(max(limit, 0)))
  }

  package func load(_ id: ID<Resemblance>) -> Resemblance? { tables.resemblances[id] }

  package func judgements(of id: ID<Case>) -> [Judgement] {
    tables.judgements.values.filter { $0.case == id }.sorted { $0.signal < $1.signal }
  }

  package func topics(since: Instant) -> [HotTopic] {
    tables.topics.values.filter { $0.lastSeenAt >= since }.sorted { $0.id < $1.id }
  }

  package func load(_ id: ID<HotTopic>) -> HotTopic? { tables.topics[id] }

  package func load(_ id: ID<SeriesPart>) -> SeriesPart? { tables.seriesParts[id] }

  package func load(_ id: ID<Document>) -> Document? { tables.documents[id] }

  package func document(code: String) -> Document? {
    tables.documentCodes[code].flatMap { tables.documents[$0] }
  }
}

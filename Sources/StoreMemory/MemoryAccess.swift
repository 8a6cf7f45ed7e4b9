package import City
package import Ports

// Accounts, grants, who saw whom, and the journal as auditors read it.
extension MemoryStore {
  package func accounts(_ page: PageRequest) -> Page<Account> {
    Self.page(tables.accounts.values, page) { $0.id.rawValue }
  }

  package func grants(endingAfter instant: Instant) -> [Grant] {
    tables.grants.values.filter { $0.to > instant }.sorted { $0.id < $1.id }
  }

  package func load(_ id: ID<Grant>) -> Grant? { tables.grants[id] }

  package func reveals(_ query: RevealQuery) -> Page<Reveal> {
    let found = tables.reveals.values.filter { reveal in
      query.staff.map { reveal.staff == $0 } ?? true
        && query.case.map { reveal.case == $0 } ?? true
        && query.reporter.map { reveal.reporter == $0 } ?? true
        && query.from.map { reveal.at >= $0 } ?? true && query.to.map { reveal.at < $0 } ?? true
    }
    return Self.page(found, query.page) { $0.id.rawValue }
  }

  package func entries(_ query: JournalQuery) throws(StoreFault) -> Page<JournalEntry> {
    let end = min(query.page.before ?? .max, lastSequence() + 1)
    let floor = max(end - JournalQuery.lookedAtMax, 1)
    guard end > floor else { return Page(elements: [], next: nil) }
    let looked = try entries(after: floor - 1, limit: Int(end - floor))
    let found = looked.reversed().filter { query.fits($0) }
    let elements = Array(found.prefix(query.page.limit))
    let more = found.count > query.page.limit ? elements.last?.sequence : nil
    return Page(elements: elements, next: more ?? (floor > 1 ? floor : nil))
  }

  static func page<Record: Sendable>(
    _ records: some Sequence<Record>, _ page: PageRequest, id: (Record) -> Int64
  ) -> Page<Record> {
    let fitting = records.filter { record in page.before.map { id(record) < $0 } ?? true }
      .sorted { id($0) > id($1) }
    let elements = Array(fitting.prefix(page.limit))
    return Page(
      elements: elements, next: fitting.count > page.limit ? elements.last.map(id) : nil)
  }
}

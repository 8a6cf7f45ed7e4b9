package import City
package import Ports

// Lines of ledgers and rounds of plans.
extension MemoryStore {
  package func load(_ id: ID<LedgerEntry>) -> LedgerEntry? { tables.ledgerEntries[id] }

  package func ledgerEntry(key: String) -> LedgerEntry? {
    tables.ledgerKeys[key].flatMap { tables.ledgerEntries[$0] }
  }

  package func ledgerEntries(_ query: LedgerQuery) -> Page<LedgerEntry> {
    Self.page(fitting(query), query.page) { $0.id.rawValue }
  }

  package func ledgerCounts(_ query: LedgerQuery) -> [LedgerEntry.State: Int] {
    Dictionary(fitting(query).map { ($0.state, 1) }, uniquingKeysWith: +)
  }

  private func fitting(_ query: LedgerQuery) -> [LedgerEntry] {
    tables.ledgerEntries.values.filter { entry in
      entry.ledger == query.ledger
        && query.scope.holds(Place(area: entry.area, unit: entry.unit))
        && query.area.map { entry.area.lies(in: $0) } ?? true
        && query.state.map { entry.state == $0 } ?? true
        && query.lateAt.map { moment in
          entry.state == .open && entry.due.map { $0 < moment } ?? false
        } ?? true
    }
  }

  package func load(_ id: ID<Patrol>) -> Patrol? { tables.patrols[id] }

  package func patrol(key: String) -> Patrol? {
    tables.patrolKeys[key].flatMap { tables.patrols[$0] }
  }

  package func patrols(_ query: PatrolQuery) -> Page<Patrol> {
    let found = tables.patrols.values.filter { patrol in
      patrol.plan == query.plan
        && query.scope.holds(Place(area: patrol.area, unit: patrol.unit))
        && query.state.map { patrol.state == $0 } ?? true
        && query.lateAt.map { patrol.state == .open && patrol.due <= $0 } ?? true
    }
    return Self.page(found, query.page) { $0.id.rawValue }
  }
}

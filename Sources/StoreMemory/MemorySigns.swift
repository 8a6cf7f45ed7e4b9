package import City
package import Ports

// Early warnings, frozen scores, appeals, saved views and reports of yearly tasks.
extension MemoryStore {
  package func warnings(_ query: WarningQuery) -> Page<Warning> {
    let found = tables.earlyWarnings.values.filter { warning in
      let state = warning.state
      let isSeen =
        query.within.map { within in
          tables.areas[within] != nil && warning.area.lies(in: within)
            || warning.area.innermost.map { query.above.contains($0) } ?? false
        } ?? true
      return isSeen
        && query.isStanding.map { (state.liftedAt == nil) == $0 } ?? true
        && query.kind.map { warning.kind == $0 } ?? true
        && query.grade.map { state.grade == $0 } ?? true
        && query.source.map { warning.source == $0 } ?? true
        && query.page.before.map { warning.id.rawValue < $0 } ?? true
    }.sorted { $0.id > $1.id }
    let elements = Array(found.prefix(query.page.limit))
    return Page(
      elements: elements, next: found.count > elements.count ? elements.last?.id.rawValue : nil)
  }

  package func load(_ id: ID<Warning>) -> Warning? { tables.earlyWarnings[id] }

  package func warning(key: String) -> Warning? {
    tables.warningKeys[key].flatMap { tables.earlyWarnings[$0] }
  }

  package func periods() -> [EvaluationPeriod] {
    tables.periods.values.sorted { $0.id > $1.id }
  }

  package func load(_ id: ID<EvaluationPeriod>) -> EvaluationPeriod? { tables.periods[id] }

  package func appeals(of period: ID<EvaluationPeriod>) -> [Appeal] {
    tables.appeals.values.filter { $0.period == period }.sorted { $0.id < $1.id }
  }

  package func load(_ id: ID<Appeal>) -> Appeal? { tables.appeals[id] }

  package func views() -> [SavedView] { tables.views.values.sorted { $0.id < $1.id } }

  package func taskReports() -> [TaskReport] {
    tables.taskReports.values.sorted { $0.id < $1.id }
  }
}

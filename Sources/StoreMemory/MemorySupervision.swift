package import City
package import Ports

// What is done above the cases and told of them.
extension MemoryStore {
  package func load(_ id: ID<Supervision>) -> Supervision? { tables.supervisions[id] }

  package func supervisions(_ query: SupervisionQuery) -> Page<Supervision> {
    let found = tables.supervisions.values.filter { found in
      query.scope.holds(Place(area: found.area, unit: found.unit))
        && query.case.map { found.case == $0 } ?? true
        && (query.forms.isEmpty || query.forms.contains(found.form))
        && (query.states.isEmpty || query.states.contains(found.state))
        && query.cause.map { found.cause == $0 } ?? true
        && query.lateAt.map { moment in
          found.state == .open && found.due.map { $0 < moment } ?? false
        } ?? true
    }
    return Self.page(found, query.page) { $0.id.rawValue }
  }

  package func load(_ id: ID<Notice>) -> Notice? { tables.notices[id] }

  package func notices(_ query: NoticeQuery) -> Page<Notice> {
    let found = tables.notices.values.filter { notice in
      query.staff.map { notice.staff == $0 } ?? true
        && query.case.map { notice.case == $0 } ?? true
        && query.channel.map { notice.channel == $0 } ?? true
        && query.state.map { notice.state == $0 } ?? true
        && (!query.unread || notice.readAt == nil)
    }
    return Self.page(found, query.page) { $0.id.rawValue }
  }

  package func notices(dueAt moment: Instant, limit: Int) -> [Notice] {
    let due = tables.notices.values.filter { $0.state == .waiting && $0.next <= moment }
      .sorted { ($0.next, $0.id) < ($1.next, $1.id) }
    return Array(due.prefix(max(0, limit)))
  }

  package func absences(endingAfter moment: Instant) -> [Absence] {
    tables.absences.values.filter { $0.to > moment }.sorted { $0.id < $1.id }
  }
}

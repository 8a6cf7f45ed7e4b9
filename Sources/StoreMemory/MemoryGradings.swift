package import City
package import Ports

extension MemoryTables {
  /// The gravest first, then the highest score, then the newest.
  func gradings(_ query: GradingQuery) -> Page<Grading> {
    let found = fitting(query).sorted { one, other in
      (one.grade.rank, one.score, one.id.rawValue)
        > (other.grade.rank, other.score, other.id.rawValue)
    }
    let page = Array(found.dropFirst(query.from).prefix(query.limit))
    let end = query.from + query.limit
    return Page(elements: page, next: found.count > end ? Int64(end) : nil)
  }

  func gradingCounts(_ query: GradingQuery) -> [Grade: Int] {
    fitting(query).reduce(into: [:]) { $0[$1.grade, default: 0] += 1 }
  }

  private func fitting(_ query: GradingQuery) -> [Grading] {
    gradings.values.filter { grading in
      grading.until == nil && grading.model == query.model
        && query.scope.holds(Place(area: grading.area, unit: grading.owner))
        && query.area.map { grading.area.lies(in: $0) } ?? true
        && query.grade.map { grading.grade == $0 } ?? true
    }
  }
}

extension MemoryStore {
  package func gradings(of id: ID<Thing>, limit: Int) -> [Grading] {
    let found = tables.gradings.values.filter { $0.thing == id }.sorted { $0.id > $1.id }
    return Array(found.prefix(max(limit, 0)))
  }

  package func gradings(_ query: GradingQuery) -> Page<Grading> { tables.gradings(query) }

  package func gradingCounts(_ query: GradingQuery) -> [Grade: Int] {
    tables.gradingCounts(query)
  }
}

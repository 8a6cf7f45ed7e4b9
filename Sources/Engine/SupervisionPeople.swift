package import City
package import Pack

/// Who is told at which step of the ladder, and who may answer: found in the directory.
package struct SupervisionPeople: Sendable {
  let directory: Directory

  package init(directory: Directory) {
    self.directory = directory
  }

  /// Those whom a line of the ladder tells, in the order of their ids, at most `receiversMax`. An
  /// order is told to the heads of the unit besides, who must reply.
  package func receivers(
    of line: LadderLine, for found: Case, repliers: Set<String>
  ) -> [ID<Staff>] {
    var people = reached(line, found)
    if line.form == .order { people += holders(of: repliers, in: found.state.unit.innermost) }
    return Array(Set(people).sorted().prefix(Supervision.receiversMax))
  }

  /// Those of the unit that has a case who reply.
  package func repliers(_ posts: Set<String>, for found: Case) -> [ID<Staff>] {
    Array(holders(of: posts, in: found.state.unit.innermost).prefix(Supervision.receiversMax))
  }

  private func reached(_ line: LadderLine, _ found: Case) -> [ID<Staff>] {
    switch line.reach {
    case .handler:
      if let handler = found.state.handler, directory.staff[handler]?.active == true {
        return [handler]
      }
      return holders(of: line.posts, in: found.state.unit.innermost)
    case .unit: return holders(of: line.posts, in: found.state.unit.innermost)
    case .street:
      let street = found.state.area[.street]
      let centres = units(.streetCentre).filter { $0.area == street && street != nil }
      let people = centres.flatMap { holders(of: line.posts, in: $0.id) }
      // A place of no street is the district's own.
      return people.isEmpty ? centre(line.posts) : people
    case .centre: return centre(line.posts)
    }
  }

  private func centre(_ posts: Set<String>) -> [ID<Staff>] {
    units(.centre).flatMap { holders(of: posts, in: $0.id) }
  }

  private func units(_ kind: UnitKind) -> [Unit] {
    directory.units.values.filter { $0.kind == kind }.sorted { $0.id < $1.id }
  }

  /// Active people of a unit, not of those below it, who hold one of these posts.
  private func holders(of posts: Set<String>, in unit: ID<Unit>?) -> [ID<Staff>] {
    guard let unit else { return [] }
    return directory.staff.values
      .filter { $0.unit == unit && $0.active && !posts.isDisjoint(with: $0.posts) }
      .map(\.id).sorted()
  }
}

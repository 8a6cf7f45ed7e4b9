package import City
package import Dispatching
import Geography
import Pack
package import Ports

/// Who should check a case on the spot.
package struct CheckerDesk: Sendable {
  /// Cases that wait to be checked and are looked at for load, the newest.
  static let casesMax = PageRequest.limitMax

  let engine: Engine

  package init(engine: Engine) {
    self.engine = engine
  }

  /// Whether somebody is to be named for checking where a case stands.
  package func isAsked(for found: Case) -> Bool {
    engine.catalogue.flow(found.flow)?.edges(from: found.state.stage).contains {
      $0.effects.contains(.assignChecker)
    } ?? false
  }

  /// Whether anybody whose duty runs now holds a post that checks a case where it stands.
  func isAnybodyOnDuty(for found: Case) async throws(StoreFault) -> Bool {
    guard let posts = engine.catalogue.flow(found.flow)?.checkPosts(at: found.state.stage) else {
      return false
    }
    let (now, staff) = (engine.time.now, engine.directory.staff)
    return try await engine.store.duties(from: now, to: now.advanced(byMilliseconds: 1))
      .contains { duty in
        staff[duty.staff].map { $0.active && !posts.isDisjoint(with: $0.posts) } ?? false
      }
  }

  /// Those who hold a post that checks, whose area holds the case, and who had no part in handling
  /// it: the best first. Nobody where the case stands at no stage that is checked.
  ///
  /// - Parameter handlers: who took part in handling.
  package func choices(
    for found: Case, handlers: Set<ID<Staff>>
  ) async throws(StoreFault) -> [PersonChoice] {
    guard let flow = engine.catalogue.flow(found.flow) else { return [] }
    let posts = flow.checkPosts(at: found.state.stage)
    let directory = engine.directory
    let people = directory.staff.values.filter { person in
      person.active && !posts.isDisjoint(with: person.posts) && !handlers.contains(person.id)
        && found.state.handler != person.id && covers(person, found.state.area)
    }
    guard !people.isEmpty else { return [] }
    var candidates = Dictionary(
      uniqueKeysWithValues: people.map { ($0.id, PersonCandidate(staff: $0.id)) })
    for person in people { addArea(of: person, for: found, to: &candidates) }
    let persons = PersonDesk(engine: engine)
    try await persons.addRoster(to: &candidates)
    persons.addPlaces(to: &candidates, for: found)
    try await addLoad(to: &candidates, of: found, flow)
    return PersonProposal.checkers(candidates.values.sorted { $0.staff < $1.staff })
  }

  /// Whoever has no area of his own works where his unit does; one of no area, everywhere.
  private func covers(_ person: Staff, _ area: AreaPath) -> Bool {
    let own = person.area ?? engine.directory.units[person.unit]?.area
    return own.map { area.lies(in: $0) } ?? true
  }

  /// The middle of a grid or neighbourhood of his own says roughly where he is; that of a whole
  /// district says nothing.
  private func addArea(
    of person: Staff, for found: Case, to candidates: inout [ID<Staff>: PersonCandidate]
  ) {
    guard let own = person.area, let area = engine.directory.areas[own] else { return }
    if found.state.area.lies(in: own) { candidates[person.id]?.ownArea = area.level }
    guard area.level.depth >= AreaLevel.street.depth, let here = found.filing.position,
      let middle = try? area.outline?.centroid()
    else { return }
    candidates[person.id]?.metres = here.metres(to: middle)
    candidates[person.id]?.from = .area
  }

  /// Cases that he is named to check and that still wait.
  private func addLoad(
    to candidates: inout [ID<Staff>: PersonCandidate], of found: Case, _ flow: Flow
  ) async throws(StoreFault) {
    var query = CaseQuery(
      scope: .everything, page: PageRequest(limit: Self.casesMax, before: nil))
    query.stages = Set(
      flow.edges.filter { $0.effects.contains(.assignChecker) }.map(\.from))
    query.open = true
    guard !query.stages.isEmpty else { return }
    for other in try await engine.store.cases(query).elements where other.id != found.id {
      if let checker = other.state.checker { candidates[checker]?.open += 1 }
    }
  }
}

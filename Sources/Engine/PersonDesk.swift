package import City
package import Dispatching
import Pack
package import Ports

/// Whom an order should be given to, and who is away.
package struct PersonDesk: Sendable {
  /// Orders of a unit that are looked at for load and skill, the newest.
  static let ordersMax = 500
  /// Of them the ended ones whose items are looked up.
  static let endedMax = 200
  /// Absences kept of all people that have not ended.
  package static let absencesMax = 20_000

  let engine: Engine

  package init(engine: Engine) {
    self.engine = engine
  }

  /// The people of the unit that has a case, or of those below it, who may report it done.
  package func choices(for found: Case) async throws(StoreFault) -> [PersonChoice] {
    guard let unit = found.state.unit.innermost,
      let flow = engine.catalogue.flow(found.flow)
    else { return [] }
    let posts = flow.edges.filter { $0.effects.contains(.report) }
      .reduce(into: Set<String>()) { $0.formUnion($1.posts) }
    let directory = engine.directory
    let people = directory.staff.values.filter { person in
      person.active && !posts.isDisjoint(with: person.posts)
        && directory.path(of: person.unit).lies(in: unit)
    }
    var candidates = Dictionary(
      uniqueKeysWithValues: people.map { ($0.id, PersonCandidate(staff: $0.id)) })
    for person in people {
      guard let own = person.area, found.state.area.lies(in: own) else { continue }
      candidates[person.id]?.ownArea = directory.areas[own]?.level
    }
    try await addRoster(to: &candidates)
    try await addWork(to: &candidates, of: unit, for: found)
    addPlaces(to: &candidates, for: found)
    return PersonProposal.choices(candidates.values.sorted { $0.staff < $1.staff })
  }

  func addRoster(
    to candidates: inout [ID<Staff>: PersonCandidate]
  ) async throws(StoreFault) {
    let now = engine.time.now
    for duty in try await engine.store.duties(from: now, to: now.advanced(byMilliseconds: 1)) {
      candidates[duty.staff]?.isOnDuty = true
    }
    for absence in try await engine.store.absences(endingAfter: now) where absence.holds(at: now) {
      candidates[absence.staff]?.isAbsent = true
      if let substitute = absence.substitute, candidates[absence.staff] != nil {
        candidates[substitute]?.standsInFor = absence.staff
      }
    }
  }

  private func addWork(
    to candidates: inout [ID<Staff>: PersonCandidate], of unit: ID<Unit>, for found: Case
  ) async throws(StoreFault) {
    var query = OrderQuery(
      scope: .everything, page: PageRequest(limit: Self.ordersMax, before: nil))
    query.unit = unit
    var ended = 0
    for order in try await engine.store.orders(query).elements {
      guard let staff = order.staff, candidates[staff] != nil, order.case != found.id else {
        continue
      }
      let isOpen = order.endedAt == nil
      if isOpen { candidates[staff]?.open += 1 } else { ended += 1 }
      guard isOpen || ended <= Self.endedMax, let other = try await engine.store.load(order.case)
      else { continue }
      if !isOpen {
        if order.state == .done, other.state.item == found.state.item {
          candidates[staff]?.done += 1
        }
      } else if let here = found.filing.position, let there = other.filing.position {
        let metres = here.metres(to: there)
        let nearest = candidates[staff]?.metres ?? metres
        candidates[staff]?.metres = min(nearest, metres)
      }
    }
  }

  /// Where somebody was seen lately says more than where his orders lie.
  func addPlaces(to candidates: inout [ID<Staff>: PersonCandidate], for found: Case) {
    guard let here = found.filing.position else { return }
    for staff in candidates.keys {
      guard let place = engine.whereabouts.position(of: staff, at: engine.time.now) else {
        continue
      }
      candidates[staff]?.metres = here.metres(to: place)
      candidates[staff]?.from = .seen
    }
  }

  // MARK: Absence

  /// Keeps that somebody is away. He says so himself, or a head of his unit or of one above it.
  package func absent(
    _ staff: ID<Staff>, from: Instant, to end: Instant, substitute: ID<Staff>?, reason: String,
    by caller: Caller, request: String
  ) async throws(HandOverFault) -> Absence {
    let directory = engine.directory
    guard let person = directory.staff[staff], person.active else { throw .unknownStaff }
    try HandOver(engine: engine).check(caller, over: person)
    guard from < end, end > engine.time.now,
      end.millisecondsSince(from) <= Absence.daysMax * Duration.day
    else {
      throw .refused(
        field: "to", rule: "absence.span", facts: ["days": String(Absence.daysMax)])
    }
    guard (1...Absence.reasonMax).contains(reason.count) else {
      throw .refused(
        field: "reason", rule: "text.length",
        facts: ["min": "1", "max": String(Absence.reasonMax)])
    }
    if let substitute {
      guard substitute != staff, let other = directory.staff[substitute], other.active else {
        throw .refused(field: "substitute", rule: "staff.unknown", facts: [:])
      }
    }
    let absence = Absence(
      id: engine.newID(), staff: staff, substitute: substitute, reason: reason, from: from, to: end)
    try await keep(absence, "staff.absent", caller, request)
    return absence
  }

  /// Ends an absence now.
  package func end(
    _ id: ID<Absence>, by caller: Caller, request: String
  ) async throws(HandOverFault) -> Absence {
    let now = engine.time.now
    let known = try await HandOver(engine: engine).stored { () throws(StoreFault) in
      try await engine.store.absences(endingAfter: now)
    }
    guard var absence = known.first(where: { $0.id == id }),
      let person = engine.directory.staff[absence.staff]
    else { throw .unknownStaff }
    try HandOver(engine: engine).check(caller, over: person)
    absence.to = max(absence.from, now)
    try await keep(absence, "staff.returned", caller, request)
    return absence
  }

  private func keep(
    _ absence: Absence, _ kind: String, _ caller: Caller, _ request: String
  ) async throws(HandOverFault) {
    _ = try await HandOver(engine: engine).stored { () throws(StoreFault) in
      try await engine.store.commit(
        ChangeSet(
          kind: kind, at: engine.time.now, actor: caller.actor,
          subject: SubjectReference(kind: "staff", id: absence.staff.rawValue), request: request,
          conditions: [], facts: [.absence(absence)]))
    }
  }
}

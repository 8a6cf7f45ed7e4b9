package import City
import Discovering
package import Handling
import Pack
package import Ports

/// Why what was found was not taken.
package enum PatrolFault: Error, Equatable {
  /// There is no such round, or its plan is out of force.
  case unknown
  case refused(PatrolRefusal)
  /// Somebody else changes the same round over and over.
  case crowded
  case store(StoreFault)

  package var code: String {
    switch self {
    case .unknown: "patrol.unknown"
    case .refused(let refusal): refusal.code
    case .crowded: "patrol.crowded"
    case .store(let fault): fault.code
    }
  }
}

/// What persons find on rounds: load, decide, save. A fault is reported first, under an id of its
/// own, so that it is never lost. It holds no state.
package struct PatrolActs: Sendable {
  let engine: Engine

  package init(engine: Engine) {
    self.engine = engine
  }

  /// Takes what somebody found at a stop. Personal details in `words` are masked.
  /// - Returns: the round, and what became of the report of a fault.
  package func visit(
    _ thing: ID<Thing>, on id: ID<Patrol>, isSound: Bool, words: String, files: [EvidenceFile],
    by staff: ID<Staff>, posts: [String], as actor: Actor, request: String
  ) async throws(PatrolFault) -> (patrol: Patrol, report: IntakeOutcome?) {
    let masked = try await stored { () throws(StoreFault) in
      try await PersonalNote(engine: engine).masked(words, of: nil)
    }
    let finding = Patrol.Finding(
      at: engine.time.now, staff: staff, isSound: isSound, words: masked,
      files: files.map(\.file))
    for _ in 0..<engine.settings.attemptsMax {
      do throws(PatrolFault) {
        return try await attempt(
          thing, on: id, finding, posts: posts, as: actor, request: request)
      } catch {
        guard case .store(.conflict) = error else { throw error }
      }
    }
    throw .crowded
  }

  private func attempt(
    _ thing: ID<Thing>, on id: ID<Patrol>, _ finding: Patrol.Finding, posts: [String],
    as actor: Actor, request: String
  ) async throws(PatrolFault) -> (patrol: Patrol, report: IntakeOutcome?) {
    let found = try await stored { () throws(StoreFault) in try await engine.store.load(id) }
    guard let patrol = found, let plan = engine.catalogue.patrol(code: patrol.plan) else {
      throw .unknown
    }
    let next: Patrol
    do throws(PatrolRefusal) {
      next = try patrol.visited(thing, finding, posts: posts, in: plan)
    } catch {
      throw .refused(error)
    }
    var report: IntakeOutcome?
    if !finding.isSound, let item = plan.faultItem {
      let told = draft(patrol, thing, finding, item, plan)
      report = try await stored { () throws(StoreFault) in
        try await engine.tell(told, by: "patrols")
      }
    }
    let changes = ChangeSet(
      kind: "patrol.visited", at: finding.at, actor: actor,
      subject: SubjectReference(kind: "patrol", id: id.rawValue), request: request,
      conditions: [.patrolVersion(id, patrol.version)], facts: [.patrol(next)])
    _ = try await stored { () throws(StoreFault) in try await engine.store.commit(changes) }
    return (next, report)
  }

  private func draft(
    _ patrol: Patrol, _ thing: ID<Thing>, _ finding: Patrol.Finding, _ item: String,
    _ plan: PatrolPlan
  ) -> SignalDraft {
    let name = patrol.stops.first { $0.thing == thing }?.name ?? ""
    var draft = SignalDraft()
    draft.externalID = "\(patrol.id.rawValue)/\(thing.rawValue)"
    draft.item = item
    draft.thing = String(thing.rawValue)
    draft.title = String("\(plan.name) \(name)".prefix(SignalLimits.titleMax))
    draft.text = finding.words
    return draft
  }

  private func stored<Answer>(
    _ body: () async throws(StoreFault) -> Answer
  ) async throws(PatrolFault) -> Answer {
    do throws(StoreFault) {
      return try await body()
    } catch {
      throw .store(error)
    }
  }
}

package import City
package import Handling
package import Ports

/// What the machine asks about: is this report a problem that is known already?
///
/// Accepting merges the report's own event into the known one, and splitting the signal off undoes
/// it; declining keeps both apart, and accepting later undoes that. Each is an entry of the journal,
/// and the weights of the item are learned from it.
extension Corrections {
  /// The comparisons of an event, the newest first.
  package func proposals(of event: ID<Event>) async throws(StoreFault) -> [Resemblance] {
    try await engine.store.resemblances(of: event, limit: Self.comparisonsMax)
  }

  /// It is the same problem: the report's own event is merged into the known one.
  package func accept(
    _ proposal: ID<Resemblance>, of event: ID<Event>, by actor: StepActor,
    as journalActor: Actor, note: String, request: String
  ) async throws(CorrectionFault) -> ID<Event> {
    let found = try await load(proposal, of: event)
    guard let own = found.own, found.state == .proposed || found.state == .declined else {
      throw .decided(found.state)
    }
    try await merge(
      own, into: found.event, by: actor, as: journalActor, note: note, request: request)
    return found.event
  }

  /// It is another problem: both stay, and nobody is asked again.
  package func decline(
    _ proposal: ID<Resemblance>, of event: ID<Event>, by actor: Actor, request: String
  ) async throws(CorrectionFault) {
    var found = try await load(proposal, of: event)
    guard found.state == .proposed else { throw .decided(found.state) }
    let now = engine.time.now
    let version = found.version
    found.decide(.declined, own: nil, by: actor, at: now)
    try await commit(
      ChangeSet(
        kind: "event.proposal_declined", at: now, actor: actor,
        subject: SubjectReference(kind: "event", id: event.rawValue), request: request,
        conditions: [.resemblanceVersion(proposal, version)], facts: [.resemblance(found)]))
    engine.likeness.forget(found.item)
  }

  private func load(
    _ proposal: ID<Resemblance>, of event: ID<Event>
  ) async throws(CorrectionFault) -> Resemblance {
    let found = try await stored { () throws(StoreFault) in
      try await engine.store.load(proposal)
    }
    guard let found, found.event == event || found.own == event else { throw .unknownProposal }
    return found
  }
}

package import City
package import Handling
import Pack
package import Ports

/// Why cases were not moved to another version of their flow at all.
package enum FlowMigrationFault: Error, Equatable {
  /// No pack that is loaded has the version that they shall move to.
  case unknownFlow(FlowReference)
  /// That version says nothing of the one that they have.
  case notReplaced(FlowReference)
  case note(StepRefusal)
  case store(StoreFault)

  package var code: String {
    switch self {
    case .unknownFlow: "flow.unknown"
    case .notReplaced: "migration.not_replaced"
    case .note(let refusal): refusal.code
    case .store(let fault): fault.code
    }
  }
}

/// What becomes of one running case.
package struct FlowMigrationLine: Sendable {
  package let `case`: Case
  /// Where it comes to stand, or why it stays.
  package let result: Result<String, FlowMigration.Refusal>
}

/// Moves the running cases of one version of a flow to another, each as an entry of the journal.
package struct FlowMigrationDesk: Sendable {
  /// Cases that one call says or moves; what is left moves with the next.
  package static let casesMax = 5_000
  /// Cases read at a time.
  static let pageMax = 200

  let engine: Engine

  package init(engine: Engine) {
    self.engine = engine
  }

  /// What would move, and what would not and why. Nothing is changed.
  package func plan(
    _ code: String, from: Int, to: Int, within scope: Scope
  ) async throws(FlowMigrationFault) -> [FlowMigrationLine] {
    let flow = try flow(code, from, to)
    var lines: [FlowMigrationLine] = []
    for found in try await running(FlowReference(code: code, version: from), within: scope) {
      let standing = try await standing(of: found)
      let result = Result { () throws(FlowMigration.Refusal) in
        try FlowMigration.stage(of: standing, from: from, to: flow)
      }
      lines.append(FlowMigrationLine(case: found, result: result))
    }
    return lines
  }

  /// Moves what can be moved.
  ///
  /// Whoever stepped meanwhile is decided again; what is told is what became of each case.
  package func run(
    _ code: String, from: Int, to: Int, within scope: Scope, note: String, by actor: StepActor,
    as journalActor: Actor, request: String
  ) async throws(FlowMigrationFault) -> [FlowMigrationLine] {
    let flow = try flow(code, from, to)
    let length = note.unicodeScalars.count
    guard length <= StepDecision.noteMax else {
      throw .note(.noteTooLong(length: length, max: StepDecision.noteMax))
    }
    var lines: [FlowMigrationLine] = []
    for found in try await running(FlowReference(code: code, version: from), within: scope) {
      lines.append(
        try await move(
          found, from: from, to: flow, note: note, by: actor, as: journalActor, request: request))
    }
    return lines
  }

  private func flow(
    _ code: String, _ from: Int, _ to: Int
  ) throws(FlowMigrationFault) -> Flow {
    let reference = FlowReference(code: code, version: to)
    guard let flow = engine.catalogue.flow(reference) else { throw .unknownFlow(reference) }
    guard flow.replaces.contains(where: { $0.version == from }) else {
      throw .notReplaced(FlowReference(code: code, version: from))
    }
    return flow
  }

  private func running(
    _ reference: FlowReference, within scope: Scope
  ) async throws(FlowMigrationFault) -> [Case] {
    var cases: [Case] = []
    var before: Int64?
    repeat {
      var query = CaseQuery(scope: scope, page: PageRequest(limit: Self.pageMax, before: before))
      query.open = true
      let final = query
      let page = try await stored { () throws(StoreFault) in try await engine.store.cases(final) }
      cases += page.elements.filter { $0.flow == reference }
      before = cases.count < Self.casesMax ? page.next : nil
    } while before != nil
    return Array(cases.prefix(Self.casesMax))
  }

  private func standing(
    of found: Case
  ) async throws(FlowMigrationFault) -> FlowMigration.Standing {
    let orders = try await stored { () throws(StoreFault) in
      try await engine.store.orders(of: found.id)
    }
    return FlowMigration.Standing(
      case: found, order: orders.first { $0.id == found.state.order },
      hasOpenParts: orders.contains { $0.parent != nil && $0.endedAt == nil },
      item: found.state.item.flatMap { engine.catalogue.item(code: $0) })
  }

  private func move(
    _ found: Case, from: Int, to flow: Flow, note: String, by actor: StepActor,
    as journalActor: Actor, request: String
  ) async throws(FlowMigrationFault) -> FlowMigrationLine {
    var current = found
    while true {
      let standing = try await standing(of: current)
      let outcome: FlowMigration.Outcome
      do throws(FlowMigration.Refusal) {
        outcome = try FlowMigration.decide(
          standing, from: from, by: engine.clockRule(flow), actor: actor, note: note,
          at: engine.time.now)
      } catch {
        return FlowMigrationLine(case: current, result: .failure(error))
      }
      var facts: [Fact] = [.caseMoved(outcome.case.id, outcome.case.state), .step(outcome.step)]
      if let order = outcome.order { facts.append(.order(order)) }
      do throws(StoreFault) {
        _ = try await engine.store.commit(
          ChangeSet(
            kind: "case.flow_migrated", at: outcome.step.at, actor: journalActor,
            subject: SubjectReference(kind: "case", id: found.id.rawValue), request: request,
            conditions: [.caseVersion(found.id, current.state.version)], facts: facts))
        return FlowMigrationLine(case: outcome.case, result: .success(outcome.step.to))
      } catch {
        // Whoever stepped meanwhile moved the version on, so that this ends.
        guard case .conflict = error else { throw .store(error) }
      }
      let again = try await stored { () throws(StoreFault) in
        try await engine.store.load(found.id)
      }
      guard let again else { return FlowMigrationLine(case: current, result: .failure(.closed)) }
      current = again
    }
  }

  private func stored<Answer>(
    _ body: () async throws(StoreFault) -> Answer
  ) async throws(FlowMigrationFault) -> Answer {
    do throws(StoreFault) {
      return try await body()
    } catch {
      throw .store(error)
    }
  }
}

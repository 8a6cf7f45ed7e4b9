package import City
import Discovering
import Evaluating
package import Handling
import Pack
package import Ports

/// What somebody asks to be done with a case, in the words of the caller.
package struct StepOrder: Sendable {
  package var action: String
  /// The version that it was decided on; nil = whatever is current.
  package var version: Int?
  package var note = ""
  package var evidence: [EvidenceFile] = []
  package var unit: ID<Unit>?
  package var staff: ID<Staff>?
  package var item: String?
  /// Code of the group that is called.
  package var group: String?
  /// Code of one of the action's reasons.
  package var reason: String?
  /// By how much a deadline shall move.
  package var limit: TimeLimit?
  /// What was filled into the action's form, by field.
  package var answers: [String: String] = [:]
  /// The sender's own name of this sending; empty = none. The same step sent again changes nothing.
  package var key = ""
  /// nil = now. Only the engine and imports name another moment.
  package var at: Instant?

  package init(action: String) {
    self.action = action
  }
}

/// Why a step was not taken; the case stays as it was.
package enum DeskFault: Error, Equatable {
  case unknownCase
  case refused(StepRefusal)
  /// The flow that the case keeps is in no pack that is loaded.
  case unknownFlow(FlowReference)
  case crowded
  /// The key was used on this case before, for another action or by somebody else.
  case keyUsed
  case store(StoreFault)

  package var code: String {
    switch self {
    case .keyUsed: "step.key_used"
    case .unknownCase: "case.unknown"
    case .refused(let refusal): refusal.code
    case .unknownFlow: "case.unknown_flow"
    case .crowded: "case.crowded"
    case .store(let fault): fault.code
    }
  }
}

/// Moves cases: load, decide, save. It holds no state.
package struct Desk: Sendable {
  let engine: Engine

  package init(engine: Engine) {
    self.engine = engine
  }

  /// Takes one step. Without a version a step that raced another is decided again.
  ///
  /// With a key, a step that was taken before is not taken again: the case is given as it stands.
  ///
  /// - Parameter scope: what the caller sees; a case outside it is unknown to him.
  package func take(
    _ order: StepOrder, on id: ID<Case>, by actor: StepActor, as journalActor: Actor,
    within scope: Scope = .everything, request: String
  ) async throws(DeskFault) -> Case {
    var order = order
    for _ in 0..<engine.settings.attemptsMax {
      let dossier = try await dossier(of: id)
      guard dossier.lies(in: scope) else { throw .unknownCase }
      if try await wasTaken(order, on: dossier.case, by: actor) { return dossier.case }
      do throws(StoreFault) {
        let personal = PersonalNote(engine: engine)
        order.note = try await personal.masked(order.note, about: dossier.case)
        for (field, answer) in order.answers {
          order.answers[field] = try await personal.masked(answer, about: dossier.case)
        }
      } catch {
        throw .store(error)
      }
      let evidence = try await evidence(for: order, on: dossier.case)
      let outcome = try decide(
        order, by: actor, on: dossier,
        lacking: EvidenceCheck.missing(
          engine.catalogue.checklist(item: dossier.case.state.item), evidence ?? []),
        clearSince: try await clearSince(for: order, on: dossier.case, by: actor))
      let before = dossier.case
      var facts = StepFacts(engine: engine).facts(
        outcome, before: before, order: dossier.orders.first { $0.id == before.state.order },
        key: order.key)
      if let evidence, !evidence.isEmpty {
        facts.append(.custody(handing(to: order.unit, outcome.step)))
      }
      var conditions: [Condition] = [.caseVersion(id, before.state.version)]
      let event = EventChange.following(
        dossier.event, state: outcome.eventState ?? dossier.event.state,
        item: outcome.effects.contains(.reclassify) ? outcome.case.state.item : dossier.event.item)
      if event != dossier.event {
        facts.append(.event(event))
        conditions.append(.eventVersion(dossier.event.id, dossier.event.version))
      }
      do throws(StoreFault) {
        let judging = CallBackJudging(engine: engine)
        if let said = try await judging.judgement(closing: outcome, of: before) {
          facts += [.judgement(said.judgement)] + (said.score.map { [.score($0)] } ?? [])
          conditions.append(.judgementAbsent(said.judgement.signal))
        }
        _ = try await engine.store.commit(
          ChangeSet(
            kind: "case.step", at: outcome.step.at, actor: journalActor,
            subject: SubjectReference(kind: "case", id: id.rawValue), request: request,
            conditions: conditions, facts: facts))
        return outcome.case
      } catch {
        guard case .conflict = error else { throw .store(error) }
      }
    }
    throw .crowded
  }

  /// Characters of a key.
  package static let keyMax = 64
  /// Steps of a case that are searched for a key, the newest.
  package static let stepsMax = 500

  private func wasTaken(
    _ order: StepOrder, on found: Case, by actor: StepActor
  ) async throws(DeskFault) -> Bool {
    guard !order.key.isEmpty else { return false }
    let known: Step?
    do throws(StoreFault) {
      known = try await engine.store.step(
        of: found.id, from: max(0, found.state.version - Self.stepsMax), key: order.key)
    } catch {
      throw .store(error)
    }
    guard let step = known else { return false }
    guard step.action == order.action, step.staff == actor.staff else { throw .keyUsed }
    return true
  }

  /// The actions that somebody may take on a case now, those that it waits for first.
  package func possible(for actor: StepActor, on dossier: Dossier) -> [StepOffer] {
    guard let context = try? context(dossier) else { return [] }
    return StepDecision.possible(for: actor, in: context)
  }

  /// A case with what deciding needs.
  package func dossier(of id: ID<Case>) async throws(DeskFault) -> Dossier {
    do throws(StoreFault) {
      guard
        let dossier = try await engine.store.dossier(
          of: id, handling: engine.catalogue.handlingActions)
      else { throw StoreFault.unavailable(detail: Self.absent) }
      return dossier
    } catch {
      if case .unavailable(Self.absent) = error { throw .unknownCase }
      throw .store(error)
    }
  }

  private static let absent = "no such case"

  /// The evidence that goes with the step's order; nil where the step hands none on.
  private func evidence(
    for order: StepOrder, on found: Case
  ) async throws(DeskFault) -> [Exhibit]? {
    guard let edge = edge(of: order, on: found), edge.requires.contains(.evidence) else {
      return nil
    }
    do throws(StoreFault) {
      return EvidenceCheck.standing(
        try await engine.store.exhibits(of: found.id),
        try await engine.store.custody(
          of: found.id, kind: .withdrawn, limit: EvidenceDesk.exhibitsMax))
    } catch {
      throw .store(error)
    }
  }

  private func edge(of order: StepOrder, on found: Case) -> FlowEdge? {
    engine.catalogue.flow(found.flow)?.edges(from: found.state.stage).first {
      $0.action == order.action
    }
  }

  /// Since when the case's sensors have been clear, where the step goes by that.
  private func clearSince(
    for order: StepOrder, on found: Case, by actor: StepActor
  ) async throws(DeskFault) -> Instant? {
    guard actor.isEngine, edge(of: order, on: found)?.guards.contains(.sensorClear) ?? false
    else { return nil }
    do throws(StoreFault) {
      return try await CaseSensors(engine: engine).word(of: found)?.clearSince
    } catch {
      throw .store(error)
    }
  }

  private func handing(to unit: ID<Unit>?, _ step: Step) -> CustodyAct {
    CustodyAct(
      id: engine.newID(), case: step.case, exhibit: nil, kind: .handed, at: step.at,
      staff: step.staff, unit: unit, package: nil, note: "")
  }

  private func decide(
    _ order: StepOrder, by actor: StepActor, on dossier: Dossier, lacking: [String],
    clearSince: Instant?
  ) throws(DeskFault) -> StepOutcome {
    let directory = engine.directory
    let context = try context(dossier, lacking: lacking, clearSince: clearSince)
    // Of what is not there: a wrong action is told before a wrong unit.
    func unknown(_ refusal: StepRefusal) -> DeskFault {
      do throws(StepRefusal) {
        _ = try StepDecision.edge(
          for: order.action, expecting: order.version, by: actor, in: context)
        return .refused(refusal)
      } catch {
        return .refused(error)
      }
    }
    var unit: UnitPath?
    if let named = order.unit {
      unit = directory.path(of: named)
      if unit == nil || unit == UnitPath.none {
        throw unknown(.unknownUnit(String(named.rawValue)))
      }
    }
    var staffUnit: UnitPath?
    if let named = order.staff {
      guard let staff = directory.staff[named], staff.active else {
        throw unknown(.unknownStaff(String(named.rawValue)))
      }
      staffUnit = directory.path(of: staff.unit)
    }
    var item: Item?
    if let named = order.item {
      item = engine.catalogue.item(code: named)
      if item == nil { throw unknown(.unknownItem(named)) }
    }
    var call: GroupCall?
    if let named = order.group {
      guard let group = engine.catalogue.group(code: named) else {
        throw unknown(.unknownGroup(named))
      }
      call = GroupRoll(engine: engine).call(group, at: dossier.case.state.area)
    }
    // The clock may step back; a case's steps never do.
    let now = max(engine.time.now, dossier.case.state.since)
    var request = StepRequest(
      action: order.action, expectedVersion: order.version, note: order.note,
      evidence: order.evidence, unit: unit, staff: order.staff, staffUnit: staffUnit, item: item,
      at: order.at ?? now)
    request.reason = order.reason
    request.limit = order.limit
    request.answers = order.answers
    request.call = call
    request.staffPosts = Set(order.staff.flatMap { directory.staff[$0]?.posts } ?? [])
    do throws(StepRefusal) {
      return try StepDecision.decide(request, by: actor, in: context)
    } catch {
      throw .refused(error)
    }
  }

  private func context(
    _ dossier: Dossier, lacking: [String] = [], clearSince: Instant? = nil
  ) throws(DeskFault) -> StepContext {
    let reference = dossier.case.flow
    guard let flow = engine.catalogue.flow(reference) else { throw .unknownFlow(reference) }
    return engine.stepContext(of: dossier, by: flow, lacking: lacking, clearSince: clearSince)
  }
}

extension Engine {
  /// What deciding a step of a case needs.
  ///
  /// - Parameters:
  ///   - lacking: codes of what lacks of its evidence.
  ///   - clearSince: since when all its sensors have been clear.
  func stepContext(
    of dossier: Dossier, by flow: Flow, lacking: [String] = [], clearSince: Instant? = nil
  ) -> StepContext {
    let state = dossier.case.state
    return StepContext(
      case: dossier.case, order: dossier.orders.first { $0.id == state.order },
      handlers: dossier.handlers, flow: flow,
      item: state.item.flatMap { catalogue.item(code: $0) }, hours: unitHours, time: workingTime,
      newOrder: newID(), parts: dossier.openParts, evidenceMissing: lacking,
      clearSince: clearSince)
  }
}

extension Dossier {
  /// The open orders of assisting units.
  var openParts: [WorkOrder] { orders.filter { $0.parent != nil && $0.endedAt == nil } }

  /// Whether a scope holds the case, or a part of it that some unit still has.
  package func lies(in scope: Scope) -> Bool {
    let state = `case`.state
    return scope.holds(area: state.area, unit: state.unit)
      || openParts.contains { scope.holds(area: state.area, unit: $0.unit) }
  }
}

/// What a step's outcome writes.
struct StepFacts {
  let engine: Engine

  /// - Parameters:
  ///   - order: the order that the case had before the step.
  ///   - key: the sender's own name of the sending.
  func facts(
    _ outcome: StepOutcome, before: Case, order: WorkOrder?, key: String = ""
  ) -> [Fact] {
    var step = outcome.step
    step.key = key
    let after = outcome.case
    let item = after.state.item.flatMap { engine.catalogue.item(code: $0) }
    let scores = ScoreRule.changes(
      before: before.state, after: after.state, effects: outcome.effects,
      street: after.state.area[.street], weight: item?.weight ?? Self.ordinaryWeight,
      dispatchedAt: order?.openedAt, reportedAt: order?.reportedAt, at: outcome.step.at,
      offsetMinutes: engine.settings.offsetMinutes)
    return [.caseMoved(after.id, after.state), .step(step)]
      + outcome.orders.map { .order($0) } + scores.map { .score($0) }
  }

  /// Weight of a case without item, in thousandths.
  static let ordinaryWeight = 1_000
}

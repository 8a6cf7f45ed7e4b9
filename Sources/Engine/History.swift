package import City
import Discovering
import Evaluating
import Handling
import Language
import Pack
package import Ports

/// A ticket that was filed, and perhaps closed, elsewhere.
package struct HistoricTicket: Sendable {
  package let signal: IncomingSignal
  package let filedAt: Instant
  package let closedAt: Instant?
  /// Who had it; nil where the file does not say.
  package let unit: ID<Unit>?
  /// The answer that was given, which becomes the note of the closing step.
  package let reply: String
  /// Whether it may join an event that is known.
  package let joins: Bool

  package init(
    signal: IncomingSignal, filedAt: Instant, closedAt: Instant?, unit: ID<Unit>?, reply: String,
    joins: Bool
  ) {
    self.signal = signal
    self.filedAt = filedAt
    self.closedAt = closedAt
    self.unit = unit
    self.reply = reply
    self.joins = joins
  }
}

/// Takes history in: what happened elsewhere is recorded with its own times, and not decided again.
///
/// Times are kept as they are told, also where a ticket was closed before it was filed.
package struct History: Sendable {
  let engine: Engine

  package init(engine: Engine) {
    self.engine = engine
  }

  /// Saves one ticket as signal, event and case with its steps.
  package func take(
    _ ticket: HistoricTicket, by actor: Actor, request: String
  ) async throws(IntakeFault) -> IntakeOutcome {
    let intake = Intake(engine: engine)
    let now = engine.time.now
    let findings =
      SignalCheck.findings(of: ticket.signal.draft, now: now) {
        engine.catalogue.item(code: $0) != nil
      } + Self.timeFindings("filedAt", ticket.filedAt, now: now)
      + Self.timeFindings("closedAt", ticket.closedAt, now: now)
    guard findings.isEmpty else { throw .refused(findings) }
    if ticket.joins && ticket.closedAt == nil {
      return try await intake.take(
        ticket.signal, by: actor, request: request, at: ticket.filedAt)
    }
    var answer: Result<IntakeOutcome, IntakeFault>?
    for _ in 0..<engine.settings.attemptsMax {
      let prepared = try await intake.prepare(ticket.signal, at: ticket.filedAt)
      do throws(StoreFault) {
        let result = try await attempt(ticket, prepared, by: actor, request: request)
        answer = result
        break
      } catch {
        guard case .conflict = error else { throw .store(error) }
      }
    }
    guard let answer else { throw .crowded }
    return try answer.get()
  }

  private static func timeFindings(
    _ field: String, _ time: Instant?, now: Instant
  ) -> [SignalFinding] {
    guard let time else { return [] }
    do throws(TimeRefusal) {
      try TimeRule.check(time, now: now)
      return []
    } catch {
      return [SignalFinding(field: field, rule: error.code, facts: error.facts)]
    }
  }

  private func attempt(
    _ ticket: HistoricTicket, _ prepared: Intake.Prepared, by actor: Actor, request: String
  ) async throws(StoreFault) -> Result<IntakeOutcome, IntakeFault> {
    let known = try await engine.store.signal(
      channel: ticket.signal.channel, externalID: ticket.signal.draft.externalID)
    if let known {
      return try await Intake(engine: engine).answer(known, prepared, by: actor, request: request)
    }
    return .success(try await save(ticket, prepared, by: actor, request: request))
  }

  private func save(
    _ ticket: HistoricTicket, _ prepared: Intake.Prepared, by actor: Actor, request: String
  ) async throws(StoreFault) -> IntakeOutcome {
    let intake = Intake(engine: engine)
    let date = engine.civilDate(of: ticket.filedAt)
    let number = CaseNumber(date: date, serial: try await engine.serials.next(on: date))
    let opening = intake.opening(prepared, number: number)
    let event =
      ticket.closedAt == nil
      ? opening.event
      : EventChange.following(opening.event, state: .closed, item: opening.event.item)
    var facts = intake.reporterFacts(prepared)
    facts += [.signal(opening.signal), .event(event)]
    facts += steps(ticket, filed: opening.case, item: prepared.item)
    _ = try await engine.store.commit(
      ChangeSet(
        kind: "case.imported", at: engine.time.now, actor: actor,
        subject: SubjectReference(kind: "case", id: opening.case.id.rawValue), request: request,
        conditions: [prepared.absent] + intake.reporterConditions(prepared), facts: facts))
    return IntakeOutcome(
      kind: .opened, signal: opening.signal.id, event: event.id, case: opening.case.id,
      number: number,
      item: prepared.item?.code)
  }

  /// The case as it stands at the end, and the steps that led there.
  private func steps(_ ticket: HistoricTicket, filed: Case, item: Item?) -> [Fact] {
    guard let flow = engine.catalogue.flow(filed.filing.flow) else { return [.caseFiled(filed)] }
    var state = filed.state
    var steps: [Step] = []
    var orders: [WorkOrder] = []
    let rule = engine.clockRule(flow)
    func step(_ edge: FlowEdge, at: Instant, note: String) {
      let stage = edge.to
      var step = Step(
        case: filed.id, sequence: steps.count, action: edge.action, from: state.stage, to: stage,
        at: at, staff: nil, unit: state.unit, note: note, evidence: [],
        tookMilliseconds: at.millisecondsSince(state.since))
      step.given = edge.effects.contains(.dispatch) ? state.unit : nil
      steps.append(step)
      var happening = ClockRule.Happening(
        action: edge.action, entered: state.stage == stage ? nil : stage, at: at,
        unit: state.unit.innermost)
      happening.effects = edge.effects
      state.clocks = rule.clocks(state.clocks, after: happening, item: item)
      state.due = state.clocks.first { $0.name == flow.deadlineClock?.code }?.due
      state.stage = stage
      state.since = at
      state.version = steps.count
    }
    if let unit = ticket.unit,
      let edge = flow.edges(from: state.stage).first(where: { $0.effects.contains(.dispatch) })
    {
      state.unit = engine.directory.path(of: unit)
      let order: ID<WorkOrder> = engine.newID()
      state.order = order
      step(edge, at: ticket.filedAt, note: "")
      orders.append(
        WorkOrder(
          id: order, case: filed.id, unit: state.unit, staff: nil,
          state: ticket.closedAt == nil ? .open : .done, openedAt: ticket.filedAt, due: state.due,
          acceptedAt: nil, reportedAt: ticket.closedAt, endedAt: ticket.closedAt))
    }
    var scores: [ScoreChange] = []
    // What lay between is not told: the case goes from where it stands to where the flow closes it.
    if let closedAt = ticket.closedAt,
      let edge = flow.edges.first(where: { $0.effects.contains(.close(.passed)) })
    {
      let before = state
      state.closedAt = closedAt
      state.verdict = .passed
      let draft = ticket.signal.draft
      let reply = PersonalData.masked(
        ticket.reply, names: [draft.reporterName], phones: [draft.reporterPhone])
      step(edge, at: closedAt, note: reply)
      scores = ScoreRule.changes(
        before: before, after: state, effects: [.close(.passed)], street: state.area[.street],
        weight: item?.weight ?? StepFacts.ordinaryWeight, dispatchedAt: ticket.filedAt,
        reportedAt: closedAt, at: closedAt, offsetMinutes: engine.settings.offsetMinutes)
    }
    let final = filed.moved(to: state)
    return [.caseFiled(final)] + steps.map { .step($0) } + orders.map { .order($0) }
      + scores.map { .score($0) }
  }
}

package import City
import Discovering
import Dispatching
import Evaluating
package import Handling
package import Pack
import Ports

// The deciding half of the intake: join or open, file, dispatch.
extension Intake {
  /// A signal whose key is known: repeated, or a rival with other content.
  func answer(
    _ known: Signal, _ prepared: Prepared, by actor: Actor, request: String
  ) async throws(StoreFault) -> Result<IntakeOutcome, IntakeFault> {
    if known.digest == prepared.digest {
      let event = try await load(known.event)
      return .success(
        IntakeOutcome(
          kind: .repeated, signal: known.id, event: known.event, case: event?.case, number: nil,
          item: known.item))
    }
    let rival = signal(prepared, event: nil, rivalOf: known.id)
    let changes = ChangeSet(
      kind: "signal.rival", at: prepared.now, actor: actor,
      subject: SubjectReference(kind: "signal", id: rival.id.rawValue), request: request,
      conditions: [.rivalAbsent(known.id, prepared.digest)] + reporterConditions(prepared),
      facts: reporterFacts(prepared) + [.signal(rival)])
    do throws(StoreFault) {
      _ = try await engine.store.commit(changes)
    } catch {
      // The same rival twice is kept once.
      guard case .conflict(.rivalAbsent) = error else { throw error }
      return .failure(.rival(of: known.id, kept: nil))
    }
    return .failure(.rival(of: known.id, kept: rival.id))
  }

  private func load(_ id: ID<Event>?) async throws(StoreFault) -> Event? {
    guard let id else { return nil }
    return try await engine.store.load(id)
  }

  /// What must be known of the store to decide.
  func question(_ prepared: Prepared) -> IntakeQuestion {
    var question = IntakeQuestion(
      channel: prepared.incoming.channel, externalID: prepared.incoming.draft.externalID,
      openMax: Self.candidatesMax)
    question.open = SameProblem.wideQuestion(for: prepared.sighting, item: prepared.item)
      .map(NearbyQuestion.init)
    question.closed = earlierQuestion(prepared)
    return question
  }

  func decide(
    _ prepared: Prepared, _ around: IntakeSurroundings, by actor: Actor, request: String
  ) async throws(StoreFault) -> IntakeOutcome {
    let sighting = prepared.sighting
    let candidates = around.open
    var weights = LikenessWeights.prior
    if let item = prepared.item, !candidates.isEmpty {
      weights = try await engine.likeness.weights(
        of: item.code, in: engine.store, now: prepared.now)
    }
    let decision = SameProblem.decide(
      sighting, item: prepared.item, candidates: candidates, weights: weights,
      settings: engine.likeness.settings)
    switch decision {
    case .join(let match):
      return try await join(match, prepared, by: actor, request: request)
    case .open(let proposals):
      return try await open(
        prepared, proposals: proposals, conditions: guards(prepared, candidates),
        repeating: try await earlier(prepared, newest: around.closed), by: actor, request: request)
    }
  }

  /// Nobody else may have opened the same problem meanwhile.
  ///
  /// Of so many that not all were looked at the newest is not known: the condition would fail for
  /// ever, so the signal is let in without it.
  private func guards(_ prepared: Prepared, _ candidates: [Event]) -> [Condition] {
    guard let question = SameProblem.question(for: prepared.sighting, item: prepared.item),
      candidates.count < Self.candidatesMax
    else { return [] }
    let newest = candidates.filter { question.finds($0) }.map(\.id).max()
    return [.nothingNewer(than: newest, NearbyQuestion(question))]
  }

  private func join(
    _ match: ProblemMatch, _ prepared: Prepared, by actor: Actor, request: String
  ) async throws(StoreFault) -> IntakeOutcome {
    let event = match.event
    let joined = EventChange.joined(
      event, by: prepared.sighting, people: try await newPeople(prepared, on: event),
      located: prepared.located)
    let signal = signal(prepared, event: event.id, rivalOf: nil)
    let resemblance = Resemblance(
      id: engine.newID(), match: match, signal: signal.id, own: nil, at: prepared.now,
      state: .joined)
    _ = try await engine.store.commit(
      ChangeSet(
        kind: "signal.joined", at: prepared.now, actor: actor,
        subject: SubjectReference(kind: "event", id: event.id.rawValue), request: request,
        conditions: [prepared.absent, .eventVersion(event.id, event.version)]
          + reporterConditions(prepared),
        facts: reporterFacts(prepared) + [
          .signal(signal), .event(joined), .resemblance(resemblance),
        ]))
    return IntakeOutcome(
      kind: .joined, signal: signal.id, event: event.id, case: event.case, number: nil,
      item: event.item)
  }

  /// How many more people the event concerns with this signal.
  private func newPeople(
    _ prepared: Prepared, on event: Event
  ) async throws(StoreFault) -> Int {
    guard let reporter = prepared.reporter else { return prepared.people }
    if prepared.newReporter != nil { return 1 }
    return try await engine.store.hasReported(reporter, event.id) ? 0 : 1
  }

  private func open(
    _ prepared: Prepared, proposals: [ProblemMatch], conditions: [Condition],
    repeating earlier: Event?, by actor: Actor, request: String
  ) async throws(StoreFault) -> IntakeOutcome {
    let date = engine.civilDate(of: prepared.now)
    let number = CaseNumber(date: date, serial: try await engine.serials.next(on: date))
    let opening = opening(prepared, number: number, repeating: earlier)
    var facts = reporterFacts(prepared)
    facts += [.signal(opening.signal), .event(opening.event)]
    facts += proposals.map { match in
      .resemblance(
        Resemblance(
          id: engine.newID(), match: match, signal: opening.signal.id, own: opening.event.id,
          at: prepared.now, state: .proposed))
    }
    facts += CaseOpening(engine: engine).facts(
      filing: opening.case, item: prepared.item, thing: prepared.thing,
      isSettled: prepared.reading?.decision.isSettled ?? true, at: prepared.now)
    if let choice = choice(prepared, of: opening.case.id) { facts.append(.choice(choice)) }
    _ = try await engine.store.commit(
      ChangeSet(
        kind: "case.filed", at: prepared.now, actor: actor,
        subject: SubjectReference(kind: "case", id: opening.case.id.rawValue), request: request,
        conditions: [prepared.absent] + conditions + reporterConditions(prepared), facts: facts))
    return IntakeOutcome(
      kind: .opened, signal: opening.signal.id, event: opening.event.id, case: opening.case.id,
      number: number,
      item: prepared.item?.code)
  }

  /// Which closed problems may come back with this signal; nil where none can.
  private func earlierQuestion(_ prepared: Prepared) -> NearbyQuestion? {
    guard let item = prepared.item, item.joinMetres > 0, let position = prepared.position else {
      return nil
    }
    let settings = engine.likeness.settings
    return NearbyQuestion(
      item: item.code, position: position,
      radiusMetres: min(settings.repeatMetres, item.joinMetres),
      since: prepared.occurredAt.advanced(
        byMilliseconds: -Int64(settings.repeatDays) * Duration.day))
  }

  /// The problem that comes back with this signal; nil where it is the first of its kind here.
  ///
  /// - Parameter newest: of the closed ones. Nearly always it is the one; the others are read only
  ///   where it is not.
  private func earlier(
    _ prepared: Prepared, newest: Event?
  ) async throws(StoreFault) -> Event? {
    guard let newest, let question = earlierQuestion(prepared) else { return nil }
    if let found = SameProblem.repeated(prepared.sighting, closed: [newest]) { return found }
    let closed = try await engine.store.closedEvents(near: question, limit: closedNearbyMax)
    return SameProblem.repeated(prepared.sighting, closed: closed)
  }

  /// Why the case has the item that it has; nil where there was nothing to choose.
  private func choice(_ prepared: Prepared, of id: ID<Case>) -> MachineChoice? {
    if let reading = prepared.reading {
      return MachineChoice(
        case: id, at: prepared.now, item: prepared.item?.code,
        isSure: reading.decision.isSettled, model: reading.model,
        guesses: reading.decision.guesses, shadow: reading.shadow)
    }
    // A named item teaches at once what a model in trial is worth.
    guard let item = prepared.item,
      let shadow = engine.understanding.shadowGuess(title: prepared.title, text: prepared.text)
    else { return nil }
    return MachineChoice(
      case: id, at: prepared.now, item: item.code, isSure: true, model: nil,
      guesses: [ItemGuess(item: item.code, permille: 1_000, source: .named, reasons: [])],
      shadow: shadow)
  }

  func opening(
    _ prepared: Prepared, number: CaseNumber, repeating earlier: Event? = nil
  ) -> (signal: Signal, event: Event, case: Case) {
    let caseID: ID<Case> = engine.newID()
    let signal = signal(prepared, event: engine.newID(), rivalOf: nil)
    let eventID = signal.event ?? engine.newID()
    let event = EventChange.opened(
      eventID, by: prepared.sighting, address: prepared.address, case: caseID,
      people: prepared.people, located: prepared.located, repeating: earlier)
    let filing = CaseFiling(
      number: number, event: eventID, channel: prepared.incoming.channel, title: prepared.title,
      text: prepared.text, address: prepared.address, position: prepared.position,
      thing: prepared.thing?.id, reporter: prepared.reporter, filedAt: prepared.now,
      flow: engine.flow(of: prepared.item))
    return (
      signal, event,
      CaseOpening(engine: engine).filed(
        id: caseID, filing: filing, item: prepared.item, area: prepared.area)
    )
  }

  private func signal(
    _ prepared: Prepared, event: ID<Event>?, rivalOf: ID<Signal>?
  ) -> Signal {
    let draft = prepared.incoming.draft
    var signal = Signal(
      id: engine.newID(), channel: prepared.incoming.channel, externalID: draft.externalID,
      receivedAt: prepared.now, occurredAt: prepared.occurredAt, item: prepared.item?.code,
      title: prepared.title, text: prepared.text, address: prepared.address,
      position: prepared.position, area: prepared.area, thing: prepared.thing?.id,
      reporter: prepared.reporter, evidence: draft.evidence, raw: prepared.raw,
      digest: prepared.digest, event: event, rivalOf: rivalOf)
    signal.located = prepared.located
    return signal
  }

  func reporterFacts(_ prepared: Prepared) -> [Fact] {
    prepared.newReporter.map { [.reporter($0)] } ?? []
  }

  func reporterConditions(_ prepared: Prepared) -> [Condition] {
    prepared.newReporter.map { [.contactAbsent($0.contactHash)] } ?? []
  }
}

extension Intake.Prepared {
  var occurredAt: Instant { incoming.draft.occurredAt ?? now }

  var sighting: Sighting {
    Sighting(
      item: item?.code, position: position, thing: thing?.id, area: area, occurredAt: occurredAt,
      receivedAt: now, title: title, address: address, confidence: located?.confidence ?? 100)
  }

  /// How many people the signal speaks for, as the first of its event.
  var people: Int { reporter != nil || incoming.channel.isOfPeople ? 1 : 0 }

  var absent: Condition {
    .signalAbsent(channel: incoming.channel, externalID: incoming.draft.externalID)
  }
}

extension NearbyQuestion {
  init(_ question: SameProblemQuestion) {
    self.init(
      item: question.item, position: question.position, radiusMetres: question.radiusMetres,
      since: question.since)
  }
}

extension Resemblance {
  /// What the machine thought of a report and a known problem.
  init(
    id: ID<Resemblance>, match: ProblemMatch, signal: ID<Signal>, own: ID<Event>?, at: Instant,
    state: State, version: Int = 1
  ) {
    self.init(
      id: id, signal: signal, event: match.event.id, own: own, item: match.event.item ?? "",
      likeness: Int((match.likeness * 1_000).rounded()), traits: match.traits.map(\.code), at: at,
      state: state)
    self.version = version
  }
}

extension Resemblance {
  /// What a person decided takes the place of what was thought.
  mutating func decide(_ state: State, own event: ID<Event>?, by actor: Actor, at now: Instant) {
    self.state = state
    if let event { own = event }
    decidedAt = now
    decidedBy = if case .staff(let staff) = actor { staff } else { nil }
    version += 1
  }
}

/// Files a case, and dispatches it at once where the item leaves that to the machine.
struct CaseOpening {
  let engine: Engine

  /// The case as it stands right after filing.
  func filed(id: ID<Case>, filing: CaseFiling, item: Item?, area: AreaPath) -> Case {
    let flow = engine.catalogue.flow(filing.flow)
    var state = CaseState(
      stage: flow?.start ?? "filed", item: item?.code, grade: CaseGrade.grade(for: item),
      area: area, unit: .none, handler: nil, due: nil, order: nil, since: filing.filedAt,
      closedAt: nil, verdict: nil, version: 0, reworks: 0, returns: 0)
    if let flow {
      state.clocks = engine.clockRule(flow).clocksAtFiling(at: filing.filedAt, item: item)
      state.due = state.clocks.first { $0.name == flow.deadlineClock?.code }?.due
    }
    return Case(id: id, filing: filing, state: state)
  }

  /// The filing itself, and the machine's dispatch.
  ///
  /// - Parameter isSettled: whether the item is beyond doubt.
  func facts(
    filing filed: Case, item: Item?, thing: Thing?, isSettled: Bool, at now: Instant
  ) -> [Fact] {
    guard let item, item.automatic, isSettled,
      let dispatched = dispatch(filed, item, thing, at: now)
    else {
      return [.caseFiled(filed)]
    }
    return [.caseFiled(filed)]
      + StepFacts(engine: engine).facts(dispatched, before: filed, order: nil)
  }

  private func dispatch(
    _ filed: Case, _ item: Item, _ thing: Thing?, at now: Instant
  ) -> StepOutcome? {
    let directory = engine.directory
    guard let flow = engine.catalogue.flow(filed.filing.flow),
      let edge = flow.edges(from: filed.state.stage).first(where: {
        $0.effects.contains(.dispatch)
      }),
      case .unit(let choice) = directory.responsibility.proposal(
        for: item, area: filed.state.area, thing: thing),
      choice.confidence >= ResponsibilityList.confidenceOfRule
    else { return nil }
    let request = StepRequest(
      action: edge.action, expectedVersion: nil, note: choice.why, evidence: [],
      unit: choice.unit, staff: nil, staffUnit: nil, item: nil, at: now)
    let context = StepContext(
      case: filed, order: nil, handlers: [], flow: flow, item: item,
      hours: engine.unitHours, time: engine.workingTime, newOrder: engine.newID())
    return try? StepDecision.decide(request, by: .engine, in: context)
  }
}

extension Engine {
  /// The flow that a new case of this item begins with.
  func flow(of item: Item?) -> FlowReference {
    catalogue.currentFlow(code: item?.flow ?? settings.flow)
  }

  /// When a unit works; the city's office hours where it names none that is known.
  func hours(of unit: UnitPath) -> WorkingHours { unitHours(unit.innermost) }

  /// The same, as the rules of handling ask for it.
  package var unitHours: @Sendable (ID<Unit>?) -> WorkingHours {
    let units = directory.units
    return { [catalogue] unit in
      unit.flatMap { units[$0]?.hours }.flatMap { catalogue.hours(code: $0) }
        ?? catalogue.defaultHours
    }
  }

  /// How the clocks of a flow's cases run.
  package func clockRule(_ flow: Flow) -> ClockRule {
    ClockRule(flow: flow, time: workingTime, hours: unitHours)
  }
}

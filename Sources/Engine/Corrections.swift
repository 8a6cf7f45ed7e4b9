package import City
import Discovering
package import Handling
import Pack
package import Ports

/// Why two events were not merged, or a signal was not taken out of its event.
package enum CorrectionFault: Error, Equatable {
  case unknownEvent
  case unknownSignal
  /// The signal reports another event.
  case notItsSignal
  /// An event keeps at least one signal.
  case lastSignal
  case sameEvent
  /// Only open events are merged.
  case notOpen
  /// The case of the event that goes cannot be set aside from where it stands.
  case caseStands(stage: String)
  /// More signals than are moved at once.
  case tooManySignals(max: Int)
  case crowded
  /// No such comparison hangs on the event.
  case unknownProposal
  /// It was decided before.
  case decided(Resemblance.State)
  /// The note is no text, or too long.
  case note(StepRefusal)
  case store(StoreFault)

  package var code: String {
    switch self {
    case .unknownEvent: "event.unknown"
    case .unknownSignal: "signal.unknown"
    case .notItsSignal: "event.not_its_signal"
    case .lastSignal: "event.last_signal"
    case .sameEvent: "event.same"
    case .notOpen: "event.not_open"
    case .caseStands: "event.case_stands"
    case .tooManySignals: "event.too_many_signals"
    case .unknownProposal: "proposal.unknown"
    case .decided: "proposal.decided"
    case .crowded: "event.crowded"
    case .note(let refusal): refusal.code
    case .store(let fault): fault.code
    }
  }
}

/// Undoes what the machine joined, and joins what it kept apart. Both are steps in the journal that the other undoes.
package struct Corrections: Sendable {
  /// Signals that a merge moves at once.
  package static let signalsMax = 1_000

  let engine: Engine

  package init(engine: Engine) {
    self.engine = engine
  }

  /// Gives one signal an event and a case of its own.
  package func split(
    _ signalID: ID<Signal>, from eventID: ID<Event>, by actor: Actor, request: String
  ) async throws(CorrectionFault) -> IntakeOutcome {
    let now = engine.time.now
    let event = try await load(eventID)
    guard
      let signal = try await stored({ () throws(StoreFault) in
        try await engine.store.load(signalID)
      })
    else { throw .unknownSignal }
    guard signal.event == eventID else { throw .notItsSignal }
    guard event.signals > 1 else { throw .lastSignal }
    // As many as the event has by its own count: none of them may be missing from its times.
    let others = try await stored { () throws(StoreFault) in
      try await engine.store.signals(of: eventID, limit: event.signals)
    }.filter { $0.id != signalID }
    let date = engine.civilDate(of: now)
    let serial = try await stored { () throws(StoreFault) in
      try await engine.serials.next(on: date)
    }
    let item = signal.item.flatMap { engine.catalogue.item(code: $0) }
    let number = CaseNumber(date: date, serial: serial)
    let caseID: ID<Case> = engine.newID()
    let own = EventChange.opened(
      engine.newID(), by: Self.sighting(of: signal), address: signal.address, case: caseID,
      people: Self.people([signal]), located: signal.located)
    let left = EventChange.left(
      event, remaining: others.map(\.occurredAt), people: Self.people(others))
    let doubted = try await doubted(signal, left, own: own.id, by: actor, at: now)
    let filing = CaseFiling(
      number: number, event: own.id, channel: signal.channel, title: signal.title,
      text: signal.text, address: signal.address, position: signal.position, thing: signal.thing,
      reporter: signal.reporter, filedAt: now, flow: engine.flow(of: item))
    let filed = CaseOpening(engine: engine).filed(
      id: caseID, filing: filing, item: item, area: signal.area)
    var facts: [Fact] = [
      .event(left), .event(own), .signalJoined(signalID, own.id), .caseFiled(filed),
    ]
    if let doubted { facts.append(.resemblance(doubted)) }
    try await commit(
      ChangeSet(
        kind: "event.split", at: now, actor: actor,
        subject: SubjectReference(kind: "event", id: eventID.rawValue), request: request,
        conditions: [.eventVersion(eventID, event.version)],
        facts: facts))
    if let item { engine.likeness.forget(item.code) }
    return IntakeOutcome(
      kind: .opened, signal: signalID, event: own.id, case: caseID, number: number,
      item: signal.item)
  }

  /// What a stored signal tells of its problem.
  static func sighting(of signal: Signal) -> Sighting {
    Sighting(
      item: signal.item, position: signal.position, thing: signal.thing, area: signal.area,
      occurredAt: signal.occurredAt, receivedAt: signal.receivedAt, title: signal.title,
      address: signal.address, confidence: signal.located?.confidence ?? 100)
  }

  /// How many people these signals speak for: known reporters once each, unnamed reports of people
  /// each by itself.
  static func people(_ signals: [Signal]) -> Int {
    let named = Set(signals.compactMap(\.reporter)).count
    return named + signals.filter { $0.reporter == nil && $0.channel.isOfPeople }.count
  }

  /// What the machine thought of a signal that a person now takes out of an event, as decided.
  private func doubted(
    _ signal: Signal, _ event: Event, own: ID<Event>, by actor: Actor, at now: Instant
  ) async throws(CorrectionFault) -> Resemblance? {
    let known = try await stored { () throws(StoreFault) in
      try await engine.store.resemblances(of: signal.id, limit: Self.comparisonsMax)
    }
    var found = known.first { $0.event == event.id && $0.state != .split }
    if found == nil { found = compared(signal, event, own: own, at: now) }
    found?.decide(.split, own: own, by: actor, at: now)
    return found
  }

  /// Comparisons of one signal or event that are looked at.
  static let comparisonsMax = 100

  /// A report laid beside a problem of the same item; nil where nothing can be learned from it.
  private func compared(
    _ signal: Signal, _ event: Event, own: ID<Event>, at now: Instant
  ) -> Resemblance? {
    guard let item = event.item.flatMap({ engine.catalogue.item(code: $0) }),
      signal.item == item.code,
      let match = SameProblem.compared(
        Self.sighting(of: signal), event, item: item,
        weights: LikenessWeights(engine.likeness.settings))
    else { return nil }
    return Resemblance(
      id: engine.newID(), match: match, signal: signal.id, own: own, at: now, state: .proposed,
      version: 0)
  }

  /// What was thought of two events that a person now calls one, as decided.
  private func confirmed(
    _ event: Event, _ other: Event, _ signals: [Signal], by actor: Actor, at now: Instant
  ) async throws(CorrectionFault) -> Resemblance? {
    let known = try await stored { () throws(StoreFault) in
      try await engine.store.resemblances(of: event.id, limit: Self.comparisonsMax)
    }
    let both: Set = [event.id, other.id]
    var found = known.first { resemblance in
      resemblance.own.map { Set([$0, resemblance.event]) == both } ?? false
        && (resemblance.state == .proposed || resemblance.state == .declined)
    }
    if found == nil, let first = signals.first {
      found = compared(first, other, own: event.id, at: now)
    }
    found?.decide(.accepted, own: nil, by: actor, at: now)
    return found
  }

  /// How many people a problem concerns once these signals report it too.
  private func people(
    _ event: Event, with signals: [Signal]
  ) async throws(CorrectionFault) -> Int {
    var people = event.people + signals.filter { $0.reporter == nil && $0.channel.isOfPeople }.count
    for reporter in Set(signals.compactMap(\.reporter)) {
      let isKnown = try await stored { () throws(StoreFault) in
        try await engine.store.hasReported(reporter, event.id)
      }
      if !isKnown { people += 1 }
    }
    return people
  }

  /// Lets all signals of one event report another; its case is set aside as a repeat.
  package func merge(
    _ eventID: ID<Event>, into otherID: ID<Event>, by actor: StepActor, as journalActor: Actor,
    note: String, request: String
  ) async throws(CorrectionFault) {
    let event = try await load(eventID)
    let other = try await load(otherID)
    let signals = try await stored { () throws(StoreFault) in
      try await engine.store.signals(of: eventID, limit: Self.signalsMax + 1)
    }
    let merged: (gone: Event, kept: Event)
    let people = try await people(other, with: Array(signals.prefix(Self.signalsMax)))
    do throws(MergeRefusal) {
      merged = try EventChange.merged(event, into: other, people: people)
    } catch {
      switch error {
      case .sameEvent: throw .sameEvent
      case .notOpen: throw .notOpen
      }
    }
    guard signals.count <= Self.signalsMax else { throw .tooManySignals(max: Self.signalsMax) }
    let now = engine.time.now
    let confirmed = try await confirmed(event, other, signals, by: journalActor, at: now)
    var facts: [Fact] = signals.map { .signalJoined($0.id, otherID) }
    facts += [.event(merged.gone), .event(merged.kept)]
    if let confirmed { facts.append(.resemblance(confirmed)) }
    var conditions: [Condition] = [
      .eventVersion(eventID, event.version), .eventVersion(otherID, other.version),
    ]
    if let caseID = event.case {
      let set = try await setAside(caseID, by: actor, note: note, at: now)
      facts += set.facts
      conditions.append(set.condition)
    }
    try await commit(
      ChangeSet(
        kind: "event.merged", at: now, actor: journalActor,
        subject: SubjectReference(kind: "event", id: eventID.rawValue), request: request,
        conditions: conditions, facts: facts))
    if let item = other.item { engine.likeness.forget(item) }
  }

  /// The step that sets the case aside, by the edge of its flow that does so.
  private func setAside(
    _ id: ID<Case>, by actor: StepActor, note: String, at now: Instant
  ) async throws(CorrectionFault) -> (facts: [Fact], condition: Condition) {
    let desk = Desk(engine: engine)
    let dossier: Dossier
    do throws(DeskFault) {
      dossier = try await desk.dossier(of: id)
    } catch {
      if case .store(let fault) = error { throw .store(fault) }
      throw .unknownEvent
    }
    let found = dossier.case
    guard let flow = engine.catalogue.flow(found.flow),
      let edge = flow.edges(from: found.state.stage).first(where: {
        $0.effects.contains(.close(.void))
      })
    else { throw .caseStands(stage: found.state.stage) }
    let order = dossier.orders.first { $0.id == found.state.order }
    let request = StepRequest(
      action: edge.action, expectedVersion: nil, note: note, evidence: [], unit: nil, staff: nil,
      staffUnit: nil, item: nil, at: max(now, found.state.since))
    let context = engine.stepContext(of: dossier, by: flow)
    // Whoever may merge may set aside what was merged: the post is checked by the permission.
    let byCentre = StepActor(
      staff: actor.staff, posts: actor.posts, unit: actor.unit, isEngine: true)
    let outcome: StepOutcome
    do throws(StepRefusal) {
      outcome = try StepDecision.decide(request, by: byCentre, in: context)
    } catch {
      switch error {
      case .noteTooLong, .noteNotText, .missing: throw .note(error)
      default: throw .caseStands(stage: found.state.stage)
      }
    }
    let facts = StepFacts(engine: engine).facts(outcome, before: found, order: order)
    return (facts, .caseVersion(id, found.state.version))
  }

  func load(_ id: ID<Event>) async throws(CorrectionFault) -> Event {
    guard let event = try await stored({ () throws(StoreFault) in try await engine.store.load(id) })
    else { throw .unknownEvent }
    return event
  }

  func commit(_ changes: ChangeSet) async throws(CorrectionFault) {
    do throws(StoreFault) {
      _ = try await engine.store.commit(changes)
    } catch {
      // Somebody changed the event meanwhile: the person looks again and decides anew.
      if case .conflict = error { throw .crowded }
      throw .store(error)
    }
  }

  func stored<Answer>(
    _ body: () async throws(StoreFault) -> Answer
  ) async throws(CorrectionFault) -> Answer {
    do throws(StoreFault) {
      return try await body()
    } catch {
      throw .store(error)
    }
  }
}

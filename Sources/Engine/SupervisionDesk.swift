package import City
import Handling
import Pack
package import Ports

/// Why nothing was supervised.
package enum SupervisionFault: Error, Equatable {
  case unknown
  case unknownCase
  /// None of the posts that may do this, or another unit's.
  case notYours(posts: [String])
  /// It has ended, or waits for another thing than this.
  case state(Supervision.State)
  /// The case is closed, so that nobody can be reminded; or open, so that there is nothing to check.
  case caseState
  /// Who handled the case may not check it.
  case handler
  case refused(field: String, rule: String, facts: [String: String])
  case crowded
  case store(StoreFault)

  package var code: String {
    switch self {
    case .unknown: "supervision.unknown"
    case .unknownCase: "case.unknown"
    case .notYours: "supervision.not_yours"
    case .state: "supervision.state"
    case .caseState: "supervision.case_state"
    case .handler: "supervision.handler"
    case .refused: "supervision.refused"
    case .crowded: "case.crowded"
    case .store(let fault): fault.code
    }
  }
}

/// Reminds, orders, takes replies, draws spot checks. It holds no state.
package struct SupervisionDesk: Sendable {
  /// Days that a reply may be given at most.
  package static let replyDaysMax: Int64 = 30

  let engine: Engine

  package init(engine: Engine) {
    self.engine = engine
  }

  var rules: SupervisionRules { engine.catalogue.supervision }
  private var people: SupervisionPeople { SupervisionPeople(directory: engine.directory) }

  // MARK: By rule

  /// Makes what the ladder says is due on a case, each line once.
  /// - Returns: how many were made, and when the next line may come.
  func escalate(
    _ found: Case, position: Int64
  ) async throws(StoreFault) -> (made: Int, next: Instant?) {
    guard let flow = engine.catalogue.flow(found.flow), !rules.ladder.isEmpty else {
      return (0, nil)
    }
    let now = engine.time.now
    let escalation = Escalation(rules: rules, clocks: engine.clockRule(flow))
    let event = try await engine.store.load(found.filing.event)
    let item = found.state.item.flatMap { engine.catalogue.item(code: $0) }
    let due = escalation.due(found, people: event?.people ?? 0, item: item, at: now)
    let next = escalation.next(found, after: now)
    guard !due.isEmpty else { return (0, next) }
    let known = Set(try await supervisions(of: found.id).map(\.key))
    let made = due.map { supervision($0, of: found, at: now) }.filter { !known.contains($0.key) }
    guard !made.isEmpty else { return (0, next) }
    let followed = FollowerPosition(
      follower: SupervisionWatch.follower, position: position, at: now)
    do throws(StoreFault) {
      _ = try await engine.store.commit(
        ChangeSet(
          kind: "case.supervised", at: now, actor: .engine(SupervisionWatch.follower),
          subject: SubjectReference(kind: "case", id: found.id.rawValue), request: "",
          conditions: [.caseVersion(found.id, found.state.version)]
            + made.map { .supervisionAbsent($0.key) },
          facts: made.map { .supervision($0) } + [.followed(followed)]))
      return (made.count, next)
    } catch {
      guard case .conflict = error else { throw error }
      // Somebody stepped meanwhile: looked at again at the next full minute.
      return (0, now)
    }
  }

  private func supervision(_ due: Escalation.Due, of found: Case, at now: Instant) -> Supervision {
    let line = due.line
    let hours = engine.unitHours(found.state.unit.innermost)
    return Supervision(
      id: engine.newID(), case: found.id, form: line.form, line: line.code, cause: due.cause,
      area: found.state.area, unit: found.state.unit,
      receivers: people.receivers(of: line, for: found, repliers: rules.repliers), staff: nil,
      at: now, words: words(line.words, of: found),
      due: line.reply.map {
        engine.workingTime.deadline(from: now, limit: $0, hours: hours).instant
      }, state: line.form == .reminder ? .ended : .open)
  }

  private func words(_ words: String, of found: Case) -> String {
    let unit = found.state.unit.innermost.flatMap { engine.directory.units[$0]?.name }
    return String(
      Placeholders.filled(
        words,
        [
          "number": found.filing.number.text, "title": found.filing.title,
          "address": found.filing.address, "unit": unit ?? "",
          "due": found.state.due.map(engine.localText) ?? "",
        ]
      ).prefix(Supervision.wordsMax))
  }

  /// All of a case, the newest first.
  func supervisions(of id: ID<Case>) async throws(StoreFault) -> [Supervision] {
    var query = SupervisionQuery(
      scope: .everything, page: PageRequest(limit: PageRequest.limitMax, before: nil))
    query.case = id
    return try await engine.store.supervisions(query).elements
  }

  // MARK: By hand

  /// Reminds of an open case, or orders a reply by `due`.
  package func make(
    _ form: Supervision.Form, on id: ID<Case>, words: String, due: Instant?, by caller: Caller,
    request: String
  ) async throws(SupervisionFault) -> Supervision {
    try check(rules.supervisors, caller)
    let found = try await visible(id, caller)
    guard found.state.closedAt == nil else { throw .caseState }
    let now = engine.time.now
    try checkReply(form, due, now)
    let text = try await masked(words, about: found)
    let newID: ID<Supervision> = engine.newID()
    let receivers =
      form == .reminder && found.state.handler != nil
      ? [found.state.handler].compactMap(\.self) : people.repliers(rules.repliers, for: found)
    let made = Supervision(
      id: newID, case: id, form: form, line: "", cause: String(newID.rawValue),
      area: found.state.area, unit: found.state.unit, receivers: receivers,
      staff: caller.staff.id, at: now, words: text, due: due,
      state: form == .reminder ? .ended : .open)
    try await commit("case.supervised", [made], [.supervisionAbsent(made.key)], caller, request)
    return made
  }

  private func checkReply(
    _ form: Supervision.Form, _ due: Instant?, _ now: Instant
  ) throws(SupervisionFault) {
    switch form {
    case .reminder:
      if due != nil { throw .refused(field: "due", rule: "supervision.no_reply", facts: [:]) }
    case .order:
      let latest = now.advanced(byMilliseconds: Self.replyDaysMax * Duration.day)
      guard let due, due > now, due <= latest else {
        throw .refused(
          field: "due", rule: "supervision.due", facts: ["days": String(Self.replyDaysMax)])
      }
    case .spotCheck: throw .refused(field: "form", rule: "word.unknown", facts: [:])
    }
  }

  /// Replies to an order, for the unit that has the case.
  package func reply(
    _ words: String, to id: ID<Supervision>, by caller: Caller, request: String
  ) async throws(SupervisionFault) -> Supervision {
    try await change(id, by: caller, "supervision.replied", request) {
      (found, now) throws(SupervisionFault) in
      guard found.form == .order, found.state == .open else { throw .state(found.state) }
      try check(rules.repliers, caller)
      let known = try await load(found.case)
      guard known.state.unit.lies(in: caller.staff.unit) || found.unit.lies(in: caller.staff.unit)
      else { throw .notYours(posts: rules.repliers.sorted()) }
      found.reply = SupervisionReply(
        at: now, staff: caller.staff.id, words: try await masked(words, about: known))
      found.state = .replied
    }
  }

  /// Sends a reply back: the unit has to reply again.
  package func refuse(
    _ id: ID<Supervision>, words: String, by caller: Caller, request: String
  ) async throws(SupervisionFault) -> Supervision {
    try await change(id, by: caller, "supervision.refused", request) {
      (found, now) throws(SupervisionFault) in
      guard found.state == .replied, found.refusals < Supervision.refusalsMax else {
        throw .state(found.state)
      }
      try check(rules.supervisors, caller)
      found.ending = SupervisionReply(
        at: now, staff: caller.staff.id,
        words: try await masked(words, about: try await load(found.case)))
      found.refusals += 1
      found.state = .open
    }
  }

  /// Ends an order by accepting its reply or taking it back, and a spot check by its result.
  package func end(
    _ id: ID<Supervision>, _ outcome: Supervision.Outcome, words: String, by caller: Caller,
    request: String
  ) async throws(SupervisionFault) -> Supervision {
    try await change(id, by: caller, "supervision.ended", request) {
      (found, now) throws(SupervisionFault) in
      guard found.state != .ended else { throw .state(.ended) }
      let known = try await load(found.case)
      switch (found.form, outcome) {
      case (.spotCheck, .accepted), (.spotCheck, .faulty):
        try check(rules.checkers, caller)
        let dossier = try await stored { () throws(StoreFault) in
          try await engine.store.dossier(
            of: found.case, handling: engine.catalogue.handlingActions)
        }
        if dossier?.handlers.contains(caller.staff.id) ?? false { throw .handler }
      case (.order, .accepted):
        guard found.state == .replied else { throw .state(found.state) }
        try check(rules.supervisors, caller)
      case (_, .withdrawn): try check(rules.supervisors, caller)
      default:
        throw .refused(field: "outcome", rule: "supervision.outcome", facts: [:])
      }
      found.outcome = outcome
      found.ending = SupervisionReply(
        at: now, staff: caller.staff.id, words: try await masked(words, about: known))
      found.state = .ended
    }
  }

  private func change(
    _ id: ID<Supervision>, by caller: Caller, _ kind: String, _ request: String,
    _ decide: (inout Supervision, Instant) async throws(SupervisionFault) -> Void
  ) async throws(SupervisionFault) -> Supervision {
    for _ in 0..<engine.settings.attemptsMax {
      let stored = try await stored { () throws(StoreFault) in try await engine.store.load(id) }
      guard var found = stored, try await sees(caller, found) else { throw .unknown }
      let before = found.version
      try await decide(&found, engine.time.now)
      found.version += 1
      do throws(SupervisionFault) {
        try await commit(kind, [found], [.supervisionVersion(id, before)], caller, request)
        return found
      } catch {
        guard case .store(.conflict) = error else { throw error }
      }
    }
    throw .crowded
  }

  /// Whether a caller may see a supervision: it lies in his scope, or is addressed to him.
  package func sees(_ caller: Caller, _ found: Supervision) async throws(SupervisionFault) -> Bool {
    if caller.scope.holds(area: found.area, unit: found.unit) { return true }
    if found.receivers.contains(caller.staff.id) { return true }
    let now = try await load(found.case)
    return caller.scope.holds(area: now.state.area, unit: now.state.unit)
  }

  // MARK: What all share

  func check(_ posts: Set<String>, _ caller: Caller) throws(SupervisionFault) {
    guard !posts.isDisjoint(with: caller.posts) else { throw .notYours(posts: posts.sorted()) }
  }

  func visible(_ id: ID<Case>, _ caller: Caller) async throws(SupervisionFault) -> Case {
    let found = try await load(id)
    guard caller.scope.holds(area: found.state.area, unit: found.state.unit) else {
      throw .unknownCase
    }
    return found
  }

  private func load(_ id: ID<Case>) async throws(SupervisionFault) -> Case {
    let found = try await stored { () throws(StoreFault) in try await engine.store.load(id) }
    guard let found else { throw .unknownCase }
    return found
  }

  private func masked(
    _ words: String, about found: Case
  ) async throws(SupervisionFault) -> String {
    guard words.count <= Supervision.wordsMax else {
      throw .refused(
        field: "words", rule: "text.too_long", facts: ["max": String(Supervision.wordsMax)])
    }
    return try await stored { () throws(StoreFault) in
      try await PersonalNote(engine: engine).masked(words, about: found)
    }
  }

  func commit(
    _ kind: String, _ made: [Supervision], _ conditions: [Condition], _ caller: Caller,
    _ request: String, note: String = ""
  ) async throws(SupervisionFault) {
    let subject = made.count == 1 ? made[0].case.rawValue : 0
    let facts = made.map { Fact.supervision($0) } + (note.isEmpty ? [] : [.note(note)])
    _ = try await stored { () throws(StoreFault) in
      try await engine.store.commit(
        ChangeSet(
          kind: kind, at: engine.time.now, actor: caller.actor,
          subject: SubjectReference(kind: "case", id: subject), request: request,
          conditions: conditions, facts: facts))
    }
  }

  func stored<Answer>(
    _ body: () async throws(StoreFault) -> Answer
  ) async throws(SupervisionFault) -> Answer {
    do throws(StoreFault) {
      return try await body()
    } catch {
      throw .store(error)
    }
  }
}

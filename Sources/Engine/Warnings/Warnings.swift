package import City
import Discovering
import Evaluating
import Geography
import Pack
package import Ports

/// Why a warning was not issued or changed.
package enum WarningFault: Error, Equatable {
  case notFound
  case unknownKind(String)
  /// The area is not there, or not within what the caller may see.
  case unknownArea
  /// It was lifted, or its time is over.
  case over
  /// It must end after its beginning and after now, and within `Warnings.daysMax` days.
  case validity
  case words(field: String, max: Int)
  /// Too many others change it just now.
  case crowded
  case store(StoreFault)

  package var code: String {
    switch self {
    case .notFound: "warning.not_found"
    case .unknownKind: "warning.kind_unknown"
    case .unknownArea: "warning.area_unknown"
    case .over: "warning.over"
    case .validity: "warning.validity"
    case .words: "text.too_long"
    case .crowded: "warning.crowded"
    case .store(let fault): fault.code
    }
  }
}

/// What a person, or another system, warns of.
package struct WarningDraft: Sendable {
  package var kind: String?
  package var title = ""
  package var area: ID<Area>
  package var grade: Grade
  package var source = Warning.Source.person
  /// Unique; nil = the engine makes one.
  package var key: String?
  package var sender = ""
  package var why = ""
  /// nil = now.
  package var from: Instant?
  /// nil = as long as the kind says.
  package var to: Instant?
  /// Besides those of the kind.
  package var measures: [String] = []
  package var messages: [String] = []

  package init(area: ID<Area>, grade: Grade) {
    self.area = area
    self.grade = grade
  }
}

/// Early warnings: issued, changed, lifted, read; and the cases that their plans open.
package struct Warnings: Sendable {
  /// How far ahead a warning may end, in days.
  package static let daysMax: Int64 = 30
  /// Standing warnings that are looked at.
  static let standingMax = 2_000
  /// Hours that a warning holds whose kind no pack knows.
  static let unknownKindHours = 24

  let engine: Engine

  package init(engine: Engine) {
    self.engine = engine
  }

  // MARK: Reading

  /// Narrows a query to what a caller sees: warnings of his area, of those below and of those above.
  /// Units serve the whole district, so that warnings are addressed to all of them.
  package func query(_ query: WarningQuery, scope: Scope) -> WarningQuery {
    var query = query
    switch scope {
    case .everything, .unit: break
    case .area(let area), .areaOrUnit(let area, _):
      query.within = area
      query.above = engine.directory.path(of: area).areas.filter { $0 != area }
    }
    return query
  }

  /// - Throws: `notFound` also where the caller may not see it.
  package func load(_ id: ID<Warning>, scope: Scope) async throws(WarningFault) -> Warning {
    guard let found = try await stored(id), sees(found, scope) else { throw .notFound }
    return found
  }

  private func stored(_ id: ID<Warning>) async throws(WarningFault) -> Warning? {
    do throws(StoreFault) {
      return try await engine.store.load(id)
    } catch {
      throw .store(error)
    }
  }

  private func sees(_ warning: Warning, _ scope: Scope) -> Bool {
    switch scope {
    case .everything, .unit: true
    case .area(let area), .areaOrUnit(let area, _):
      warning.area.lies(in: area)
        || warning.area.innermost.map { engine.directory.path(of: area).lies(in: $0) } ?? false
    }
  }

  /// All that were not lifted, the newest first.
  func standing() async throws(StoreFault) -> [Warning] {
    var all: [Warning] = []
    var query = WarningQuery(page: PageRequest(limit: PageRequest.limitMax, before: nil))
    query.isStanding = true
    repeat {
      let page = try await engine.store.warnings(query)
      all += page.elements
      guard let next = page.next else { break }
      query.page = PageRequest(limit: PageRequest.limitMax, before: next)
    } while all.count < Self.standingMax
    return all
  }

  // MARK: Changing

  /// Issues a warning of a person or another system; the same key again changes nothing.
  package func issue(
    _ draft: WarningDraft, by staff: ID<Staff>?, actor: Actor, request: String, scope: Scope
  ) async throws(WarningFault) -> Warning {
    let now = engine.time.now
    let path = engine.directory.path(of: draft.area)
    guard !path.areas.isEmpty, mayIssue(path, scope) else { throw .unknownArea }
    let kind = try kind(draft.kind, title: draft.title)
    try check(from: draft.from ?? now, to: draft.to, at: now)
    for (field, text, max) in [
      ("title", draft.title, SignalLimits.titleMax), ("why", draft.why, Self.whyMax),
    ] where text.unicodeScalars.count > max { throw .words(field: field, max: max) }
    guard draft.measures.count <= Warning.measuresMax else {
      throw .words(field: "measures", max: Warning.measuresMax)
    }
    var finding = WarningFinding(grade: draft.grade, source: draft.source, why: draft.why)
    finding.expectedAt = draft.from
    var state = WarningDecision(kind: kind).issued(
      finding, at: now, by: staff, until: draft.to)
    state.measures = Array(
      (state.measures + draft.measures).prefix(Warning.measuresMax))
    state.messages = draft.messages
    let id: ID<Warning> = engine.newID()
    let warning = Warning(
      id: id, key: draft.key ?? "\(draft.source.rawValue)/\(id.rawValue)", kind: draft.kind,
      title: draft.title.isEmpty ? kind.name : draft.title, area: path, issuedAt: now,
      source: draft.source, cause: nil, sender: draft.sender, state: state)
    do throws(StoreFault) {
      return try await save(warning, actor: actor, request: request)
    } catch {
      throw .store(error)
    }
  }

  private static let whyMax = 2_000

  private func mayIssue(_ path: AreaPath, _ scope: Scope) -> Bool {
    scope.holds(area: path, unit: .none)
  }

  /// The kind of a code; of an unknown one nothing is planned.
  func kind(_ code: String?, title: String) throws(WarningFault) -> WarningKind {
    guard let code else {
      return WarningKind(
        code: "", name: title, category: .other, level: .district, conditions: [],
        validHours: Self.unknownKindHours, calmMinutes: 0, plan: [], measures: [], truth: nil,
        words: [], say: "", why: "")
    }
    guard let kind = engine.catalogue.warning(code: code) else { throw .unknownKind(code) }
    return kind
  }

  private func check(from: Instant, to: Instant?, at now: Instant) throws(WarningFault) {
    guard let to else { return }
    guard to > from, to > now, to.millisecondsSince(now) <= Self.daysMax * Duration.day else {
      throw .validity
    }
  }

  /// Raises, lowers or prolongs a standing warning.
  package func grade(
    _ id: ID<Warning>, _ grade: Grade, until: Instant?, why: String, message: String? = nil,
    by staff: ID<Staff>?, actor: Actor, request: String, scope: Scope
  ) async throws(WarningFault) -> Warning {
    guard why.unicodeScalars.count <= Self.whyMax else {
      throw .words(field: "why", max: Self.whyMax)
    }
    return try await change(id, actor, request, scope) { warning, now throws(WarningFault) in
      try check(from: warning.state.from, to: until, at: now)
      var state = WarningDecision(kind: try kind(warning.kind, title: warning.title)).graded(
        warning.state, grade, until: until, why: why, at: now, by: staff)
      if let message { state.add(message: message) }
      return state
    }
  }

  /// Ends a standing warning.
  package func lift(
    _ id: ID<Warning>, why: String, message: String? = nil, by staff: ID<Staff>?, actor: Actor,
    request: String, scope: Scope
  ) async throws(WarningFault) -> Warning {
    guard why.unicodeScalars.count <= Self.whyMax else {
      throw .words(field: "why", max: Self.whyMax)
    }
    return try await change(id, actor, request, scope) { warning, now throws(WarningFault) in
      var state = WarningDecision(kind: try kind(warning.kind, title: warning.title)).lifted(
        warning.state, at: now, by: staff, why: why)
      if let message { state.add(message: message) }
      return state
    }
  }

  private func change(
    _ id: ID<Warning>, _ actor: Actor, _ request: String, _ scope: Scope,
    _ body: (Warning, Instant) throws(WarningFault) -> WarningState
  ) async throws(WarningFault) -> Warning {
    for _ in 0..<engine.settings.attemptsMax {
      guard let found = try await stored(id), sees(found, scope) else { throw .notFound }
      // Who sees a warning of an area above his own may not change it.
      guard mayIssue(found.area, scope) else { throw .unknownArea }
      let now = engine.time.now
      guard found.stands(at: now) else { throw .over }
      let next = found.becoming(try body(found, now))
      do throws(StoreFault) {
        return try await commit(next, since: found, actor: actor, request: request)
      } catch {
        guard case .conflict = error else { throw .store(error) }
      }
    }
    throw .crowded
  }

  // MARK: Saving

  /// Writes a new warning; one with its key that is there already is the answer instead.
  func save(
    _ warning: Warning, actor: Actor, request: String
  ) async throws(StoreFault) -> Warning {
    do throws(StoreFault) {
      _ = try await engine.store.commit(
        ChangeSet(
          kind: "warning.issued", at: engine.time.now, actor: actor,
          subject: SubjectReference(kind: "warning", id: warning.id.rawValue), request: request,
          conditions: [.warningKeyAbsent(warning.key)], facts: [.warning(warning)]))
      return warning
    } catch {
      guard case .conflict = error,
        let known = try await engine.store.warning(key: warning.key)
      else { throw error }
      return known
    }
  }

  @discardableResult
  func commit(
    _ next: Warning, since before: Warning, actor: Actor, request: String
  ) async throws(StoreFault) -> Warning {
    let change = next.state.changes.count > before.state.changes.count
    let kind = change ? next.state.changes.last?.kind.rawValue ?? "changed" : "planned"
    _ = try await engine.store.commit(
      ChangeSet(
        kind: "warning.\(kind)", at: engine.time.now, actor: actor,
        subject: SubjectReference(kind: "warning", id: next.id.rawValue), request: request,
        conditions: [.warningVersion(before.id, before.state.version)],
        facts: [.warning(next)]))
    return next
  }

  // MARK: The plan

  /// Reports what the plan of a warning calls for and was not reported yet; each line becomes one
  /// signal, and by it a case. Tried again it reports nothing twice.
  package func followPlan(_ warning: Warning) async throws(StoreFault) {
    guard let code = warning.kind, let kind = engine.catalogue.warning(code: code) else { return }
    let lines = WarningDecision(kind: kind).planned(warning.state)
    guard warning.state.signals.count < lines.count, warning.stands(at: engine.time.now) else {
      return
    }
    var signals: [ID<Signal>] = []
    for line in lines {
      if let signal = try await report(kind.plan[line], line, of: warning) {
        signals.append(signal)
      }
    }
    guard signals.count > warning.state.signals.count else { return }
    for _ in 0..<engine.settings.attemptsMax {
      guard let stored = try await engine.store.load(warning.id) else { return }
      var state = stored.state
      state.signals = Array(
        (state.signals + signals.filter { !state.signals.contains($0) })
          .prefix(Warning.signalsMax))
      guard state.signals != stored.state.signals else { return }
      state.version += 1
      do throws(StoreFault) {
        try await commit(
          stored.becoming(state), since: stored, actor: .engine(WarningWatch.name), request: "")
        return
      } catch {
        guard case .conflict = error else { throw error }
      }
    }
  }

  private func report(
    _ line: WarningPlanLine, _ number: Int, of warning: Warning
  ) async throws(StoreFault) -> ID<Signal>? {
    var draft = SignalDraft()
    draft.externalID = "warning/\(warning.id.rawValue)/\(number)"
    draft.title = String(warning.title.prefix(SignalLimits.titleMax))
    draft.text = line.text
    draft.item = line.item
    let area = warning.area.innermost.flatMap { engine.directory.areas[$0] }
    draft.address = String((area?.name ?? "").prefix(SignalLimits.addressMax))
    // Any point within says which area it is; the middle is what people expect.
    if let area, let middle = try? area.outline?.centroid(),
      engine.directory.areaIndex.path(holding: middle).lies(in: area.id)
    {
      draft.longitude = middle.longitude
      draft.latitude = middle.latitude
    }
    let incoming = IncomingSignal(
      channel: .system, draft: draft, raw: Array(draft.externalID.utf8))
    do throws(IntakeFault) {
      return try await Intake(engine: engine).take(
        incoming, by: .engine(WarningWatch.name), request: ""
      ).signal
    } catch {
      if case .store(let fault) = error { throw fault }
      // The words of the pack do not make a signal: the lint says so, and others go on.
      return nil
    }
  }
}

extension WarningState {
  /// Remembers a message of another system; of too many the oldest is forgotten.
  mutating func add(message: String) {
    if messages.count >= Warning.messagesMax { messages.removeFirst() }
    messages.append(message)
  }
}

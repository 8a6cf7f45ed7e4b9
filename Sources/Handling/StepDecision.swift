import City
package import Pack

/// An edge that somebody may take.
package struct StepOffer: Equatable, Sendable {
  package let edge: FlowEdge
  /// Whether the case waits for it: its ordinary way on, or the answer to what was asked for.
  package let leads: Bool
}

/// Whether a step may be taken, and what it changes.
package enum StepDecision {
  /// In Unicode scalars.
  package static let noteMax = 2_000
  package static let evidenceMax = 20

  /// Takes the edge of the case's flow that leads from its stage by this action.
  ///
  /// Checked in this order: version, stage, post, unit, separation of handling and checking, size,
  /// proof, time, and what the edge's effects need.
  /// - Returns: the case one version on; the step's sequence is the version before.
  package static func decide(
    _ request: StepRequest, by actor: StepActor, in context: StepContext
  ) throws(StepRefusal) -> StepOutcome {
    let state = context.case.state
    let edge = try edge(
      for: request.action, expecting: request.expectedVersion, by: actor, in: context)
    try checkGuards(of: edge, actor, context)
    try checkSize(of: request)
    try checkProof(request, edge, context)
    try checkTurn(of: edge, request, context)
    try checkSensors(of: edge, request, context)
    guard request.at >= state.since else {
      throw .timeBeforeLastStep(at: request.at, last: state.since)
    }
    var change = StepChange(
      request: request, actor: actor, context: context,
      actsForPart: edge.guards.contains(.partUnit))
    for effect in edge.effects { try change.apply(effect) }
    return try change.outcome(of: edge)
  }

  /// The edges that this actor may take from where the case stands: those that the case waits for
  /// come first, the others follow in the flow's order. What the step must bring along is not asked
  /// here.
  package static func possible(for actor: StepActor, in context: StepContext) -> [StepOffer] {
    let stage = context.case.state.stage
    let way = context.flow.wayOn(from: stage)
    let offers = context.flow.edges(from: stage).filter { edge in
      holdsPost(actor, edge) && !isIdle(edge, context)
        && refusalOfGuards(of: edge, actor, context) == nil
    }.map { StepOffer(edge: $0, leads: $0 == way || decides($0, context)) }
    return offers.filter(\.leads) + offers.filter { !$0.leads }
  }

  /// Whether the edge agrees to what somebody asked for and waits for.
  private static func decides(_ edge: FlowEdge, _ context: StepContext) -> Bool {
    edge.effects.contains(.grantExtension) && context.case.state.asked != nil
  }

  /// Whether there is nothing that the edge could change: nobody asked, or gave out a part, or it
  /// was taken as often as it may be.
  private static func isIdle(_ edge: FlowEdge, _ context: StepContext) -> Bool {
    if let max = edge.timesMax, context.case.state.taken[edge.action, default: 0] >= max {
      return true
    }
    return edge.effects.contains { effect in
      switch effect {
      case .grantExtension, .refuseExtension: context.case.state.asked == nil
      case .askExtension: context.case.state.asked != nil
      case .upholdPart: !context.parts.contains { $0.state == .disputed }
      case .releasePart: context.parts.isEmpty
      default: false
      }
    }
  }

  /// The edge that an action is, for who looks up what the step names only then: a wrong action is
  /// told before a wrong unit.
  ///
  /// - Parameter version: the case's as the caller saw it; nil = whatever is current.
  /// - Throws: `staleVersion`, `noEdge` with what the caller's posts may do there, `notYourPost`.
  package static func edge(
    for action: String, expecting version: Int?, by actor: StepActor, in context: StepContext
  ) throws(StepRefusal) -> FlowEdge {
    let current = context.case.state.version
    if let version, version != current {
      throw .staleVersion(expected: version, current: current)
    }
    let stage = context.case.state.stage
    let leading = context.flow.edges(from: stage)
    if let edge = leading.first(where: { $0.action == action && holdsPost(actor, $0) }) {
      return edge
    }
    let edges = leading.filter { $0.action == action }
    guard edges.isEmpty else {
      throw .notYourPost(allowed: Set(edges.flatMap(\.posts)).sorted())
    }
    var possible: [String] = []
    for edge in leading where holdsPost(actor, edge) && !possible.contains(edge.action) {
      possible.append(edge.action)
    }
    throw .noEdge(from: stage, action: action, possible: possible)
  }

  private static func holdsPost(_ actor: StepActor, _ edge: FlowEdge) -> Bool {
    actor.isEngine || !edge.posts.isDisjoint(with: actor.posts)
  }

  private static func checkGuards(
    of edge: FlowEdge, _ actor: StepActor, _ context: StepContext
  ) throws(StepRefusal) {
    if let refusal = refusalOfGuards(of: edge, actor, context) { throw refusal }
  }

  private static func refusalOfGuards(
    of edge: FlowEdge, _ actor: StepActor, _ context: StepContext
  ) -> StepRefusal? {
    if edge.guards.contains(.sensorClear) && !actor.isEngine { return .machineOnly }
    if edge.guards.contains(.ownUnit) && !isOfUnit(actor, context) { return .notYourUnit }
    if edge.guards.contains(.notHandler), let staff = actor.staff, isHandler(staff, context) {
      return .handlerMayNotVerify
    }
    if edge.guards.contains(.partUnit), PartChange.part(of: actor, in: context.parts) == nil {
      return .noPart
    }
    if edge.guards.contains(.partsDone), !context.parts.isEmpty {
      return .openParts(context.parts.compactMap(\.unit.innermost))
    }
    return nil
  }

  /// Of the case's unit or one above it; or the person named, who may sit in a team below it.
  private static func isOfUnit(_ actor: StepActor, _ context: StepContext) -> Bool {
    if actor.isEngine { return true }
    let state = context.case.state
    if let staff = actor.staff, staff == state.handler { return true }
    return actor.unit.innermost.map(state.unit.lies(in:)) ?? false
  }

  private static func isHandler(_ staff: ID<Staff>, _ context: StepContext) -> Bool {
    context.handlers.contains(staff) || context.case.state.handler == staff
  }

  private static func checkSize(of request: StepRequest) throws(StepRefusal) {
    if request.note.utf8.count > noteMax {
      let length = request.note.unicodeScalars.count
      if length > noteMax { throw .noteTooLong(length: length, max: noteMax) }
    }
    let isText = request.note.utf8.allSatisfy { byte in
      switch byte {
      case 0x09, 0x0A, 0x0D: true
      default: byte >= 0x20 && byte != 0x7F
      }
    }
    if !isText { throw .noteNotText }
    if request.evidence.count > evidenceMax {
      throw .tooMuchEvidence(count: request.evidence.count, max: evidenceMax)
    }
  }

  private static func checkProof(
    _ request: StepRequest, _ edge: FlowEdge, _ context: StepContext
  ) throws(StepRefusal) {
    var required = edge.requires
    if !edge.reasons.isEmpty { required.insert(.reason) }
    if edge.requiresItemEvidence, let item = context.item { required.formUnion(item.evidence) }
    for effect in edge.effects {
      switch effect {
      case .dispatch, .split, .upholdPart, .releasePart: required.insert(.unit)
      case .assign, .assignChecker: required.insert(.staff)
      case .call: required.insert(.group)
      case .reclassify: required.insert(.item)
      case .askExtension: required.insert(.limit)
      case .accept, .report, .rework, .giveBack, .close, .grantExtension, .refuseExtension, .reopen,
        .finishPart, .disputePart, .takeBack, .passUp, .vouch:
        break
      }
    }
    let missing = required.filter { !isShown($0, request) }
    if !missing.isEmpty { throw .missing(missing) }
    if required.contains(.evidence), !context.evidenceMissing.isEmpty {
      throw .evidenceIncomplete(context.evidenceMissing)
    }
    if let reason = request.reason, !edge.reasons.contains(where: { $0.code == reason }) {
      throw .unknownReason(reason, allowed: edge.reasons.map(\.code))
    }
    try AnswerCheck.check(request.answers, edge.form)
  }

  /// Whether the flow lets this be done again, and still.
  private static func checkTurn(
    of edge: FlowEdge, _ request: StepRequest, _ context: StepContext
  ) throws(StepRefusal) {
    let state = context.case.state
    if let max = edge.timesMax, state.taken[edge.action, default: 0] >= max {
      throw .tooOften(action: edge.action, max: max)
    }
    if let within = edge.within {
      let until = context.time.deadline(
        from: state.since, limit: within, hours: context.hours(state.unit.innermost))
      if request.at > until.instant { throw .tooLate(action: edge.action, until: until.instant) }
    }
  }

  /// Whether the case's sensors have been clear for as long as its item says, after the report.
  private static func checkSensors(
    of edge: FlowEdge, _ request: StepRequest, _ context: StepContext
  ) throws(StepRefusal) {
    guard edge.guards.contains(.sensorClear) else { return }
    guard let until = clearUntil(in: context), context.order?.state == .reported else {
      throw .sensorNotClear(until: nil)
    }
    if request.at < until { throw .sensorNotClear(until: until) }
  }

  /// Whether a person could check the case where it stands.
  static func checkChecker(
    _ staff: ID<Staff>, holding posts: Set<String>, _ context: StepContext
  ) throws(StepRefusal) {
    if isHandler(staff, context) { throw .handlerMayNotVerify }
    let allowed = context.flow.checkPosts(at: context.case.state.stage)
    if posts.isDisjoint(with: allowed) { throw .staffMayNotCheck(allowed: allowed.sorted()) }
  }

  /// When the sensors will have been clear for long enough, if they stay so; nil where they are
  /// not, or where the item does not take their word.
  private static func clearUntil(in context: StepContext) -> Instant? {
    guard let since = context.clearSince, let limit = context.item?.sensorClear else { return nil }
    return context.time.deadline(
      from: since, limit: limit, hours: context.hours(context.case.state.unit.innermost)
    ).instant
  }

  private static func isShown(_ requirement: Requirement, _ request: StepRequest) -> Bool {
    switch requirement {
    case .note: !request.note.unicodeScalars.allSatisfy { $0.properties.isWhitespace }
    case .photo, .document: request.evidence.contains { $0.form == requirement }
    case .unit: request.unit?.innermost != nil
    case .staff: request.staff != nil
    case .item: request.item != nil
    case .reason: request.reason != nil
    case .group: request.call != nil
    case .limit: request.limit != nil
    // Not brought along but there before; asked by itself.
    case .evidence: true
    }
  }
}

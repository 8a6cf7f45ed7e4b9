import City
import Pack

/// The work in hand while a step's effects are applied one after another.
struct StepChange {
  private let request: StepRequest
  private let actor: StepActor
  private let context: StepContext
  private var state: CaseState
  private var item: Item?
  private var order: OrderDraft?
  /// A former order that this step ended.
  private var ended: [WorkOrder] = []
  private var eventState: EventState?
  /// What an extension adds to the deadline.
  private var granted: TimeLimit?
  private var parts: PartChange

  /// Whether the actor acts for a part; one above it, who also has the case, does not.
  private let actsForPart: Bool

  init(request: StepRequest, actor: StepActor, context: StepContext, actsForPart: Bool) {
    self.actsForPart = actsForPart
    self.request = request
    self.actor = actor
    self.context = context
    state = context.case.state
    item = context.item
    parts = PartChange(context.parts)
    if let order = context.order, order.id == state.order { self.order = OrderDraft(order) }
  }

  mutating func apply(_ effect: FlowEffect) throws(StepRefusal) {
    switch effect {
    case .dispatch: try dispatch()
    case .accept: try accept()
    case .assign: try assign()
    case .report: try report()
    case .rework: try rework()
    case .giveBack: try giveBack()
    case .close(let verdict): close(verdict)
    case .reclassify: reclassify()
    case .askExtension: try askExtension()
    case .grantExtension: try grantExtension()
    case .refuseExtension: try refuseExtension()
    case .reopen: reopen()
    case .takeBack: try takeBack()
    case .passUp: try passUp()
    case .vouch: break
    case .call: try call()
    case .assignChecker: try assignChecker()
    case .split: try split()
    case .finishPart: try parts.finish(ownPart(), by: actor.staff, at: request.at)
    case .disputePart: parts.move(try ownPart(), to: .disputed, staff: actor.staff)
    case .upholdPart: try upholdPart()
    case .releasePart: parts.withdraw(try namedPart(), at: request.at)
    }
  }

  mutating func outcome(of edge: FlowEdge) throws(StepRefusal) -> StepOutcome {
    let before = context.case.state
    let calendarKnown = try moveClocks(along: edge)
    var after = state
    if edge.timesMax != nil { after.taken[edge.action, default: 0] += 1 }
    after.stage = edge.to
    after.version = before.version + 1
    // Also where the stage stays the same: so times never run backward and none counts twice.
    after.since = request.at
    var evidence: [FileDigest] = []
    for shown in request.evidence where !evidence.contains(shown.file) {
      evidence.append(shown.file)
    }
    var step = Step(
      case: context.case.id, sequence: before.version, action: edge.action, from: edge.from,
      to: edge.to, at: request.at, staff: actor.staff, unit: actor.unit, note: request.note,
      evidence: evidence, tookMilliseconds: request.at.millisecondsSince(before.since))
    step.reason = request.reason
    step.limit = granted ?? (edge.effects.contains(.askExtension) ? request.limit : nil)
    let gives = edge.effects.contains(.dispatch) || edge.effects.contains(.passUp)
    step.given = gives ? state.unit : nil
    step.item = edge.effects.contains(.reclassify) ? state.item : nil
    step.answers = request.answers
    step.group = edge.effects.contains(.call) ? request.call?.code : nil
    if edge.effects.contains(.split) {
      step.given = request.unit
      step.limit = request.limit
    }
    var orders = ended
    if let order, order.order != context.order { orders.append(order.order) }
    orders += parts.changed
    return StepOutcome(
      case: context.case.moved(to: after), step: step, orders: orders, eventState: eventState,
      effects: edge.effects, calendarKnown: calendarKnown)
  }

  private mutating func dispatch() throws(StepRefusal) {
    guard let unit = request.unit, unit.innermost != nil else { throw .missing([.unit]) }
    if state.unit.innermost == unit.innermost { throw .sameUnit }
    try checkStaff(of: unit)
    if var former = order, former.isOpen {
      former.end(.withdrawn, at: request.at)
      ended.append(former.order)
    }
    state.unit = unit
    state.handler = request.staff
    state.order = context.newOrder
    order = OrderDraft(
      WorkOrder(
        id: context.newOrder, case: context.case.id, unit: unit, staff: request.staff,
        state: .open, openedAt: request.at, due: nil, acceptedAt: nil, reportedAt: nil,
        endedAt: nil))
  }

  private mutating func accept() throws(StepRefusal) {
    var order = try openOrder()
    order.state = .accepted
    order.acceptedAt = order.acceptedAt ?? request.at
    order.staff = order.staff ?? actor.staff
    state.handler = order.staff
    self.order = order
  }

  private mutating func assign() throws(StepRefusal) {
    var order = try openOrder()
    try checkStaff(of: state.unit)
    order.staff = request.staff
    state.handler = request.staff
    self.order = order
  }

  private mutating func report() throws(StepRefusal) {
    var order = try openOrder()
    order.state = .reported
    order.reportedAt = request.at
    order.staff = order.staff ?? actor.staff
    state.handler = order.staff
    self.order = order
  }

  private mutating func rework() throws(StepRefusal) {
    var order = try openOrder()
    order.state = .accepted
    order.reportedAt = nil
    state.reworks += 1
    self.order = order
  }

  private mutating func takeBack() throws(StepRefusal) {
    var order = try openOrder()
    order.end(.withdrawn, at: request.at)
    self.order = order
    parts.withdrawAll(at: request.at)
    state.unit = .none
    state.handler = nil
    state.order = nil
    forgetOthers()
  }

  /// The unit's order ends as given back, the one above gets its own, with the deadline as it runs.
  private mutating func passUp() throws(StepRefusal) {
    var former = try openOrder()
    let above = UnitPath(state.unit.units.dropLast())
    guard above.innermost != nil else { throw .noUnitAbove }
    former.end(.returned, at: request.at)
    ended.append(former.order)
    state.unit = above
    state.handler = nil
    state.order = context.newOrder
    order = OrderDraft(
      WorkOrder(
        id: context.newOrder, case: context.case.id, unit: above, staff: nil, state: .open,
        openedAt: request.at, due: state.due, acceptedAt: nil, reportedAt: nil, endedAt: nil))
  }

  private mutating func giveBack() throws(StepRefusal) {
    var order = try openOrder()
    order.end(.returned, at: request.at)
    self.order = order
    state.returns += 1
    parts.withdrawAll(at: request.at)
    state.unit = .none
    state.handler = nil
    state.order = nil
    forgetOthers()
  }

  private mutating func reopen() {
    state.closedAt = nil
    state.verdict = nil
    state.reworks += 1
    state.unit = .none
    state.handler = nil
    state.order = nil
    forgetOthers()
    order = nil
    eventState = .open
  }

  private mutating func close(_ verdict: Verdict) {
    state.closedAt = request.at
    state.verdict = verdict
    parts.withdrawAll(at: request.at)
    if var order, order.isOpen {
      // What was set aside was not done.
      order.end(verdict == .void ? .withdrawn : .done, at: request.at)
      self.order = order
    }
    switch verdict {
    case .passed, .rework: eventState = .closed
    case .notConfirmed, .void: eventState = .void
    }
  }

  private mutating func reclassify() {
    guard let item = request.item else { return }
    self.item = item
    state.item = item.code
    state.grade = item.grade
  }

  // MARK: Parts

  /// From the actor's own part where he has one, else from the main order.
  private mutating func split() throws(StepRefusal) {
    guard let unit = request.unit, unit.innermost != nil else { throw .missing([.unit]) }
    let own = actsForPart ? PartChange.part(of: actor, in: parts.parts) : nil
    let parent: WorkOrder
    if let own { parent = own } else { parent = try openOrder().order }
    try parts.split(
      from: parent, for: unit, id: context.newOrder, due: due(request.limit, for: unit),
      at: request.at, main: state.unit)
  }

  /// What was arranged for a case that nobody has any more.
  private mutating func forgetOthers() {
    state.called = []
    state.checker = nil
  }

  /// A part for each member that has none yet; those that are only told need nothing here.
  private mutating func call() throws(StepRefusal) {
    guard let call = request.call else { throw .missing([.group]) }
    if state.called.contains(call.code) { throw .groupCalled(call.code) }
    guard state.called.count < JointGroup.callsMax else {
      throw .callsTooMany(max: JointGroup.callsMax)
    }
    let parent = try openOrder().order
    var isHeard = false
    for member in call.members {
      if let id = member.order {
        guard !parts.isTaken(member.unit, main: state.unit) else { continue }
        try parts.split(
          from: parent, for: member.unit, id: id, due: due(member.limit, for: member.unit),
          at: request.at, main: state.unit)
      }
      isHeard = true
    }
    guard isHeard else { throw .groupEmpty(call.code) }
    state.called.append(call.code)
  }

  private func due(_ limit: TimeLimit?, for unit: UnitPath) -> Instant? {
    let own = limit.map {
      context.time.deadline(
        from: request.at, limit: $0, hours: context.hours(unit.innermost)
      ).instant
    }
    return own ?? state.due
  }

  private mutating func assignChecker() throws(StepRefusal) {
    guard let staff = request.staff else { throw .missing([.staff]) }
    try StepDecision.checkChecker(staff, holding: request.staffPosts, context)
    state.checker = staff
  }

  private mutating func upholdPart() throws(StepRefusal) {
    let part = try namedPart()
    guard part.state == .disputed else { throw .noPart }
    parts.move(part, to: .accepted, staff: nil)
  }

  private func ownPart() throws(StepRefusal) -> WorkOrder {
    guard let part = PartChange.part(of: actor, in: parts.parts) else { throw .noPart }
    return part
  }

  private func namedPart() throws(StepRefusal) -> WorkOrder {
    guard let part = parts.open.first(where: { $0.unit.innermost == request.unit?.innermost })
    else { throw .noPart }
    return part
  }

  // MARK: Clocks

  /// The clocks after this step, and the deadline that lists show.
  /// - Returns: false where the deadline rests on a year without calendar.
  private mutating func moveClocks(along edge: FlowEdge) throws(StepRefusal) -> Bool {
    let rule = context.clockRule
    let before = clocksBefore(rule)
    for clock in before where clock.stoppedAt == nil {
      let moment = rule.rule(of: clock)?.moment(action: edge.action, entering: entered(edge))
      if moment == .pauses, let due = clock.due, due <= request.at {
        throw .clockOverdue(due: due)
      }
    }
    var happening = ClockRule.Happening(
      action: edge.action, entered: entered(edge), at: request.at, unit: state.unit.innermost)
    happening.effects = edge.effects
    happening.granted = granted
    state.clocks = rule.clocks(before, after: happening, item: item)
    let deadline = context.flow.deadlineClock.flatMap { rule in
      state.clocks.first { $0.name == rule.code }
    }
    // What was asked for is void once there is nothing to extend.
    if deadline == nil || deadline?.stoppedAt != nil { state.asked = nil }
    state.due = deadline?.due
    if var order, order.isOpen {
      order.due = state.due
      self.order = order
    }
    guard let deadline, deadline.due != context.case.state.due else { return true }
    return rule.due(of: deadline, item: item)?.calendarKnown ?? true
  }

  private func entered(_ edge: FlowEdge) -> String? { edge.from == edge.to ? nil : edge.to }

  /// The case's clocks; of a case that was filed before clocks were kept, its order's.
  private func clocksBefore(_ rule: ClockRule) -> [Clock] {
    let before = context.case.state
    guard before.clocks.isEmpty, let order = context.order, order.id == before.order,
      let deadline = context.flow.deadlineClock
    else { return before.clocks }
    return [
      Clock(
        name: deadline.code, startedAt: order.openedAt, unit: order.unit.innermost,
        due: before.due, stoppedAt: order.reportedAt)
    ]
  }

  /// The flow's deadline as it runs now, and the most that one extension may add to it.
  private func extensible() throws(StepRefusal) -> (clock: Clock, max: TimeLimit) {
    guard let rule = context.flow.deadlineClock, let max = rule.extensionMax else {
      throw .noExtension
    }
    guard let clock = state.clocks.first(where: { $0.name == rule.code }),
      clock.stoppedAt == nil, clock.due != nil
    else { throw .noClock }
    return (clock, max)
  }

  private func check(_ limit: TimeLimit, max: TimeLimit) throws(StepRefusal) {
    guard limit.measure == max.measure, (1...max.amount).contains(limit.amount) else {
      throw .extensionTooLong(asked: limit, max: max)
    }
  }

  private mutating func askExtension() throws(StepRefusal) {
    guard let limit = request.limit else { throw .missing([.limit]) }
    let (clock, max) = try extensible()
    guard state.asked == nil else { throw .extensionAsked }
    if let due = clock.due, due <= request.at { throw .clockOverdue(due: due) }
    try check(limit, max: max)
    state.asked = AskedExtension(
      limit: limit, at: request.at, staff: actor.staff, reason: request.reason)
  }

  private mutating func grantExtension() throws(StepRefusal) {
    let asked = try decidable()
    let limit = request.limit ?? asked.limit
    try check(limit, max: try extensible().max)
    granted = limit
    state.asked = nil
  }

  private mutating func refuseExtension() throws(StepRefusal) {
    _ = try decidable()
    state.asked = nil
  }

  private func decidable() throws(StepRefusal) -> AskedExtension {
    guard let asked = state.asked else { throw .noExtensionAsked }
    if let asker = asked.staff, asker == actor.staff { throw .askerMayNotDecide }
    return asked
  }

  private func openOrder() throws(StepRefusal) -> OrderDraft {
    guard let order, order.isOpen else { throw .noOrder }
    return order
  }

  private func checkStaff(of unit: UnitPath) throws(StepRefusal) {
    guard request.staff != nil else { return }
    guard let own = unit.innermost, request.staffUnit?.lies(in: own) ?? false else {
      throw .staffNotOfUnit
    }
  }
}

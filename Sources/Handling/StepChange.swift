import City
import Pack

/// The work in hand while a step's effects are applied one after another.
struct StepChange {
  private let request: StepRequest
  private let actor: StepActor
  private let context: StepContext
  private var state: CaseState
  private var item: ItemChoice?
  private var order: OrderDraft?
  /// A former order that this step ended.
  private var ended: [WorkOrder] = []
  private var eventState: EventState?
  private var calendarKnown = true

  init(request: StepRequest, actor: StepActor, context: StepContext) {
    self.request = request
    self.actor = actor
    self.context = context
    state = context.case.state
    item = context.item.map(ItemChoice.init)
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
    }
  }

  func outcome(of edge: FlowEdge) -> StepOutcome {
    let before = context.case.state
    var after = state
    after.stage = edge.to
    after.version = before.version + 1
    // Also where the stage stays the same: so times never run backward and none counts twice.
    after.since = request.at
    var evidence: [FileDigest] = []
    for shown in request.evidence where !evidence.contains(shown.file) {
      evidence.append(shown.file)
    }
    let step = Step(
      case: context.case.id, sequence: before.version, action: edge.action, from: edge.from,
      to: edge.to, at: request.at, staff: actor.staff, unit: actor.unit, note: request.note,
      evidence: evidence, tookMilliseconds: request.at.millisecondsSince(before.since))
    var orders = ended
    if let order, order.order != context.order { orders.append(order.order) }
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
    let due = deadline(from: request.at)
    state.unit = unit
    state.handler = request.staff
    state.due = due
    state.order = context.newOrder
    order = OrderDraft(
      WorkOrder(
        id: context.newOrder, case: context.case.id, unit: unit, staff: request.staff,
        state: .open, openedAt: request.at, due: due, acceptedAt: nil, reportedAt: nil,
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

  private mutating func giveBack() throws(StepRefusal) {
    var order = try openOrder()
    order.end(.returned, at: request.at)
    self.order = order
    state.returns += 1
    state.unit = .none
    state.handler = nil
    state.due = nil
    state.order = nil
  }

  private mutating func close(_ verdict: Verdict) {
    state.closedAt = request.at
    state.verdict = verdict
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
    if var order, order.isOpen {
      let due = deadline(from: order.order.openedAt)
      order.due = due
      state.due = due
      self.order = order
    }
  }

  private mutating func deadline(from: Instant) -> Instant? {
    guard let limit = item?.handleLimit else { return nil }
    let deadline = context.time.deadline(from: from, limit: limit, hours: context.hours)
    calendarKnown = deadline.calendarKnown
    return deadline.instant
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

/// An order whose changing parts are open to change.
private struct OrderDraft {
  private let base: WorkOrder
  var staff: ID<Staff>?
  var state: WorkOrderState
  var due: Instant?
  var acceptedAt: Instant?
  var reportedAt: Instant?
  private var endedAt: Instant?

  init(_ order: WorkOrder) {
    base = order
    staff = order.staff
    state = order.state
    due = order.due
    acceptedAt = order.acceptedAt
    reportedAt = order.reportedAt
    endedAt = order.endedAt
  }

  var isOpen: Bool {
    switch state {
    case .open, .accepted, .reported: true
    case .done, .returned, .withdrawn: false
    }
  }

  mutating func end(_ state: WorkOrderState, at: Instant) {
    self.state = state
    endedAt = at
  }

  var order: WorkOrder {
    WorkOrder(
      id: base.id, case: base.case, unit: base.unit, staff: staff, state: state,
      openedAt: base.openedAt, due: due, acceptedAt: acceptedAt, reportedAt: reportedAt,
      endedAt: endedAt)
  }
}

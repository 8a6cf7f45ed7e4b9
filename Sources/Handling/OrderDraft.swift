import City

/// An order whose changing parts are open to change.
struct OrderDraft {
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
    case .open, .accepted, .reported, .disputed: true
    case .done, .returned, .withdrawn: false
    }
  }

  mutating func end(_ state: WorkOrderState, at: Instant) {
    self.state = state
    endedAt = at
  }

  var order: WorkOrder {
    var order = WorkOrder(
      id: base.id, case: base.case, unit: base.unit, staff: staff, state: state,
      openedAt: base.openedAt, due: due, acceptedAt: acceptedAt, reportedAt: reportedAt,
      endedAt: endedAt)
    order.parent = base.parent
    return order
  }
}

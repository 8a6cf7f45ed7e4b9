package import City
package import Pack

/// A deadline that would be another if it were counted now.
package struct DeadlineMove: Hashable, Sendable {
  package let `case`: ID<Case>
  package let clock: String
  package let before: Instant?
  package let after: Instant?

  package init(case: ID<Case>, clock: String, before: Instant?, after: Instant?) {
    self.case = `case`
    self.clock = clock
    self.before = before
    self.after = after
  }
}

extension ClockRule {
  /// The clocks of a case; of one filed before clocks were kept, that of its order.
  package func clocks(of state: CaseState, order: WorkOrder?) -> [Clock] {
    guard state.clocks.isEmpty, let order, order.id == state.order,
      let deadline = flow.deadlineClock
    else { return state.clocks }
    return [
      Clock(
        name: deadline.code, startedAt: order.openedAt, unit: order.unit.innermost,
        due: state.due, stoppedAt: order.reportedAt)
    ]
  }

  /// Which deadlines of a case move when calendars, hours, items or the flow are what they are for
  /// this rule. Closed cases and stopped clocks are history, and keep theirs.
  package func moves(of found: Case, order: WorkOrder?, item: Item?) -> [DeadlineMove] {
    guard found.state.closedAt == nil else { return [] }
    return clocks(of: found.state, order: order).compactMap { clock in
      guard clock.stoppedAt == nil, rule(of: clock) != nil else { return nil }
      let after = due(of: clock, item: item)?.instant
      guard after != clock.due else { return nil }
      return DeadlineMove(case: found.id, clock: clock.name, before: clock.due, after: after)
    }
  }
}

package import City
package import Pack

/// Deadlines counted anew from what was done, so that a new calendar shows which ones move.
package enum DeadlineRecount {
  /// A deadline that is another now.
  package struct Move: Hashable, Sendable {
    package let `case`: ID<Case>
    package let before: Instant?
    package let after: Instant?
  }

  /// When the case was dispatched last; nil where it waits for dispatch.
  /// - Parameter steps: all of the case, in order.
  package static func dispatchedAt(steps: [Step], flow: Flow) -> Instant? {
    var dispatched: Instant?
    for step in steps {
      let edge = flow.edges.first {
        $0.from == step.from && $0.action == step.action && $0.to == step.to
      }
      for effect in edge?.effects ?? [] {
        switch effect {
        case .dispatch: dispatched = step.at
        case .giveBack: dispatched = nil
        case .accept, .assign, .report, .rework, .close, .reclassify: break
        }
      }
    }
    return dispatched
  }

  /// The deadline as the calendars now say; nil where no clock runs.
  /// - Parameters:
  ///   - item: the case's item now.
  ///   - hours: those of the unit that has it.
  package static func deadline(
    steps: [Step], flow: Flow, item: Item?, hours: WorkingHours, time: WorkingTime
  ) -> Deadline? {
    guard let from = dispatchedAt(steps: steps, flow: flow), let limit = item?.handleClock?.limit
    else { return nil }
    return time.deadline(from: from, limit: limit, hours: hours)
  }

  /// How the deadline of a case moves; nil where it stays, and for closed cases, whose deadline
  /// is history.
  package static func move(
    of case: Case, steps: [Step], flow: Flow, item: Item?, hours: WorkingHours,
    time: WorkingTime
  ) -> Move? {
    guard `case`.state.closedAt == nil else { return nil }
    let after = deadline(steps: steps, flow: flow, item: item, hours: hours, time: time)?.instant
    guard after != `case`.state.due else { return nil }
    return Move(case: `case`.id, before: `case`.state.due, after: after)
  }
}

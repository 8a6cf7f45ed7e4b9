package import City
package import Pack

/// What becomes of open orders when shifts end (交接班). Pure.
package enum ShiftRule {
  /// Steps of a case, the newest, that are searched for who was given it after a shift.
  package static let stepsMax = 50

  /// People whose shift ended and who have none now, with the end of their last one.
  ///
  /// - Parameter duties: all that overlap the time looked at.
  package static func ended(_ duties: [Duty], at now: Instant) -> [ID<Staff>: Instant] {
    var ended: [ID<Staff>: Instant] = [:]
    var present: Set<ID<Staff>> = []
    for duty in duties where duty.from < duty.to {
      if duty.from <= now, now < duty.to { present.insert(duty.staff) }
      if duty.to <= now { ended[duty.staff] = max(ended[duty.staff] ?? duty.to, duty.to) }
    }
    return ended.filter { !present.contains($0.key) }
  }

  /// Whether the flow hands an order over that its holder had when his shift ended: what waits to be
  /// checked is his no more, and what he was given afterwards was meant for him.
  ///
  /// - Parameters:
  ///   - steps: those of the case after `end`.
  ///   - giving: actions that name a person for an order, or by which he takes it.
  package static func isLeft(
    _ order: WorkOrder, of found: Case, in flow: Flow, since end: Instant, steps: [Step],
    giving: Set<String>
  ) -> Bool {
    guard let rule = flow.handsOver, found.state.closedAt == nil, order.endedAt == nil,
      rule.stages.contains(found.state.stage), order.openedAt <= end
    else { return false }
    switch order.state {
    case .open, .accepted: break
    case .reported, .disputed, .done, .returned, .withdrawn: return false
    }
    return !steps.contains { $0.at > end && giving.contains($0.action) }
  }

  /// Who takes an order over: on duty, of the giver's post and of the order's unit or below it; he
  /// who has the fewest, of equals the lower id.
  ///
  /// - Parameter loads: those on duty with how many orders each has.
  package static func next(
    for order: WorkOrder, of giver: Staff, among people: [Staff], loads: [ID<Staff>: Int],
    path: (ID<Unit>) -> UnitPath
  ) -> Staff? {
    guard let unit = order.unit.innermost else { return nil }
    return people.filter { person in
      person.id != giver.id && person.active && loads[person.id] != nil
        && !Set(person.posts).isDisjoint(with: giver.posts) && path(person.unit).lies(in: unit)
    }
    .min { (loads[$0.id] ?? 0, $0.id) < (loads[$1.id] ?? 0, $1.id) }
  }
}

package import City
package import Pack

/// How the clocks of a case run: pure, from the flow's table and what was done.
package struct ClockRule: Sendable {
  package let flow: Flow
  package let time: WorkingTime
  /// The working hours of a unit; of whatever names none with nil.
  package let hours: @Sendable (ID<Unit>?) -> WorkingHours

  package init(
    flow: Flow, time: WorkingTime, hours: @escaping @Sendable (ID<Unit>?) -> WorkingHours
  ) {
    self.flow = flow
    self.time = time
    self.hours = hours
  }

  /// One thing that happens to a case, as far as clocks look at it.
  package struct Happening: Sendable {
    package var action: String
    /// The stage that the case comes to; nil where it stays.
    package var entered: String?
    package var at: Instant
    /// The unit that has the case afterwards.
    package var unit: ID<Unit>?
    package var effects: [FlowEffect] = []
    /// What an extension adds.
    package var granted: TimeLimit?

    package init(action: String, entered: String?, at: Instant, unit: ID<Unit>?) {
      self.action = action
      self.entered = entered
      self.at = at
      self.unit = unit
    }
  }

  // MARK: From step to step

  /// The clocks of a case that was just filed.
  package func clocksAtFiling(at: Instant, item: Item?) -> [Clock] {
    flow.runningClocks.compactMap { clock in
      guard clock.moments[.starts]?.stages.contains(flow.start) ?? false else { return nil }
      return started(clock, at: at, unit: nil, item: item)
    }
  }

  /// The clocks after something happened.
  /// - Parameter item: the case's item afterwards; the limits of running clocks follow it.
  package func clocks(_ before: [Clock], after happening: Happening, item: Item?) -> [Clock] {
    let closes = happening.effects.contains { if case .close = $0 { true } else { false } }
    return flow.runningClocks.compactMap { rule in
      guard var clock = moved(before.first { $0.name == rule.code }, rule, happening, item) else {
        return nil
      }
      // Correcting the item corrects what its clocks should have been, also of those that stand.
      if happening.effects.contains(.reclassify) { clock.due = due(of: clock, item: item)?.instant }
      guard clock.stoppedAt == nil else { return clock }
      if rule.isDeadline, let limit = happening.granted {
        clock.changes.append(.extended(happening.at, limit))
        clock.due = due(of: clock, item: item)?.instant
      }
      if closes { stop(&clock, at: happening.at, item: item) }
      return clock
    }
  }

  private func moved(
    _ before: Clock?, _ rule: FlowClock, _ happening: Happening, _ item: Item?
  ) -> Clock? {
    let moment = rule.moment(action: happening.action, entering: happening.entered)
    if moment == .starts {
      return started(rule, at: happening.at, unit: happening.unit, item: item)
    }
    guard var clock = before, moment != .drops else { return nil }
    switch (moment, clock.stoppedAt) {
    case (.pauses, nil) where clock.pausedAt == nil:
      clock.changes.append(.paused(happening.at))
    case (.resumes, nil) where clock.pausedAt != nil:
      clock.changes.append(.resumed(happening.at))
    case (.stops, nil): stop(&clock, at: happening.at, item: item)
    case (.continues, _?): clock.stoppedAt = nil
    default: return clock
    }
    if moment == .pauses || moment == .resumes { clock.due = due(of: clock, item: item)?.instant }
    return clock
  }

  /// A pause ends with the run, or its deadline would stay the latest possible one.
  private func stop(_ clock: inout Clock, at: Instant, item: Item?) {
    if clock.pausedAt != nil {
      clock.changes.append(.resumed(at))
      clock.due = due(of: clock, item: item)?.instant
    }
    clock.stoppedAt = at
  }

  private func started(_ rule: FlowClock, at: Instant, unit: ID<Unit>?, item: Item?) -> Clock {
    var clock = Clock(name: rule.code, startedAt: at, unit: unit, due: nil)
    clock.due = due(of: clock, item: item)?.instant
    return clock
  }

  /// The clocks of a case that comes to this flow from another version of it.
  ///
  /// What both versions know goes on, by this one's limits. What only the other knew is forgotten.
  /// What begins with the stage begins now, unless it ran before.
  package func clocks(
    _ before: [Clock], comingTo stage: String, at: Instant, unit: ID<Unit>?, item: Item?
  ) -> [Clock] {
    flow.runningClocks.compactMap { rule in
      if var clock = before.first(where: { $0.name == rule.code }) {
        if clock.stoppedAt == nil { clock.due = due(of: clock, item: item)?.instant }
        return clock
      }
      guard rule.moments[.starts]?.stages.contains(stage) ?? false else { return nil }
      return started(rule, at: at, unit: unit, item: item)
    }
  }

  // MARK: From the journal

  /// Every clock as the steps alone say it; the case's own clocks must be the same.
  /// - Parameters:
  ///   - steps: all of the case, in order.
  ///   - flows: the versions that the case followed before this rule's own; not asked for a case
  ///     that keeps the flow that it began with.
  ///   - item: the case's item now. A case keeps no record of the items it had before, and needs
  ///     none: correcting the item corrects the limits.
  package func clocks(
    of found: Case, steps: [Step], item: Item?,
    flows: (FlowReference) -> Flow? = { _ in nil }
  ) -> [Clock] {
    func rule(_ reference: FlowReference) -> ClockRule {
      ClockRule(flow: flows(reference) ?? flow, time: time, hours: hours)
    }
    var current = found.state.flow == nil ? self : rule(found.filing.flow)
    var clocks = current.clocksAtFiling(at: found.filing.filedAt, item: item)
    var unit: ID<Unit>?
    var asked: TimeLimit?
    for step in steps {
      if let moved = step.flow {
        current = rule(moved)
        clocks = current.clocks(clocks, comingTo: step.to, at: step.at, unit: unit, item: item)
        continue
      }
      let effects = current.flow.effects(of: step)
      if effects.contains(.dispatch) || effects.contains(.passUp) {
        unit = (step.given ?? found.state.unit).innermost
      } else if effects.contains(.giveBack) || effects.contains(.reopen)
        || effects.contains(.takeBack)
      {
        unit = nil
      }
      if effects.contains(.askExtension) { asked = step.limit }
      var happening = Happening(
        action: step.action, entered: step.from == step.to ? nil : step.to, at: step.at, unit: unit)
      happening.effects = effects
      if effects.contains(.grantExtension) { happening.granted = step.limit ?? asked }
      clocks = current.clocks(clocks, after: happening, item: item)
    }
    return clocks
  }

  // MARK: Deadlines

  /// When a run must be over; nil where nothing says how long it lasts.
  package func due(of clock: Clock, item: Item?) -> Deadline? {
    guard let rule = rule(of: clock), let limit = rule.limit(for: item) else { return nil }
    let hours = hours(clock.unit)
    var end = time.deadline(from: clock.startedAt, limit: limit, hours: hours)
    var known = end.calendarKnown
    var pausedAt: Instant?
    func pass(until: Instant) {
      guard let from = pausedAt, from < end.instant else { return }
      let resumed = min(until, pauseEnd(from: from, rule, hours))
      end = Deadline(
        instant: moved(end.instant, by: (from, resumed), limit.measure, hours), calendarKnown: true)
    }
    for change in clock.changes {
      switch change {
      case .paused(let at): pausedAt = at
      case .resumed(let at):
        pass(until: at)
        pausedAt = nil
      case .extended(_, let more):
        end = time.deadline(from: end.instant, limit: more, hours: hours)
        known = known && end.calendarKnown
      }
    }
    if let from = pausedAt { pass(until: pauseEnd(from: from, rule, hours)) }
    return Deadline(instant: end.instant, calendarKnown: known)
  }

  /// A deadline after a pause: what was left at its beginning is left at its end.
  private func moved(
    _ due: Instant, by pause: (from: Instant, to: Instant), _ measure: TimeLimit.Measure,
    _ hours: WorkingHours
  ) -> Instant {
    let left =
      measure.isWorked ? time.workedMilliseconds(from: pause.from, to: due, hours: hours) : 0
    if left > 0 { return time.moment(afterWorking: left, from: pause.to, hours: hours) }
    return due.advanced(byMilliseconds: pause.to.millisecondsSince(pause.from))
  }

  private func pauseEnd(from: Instant, _ rule: FlowClock, _ hours: WorkingHours) -> Instant {
    rule.pauseMax.map { time.deadline(from: from, limit: $0, hours: hours).instant } ?? from
  }

  /// The flow's line of a clock; nil where the flow names it no more.
  package func rule(of clock: Clock) -> FlowClock? {
    flow.runningClocks.first { $0.code == clock.name }
  }
}

extension Flow {
  /// What a step did that was taken by this flow; nothing for one that is not of it.
  package func effects(of step: Step) -> [FlowEffect] {
    edges(from: step.from).first { $0.action == step.action && $0.to == step.to }?.effects ?? []
  }
}

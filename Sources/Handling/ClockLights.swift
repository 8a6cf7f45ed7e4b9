package import City
package import Pack

/// How a clock stands at a moment.
package enum ClockState: String, CaseIterable, Sendable {
  case running, paused
  /// Stopped in time, or late.
  case met, missed
}

/// When a running clock next changes what it shows.
package struct LightChange: Hashable, Sendable {
  package let clock: String
  package let light: Light
  package let at: Instant
  /// The deadline that it warns of.
  package let due: Instant

  package init(clock: String, light: Light, at: Instant, due: Instant) {
    self.clock = clock
    self.light = light
    self.at = at
    self.due = due
  }
}

extension ClockRule {
  /// Whether a clock runs, waits, or how it ended.
  package func state(of clock: Clock, at now: Instant) -> ClockState {
    if let stopped = clock.stoppedAt {
      return clock.due.map { stopped <= $0 } ?? true ? .met : .missed
    }
    return pauseEnd(of: clock).map { now < $0 } ?? false ? .paused : .running
  }

  /// When the pause that runs ends by itself; nil where none runs.
  package func pauseEnd(of clock: Clock) -> Instant? {
    guard let from = clock.pausedAt, let rule = rule(of: clock) else { return nil }
    return rule.pauseMax.map {
      time.deadline(from: from, limit: $0, hours: hours(clock.unit)).instant
    } ?? from
  }

  /// What a clock shows at a moment: of a stopped one, what it showed when it was stopped.
  package func light(of clock: Clock, item: Item?, at now: Instant) -> Light {
    if isOver(clock, at: now) { return .overdue }
    return light(of: clock, changes: changes(of: clock, item: item), at: now)
  }

  /// The same where its changes are known already.
  package func light(of clock: Clock, changes: [LightChange], at now: Instant) -> Light {
    if isOver(clock, at: now) { return .overdue }
    let seen = min(now, clock.stoppedAt ?? now)
    return changes.last { $0.light != .overdue && $0.at <= seen }?.light ?? .green
  }

  /// A clock stopped at its deadline was in time.
  private func isOver(_ clock: Clock, at now: Instant) -> Bool {
    guard let due = clock.due else { return false }
    return clock.stoppedAt.map { due < min(now, $0) } ?? (due <= now)
  }

  /// Yellow, red and overdue of a run as it is planned now, in the order of time; empty where it
  /// has no deadline.
  package func changes(of clock: Clock, item: Item?) -> [LightChange] {
    guard let rule = rule(of: clock), let due = clock.due, let limit = rule.limit(for: item) else {
      return []
    }
    let hours = hours(clock.unit)
    let spans = spans(of: clock, rule, until: due, hours)
    func counted(_ from: Instant, _ to: Instant) -> Int64 {
      guard limit.measure.isWorked else { return max(0, to.millisecondsSince(from)) }
      return time.workedMilliseconds(from: from, to: to, hours: hours)
    }
    let lengths = spans.map { counted($0.from, $0.to) }
    let whole = lengths.reduce(0, +)
    func moment(_ percent: Int) -> Instant {
      var left = whole / 100 * Int64(percent) + whole % 100 * Int64(percent) / 100
      for (span, length) in zip(spans, lengths) {
        if left <= length {
          guard limit.measure.isWorked else { return span.from.advanced(byMilliseconds: left) }
          return time.moment(afterWorking: left, from: span.from, hours: hours)
        }
        left -= length
      }
      return due
    }
    // A unit that never works has no share of its hours used: then only the end is told.
    guard whole > 0 else {
      return [LightChange(clock: clock.name, light: .overdue, at: due, due: due)]
    }
    return [(Light.yellow, rule.yellowPercent), (.red, rule.redPercent), (.overdue, 100)].map {
      LightChange(
        clock: clock.name, light: $0.0, at: $0.1 == 100 ? due : moment($0.1), due: due)
    }
  }

  /// The times in which the clock counts, from its start to its deadline.
  private func spans(
    of clock: Clock, _ rule: FlowClock, until due: Instant, _ hours: WorkingHours
  ) -> [(from: Instant, to: Instant)] {
    var spans: [(from: Instant, to: Instant)] = []
    var from: Instant? = clock.startedAt
    var pausedAt: Instant?
    func end(of pause: Instant) -> Instant {
      rule.pauseMax.map { time.deadline(from: pause, limit: $0, hours: hours).instant } ?? pause
    }
    for change in clock.changes {
      switch change {
      case .paused(let at):
        if let begun = from { spans.append((begun, min(max(at, begun), due))) }
        from = nil
        pausedAt = at
      case .resumed(let at):
        from = min(at, pausedAt.map(end) ?? at)
        pausedAt = nil
      case .extended: break
      }
    }
    if let pause = pausedAt { from = end(of: pause) }
    if let begun = from, begun < due { spans.append((begun, due)) }
    return spans
  }
}

package import City
package import Pack

/// Which lines of the ladder a case has come to: pure, from its clocks and how many reported it.
package struct Escalation: Sendable {
  /// A line that is due, with what makes it the only one of its sort.
  package struct Due: Equatable, Sendable {
    package let line: LadderLine
    package let cause: String
  }

  package let rules: SupervisionRules
  package let clocks: ClockRule

  package init(rules: SupervisionRules, clocks: ClockRule) {
    self.rules = rules
    self.clocks = clocks
  }

  /// The cause of lines that wait for people: a case has one of each.
  package static let peopleCause = "people"

  /// The lines that an open case has come to now, whether anybody was told or not.
  ///
  /// A light's line counts only while the light shows: whoever was not told of yellow need not be
  /// once it is red. Lines after the deadline count from then on.
  package func due(_ found: Case, people: Int, item: Item?, at now: Instant) -> [Due] {
    guard found.state.closedAt == nil else { return [] }
    let running = deadline(of: found)
    let light = running.map { clocks.light(of: $0, item: item, at: now) }
    return rules.ladder.compactMap { line in
      if let needed = line.people {
        return people >= needed ? Due(line: line, cause: Self.peopleCause) : nil
      }
      guard let running, line.light == light else { return nil }
      if let moment = moment(of: line, after: running), moment > now { return nil }
      return Due(line: line, cause: Self.cause(of: running))
    }
  }

  /// When the next line after the deadline comes; nil where none is left.
  package func next(_ found: Case, after now: Instant) -> Instant? {
    guard found.state.closedAt == nil, let running = deadline(of: found) else { return nil }
    return rules.ladder.compactMap { moment(of: $0, after: running) }.filter { $0 > now }.min()
  }

  /// Names the run of a clock and the deadline that it had: a deadline that moved begins anew.
  static func cause(of clock: Clock) -> String {
    "\(clock.name) \(clock.startedAt.milliseconds) \(clock.due?.milliseconds ?? 0)"
  }

  /// The deadline that runs and is not paused.
  private func deadline(of found: Case) -> Clock? {
    guard let rule = clocks.flow.deadlineClock else { return nil }
    return found.state.clocks.first { clock in
      clock.name == rule.code && clock.stoppedAt == nil && clock.due != nil
    }
  }

  /// When a line comes that waits after the deadline; nil for all others.
  private func moment(of line: LadderLine, after clock: Clock) -> Instant? {
    guard let limit = line.after, let due = clock.due else { return nil }
    return clocks.time.deadline(from: due, limit: limit, hours: clocks.hours(clock.unit)).instant
  }
}

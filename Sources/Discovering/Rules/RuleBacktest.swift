package import City
package import Pack

/// What a rule came to over a history.
package struct BacktestSide: Hashable, Sendable {
  /// Episodes opened.
  package let raised: Int
  /// Of those with a known outcome, how many were confirmed, 0 to 1; nil where none is known.
  package let precision: Double?

  package init(raised: Int, precision: Double?) {
    self.raised = raised
    self.precision = precision
  }
}

/// Rules beside each other (回测), over the same observations.
package struct RuleBacktest: Sendable {
  /// What the case that came of an alarm said: found, or a false alarm.
  package struct Outcome: Hashable, Sendable {
    package let subject: AlarmSubject
    package let from: Instant
    package let to: Instant
    package let isConfirmed: Bool

    /// - Parameter to: the end of the alarm that it belongs to.
    package init(subject: AlarmSubject, from: Instant, to: Instant, isConfirmed: Bool) {
      self.subject = subject
      self.from = from
      self.to = to
      self.isConfirmed = isConfirmed
    }
  }

  /// One rule with those that it depends on, and what it came to.
  private struct Side {
    let code: String
    let shard: RuleShard
    var changes: [AlarmChange] = []
  }

  private var sides: [Side]

  /// - Parameters:
  ///   - rules: each is looked at by itself.
  ///   - others: rules that `unless` may name; their own alarms are not counted.
  package init(rules: [Rule], others: [Rule], world: RuleWorld) {
    sides = rules.map { rule in
      Side(code: rule.code, shard: Self.shard(rule, others, world))
    }
  }

  private static func program(
    _ rule: Rule, _ others: [Rule], _ world: RuleWorld
  ) -> RuleProgram {
    let needed = others.filter { $0.code == rule.dependency?.rule && $0.code != rule.code }
    return RuleProgram(rules: [rule] + needed, world: world)
  }

  private static func shard(_ rule: Rule, _ others: [Rule], _ world: RuleWorld) -> RuleShard {
    RuleShard(program(rule, others, world), shard: 0)
  }

  /// Streams that a rule reads, with those of the rule that it depends on.
  package static func streams(
    of rule: Rule, others: [Rule], world: RuleWorld
  ) -> [StreamNumber] {
    let program = program(rule, others, world)
    return world.streams.map(\.number).filter { program.shard(of: $0) != nil }
  }

  /// How far before its begin a history must be read for a rule, in milliseconds.
  package static func warmMilliseconds(of rule: Rule, others: [Rule], world: RuleWorld) -> Int64 {
    program(rule, others, world).warmMilliseconds
  }

  /// The next observations, in the order in which rules shall see them.
  package mutating func take(_ observations: [Observation]) {
    observations.withUnsafeBufferPointer { pointer in
      for index in sides.indices {
        sides[index].shard.take(pointer, into: &sides[index].changes)
      }
    }
  }

  /// Says that nothing at or before a time comes any more.
  package mutating func advance(to time: Instant) {
    for index in sides.indices {
      sides[index].shard.advance(to: time, into: &sides[index].changes)
    }
  }

  /// Lets time pass to the end of the history and looks at what opened from `from` on.
  ///
  /// An episode takes the outcome of a case whose alarm was open at the same time on the same
  /// subject; one that meets none has no known outcome and does not count for precision.
  /// - Returns: one side for each rule, in their order.
  package mutating func finish(
    from: Instant, to: Instant, outcomes: [Outcome]
  ) -> [BacktestSide] {
    advance(to: to)
    let bySubject = Dictionary(grouping: outcomes, by: \.subject)
    return sides.map { side in
      let own = side.changes.filter { $0.key.rule == side.code }
      let opened = own.filter { $0.kind == .opened && from <= $0.at && $0.at < to }
      return Self.side(opened, ends: own, end: to, bySubject)
    }
  }

  private static func side(
    _ opened: [AlarmChange], ends changes: [AlarmChange], end: Instant,
    _ outcomes: [AlarmSubject: [Outcome]]
  ) -> BacktestSide {
    var ends: [EpisodeKey: Instant] = [:]
    for change in changes where change.kind == .cleared { ends[change.key] = change.at }
    let known = opened.compactMap { change -> Bool? in
      let until = ends[change.key] ?? end
      let met =
        outcomes[change.key.subject]?.filter { $0.from <= until && change.at <= $0.to } ?? []
      return met.isEmpty ? nil : met.contains(where: \.isConfirmed)
    }
    let confirmed = known.count { $0 }
    return BacktestSide(
      raised: opened.count,
      precision: known.isEmpty ? nil : Double(confirmed) / Double(known.count))
  }
}

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

/// A changed rule beside the present one (回测), over the same observations.
package struct RuleBacktest: Sendable {
  /// What the case that came of an alarm said: found, or a false alarm.
  package struct Outcome: Hashable, Sendable {
    package let stream: StreamNumber
    package let from: Instant
    package let to: Instant
    package let isConfirmed: Bool

    /// - Parameter to: the end of the alarm that it belongs to.
    package init(stream: StreamNumber, from: Instant, to: Instant, isConfirmed: Bool) {
      self.stream = stream
      self.from = from
      self.to = to
      self.isConfirmed = isConfirmed
    }
  }

  /// Episodes in the order in which they opened.
  package private(set) var before: [AlarmChange] = []
  package private(set) var after: [AlarmChange] = []
  private let sides: (before: [RuleShard], after: [RuleShard])
  private var changes: (before: [AlarmChange], after: [AlarmChange]) = ([], [])

  package init(present: [Rule], changed: [Rule], world: RuleWorld) {
    func shards(_ rules: [Rule]) -> [RuleShard] {
      [RuleShard(RuleProgram(rules: rules, world: world), shard: 0)]
    }
    sides = (shards(present), shards(changed))
  }

  /// The next observations of the log, in its order.
  package mutating func take(_ observations: [Observation]) {
    observations.withUnsafeBufferPointer { pointer in
      for shard in sides.before { shard.take(pointer, into: &changes.before) }
      for shard in sides.after { shard.take(pointer, into: &changes.after) }
    }
  }

  /// Lets time pass to the end of the history and looks at what opened from `from` on.
  ///
  /// An episode takes the outcome of a case whose alarm was open at the same time on the same
  /// stream; one that meets none has no known outcome and does not count for precision.
  package mutating func finish(
    from: Instant, to: Instant, outcomes: [Outcome]
  ) -> (before: BacktestSide, after: BacktestSide) {
    for shard in sides.before { shard.advance(to: to, into: &changes.before) }
    for shard in sides.after { shard.advance(to: to, into: &changes.after) }
    before = changes.before.filter { $0.kind == .opened && from <= $0.at && $0.at < to }
    after = changes.after.filter { $0.kind == .opened && from <= $0.at && $0.at < to }
    let byStream = Dictionary(grouping: outcomes, by: \.stream)
    return (
      Self.side(before, ends: changes.before, end: to, byStream),
      Self.side(after, ends: changes.after, end: to, byStream)
    )
  }

  private static func side(
    _ opened: [AlarmChange], ends changes: [AlarmChange], end: Instant,
    _ outcomes: [StreamNumber: [Outcome]]
  ) -> BacktestSide {
    var ends: [EpisodeKey: Instant] = [:]
    for change in changes where change.kind == .cleared { ends[change.key] = change.at }
    let known = opened.compactMap { change -> Bool? in
      guard case .stream(let stream) = change.key.subject else { return nil }
      let until = ends[change.key] ?? end
      let met = outcomes[stream]?.filter { $0.from <= until && change.at <= $0.to } ?? []
      return met.isEmpty ? nil : met.contains(where: \.isConfirmed)
    }
    let confirmed = known.count { $0 }
    return BacktestSide(
      raised: opened.count,
      precision: known.isEmpty ? nil : Double(confirmed) / Double(known.count))
  }
}

package import City
package import Discovering
package import Pack
package import Ports

/// What a changed rule would have raised, beside the present one.
package struct BacktestReport: Hashable, Sendable {
  /// Alarms of the rule that are on record, and what their cases said.
  package let recorded: BacktestSide
  /// The present rule over the history; what is on record where there is no changed rule.
  package let before: BacktestSide
  /// The changed rule over the history; the present one where there is no changed rule.
  package let after: BacktestSide
  /// Observations that were read.
  package let observations: Int
}

/// Runs rules over the history of observations (回测).
///
/// It reads the sealed days, which reach as far back as retention lets them, in the devices' time:
/// what came late in life stands in its place here.
package struct BacktestRun: Sendable {
  /// Observations are read in pieces so long; the shorter one where many streams are read.
  static let pieces = (long: Duration.day, short: Duration.hour)
  /// So many streams are still read in long pieces.
  static let longPieceStreamsMax = 1_000
  /// Alarms of one rule that are looked at.
  package static let alarmsMax = 1_000_000

  private let perception: Perception
  private let links: [Link]

  /// - Parameter links: from devices to what they depend on.
  package init(perception: Perception, links: [Link]) {
    self.perception = perception
    self.links = links
  }

  /// - Parameters:
  ///   - rule: a rule as the packs have it.
  ///   - changed: what it is compared with; nil = with what is on record.
  ///   - others: rules that `unless` may name.
  ///   - from: episodes that opened from here on count, up to, not including, `to`.
  package func run(
    _ rule: Rule, changed: Rule?, others: [Rule], from: Instant, to: Instant
  ) async throws(StoreFault) -> BacktestReport {
    let alarms = try await alarms(of: rule.code)
    let recorded = Self.recorded(alarms, from: from, to: to)
    let maintenance = try await perception.engine.store.maintenance(endingAfter: from)
    let world = perception.world(links: links, maintenance: maintenance)
    let rules = [rule] + (changed.map { [$0] } ?? [])
    var backtest = RuleBacktest(rules: rules, others: others, world: world)
    let observations = try await feed(&backtest, rules, others, world, from: from, to: to)
    let outcomes = alarms.compactMap { outcome(of: $0, until: to) }
    let sides = backtest.finish(from: from, to: to, outcomes: outcomes)
    return BacktestReport(
      recorded: recorded, before: changed == nil ? recorded : sides[0],
      after: sides[sides.count - 1], observations: observations)
  }

  // MARK: On record

  private func alarms(of rule: String) async throws(StoreFault) -> [Alarm] {
    var alarms: [Alarm] = []
    var before: Int64?
    repeat {
      var query = AlarmQuery(
        scope: .everything, page: PageRequest(limit: PageRequest.limitMax, before: before))
      query.rule = rule
      let page = try await perception.engine.store.alarms(query)
      alarms += page.elements
      before = page.next
    } while before != nil && alarms.count < Self.alarmsMax
    return alarms
  }

  private static func recorded(_ alarms: [Alarm], from: Instant, to: Instant) -> BacktestSide {
    let opened = alarms.filter { from <= $0.state.openedAt && $0.state.openedAt < to }
    let known = opened.compactMap(\.state.verdict)
    let confirmed = known.count { $0 == .confirmed }
    return BacktestSide(
      raised: opened.count,
      precision: known.isEmpty ? nil : Double(confirmed) / Double(known.count))
  }

  private func outcome(of alarm: Alarm, until end: Instant) -> RuleBacktest.Outcome? {
    guard let verdict = alarm.state.verdict, let key = EpisodeText.read(alarm.key) else {
      return nil
    }
    return RuleBacktest.Outcome(
      subject: key.subject, from: alarm.state.openedAt, to: alarm.state.clearedAt ?? end,
      isConfirmed: verdict == .confirmed)
  }

  // MARK: History

  /// Feeds all observations of the rules' streams in time order; those of one moment by stream.
  private func feed(
    _ backtest: inout RuleBacktest, _ rules: [Rule], _ others: [Rule], _ world: RuleWorld,
    from: Instant, to: Instant
  ) async throws(StoreFault) -> Int {
    let streams = Set(
      rules.flatMap { RuleBacktest.streams(of: $0, others: others, world: world) }
    ).sorted { $0.rawValue < $1.rawValue }
    guard !streams.isEmpty else { return 0 }
    let warm = rules.map {
      RuleBacktest.warmMilliseconds(of: $0, others: others, world: world)
    }
    let piece = streams.count > Self.longPieceStreamsMax ? Self.pieces.short : Self.pieces.long
    let history = RawHistory(store: perception.observations)
    var start = max(0, from.milliseconds - (warm.max() ?? 0))
    var count = 0
    while start < to.milliseconds {
      let end = min(start + piece, to.milliseconds)
      var observations: [Observation] = []
      for stream in streams {
        observations += try await history.observations(
          of: stream, from: Instant(milliseconds: start), to: Instant(milliseconds: end))
      }
      observations.sort {
        ($0.at.milliseconds, $0.stream.rawValue) < ($1.at.milliseconds, $1.stream.rawValue)
      }
      backtest.take(observations)
      backtest.advance(to: Instant(milliseconds: end - 1))
      count += observations.count
      start = end
    }
    return count
  }
}

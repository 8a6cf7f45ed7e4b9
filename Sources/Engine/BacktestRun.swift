package import City
package import Discovering
package import Pack
package import Ports

/// Runs a changed rule beside the present one over the history of observations.
package struct BacktestRun: Sendable {
  /// Observations read from the log at a time.
  package static let batchMax = 65_536

  private let store: any ObservationStore

  package init(store: any ObservationStore) {
    self.store = store
  }

  /// - Parameters:
  ///   - outcomes: what the cases of alarms said, for precision.
  /// - Returns: both sides, episodes that opened from `from` up to `to`.
  /// - Throws: `StoreFault`, `inconsistent` where the time was dropped by retention.
  package func run(
    present: [Rule], changed: [Rule], world: RuleWorld, from: Instant, to: Instant,
    outcomes: [RuleBacktest.Outcome]
  ) async throws(StoreFault) -> (before: BacktestSide, after: BacktestSide) {
    var backtest = RuleBacktest(present: present, changed: changed, world: world)
    let warm = [present, changed].map { RuleProgram(rules: $0, world: world).warmMilliseconds }
    let start = from.advanced(byMilliseconds: -(warm.max() ?? 0))
    var position = try await store.position(at: start)
    let end = try await store.end()
    while position < end {
      let part = try await store.log(from: position, limit: Self.batchMax)
      guard !part.observations.isEmpty else { break }
      // By the devices' time: what is later than the span belongs to none of its episodes.
      backtest.take(part.observations.filter { $0.at < to })
      position = part.next
    }
    return backtest.finish(from: from, to: to, outcomes: outcomes)
  }
}

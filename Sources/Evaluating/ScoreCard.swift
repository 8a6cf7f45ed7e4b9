package import City

/// How much each part of a score counts; together 100.
package struct ScoreFormula: Hashable, Sendable {
  package static let pointsMax = 100
  /// Points for closing everything in time, …
  package let inTime: Int
  /// … for work that never had to be done again, …
  package let firstTime: Int
  /// … and for keeping what was dispatched.
  package let kept: Int

  /// - Returns: nil where a part is negative or they do not make 100.
  package init?(inTime: Int, firstTime: Int, kept: Int) {
    guard inTime >= 0, firstTime >= 0, kept >= 0,
      inTime + firstTime + kept == Self.pointsMax
    else { return nil }
    self.init(checked: inTime, firstTime, kept)
  }

  private init(checked inTime: Int, _ firstTime: Int, _ kept: Int) {
    self.inTime = inTime
    self.firstTime = firstTime
    self.kept = kept
  }

  /// 60 for time, 30 for work done at the first go, 10 for returning nothing.
  package static let standard = ScoreFormula(checked: 60, 30, 10)
}

/// What counts say of a unit, as rates and points.
///
/// points = `inTime` × weighted in-time rate + `firstTime` × (1 − rework rate)
///        + `kept` × (1 − return rate)
///
/// Everything is nil where it would divide by nothing: a unit without closed cases has no points.
package struct ScoreCard: Hashable, Sendable {
  /// Closed in time, of closed: 按时办结率, 0…1.
  package let inTimeRate: Double?
  /// The same with each case counted by its item's weight.
  package let weightedInTimeRate: Double?
  /// Sent back for rework, of all checks: 返工率, 0…1.
  package let reworkRate: Double?
  /// Given back by the unit, of dispatched: 退单率, 0…1.
  package let returnRate: Double?
  /// False alarms, of all that was checked to the end, 0…1.
  package let notConfirmedRate: Double?
  /// Reporters that are content, and those that say it is solved, of those asked, 0…1.
  package let contentRate: Double?
  package let solvedRate: Double?
  /// Mean time from dispatch to close.
  package let handlingMilliseconds: Int64?
  /// 0…100.
  package let points: Double?

  package init(_ counts: ScoreCounts, formula: ScoreFormula = .standard) {
    inTimeRate = Self.rate(counts.closedInTime, of: counts.closed)
    weightedInTimeRate =
      counts.weight > 0
      ? min(1, Double(counts.weightInTime) / Double(counts.weight)) : inTimeRate
    reworkRate = Self.rate(counts.reworks, of: counts.reworks + counts.closed)
    returnRate = Self.rate(counts.returns, of: counts.dispatched)
    notConfirmedRate = Self.rate(
      counts.notConfirmed, of: counts.notConfirmed + counts.closed)
    contentRate = Self.rate(counts.content, of: counts.judged)
    solvedRate = Self.rate(counts.solved, of: counts.judged)
    handlingMilliseconds =
      counts.closed > 0 ? counts.handlingMilliseconds / Int64(counts.closed) : nil
    guard let weighted = weightedInTimeRate, let rework = reworkRate, counts.closed > 0 else {
      points = nil
      return
    }
    // Closed this month, dispatched the month before: then nothing is known against the unit
    // unless it also gave cases back.
    let returned = returnRate ?? (counts.returns > 0 ? 1 : 0)
    points =
      Double(formula.inTime) * weighted + Double(formula.firstTime) * (1 - rework)
      + Double(formula.kept) * (1 - returned)
  }

  /// Counts of one month may belong to dispatches of another, so that a rate is capped at 1.
  private static func rate(_ part: Int, of whole: Int) -> Double? {
    whole > 0 ? min(1, Double(part) / Double(whole)) : nil
  }
}

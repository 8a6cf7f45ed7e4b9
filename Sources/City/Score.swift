/// What verdicts say of one unit in one month (评效), as counts from which every rate follows.
package struct ScoreCounts: Hashable, Sendable {
  package var dispatched = 0
  package var closed = 0
  package var closedInTime = 0
  package var reworks = 0
  package var returns = 0
  package var notConfirmed = 0
  /// Judgements of reporters; of them those that are content, and those that say it is solved.
  package var judged = 0
  package var content = 0
  package var solved = 0
  /// Milliseconds from dispatch to close, summed over closed cases.
  package var handlingMilliseconds: Int64 = 0
  /// Weights of items in thousandths, summed over closed cases, and over those in time.
  package var weight: Int64 = 0
  package var weightInTime: Int64 = 0

  package init() {}

  package static func - (left: Self, right: Self) -> Self {
    var less = left
    less.dispatched -= right.dispatched
    less.closed -= right.closed
    less.closedInTime -= right.closedInTime
    less.reworks -= right.reworks
    less.returns -= right.returns
    less.notConfirmed -= right.notConfirmed
    less.judged -= right.judged
    less.content -= right.content
    less.solved -= right.solved
    less.handlingMilliseconds -= right.handlingMilliseconds
    less.weight -= right.weight
    less.weightInTime -= right.weightInTime
    return less
  }

  package static func + (left: Self, right: Self) -> Self {
    var sum = left
    sum.dispatched += right.dispatched
    sum.closed += right.closed
    sum.closedInTime += right.closedInTime
    sum.reworks += right.reworks
    sum.returns += right.returns
    sum.notConfirmed += right.notConfirmed
    sum.judged += right.judged
    sum.content += right.content
    sum.solved += right.solved
    sum.handlingMilliseconds += right.handlingMilliseconds
    sum.weight += right.weight
    sum.weightInTime += right.weightInTime
    return sum
  }
}

/// Whose score, and for which month.
package struct ScoreKey: Hashable, Sendable {
  package let unit: ID<Unit>
  package let street: ID<Area>?
  package let item: String?
  /// Year × 12 + month − 1, in the city's time.
  package let month: Int

  package init(unit: ID<Unit>, street: ID<Area>?, item: String?, month: Int) {
    self.unit = unit
    self.street = street
    self.item = item
    self.month = month
  }
}

/// Counts to add to one score.
package struct ScoreChange: Hashable, Sendable {
  package let key: ScoreKey
  package let counts: ScoreCounts

  package init(key: ScoreKey, counts: ScoreCounts) {
    self.key = key
    self.counts = counts
  }
}

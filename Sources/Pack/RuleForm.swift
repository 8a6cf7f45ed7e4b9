package import City

/// What a rule computes from observations, to be held against its levels.
package enum RuleForm: Hashable, Sendable {
  /// The value itself.
  case value
  /// Change for each `perMilliseconds`, between observations at least `overMilliseconds` apart and
  /// at most `withinMilliseconds`.
  case rate(perMilliseconds: Int64, overMilliseconds: Int64, withinMilliseconds: Int64, RateSign)
  /// An aggregate over a window, each time a window ends.
  case window(RuleWindow)
  /// Milliseconds without an observation.
  case silence
  /// Milliseconds during which the value stayed within `band` of where it began.
  case stuck(band: Double)
  /// How often the value crossed `level` within the last `withinMilliseconds`.
  case flapping(level: Double, withinMilliseconds: Int64)
  /// 1 where the value lies outside `least…greatest`, otherwise 0.
  case range(least: Double, greatest: Double)
  /// How many devices of one area of that level meet the condition, each by an observation not
  /// older than `withinMilliseconds`. The alarm's subject is the area.
  case several(RuleCondition, area: AreaLevel, withinMilliseconds: Int64)
  /// 1 where the rule's own measure meets `then` at most `withinMilliseconds` after another
  /// measure of the same device met `first`; 0 as soon as it meets `then` no more.
  case sequence(
    first: RuleCondition, measure: String, then: RuleCondition, withinMilliseconds: Int64)
  /// Distance of the value from the median of the nearest devices of the kind.
  case neighbours(RuleNeighbours)
  /// Where a moving device is: the rule's measure is the longitude, `latitude` the other one.
  case fence(RuleFence, latitude: String)
}

/// Which changes count for a rate.
package enum RateSign: String, CaseIterable, Sendable { case signed, absolute }

/// A value beyond a limit.
package struct RuleCondition: Hashable, Sendable {
  package let side: RuleSide
  package let limit: Double

  package init(side: RuleSide, limit: Double) {
    self.side = side
    self.limit = limit
  }

  /// Whether a value lies strictly beyond the limit.
  @inlinable package func isMet(by value: Double) -> Bool {
    side == .above ? value > limit : value < limit
  }
}

/// A span of observations and what is made of it.
package struct RuleWindow: Hashable, Sendable {
  /// How windows follow each other. Windows by time begin at whole multiples of their step in the
  /// city's own time; a window holds `from ≤ at < to`.
  package enum Shape: Hashable, Sendable {
    case tumbling(milliseconds: Int64)
    case sliding(milliseconds: Int64, stepMilliseconds: Int64)
    /// Every so many observations of a stream.
    case count(Int)
  }
  /// What a window's values become.
  package enum Aggregate: Hashable, Sendable {
    case least, greatest, mean, sum, count
    /// 0 to 100, nearest rank.
    case percentile(Double)
    /// How many different values.
    case distinct
  }
  package let shape: Shape
  package let aggregate: Aggregate
  /// For percentile and distinct: so many newest observations of a window are looked at.
  package let samplesMax: Int

  package init(shape: Shape, aggregate: Aggregate, samplesMax: Int = 128) {
    self.shape = shape
    self.aggregate = aggregate
    self.samplesMax = samplesMax
  }
}

/// Which devices count as neighbours.
package struct RuleNeighbours: Hashable, Sendable {
  /// At most so many, the nearest within `metres`.
  package let devicesMax: Int
  package let metres: Double
  /// Fewer with a recent value than this say nothing.
  package let devicesMin: Int
  package let withinMilliseconds: Int64

  package init(devicesMax: Int, metres: Double, devicesMin: Int, withinMilliseconds: Int64) {
    self.devicesMax = devicesMax
    self.metres = metres
    self.devicesMin = devicesMin
    self.withinMilliseconds = withinMilliseconds
  }
}

/// Ground that a moving device shall leave, not leave, or follow.
package enum RuleFence: Hashable, Sendable {
  /// 1 inside the outline, otherwise 0: enter, and with a hold dwell.
  case inside(RuleGround)
  /// 1 outside the outline, otherwise 0: leave.
  case outside(RuleGround)
  /// Metres from the nearest point of the line: off the route.
  case route([Position])
}

/// An outline, written out or that of an area.
package enum RuleGround: Hashable, Sendable {
  case area(code: String)
  case ring([Position])
}

extension RuleForm {
  /// Whether it computes milliseconds; limits are then written in seconds.
  package var countsTime: Bool {
    switch self {
    case .silence, .stuck: true
    default: false
    }
  }

  /// Whether holds of its levels count windows in a row.
  package var isWindow: Bool {
    if case .window = self { return true }
    return false
  }

  /// Whether it computes 1 or 0, so that limits need not be written.
  package var isEitherOr: Bool {
    switch self {
    case .range, .sequence, .fence(.inside, _), .fence(.outside, _): true
    default: false
    }
  }
}

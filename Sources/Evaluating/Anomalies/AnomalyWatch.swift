package import City

/// Watches one series and says of each new point how strange it is.
///
/// One pass, no look ahead, nothing to set per series. Four readings of the point are each held
/// against all that this series has shown before (`NoveltyMemory`): the value itself, its
/// deviation from the last few and from the last many, and from what is usual at that hour of the
/// week. Their sum is the strangeness. An episode speaks once: what is no stranger than the
/// episode's peak, which fades by the hour of points, scores nothing.
package struct AnomalyWatch: Sendable {
  /// Points that make "just now" and "lately".
  package static let nearPoints = 6
  package static let farPoints = 96
  /// What is left of an episode's peak after one point: half of it after 34.
  package static let fading = 0.98
  /// The strangeness that scores one half.
  package static let halfScore = 0.06

  private var value = NoveltyMemory()
  private var nearDeviation = NoveltyMemory()
  private var farDeviation = NoveltyMemory()
  private var usualDeviation = NoveltyMemory()
  private var near = TrailingMean(length: Self.nearPoints)
  private var far = TrailingMean(length: Self.farPoints)
  private var week: HourOfWeekMean
  private var peak = 0.0

  /// - Parameter offsetMilliseconds: how far local time is ahead of UTC.
  package init(offsetMilliseconds: Int64) {
    week = HourOfWeekMean(offsetMilliseconds: offsetMilliseconds)
  }

  /// How strange a point is: 0 (nothing new) to 1; one half is worth a look, on any series.
  ///
  /// - Parameter value: a value that is no finite number says nothing and is passed over.
  package mutating func take(_ value: Double, at time: Instant) -> Double {
    guard value.isFinite else { return 0 }
    let strangeness =
      self.value.take(value)
      + nearDeviation.take(value - (near.mean ?? value))
      + farDeviation.take(value - (far.mean ?? value))
      + usualDeviation.take(value - (week.usual(at: time) ?? value))
    near.take(value)
    far.take(value)
    week.take(value, at: time)
    peak *= Self.fading
    guard strangeness > peak else { return 0 }
    peak = strangeness
    return strangeness / (strangeness + Self.halfScore)
  }
}

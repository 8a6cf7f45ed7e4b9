package import City

/// What one stream told lately, in little memory: enough to say that it is silent, stuck or adrift.
package struct StreamTrace: Sendable, Equatable {
  /// The mean is taken over the present half of a day and the one before it.
  package static let halfMilliseconds = Duration.day / 2
  /// Before any observation.
  private static let never = Int64.min

  private var firstAt = never
  private var latestMilliseconds = never
  private var unchangedFrom = never
  /// The newest value.
  package private(set) var value = 0.0
  /// How many observations in a row had it.
  package private(set) var unchangedCount: UInt32 = 0
  private var half: Int64 = never
  private var sum = 0.0
  private var sumBefore = 0.0
  private var count: UInt32 = 0
  private var countBefore: UInt32 = 0

  package init() {}

  /// Takes the next observation; one that is not newer than the last changes nothing.
  package mutating func take(_ next: Double, at time: Instant) {
    let at = time.milliseconds
    guard at > latestMilliseconds else { return }
    let nextHalf = at / Self.halfMilliseconds
    if nextHalf != half {
      let follows = half != Self.never && nextHalf == half + 1
      (sumBefore, countBefore) = follows ? (sum, count) : (0, 0)
      (sum, count) = (0, 0)
      half = nextHalf
    }
    sum += next
    count += 1
    if firstAt == Self.never { firstAt = at }
    if latestMilliseconds == Self.never || next != value {
      value = next
      unchangedFrom = at
      unchangedCount = 0
    }
    unchangedCount += 1
    latestMilliseconds = at
  }

  /// When it told something last, by the device's word; nil = never.
  package var latestAt: Instant? {
    latestMilliseconds == Self.never ? nil : Instant(milliseconds: latestMilliseconds)
  }

  /// For how long the newest value has been the same, in milliseconds.
  package var unchangedMilliseconds: Int64 {
    latestMilliseconds == Self.never ? 0 : latestMilliseconds - unchangedFrom
  }

  /// Observations that the mean stands for.
  package var recentCount: Int { Int(count) + Int(countBefore) }

  /// The mean of the last twelve to twenty-four hours; nil = nothing was told.
  package var mean: Double? {
    recentCount == 0 ? nil : (sum + sumBefore) / Double(recentCount)
  }

  /// Over how long those observations came, in milliseconds, up to the newest.
  package var recentMilliseconds: Int64 {
    guard latestMilliseconds != Self.never else { return 0 }
    let beginning = (countBefore > 0 ? half - 1 : half) * Self.halfMilliseconds
    return latestMilliseconds - max(beginning, firstAt)
  }
}

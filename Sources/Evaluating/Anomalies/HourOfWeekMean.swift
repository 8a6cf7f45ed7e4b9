package import City

/// What a quantity usually is at each hour of the week.
///
/// A young hour is the plain mean of what was seen; an old one forgets, a tenth at each new value,
/// so that a changed habit is accepted within weeks.
package struct HourOfWeekMean: Sendable {
  /// Hours of a week.
  package static let hours = 168
  private static let forgetting = 0.1

  private var means: ContiguousArray<Double>
  private var counts: ContiguousArray<Int32>
  private let offsetMilliseconds: Int64

  /// - Parameter offsetMilliseconds: how far local time is ahead of UTC.
  package init(offsetMilliseconds: Int64) {
    means = ContiguousArray(repeating: 0, count: Self.hours)
    counts = ContiguousArray(repeating: 0, count: Self.hours)
    self.offsetMilliseconds = offsetMilliseconds
  }

  /// What is usual at that time; nil where that hour of the week was never seen.
  package func usual(at time: Instant) -> Double? {
    let hour = hour(of: time)
    return counts[hour] > 0 ? means[hour] : nil
  }

  /// Learns one value of its hour.
  package mutating func take(_ value: Double, at time: Instant) {
    let hour = hour(of: time)
    counts[hour] &+= counts[hour] < .max ? 1 : 0
    let weight = max(Self.forgetting, 1 / Double(counts[hour]))
    means[hour] += weight * (value - means[hour])
  }

  private func hour(of time: Instant) -> Int {
    let week = 7 * Duration.day
    let local = (time.milliseconds + offsetMilliseconds) % week
    return Int((local < 0 ? local + week : local) / Duration.hour)
  }
}

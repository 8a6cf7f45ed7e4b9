/// Mean of the latest values of a series, in constant time.
struct TrailingMean: Sendable {
  private var ring: ContiguousArray<Double>
  private var next = 0
  private var count = 0
  private var sum = 0.0

  /// - Parameter length: how many values count, at least 1.
  init(length: Int) {
    precondition(length > 0)
    ring = ContiguousArray(repeating: 0, count: length)
  }

  /// nil before the first value.
  var mean: Double? { count > 0 ? sum / Double(count) : nil }

  mutating func take(_ value: Double) {
    if count == ring.count { sum -= ring[next] } else { count += 1 }
    sum += value
    ring[next] = value
    next += 1
    guard next == ring.count else { return }
    next = 0
    // Adding and taking away lets rounding errors grow: once a round it is counted anew.
    sum = ring.reduce(0, +)
  }
}

/// Remembers which values a quantity has taken, and says how far a new one lies from all of them.
///
/// The answer is the distance to the nearest earlier value as a share of the range seen so far, so
/// that it needs no unit and no tuning. Values nearer than `resolution` of the range to one that is
/// remembered teach nothing and are not kept; that bounds the memory.
package struct NoveltyMemory: Sendable {
  /// Values nearer than this share of the range count as the same.
  package static let resolution = 1.0 / 2_048
  /// Values remembered at most: a range of 1 holds no more that are `resolution` apart.
  package static let valuesMax = 4_096
  /// A novelty is cut here: ten times beyond everything seen is as strange as can be.
  package static let noveltyMax = 3.0

  /// In ascending order.
  private var values: ContiguousArray<Double> = []

  package init() {}

  package var count: Int { values.count }

  /// How new `value` is, 0 to `noveltyMax`, and remembers it. The first two values say nothing.
  package mutating func take(_ value: Double) -> Double {
    guard let least = values.first, let greatest = values.last else {
      values.append(value)
      return 0
    }
    let place = firstIndex(notBelow: value)
    let below = place > 0 ? value - values[place - 1] : .infinity
    let above = place < values.count ? values[place] - value : .infinity
    let distance = min(below, above)
    let range = greatest - least
    let isNew = distance > 0 && distance >= Self.resolution * range
    if isNew { insert(value, at: place) }
    guard range > 0 else { return 0 }
    return min(distance / range, Self.noveltyMax)
  }

  private func firstIndex(notBelow value: Double) -> Int {
    var low = 0
    var high = values.count
    while low < high {
      let middle = (low + high) / 2
      if values[middle] < value { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private mutating func insert(_ value: Double, at place: Int) {
    values.insert(value, at: place)
    guard values.count > Self.valuesMax else { return }
    // The range has grown since most of these were kept: they now lie closer than they need to.
    let apart = (values[values.count - 1] - values[0]) * Self.resolution
    var kept: ContiguousArray<Double> = [values[0]]
    for candidate in values.dropFirst().dropLast() where candidate - kept[kept.count - 1] >= apart {
      kept.append(candidate)
    }
    kept.append(values[values.count - 1])
    values = kept
  }
}

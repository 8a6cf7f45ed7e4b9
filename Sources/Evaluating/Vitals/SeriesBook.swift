package import City

/// All imported series, as they stand after their latest parts.
package struct SeriesBook: Sendable {
  /// Values of all series together; later ones are passed over.
  package static let pointsMax = 20_000_000

  private struct Key: Hashable {
    let area: ID<Area>
    let at: Instant
  }

  /// What is known of one series.
  package struct Summary: Sendable {
    package let name: String
    package let count: Int
    package let areas: Int
    package let from: Instant
    package let to: Instant
  }

  private var values: [String: [Key: Double]] = [:]
  package private(set) var count = 0

  package init() {}

  /// Takes in a part.
  /// - Returns: each value with what stood in its place before; what changes nothing is left out.
  package mutating func take(
    _ part: SeriesPart
  ) -> [(point: SeriesPart.Point, before: Double?)] {
    var changes: [(point: SeriesPart.Point, before: Double?)] = []
    for point in part.points {
      let key = Key(area: point.area, at: point.at)
      let before = values[part.series]?[key]
      guard before != point.value, before != nil || count < Self.pointsMax else { continue }
      values[part.series, default: [:]][key] = point.value
      if before == nil { count += 1 }
      changes.append((point, before))
    }
    return changes
  }

  /// Whether anything was ever imported under a name.
  package func has(_ series: String) -> Bool { values[series] != nil }

  /// The series there are, by name.
  package var summaries: [Summary] {
    values.sorted { $0.key < $1.key }.compactMap { name, values in
      guard let from = values.keys.map(\.at).min(), let to = values.keys.map(\.at).max() else {
        return nil
      }
      return Summary(
        name: name, count: values.count, areas: Set(values.keys.map(\.area)).count, from: from,
        to: to)
    }
  }

  /// The mean of a series on each day of local time, over all areas that it is told for.
  package func meansByDay(_ series: String, offsetMilliseconds: Int64) -> [Int: Double] {
    var sums: [Int: (sum: Double, count: Int)] = [:]
    // In a fixed order, so that the last digit is the same every time.
    let sorted = (values[series] ?? [:]).sorted {
      ($0.key.at, $0.key.area) < ($1.key.at, $1.key.area)
    }
    for (key, value) in sorted {
      let local = key.at.milliseconds + offsetMilliseconds
      let day = Int(local >= 0 ? local / Duration.day : (local - Duration.day + 1) / Duration.day)
      sums[day, default: (0, 0)].sum += value
      sums[day, default: (0, 0)].count += 1
    }
    return sums.mapValues { $0.sum / Double($0.count) }
  }
}

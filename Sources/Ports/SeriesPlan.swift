package import City

/// What a store of observations accepts.
package enum ObservationLimits {
  package static let streamsMax = 4_194_304
  /// Bytes of a measure's code.
  package static let measureBytesMax = 64
  /// Observations of one call.
  package static let batchMax = 65_536
  /// Stream keys of one call.
  package static let keysMax = 262_144
  /// Observations that one reading of the log gives.
  package static let logReadMax = 1_048_576
  /// Points of one series.
  package static let pointsMax = 100_000
  /// Times of observations, in milliseconds: 1970 to 2099.
  package static let timeRange: Range<Int64> = 0..<4_102_444_800_000

  /// Refuses a call that no store keeps.
  ///
  /// - Parameter streams: how many streams are registered.
  /// - Throws: `inconsistent` for too many, an unknown stream, an impossible time, no number.
  package static func check(
    _ observations: [Observation], streams: Int
  ) throws(StoreFault) {
    guard observations.count <= batchMax else {
      throw .inconsistent(detail: "more than \(batchMax) observations at once")
    }
    for observation in observations {
      guard Int(observation.stream.rawValue) < streams else {
        throw .inconsistent(detail: "stream \(observation.stream.rawValue) is not registered")
      }
      guard timeRange.contains(observation.at.milliseconds) else {
        throw .inconsistent(detail: "time \(observation.at.milliseconds) is impossible")
      }
      guard observation.value.isFinite else {
        throw .inconsistent(detail: "a value of stream \(observation.stream.rawValue) is no number")
      }
    }
  }
}

/// How a query is answered: the one reading of `SeriesQuery` for every store.
///
/// Observations are gathered into buckets of `unit` milliseconds counted from 1970. Where more than
/// `pointsMax` buckets hold something, they are gathered into windows of `width` milliseconds counted
/// from `from` instead; at most `pointsMax` windows fit.
package struct SeriesPlan: Hashable, Sendable {
  package let resolution: SeriesQuery.Resolution
  /// The ends in milliseconds, within the times that a store accepts.
  package let from: Int64
  package let to: Int64
  package let pointsMax: Int

  /// - Throws: `inconsistent` where `pointsMax` is not 1 to `ObservationLimits.pointsMax`.
  package init(_ query: SeriesQuery) throws(StoreFault) {
    guard (1...ObservationLimits.pointsMax).contains(query.pointsMax) else {
      throw .inconsistent(detail: "pointsMax is 1 to \(ObservationLimits.pointsMax)")
    }
    let allowed = ObservationLimits.timeRange
    let first = max(allowed.lowerBound, min(query.from.milliseconds, allowed.upperBound))
    let end = max(first, min(query.to.milliseconds, allowed.upperBound))
    pointsMax = query.pointsMax
    resolution = query.resolution ?? Self.finest(span: end - first, points: query.pointsMax)
    let unit = resolution.milliseconds
    from = first / unit * unit
    to = (end + unit - 1) / unit * unit
  }

  /// Length of a bucket, in milliseconds.
  package var unit: Int64 { resolution.milliseconds }

  /// Length of a window, in milliseconds: a whole number of buckets.
  package var width: Int64 {
    let least = (to - from + Int64(pointsMax) - 1) / Int64(pointsMax)
    return max(1, (least + unit - 1) / unit) * unit
  }

  /// A point covers at least the span it is drawn with, so nothing finer than that is read.
  private static func finest(span: Int64, points: Int) -> SeriesQuery.Resolution {
    switch span / Int64(points) {
    case ..<Duration.minute: .raw
    case ..<Duration.hour: .minute
    case ..<Duration.day: .hour
    default: .day
    }
  }
}

extension SeriesQuery.Resolution {
  /// Length of a bucket in milliseconds; of raw observations the least that tells two apart.
  package var milliseconds: Int64 {
    switch self {
    case .raw: 1
    case .minute: Duration.minute
    case .hour: Duration.hour
    case .day: Duration.day
    }
  }
}

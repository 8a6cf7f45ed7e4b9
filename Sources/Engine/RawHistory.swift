package import City
package import Ports

/// All observations of a stream over a time, however many.
package struct RawHistory: Sendable {
  private let store: any ObservationStore

  package init(store: any ObservationStore) {
    self.store = store
  }

  /// In the order of time, each time once, from `from` up to, not including, `to`. The caller names
  /// a span that memory holds: a device may tell one value a millisecond.
  package func observations(
    of stream: StreamNumber, from: Instant, to: Instant
  ) async throws(StoreFault) -> [Observation] {
    let series = try await store.series(
      SeriesQuery(
        stream: stream, from: from, to: to, resolution: .raw,
        pointsMax: ObservationLimits.pointsMax))
    // More than one answer holds was gathered into windows: it is read in halves.
    guard series.points.contains(where: { $0.count > 1 }) else {
      return series.points.map { Observation(stream: stream, at: $0.at, value: $0.last) }
    }
    let middle = from.advanced(byMilliseconds: to.millisecondsSince(from) / 2)
    let first = try await observations(of: stream, from: from, to: middle)
    return first + (try await observations(of: stream, from: middle, to: to))
  }
}

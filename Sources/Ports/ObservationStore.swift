package import City

/// Where observations are kept. They are too many for the journal; alarms go there.
///
/// Appended is durable. A repeated observation (same stream and time) may be kept twice in the log,
/// and is one point of every series: the value that was appended first stands. What
/// `ObservationLimits` does not allow is refused as `inconsistent`, and nothing of that call is kept.
package protocol ObservationStore: Sendable {
  /// The number of each stream, in the order asked; unknown ones are registered, durably.
  func streams(_ keys: [StreamKey]) async throws(StoreFault) -> [StreamNumber]
  /// All registered streams; the number is the index.
  func streams() async throws(StoreFault) -> [StreamKey]

  /// Returns once all are on disk; concurrent calls share one flush. They keep their order.
  /// - Returns: where the log ends after them.
  /// - Throws: `unavailable` where the disk refuses (nothing of the call is kept, later calls try
  ///   again), `busy` where too much waits, `inconsistent` for an unknown stream or a bad value.
  func append(_ observations: [Observation]) async throws(StoreFault) -> LogPosition
  /// Observations in the order in which they were appended, from a position on.
  /// - Returns: at most `limit` of them, and where to read on; none where the log ends.
  /// - Throws: `inconsistent` where the position was dropped by retention.
  func log(from position: LogPosition, limit: Int) async throws(StoreFault)
    -> (observations: [Observation], next: LogPosition)
  /// The first position that is not older than the time by which it was appended.
  func position(at time: Instant) async throws(StoreFault) -> LogPosition
  func end() async throws(StoreFault) -> LogPosition

  /// One series over a time, from `from` up to, not including, `to`; at a resolution coarser than
  /// raw the ends are widened to whole buckets (`SeriesPlan`).
  func series(_ query: SeriesQuery) async throws(StoreFault) -> Series
  /// Drops whole days (UTC) that ended at or before a time; what arrives for them later is in no
  /// series either. The log keeps its own span.
  /// - Returns: how many days that held observations were dropped.
  func drop(before time: Instant) async throws(StoreFault) -> Int

  /// Keeps the running state of rules over the log, in place of what was kept before. It can be made
  /// anew from the log, if with less exactness, so it is in no backup.
  func saveRuleState(_ bytes: [UInt8]) async throws(StoreFault)
  /// What was kept last; nil where nothing was, or it cannot be read.
  func ruleState() async throws(StoreFault) -> [UInt8]?
}

/// A place in the log of observations: how many were appended before it. Never goes back.
package struct LogPosition: Hashable, Sendable, Comparable {
  package let rawValue: Int64

  package init(_ rawValue: Int64) {
    self.rawValue = rawValue
  }

  package static func < (left: Self, right: Self) -> Bool {
    left.rawValue < right.rawValue
  }
}

/// What to read of one stream.
package struct SeriesQuery: Hashable, Sendable {
  package enum Resolution: Hashable, Sendable { case raw, minute, hour, day }
  package let stream: StreamNumber
  package let from: Instant
  package let to: Instant
  /// nil = the finest that fits the points without reading more than needed.
  package let resolution: Resolution?
  /// At most this many points come back; peaks are kept: a point carries least and greatest.
  package let pointsMax: Int

  package init(
    stream: StreamNumber, from: Instant, to: Instant, resolution: Resolution?, pointsMax: Int
  ) {
    self.stream = stream
    self.from = from
    self.to = to
    self.resolution = resolution
    self.pointsMax = pointsMax
  }
}

/// Points of one stream in time order. Where nothing was measured there is no point: a gap.
package struct Series: Hashable, Sendable {
  package let resolution: SeriesQuery.Resolution
  package let points: [SeriesPoint]

  package init(resolution: SeriesQuery.Resolution, points: [SeriesPoint]) {
    self.resolution = resolution
    self.points = points
  }
}

/// What was measured from `at` on, up to the next point's time.
package struct SeriesPoint: Hashable, Sendable {
  package let at: Instant
  package let least: Double
  package let greatest: Double
  package let mean: Double
  package let last: Double
  /// How many observations it stands for, at least 1.
  package let count: Int

  package init(
    at: Instant, least: Double, greatest: Double, mean: Double, last: Double, count: Int
  ) {
    self.at = at
    self.least = least
    self.greatest = greatest
    self.mean = mean
    self.last = last
    self.count = count
  }
}

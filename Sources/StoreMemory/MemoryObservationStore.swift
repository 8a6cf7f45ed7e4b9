package import City
package import Ports

/// Observations in one list: the plain statement of what every store of observations does. It
/// answers by looking at all of them; meant for tests and stories.
package actor MemoryObservationStore: ObservationStore {
  private let time: any TimeSource
  private var keys: [StreamKey] = []
  private var appended: [Observation] = []
  private var appendedAt: [Instant] = []
  private var firstDay: Int64 = 0
  private var keptRuleState: [UInt8]?

  package init(time: any TimeSource) {
    self.time = time
  }

  package func saveRuleState(_ bytes: [UInt8]) throws(StoreFault) { keptRuleState = bytes }

  package func ruleState() throws(StoreFault) -> [UInt8]? { keptRuleState }

  package func streams(_ asked: [StreamKey]) throws(StoreFault) -> [StreamNumber] {
    guard asked.count <= ObservationLimits.keysMax else {
      throw .inconsistent(detail: "too many keys")
    }
    let measures = 1...ObservationLimits.measureBytesMax
    guard asked.allSatisfy({ measures.contains($0.measure.utf8.count) }) else {
      throw .inconsistent(detail: "a measure is too long or empty")
    }
    return asked.map { key in
      if let index = keys.firstIndex(of: key) { return StreamNumber(UInt32(index)) }
      keys.append(key)
      return StreamNumber(UInt32(keys.count - 1))
    }
  }

  package func streams() -> [StreamKey] { keys }

  package func append(_ observations: [Observation]) throws(StoreFault) -> LogPosition {
    try ObservationLimits.check(observations, streams: keys.count)
    let now = max(time.now, appendedAt.last ?? time.now)
    appended += observations
    appendedAt += observations.map { _ in now }
    return end()
  }

  package func log(
    from position: LogPosition, limit: Int
  ) throws(StoreFault) -> (observations: [Observation], next: LogPosition) {
    guard (1...ObservationLimits.logReadMax).contains(limit) else {
      throw .inconsistent(detail: "limit out of range")
    }
    let start = Int(position.rawValue)
    guard (0...appended.count).contains(start) else {
      throw .inconsistent(detail: "no such position")
    }
    let found = Array(appended[start...].prefix(limit))
    return (found, LogPosition(position.rawValue + Int64(found.count)))
  }

  package func position(at time: Instant) -> LogPosition {
    LogPosition(Int64(appendedAt.firstIndex { $0 >= time } ?? appended.count))
  }

  package func end() -> LogPosition { LogPosition(Int64(appended.count)) }

  package func series(_ query: SeriesQuery) throws(StoreFault) -> Series {
    let plan = try SeriesPlan(query)
    var first: [Int64: Double] = [:]
    for one in appended where one.stream == query.stream {
      let at = one.at.milliseconds
      guard at >= plan.from, at < plan.to, at / Duration.day >= firstDay else { continue }
      if first[at] == nil { first[at] = one.value }
    }
    let buckets = Dictionary(grouping: first.keys) { $0 / plan.unit * plan.unit }
    let groups =
      buckets.count <= plan.pointsMax
      ? buckets
      : Dictionary(grouping: first.keys) { time in
        let start = max(time / plan.unit * plan.unit, plan.from)
        return plan.from + (start - plan.from) / plan.width * plan.width
      }
    let points = groups.sorted { $0.key < $1.key }.map { start, times in
      let values = times.sorted().compactMap { first[$0] }
      return SeriesPoint(
        at: Instant(milliseconds: start), least: values.min() ?? 0, greatest: values.max() ?? 0,
        mean: values.reduce(0, +) / Double(values.count), last: values.last ?? 0,
        count: values.count)
    }
    return Series(resolution: plan.resolution, points: points)
  }

  package func drop(before time: Instant) -> Int {
    let end = max(0, time.milliseconds) / Duration.day
    let days = Set(appended.map { $0.at.milliseconds / Duration.day })
    defer { firstDay = max(firstDay, end) }
    return days.filter { $0 >= firstDay && $0 < end }.count
  }
}

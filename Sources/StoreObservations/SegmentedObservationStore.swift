package import City
import Glibc
package import Ports
import Synchronization

/// Observations in one folder: a log that acknowledges, day files of compressed blocks, and a
/// registry of streams. One process opens it at a time; the lock of the data folder sees to that.
package final class SegmentedObservationStore: ObservationStore {
  /// How a store is kept.
  package struct Settings: Sendable {
    /// How long the log is kept after sealing, in milliseconds, so that rules can be warmed again.
    package var rewarmMilliseconds: Int64 = 26 * Duration.hour
    /// How long after an hour's end it is sealed, in milliseconds.
    package var latenessMilliseconds: Int64 = 30 * Duration.second
    /// How long after a day's end its hours become one block a stream, in milliseconds.
    package var mergeAfterMilliseconds: Int64 = Duration.hour
    /// Observations that wait in memory before they are sealed, whatever the hour.
    package var generationMax = Tail.generationMax
    /// Bytes after which the log goes on in another file.
    package var segmentBytesMax = LogSegment.bytesMax
    /// Off in tests and benchmarks that seal by their own word.
    package var sealsByItself = true

    package init() {}
  }

  /// Threads that read series.
  private static let readersCount = 2

  let folder: String
  let registry: StreamRegistry
  let log: ObservationLog
  let tail: Tail
  let settings: Settings
  let time: any TimeSource
  /// Days that have a file.
  let days: Mutex<Set<Int64>>
  /// Files of the log in which a frame is damaged, as the opening found them.
  package let damagedFiles: [String]
  private let sealer: WorkLine<Void>
  private let readers: [WorkLine<SeriesReading>]
  private let turn = Mutex(0)
  private let sealedHour: Mutex<Int64>
  private let isSealing = Mutex(false)
  let isMerging = Mutex(false)
  let merging: Mutex<MergingPlace>
  private let failures = Atomic<Int>(0)
  private let mergeFailures = Atomic<Int>(0)

  /// Opens or makes the store of a folder; a torn end of the log is cut off.
  ///
  /// - Throws: `StoreFault.unavailable` where a file cannot be used.
  package init(
    folder: String, settings: Settings = Settings(), time: any TimeSource,
    calls: DiskCalls = .system
  ) throws(StoreFault) {
    self.folder = folder
    self.settings = settings
    self.time = time
    do throws(DiskFault) {
      try Folder.make(folder)
      try Folder.make(folder + "/days")
      registry = try StreamRegistry(path: folder + "/streams.sqlite")
      let firstDay = registry.firstDay
      var found = Set(try Folder.names(folder + "/days").compactMap(DayFile.day))
      for day in found where day < firstDay { Self.delete(day, in: folder) }
      found = found.filter { $0 >= firstDay }
      days = Mutex(found)
      merging = Mutex(MergingPlace(days: found))
      log = try ObservationLog(
        folder: folder + "/log", sealed: registry.sealed,
        segmentBytesMax: settings.segmentBytesMax, calls: calls, time: time)
      // A generation counts positions without gaps, so it begins where the log can still be read.
      let first = max(registry.sealed, log.bounds.first)
      let tail = Tail(first: first, generationMax: settings.generationMax)
      damagedFiles = try log.replay(from: first) { observations, position in
        tail.add(observations, at: position)
      }
      self.tail = tail
    } catch {
      throw .unavailable(detail: error.detail)
    }
    sealedHour = Mutex(time.now.milliseconds / Duration.hour)
    sealer = WorkLine {}
    let dayFolder = folder + "/days"
    readers = (0..<Self.readersCount).map { _ in WorkLine { SeriesReading(folder: dayFolder) } }
    log.start { [weak self] observations in self?.appended(observations) }
  }

  /// Flushes and answers what waits, then ends all threads. What is not sealed stays in the log.
  package func close() {
    log.close()
    sealer.close()
    for reader in readers { reader.close() }
  }

  // MARK: Streams

  package func streams(_ keys: [StreamKey]) async throws(StoreFault) -> [StreamNumber] {
    try Self.check(keys)
    if let numbers = registry.find(keys) { return numbers }
    let registry = registry
    return try await reader.answer { _ in
      Result { () throws(StoreFault) in try registry.register(keys) }
    }
  }

  package func streams() async throws(StoreFault) -> [StreamKey] { registry.keys }

  private static func check(_ keys: [StreamKey]) throws(StoreFault) {
    guard keys.count <= ObservationLimits.keysMax else {
      throw .inconsistent(detail: "more than \(ObservationLimits.keysMax) keys at once")
    }
    for key in keys {
      guard (1...ObservationLimits.measureBytesMax).contains(key.measure.utf8.count) else {
        throw .inconsistent(
          detail: "a measure has 1 to \(ObservationLimits.measureBytesMax) bytes")
      }
    }
  }

  // MARK: Log

  package func append(_ observations: [Observation]) async throws(StoreFault) -> LogPosition {
    try ObservationLimits.check(observations, streams: registry.count)
    guard !observations.isEmpty else { return LogPosition(log.bounds.end) }
    guard tail.hasRoom else {
      sealSoon()
      throw .busy
    }
    return try await log.append(observations)
  }

  /// On the log's thread, for each call of a flushed group.
  private func appended(_ observations: [Observation]) {
    tail.add(observations)
    let hour = (time.now.milliseconds - settings.latenessMilliseconds) / Duration.hour
    let isDue = sealedHour.withLock { sealed in
      guard hour > sealed else { return false }
      sealed = hour
      return true
    }
    if isDue && settings.sealsByItself { tail.close() }
    sealSoon()
  }

  /// Has what is closed sealed, unless that is under way.
  private func sealSoon() {
    guard settings.sealsByItself, tail.oldestClosed != nil else { return }
    let isFree = isSealing.withLock { isSealing in
      defer { isSealing = true }
      return !isSealing
    }
    guard isFree else { return }
    let isTaken = sealer.add { [weak self] _ in
      guard let self else { return }
      // A failure is met again with the next append; until then the log holds everything.
      let result = Result { () throws(StoreFault) in try sealClosed() }
      isSealing.withLock { $0 = false }
      if case .success = result { mergeSoon() }
    }
    if !isTaken { isSealing.withLock { $0 = false } }
  }

  package func log(
    from position: LogPosition, limit: Int
  ) async throws(StoreFault) -> (observations: [Observation], next: LogPosition) {
    guard (1...ObservationLimits.logReadMax).contains(limit) else {
      throw .inconsistent(detail: "a reading gives 1 to \(ObservationLimits.logReadMax)")
    }
    let log = log
    return try await reader.answer { _ in
      Result { () throws(StoreFault) in try log.read(from: position.rawValue, limit: limit) }
    }
  }

  package func position(at time: Instant) async throws(StoreFault) -> LogPosition {
    let log = log
    return try await reader.answer { _ in
      Result { () throws(StoreFault) in try log.position(at: time) }
    }
  }

  package func end() async throws(StoreFault) -> LogPosition { LogPosition(log.bounds.end) }

  // MARK: Series

  package func series(_ query: SeriesQuery) async throws(StoreFault) -> Series {
    let plan = try SeriesPlan(query)
    return try await reader.answer { [self] reading in
      // What waits is looked at before the files: sealing takes it away only after they hold it.
      let firstDay = registry.firstDay
      let from = max(plan.from, firstDay * Duration.day)
      let waiting = tail.points(of: query.stream, from: from, to: plan.to)
      let held = days.withLock { $0.filter { $0 >= firstDay } }
      reading.forget(before: firstDay)
      return Result { () throws(DiskFault) in
        try reading.read(plan, of: query.stream, tail: waiting, days: held)
      }.mapError { StoreFault.unavailable(detail: $0.detail) }
    }
  }

  /// The readers take turns.
  var reader: WorkLine<SeriesReading> {
    readers[
      turn.withLock { turn in
        turn = (turn + 1) % Self.readersCount
        return turn
      }]
  }

  // MARK: Sealing and retention

  /// Makes blocks of all that was appended, whether its hour is over or not.
  package func seal() async throws(StoreFault) {
    try await sealer.answer { [self] _ in
      Result { () throws(StoreFault) in
        try sealClosed()
        tail.close()
        try sealClosed()
      }
    }
  }

  /// On the sealer's thread alone.
  private func sealClosed() throws(StoreFault) {
    do throws(DiskFault) {
      while let generation = tail.oldestClosed {
        let sealing = Sealing(folder: folder + "/days", firstDay: registry.firstDay)
        try sealing.seal(generation) { day in
          days.withLock { _ = $0.insert(day) }
          merging.withLock { $0.sealed(day) }
        }
        try registry.setSealed(generation.end)
        tail.remove(generation)
      }
      let oldest = time.now.milliseconds - settings.rewarmMilliseconds
      try log.drop(sealed: registry.sealed, appendedBefore: oldest)
    } catch {
      failures.add(1, ordering: .relaxed)
      throw .unavailable(detail: error.detail)
    }
  }

  /// How often sealing failed since the start; what waits is sealed by a later attempt.
  package var sealingFailures: Int { failures.load(ordering: .relaxed) }

  /// How often merging a day failed since the start; it is tried again after the next sealing.
  package var mergingFailures: Int { mergeFailures.load(ordering: .relaxed) }

  func mergingFailed() { mergeFailures.add(1, ordering: .relaxed) }

  package func drop(before time: Instant) async throws(StoreFault) -> Int {
    let latest = ObservationLimits.timeRange.upperBound
    let end = min(max(0, time.milliseconds), latest) / Duration.day
    return try await sealer.answer { [self] _ in
      let first = registry.firstDay
      let held = days.withLock { $0 }.union(tail.days).filter { $0 >= first && $0 < end }
      return Result { () throws(DiskFault) in
        try registry.setFirstDay(end)
        days.withLock { days in days = days.filter { $0 >= end } }
        for day in held { Self.delete(day, in: folder) }
        return held.count
      }.mapError { StoreFault.unavailable(detail: $0.detail) }
    }
  }

  private static func delete(_ day: Int64, in folder: String) {
    for suffix in ["", "-wal", "-shm"] { unlink(folder + "/days/" + DayFile.name(day) + suffix) }
  }

  /// Puts work behind what is to be sealed; false where the store is closed.
  func inLine(_ work: @escaping @Sendable () -> Void) -> Bool { sealer.add { _ in work() } }

  /// Runs work while nothing is sealed or dropped.
  func undisturbed<Answer: Sendable>(
    _ work: @escaping @Sendable () -> Result<Answer, StoreFault>
  ) async throws(StoreFault) -> Answer {
    try await sealer.answer { _ in work() }
  }
}

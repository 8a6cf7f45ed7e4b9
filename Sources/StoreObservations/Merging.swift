import City
package import Ports
import Synchronization

/// The days that are over and may still be in hours, and where merging stands in the oldest.
struct MergingPlace {
  private var days: Set<Int64>
  private var day: Int64 = -1
  private var stream: Int64 = 0

  init(days: Set<Int64>) {
    self.days = days
  }

  /// Something came to a day: all its streams are looked at again.
  mutating func sealed(_ day: Int64) {
    days.insert(day)
    if day == self.day { stream = 0 }
  }

  /// The oldest day before one, and the stream to go on from; nil where there is none.
  mutating func next(before end: Int64) -> (day: Int64, stream: Int64)? {
    guard let oldest = days.min(), oldest < end else { return nil }
    if oldest != day { (day, stream) = (oldest, 0) }
    return (day, stream)
  }

  /// - Parameter stream: where the day goes on; nil where it is done.
  mutating func came(to stream: Int64?) {
    self.stream = stream ?? 0
    if stream == nil { days.remove(day) }
  }
}

extension SegmentedObservationStore {
  /// Merges the days that are over, a turn at a time; what is to be sealed meanwhile waits for one
  /// turn at most. A running store does so by itself after sealing.
  ///
  /// - Parameter seen: hears of each step, on the sealer's thread.
  /// - Throws: `unavailable` where the disk fails; what was merged before stays so.
  package func merge(
    _ seen: @escaping @Sendable (MergeStep) -> Void = { _ in }
  ) async throws(StoreFault) {
    var isDone = false
    while !isDone {
      isDone = try await undisturbed { [self] in
        Result { () throws(StoreFault) in try mergeTurn(seen) }
      }
    }
  }

  /// Has days merged that are over, unless that is under way.
  func mergeSoon() {
    let isFree = isMerging.withLock { isMerging in
      defer { isMerging = true }
      return !isMerging
    }
    if isFree { mergeNext() }
  }

  /// A turn in the line of sealing, and then the next behind what came meanwhile.
  private func mergeNext() {
    let isTaken = inLine { [weak self] in
      guard let self else { return }
      let result = Result { () throws(StoreFault) in try mergeTurn { _ in } }
      // A failure is met again after the next sealing; until then the day stays in hours.
      if case .success(false) = result { return mergeNext() }
      isMerging.withLock { $0 = false }
    }
    if !isTaken { isMerging.withLock { $0 = false } }
  }

  /// On the sealer's thread alone.
  /// - Returns: whether nothing is left to do.
  private func mergeTurn(_ seen: (MergeStep) -> Void) throws(StoreFault) -> Bool {
    let end = (time.now.milliseconds - settings.mergeAfterMilliseconds) / Duration.day
    guard let (day, stream) = merging.withLock({ $0.next(before: end) }) else { return true }
    // Retention may have dropped it.
    guard days.withLock({ $0.contains(day) }) else {
      merging.withLock { $0.came(to: nil) }
      return false
    }
    do throws(DiskFault) {
      let file = try DayFile(path: folder + "/days/" + DayFile.name(day), day: day)
      let next = try file.mergeTurn(from: stream, seen)
      merging.withLock { $0.came(to: next) }
      return false
    } catch {
      mergingFailed()
      throw .unavailable(detail: error.detail)
    }
  }
}

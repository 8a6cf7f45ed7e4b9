import City
import Glibc
import Ports
import Synchronization

/// What readers ask of the log, and what retention takes from it.
extension ObservationLog {
  /// Where the log begins and ends.
  var bounds: (first: Int64, end: Int64) {
    extent.withLock { ($0.segments.first?.first ?? $0.end, $0.end) }
  }

  /// What is flushed, oldest segment first.
  var segments: [LogSegment] { extent.withLock { $0.segments } }

  /// At most `limit` observations from a position on, and where to read on.
  func read(
    from position: Int64, limit: Int
  ) throws(StoreFault) -> (observations: [Observation], next: LogPosition) {
    let (segments, end, bookmark) = extent.withLock { extent in
      (extent.segments, extent.end, extent.bookmarks.removeValue(forKey: position))
    }
    guard let oldest = segments.first, position >= oldest.first, position <= end else {
      throw .inconsistent(detail: "the log does not reach position \(position)")
    }
    var observations: [Observation] = []
    var next = position
    var place: (segment: Int64, offset: Int)?
    let start = segments.lastIndex { $0.first <= position } ?? 0
    for segment in segments[start...] where observations.count < limit && next < end {
      // Observations that were lost with a damaged file leave a gap in the positions.
      next = max(next, segment.first)
      var damaged: Int?
      do throws(DiskFault) {
        let offset = bookmark?.segment == segment.first ? bookmark?.offset ?? 0 : 0
        try segment.walk(from: offset) { frame in
          let first = frame.header.position
          guard first + Int64(frame.header.count) > next else { return true }
          if first <= next { place = (segment.first, frame.offset) }
          guard observations.count < limit else { return false }
          next = max(next, first)
          guard let all = Self.observations(frame) else {
            damaged = frame.offset
            return false
          }
          let wanted = all.dropFirst(Int(next - first)).prefix(limit - observations.count)
          observations.append(contentsOf: wanted)
          next += Int64(wanted.count)
          return true
        }
      } catch {
        throw .unavailable(detail: error.detail)
      }
      if let damaged { throw .unavailable(detail: "\(segment.path) is damaged at \(damaged)") }
    }
    if let place { remember(place, for: next) }
    return (observations, LogPosition(next))
  }

  private func remember(_ place: (segment: Int64, offset: Int), for position: Int64) {
    extent.withLock { extent in
      if extent.bookmarks.count >= Self.bookmarksMax { extent.bookmarks.removeAll() }
      extent.bookmarks[position] = place
    }
  }

  /// The first position appended at or after a time.
  func position(at time: Instant) throws(StoreFault) -> LogPosition {
    let (segments, end) = extent.withLock { ($0.segments, $0.end) }
    do throws(DiskFault) {
      // The last segment that began before the time holds the place, or the next one's start is it.
      var start = 0
      for (index, segment) in segments.enumerated() {
        var began: Int64?
        try segment.walk { frame in
          began = frame.header.appendedAt
          return false
        }
        guard let began, began < time.milliseconds else { continue }
        start = index
      }
      for segment in segments.dropFirst(start) {
        var found: Int64?
        try segment.walk { frame in
          guard frame.header.appendedAt >= time.milliseconds else { return true }
          found = frame.header.position
          return false
        }
        if let found { return LogPosition(found) }
      }
    } catch {
      throw .unavailable(detail: error.detail)
    }
    return LogPosition(end)
  }

  /// Deletes files whose observations are all before `sealed` and were appended before `time`.
  /// - Returns: how many files went.
  @discardableResult
  func drop(sealed: Int64, appendedBefore time: Int64) throws(DiskFault) -> Int {
    let segments = segments
    var dropped = 0
    for (segment, next) in zip(segments, segments.dropFirst()) where next.first <= sealed {
      var last: Int64 = 0
      try segment.walk { frame in
        last = frame.header.appendedAt
        return true
      }
      guard last < time else { break }
      extent.withLock { extent in extent.segments.removeAll { $0.first == segment.first } }
      guard unlink(segment.path) == 0 || errno == ENOENT else {
        throw DiskFault("\(segment.path) cannot be deleted")
      }
      dropped += 1
    }
    return dropped
  }
}

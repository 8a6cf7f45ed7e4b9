import City
import Glibc
import Ports
import Synchronization
import Threads

/// The append log: a thread of its own writes what waits as one group, flushes it once, and only
/// then answers its callers.
final class ObservationLog: Sendable {
  /// Calls, and bytes, that may wait.
  static let waitingMax = 8_192
  static let waitingBytesMax = 64 << 20
  /// Bytes written between two flushes.
  static let groupBytesMax = 8 << 20
  /// Places remembered where a reader will read on.
  static let bookmarksMax = 64

  struct Waiting: Sendable {
    let observations: [Observation]
    let content: [UInt8]
    let continuation: CheckedContinuation<Result<LogPosition, StoreFault>, Never>
  }

  private struct Line {
    var waiting: [Waiting] = []
    var bytes = 0
    var closed = false
  }

  /// What is flushed, for readers and writer.
  struct Extent {
    var segments: [LogSegment]
    var end: Int64
    var appendedAt: Int64
    /// A place in the log, by position: segment and offset of its frame.
    var bookmarks: [Int64: (segment: Int64, offset: Int)] = [:]
  }

  private let folder: String
  private let segmentBytesMax: Int
  private let calls: DiskCalls
  private let time: any TimeSource
  private let signalling = Signalling()
  private let line = Mutex(Line())
  let extent: Mutex<Extent>
  private let thread = Mutex<DedicatedThread?>(nil)
  /// The file appended to; nil after a failure until one can be opened. Only the thread uses it.
  private let current = Mutex<Int32?>(nil)

  /// Opens the log and cuts off what a crash left of a frame.
  ///
  /// - Parameter sealed: observations before this are in blocks; the log never ends before it.
  init(
    folder: String, sealed: Int64, segmentBytesMax: Int, calls: DiskCalls,
    time: any TimeSource
  ) throws(DiskFault) {
    self.folder = folder
    self.segmentBytesMax = segmentBytesMax
    self.calls = calls
    self.time = time
    try Folder.make(folder)
    var segments = try LogSegment.all(in: folder)
    var end: Int64 = 0
    var appendedAt: Int64 = 0
    if let last = segments.indices.last {
      let sound = try segments[last].soundEnd()
      if sound.bytes < segments[last].bytes {
        guard truncate(segments[last].path, sound.bytes) == 0 else {
          throw DiskFault("\(segments[last].path) cannot be cut")
        }
        segments[last].bytes = sound.bytes
      }
      (end, appendedAt) = (sound.position, sound.appendedAt)
    }
    extent = Mutex(Extent(segments: segments, end: max(end, sealed), appendedAt: appendedAt))
    if end < sealed || segments.isEmpty { try startSegment() }
  }

  /// Calls `body` with everything from `position` on. Meant for the start, before anything is appended.
  /// - Returns: files that hold a damaged frame; what follows it there is left out.
  func replay(
    from position: Int64, _ body: ([Observation], Int64) -> Void
  ) throws(DiskFault) -> [String] {
    var damaged: [String] = []
    let segments = extent.withLock { $0.segments }
    for (index, segment) in segments.enumerated() {
      if index + 1 < segments.count, segments[index + 1].first <= position { continue }
      let end = try segment.walk { frame in
        let start = frame.header.position
        guard start + Int64(frame.header.count) > position else { return true }
        guard let observations = Self.observations(frame) else { return false }
        let skipped = max(0, Int(position - start))
        body(Array(observations[skipped...]), start + Int64(skipped))
        return true
      }
      if end < segment.bytes { damaged.append(segment.path) }
    }
    return damaged
  }

  static func observations(_ frame: LogSegment.Frame) -> [Observation]? {
    guard frame.isWhole else { return nil }
    var observations: [Observation] = []
    observations.reserveCapacity(frame.header.count)
    do throws(BlockDamage) {
      try frame.read { observations.append($0) }
    } catch {
      return nil
    }
    return observations
  }

  // MARK: Appending

  /// Starts the thread; `appended` hears of every group after it was flushed, before its callers do.
  func start(_ appended: @escaping @Sendable ([Observation]) -> Void) {
    thread.withLock { thread in
      thread = DedicatedThread { [self] in run(appended) }
    }
  }

  /// Answers what waits and ends the thread.
  func close() {
    signalling.locked {
      line.withLock { $0.closed = true }
      signalling.wakeAll()
    }
    thread.withLock { thread in
      thread?.join()
      thread = nil
    }
    current.withLock { current in
      if let current { Glibc.close(current) }
      current = nil
    }
  }

  func append(_ observations: [Observation]) async throws(StoreFault) -> LogPosition {
    let content = LogFrame.content(observations)
    let result = await withCheckedContinuation { continuation in
      let refusal = signalling.locked { () -> StoreFault? in
        let refusal = line.withLock { line -> StoreFault? in
          if line.closed { return .unavailable(detail: "the store is closed") }
          guard line.waiting.count < Self.waitingMax,
            line.bytes + content.count <= Self.waitingBytesMax
          else { return .busy }
          line.waiting.append(
            Waiting(observations: observations, content: content, continuation: continuation))
          line.bytes += content.count
          return nil
        }
        if refusal == nil { signalling.wakeAll() }
        return refusal
      }
      if let refusal { continuation.resume(returning: .failure(refusal)) }
    }
    return try result.get()
  }

  private func run(_ appended: @Sendable ([Observation]) -> Void) {
    var bytes: [UInt8] = []
    while let group = next() {
      bytes.removeAll(keepingCapacity: true)
      var (position, appendedAt) = extent.withLock { ($0.end, $0.appendedAt) }
      appendedAt = max(appendedAt, time.now.milliseconds)
      var ends: [Int64] = []
      for waiting in group {
        LogFrame.write(
          waiting.content, count: waiting.observations.count, position: position,
          appendedAt: appendedAt, onto: &bytes)
        position += Int64(waiting.observations.count)
        ends.append(position)
      }
      let result = Result { () throws(DiskFault) in try write(bytes) }
      switch result {
      case .success:
        extent.withLock { extent in
          extent.segments[extent.segments.count - 1].bytes += bytes.count
          extent.end = position
          extent.appendedAt = appendedAt
        }
        for waiting in group { appended(waiting.observations) }
        for (waiting, end) in zip(group, ends) {
          waiting.continuation.resume(returning: .success(LogPosition(end)))
        }
      case .failure(let fault):
        for waiting in group {
          waiting.continuation.resume(returning: .failure(.unavailable(detail: fault.detail)))
        }
      }
    }
  }

  /// The next group; nil once closed and empty.
  private func next() -> [Waiting]? {
    signalling.locked {
      while true {
        let (group, closed) = line.withLock { line in
          var bytes = 0
          var count = 0
          while count < line.waiting.count, bytes < Self.groupBytesMax {
            bytes += line.waiting[count].content.count
            count += 1
          }
          let group = Array(line.waiting[..<count])
          line.waiting.removeFirst(count)
          line.bytes -= bytes
          return (group, line.closed)
        }
        if !group.isEmpty { return group }
        if closed { return nil }
        signalling.wait()
      }
    }
  }

  /// Writes and flushes, or leaves the file as it was before.
  private func write(_ bytes: [UInt8]) throws(DiskFault) {
    let (segment, flushed) = extent.withLock { extent in
      (extent.segments.last, extent.segments.last?.bytes ?? 0)
    }
    if segment == nil || flushed >= segmentBytesMax { try startSegment() }
    let descriptor = try openCurrent()
    var offset = 0
    while offset < bytes.count {
      let count = bytes.withUnsafeBytes {
        calls.write(descriptor, UnsafeRawBufferPointer(rebasing: $0[offset...]))
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw abandon(DiskFault("the log cannot be written")) }
      offset += count
    }
    guard calls.flush(descriptor) == 0 else {
      throw abandon(DiskFault("the log cannot be flushed"))
    }
  }

  /// After a failure the file is cut to what was flushed and closed; where even that fails, it is
  /// cut before it is used again.
  private func abandon(_ fault: DiskFault) -> DiskFault {
    let flushed = extent.withLock { $0.segments.last?.bytes ?? 0 }
    current.withLock { current in
      if let current {
        _ = ftruncate(current, flushed)
        Glibc.close(current)
      }
      current = nil
    }
    return fault
  }

  private func openCurrent() throws(DiskFault) -> Int32 {
    if let open = current.withLock({ $0 }) { return open }
    guard let segment = extent.withLock({ $0.segments.last }) else {
      throw DiskFault("the log has no file")
    }
    let opened = open(segment.path, O_WRONLY | O_APPEND | O_CLOEXEC)
    guard opened >= 0 else { throw DiskFault("\(segment.path) cannot be opened") }
    guard ftruncate(opened, segment.bytes) == 0 else {
      let fault = DiskFault("\(segment.path) cannot be cut")
      Glibc.close(opened)
      throw fault
    }
    current.withLock { $0 = opened }
    return opened
  }

  /// Begins a file at the end of the log.
  private func startSegment() throws(DiskFault) {
    let segment = LogSegment(first: extent.withLock { $0.end }, folder: folder)
    let made = open(segment.path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard made >= 0 else { throw DiskFault("\(segment.path) cannot be made") }
    do throws(DiskFault) {
      try Folder.flush(folder)
    } catch {
      Glibc.close(made)
      throw error
    }
    current.withLock { current in
      if let current { Glibc.close(current) }
      current = made
    }
    extent.withLock { extent in
      if extent.segments.last?.first != segment.first { extent.segments.append(segment) }
    }
  }
}

import Glibc
import Ports
import Synchronization
import Threads

/// Puts committed groups on disk and only then answers their callers, while the writer works on the next group.
///
/// SQLite itself does not flush the log at a commit (`synchronous = NORMAL`): this does, with the
/// same call, on the same file, before anybody hears of the commit. A checkpoint flushes the log
/// before it copies pages, so that the database never runs ahead of it.
final class Flusher: Sendable {
  /// Groups that may be written and not flushed; the writer waits before it makes another.
  static let groupsMax = 2

  struct Written: Sendable {
    let group: [Writer.Waiting]
    let outcome: JournalWriter.Outcome
  }

  private struct Line {
    var written: [Written] = []
    /// Taken from the line and not answered yet.
    var inHand = 0
    var closed = false
    /// What the disk said when it failed; nothing is acknowledged after that.
    var failed: String?
  }

  private let signalling = Signalling()
  private let line = Mutex(Line())
  private let log: Int32
  private let recent: RecentEntries
  private let thread = Mutex<DedicatedThread?>(nil)

  /// - Parameter logPath: the write-ahead log, which is there once the database was opened for writing.
  init(logPath: String, recent: RecentEntries) throws(SQLiteFault) {
    self.recent = recent
    log = open(logPath, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard log >= 0 else { throw SQLiteFault(code: errno, message: "\(logPath) cannot be opened") }
    thread.withLock { thread in
      thread = DedicatedThread { [self] in run() }
    }
  }

  deinit { Glibc.close(log) }

  /// Hands over a committed group; waits while too many are not on disk yet.
  func flush(_ written: Written) {
    signalling.locked {
      while line.withLock({ $0.written.count + $0.inHand >= Self.groupsMax }) { signalling.wait() }
      line.withLock { $0.written.append(written) }
      signalling.wakeAll()
    }
  }

  /// Flushes what was handed over, then ends the thread.
  func close() {
    signalling.locked { line.withLock { $0.closed = true } }
    signalling.wakeAll()
    thread.withLock { thread in
      thread?.join()
      thread = nil
    }
  }

  private func run() {
    while let taken = next() {
      let failed = line.withLock { $0.failed } ?? flushLog()
      for written in taken { answer(written, failed: failed) }
      signalling.locked {
        line.withLock { line in
          line.inHand = 0
          line.failed = failed
        }
        signalling.wakeAll()
      }
    }
  }

  /// nil once closed and empty.
  private func next() -> [Written]? {
    signalling.locked {
      while true {
        let (taken, closed) = line.withLock { line in
          defer {
            line.inHand = line.written.count
            line.written.removeAll(keepingCapacity: true)
          }
          return (line.written, line.closed)
        }
        if !taken.isEmpty { return taken }
        if closed { return nil }
        signalling.wait()
      }
    }
  }

  /// - Returns: what went wrong, or nil.
  private func flushLog() -> String? {
    fdatasync(log) == 0 ? nil : "the log cannot be flushed: errno \(errno)"
  }

  private func answer(_ written: Written, failed: String?) {
    if failed == nil { recent.append(written.outcome.entries) }
    for (waiting, result) in zip(written.group, written.outcome.results) {
      let told = failed.map { Result.failure(StoreFault.unavailable(detail: $0)) } ?? result
      waiting.continuation.resume(returning: told)
    }
  }
}

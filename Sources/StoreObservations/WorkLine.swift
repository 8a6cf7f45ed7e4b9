import Ports
import Synchronization
import Threads

/// Work that blocks, on a thread of its own, in the order in which it was asked for.
final class WorkLine<Tool>: Sendable {
  /// Pieces of work that may wait.
  static var waitingMax: Int { 4_096 }

  private struct Line {
    var waiting: [@Sendable (Tool) -> Void] = []
    var closed = false
  }

  private let signalling = Signalling()
  private let line = Mutex(Line())
  private let thread = Mutex<DedicatedThread?>(nil)

  /// - Parameter tool: makes what the work is done with; it never leaves the thread.
  init(_ tool: @escaping @Sendable () -> Tool) {
    thread.withLock { thread in
      thread = DedicatedThread { [self] in
        let tool = tool()
        while let work = next() { work(tool) }
      }
    }
  }

  /// Does what waits and ends the thread.
  func close() {
    signalling.locked {
      line.withLock { $0.closed = true }
      signalling.wakeAll()
    }
    thread.withLock { thread in
      thread?.join()
      thread = nil
    }
  }

  /// - Returns: false where too much waits or the line is closed.
  @discardableResult
  func add(_ work: @escaping @Sendable (Tool) -> Void) -> Bool {
    signalling.locked {
      let isTaken = line.withLock { line in
        guard !line.closed, line.waiting.count < Self.waitingMax else { return false }
        line.waiting.append(work)
        return true
      }
      if isTaken { signalling.wakeAll() }
      return isTaken
    }
  }

  /// Does the work and comes back with its answer.
  func answer<Answer: Sendable>(
    _ work: @escaping @Sendable (Tool) -> Result<Answer, StoreFault>
  ) async throws(StoreFault) -> Answer {
    let result: Result<Answer, StoreFault> = await withCheckedContinuation { continuation in
      let isTaken = add { continuation.resume(returning: work($0)) }
      if !isTaken { continuation.resume(returning: .failure(.busy)) }
    }
    return try result.get()
  }

  private func next() -> (@Sendable (Tool) -> Void)? {
    signalling.locked {
      while true {
        let (work, closed) = line.withLock { line in
          (line.waiting.isEmpty ? nil : line.waiting.removeFirst(), line.closed)
        }
        if let work { return work }
        if closed { return nil }
        signalling.wait()
      }
    }
  }
}

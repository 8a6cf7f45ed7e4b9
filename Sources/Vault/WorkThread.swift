import Glibc
import Synchronization
import Threads

/// One thread with a bounded waiting line, for work that takes long or waits for the disk. Such work
/// in a task would hold up every other task of the process.
///
/// Work that was accepted is done, even when the thread is being let go.
final class WorkThread: Sendable {
  /// The waiting line is full; come back later.
  struct Full: Error, Equatable {}

  private let line: WaitingLine

  /// - Parameter waitingMax: how many pieces of work may wait behind the one that is being done.
  init(waitingMax: Int) {
    line = WaitingLine(waitingMax: waitingMax)
    line.start()
  }

  deinit {
    line.end()
  }

  func run<Answer: Sendable>(
    _ work: @escaping @Sendable () -> Answer
  ) async throws(Full) -> Answer {
    let answer: Answer? = await withCheckedContinuation { continuation in
      let isTaken = line.append { continuation.resume(returning: work()) }
      if !isTaken { continuation.resume(returning: nil) }
    }
    guard let answer else { throw Full() }
    return answer
  }
}

/// The waiting line and the thread that empties it. The thread holds the line, not its owner, so the
/// owner can go.
private final class WaitingLine: Sendable {
  private struct Content {
    var waiting: [@Sendable () -> Void] = []
    var isEnding = false
  }

  private let content = Mutex(Content())
  private let signal: Semaphore
  private let waitingMax: Int

  init(waitingMax: Int) {
    self.waitingMax = waitingMax
    signal = Semaphore()
  }

  func start() {
    DedicatedThread { [self] in work() }.detach()
  }

  func append(_ work: @escaping @Sendable () -> Void) -> Bool {
    let isTaken = content.withLock { content in
      guard content.waiting.count < waitingMax else { return false }
      content.waiting.append(work)
      return true
    }
    if isTaken { signal.raise() }
    return isTaken
  }

  func end() {
    content.withLock { $0.isEnding = true }
    signal.raise()
  }

  private func work() {
    while true {
      signal.wait()
      let next: (@Sendable () -> Void)? = content.withLock { content in
        content.waiting.isEmpty ? nil : content.waiting.removeFirst()
      }
      if let next {
        next()
      } else if content.withLock({ $0.isEnding }) {
        return
      }
    }
  }
}

/// The system's own semaphore at a place of memory that never moves. The system makes calls on it
/// from many threads safe.
private final class Semaphore: @unchecked Sendable {
  private let place = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

  init() {
    sem_init(place, 0, 0)
  }

  deinit {
    sem_destroy(place)
    place.deallocate()
  }

  func raise() {
    sem_post(place)
  }

  func wait() {
    while sem_wait(place) != 0 {}
  }
}

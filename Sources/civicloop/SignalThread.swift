import Glibc
import Synchronization
import Threads

/// A thread that sleeps until SIGTERM or SIGINT comes.
///
/// The signals are handled, not blocked: the runtime's main thread sleeps with an empty mask, where
/// a blocked signal would end the process at once.
struct SignalThread {
  /// The writing end of the pipe through which a handler wakes the thread.
  private static let waking = Atomic<Int32>(-1)
  private let then: @Sendable () -> Void

  init(then: @escaping @Sendable () -> Void) {
    self.then = then
  }

  /// From here on a first signal calls `then`; one more ends the process at once.
  func start() {
    var ends: [Int32] = [-1, -1]
    let code = pipe(&ends)
    precondition(code == 0, "no pipe could be made")
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    Self.waking.store(ends[1], ordering: .sequentiallyConsistent)
    let reading = ends[0]
    let then = then
    DedicatedThread {
      var byte: UInt8 = 0
      while read(reading, &byte, 1) < 0 && errno == EINTR {}
      then()
    }.detach()
    for number in [SIGTERM, SIGINT] {
      signal(number) { number in
        // Only what a handler may call: the pipe, and back to the ordinary end.
        var byte: UInt8 = 1
        _ = write(SignalThread.waking.load(ordering: .relaxed), &byte, 1)
        signal(number, SIG_DFL)
      }
    }
  }
}

/// Each SIGHUP that comes, one after another; from the call on it does not end the process.
enum HangUps {
  private static let waking = Atomic<Int32>(-1)

  static func watch() -> AsyncStream<Void> {
    var ends: [Int32] = [-1, -1]
    let code = pipe(&ends)
    precondition(code == 0, "no pipe could be made")
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    waking.store(ends[1], ordering: .sequentiallyConsistent)
    let reading = ends[0]
    // Several that come while one is answered are one.
    let (stream, telling) = AsyncStream.makeStream(
      of: Void.self, bufferingPolicy: .bufferingNewest(1))
    DedicatedThread {
      var byte: UInt8 = 0
      while true {
        let got = read(reading, &byte, 1)
        if got == 1 { telling.yield() } else if got == 0 || errno != EINTR { return }
      }
    }.detach()
    signal(SIGHUP) { _ in
      // Only what a handler may call.
      var byte: UInt8 = 1
      _ = write(HangUps.waking.load(ordering: .relaxed), &byte, 1)
    }
    return stream
  }
}

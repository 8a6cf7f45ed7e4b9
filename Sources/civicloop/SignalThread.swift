import Glibc
import Synchronization

/// A thread that sleeps until SIGTERM or SIGINT comes.
///
/// The signals are handled, not blocked: the runtime's main thread sleeps with an empty mask, where
/// a blocked signal would end the process at once.
struct SignalThread {
  private final class Body: Sendable {
    let then: @Sendable () -> Void
    init(then: @escaping @Sendable () -> Void) { self.then = then }
  }

  /// The writing end of the pipe through which a handler wakes the thread.
  private static let waking = Atomic<Int32>(-1)
  private let body: Body

  init(then: @escaping @Sendable () -> Void) {
    body = Body(then: then)
  }

  /// From here on a first signal calls `then`; one more ends the process at once.
  func start() {
    var ends: [Int32] = [-1, -1]
    let code = pipe(&ends)
    precondition(code == 0, "no pipe could be made")
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    Self.waking.store(ends[1], ordering: .sequentiallyConsistent)
    let reading = ends[0]
    var thread = pthread_t()
    let waiting = Waiting(reading: reading, body: body)
    pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        Unmanaged<Waiting>.fromOpaque(argument).takeRetainedValue().run()
        return nil
      }, Unmanaged.passRetained(waiting).toOpaque())
    pthread_detach(thread)
    for number in [SIGTERM, SIGINT] {
      signal(number) { number in
        // Only what a handler may call: the pipe, and back to the ordinary end.
        var byte: UInt8 = 1
        _ = write(SignalThread.waking.load(ordering: .relaxed), &byte, 1)
        signal(number, SIG_DFL)
      }
    }
  }

  private final class Waiting: Sendable {
    private let reading: Int32
    private let body: Body

    init(reading: Int32, body: Body) {
      self.reading = reading
      self.body = body
    }

    func run() {
      var byte: UInt8 = 0
      while read(reading, &byte, 1) < 0 && errno == EINTR {}
      body.then()
    }
  }
}

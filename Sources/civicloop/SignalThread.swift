import Glibc
import Synchronization

/// A thread that sleeps until SIGTERM or SIGINT comes.
struct SignalThread {
  private final class Body: Sendable {
    let then: @Sendable () -> Void
    init(then: @escaping @Sendable () -> Void) { self.then = then }
  }
  private let body: Body

  init(then: @escaping @Sendable () -> Void) {
    body = Body(then: then)
  }

  /// The signals must be blocked in all threads; `Program` does so before any is made.
  func start() {
    var thread = pthread_t()
    pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        let body = Unmanaged<Body>.fromOpaque(argument).takeRetainedValue()
        var set = SignalThread.ending
        var number: Int32 = 0
        sigwait(&set, &number)
        body.then()
        return nil
      }, Unmanaged.passRetained(body).toOpaque())
    pthread_detach(thread)
  }

  static var ending: sigset_t {
    var set = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, SIGTERM)
    sigaddset(&set, SIGINT)
    return set
  }

  /// Call first of all in the process, so that every later thread inherits it.
  static func blockEnding() {
    var set = ending
    pthread_sigmask(SIG_BLOCK, &set, nil)
  }
}

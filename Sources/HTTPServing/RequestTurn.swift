import CMicrohttpd
import Synchronization

/// One request's stay with its handler.
///
/// The handler's task runs on the thread of its socket, a piece at a time: from the start up to
/// its first wait, then from each wake-up to the next wait. Between pieces the library has the
/// connection set aside. A task that is woken elsewhere thus changes threads once, to where its
/// answer is sent anyway, and not twice.
///
/// Unchecked: the pointer is the library's own, which locks what its calls touch; all else is
/// behind the lock.
final class RequestTurn: TaskExecutor, @unchecked Sendable {
  private enum Place {
    /// The socket's thread is at this request, or was told to come back to it.
    case attended
    /// The library has set the connection aside.
    case parked
    /// The connection went on without this handler; what it still does, it does elsewhere.
    case abandoned
  }

  private struct State {
    var jobs: [UnownedJob] = []
    var place = Place.attended
    var isAnswered = false
  }

  private let library: OpaquePointer
  private let state = Mutex(State())

  init(_ library: OpaquePointer) {
    self.library = library
  }

  /// Takes the next piece of the handler's task, from whatever thread woke it.
  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let before = state.withLock { state in
      let before = state.place
      if before == .abandoned { return before }
      state.jobs.append(job)
      state.place = .attended
      return before
    }
    switch before {
    case .attended: break
    case .parked: MHD_resume_connection(library)
    case .abandoned: globalConcurrentExecutor.enqueue(ExecutorJob(job))
    }
  }

  /// The reply is set: brings the socket's thread back to send it.
  func finish() {
    let wasParked = state.withLock { state in
      state.isAnswered = true
      defer { if state.place == .parked { state.place = .attended } }
      return state.place == .parked
    }
    if wasParked { MHD_resume_connection(library) }
  }

  /// Runs the handler as far as it goes now. Only on the socket's thread.
  ///
  /// - Returns: whether there is a reply; if not, the connection is set aside.
  func advance() -> Bool {
    while true {
      let next = state.withLock { state -> (isAnswered: Bool, jobs: [UnownedJob]) in
        if state.isAnswered { return (true, []) }
        if state.jobs.isEmpty {
          MHD_suspend_connection(library)
          state.place = .parked
        }
        defer { state.jobs.removeAll(keepingCapacity: true) }
        return (false, state.jobs)
      }
      if next.isAnswered { return true }
      if next.jobs.isEmpty { return false }
      for job in next.jobs { job.runSynchronously(on: asUnownedTaskExecutor()) }
    }
  }

  /// The connection goes on: what is left of the handler's task runs elsewhere.
  func abandon() {
    let left = state.withLock { state in
      state.place = .abandoned
      defer { state.jobs = [] }
      return state.jobs
    }
    for job in left { globalConcurrentExecutor.enqueue(ExecutorJob(job)) }
  }
}

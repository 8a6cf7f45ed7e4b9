import Glibc

/// A thread of its own, for work that blocks. Such work in a task would hold up every other task of
/// the process. It ends with its work; whoever started it calls `join` or `detach`, once.
///
/// Sendable by hand: the handle is written once, in init, and only read after that.
package final class DedicatedThread: @unchecked Sendable {
  private final class Body: Sendable {
    let run: @Sendable () -> Void

    init(run: @escaping @Sendable () -> Void) { self.run = run }
  }

  private var handle = pthread_t()

  /// Starts the work. That the system has no thread left ends the process: nothing of it can run.
  package init(_ body: @escaping @Sendable () -> Void) {
    let code = pthread_create(
      &handle, nil,
      { argument in
        guard let argument else { return nil }
        Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
        return nil
      }, Unmanaged.passRetained(Body(run: body)).toOpaque())
    precondition(code == 0, "no thread could be made")
  }

  /// Waits until the work is done.
  package func join() { pthread_join(handle, nil) }

  /// Lets the work end by itself; nobody waits for it.
  package func detach() { pthread_detach(handle) }
}

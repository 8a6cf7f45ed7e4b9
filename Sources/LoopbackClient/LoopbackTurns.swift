import CEpoll
import Glibc

/// Many clients on one thread, each with a connection of its own and at most one request under way.
///
/// A thread for each client wakes once for every answer, and takes that time from the server it
/// measures on the same machine; here one look brings all answers there are.
package final class LoopbackTurns {
  private static let eventsMax = 256

  private let poll: Int32
  private let timeoutSeconds: Int
  private let clients: [LoopbackClient]
  private var indexes: [Int32: Int] = [:]
  private var events = [epoll_event](repeating: epoll_event(), count: eventsMax)

  /// Opens no connection yet; each client's first request does.
  package init(port: UInt16, count: Int, timeoutSeconds: Int = 30) {
    poll = epoll_create1(Int32(EPOLL_CLOEXEC))
    self.timeoutSeconds = timeoutSeconds
    clients = (0..<count).map { _ in
      LoopbackClient(port: port, timeoutSeconds: timeoutSeconds)
    }
  }

  deinit { close(poll) }

  /// Sends a request for one client; its answer is `receive`d when `wait` names the client.
  ///
  /// - Throws: `LoopbackFault`.
  package func send(
    _ index: Int, _ method: String, _ path: String, headers: [(String, String)] = [],
    body: [UInt8] = []
  ) throws(LoopbackFault) {
    let client = clients[index]
    let connects = client.connects
    try client.begin(method, path, headers: headers, body: body)
    guard client.connects != connects else { return }
    indexes[client.socket] = index
    _ = civicloop_epoll_change(poll, EPOLL_CTL_ADD, client.socket, EPOLLIN.rawValue)
  }

  /// The clients whose answers are there; empty when none came in time.
  package func wait() -> [Int] {
    var count: Int32 = -1
    repeat {
      count = epoll_wait(poll, &events, Int32(Self.eventsMax), Int32(timeoutSeconds * 1_000))
    } while count < 0 && errno == EINTR
    return (0..<max(0, Int(count))).compactMap { slot in
      indexes[withUnsafePointer(to: &events[slot], civicloop_event_descriptor)]
    }
  }

  /// The answer to a client's request; waits for the rest of one of which only a part is there.
  ///
  /// - Throws: `LoopbackFault`; the client connects anew with its next request.
  package func receive(_ index: Int) throws(LoopbackFault) -> LoopbackResponse {
    try clients[index].receive()
  }

  /// Waits no longer for a client's answer; it connects anew with its next request.
  package func giveUp(_ index: Int) { clients[index].disconnect() }
}

// Socket types belong to whichever of these modules the compiler loads first.
import CEpoll
import CMicrohttpd
import Glibc
import Synchronization
import Threads

/// Why the server did not start. `errorNumber` is the system's.
package enum HTTPServerFault: Error, Equatable, Sendable {
  /// The address is not one in numbers.
  case badAddress(String)
  case addressInUse(port: UInt16)
  case notPermitted(port: UInt16)
  case socket(errorNumber: Int32)
  /// The HTTP library refused to start.
  case library

  /// Once released it never changes.
  package var code: String {
    switch self {
    case .badAddress: "serve.bad_address"
    case .addressInUse: "serve.address_in_use"
    case .notPermitted: "serve.not_permitted"
    case .socket: "serve.socket"
    case .library: "serve.library"
    }
  }
}

/// An HTTP/1.1 server: takes requests within its limits, asks the handler, sends the answer.
///
/// It speaks plain HTTP; encryption is the task of the proxy before it. It runs until `stop` is
/// called, whoever holds it.
package final class HTTPServer: Sendable {
  private static let sweepMilliseconds: UInt32 = 100
  /// Looking for clients that left costs a system call for each waiting connection.
  private static let sweepsPerLook = 10
  private static let farewellMilliseconds: Int64 = 1_000

  /// The port it listens on.
  package let port: UInt16
  private let exchange: HTTPExchange
  private let daemon: LibraryDaemon
  private let isStopped = Atomic<Bool>(false)

  /// Starts to listen and to answer.
  ///
  /// - Parameter problem: writes the document for what the server itself refuses.
  /// - Throws: `HTTPServerFault`.
  package init(
    settings: HTTPSettings, handler: any HTTPHandler,
    problem: @escaping @Sendable (HTTPRefusal) -> HTTPResponse = HTTPRefusal.bareProblem
  ) throws(HTTPServerFault) {
    let listener = try ListeningSocket(address: settings.address, port: settings.port)
    exchange = HTTPExchange(settings: settings, handler: handler, problem: problem)
    port = listener.port
    guard let daemon = LibraryDaemon(listener, exchange) else {
      close(listener.descriptor)
      throw .library
    }
    self.daemon = daemon
    startSweeper()
  }

  /// What the server has counted so far.
  package var counts: HTTPCounts { exchange.metrics.counts() }

  /// Stops: takes no more connections, finishes what was accepted, closes event streams. What
  /// is not finished after `milliseconds` is answered with 503. Returns when all is closed; a
  /// second call returns at once.
  package func stop(within milliseconds: Int64 = 10_000) async {
    guard !isStopped.exchange(true, ordering: .acquiringAndReleasing) else { return }
    // From here on new connections are closed at once. Taking the listening socket away from the
    // library instead would race: a worker that just woke takes it out of its own set too, and the
    // library aborts the process when it finds it gone (0.9.75, `MHD_quiesce_daemon`).
    exchange.isStopping.store(true, ordering: .releasing)
    await settle(until: steadyMilliseconds() + milliseconds)
    exchange.isRefusing.store(true, ordering: .releasing)
    // Twice: a request may just be on its way to its handler. The library must not be stopped
    // while it has a connection set aside.
    for _ in 0..<2 {
      for connection in exchange.connections.claimRunning() {
        connection.reply = exchange.refusalReply(.stopping)
        connection.turn?.finish()
      }
      // What was just answered is on its way; a moment lets it leave.
      await settle(until: steadyMilliseconds() + Self.farewellMilliseconds)
    }
    exchange.hub.stop()
    let (daemon, exchange) = (daemon, exchange)
    await withCheckedContinuation { continuation in
      DedicatedThread {
        exchange.joinHub()
        daemon.stop()
        exchange.hub.dropLeftovers()
        continuation.resume()
      }.detach()
    }
  }

  private func settle(until deadline: Int64) async {
    while exchange.metrics.requestsOpen.load(ordering: .acquiring) > 0,
      steadyMilliseconds() < deadline
    {
      try? await Task.sleep(for: .milliseconds(5))
    }
  }

  private func startSweeper() {
    let exchange = exchange
    let daemon = daemon
    DedicatedThread {
      var sweeps = 0
      while !daemon.isStopped {
        usleep(Self.sweepMilliseconds * 1_000)
        sweeps += 1
        let reasons = exchange.connections.cutOverdue(
          at: steadyMilliseconds(), alsoLeft: sweeps.isMultiple(of: Self.sweepsPerLook))
        for reason in reasons {
          exchange.metrics.refuse(reason)
        }
      }
    }.detach()
  }
}

/// A bound and listening socket.
struct ListeningSocket {
  private static let backlog: Int32 = 1_024

  let descriptor: Int32
  let port: UInt16

  init(address: String, port: UInt16) throws(HTTPServerFault) {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let family = withUnsafeMutablePointer(to: &storage) { pointer -> Int32? in
      let isFour = pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { four in
        four.pointee.sin_family = sa_family_t(AF_INET)
        four.pointee.sin_port = port.bigEndian
        return inet_pton(AF_INET, address, &four.pointee.sin_addr) == 1
      }
      if isFour { return AF_INET }
      return pointer.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { six in
        six.pointee = sockaddr_in6()
        six.pointee.sin6_family = sa_family_t(AF_INET6)
        six.pointee.sin6_port = port.bigEndian
        length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        return inet_pton(AF_INET6, address, &six.pointee.sin6_addr) == 1 ? AF_INET6 : nil
      }
    }
    guard let family else { throw .badAddress(address) }
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
    let descriptor = socket(family, kind, 0)
    guard descriptor >= 0 else { throw .socket(errorNumber: errno) }
    var one: Int32 = 1
    setsockopt(
      descriptor, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
    let status = withUnsafeMutablePointer(to: &storage) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        guard bind(descriptor, generic, length) == 0, listen(descriptor, Self.backlog) == 0,
          getsockname(descriptor, generic, &length) == 0
        else { return errno }
        return 0
      }
    }
    guard status == 0 else {
      close(descriptor)
      switch status {
      case EADDRINUSE: throw .addressInUse(port: port)
      case EACCES: throw .notPermitted(port: port)
      default: throw .socket(errorNumber: status)
      }
    }
    self.descriptor = descriptor
    self.port = withUnsafeMutablePointer(to: &storage) { pointer in
      // The port lies at the same place for both families.
      pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
        UInt16(bigEndian: $0.pointee.sin_port)
      }
    }
  }
}

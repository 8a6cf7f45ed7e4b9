import CMicrohttpd
import Glibc
import Synchronization

/// The HTTP library's running server.
///
/// Unchecked: the pointer is the library's own, which locks what its calls touch.
final class LibraryDaemon: @unchecked Sendable {
  private let daemon: OpaquePointer
  private let context: Unmanaged<HTTPExchange>
  private let stopped = Atomic<Bool>(false)

  init?(_ listener: ListeningSocket, _ exchange: HTTPExchange) {
    context = Unmanaged.passRetained(exchange)
    let limits = exchange.settings.limits
    var calls = civicloop_http_callbacks(
      context: context.toOpaque(), accept: libraryAccepts, access: libraryAccess,
      connection: libraryConnectionChanged, completed: libraryCompleted, target: libraryTarget)
    // The library stops accepting at its own limit, in silence; ours, which is counted, is lower.
    let daemon = civicloop_http_start(
      listener.descriptor, exchange.settings.threads, UInt32(limits.connectionsMax + 64),
      limits.connectionMemoryBytes, &calls)
    guard let daemon else {
      context.release()
      return nil
    }
    self.daemon = daemon
  }

  var isStopped: Bool { stopped.load(ordering: .acquiring) }

  /// Closes the listening socket and every connection and ends the library's threads. No
  /// connection may be set aside.
  func stop() {
    MHD_stop_daemon(daemon)
    stopped.store(true, ordering: .releasing)
    context.release()
  }
}

// The library calls these on its threads. They sit at file scope so that no actor claims them.

private func exchange(_ context: UnsafeMutableRawPointer?) -> HTTPExchange {
  Unmanaged<HTTPExchange>.fromOpaque(context!).takeUnretainedValue()
}

private func libraryAccepts(
  _ context: UnsafeMutableRawPointer?, _ address: UnsafePointer<sockaddr>?, _: socklen_t
) -> MHD_Result {
  exchange(context).accepts(address.map(PeerAddress.init) ?? .unknown) ? .YES : .NO
}

private func libraryConnectionChanged(
  _ context: UnsafeMutableRawPointer?, _ library: OpaquePointer?,
  _ socketContext: UnsafeMutablePointer<UnsafeMutableRawPointer?>?,
  _ change: MHD_ConnectionNotificationCode
) {
  guard let library, let socketContext else { return }
  if change == .CONNECTION_NOTIFY_STARTED {
    let peer = civicloop_http_peer(library).map(PeerAddress.init) ?? .unknown
    let connection = Connection(socket: civicloop_http_socket(library), peer: peer)
    socketContext.pointee = Unmanaged.passRetained(connection).toOpaque()
    exchange(context).opened(connection)
  } else if let pointer = socketContext.pointee {
    socketContext.pointee = nil
    exchange(context).closed(Unmanaged<Connection>.fromOpaque(pointer).takeRetainedValue())
  }
}

private func libraryTarget(
  _: UnsafeMutableRawPointer?, _ text: UnsafePointer<CChar>?, _ library: OpaquePointer?
) -> UnsafeMutableRawPointer? {
  guard let library, let text, let pointer = civicloop_http_socket_context(library) else {
    return nil
  }
  let target = UnsafeRawBufferPointer(start: text, count: strlen(text))
  Unmanaged<Connection>.fromOpaque(pointer).takeUnretainedValue().begin(target: Array(target))
  return pointer
}

private func libraryAccess(
  _ context: UnsafeMutableRawPointer?, _ library: OpaquePointer?, _ path: UnsafePointer<CChar>?,
  _ method: UnsafePointer<CChar>?, _ version: UnsafePointer<CChar>?,
  _ upload: UnsafePointer<CChar>?,
  _ uploadSize: UnsafeMutablePointer<Int>?,
  _ requestContext: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> MHD_Result {
  guard let library, let path, let method, let version, let uploadSize,
    let pointer = requestContext?.pointee
  else {
    return .NO
  }
  let connection = Unmanaged<Connection>.fromOpaque(pointer).takeUnretainedValue()
  let piece = UnsafeRawBufferPointer(start: upload, count: upload == nil ? 0 : uploadSize.pointee)
  uploadSize.pointee = 0
  // Path and version lie in one line. More between them than we were told of means that a NUL
  // cut the target short.
  connection.lineBytes = version - path - 1
  return exchange(context).proceed(connection, library, method: method, piece: piece)
}

private func libraryCompleted(
  _ context: UnsafeMutableRawPointer?, _: OpaquePointer?,
  _ requestContext: UnsafeMutablePointer<UnsafeMutableRawPointer?>?,
  _: MHD_RequestTerminationCode
) {
  guard let pointer = requestContext?.pointee else { return }
  exchange(context).completed(Unmanaged<Connection>.fromOpaque(pointer).takeUnretainedValue())
}

import CEpoll
import Glibc
import Synchronization

/// The thread that writes all event streams, on sockets taken over from the HTTP library.
///
/// The library could stream too, but it walks over every waiting connection each time one wakes,
/// and keeps its request memory for as long as the stream lives.
///
/// Unchecked: `connections` and `buffer` belong to the hub's thread; everything else is locked.
final class EventHub: @unchecked Sendable {
  private struct Arrival {
    let stream: EventStream
    let socket: Int32
    let address: PeerAddress
  }

  private struct Shared {
    var arrivals: [Arrival] = []
    var ready: [EventStream] = []
    var admitted = 0
    var admittedByAddress: [AddressKey: Int] = [:]
    var isStopping = false
  }

  /// One adopted stream.
  private final class Connection {
    let stream: EventStream
    let socket: Int32
    let address: PeerAddress
    var writtenAt: Int64
    var isBlocked = false

    init(_ arrival: Arrival, at now: Int64) {
      stream = arrival.stream
      socket = arrival.socket
      address = arrival.address
      writtenAt = now
    }
  }

  private static let bufferBytes = 65_536
  private static let eventsPerWait = 256
  /// Bytes the system keeps for one stream before it counts against the outbox.
  private static let socketBufferBytes: Int32 = 32_768

  private let settings: EventSettings
  private let limits: HTTPLimits
  private let metrics: HTTPMetrics
  private let poll: Int32
  private let wake: Int32
  private let shared = Mutex(Shared())
  private var connections: [Int32: Connection] = [:]
  private var sockets: [ObjectIdentifier: Int32] = [:]
  private let buffer = UnsafeMutableRawBufferPointer.allocate(
    byteCount: bufferBytes, alignment: 16)

  init(settings: EventSettings, limits: HTTPLimits, metrics: HTTPMetrics) {
    self.settings = settings
    self.limits = limits
    self.metrics = metrics
    poll = epoll_create1(Int32(EPOLL_CLOEXEC))
    wake = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
    precondition(poll >= 0 && wake >= 0, "no descriptors left")
    _ = civicloop_epoll_change(poll, EPOLL_CTL_ADD, wake, EPOLLIN.rawValue)
  }

  deinit {
    buffer.deallocate()
    close(poll)
    close(wake)
  }

  /// Keeps a place for one more stream from that address; false when there is none.
  func admit(_ address: PeerAddress) -> Bool {
    shared.withLock { shared in
      guard !shared.isStopping, shared.admitted < limits.eventStreamsMax else { return false }
      let count = shared.admittedByAddress[address.key, default: 0]
      guard address.isLoopback || count < limits.eventStreamsPerAddressMax else { return false }
      shared.admitted += 1
      shared.admittedByAddress[address.key] = count + 1
      return true
    }
  }

  /// Gives an admitted stream's place back.
  func leave(_ address: PeerAddress) {
    shared.withLock { shared in
      shared.admitted -= 1
      let count = shared.admittedByAddress[address.key, default: 1] - 1
      shared.admittedByAddress[address.key] = count > 0 ? count : nil
    }
  }

  /// Takes over an admitted stream's socket; `head` is sent first.
  func adopt(_ stream: EventStream, socket: Int32, address: PeerAddress, head: [UInt8]) {
    var one: Int32 = 1
    var bytes = Self.socketBufferBytes
    var unacknowledged = settings.unacknowledgedMilliseconds
    let size = socklen_t(MemoryLayout<Int32>.size)
    setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &one, size)
    setsockopt(socket, Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, &unacknowledged, size)
    setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &bytes, size)
    // The socket's buffer is empty here, so that so few bytes always fit.
    let sent = Glibc.send(socket, head, head.count, Int32(MSG_NOSIGNAL))
    if sent != head.count { shutdown(socket, Int32(SHUT_RDWR)) }
    let arrival = Arrival(stream: stream, socket: socket, address: address)
    shared.withLock { $0.arrivals.append(arrival) }
    stream.attach(to: self)
  }

  func enqueue(_ stream: EventStream) {
    let isFirst = shared.withLock { shared in
      shared.ready.append(stream)
      return shared.ready.count == 1
    }
    if isFirst { eventfd_write(wake, 1) }
  }

  func stop() {
    shared.withLock { $0.isStopping = true }
    eventfd_write(wake, 1)
  }

  /// Closes streams that arrived after the hub's thread had ended.
  func dropLeftovers() {
    let arrivals = shared.withLock { $0.arrivals }
    for arrival in arrivals {
      close(arrival.socket)
      arrival.stream.ended(.closed)
    }
  }

  /// The hub thread's whole life; returns once stopped.
  func run() {
    var events = [epoll_event](repeating: epoll_event(), count: Self.eventsPerWait)
    var flushedAt: Int64 = 0
    var heartbeatAt = steadyMilliseconds() + 1_000
    var hasReady = false
    while true {
      var now = steadyMilliseconds()
      let due = hasReady ? min(flushedAt + settings.gatherMilliseconds, heartbeatAt) : heartbeatAt
      let count = epoll_wait(poll, &events, Int32(events.count), Int32(max(0, due - now)))
      now = steadyMilliseconds()
      for index in 0..<max(0, Int(count)) {
        let descriptor = withUnsafePointer(to: &events[index], civicloop_event_descriptor)
        let flags = withUnsafePointer(to: &events[index], civicloop_event_flags)
        if descriptor == wake {
          var value: eventfd_t = 0
          eventfd_read(wake, &value)
          hasReady = true
        } else if let connection = connections[descriptor] {
          handle(connection, flags: flags, now: now)
        }
      }
      if hasReady, now >= flushedAt + settings.gatherMilliseconds {
        hasReady = false
        flushedAt = now
        if flushReady(now: now) { return }
      }
      if now >= heartbeatAt {
        heartbeatAt = now + 1_000
        for connection in connections.values
        where now - connection.writtenAt >= settings.heartbeatMilliseconds {
          connection.writtenAt = now
          connection.stream.send(EventText.heartbeat)
        }
      }
    }
  }

  private func flushReady(now: Int64) -> Bool {
    let (arrivals, ready, isStopping) = shared.withLock { shared in
      let taken = (shared.arrivals, shared.ready, shared.isStopping)
      shared.arrivals = []
      shared.ready = []
      return taken
    }
    for arrival in arrivals {
      connections[arrival.socket] = Connection(arrival, at: now)
      sockets[ObjectIdentifier(arrival.stream)] = arrival.socket
      metrics.streamsOpen.add(1, ordering: .relaxed)
      let interest = EPOLLIN.rawValue | EPOLLRDHUP.rawValue
      _ = civicloop_epoll_change(poll, EPOLL_CTL_ADD, arrival.socket, interest)
    }
    for stream in ready {
      stream.unqueue()
      guard let socket = sockets[ObjectIdentifier(stream)], let connection = connections[socket]
      else { continue }
      flush(connection, now: now)
    }
    guard isStopping else { return false }
    for connection in Array(connections.values) {
      flush(connection, now: now)
      if connections[connection.socket] != nil { end(connection, .closed) }
    }
    return true
  }

  private func handle(_ connection: Connection, flags: UInt32, now: Int64) {
    if flags & (EPOLLRDHUP.rawValue | EPOLLHUP.rawValue | EPOLLERR.rawValue) != 0 {
      end(connection, .vanished)
      return
    }
    if flags & EPOLLIN.rawValue != 0 {
      // Nothing is expected from the client any more; what comes is dropped.
      let count = recv(connection.socket, buffer.baseAddress, buffer.count, 0)
      if count == 0 || count < 0 && errno != EAGAIN && errno != EINTR {
        end(connection, .vanished)
        return
      }
    }
    if flags & EPOLLOUT.rawValue != 0 {
      connection.isBlocked = false
      flush(connection, now: now)
      if !connection.isBlocked, connections[connection.socket] != nil {
        let interest = EPOLLIN.rawValue | EPOLLRDHUP.rawValue
        _ = civicloop_epoll_change(poll, EPOLL_CTL_MOD, connection.socket, interest)
      }
    }
  }

  private func flush(_ connection: Connection, now: Int64) {
    let closing = connection.stream.closing
    while !connection.isBlocked {
      let count = connection.stream.gather(into: buffer)
      if count == 0 { break }
      let sent = Glibc.send(
        connection.socket, buffer.baseAddress, count, Int32(MSG_NOSIGNAL))
      if sent > 0 {
        connection.stream.consume(sent)
        connection.writtenAt = now
        metrics.bytesOut.add(sent, ordering: .relaxed)
      }
      if sent < 0, errno == EINTR { continue }
      if sent < 0, errno != EAGAIN {
        end(connection, .vanished)
        return
      }
      if sent < count, closing == nil {
        connection.isBlocked = true
        let interest = EPOLLIN.rawValue | EPOLLRDHUP.rawValue | EPOLLOUT.rawValue
        _ = civicloop_epoll_change(poll, EPOLL_CTL_MOD, connection.socket, interest)
      } else if sent < count {
        break
      }
    }
    if let closing { end(connection, closing) }
  }

  private func end(_ connection: Connection, _ reason: EventStreamEnd) {
    connections[connection.socket] = nil
    sockets[ObjectIdentifier(connection.stream)] = nil
    _ = civicloop_epoll_change(poll, EPOLL_CTL_DEL, connection.socket, 0)
    close(connection.socket)
    if reason == .slow { metrics.refuse("stream.slow") }
    leave(connection.address)
    connection.stream.ended(reason)
    // Last: who no longer sees it open finds all the rest done.
    metrics.streamsOpen.subtract(1, ordering: .releasing)
  }
}

import CMicrohttpd
import Glibc
import Synchronization
import Threads

/// What happens between the HTTP library and the handler, request by request.
final class HTTPExchange: Sendable {
  let settings: HTTPSettings
  let metrics = HTTPMetrics()
  let connections: ConnectionTable
  let hub: EventHub
  /// No new connections; kept ones close after their next answer.
  let isStopping = Atomic<Bool>(false)
  /// Nothing new reaches the handler.
  let isRefusing = Atomic<Bool>(false)
  private let handler: any HTTPHandler
  private let problem: @Sendable (HTTPRefusal) -> HTTPResponse
  private let rate: Mutex<RateLimit?>
  private let hubThread: DedicatedThread

  init(
    settings: HTTPSettings, handler: any HTTPHandler,
    problem: @escaping @Sendable (HTTPRefusal) -> HTTPResponse
  ) {
    self.settings = settings
    self.handler = handler
    self.problem = problem
    connections = ConnectionTable(limits: settings.limits)
    rate = Mutex(settings.limits.rate.map { RateLimit($0) })
    let hub = EventHub(settings: settings.events, limits: settings.limits, metrics: metrics)
    self.hub = hub
    hubThread = DedicatedThread { hub.run() }
  }

  func joinHub() { hubThread.join() }

  func accepts(_ peer: PeerAddress) -> Bool {
    guard !isStopping.load(ordering: .relaxed), connections.hasRoom(for: peer) else {
      metrics.refuse("connection.full")
      return false
    }
    return true
  }

  func opened(_ connection: Connection) {
    connections.add(connection)
    metrics.connectionsOpen.add(1, ordering: .relaxed)
  }

  func closed(_ connection: Connection) {
    connections.remove(connection)
    metrics.connectionsOpen.subtract(1, ordering: .relaxed)
  }

  func completed(_ connection: Connection) {
    connection.leaveTurn()
    // A reply still here was never queued.
    connection.reply?.discard()
    if connection.isCounted {
      connection.isCounted = false
      metrics.requestsOpen.subtract(1, ordering: .releasing)
    }
    connection.finish()
  }

  /// The library has something new for this request: its header, a piece of its body, the end of
  /// it, or the order to resume.
  func proceed(
    _ connection: Connection, _ library: OpaquePointer, method: UnsafePointer<CChar>,
    piece: UnsafeRawBufferPointer
  ) -> MHD_Result {
    switch connection.phase {
    case .idle, .header: return headerArrived(connection, library, method: method)
    case .body where piece.count > 0: return bodyArrived(connection, piece)
    case .body: return requestArrived(connection, library)
    case .running, .answered: return advance(connection, library)
    case .writing: return .YES
    }
  }

  private func headerArrived(
    _ connection: Connection, _ library: OpaquePointer, method: UnsafePointer<CChar>
  ) -> MHD_Result {
    let headerBytes = civicloop_http_header_size(library)
    connection.headers.reserve(bytes: headerBytes)
    withUnsafeMutablePointer(to: &connection.headers) { headers in
      _ = MHD_get_connection_values_n(library, .HEADER_KIND, collectHeader, headers)
    }
    connection.method = HTTPMethod(bytes: method)
    connection.isCounted = true
    metrics.requests.add(1, ordering: .relaxed)
    metrics.requestsOpen.add(1, ordering: .relaxed)
    metrics.bytesIn.add(headerBytes, ordering: .relaxed)
    connection.enter(.body)
    guard let refusal = refusal(connection, headerBytes: headerBytes) else { return .YES }
    // With a small body still to come, the answer waits for its end: a client that is writing
    // would not see it otherwise.
    let announced = connection.headers["content-length"].flatMap { Int($0) } ?? 0
    let isChunked = connection.headers["transfer-encoding"] != nil
    let isDrained = announced <= settings.limits.bodyBytesMax + settings.limits.drainBytesMax
    let isExpecting = connection.headers["expect"] != nil
    let isFramed = refusal != .lengthConflict && refusal != .encodingUnknown
    if isFramed, isChunked || announced > 0, isDrained, !isExpecting {
      connection.refusal = refusal
      return .YES
    }
    return answer(connection, library, refusalReply(refusal), closing: true)
  }

  /// Why this request is not passed on, as far as its header tells.
  private func refusal(_ connection: Connection, headerBytes: Int) -> HTTPRefusal? {
    let limits = settings.limits
    let headers = connection.headers
    let lengths = headers.count(of: "content-length")
    let encodings = headers.all("transfer-encoding")
    if lengths > 1 || lengths == 1 && !encodings.isEmpty || encodings.count > 1 {
      return .lengthConflict
    }
    if let encoding = encodings.first, encoding.lowercased() != "chunked" {
      return .encodingUnknown
    }
    if connection.lineBytes != connection.target.count { return .badTarget(.control) }
    if connection.target.count > limits.targetBytesMax {
      return .targetTooLong(bytesMax: limits.targetBytesMax)
    }
    if headerBytes > limits.headerBytesMax {
      return .headersTooLong(bytesMax: limits.headerBytesMax)
    }
    if lengths == 1 {
      guard let length = headers["content-length"].flatMap({ Int($0) }), length >= 0,
        length <= limits.bodyBytesMax
      else { return .bodyTooLong(bytesMax: limits.bodyBytesMax) }
      connection.body.reserveCapacity(length)
    }
    if limits.rate != nil {
      let client = client(connection)
      if !client.isLoopback {
        let now = steadyMilliseconds()
        let admission = rate.withLock { $0?.admit(client.peer.key, at: now) }
        if case .refused(let seconds) = admission {
          return .tooManyRequests(retryAfterSeconds: seconds)
        }
      }
    }
    return connection.method == nil ? .methodUnknown : nil
  }

  private func bodyArrived(
    _ connection: Connection, _ piece: UnsafeRawBufferPointer
  ) -> MHD_Result {
    let limits = settings.limits
    connection.bodyBytes += piece.count
    metrics.bytesIn.add(piece.count, ordering: .relaxed)
    if connection.bodyBytes > limits.bodyBytesMax, connection.refusal == nil {
      connection.refusal = .bodyTooLong(bytesMax: limits.bodyBytesMax)
      connection.body = []
    }
    if connection.refusal == nil { connection.body.append(contentsOf: piece) }
    return connection.bodyBytes <= limits.bodyBytesMax + limits.drainBytesMax ? .YES : .NO
  }

  /// The request is complete: hands it to the handler and sets the connection aside meanwhile.
  private func requestArrived(
    _ connection: Connection, _ library: OpaquePointer
  ) -> MHD_Result {
    if let refusal = connection.refusal {
      return answer(connection, library, refusalReply(refusal), closing: true)
    }
    if isRefusing.load(ordering: .acquiring) {
      return answer(connection, library, refusalReply(.stopping), closing: true)
    }
    let target: HTTPTarget
    do throws(HTTPTargetRule) {
      target = try HTTPTarget(connection.target)
    } catch {
      return answer(connection, library, refusalReply(.badTarget(error)), closing: false)
    }
    let client = client(connection)
    let request = HTTPRequest(
      method: connection.method ?? .get, path: target.path, query: target.query,
      headers: connection.headers, body: connection.body, remoteAddress: client.peer.text,
      isLoopback: client.isLoopback)
    connection.body = []
    let turn = RequestTurn(library)
    connection.turn = turn
    connection.enter(.running)
    let number = connection.requestNumber
    let work: @Sendable () async -> Void = { [self] in
      let response = await handler.respond(to: request)
      let reply = Reply(response, request: request.headers, settings: settings, problem: problem)
      guard connection.claim(number) else {
        reply.discard()
        return
      }
      connection.reply = reply
      turn.finish()
    }
    if settings.startsHandlersInline {
      Task(executorPreference: turn, operation: work)
    } else {
      Task(operation: work)
    }
    return advance(connection, library)
  }

  /// Lets the handler go on as far as it can, and answers where it has.
  private func advance(_ connection: Connection, _ library: OpaquePointer) -> MHD_Result {
    guard let turn = connection.turn else { return .NO }
    return turn.advance() ? answer(connection, library) : .YES
  }

  private func answer(_ connection: Connection, _ library: OpaquePointer) -> MHD_Result {
    connection.leaveTurn()
    guard let reply = connection.reply else { return .NO }
    connection.reply = nil
    if case .events(let stream) = reply.body {
      return open(stream, connection, library, reply)
    }
    return answer(connection, library, reply, closing: isStopping.load(ordering: .relaxed))
  }

  private func answer(
    _ connection: Connection, _ library: OpaquePointer, _ reply: Reply, closing: Bool
  ) -> MHD_Result {
    connection.enter(.writing)
    metrics.answered(reply.status)
    metrics.bytesOut.add(reply.bodyBytes, ordering: .relaxed)
    return reply.queue(on: library, closing: closing)
  }

  /// Turns the connection into an event stream: its socket goes to the hub under a second
  /// number, and the library closes its own.
  private func open(
    _ stream: EventStream, _ connection: Connection, _ library: OpaquePointer, _ reply: Reply
  ) -> MHD_Result {
    if connection.method == .head {
      stream.ended(.closed)
      let head = Reply(status: reply.status, headers: EventHead.headers, body: .bytes([]))
      return answer(connection, library, head, closing: true)
    }
    let peer = client(connection).peer
    guard hub.admit(peer) else {
      stream.ended(.refused)
      return answer(connection, library, refusalReply(.tooManyStreams), closing: false)
    }
    let socket = fcntl(connection.socket, F_DUPFD_CLOEXEC, 0)
    guard socket >= 0 else {
      hub.leave(peer)
      stream.ended(.refused)
      return answer(connection, library, refusalReply(.tooManyStreams), closing: false)
    }
    metrics.answered(reply.status)
    let head = EventHead.bytes(reply.headers)
    hub.adopt(stream, socket: socket, address: peer, head: head)
    return .NO
  }

  func refusalReply(_ refusal: HTTPRefusal) -> Reply {
    metrics.refuse(refusal.code)
    var response = problem(refusal)
    if let seconds = refusal.retryAfterSeconds {
      response.headers.append(("Retry-After", String(seconds)))
    }
    guard case .bytes(let bytes) = response.body else {
      return Reply(status: refusal.status, headers: [], body: .bytes([]))
    }
    return Reply(status: response.status, headers: response.headers, body: .bytes(bytes))
  }

  /// Who the client is: the peer, or the one a trusted proxy names. A request that bears any
  /// proxy's mark never counts as from this machine.
  private func client(_ connection: Connection) -> (peer: PeerAddress, isLoopback: Bool) {
    let headers = connection.headers
    guard connection.peer.isLoopback else { return (connection.peer, false) }
    let isForwarded = EventHead.proxyMarks.contains { headers.count(of: $0) > 0 }
    guard isForwarded else { return (connection.peer, true) }
    if settings.trustsForwardedFor,
      let last = headers.all("x-forwarded-for").last?.split(separator: ",").last,
      let peer = PeerAddress(text: last.trimmingPrefix { $0 == " " })
    {
      return (peer, false)
    }
    return (connection.peer, false)
  }
}

private func collectHeader(
  _ context: UnsafeMutableRawPointer?, _: MHD_ValueKind, _ name: UnsafePointer<CChar>?,
  _ nameCount: Int, _ value: UnsafePointer<CChar>?, _ valueCount: Int
) -> MHD_Result {
  let headers = context!.assumingMemoryBound(to: HTTPHeaders.self)
  headers.pointee.add(
    UnsafeRawBufferPointer(start: name, count: nameCount),
    UnsafeRawBufferPointer(start: value, count: value == nil ? 0 : valueCount))
  return .YES
}

extension HTTPMethod {
  /// Reads a method without making a string of it.
  init?(bytes: UnsafePointer<CChar>) {
    for method in Self.allCases where strcmp(bytes, method.rawValue) == 0 {
      self = method
      return
    }
    return nil
  }
}

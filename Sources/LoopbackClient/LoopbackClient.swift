import CEpoll
import Glibc

/// Why a request over loopback failed. `errorNumber` is the system's.
package enum LoopbackFault: Error, Equatable, Sendable {
  case connect(errorNumber: Int32)
  case write(errorNumber: Int32)
  /// The server closed the connection, or nothing came in time.
  case read(errorNumber: Int32)
  /// What came is not HTTP/1.1 as our server writes it.
  case malformed

  /// Whether the other side had closed the connection: what was sent then reached nobody. Of an
  /// answer that only did not come in time that is not known.
  var isClosing: Bool {
    switch self {
    case .write(let number): [EPIPE, ECONNRESET].contains(number)
    case .read(let number): [0, ECONNRESET].contains(number)
    case .connect, .malformed: false
    }
  }
}

/// What a server answered.
package struct LoopbackResponse: Sendable {
  package let status: Int
  package let body: [UInt8]
  let head: [UInt8]

  /// The value of a header field, looked up in the raw head only when asked.
  package func header(_ name: String) -> String? {
    let wanted = name.lowercased()
    for line in String(decoding: head, as: UTF8.self).split(separator: "\r\n").dropFirst() {
      guard let colon = line.firstIndex(of: ":") else { continue }
      guard line[..<colon].lowercased() == wanted else { continue }
      return String(line[line.index(after: colon)...].drop { $0 == " " })
    }
    return nil
  }
}

/// A small blocking HTTP/1.1 client for tests and measurements on one machine.
///
/// It keeps its connection and its buffers; one owner and one thread at a time. Each call blocks:
/// use it from threads of its own, not inside Swift tasks that others wait for.
package final class LoopbackClient {
  private static let bufferBytes = 65_536

  private let port: UInt16
  private let timeoutSeconds: Int
  /// The connection's descriptor; negative while there is none.
  private(set) var socket: Int32 = -1
  private var output: [UInt8] = []
  private var input = [UInt8](repeating: 0, count: bufferBytes)
  private var filled = 0

  /// How often a connection was opened so far.
  package private(set) var connects = 0

  package init(port: UInt16, timeoutSeconds: Int = 30) {
    self.port = port
    self.timeoutSeconds = timeoutSeconds
    output.reserveCapacity(4_096)
  }

  deinit { disconnect() }

  /// Sends one request and waits for its answer. A kept connection that turns out closed before
  /// anything was answered is opened anew once.
  ///
  /// - Throws: `LoopbackFault`.
  package func send(
    _ method: String, _ path: String, headers: [(String, String)] = [], body: [UInt8] = []
  ) throws(LoopbackFault) -> LoopbackResponse {
    compose(method, path, headers, body)
    let isKept = socket >= 0
    do {
      return try exchange(isHead: method == "HEAD")
    } catch {
      disconnect()
      guard isKept, filled == 0, error.isClosing else { throw error }
    }
    return try exchange(isHead: method == "HEAD")
  }

  /// Sends one request and leaves its answer to `receive`.
  ///
  /// - Throws: `LoopbackFault`.
  package func begin(
    _ method: String, _ path: String, headers: [(String, String)] = [], body: [UInt8] = []
  ) throws(LoopbackFault) {
    compose(method, path, headers, body)
    do {
      try sendRaw(output)
    } catch {
      disconnect()
      throw error
    }
  }

  /// Closes the connection, where there is one.
  package func disconnect() {
    if socket >= 0 { close(socket) }
    socket = -1
  }

  /// Sends bytes as they are; for tests of what no client should send.
  package func sendRaw(_ bytes: [UInt8]) throws(LoopbackFault) {
    try connectIfNeeded()
    try writeAll(bytes)
  }

  /// Waits for the next answer, whatever was asked.
  package func receive() throws(LoopbackFault) -> LoopbackResponse {
    do {
      return try receive(isHead: false)
    } catch {
      disconnect()
      throw error
    }
  }

  private func compose(
    _ method: String, _ path: String, _ headers: [(String, String)], _ body: [UInt8]
  ) {
    output.removeAll(keepingCapacity: true)
    output.append(contentsOf: method.utf8)
    output.append(0x20)
    output.append(contentsOf: path.utf8)
    output.append(contentsOf: " HTTP/1.1\r\nHost: localhost\r\n".utf8)
    for (name, value) in headers {
      output.append(contentsOf: name.utf8)
      output.append(contentsOf: ": ".utf8)
      output.append(contentsOf: value.utf8)
      output.append(contentsOf: "\r\n".utf8)
    }
    if !body.isEmpty || method == "POST" || method == "PUT" || method == "PATCH" {
      output.append(contentsOf: "Content-Length: ".utf8)
      output.append(contentsOf: String(body.count).utf8)
      output.append(contentsOf: "\r\n".utf8)
    }
    output.append(contentsOf: "\r\n".utf8)
    output.append(contentsOf: body)
  }

  private func exchange(isHead: Bool) throws(LoopbackFault) -> LoopbackResponse {
    try connectIfNeeded()
    try writeAll(output)
    return try receive(isHead: isHead)
  }

  private func connectIfNeeded() throws(LoopbackFault) {
    guard socket < 0 else { return }
    filled = 0
    connects += 1
    socket = try LoopbackSocket.connect(port: port)
    var time = timeval(tv_sec: timeoutSeconds, tv_usec: 0)
    setsockopt(
      socket, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
  }

  private func writeAll(_ bytes: [UInt8]) throws(LoopbackFault) {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.send(socket, $0.baseAddress! + sent, $0.count - sent, Int32(MSG_NOSIGNAL))
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw .write(errorNumber: errno) }
      sent += count
    }
  }

  private func readMore() throws(LoopbackFault) {
    if filled == input.count {
      input.append(contentsOf: repeatElement(0, count: input.count))
    }
    var count = -1
    repeat {
      count = input.withUnsafeMutableBytes {
        recv(socket, $0.baseAddress! + filled, $0.count - filled, 0)
      }
    } while count < 0 && errno == EINTR
    guard count > 0 else { throw .read(errorNumber: count == 0 ? 0 : errno) }
    filled += count
  }

  private func receive(isHead: Bool) throws(LoopbackFault) -> LoopbackResponse {
    var head = endOfHead
    while head == nil {
      try readMore()
      head = endOfHead
    }
    let bodyStart = head!
    guard bodyStart >= 14, input.starts(with: "HTTP/1.1 ".utf8) else { throw .malformed }
    let digits = input[9..<12].map { Int($0) - 48 }
    let status = digits[0] * 100 + digits[1] * 10 + digits[2]
    if status == 100 {
      drop(bodyStart)
      return try receive(isHead: isHead)
    }
    let fields = Array(input[..<bodyStart])
    let length = isHead || status == 204 || status == 304 ? 0 : Self.contentLength(fields)
    guard let length else { throw .malformed }
    while filled < bodyStart + length { try readMore() }
    let body = Array(input[bodyStart..<bodyStart + length])
    drop(bodyStart + length)
    let response = LoopbackResponse(status: status, body: body, head: fields)
    if Self.hasField(fields, "connection: close") { disconnect() }
    return response
  }

  /// Where the body begins; nil as long as the head is not there.
  private var endOfHead: Int? {
    input.withUnsafeBufferPointer { bytes in
      var at = 0
      while let line = Self.nextLine(in: bytes, from: at, to: filled) {
        if line + 2 <= filled, bytes[line] == 0x0D, bytes[line + 1] == 0x0A { return line + 2 }
        at = line
      }
      return nil
    }
  }

  /// Where the line after the one at `from` begins; nil where there is none before `to`.
  private static func nextLine(
    in bytes: UnsafeBufferPointer<UInt8>, from: Int, to: Int
  ) -> Int? {
    guard let base = bytes.baseAddress, let end = memchr(base + from, 0x0A, to - from) else {
      return nil
    }
    return UnsafeRawPointer(base).distance(to: UnsafeRawPointer(end)) + 1
  }

  private func drop(_ count: Int) {
    let rest = filled - count
    if rest > 0 {
      input.withUnsafeMutableBytes { bytes in
        _ = memmove(bytes.baseAddress!, bytes.baseAddress! + count, rest)
      }
    }
    filled = rest
  }

  private static func contentLength(_ head: [UInt8]) -> Int? {
    guard var at = field(head, "content-length:") else { return nil }
    while at < head.count, head[at] == 0x20 { at += 1 }
    var value = 0
    while at < head.count, (48...57).contains(head[at]) {
      value = value * 10 + Int(head[at]) - 48
      at += 1
    }
    return value
  }

  private static func hasField(_ head: [UInt8], _ text: StaticString) -> Bool {
    field(head, text) != nil
  }

  /// Where, after a line break and that text in any case, the head goes on.
  private static func field(_ head: [UInt8], _ text: StaticString) -> Int? {
    let count = text.utf8CodeUnitCount
    return head.withUnsafeBufferPointer { head in
      var at = 0
      while let line = nextLine(in: head, from: at, to: head.count), line + count < head.count {
        if (0..<count).allSatisfy({ head[line + $0] | 0x20 == text.utf8Start[$0] | 0x20 }) {
          return line + count
        }
        at = line
      }
      return nil
    }
  }
}

/// Opens sockets to this machine.
enum LoopbackSocket {
  static func connect(port: UInt16) throws(LoopbackFault) -> Int32 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw .connect(errorNumber: errno) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr = in_addr(s_addr: UInt32(0x7F00_0001).bigEndian)
    let status = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard status == 0 else {
      let number = errno
      close(descriptor)
      throw .connect(errorNumber: number)
    }
    var one: Int32 = 1
    setsockopt(
      descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
    return descriptor
  }
}

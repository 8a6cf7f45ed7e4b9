import COpenSSL
import Glibc

/// A connection's bytes, plain or under TLS. For one thread.
final class MQTTSocket {
  private let descriptor: Int32
  private var context: OpaquePointer?
  private var tls: OpaquePointer?

  /// Connects; waits at most `timeoutSeconds` for each part.
  init(_ settings: MQTTSettings, timeoutSeconds: Int = 10) throws(MQTTFault) {
    descriptor = try Self.open(settings, timeoutSeconds)
    if let security = settings.security {
      do throws(MQTTFault) {
        try secure(security, host: settings.host)
      } catch {
        close()
        throw error
      }
    }
  }

  private static func open(
    _ settings: MQTTSettings, _ timeoutSeconds: Int
  ) throws(MQTTFault) -> Int32 {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    let code = getaddrinfo(settings.host, String(settings.port), &hints, &list)
    guard code == 0 else { throw .unreachable(detail: String(cString: gai_strerror(code))) }
    defer { freeaddrinfo(list) }
    var detail = "no address"
    var next = list
    while let entry = next {
      next = entry.pointee.ai_next
      let made = socket(
        entry.pointee.ai_family, entry.pointee.ai_socktype | Int32(SOCK_CLOEXEC.rawValue), 0)
      guard made >= 0 else { continue }
      var limit = timeval(tv_sec: timeoutSeconds, tv_usec: 0)
      let size = socklen_t(MemoryLayout<timeval>.size)
      setsockopt(made, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
      setsockopt(made, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
      var on: Int32 = 1
      setsockopt(made, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
      if connect(made, entry.pointee.ai_addr, entry.pointee.ai_addrlen) == 0 { return made }
      detail = String(cString: strerror(errno))
      Glibc.close(made)
    }
    throw .unreachable(detail: detail)
  }

  private func secure(_ security: MQTTSecurity, host: String) throws(MQTTFault) {
    guard let context = SSL_CTX_new(TLS_client_method()) else {
      throw .security(detail: Self.detail)
    }
    self.context = context
    _ = civicloop_ssl_minimum(context)
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
    let trusts =
      security.authorities.map { SSL_CTX_load_verify_locations(context, $0, nil) }
      ?? SSL_CTX_set_default_verify_paths(context)
    guard trusts == 1 else { throw .security(detail: Self.detail) }
    if let certificate = security.certificate, let key = security.key {
      guard SSL_CTX_use_certificate_chain_file(context, certificate) == 1,
        SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) == 1
      else { throw .security(detail: Self.detail) }
    }
    guard let tls = SSL_new(context) else { throw .security(detail: Self.detail) }
    self.tls = tls
    _ = civicloop_ssl_host_name(tls, host)
    // A literal address is held against the certificate's addresses, a name against its names.
    let parameters = SSL_get0_param(tls)
    if X509_VERIFY_PARAM_set1_ip_asc(parameters, host) != 1 {
      guard SSL_set1_host(tls, host) == 1 else { throw .security(detail: Self.detail) }
    }
    guard SSL_set_fd(tls, descriptor) == 1, SSL_connect(tls) == 1 else {
      throw .security(detail: Self.detail)
    }
  }

  private static var detail: String {
    let code = ERR_get_error()
    guard code != 0, let text = ERR_reason_error_string(code) else { return "handshake failed" }
    return String(cString: text)
  }

  /// Waits for bytes, at most `milliseconds`.
  func waitForBytes(milliseconds: Int32) -> Bool {
    if let tls, SSL_pending(tls) > 0 { return true }
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&entry, 1, milliseconds) > 0
  }

  /// Reads what is there, at least one byte.
  func read(into buffer: inout [UInt8]) throws(MQTTFault) -> Int {
    let count = buffer.withUnsafeMutableBytes { bytes -> Int in
      if let tls { return Int(SSL_read(tls, bytes.baseAddress, Int32(bytes.count))) }
      return recv(descriptor, bytes.baseAddress, bytes.count, 0)
    }
    guard count > 0 else { throw .closed }
    return count
  }

  /// Writes all.
  func write(_ bytes: [UInt8]) throws(MQTTFault) {
    var at = 0
    while at < bytes.count {
      let sent = bytes.withUnsafeBytes { buffer -> Int in
        let start = buffer.baseAddress?.advanced(by: at)
        if let tls { return Int(SSL_write(tls, start, Int32(buffer.count - at))) }
        return send(descriptor, start, buffer.count - at, Int32(MSG_NOSIGNAL))
      }
      guard sent > 0 else { throw .closed }
      at += sent
    }
  }

  /// Wakes whoever waits for bytes; the connection is of no more use.
  func close() {
    if let tls { SSL_free(tls) }
    if let context { SSL_CTX_free(context) }
    tls = nil
    context = nil
    Glibc.close(descriptor)
  }
}

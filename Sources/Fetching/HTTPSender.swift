import CCurl
import Glibc
import Synchronization
import Threads

/// A request to another system.
package struct OutgoingRequest: Sendable {
  /// What is asked of the other system.
  package enum Method: String, Sendable {
    case get = "GET"
    case post = "POST"
  }

  package var method: Method
  /// `http` or `https`, without credentials.
  package var address: String
  package var headers: [(name: String, value: String)]
  package var body: [UInt8]

  package init(
    _ method: Method, _ address: String, headers: [(name: String, value: String)] = [],
    body: [UInt8] = []
  ) {
    self.method = method
    self.address = address
    self.headers = headers
    self.body = body
  }
}

/// What the other system answered, whatever its status.
package struct OutgoingAnswer: Sendable, Equatable {
  package let status: Int
  package let body: [UInt8]
}

/// Why there is no answer.
package enum SendingFault: Error, Equatable {
  /// No address of http or https, one with credentials, or a header with a line break.
  case form
  /// Not a host that the operator allows.
  case host
  case tooLarge(max: Int)
  case slow
  case busy
  /// `detail` is for operators.
  case unreachable(detail: String)
}

/// Sends requests to hosts that the operator has named, and to nobody else.
///
/// Against being sent to other machines: the address is taken apart by the library that connects,
/// so that both read the same host; only `http` and `https`; no redirect is followed; no proxy, no
/// credentials in addresses; bytes and time are limited.
package final class HTTPSender: Sendable {
  /// How it sends.
  package struct Settings: Sendable {
    /// `host` for the usual port of its scheme, or `host:port`; lower case.
    package var hosts: Set<String>
    /// Bytes of an answer.
    package var bytesMax = 1 << 20
    /// From the first to the last byte, in milliseconds.
    package var durationMilliseconds = 10_000
    /// A file of certificates that are trusted instead of the system's; nil = the system's.
    package var trusted: String?

    package init(hosts: Set<String>) {
      self.hosts = hosts
    }
  }

  /// Requests at the same time; one more is told to come back.
  package static let concurrentMax = 8
  /// Bytes of an address.
  package static let addressBytesMax = 2_048

  private let settings: Settings
  private let running = Mutex(0)

  package init(settings: Settings) {
    self.settings = settings
    curl_global_init(Int(CURL_GLOBAL_DEFAULT))
  }

  /// - Throws: `SendingFault`; an answer of any status is none.
  package func send(_ request: OutgoingRequest) async throws(SendingFault) -> OutgoingAnswer {
    let mayRun = running.withLock { count in
      guard count < Self.concurrentMax else { return false }
      count += 1
      return true
    }
    guard mayRun else { throw .busy }
    defer { running.withLock { $0 -= 1 } }
    let settings = settings
    let result: Result<OutgoingAnswer, SendingFault> = await withCheckedContinuation {
      continuation in
      // The library waits for the network; in a task that would hold up others.
      DedicatedThread {
        continuation.resume(
          returning: Result { () throws(SendingFault) in
            try Transfer(settings: settings).run(request)
          })
      }.detach()
    }
    return try result.get()
  }
}

/// One request, from the address to the last byte of the answer.
private struct Transfer {
  let settings: HTTPSender.Settings

  func run(_ request: OutgoingRequest) throws(SendingFault) -> OutgoingAnswer {
    guard request.address.utf8.count <= HTTPSender.addressBytesMax else { throw .form }
    guard let parts = curl_url(), let handle = curl_easy_init() else {
      throw .unreachable(detail: "out of memory")
    }
    defer {
      curl_easy_cleanup(handle)
      curl_url_cleanup(parts)
    }
    guard curl_url_set(parts, CURLUPART_URL, request.address, 0) == CURLUE_OK else { throw .form }
    try check(parts)
    let headers = try headerList(request.headers)
    defer { curl_slist_free_all(headers) }
    let body = AnswerBody(bytesMax: settings.bytesMax)
    configure(handle, parts, headers, request)
    _ = civicloop_curl_set_write(
      handle, takeAnswerBytes, Unmanaged.passUnretained(body).toOpaque())
    let code = withExtendedLifetime(body) { curl_easy_perform(handle) }
    try check(code, body)
    var status = 0
    _ = civicloop_curl_get_long(handle, CURLINFO_RESPONSE_CODE, &status)
    return OutgoingAnswer(status: status, body: body.bytes)
  }

  private func configure(
    _ handle: UnsafeMutableRawPointer, _ parts: OpaquePointer,
    _ headers: UnsafeMutablePointer<curl_slist>?, _ request: OutgoingRequest
  ) {
    for (option, value) in [
      (CURLOPT_PROTOCOLS, Int(CURLPROTO_HTTP | CURLPROTO_HTTPS)), (CURLOPT_FOLLOWLOCATION, 0),
      (CURLOPT_NOSIGNAL, 1), (CURLOPT_TIMEOUT_MS, settings.durationMilliseconds),
      (CURLOPT_MAXFILESIZE, settings.bytesMax), (CURLOPT_FORBID_REUSE, 1),
    ] {
      _ = civicloop_curl_set_long(handle, option, value)
    }
    _ = civicloop_curl_set_text(handle, CURLOPT_NOPROXY, "*")
    if let trusted = settings.trusted {
      _ = civicloop_curl_set_text(handle, CURLOPT_CAINFO, trusted)
    }
    _ = civicloop_curl_set_address(handle, parts)
    _ = civicloop_curl_set_headers(handle, headers)
    if request.method == .post {
      request.body.withUnsafeBytes { bytes in
        _ = civicloop_curl_set_body(
          handle, bytes.baseAddress ?? UnsafeRawPointer(handle), bytes.count)
      }
    }
  }

  private func headerList(
    _ headers: [(name: String, value: String)]
  ) throws(SendingFault) -> UnsafeMutablePointer<curl_slist>? {
    var list: UnsafeMutablePointer<curl_slist>?
    for header in headers {
      let line = "\(header.name): \(header.value)"
      guard !line.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
        curl_slist_free_all(list)
        throw .form
      }
      list = curl_slist_append(list, line)
    }
    return list
  }

  private func check(_ code: CURLcode, _ body: AnswerBody) throws(SendingFault) {
    switch code {
    case CURLE_OK: return
    case CURLE_FILESIZE_EXCEEDED: throw .tooLarge(max: settings.bytesMax)
    case CURLE_WRITE_ERROR where body.isTooLarge: throw .tooLarge(max: settings.bytesMax)
    case CURLE_OPERATION_TIMEDOUT: throw .slow
    default: throw .unreachable(detail: String(cString: curl_easy_strerror(code)))
    }
  }

  private func check(_ parts: OpaquePointer) throws(SendingFault) {
    do throws(AllowedHosts.Finding) {
      try AllowedHosts(settings.hosts, ports: ["http": "80", "https": "443"]).check(parts)
    } catch {
      switch error {
      case .form: throw .form
      case .host: throw .host
      }
    }
  }
}

/// What came so far.
private final class AnswerBody {
  let bytesMax: Int
  var bytes: [UInt8] = []
  var isTooLarge = false

  init(bytesMax: Int) {
    self.bytesMax = bytesMax
  }
}

/// Called by the library for each piece; less than its size ends the transfer.
private func takeAnswerBytes(
  _ data: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int,
  _ context: UnsafeMutableRawPointer?
) -> Int {
  guard let data, let context else { return 0 }
  let body = Unmanaged<AnswerBody>.fromOpaque(context).takeUnretainedValue()
  let length = size * count
  guard body.bytes.count + length <= body.bytesMax else {
    body.isTooLarge = true
    return 0
  }
  body.bytes.append(contentsOf: UnsafeRawBufferPointer(start: data, count: length))
  return length
}

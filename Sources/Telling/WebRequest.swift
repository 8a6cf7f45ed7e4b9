import CCurl
import Glibc
import Ports
import Threads

/// One request of a channel, to a host that the operator named and to no other.
///
/// The address is taken apart by the library that connects, so that both read the same host; no
/// redirect is followed, no proxy asked, no credentials taken from the address.
struct WebRequest: Sendable {
  /// Bytes of an answer that are read.
  static let answerBytesMax = 65_536
  /// From the first to the last byte, in milliseconds.
  static let durationMilliseconds = 15_000
  /// Bytes of an address.
  static let addressBytesMax = 2_048

  let url: String
  var headers: [String] = []
  /// nil = asked for with GET.
  var body: [UInt8]?
  /// What a mail needs besides; nil = HTTP.
  var mail: MailEnvelope?

  /// What came back.
  struct Answer: Sendable {
    let status: Int
    let text: String
  }

  /// Runs on a thread of its own, for the library waits for the network.
  func run(hosts: Set<String>) async throws(SendingFault) -> Answer {
    let result: Result<Answer, SendingFault> = await withCheckedContinuation { continuation in
      DedicatedThread {
        continuation.resume(
          returning: Result { () throws(SendingFault) in try perform(hosts: hosts) })
      }.detach()
    }
    return try result.get()
  }

  private func perform(hosts: Set<String>) throws(SendingFault) -> Answer {
    guard url.utf8.count <= Self.addressBytesMax, let parts = curl_url() else {
      throw .refused(detail: "the address is too long")
    }
    defer { curl_url_cleanup(parts) }
    guard curl_url_set(parts, CURLUPART_URL, url, UInt32(CURLU_NON_SUPPORT_SCHEME)) == CURLUE_OK
    else { throw .refused(detail: "the address cannot be read") }
    try check(parts, hosts)
    guard let handle = curl_easy_init() else { throw .failed(detail: "out of memory") }
    defer { curl_easy_cleanup(handle) }
    let exchange = Exchange(sending: mail?.message ?? [])
    let context = Unmanaged.passUnretained(exchange).toOpaque()
    var lists: [UnsafeMutablePointer<curl_slist>] = []
    defer { for list in lists { curl_slist_free_all(list) } }
    for (option, value) in [
      (CURLOPT_PROTOCOLS, Int(mail == nil ? CURLPROTO_HTTP | CURLPROTO_HTTPS : Self.mailProtocols)),
      (CURLOPT_FOLLOWLOCATION, 0), (CURLOPT_NOSIGNAL, 1),
      (CURLOPT_TIMEOUT_MS, Self.durationMilliseconds), (CURLOPT_FORBID_REUSE, 1),
    ] {
      _ = civicloop_curl_set_long(handle, option, value)
    }
    _ = civicloop_curl_set_text(handle, CURLOPT_NOPROXY, "*")
    _ = civicloop_curl_set_address(handle, parts)
    _ = civicloop_curl_set_write(handle, takeAnswer, context)
    if let list = Self.list(headers) {
      lists.append(list)
      _ = civicloop_curl_set_list(handle, CURLOPT_HTTPHEADER, list)
    }
    if let body {
      _ = body.withUnsafeBytes {
        civicloop_curl_set_body(handle, $0.baseAddress, body.count)
      }
    }
    if let mail {
      if let list = Self.list(["<\(mail.to)>"]) {
        lists.append(list)
        _ = civicloop_curl_set_list(handle, CURLOPT_MAIL_RCPT, list)
      }
      set(mail, on: handle, context)
    }
    let code = withExtendedLifetime(exchange) { curl_easy_perform(handle) }
    var status = 0
    _ = civicloop_curl_get_long(handle, CURLINFO_RESPONSE_CODE, &status)
    guard code == CURLE_OK else {
      let detail = "\(String(cString: curl_easy_strerror(code))) (\(status))"
      // What the other side said for good: an address that it does not know, or a wrong password.
      if mail != nil && (500..<600).contains(status) { throw .refused(detail: detail) }
      throw .failed(detail: detail)
    }
    return Answer(status: status, text: String(decoding: exchange.answer, as: UTF8.self))
  }

  private static let mailProtocols = CURLPROTO_SMTP | CURLPROTO_SMTPS

  private func set(
    _ mail: MailEnvelope, on handle: UnsafeMutableRawPointer, _ context: UnsafeMutableRawPointer
  ) {
    _ = civicloop_curl_set_text(handle, CURLOPT_MAIL_FROM, "<\(mail.from)>")
    _ = civicloop_curl_set_long(handle, CURLOPT_UPLOAD, 1)
    _ = civicloop_curl_set_read(handle, giveMail, context)
    guard !mail.user.isEmpty else { return }
    // A password goes out over TLS only.
    _ = civicloop_curl_set_long(handle, CURLOPT_USE_SSL, Int(CURLUSESSL_ALL.rawValue))
    _ = civicloop_curl_set_text(handle, CURLOPT_USERNAME, mail.user)
    _ = civicloop_curl_set_text(handle, CURLOPT_PASSWORD, mail.secret)
  }

  private func check(_ parts: OpaquePointer, _ hosts: Set<String>) throws(SendingFault) {
    let schemes = mail == nil ? ["http": "80", "https": "443"] : ["smtp": "25", "smtps": "465"]
    guard Self.part(parts, CURLUPART_USER) == nil, Self.part(parts, CURLUPART_PASSWORD) == nil,
      let scheme = Self.part(parts, CURLUPART_SCHEME), let standard = schemes[scheme],
      let host = Self.part(parts, CURLUPART_HOST)?.lowercased()
    else { throw .refused(detail: "the address is none of this form") }
    let port = Self.part(parts, CURLUPART_PORT) ?? standard
    guard hosts.contains("\(host):\(port)") || (port == standard && hosts.contains(host)) else {
      throw .refused(detail: "\(host):\(port) is no host that is allowed")
    }
  }

  /// The host of an address, for operators; empty where it has none.
  static func host(of url: String) -> String {
    guard let parts = curl_url() else { return "" }
    defer { curl_url_cleanup(parts) }
    guard curl_url_set(parts, CURLUPART_URL, url, UInt32(CURLU_NON_SUPPORT_SCHEME)) == CURLUE_OK
    else { return "" }
    return part(parts, CURLUPART_HOST) ?? ""
  }

  private static func part(_ parts: OpaquePointer, _ which: CURLUPart) -> String? {
    var text: UnsafeMutablePointer<CChar>?
    guard curl_url_get(parts, which, &text, 0) == CURLUE_OK, let text else { return nil }
    defer { curl_free(text) }
    return String(cString: text)
  }

  private static func list(_ lines: [String]) -> UnsafeMutablePointer<curl_slist>? {
    var list: UnsafeMutablePointer<curl_slist>?
    for line in lines { list = curl_slist_append(list, line) }
    return list
  }
}

/// From whom a mail comes and to whom it goes, with its bytes.
struct MailEnvelope: Sendable {
  let from: String
  let to: String
  let user: String
  let secret: String
  let message: [UInt8]
}

/// What goes out and comes back while the library works.
private final class Exchange {
  let sending: [UInt8]
  var sent = 0
  var answer: [UInt8] = []

  init(sending: [UInt8]) {
    self.sending = sending
  }
}

/// Called by the library for each piece of the answer; what is over the limit is not kept.
private func takeAnswer(
  _ data: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int,
  _ context: UnsafeMutableRawPointer?
) -> Int {
  guard let data, let context else { return 0 }
  let exchange = Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue()
  let room = max(0, WebRequest.answerBytesMax - exchange.answer.count)
  exchange.answer.append(
    contentsOf: UnsafeRawBufferPointer(start: data, count: min(room, size * count)))
  return size * count
}

/// Called by the library for the next piece of a mail.
private func giveMail(
  _ data: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int,
  _ context: UnsafeMutableRawPointer?
) -> Int {
  guard let data, let context else { return 0 }
  let exchange = Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue()
  let length = min(size * count, exchange.sending.count - exchange.sent)
  guard length > 0 else { return 0 }
  exchange.sending.withUnsafeBytes { bytes in
    guard let base = bytes.baseAddress else { return }
    UnsafeMutableRawPointer(data).copyMemory(from: base + exchange.sent, byteCount: length)
  }
  exchange.sent += length
  return length
}

import CCurl
import Fetching
import Glibc
import Ports
import Threads

/// One mail, to a server that the operator named and to no other.
///
/// The address is taken apart by the library that connects, so that both read the same host; no
/// proxy is asked, no credentials are taken from the address.
struct MailTransfer: Sendable {
  /// From the first to the last byte, in milliseconds.
  static let durationMilliseconds = 15_000

  /// `smtp` or `smtps`.
  let url: String
  let mail: MailEnvelope

  /// Runs on a thread of its own, for the library waits for the network.
  /// - Returns: the server's last code.
  func run(hosts: Set<String>) async throws(NoticeFault) -> Int {
    let result: Result<Int, NoticeFault> = await withCheckedContinuation { continuation in
      DedicatedThread {
        continuation.resume(
          returning: Result { () throws(NoticeFault) in try perform(hosts: hosts) })
      }.detach()
    }
    return try result.get()
  }

  private func perform(hosts: Set<String>) throws(NoticeFault) -> Int {
    guard let parts = curl_url(), let handle = curl_easy_init() else {
      throw .failed(detail: "out of memory")
    }
    defer {
      curl_easy_cleanup(handle)
      curl_url_cleanup(parts)
    }
    guard curl_url_set(parts, CURLUPART_URL, url, 0) == CURLUE_OK else {
      throw .refused(detail: "the address cannot be read")
    }
    try check(parts, hosts)
    let receivers = curl_slist_append(nil, "<\(mail.to)>")
    defer { curl_slist_free_all(receivers) }
    let exchange = Exchange(sending: mail.message)
    let context = Unmanaged.passUnretained(exchange).toOpaque()
    for (option, value) in [
      (CURLOPT_PROTOCOLS, Int(CURLPROTO_SMTP | CURLPROTO_SMTPS)), (CURLOPT_NOSIGNAL, 1),
      (CURLOPT_TIMEOUT_MS, Self.durationMilliseconds), (CURLOPT_FORBID_REUSE, 1),
      (CURLOPT_UPLOAD, 1),
    ] {
      _ = civicloop_curl_set_long(handle, option, value)
    }
    _ = civicloop_curl_set_text(handle, CURLOPT_NOPROXY, "*")
    _ = civicloop_curl_set_address(handle, parts)
    _ = civicloop_curl_set_text(handle, CURLOPT_MAIL_FROM, "<\(mail.from)>")
    _ = civicloop_curl_set_list(handle, CURLOPT_MAIL_RCPT, receivers)
    _ = civicloop_curl_set_read(handle, giveMail, context)
    if !mail.user.isEmpty {
      // A password goes out over TLS only.
      _ = civicloop_curl_set_long(handle, CURLOPT_USE_SSL, Int(CURLUSESSL_ALL.rawValue))
      _ = civicloop_curl_set_text(handle, CURLOPT_USERNAME, mail.user)
      _ = civicloop_curl_set_text(handle, CURLOPT_PASSWORD, mail.secret)
    }
    let code = withExtendedLifetime(exchange) { curl_easy_perform(handle) }
    var status = 0
    _ = civicloop_curl_get_long(handle, CURLINFO_RESPONSE_CODE, &status)
    guard code == CURLE_OK else {
      let detail = "\(String(cString: curl_easy_strerror(code))) (\(status))"
      // What the other side said for good: an address that it does not know, or a wrong password.
      if (500..<600).contains(status) { throw .refused(detail: detail) }
      throw .failed(detail: detail)
    }
    return status
  }

  private func check(_ parts: OpaquePointer, _ hosts: Set<String>) throws(NoticeFault) {
    do throws(AllowedHosts.Finding) {
      try AllowedHosts(hosts, ports: ["smtp": "25", "smtps": "465"]).check(parts)
    } catch {
      switch error {
      case .form: throw .refused(detail: "the address is none of this form")
      case .host: throw .refused(detail: "no host that is allowed")
      }
    }
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

/// What goes out while the library works.
private final class Exchange {
  let sending: [UInt8]
  var sent = 0

  init(sending: [UInt8]) {
    self.sending = sending
  }
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

import CCurl
import Glibc
package import Ports
import Synchronization
import Threads

/// Fetches pictures by HTTP from hosts that the operator has named, and from nowhere else.
///
/// Against being sent to other machines: the address is taken apart by the library that connects,
/// so that both read the same host; only `http` and `https`; no redirect is followed; no proxy, no
/// credentials; bytes and time are limited.
package final class HostFetcher: PictureSource {
  /// How it fetches.
  package struct Settings: Sendable {
    /// `host` for the usual port of its scheme, or `host:port`; lower case.
    package var hosts: Set<String>
    package var bytesMax = 16 << 20
    /// From the first to the last byte, in milliseconds.
    package var durationMilliseconds = 10_000

    package init(hosts: Set<String>) {
      self.hosts = hosts
    }
  }

  /// Fetches at the same time; one more is told to come back.
  package static let concurrentMax = 8
  /// Bytes of an address.
  package static let addressBytesMax = 2_048

  private let settings: Settings
  private let running = Mutex(0)

  package init(settings: Settings) {
    self.settings = settings
    curl_global_init(Int(CURL_GLOBAL_DEFAULT))
  }

  package func picture(at address: String) async throws(PictureFault) -> [UInt8] {
    let mayRun = running.withLock { count in
      guard count < Self.concurrentMax else { return false }
      count += 1
      return true
    }
    guard mayRun else { throw .busy }
    defer { running.withLock { $0 -= 1 } }
    let settings = settings
    let result: Result<[UInt8], PictureFault> = await withCheckedContinuation { continuation in
      // The library waits for the network; in a task that would hold up others.
      DedicatedThread {
        continuation.resume(
          returning: Result { () throws(PictureFault) in
            try Fetch(settings: settings).get(address)
          })
      }.detach()
    }
    return try result.get()
  }
}

/// One fetch, from the address to the last byte.
private struct Fetch {
  let settings: HostFetcher.Settings

  func get(_ address: String) throws(PictureFault) -> [UInt8] {
    guard address.utf8.count <= HostFetcher.addressBytesMax else { throw .form }
    guard let parts = curl_url() else { throw .unreachable(detail: "out of memory") }
    defer { curl_url_cleanup(parts) }
    guard curl_url_set(parts, CURLUPART_URL, address, 0) == CURLUE_OK else { throw .form }
    try check(parts)
    guard let handle = curl_easy_init() else { throw .unreachable(detail: "out of memory") }
    defer { curl_easy_cleanup(handle) }
    let body = FetchedBody(bytesMax: settings.bytesMax)
    let context = Unmanaged.passUnretained(body).toOpaque()
    for (option, value) in [
      (CURLOPT_PROTOCOLS, Int(CURLPROTO_HTTP | CURLPROTO_HTTPS)), (CURLOPT_FOLLOWLOCATION, 0),
      (CURLOPT_NOSIGNAL, 1), (CURLOPT_TIMEOUT_MS, settings.durationMilliseconds),
      (CURLOPT_MAXFILESIZE, settings.bytesMax), (CURLOPT_FORBID_REUSE, 1),
    ] {
      _ = civicloop_curl_set_long(handle, option, value)
    }
    _ = civicloop_curl_set_text(handle, CURLOPT_NOPROXY, "*")
    _ = civicloop_curl_set_address(handle, parts)
    _ = civicloop_curl_set_write(handle, takeFetchedBytes, context)
    let code = withExtendedLifetime(body) { curl_easy_perform(handle) }
    try check(code, body)
    var status = 0
    _ = civicloop_curl_get_long(handle, CURLINFO_RESPONSE_CODE, &status)
    guard status == 200 else { throw .status(status) }
    return body.bytes
  }

  private func check(_ code: CURLcode, _ body: FetchedBody) throws(PictureFault) {
    switch code {
    case CURLE_OK: return
    case CURLE_FILESIZE_EXCEEDED: throw .tooLarge(max: settings.bytesMax)
    case CURLE_WRITE_ERROR where body.isTooLarge: throw .tooLarge(max: settings.bytesMax)
    case CURLE_OPERATION_TIMEDOUT: throw .slow
    default: throw .unreachable(detail: String(cString: curl_easy_strerror(code)))
    }
  }

  private func check(_ parts: OpaquePointer) throws(PictureFault) {
    guard part(parts, CURLUPART_USER) == nil, part(parts, CURLUPART_PASSWORD) == nil,
      let scheme = part(parts, CURLUPART_SCHEME), ["http", "https"].contains(scheme),
      let host = part(parts, CURLUPART_HOST)?.lowercased()
    else { throw .form }
    let standard = scheme == "http" ? "80" : "443"
    let port = part(parts, CURLUPART_PORT) ?? standard
    let isAllowed =
      settings.hosts.contains("\(host):\(port)")
      || (port == standard && settings.hosts.contains(host))
    guard isAllowed else { throw .host }
  }

  private func part(_ parts: OpaquePointer, _ which: CURLUPart) -> String? {
    var text: UnsafeMutablePointer<CChar>?
    guard curl_url_get(parts, which, &text, 0) == CURLUE_OK, let text else { return nil }
    defer { curl_free(text) }
    return String(cString: text)
  }
}

/// What came so far.
private final class FetchedBody {
  let bytesMax: Int
  var bytes: [UInt8] = []
  var isTooLarge = false

  init(bytesMax: Int) {
    self.bytesMax = bytesMax
  }
}

/// Called by the library for each piece; less than its size ends the transfer.
private func takeFetchedBytes(
  _ data: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int,
  _ context: UnsafeMutableRawPointer?
) -> Int {
  guard let data, let context else { return 0 }
  let body = Unmanaged<FetchedBody>.fromOpaque(context).takeUnretainedValue()
  let length = size * count
  guard body.bytes.count + length <= body.bytesMax else {
    body.isTooLarge = true
    return 0
  }
  body.bytes.append(contentsOf: UnsafeRawBufferPointer(start: data, count: length))
  return length
}

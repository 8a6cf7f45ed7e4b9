import CMicrohttpd
import Compression
import Glibc

/// A response made ready for the HTTP library: compressed, its file open.
struct Reply: Sendable {
  enum Body: Sendable {
    case bytes([UInt8])
    case file(descriptor: Int32, bytes: Int)
    case events(EventStream)
  }

  let status: Int
  var headers: [(name: String, value: String)]
  let body: Body

  /// Prepares `response`: compresses where that helps and opens the file.
  init(
    _ response: HTTPResponse, request: HTTPHeaders, settings: HTTPSettings,
    problem: (HTTPRefusal) -> HTTPResponse
  ) {
    switch response.body {
    case .events(let stream):
      self.init(status: response.status, headers: response.headers, body: .events(stream))
    case .file(let path):
      if let (descriptor, bytes) = Self.open(path) {
        let body = Body.file(descriptor: descriptor, bytes: bytes)
        self.init(status: response.status, headers: response.headers, body: body)
      } else {
        self.init(problem(.fileMissing), request: request, settings: settings, problem: problem)
      }
    case .bytes(let bytes):
      var headers = response.headers
      var content = bytes
      if bytes.count >= settings.gzipBytesMin, Self.isCompressible(response) {
        headers.append(("Vary", "Accept-Encoding"))
        if Self.acceptsGzip(request), let packed = Gzip.compress(bytes),
          packed.count < bytes.count
        {
          content = packed
          headers.append(("Content-Encoding", "gzip"))
        }
      }
      self.init(status: response.status, headers: headers, body: .bytes(content))
    }
  }

  init(status: Int, headers: [(name: String, value: String)], body: Body) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  private static func open(_ path: String) -> (descriptor: Int32, bytes: Int)? {
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    var facts = stat()
    guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      return nil
    }
    return (descriptor, Int(facts.st_size))
  }

  /// How the names of media types end that are worth it, besides all of text/.
  private static let compressibleEnds = ["json", "javascript", "xml", "/wasm"]

  private static func isCompressible(_ response: HTTPResponse) -> Bool {
    guard response.header("content-encoding") == nil,
      let type = response.header("content-type")
    else { return false }
    let name = type.utf8.prefix { $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: " ") }
    return HTTPName.isSame(name.prefix(5), "text/".utf8)
      || compressibleEnds.contains { HTTPName.isSame(name.suffix($0.utf8.count), $0.utf8) }
  }

  /// Whether gzip is named, or everything is, and not with a weight of nought.
  static func acceptsGzip(_ headers: HTTPHeaders) -> Bool {
    for header in headers.all("accept-encoding") {
      for choice in header.lowercased().split(separator: ",") {
        let parts = choice.split(separator: ";").map { part in
          part.filter { $0 != " " && $0 != "\t" }
        }
        guard let name = parts.first, name == "gzip" || name == "*" else { continue }
        let weight = parts.dropFirst().first { $0.hasPrefix("q=") }?.dropFirst(2)
        if let weight, Double(weight) ?? 0 == 0 { return false }
        return true
      }
    }
    return false
  }

  /// Makes the library's response of it and queues that. Event streams do not come here.
  func queue(on connection: OpaquePointer, closing: Bool) -> MHD_Result {
    let made: OpaquePointer?
    switch body {
    case .bytes(let bytes):
      made = bytes.withUnsafeBytes { buffer in
        MHD_create_response_from_buffer(
          buffer.count, UnsafeMutableRawPointer(mutating: buffer.baseAddress),
          .RESPMEM_MUST_COPY)
      }
    case .file(let descriptor, let bytes):
      made = MHD_create_response_from_fd64(UInt64(bytes), descriptor)
      if made == nil { close(descriptor) }
    case .events: made = nil
    }
    guard let made else { return .NO }
    defer { MHD_destroy_response(made) }
    for (name, value) in headers {
      // Not handed over as they are: that copies them to the heap first.
      name.withCString { name in
        value.withCString { _ = MHD_add_response_header(made, name, $0) }
      }
    }
    if closing { MHD_add_response_header(made, "Connection", "close") }
    return MHD_queue_response(connection, UInt32(status), made)
  }

  /// Gives back what the reply holds when it will not be sent.
  func discard() {
    switch body {
    case .bytes: break
    case .file(let descriptor, _): close(descriptor)
    case .events(let stream): stream.ended(.refused)
    }
  }

  var bodyBytes: Int {
    switch body {
    case .bytes(let bytes): bytes.count
    case .file(_, let bytes): bytes
    case .events: 0
    }
  }
}

import Compression
import Glibc
import HTTPServing
import Synchronization

/// The files of the pages, as they lie on disk.
struct Pages: Sendable {
  let folder: String
  private let sent = SentFiles()

  private static let types: [String: String] = [
    "html": "text/html; charset=utf-8", "js": "text/javascript; charset=utf-8",
    "css": "text/css; charset=utf-8", "json": "application/json", "svg": "image/svg+xml",
    "png": "image/png", "ico": "image/x-icon", "woff2": "font/woff2",
    "webmanifest": "application/manifest+json",
  ]
  /// Libraries of other makers: their names hold their version, so that they never change.
  private static let vendorPrefix = "/vendor/"
  /// Larger files go out from the disk as they are, smaller ones are packed on the way.
  static let packedBytesMax = 512 * 1_024

  /// Pages with a document of their own; all others share one.
  private static let documents: Set<Substring> = ["report", "field", "screen", "intake"]

  /// A path without ending is a page: the browser draws it from its address.
  func response(_ request: HTTPRequest) throws(Problem) -> HTTPResponse {
    let segments = request.path.split(separator: "/")
    // Nothing hidden is shown, and nothing outside the folder: `..` begins with a dot too.
    guard segments.first != "api", !segments.contains(where: { $0.hasPrefix(".") }) else {
      throw .notFound
    }
    guard let last = segments.last, let dot = last.lastIndex(of: ".") else {
      let document = segments.first.map { Self.documents.contains($0) ? $0 : "index" } ?? "index"
      return file("/\(document).html", "html", request)
    }
    let ending = String(last[last.index(after: dot)...])
    guard Self.types[ending] != nil else { throw .notFound }
    return file(request.path, ending, request)
  }

  private func file(_ path: String, _ ending: String, _ request: HTTPRequest) -> HTTPResponse {
    let type = ("Content-Type", Self.types[ending] ?? "application/octet-stream")
    if path.hasPrefix(Self.vendorPrefix) { return vendored(path, type, request) }
    var facts = stat()
    guard stat(folder + path, &facts) == 0 else {
      return HTTPResponse(status: 200, headers: [type], body: .file(path: folder + path))
    }
    let changed = facts.st_mtim.tv_sec &* 1_000_000_000 &+ facts.st_mtim.tv_nsec
    let tag = "\"\(String(changed, radix: 36))-\(facts.st_size)\""
    let headers = [type, ("Cache-Control", "no-cache"), ("ETag", tag)]
    if request.headers["If-None-Match"] == tag {
      return HTTPResponse(status: 304, headers: headers)
    }
    guard facts.st_size <= Self.packedBytesMax,
      let file = sent.file(path, tag: tag, making: { read(folder + path).map { lean($0, ending) } })
    else { return HTTPResponse(status: 200, headers: headers, body: .file(path: folder + path)) }
    guard let packed = file.packed, Self.takesPacked(request) else {
      return HTTPResponse(status: 200, headers: headers, body: .bytes(file.lean))
    }
    return HTTPResponse(
      status: 200,
      headers: headers + [("Content-Encoding", "gzip"), ("Vary", "Accept-Encoding")],
      body: .bytes(packed))
  }

  private func lean(_ bytes: [UInt8], _ ending: String) -> [UInt8] {
    switch ending {
    case "js": LeanText.script(bytes)
    case "css": LeanText.style(bytes)
    default: bytes
    }
  }

  private static func takesPacked(_ request: HTTPRequest) -> Bool {
    request.headers["Accept-Encoding"]?.contains("gzip") == true
  }

  /// The packed copy that lies beside the file, for browsers that take one.
  private func vendored(
    _ path: String, _ type: (String, String), _ request: HTTPRequest
  ) -> HTTPResponse {
    let headers = [
      type, ("Cache-Control", "public, max-age=31536000, immutable"), ("Vary", "Accept-Encoding"),
    ]
    let packed = folder + path + ".gz"
    guard Self.takesPacked(request), access(packed, R_OK) == 0 else {
      return HTTPResponse(status: 200, headers: headers, body: .file(path: folder + path))
    }
    return HTTPResponse(
      status: 200, headers: headers + [("Content-Encoding", "gzip")], body: .file(path: packed))
  }

  private func read(_ path: String) -> [UInt8]? {
    guard let file = fopen(path, "rb") else { return nil }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: Self.packedBytesMax + 1)
    let count = fread(&bytes, 1, bytes.count, file)
    guard ferror(file) == 0 else { return nil }
    return Array(bytes.prefix(count))
  }
}

/// Our own files as they go out, packed once each: as tightly as can be, since it is done but once.
private final class SentFiles: Sendable {
  struct File: Sendable {
    let tag: String
    let lean: [UInt8]
    /// nil where packing wins nothing.
    let packed: [UInt8]?
  }

  /// Files remembered; the pages have a fifth of that.
  private static let filesMax = 1_000
  private static let packing: Int32 = 9
  private let files = Mutex<[String: File]>([:])

  /// The file of a path in the state that `tag` names.
  func file(_ path: String, tag: String, making make: () -> [UInt8]?) -> File? {
    if let known = files.withLock({ $0[path] }), known.tag == tag { return known }
    guard let lean = make() else { return nil }
    let packed = Gzip.compress(lean, level: Self.packing)
    let file = File(
      tag: tag, lean: lean, packed: packed.flatMap { $0.count < lean.count ? $0 : nil })
    files.withLock { files in
      if files.count >= Self.filesMax { files.removeAll() }
      files[path] = file
    }
    return file
  }
}

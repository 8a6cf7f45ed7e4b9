import Glibc
import HTTPServing

/// The files of the pages, as they lie on disk.
struct Pages: Sendable {
  let folder: String
  private let files: PageFiles

  private static let types: [String: String] = [
    "html": "text/html; charset=utf-8", "js": "text/javascript; charset=utf-8",
    "css": "text/css; charset=utf-8", "json": "application/json", "svg": "image/svg+xml",
    "png": "image/png", "ico": "image/x-icon", "woff2": "font/woff2",
    "webmanifest": "application/manifest+json",
  ]
  /// Libraries of other makers: their names hold their version, so that they never change.
  private static let vendorPrefix = "/vendor/"

  /// Pages with a document of their own; all others share one.
  private static let documents: Set<Substring> = ["report", "field", "screen", "intake"]

  init(folder: String) {
    self.folder = folder
    let names = Self.documents.union(["index"]).sorted()
    files = PageFiles(folder: folder, documents: names.map { "/\($0).html" })
  }

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
    guard let file = files.file(path, ending: ending) else {
      return HTTPResponse(status: 200, headers: [type], body: .file(path: folder + path))
    }
    let headers = [type, ("Cache-Control", "no-cache"), ("ETag", file.tag)]
    if request.headers["If-None-Match"] == file.tag {
      return HTTPResponse(status: 304, headers: headers)
    }
    guard let packed = file.packed, Self.takesPacked(request) else {
      return HTTPResponse(status: 200, headers: headers, body: .bytes(file.lean))
    }
    return HTTPResponse(
      status: 200,
      headers: headers + [("Content-Encoding", "gzip"), ("Vary", "Accept-Encoding")],
      body: .bytes(packed))
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
}

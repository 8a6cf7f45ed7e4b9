import HTTPServing

/// The files of the pages, sent as they lie on disk.
struct Pages: Sendable {
  let folder: String

  private static let types: [String: String] = [
    "html": "text/html; charset=utf-8", "js": "text/javascript; charset=utf-8",
    "css": "text/css; charset=utf-8", "json": "application/json", "svg": "image/svg+xml",
    "png": "image/png", "ico": "image/x-icon", "woff2": "font/woff2",
    "webmanifest": "application/manifest+json",
  ]

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
      return file("/\(document).html", "html")
    }
    let ending = String(last[last.index(after: dot)...])
    guard Self.types[ending] != nil else { throw .notFound }
    return file(request.path, ending)
  }

  private func file(_ path: String, _ ending: String) -> HTTPResponse {
    HTTPResponse(
      status: 200,
      headers: [
        ("Content-Type", Self.types[ending] ?? "application/octet-stream"),
        ("Cache-Control", "no-cache"),
      ], body: .file(path: folder + path))
  }
}

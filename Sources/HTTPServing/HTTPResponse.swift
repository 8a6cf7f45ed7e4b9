/// What a handler answers. The server adds `Date`, `Content-Length` and the framing.
package struct HTTPResponse: Sendable {
  /// What follows the headers.
  package enum Body: Sendable {
    case bytes([UInt8])
    /// A file, sent from the disk as it is. A missing one is answered with 404.
    case file(path: String)
    /// The connection becomes a stream of server-sent events.
    case events(EventStream)
  }

  package var status: Int
  /// `Content-Type` and whatever else; fields that cannot stand in a header are left out.
  package var headers: [(name: String, value: String)]
  package var body: Body

  package init(
    status: Int, headers: [(name: String, value: String)] = [], body: Body = .bytes([])
  ) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// A JSON text, written already.
  package static func json(_ bytes: [UInt8], status: Int = 200) -> HTTPResponse {
    HTTPResponse(
      status: status, headers: [("Content-Type", "application/json")], body: .bytes(bytes))
  }

  /// A problem document (RFC 9457), written already.
  package static func problem(_ bytes: [UInt8], status: Int) -> HTTPResponse {
    HTTPResponse(
      status: status, headers: [("Content-Type", "application/problem+json")],
      body: .bytes(bytes))
  }

  /// The first value of a header, whatever the case of its name; nil where it is not set.
  package func header(_ name: String) -> String? {
    headers.first { HTTPName.isSame($0.name.utf8, name.utf8) }?.value
  }

  /// Whether it is a JSON text of any kind.
  package var isJSON: Bool {
    header("Content-Type")?.utf8.suffix(4).elementsEqual("json".utf8) ?? false
  }
}

/// Answers requests. Called on Swift's tasks, many at a time.
package protocol HTTPHandler: Sendable {
  func respond(to request: HTTPRequest) async -> HTTPResponse
}

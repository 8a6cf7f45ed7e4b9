import JSONText

/// Why the server itself answers, before or instead of the handler.
package enum HTTPRefusal: Error, Equatable, Sendable {
  case badTarget(HTTPTargetRule)
  case targetTooLong(bytesMax: Int)
  case headersTooLong(bytesMax: Int)
  case bodyTooLong(bytesMax: Int)
  /// `Content-Length` twice, or together with `Transfer-Encoding`.
  case lengthConflict
  /// A `Transfer-Encoding` other than `chunked`.
  case encodingUnknown
  case methodUnknown
  case tooManyRequests(retryAfterSeconds: Int)
  case tooManyStreams
  case fileMissing
  /// The server is stopping and the answer did not come in time.
  case stopping

  /// Clients switch on this. Once released it never changes.
  package var code: String {
    switch self {
    case .badTarget: "http.bad_target"
    case .targetTooLong: "http.target_too_long"
    case .headersTooLong: "http.headers_too_long"
    case .bodyTooLong: "http.body_too_long"
    case .lengthConflict: "http.length_conflict"
    case .encodingUnknown: "http.encoding_unknown"
    case .methodUnknown: "http.method_unknown"
    case .tooManyRequests: "http.too_many_requests"
    case .tooManyStreams: "http.too_many_streams"
    case .fileMissing: "http.file_missing"
    case .stopping: "http.stopping"
    }
  }

  package var status: Int {
    switch self {
    case .badTarget, .lengthConflict: 400
    case .fileMissing: 404
    case .bodyTooLong: 413
    case .targetTooLong: 414
    case .tooManyRequests: 429
    case .headersTooLong: 431
    case .encodingUnknown, .methodUnknown: 501
    case .tooManyStreams, .stopping: 503
    }
  }

  /// The limit that was passed, where there is one.
  package var limit: Int? {
    switch self {
    case .targetTooLong(let bytesMax), .headersTooLong(let bytesMax), .bodyTooLong(let bytesMax):
      bytesMax
    default: nil
    }
  }

  /// The rule that was broken, where the code has several.
  package var rule: String? {
    guard case .badTarget(let rule) = self else { return nil }
    return rule.rawValue
  }

  package var retryAfterSeconds: Int? {
    switch self {
    case .tooManyRequests(let seconds): seconds
    case .tooManyStreams, .stopping: 5
    default: nil
    }
  }

  /// A problem document of codes and numbers alone, for a server without a text table.
  package static func bareProblem(_ refusal: HTTPRefusal) -> HTTPResponse {
    var writer = JSONWriter(capacity: 160)
    writer.beginObject()
    writer.member("type", "about:blank")
    writer.member("title", refusal.code)
    writer.member("status", refusal.status)
    writer.member("code", refusal.code)
    writer.member("rule", refusal.rule)
    writer.member("limit", refusal.limit)
    writer.endObject()
    return .problem(writer.take(), status: refusal.status)
  }
}

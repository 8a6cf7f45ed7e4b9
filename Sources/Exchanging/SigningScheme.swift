import City
import Fetching

/// How messages to and from another system are signed: HMAC-SHA-256 over parts that both sides
/// know, with a key that both hold. Which parts, headers and forms is data.
struct SigningScheme: Equatable, Sendable {
  /// What is signed, in the order of the scheme.
  enum Part: String, CaseIterable, Sendable { case method, path, time, body }
  enum TimeForm: String, CaseIterable, Sendable { case milliseconds, seconds }
  enum Encoding: String, CaseIterable, Sendable { case hexadecimal, base64 }

  /// Always with `time` and `body`.
  var parts: [Part] = [.method, .path, .time, .body]
  /// Stands between the parts.
  var separator = "\n"
  var timeForm = TimeForm.milliseconds
  var encoding = Encoding.hexadecimal
  /// Stands before the signature in its header.
  var prefix = "sha256="
  var timeHeader = "X-CivicLoop-Time"
  var signatureHeader = "X-CivicLoop-Signature"
  /// Names the sender, where the other side wants it.
  var senderHeader: String?
  var sender = ""
  /// How far apart the clocks may be, in seconds.
  var windowSeconds: Int64 = 300

  /// The headers of a message of ours.
  /// - Parameter path: with its query.
  func headers(
    method: String, path: String, body: [UInt8], at now: Instant, key: [UInt8]
  ) -> [(name: String, value: String)] {
    let time = text(of: now)
    let signature = signature(method: method, path: path, time: time, body: body, key: key)
    var headers = [(name: timeHeader, value: time), (name: signatureHeader, value: signature)]
    if let senderHeader { headers.append((senderHeader, sender)) }
    return headers
  }

  func signature(
    method: String, path: String, time: String, body: [UInt8], key: [UInt8]
  ) -> String {
    var message: [UInt8] = []
    for (index, part) in parts.enumerated() {
      if index > 0 { message += Array(separator.utf8) }
      switch part {
      case .method: message += Array(method.utf8)
      case .path: message += Array(path.utf8)
      case .time: message += Array(time.utf8)
      case .body: message += body
      }
    }
    switch encoding {
    case .hexadecimal: return prefix + MessageSignature.hexadecimal(of: message, key: key)
    case .base64: return prefix + MessageSignature.base64(of: message, key: key)
    }
  }

  private func text(of now: Instant) -> String {
    switch timeForm {
    case .milliseconds: String(now.milliseconds)
    case .seconds: String(now.milliseconds / Duration.second)
    }
  }

  /// When a message says that it was signed; nil for what is no time.
  func moment(_ text: String) -> Instant? {
    guard text.utf8.count <= 20, let number = Int64(text), number > 0 else { return nil }
    switch timeForm {
    case .milliseconds: return Instant(milliseconds: number)
    case .seconds:
      let (milliseconds, isTooLarge) = number.multipliedReportingOverflow(by: Duration.second)
      return isTooLarge ? nil : Instant(milliseconds: milliseconds)
    }
  }

  /// Whether a message was signed about now.
  func isTimely(_ moment: Instant, at now: Instant) -> Bool {
    let window = windowSeconds * Duration.second
    return moment >= now.advanced(byMilliseconds: -window)
      && moment <= now.advanced(byMilliseconds: window)
  }

  /// Path and query of an address, as they stand in it.
  static func path(of address: String) -> String {
    guard let scheme = address.firstRange(of: "://") else { return address }
    let rest = address[scheme.upperBound...]
    guard let slash = rest.firstIndex(where: { $0 == "/" || $0 == "?" }) else { return "/" }
    let path = rest[slash...]
    return path.hasPrefix("?") ? "/" + path : String(path)
  }
}

/// Signatures that were accepted, for as long as their time would still do.
struct ReplayBook: Sendable {
  /// Beyond: nothing more is accepted until the oldest grow out of the window.
  static let signaturesMax = 65_536

  private var until: [String: Instant] = [:]
  private var cleared = Instant(milliseconds: 0)

  /// What the book says to a signature.
  enum Admission: Equatable { case fresh, replayed, full }

  mutating func admit(_ signature: String, until end: Instant, at now: Instant) -> Admission {
    if let known = until[signature], known >= now { return .replayed }
    if until.count >= Self.signaturesMax || now > cleared.advanced(byMilliseconds: Duration.minute)
    {
      until = until.filter { $0.value >= now }
      cleared = now
    }
    guard until.count < Self.signaturesMax else { return .full }
    until[signature] = end
    return .fresh
  }
}

import JSONText

/// The rule of request targets that one breaks.
package enum HTTPTargetRule: String, Error, Equatable, Sendable {
  /// `%` is followed by two hexadecimal digits.
  case percent
  /// Decoded bytes are UTF-8.
  case utf8
  /// No NUL or other control character, raw or encoded.
  case control
  /// No `.` or `..` segment, and no slash or backslash in disguise.
  case segment
  /// A target is a path, or a whole `http` address.
  case form
  /// At most `HTTPTarget.queryPairsMax` parameters.
  case parameters
}

/// A request target, decoded and normalised.
package struct HTTPTarget: Sendable {
  package static let queryPairsMax = 256

  package let path: String
  package let query: [(name: String, value: String)]

  /// Reads a target as it stood in the request line. Repeated slashes become one.
  ///
  /// - Throws: the rule that is broken. Nothing is repaired silently: a path that means
  ///   something else to a proxy than to us would slip past its checks.
  package init(_ bytes: [UInt8]) throws(HTTPTargetRule) {
    var rest = bytes[...]
    if let fragment = rest.firstIndex(of: UInt8(ascii: "#")) { rest = rest[..<fragment] }
    if rest.elementsEqual("*".utf8) {
      path = "*"
      query = []
      return
    }
    rest = try Self.withoutOrigin(rest)
    guard rest.first == UInt8(ascii: "/") else { throw .form }
    if let mark = rest.firstIndex(of: UInt8(ascii: "?")) {
      path = try Self.path(rest[..<mark])
      query = try Self.query(rest[rest.index(after: mark)...])
    } else {
      path = try Self.path(rest)
      query = []
    }
  }

  /// Cuts `http://host` off: proxies send whole addresses, and servers must take them.
  private static func withoutOrigin(
    _ bytes: ArraySlice<UInt8>
  ) throws(HTTPTargetRule) -> ArraySlice<UInt8> {
    guard bytes.first != UInt8(ascii: "/") else { return bytes }
    for scheme in ["http://", "https://"] where bytes.starts(with: scheme.utf8) {
      let authority = bytes.dropFirst(scheme.utf8.count)
      guard let slash = authority.firstIndex(of: UInt8(ascii: "/")) else { return [0x2F] }
      return authority[slash...]
    }
    throw .form
  }

  private static func path(_ bytes: ArraySlice<UInt8>) throws(HTTPTargetRule) -> String {
    if isPlain(bytes) { return String(decoding: bytes, as: UTF8.self) }
    var decoded: [UInt8] = []
    decoded.reserveCapacity(bytes.count)
    for segment in bytes.split(separator: UInt8(ascii: "/")) {
      decoded.append(UInt8(ascii: "/"))
      let start = decoded.count
      try decode(segment, plusIsSpace: false, into: &decoded)
      let content = decoded[start...]
      guard !content.elementsEqual(".".utf8), !content.elementsEqual("..".utf8),
        !content.contains(UInt8(ascii: "/")), !content.contains(UInt8(ascii: "\\"))
      else { throw .segment }
    }
    if decoded.isEmpty || bytes.last == UInt8(ascii: "/") { decoded.append(UInt8(ascii: "/")) }
    return try text(decoded)
  }

  /// Whether a path stands as it is: nothing in it is encoded, empty, refused or a dot's.
  private static func isPlain(_ path: ArraySlice<UInt8>) -> Bool {
    var before: UInt8 = 0
    for byte in path {
      let isSpecial = byte <= 0x20 || byte >= 0x7F || byte == UInt8(ascii: "%")
      if isSpecial || byte == UInt8(ascii: "\\") { return false }
      if before == UInt8(ascii: "/"), byte == before || byte == UInt8(ascii: ".") { return false }
      before = byte
    }
    return true
  }

  static func query(
    _ bytes: ArraySlice<UInt8>
  ) throws(HTTPTargetRule) -> [(name: String, value: String)] {
    var pairs: [(name: String, value: String)] = []
    for pair in bytes.split(separator: UInt8(ascii: "&")) {
      guard pairs.count < queryPairsMax else { throw .parameters }
      var name: [UInt8] = []
      var value: [UInt8] = []
      let equals = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
      try decode(pair[..<equals], plusIsSpace: true, into: &name)
      try decode(pair[equals...].dropFirst(), plusIsSpace: true, into: &value)
      pairs.append((try text(name), try text(value)))
    }
    return pairs
  }

  private static func decode(
    _ bytes: ArraySlice<UInt8>, plusIsSpace: Bool, into output: inout [UInt8]
  ) throws(HTTPTargetRule) {
    var at = bytes.startIndex
    while at < bytes.endIndex {
      var byte = bytes[at]
      at += 1
      if byte == UInt8(ascii: "%") {
        guard bytes.endIndex - at >= 2, let high = hexadecimal(bytes[at]),
          let low = hexadecimal(bytes[at + 1])
        else { throw .percent }
        byte = high << 4 | low
        at += 2
      } else if plusIsSpace, byte == UInt8(ascii: "+") {
        byte = 0x20
      }
      // Line breaks and tabs are legal in a search text, NUL is nowhere.
      let isBreak = byte == 0x09 || byte == 0x0A || byte == 0x0D
      guard byte >= 0x20 && byte != 0x7F || plusIsSpace && isBreak else { throw .control }
      output.append(byte)
    }
  }

  private static func text(_ bytes: [UInt8]) throws(HTTPTargetRule) -> String {
    guard let text = StrictUTF8.string(bytes) else { throw .utf8 }
    return text
  }

  private static func hexadecimal(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}

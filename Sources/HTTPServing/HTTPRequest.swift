/// The methods the server passes on. Every other one is answered with 501.
package enum HTTPMethod: String, Sendable, CaseIterable {
  case get = "GET"
  case head = "HEAD"
  case post = "POST"
  case put = "PUT"
  case patch = "PATCH"
  case delete = "DELETE"
  case options = "OPTIONS"
  /// Passed on so that they are refused with the methods that a path does take.
  case trace = "TRACE"
  case query = "QUERY"
}

/// One complete request, already within the server's limits.
package struct HTTPRequest: Sendable {
  package let method: HTTPMethod
  /// Percent-decoded, starts with `/` (or is `*`); no empty, `.` or `..` segments, no control
  /// characters.
  package let path: String
  /// Decoded, in the order they came; names may repeat.
  package let query: [(name: String, value: String)]
  package let headers: HTTPHeaders
  package let body: [UInt8]
  /// The client's address in numbers; behind a trusted proxy the one the proxy names.
  package let remoteAddress: String
  /// Whether the client itself is on this machine: false as soon as any proxy left its mark.
  package let isLoopback: Bool

  package init(
    method: HTTPMethod, path: String, query: [(name: String, value: String)] = [],
    headers: HTTPHeaders = HTTPHeaders(), body: [UInt8] = [], remoteAddress: String = "127.0.0.1",
    isLoopback: Bool = true
  ) {
    self.method = method
    self.path = path
    self.query = query
    self.headers = headers
    self.body = body
    self.remoteAddress = remoteAddress
    self.isLoopback = isLoopback
  }

  /// The first value of that name in the query.
  package func query(_ name: String) -> String? {
    query.first { $0.name == name }?.value
  }

  /// The value of that cookie, as it came, without quotation marks around it.
  package func cookie(_ name: String) -> String? {
    for header in headers.all("cookie") {
      for pair in header.utf8.split(separator: UInt8(ascii: ";")) {
        let trimmed = pair.drop { $0 == 0x20 || $0 == 0x09 }
        guard let equals = trimmed.firstIndex(of: UInt8(ascii: "=")) else { continue }
        guard trimmed[..<equals].elementsEqual(name.utf8) else { continue }
        var value = trimmed[trimmed.index(after: equals)...]
        while let last = value.last, last == 0x20 || last == 0x09 { value.removeLast() }
        if value.count >= 2, value.first == 0x22, value.last == 0x22 {
          value = value.dropFirst().dropLast()
        }
        return String(decoding: value, as: UTF8.self)
      }
    }
    return nil
  }
}

/// The header fields of a request. Names compare without regard to case.
///
/// All fields lie in one buffer: a request has a dozen of them and a handler looks at two.
package struct HTTPHeaders: Sendable {
  private struct Field {
    let start: Int
    let nameCount: Int
    let valueCount: Int
  }

  private var text: [UInt8] = []
  private var fields: [Field] = []

  package init() {}

  package init(_ pairs: [(String, String)]) {
    for (name, value) in pairs { add(Array(name.utf8)[...], Array(value.utf8)[...]) }
  }

  package var count: Int { fields.count }

  mutating func reserve(bytes: Int) {
    text.reserveCapacity(bytes)
    fields.reserveCapacity(16)
  }

  mutating func add(_ name: some Collection<UInt8>, _ value: some Collection<UInt8>) {
    fields.append(Field(start: text.count, nameCount: name.count, valueCount: value.count))
    text.append(contentsOf: name)
    text.append(contentsOf: value)
  }

  /// The first value of that name.
  package subscript(_ name: String) -> String? {
    for field in fields where matches(field, name) { return value(field) }
    return nil
  }

  /// Every value of that name, in the order they came.
  package func all(_ name: String) -> [String] {
    fields.filter { matches($0, name) }.map(value)
  }

  /// How often a field of that name came.
  package func count(of name: String) -> Int {
    fields.reduce(0) { $0 + (matches($1, name) ? 1 : 0) }
  }

  /// All fields, in the order they came.
  package var pairs: [(name: String, value: String)] {
    fields.map {
      (String(decoding: text[$0.start..<$0.start + $0.nameCount], as: UTF8.self), value($0))
    }
  }

  private func value(_ field: Field) -> String {
    let start = field.start + field.nameCount
    return String(decoding: text[start..<start + field.valueCount], as: UTF8.self)
  }

  private func matches(_ field: Field, _ name: String) -> Bool {
    HTTPName.isSame(text[field.start..<field.start + field.nameCount], name.utf8)
  }
}

/// Names of header fields.
enum HTTPName {
  /// Whether two names differ at most in the case of their letters, which are ASCII.
  static func isSame(_ one: some Collection<UInt8>, _ other: some Collection<UInt8>) -> Bool {
    one.count == other.count && zip(one, other).allSatisfy { lowered($0) == lowered($1) }
  }

  private static func lowered(_ byte: UInt8) -> UInt8 {
    (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
  }
}

import City
import Engine
import HTTPServing

/// Who may call a route at all; what it returns is cut to the caller's scope besides.
enum Access: Equatable {
  case anyone
  /// Anyone, within the limits of `PublicAct`: what citizens do without a sign-in.
  case `public`(PublicAct)
  case signedIn
  /// Any one of these.
  case permission(Set<Permission>)
}

/// One line of the route table, from which the server routes and the OpenAPI document is made.
///
/// A class, as every request holds the one that it found.
final class Route: Sendable {
  let method: HTTPMethod
  /// Segments after `/api/v1`; one that begins with `:` takes any text.
  let path: String
  let access: Access
  let summary: String
  let query: [Parameter]
  let body: [Parameter]
  /// Media types of a body that is taken as it is; empty = JSON fields, or none at all.
  let takes: [String]
  /// Whether other systems send to it: they know nothing of our header against forged requests, so
  /// that nothing may follow from the session's cookie, and may add to the query what they like.
  let isSentBySystems: Bool
  /// Whether its good answer has no body, though the method alone does not say so.
  let isSilent: Bool
  let run: @Sendable (Call) async throws(Problem) -> HTTPResponse
  /// The path, cut at its slashes.
  let segments: [Substring]
  /// The segments that take any text: the name of each and where it stands.
  let captures: [(name: Substring, at: Int)]

  /// A value that the route takes.
  struct Parameter: Sendable {
    let name: String
    /// `string`, `integer`, `number`, `boolean`, `array` or `object`.
    let type: String
    var required = false
    var allowed: [String] = []
  }

  init(
    _ method: HTTPMethod, _ path: String, _ access: Access, _ summary: String,
    query: [Parameter] = [], body: [Parameter] = [], takes: [String] = [],
    isSentBySystems: Bool = false, isSilent: Bool = false,
    run: @escaping @Sendable (Call) async throws(Problem) -> HTTPResponse
  ) {
    self.method = method
    self.path = path
    self.access = access
    self.summary = summary
    self.query = query
    self.body = body
    self.takes = takes
    self.isSentBySystems = isSentBySystems
    self.isSilent = isSilent
    self.run = run
    segments = path.split(separator: "/")
    captures = segments.enumerated().filter { Self.isCapture($0.element) }
      .map { ($0.element.dropFirst(), $0.offset) }
  }

  static func isCapture(_ segment: Substring) -> Bool {
    segment.utf8.first == UInt8(ascii: ":")
  }

  /// Whether devices and boxes send to it.
  var takesReadings: Bool {
    method == .post
      && ["/observations", "/findings", "/sensorthings/"].contains { path.hasPrefix($0) }
  }

  /// Whether it answers those who did not sign in.
  var isOpen: Bool {
    switch access {
    case .anyone, .public: true
    case .signedIn, .permission: false
    }
  }
}

/// A request that found its route and may call it.
struct Call: Sendable {
  let request: HTTPRequest
  let captures: Captures
  /// Names the request in journal and logs.
  let id: String
  /// nil only where the route lets anyone in.
  let signedIn: Caller?
  let secret: String?

  /// - Throws: 401 where nobody is signed in.
  var caller: Caller {
    get throws(Problem) {
      guard let signedIn else { throw .unauthorised }
      return signedIn
    }
  }

  func capture(_ name: String) -> String { captures[name] ?? "" }

  func capturedID<Subject>(_ name: String, _: Subject.Type = Subject.self) throws(Problem) -> ID<
    Subject
  > {
    guard let number = Int64(capture(name)), number > 0 else { throw .notFound }
    return ID(number)
  }

  // Filters of lists: absent means no filter, a malformed one is refused by name.

  func filter(_ name: String) -> String? {
    request.query(name).flatMap { $0.isEmpty ? nil : $0 }
  }

  func id<Subject>(_ name: String) throws(Problem) -> ID<Subject>? {
    guard let text = filter(name) else { return nil }
    guard let number = Int64(text), number > 0 else { throw .field(name, "id.form") }
    return ID(number)
  }

  func number(_ name: String) throws(Problem) -> Double? {
    guard let text = filter(name) else { return nil }
    guard let number = Double(text), number.isFinite else { throw .field(name, "number.form") }
    return number
  }

  /// A whole number from 0 to `Int32.max`.
  func count(_ name: String) throws(Problem) -> Int? {
    guard let text = filter(name) else { return nil }
    guard let number = Int32(text), number >= 0 else { throw .field(name, "number.form") }
    return Int(number)
  }

  func flag(_ name: String) throws(Problem) -> Bool? {
    switch filter(name) {
    case nil: nil
    case "true": true
    case "false": false
    default: throw .field(name, "word.unknown", ["allowed": "true,false"])
    }
  }

  func instant(_ name: String) throws(Problem) -> Instant? {
    guard let text = filter(name) else { return nil }
    guard let instant = TimeText.read(text) else { throw .field(name, "time.form") }
    return instant
  }

  func word<Word: RawRepresentable & CaseIterable>(_ name: String) throws(Problem) -> Word?
  where Word.RawValue == String {
    try filter(name).map { text throws(Problem) in try Self.read(text, name) }
  }

  /// Any of several words; the name may stand more than once.
  func words<Word: RawRepresentable & CaseIterable & Hashable>(
    _ name: String
  ) throws(Problem) -> Set<Word> where Word.RawValue == String {
    var words: Set<Word> = []
    for pair in request.query where pair.name == name && !pair.value.isEmpty {
      words.insert(try Self.read(pair.value, name))
    }
    return words
  }

  private static func read<Word: RawRepresentable & CaseIterable>(
    _ text: String, _ name: String
  ) throws(Problem) -> Word where Word.RawValue == String {
    guard let word = Word(rawValue: text) else {
      throw .field(
        name, "word.unknown",
        ["allowed": Word.allCases.map(\.rawValue).joined(separator: ",")])
    }
    return word
  }

  /// Refuses what the route does not take: a filter with a slip of the pen must not pass for none.
  func checkQuery(_ known: [Route.Parameter]) throws(Problem) {
    let unknown = request.query.filter { pair in !known.contains { $0.name == pair.name } }
    guard unknown.isEmpty else {
      let names = known.map(\.name).sorted().joined(separator: ",")
      throw Problem(
        status: 400, code: "request.invalid",
        findings: unknown.map {
          Problem.Finding(field: $0.name, rule: "field.unknown", facts: ["known": names])
        })
    }
  }
}

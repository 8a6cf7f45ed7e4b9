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
struct Route: Sendable {
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

  var segments: [Substring] { path.split(separator: "/") }
}

/// A request that found its route and may call it.
struct Call: Sendable {
  let request: HTTPRequest
  let captures: [String: String]
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

/// Finds the route of a request.
struct RouteTable: Sendable {
  static let prefix = "/api/v1"

  let routes: [Route]
  /// By number of segments and first segment, in the order of `routes`.
  private let patterns: [Place: [Pattern]]

  private struct Place: Hashable {
    let count: Int
    let first: Substring
  }

  private struct Pattern {
    let route: Int
    let segments: [Substring]
    let captures: Int
  }

  /// - Precondition: each path begins with a fixed word.
  init(_ routes: [Route]) {
    self.routes = routes
    var patterns: [Place: [Pattern]] = [:]
    for (index, route) in routes.enumerated() {
      let segments = route.segments
      guard let first = segments.first, !Self.isCapture(first) else {
        preconditionFailure("\(route.path) begins with no word")
      }
      patterns[Place(count: segments.count, first: first), default: []].append(
        Pattern(
          route: index, segments: segments, captures: segments.count(where: Self.isCapture)))
    }
    self.patterns = patterns
  }

  enum Match {
    case route(Route, captures: [String: String])
    /// The path is there, for other methods.
    case otherMethods([HTTPMethod])
    case none
  }

  func match(_ method: HTTPMethod, _ path: String) -> Match {
    guard path.hasPrefix(Self.prefix) else { return .none }
    let rest = path.utf8.dropFirst(Self.prefix.utf8.count)
    guard rest.first == UInt8(ascii: "/") else { return .none }
    let segments = rest.split(separator: UInt8(ascii: "/")).map { Substring($0) }
    guard let first = segments.first,
      let patterns = patterns[Place(count: segments.count, first: first)]
    else { return .none }
    // A fixed segment wins over one that takes any text, for every method: what a path is, is not
    // a question of the method.
    var found: [Pattern] = []
    for pattern in patterns where Self.fits(pattern, segments) {
      if let best = found.first?.captures, best != pattern.captures {
        if best < pattern.captures { continue }
        found.removeAll()
      }
      found.append(pattern)
    }
    let match = found.first {
      let taken = routes[$0.route].method
      return taken == method || (method == .head && taken == .get)
    }
    if let match {
      return .route(routes[match.route], captures: Self.captures(match, segments))
    }
    let others = found.flatMap { pattern -> [HTTPMethod] in
      let taken = routes[pattern.route].method
      return taken == .get ? [.get, .head] : [taken]
    }
    return others.isEmpty ? .none : .otherMethods(others)
  }

  private static func isCapture(_ segment: Substring) -> Bool {
    segment.utf8.first == UInt8(ascii: ":")
  }

  private static func fits(_ pattern: Pattern, _ segments: [Substring]) -> Bool {
    zip(pattern.segments, segments).allSatisfy { isCapture($0) || $0 == $1 }
  }

  private static func captures(_ pattern: Pattern, _ segments: [Substring]) -> [String: String] {
    var captures: [String: String] = [:]
    guard pattern.captures > 0 else { return captures }
    for (part, segment) in zip(pattern.segments, segments) where isCapture(part) {
      captures[String(part.dropFirst())] = String(segment)
    }
    return captures
  }
}

import HTTPServing

/// Finds the route of a request: a tree of words, walked segment by segment.
struct RouteTable: Sendable {
  static let prefix = "/api/v1"

  let routes: [Route]
  /// The first is where all paths begin.
  private var places: [Place] = [Place()]

  /// Where the segments of a path lead to.
  private struct Place {
    /// Where each fixed segment leads on to.
    var words: [Substring: Int] = [:]
    /// Where any other text leads on to.
    var anyText: Int?
    /// The routes whose path ends here.
    var routes: [Route] = []
  }

  init(_ routes: [Route]) {
    self.routes = routes
    for route in routes {
      let end = route.segments.reduce(0) { place($1, from: $0) }
      places[end].routes.append(route)
    }
  }

  private mutating func place(_ segment: Substring, from start: Int) -> Int {
    let isCapture = Route.isCapture(segment)
    if let known = isCapture ? places[start].anyText : places[start].words[segment] { return known }
    places.append(Place())
    let new = places.count - 1
    if isCapture { places[start].anyText = new } else { places[start].words[segment] = new }
    return new
  }

  enum Match {
    case route(Route, captures: Captures)
    /// The path is there, for other methods.
    case otherMethods([HTTPMethod])
    case none
  }

  func match(_ method: HTTPMethod, _ path: String) -> Match {
    guard path.hasPrefix(Self.prefix) else { return .none }
    let rest = path.utf8.dropFirst(Self.prefix.utf8.count)
    guard rest.first == UInt8(ascii: "/") else { return .none }
    let segments = rest.split(separator: UInt8(ascii: "/")).map { Substring($0) }
    guard let found = routes(at: segments[...], from: 0) else { return .none }
    for route in found where route.method == method || (method == .head && route.method == .get) {
      return .route(route, captures: Captures(route, segments))
    }
    return .otherMethods(found.flatMap { $0.method == .get ? [.get, .head] : [$0.method] })
  }

  /// A fixed segment wins over one that takes any text, for every method: what a path is, is not
  /// a question of the method.
  private func routes(at path: ArraySlice<Substring>, from start: Int) -> [Route]? {
    guard let segment = path.first else {
      return places[start].routes.isEmpty ? nil : places[start].routes
    }
    if let next = places[start].words[segment], let found = routes(at: path.dropFirst(), from: next)
    {
      return found
    }
    return places[start].anyText.flatMap { routes(at: path.dropFirst(), from: $0) }
  }
}

/// What a path says where its route takes any text.
struct Captures: Sendable {
  private let pairs: [(name: Substring, value: Substring)]

  /// - Parameter segments: of the path that was called, as many as the route has.
  init(_ route: Route, _ segments: [Substring]) {
    pairs = route.captures.map { ($0.name, segments[$0.at]) }
  }

  subscript(name: String) -> String? {
    pairs.first { $0.name == name }.map { String($0.value) }
  }
}

import HTTPServing
import Testing

@testable import Web

/// Which route a path finds, and what it takes from the path.
@Suite struct RouteTableTests {
  private static let table = RouteTable(
    [
      (HTTPMethod.get, "/cases"), (.post, "/cases"), (.get, "/cases/:id"), (.get, "/cases/counts"),
      (.get, "/cases/:id/steps"), (.post, "/cases/:id/steps"),
      (.put, "/areas/:area/units/:unit"), (.get, "/areas/city/units/:unit"),
    ].map { method, path in
      Route(method, path, .anyone, "") { _ in HTTPResponse(status: 200) }
    })

  struct Row: Sendable {
    let method: HTTPMethod
    let path: String
    /// The path of the route; nil = none.
    var route: String?
    var captures: [String: String] = [:]
    /// Where the path is there for other methods.
    var others: [HTTPMethod] = []
  }

  static let rows = [
    Row(method: .get, path: "/api/v1/cases", route: "/cases"),
    Row(method: .head, path: "/api/v1/cases", route: "/cases"),
    Row(method: .delete, path: "/api/v1/cases", others: [.get, .head, .post]),
    Row(method: .get, path: "/api/v1/cases/17", route: "/cases/:id", captures: ["id": "17"]),
    Row(method: .get, path: "/api/v1/cases/counts", route: "/cases/counts"),
    // The word wins, though its path goes on no further.
    Row(
      method: .get, path: "/api/v1/cases/counts/steps", route: "/cases/:id/steps",
      captures: ["id": "counts"]),
    Row(
      method: .put, path: "/api/v1/areas/a/units/b", route: "/areas/:area/units/:unit",
      captures: ["area": "a", "unit": "b"]),
    Row(
      method: .get, path: "/api/v1/areas/city/units/b", route: "/areas/city/units/:unit",
      captures: ["unit": "b"]),
    // What a path is, is not a question of the method.
    Row(method: .put, path: "/api/v1/areas/city/units/b", others: [.get, .head]),
    Row(method: .get, path: "/api/v1/cases/17/steps/2"),
    Row(method: .get, path: "/api/v1/areas"),
    Row(method: .get, path: "/api/v1/nothing"),
    Row(method: .get, path: "/api/v1"),
    Row(method: .get, path: "/api/v1cases"),
    Row(method: .get, path: "/cases"),
  ]

  @Test("finds", arguments: rows)
  func finds(_ row: Row) {
    switch Self.table.match(row.method, row.path) {
    case .route(let route, let captures):
      #expect(route.path == row.route)
      let taken = route.captures.map { (String($0.name), captures[String($0.name)] ?? "") }
      #expect(Dictionary(uniqueKeysWithValues: taken) == row.captures)
      #expect(captures["none"] == nil)
    case .otherMethods(let methods):
      #expect(row.route == nil && methods == row.others)
    case .none:
      #expect(row.route == nil && row.others.isEmpty)
    }
  }
}

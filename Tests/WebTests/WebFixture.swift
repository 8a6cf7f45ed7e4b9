import City
import Engine
import HTTPServing
import JSONText
import LoopFixture
import Ports
import StoreMemory
import Testing

@testable import Web

/// The web over a loop with accounts for everybody, asked without sockets.
struct WebFixture: Sendable {
  let loop: Loop
  let handler: WebHandler
  /// nil where the test wants no devices.
  let perception: Perception?
  private let secrets: [Person: String]

  static func with(
    _ kind: StoreKind = .memory, devices: [DeviceEntry] = [],
    pictures: (any PictureSource)? = nil, _ body: (WebFixture) async throws -> Void
  ) async throws {
    try await Loop.with(kind) { loop in
      try await loop.makeAccounts()
      var perception: Perception?
      if !devices.isEmpty {
        let outcomes = try await DeviceImport(engine: loop.engine)
          .save(devices, by: .local("test"))
        #expect(outcomes.allSatisfy { $0 == .accepted })
        perception = try await Perception(
          engine: loop.engine, observations: MemoryObservationStore(time: loop.clock))
      }
      let handler = WebHandler(
        engine: loop.engine, accounts: loop.accounts, files: loop.files,
        settings: WebSettings(pages: Loop.repository + "/web"),
        perception: perception, models: loop.models, pictures: pictures, metrics: { [] })
      var secrets: [Person: String] = [:]
      for person in Person.allCases {
        secrets[person] =
          try await loop.accounts.signIn(
            login: person.rawValue, password: Person.password, request: ""
          ).secret
      }
      try await body(
        WebFixture(
          loop: loop, handler: handler, perception: perception, secrets: secrets))
    }
  }

  /// The same people before a server with other settings.
  func with(_ settings: WebSettings) -> WebFixture {
    WebFixture(
      loop: loop,
      handler: WebHandler(
        engine: loop.engine, accounts: loop.accounts, files: loop.files, settings: settings,
        metrics: { [] }), perception: nil, secrets: secrets)
  }

  var routes: [Route] { AllRoutes.routes(handler.context) }

  func secret(of person: Person) -> String { secrets[person] ?? "" }

  func ask(
    _ method: HTTPMethod, _ target: String, as person: Person? = .dispatcher,
    headers: [(String, String)] = [], body: [UInt8] = []
  ) async -> WebAnswer {
    let (path, query) = Self.split(target)
    let bearer = person.map { [("Authorization", "Bearer \(secret(of: $0))")] } ?? []
    return WebAnswer(
      await handler.respond(
        to: HTTPRequest(
          method: method, path: path, query: query, headers: HTTPHeaders(bearer + headers),
          body: body)))
  }

  func get(_ path: String, as person: Person? = .dispatcher) async -> WebAnswer {
    await ask(.get, "/api/v1" + path, as: person)
  }

  func post(_ path: String, _ body: JSON, as person: Person? = .dispatcher) async -> WebAnswer {
    await post(path, text: body.text, as: person)
  }

  func post(_ path: String, text: String, as person: Person? = .dispatcher) async -> WebAnswer {
    await ask(.post, "/api/v1" + path, as: person, body: Array(text.utf8))
  }

  private static func split(_ target: String) -> (String, [(name: String, value: String)]) {
    let parts = target.split(separator: "?", maxSplits: 1)
    let pairs = parts.count < 2 ? [] : parts[1].split(separator: "&")
    return (
      String(parts[0]),
      pairs.map { pair in
        let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        return (String(sides[0]), sides.count > 1 ? String(sides[1]) : "")
      }
    )
  }
}

/// What came back.
struct WebAnswer: Sendable {
  let response: HTTPResponse
  let bytes: [UInt8]
  let json: JSON?

  init(_ response: HTTPResponse) {
    self.response = response
    if case .bytes(let bytes) = response.body { self.bytes = bytes } else { bytes = [] }
    json = try? JSON.parse(bytes, limits: JSONLimits(bytesMax: 16 << 20))
  }

  var status: Int { response.status }
  var code: String? { json?["code"]?.string }
  var findings: [JSON] { json?["findings"]?.array ?? [] }
  var elements: [JSON] { json?["elements"]?.array ?? [] }
  var ids: [String] { elements.compactMap { $0["id"]?.string } }
  var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Whether it is a problem document that names this field and rule.
  func names(_ field: String?, _ rule: String) -> Bool {
    response.header("Content-Type") == "application/problem+json"
      && json?["status"]?.integer == Int64(status)
      && findings.contains { $0["field"]?.string == field && $0["rule"]?.string == rule }
  }
}

extension JSON {
  var text: String {
    var writer = JSONWriter()
    writer.value(self)
    return String(decoding: writer.take(), as: UTF8.self)
  }

  /// The same object with another member.
  func with(_ name: String, _ value: JSON) -> JSON {
    .object((members ?? []).filter { $0.name != name } + [JSONMember(name, value)])
  }

  /// A whole signal, as the interface takes it.
  static func signal(_ id: String, _ item: String = TestItem.noise) -> JSON {
    [
      "channel": "hotline", "externalId": .string(id), "item": .string(item), "title": "夜间噪声",
      "text": "请来看看", "longitude": .number(District.inWest.longitude),
      "latitude": .number(District.inWest.latitude),
    ]
  }
}

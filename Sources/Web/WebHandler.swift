import City
package import Engine
package import HTTPServing
import JSONText
package import Pack
package import Ports
import Synchronization

/// What the web needs besides the engine.
package struct WebSettings: Sendable {
  /// The folder of the pages.
  package var pages: String
  /// Set where people come over TLS: the cookie is then sent over TLS only.
  package var secureCookie = false
  /// Whether who holds one of the three powers must prove himself by a second factor: until he set
  /// one up he may do nothing else.
  package var powersNeedFactor = false
  /// Logins whose password everybody knows: they answer on this machine only.
  package var loopbackLogins: Set<String> = []
  /// The operator's channels of notices, for whoever runs the house.
  package var channels: [NoticeChannel] = []
  /// Exchanges tickets with other systems; nil where none is set up.
  package var exchanges: ExchangeDesk?
  /// Shown on the sign-in page of a demonstration, on loopback only.
  package var demonstration: DemonstrationNotice?
  /// Signs people on; nil where this process asks no other system.
  package var signOn: (any IdentityProviding)?
  /// Signs how far the journal came; nil where this process has no such key.
  package var anchors: (any AnchorSigning)?
  /// What there is to find in the packs as they lie on the disk now; nil where this process has none.
  package var packFindings: (@Sendable () -> [Finding])?
  /// Requests of one account from other machines; devices that send readings are not counted.
  package var accountRate = RateLimit.Settings(requestsPerSecond: 50, burst: 300)

  package init(pages: String) {
    self.pages = pages
  }
}

/// Answers every request: API, feed, pages, health.
package final class WebHandler: HTTPHandler {
  static let cookieName = "civicloop"
  static let forgeryHeader = "X-CivicLoop"

  let context: WebContext
  private let table: RouteTable
  private let pages: Pages
  private let requests = Atomic<Int64>(0)
  private let accountRate: Mutex<RateLimit>
  private let prefix: String

  /// - Parameters:
  ///   - perception: takes observations; nil where this process takes none.
  ///   - models: learned models; nil where this process learns none.
  ///   - pictures: fetches pictures by address; nil where no host is allowed.
  ///   - registers: reads files of things; nil where this process reads none.
  ///   - derived: keeps copies of what follows from the journal; nil where none are kept.
  ///   - metrics: lines in Prometheus form that the server adds to ours.
  package init(
    engine: Engine, accounts: Accounts, files: any FileKeeping, settings: WebSettings,
    perception: Perception? = nil, models: ModelDesk? = nil,
    pictures: (any PictureSource)? = nil, registers: (any RegisterReading)? = nil,
    derived: (any DerivedKeeping)? = nil, metrics: @escaping @Sendable () -> [UInt8]
  ) {
    context = WebContext(
      engine: engine, accounts: accounts, files: files, settings: settings,
      feed: FeedHub(engine: engine), perception: perception, models: models,
      care: perception.map { DeviceCare(perception: $0) }, pictures: pictures,
      signOn: settings.signOn.map { SignOnDesk(provider: $0, accounts: accounts) },
      registers: registers,
      vitals: VitalDesk(engine: engine, perception: perception, keeping: derived),
      maps: MapDesk(engine: engine),
      serverMetrics: metrics)
    table = RouteTable(AllRoutes.routes(context))
    pages = Pages(folder: settings.pages)
    accountRate = Mutex(RateLimit(settings.accountRate))
    prefix = String(engine.time.now.milliseconds, radix: 36)
  }

  /// Lets data come to its end.
  package var retention: RetentionDesk { context.retention }

  /// Follows the journal for the live feed until cancelled.
  package func followJournal() async { await context.feed.follow() }

  /// Reads what the numbers of the city follow from, so that the first who asks need not wait for it.
  package func readPast() async {
    _ = try? await context.maps.bounds()
    try? await context.vitals.follow()
  }

  /// Watches for what must be warned of until cancelled.
  package func watchWarnings() async {
    await WarningWatch(engine: context.engine, vitals: context.vitals).run()
  }

  /// Ends all live feeds.
  package func closeFeeds() { context.feed.closeAll() }

  package func respond(to request: HTTPRequest) async -> HTTPResponse {
    let id = "\(prefix)-\(requests.add(1, ordering: .relaxed).newValue)"
    var response: HTTPResponse
    do throws(Problem) {
      response = try await answer(request, id: id)
    } catch {
      response = error.response(request: id)
    }
    response.headers += response.isJSON ? Self.dataHeaders : Self.documentHeaders
    if context.settings.secureCookie { response.headers.append(Self.transportHeader) }
    // What somebody may see is his: no proxy and no shared machine keeps it.
    if request.path.hasPrefix("/api/"), response.header("Cache-Control") == nil {
      response.headers.append(("Cache-Control", "no-store"))
    }
    return response
  }

  /// Answers a request of the API that comes from the machine itself, for somebody known already.
  package func respond(to request: HTTPRequest, as caller: Caller) async -> HTTPResponse {
    let id = "local"
    do throws(Problem) {
      guard case .route(let route, let captures) = table.match(request.method, request.path) else {
        throw .notFound
      }
      if case .permission(let permissions) = route.access,
        permissions.isDisjoint(with: caller.permissions)
      {
        throw .forbidden(permissions.map(\.rawValue).sorted().joined(separator: ","))
      }
      return try await route.run(
        Call(request: request, captures: captures, id: id, signedIn: caller, secret: nil))
    } catch {
      return error.response(request: id)
    }
  }

  /// For a year, browsers come over TLS alone.
  private static let transportHeader = (
    name: "Strict-Transport-Security", value: "max-age=31536000"
  )

  private static let sharedHeaders: [(name: String, value: String)] = [
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
  ]

  /// JSON is no document: it may load nothing and stand in no frame.
  private static let dataHeaders =
    sharedHeaders + [("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")]

  private static let documentHeaders =
    sharedHeaders + [
      ("X-Frame-Options", "DENY"),
      ("Cross-Origin-Opener-Policy", "same-origin"),
      ("Permissions-Policy", "camera=(self), geolocation=(self), microphone=(self), payment=()"),
      (
        "Content-Security-Policy",
        "default-src 'self'; script-src 'self'; worker-src 'self' blob:; img-src 'self' data: blob:; "
          + "style-src 'self' 'unsafe-inline'; connect-src 'self'; object-src 'none'; "
          + "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
      ),
    ]

  private func answer(_ request: HTTPRequest, id: String) async throws(Problem) -> HTTPResponse {
    switch table.match(request.method, Self.path(request.path)) {
    case .route(let route, let captures):
      let call = try await call(request, route, captures, id: id)
      if !route.isSentBySystems { try call.checkQuery(route.query) }
      return try await route.run(call)
    case .otherMethods(let methods):
      var response = Problem(status: 405, code: "method.not_allowed").response(request: id)
      response.headers.append(("Allow", methods.map(\.rawValue).joined(separator: ", ")))
      return response
    case .none:
      return try await outside(request)
    }
  }

  /// Where a request is routed that clients of other makers send: those of SensorThings expect their
  /// version at the beginning of the path, and maps their tiles.
  private static func path(_ path: String) -> String {
    if path.hasPrefix("/v1.1/") { return "\(RouteTable.prefix)/sensorthings\(path)" }
    return path.hasPrefix("/tiles/") ? RouteTable.prefix + path : path
  }

  /// What lies beside the API.
  private func outside(_ request: HTTPRequest) async throws(Problem) -> HTTPResponse {
    guard request.method == .get || request.method == .head else { throw .notFound }
    switch request.path {
    case "/healthz": return .json(Array("{\"status\":\"alive\"}".utf8))
    case "/readyz": return try await context.readiness()
    case "/metrics":
      return HTTPResponse(
        status: 200, headers: [("Content-Type", "text/plain; version=0.0.4")],
        body: .bytes(await context.metrics()))
    case "/api/openapi.json": return .json(OpenAPI.document(table.routes))
    default: return try pages.response(request)
    }
  }

  /// Finds out who calls and whether he may.
  private func call(
    _ request: HTTPRequest, _ route: Route, _ captures: Captures, id: String
  ) async throws(Problem) -> Call {
    let bearer = Self.bearer(request)
    let secret = bearer ?? request.cookie(Self.cookieName)
    var caller: Caller?
    if let secret {
      caller = try await stored { () throws(StoreFault) in
        try await context.accounts.caller(secret: secret, from: request.remoteAddress)
      }
    }
    if !route.isOpen {
      guard let caller else {
        // Somebody who sends observations with a key that is none of ours: on record by reason.
        if route.takesReadings {
          context.perception?.refuse(.credentials, request.remoteAddress, from: "http")
        }
        throw .unauthorised
      }
      if context.settings.powersNeedFactor, caller.hasPower, !caller.isByKey, !caller.hasFactor,
        route.segments.first != "session"
      {
        throw Problem(status: 403, code: "account.factor_required")
      }
      if case .permission(let permissions) = route.access,
        permissions.isDisjoint(with: caller.permissions)
      {
        throw .forbidden(permissions.map(\.rawValue).sorted().joined(separator: ","))
      }
    }
    if let caller, !request.isLoopback, !route.takesReadings {
      let key = AddressKey(high: UInt64(bitPattern: caller.account.rawValue), low: 0)
      let now = steadyMilliseconds()
      let admission = accountRate.withLock { $0.admit(key, at: now) }
      if case .refused(let seconds) = admission {
        throw Problem(status: 429, code: "account.rate", retryAfterSeconds: Int64(seconds))
      }
    }
    // A page of another site can make a browser send the cookie, but not this header.
    if bearer == nil, route.method != .get, !route.isSentBySystems,
      request.headers[Self.forgeryHeader] == nil
    {
      throw .forged
    }
    if case .public(let act) = route.access {
      try context.gate.admit(act, request, at: context.engine.time.now)
    }
    return Call(request: request, captures: captures, id: id, signedIn: caller, secret: secret)
  }

  private static func bearer(_ request: HTTPRequest) -> String? {
    guard let header = request.headers["Authorization"], header.hasPrefix("Bearer ") else {
      return nil
    }
    return String(header.dropFirst("Bearer ".count))
  }
}

/// What the routes share.
struct WebContext: Sendable {
  let engine: Engine
  let accounts: Accounts
  let files: any FileKeeping
  let settings: WebSettings
  let feed: FeedHub
  /// nil where this process does not perceive.
  let perception: Perception?
  /// nil where this process learns no models.
  let models: ModelDesk?
  /// The health of devices; nil as `perception`.
  let care: DeviceCare?
  /// Fetches pictures by address; nil where no host is allowed.
  let pictures: (any PictureSource)?
  /// nil where no other system signs people on.
  let signOn: SignOnDesk?
  /// Reads files of things; nil where this process reads none.
  let registers: (any RegisterReading)?
  /// Lets data come to its end.
  var retention: RetentionDesk {
    RetentionDesk(engine: engine, observations: perception?.observations, files: files)
  }
  let vitals: VitalDesk
  let maps: MapDesk
  let serverMetrics: @Sendable () -> [UInt8]
  /// Limits and challenges of those who do not sign in.
  let gate = PublicGate()

  func readiness() async throws(Problem) -> HTTPResponse {
    _ = try await stored { () throws(StoreFault) in try await engine.store.lastSequence() }
    return .json(Array("{\"status\":\"ready\"}".utf8))
  }

  /// Prometheus text.
  func metrics() async -> [UInt8] {
    var lines = serverMetrics()
    let sequence = (try? await engine.store.lastSequence()) ?? 0
    let counts = (try? await engine.store.counts(.everything))?.byStage ?? [:]
    var text = """
      # TYPE civicloop_journal_sequence counter
      civicloop_journal_sequence \(sequence)
      # TYPE civicloop_feed_streams gauge
      civicloop_feed_streams \(feed.count)
      # TYPE civicloop_cases gauge

      """
    for (stage, count) in counts.sorted(by: { $0.key < $1.key }) {
      text += "civicloop_cases{stage=\"\(stage)\"} \(count)\n"
    }
    lines += Array(text.utf8)
    return lines
  }
}

import City
import Engine
import HTTPServing
import JSONText
import Ports

/// Sign-in, sessions and keys.
enum SessionRoutes {
  /// Characters of a key's label.
  static let labelMax = 100
  /// Networks that one key may be used from.
  static let networksMax = 16
  /// A key lives no longer than this; a forgotten one must end some day.
  static let keyLifeMilliseconds = 5 * 366 * Duration.day

  static func routes(_ context: WebContext) -> [Route] {
    [
      Route(
        .post, "/session", .anyone, "Sign in",
        body: [
          .init(name: "login", type: "string", required: true),
          .init(name: "password", type: "string", required: true),
          .init(name: "code", type: "string"),
        ]
      ) { call throws(Problem) in try await signIn(call, context) },
      Route(.get, "/session", .signedIn, "Who I am") { call throws(Problem) in
        let caller = try call.caller
        return Answer.object { write(caller, context, to: &$0) }
      },
      Route(.delete, "/session", .signedIn, "Sign out") { call throws(Problem) in
        try await signOut(call, context)
      },
      Route(.get, "/keys", .permission([.administer]), "Sessions and keys of my account") {
        call throws(Problem) in try await keys(call, context)
      },
      Route(
        .post, "/keys", .permission([.administer]), "Make an API key; its secret is shown once",
        body: [
          .init(name: "label", type: "string", required: true),
          .init(name: "login", type: "string", required: true),
          .init(name: "expiresAt", type: "string", required: true),
          .init(name: "permissions", type: "array"), .init(name: "networks", type: "array"),
        ]
      ) { call throws(Problem) in try await makeKey(call, context) },
      Route(.delete, "/keys/:hash", .permission([.administer, .secure]), "End a session or key") {
        call throws(Problem) in try await revoke(call, context)
      },
    ]
  }

  private static func signIn(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    var body = try Body(call.request.body)
    let login = body.required("login")
    let password = body.required("password")
    let code = body.string("code")
    try body.finish()
    guard call.request.isLoopback || !context.settings.loopbackLogins.contains(login.lowercased())
    else { throw Problem(AccountFault.wrong) }
    let session = try await asProblem(Problem.init) {
      () throws(AccountFault) in
      try await context.accounts.signIn(
        login: login, password: password, code: code, request: call.id)
    }
    var response = Answer.object(status: 201) { write(session.caller, context, to: &$0) }
    let seconds = session.expiresAt.millisecondsSince(context.engine.time.now) / Duration.second
    response.headers.append(
      ("Set-Cookie", cookie(session.secret, seconds: seconds, context.settings)))
    return response
  }

  static func cookie(_ value: String, seconds: Int64, _ settings: WebSettings) -> String {
    "\(WebHandler.cookieName)=\(value); Path=/; HttpOnly; SameSite=Strict; Max-Age=\(seconds)"
      + (settings.secureCookie ? "; Secure" : "")
  }

  private static func signOut(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let caller = try call.caller
    if let secret = call.secret {
      try await asProblem(Problem.init) { () throws(AccountFault) in
        try await context.accounts.signOut(secret: secret, by: caller, request: call.id)
      }
    }
    var response = HTTPResponse(status: 204)
    response.headers.append(("Set-Cookie", cookie("", seconds: 0, context.settings)))
    return response
  }

  private static func write(_ caller: Caller, _ context: WebContext, to writer: inout JSONWriter) {
    let presenting = Presenting(context.engine)
    writer.member("login", caller.login)
    presenting.staff("staff", caller.staff.id, to: &writer)
    writer.member("posts", caller.posts)
    writer.member("permissions", caller.permissions.map(\.rawValue).sorted())
    writer.member("withheld", caller.withheld.map(\.rawValue).sorted())
    writer.member("factor", caller.hasFactor)
    presenting.unit("unit", caller.unit, to: &writer)
    writeScope(caller.scope, to: &writer)
  }

  static func writeScope(_ scope: Scope, to writer: inout JSONWriter) {
    writer.object("scope") { writer in
      switch scope {
      case .everything: writer.member("everything", true)
      case .area(let area): writer.member("area", String(area.rawValue))
      case .unit(let unit): writer.member("unit", String(unit.rawValue))
      case .areaOrUnit(let area, let unit):
        writer.member("area", String(area.rawValue))
        writer.member("unit", String(unit.rawValue))
      }
    }
  }

  private static func keys(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let account = try call.caller.account
    let credentials = try await stored { () throws(StoreFault) in
      try await context.engine.store.credentials(of: account)
    }
    return Answer.list(credentials, write)
  }

  static func write(_ credential: Credential, to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("id", HexText.write(credential.secretHash))
    writer.member("form", credential.form.rawValue)
    writer.member("label", credential.label)
    writer.member("createdAt", TimeText.write(credential.createdAt))
    writer.member("expiresAt", TimeText.write(credential.expiresAt))
    writer.member("revoked", credential.revoked)
    writer.member("permissions", credential.permissions.map(\.rawValue).sorted())
    writer.member("networks", credential.networks)
    writer.endObject()
  }

  private static func makeKey(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let actor = try call.caller.actor
    var body = try Body(call.request.body)
    let label = body.label("label", max: labelMax)
    let login = body.required("login")
    let expiresAt = body.requiredInstant("expiresAt")
    if let expiresAt {
      let now = context.engine.time.now
      if expiresAt <= now { body.refuse("expiresAt", "time.past") }
      let latest = now.advanced(byMilliseconds: keyLifeMilliseconds)
      if expiresAt > latest {
        body.refuse("expiresAt", "time.too_late", ["latest": TimeText.write(latest)])
      }
    }
    let limits = Self.limits(&body)
    let networks = Self.networks(&body)
    try body.finish()
    let account = try await stored { () throws(StoreFault) in
      try await context.engine.store.account(login: login.lowercased())
    }
    guard let account, let expiresAt else { throw .field("login", "account.unknown") }
    let key = try await asProblem(Problem.init) {
      () throws(AccountFault) in
      try await context.accounts.newKey(
        for: account.id, label: label, expiresAt: expiresAt, permissions: limits,
        networks: networks, by: actor, request: call.id)
    }
    return Answer.object(status: 201) { writer in
      writer.member("id", HexText.write(key.credential.secretHash))
      writer.member("secret", key.secret)
    }
  }

  /// What a key may be used for; empty = all that its account may.
  private static func limits(_ body: inout Body) -> Set<Permission> {
    let words = body.strings("permissions")
    let limits = Set(words.compactMap(Permission.init(rawValue:)))
    if limits.count < words.count {
      body.refuse(
        "permissions", "word.unknown",
        ["allowed": Permission.allCases.map(\.rawValue).joined(separator: ",")])
    }
    return limits
  }

  /// From where a key may be used; empty = from anywhere.
  private static func networks(_ body: inout Body) -> [String] {
    let networks = body.strings("networks")
    if networks.count > networksMax {
      body.refuse("networks", "array.too_long", ["max": String(networksMax)])
    }
    if let wrong = networks.first(where: { Network($0) == nil }) {
      body.refuse("networks", "network.form", ["network": String(wrong.prefix(64))])
    }
    return networks
  }

  private static func revoke(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let caller = try call.caller
    guard let hash = HexText.digest(call.capture("hash")) else { throw .notFound }
    try await asProblem(Problem.init) { () throws(AccountFault) in
      try await context.accounts.revoke(hash, by: caller.actor, request: call.id)
    }
    return HTTPResponse(status: 204)
  }
}

import City
import Engine
import HTTPServing
import JSONText
import Ports

/// Accounts: one's own password, second factor and sessions, and those of others.
enum AccountRoutes {
  static func routes(_ context: WebContext) -> [Route] { own(context) + others(context) }

  private static let codeField = Route.Parameter(name: "code", type: "string", required: true)

  private static func own(_ context: WebContext) -> [Route] {
    [
      Route(.get, "/sessions", .signedIn, "My sessions that have not ended") {
        call throws(Problem) in
        try await sessions(of: try call.caller.account, call, context)
      },
      Route(.delete, "/sessions/:hash", .signedIn, "End one of my sessions") {
        call throws(Problem) in try await endSession(call, context)
      },
      Route(
        .post, "/session/password", .signedIn, "Change my password; my other sessions end",
        body: [
          .init(name: "old", type: "string", required: true),
          .init(name: "new", type: "string", required: true),
        ], isSilent: true
      ) { call throws(Problem) in try await changePassword(call, context) },
      Route(
        .post, "/session/factor", .signedIn, "Begin a second factor; its secret is shown once",
        body: [.init(name: "password", type: "string", required: true)]
      ) { call throws(Problem) in try await startFactor(call, context) },
      Route(
        .post, "/session/factor/confirm", .signedIn,
        "Show a first code: asked for from then on; recovery codes are shown once",
        body: [codeField]
      ) { call throws(Problem) in try await confirmFactor(call, context) },
      Route(
        .delete, "/session/factor", .signedIn, "Go without my second factor again",
        body: [.init(name: "password", type: "string", required: true)]
      ) { call throws(Problem) in try await removeFactor(call, context) },
    ]
  }

  private static func others(_ context: WebContext) -> [Route] {
    [
      Route(
        .get, "/accounts", .permission([.administer, .secure]), "Accounts, newest first",
        query: [.init(name: "limit", type: "integer"), .init(name: "before", type: "string")]
      ) { call throws(Problem) in try await list(call, context) },
      Route(
        .post, "/accounts", .permission([.administer]), "Make an account for a person",
        body: [
          .init(name: "login", type: "string", required: true),
          .init(name: "password", type: "string", required: true),
          .init(name: "staff", type: "string", required: true),
        ]
      ) { call throws(Problem) in try await make(call, context) },
      Route(
        .post, "/accounts/:login/password", .permission([.administer]),
        "Another password for somebody; his sessions end",
        body: [.init(name: "password", type: "string", required: true)], isSilent: true
      ) { call throws(Problem) in try await setPassword(call, context) },
      Route(
        .get, "/accounts/:login/sessions", .permission([.secure]),
        "Somebody's sessions and keys that have not ended"
      ) { call throws(Problem) in
        try await sessions(of: try await account(call, context).id, call, context)
      },
      Route(
        .delete, "/accounts/:login/sessions", .permission([.secure]), "End somebody's sessions"
      ) { call throws(Problem) in
        let account = try await account(call, context)
        let actor = try call.caller.actor
        _ = try await asProblem(Problem.init) { () throws(AccountFault) in
          try await context.accounts.endSessions(of: account.id, by: actor, request: call.id)
        }
        return HTTPResponse(status: 204)
      },
      Route(
        .delete, "/accounts/:login/factor", .permission([.secure]),
        "Take somebody's second factor away, for a lost device"
      ) { call throws(Problem) in
        let account = try await account(call, context)
        let actor = try call.caller.actor
        try await asProblem(Problem.init) { () throws(AccountFault) in
          try await context.accounts.removeFactor(of: account.id, by: actor, request: call.id)
        }
        return HTTPResponse(status: 204)
      },
    ]
  }

  /// The account that the path names.
  static func account(_ call: Call, _ context: WebContext) async throws(Problem) -> Account {
    let login = call.capture("login").lowercased()
    let found = try await stored { () throws(StoreFault) in
      try await context.engine.store.account(login: login)
    }
    guard let found else { throw .notFound }
    return found
  }

  private static func sessions(
    of account: ID<Account>, _ call: Call, _ context: WebContext
  ) async throws(Problem) -> HTTPResponse {
    let now = context.engine.time.now
    let live = try await stored { () throws(StoreFault) in
      try await context.engine.store.credentials(of: account)
    }.filter { !$0.revoked && $0.expiresAt > now }
    return Answer.list(live, SessionRoutes.write)
  }

  private static func endSession(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let caller = try call.caller
    guard let hash = HexText.digest(call.capture("hash")) else { throw .notFound }
    try await asProblem(Problem.init) { () throws(AccountFault) in
      try await context.accounts.revoke(
        hash, of: caller.account, by: caller.actor, request: call.id)
    }
    return HTTPResponse(status: 204)
  }

  private static func changePassword(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let caller = try call.caller
    var body = try Body(call.request.body)
    let old = body.required("old")
    let new = body.required("new")
    try body.finish()
    let kept = call.secret.flatMap { context.engine.secrets.hash(secret: $0) }
    try await asProblem(Problem.init) { () throws(AccountFault) in
      try await context.accounts.changePassword(
        from: old, to: new, of: caller, keeping: kept, request: call.id)
    }
    return HTTPResponse(status: 204)
  }

  private static func startFactor(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let caller = try await confirmed(call, context)
    let secret = try await asProblem(Problem.init) { () throws(AccountFault) in
      try await context.accounts.startFactor(
        of: caller.account, by: caller.actor, request: call.id)
    }
    return Answer.object(status: 201) { writer in
      writer.member("secret", secret)
      writer.member(
        "address",
        "otpauth://totp/CivicLoop:\(caller.login)?secret=\(secret)&issuer=CivicLoop&digits=6&period=30"
      )
    }
  }

  private static func confirmFactor(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let caller = try call.caller
    var body = try Body(call.request.body)
    let code = body.required("code")
    try body.finish()
    let codes = try await asProblem(Problem.init) { () throws(AccountFault) in
      try await context.accounts.confirmFactor(
        of: caller.account, code: code, by: caller.actor, request: call.id)
    }
    return Answer.object { $0.member("recovery", codes) }
  }

  private static func removeFactor(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let caller = try await confirmed(call, context)
    try await asProblem(Problem.init) { () throws(AccountFault) in
      try await context.accounts.removeFactor(
        of: caller.account, by: caller.actor, request: call.id)
    }
    return HTTPResponse(status: 204)
  }

  /// Who calls, once he has said his password again: a session left open is not yet its owner.
  private static func confirmed(
    _ call: Call, _ context: WebContext
  ) async throws(Problem) -> Caller {
    let caller = try call.caller
    var body = try Body(call.request.body)
    let password = body.required("password")
    try body.finish()
    try await asProblem(Problem.init) { () throws(AccountFault) in
      try await context.accounts.confirm(password, of: caller)
    }
    return caller
  }

  private static func list(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let page = try Listing.page(call)
    let accounts = try await stored { () throws(StoreFault) in
      try await context.engine.store.accounts(page)
    }
    let presenting = Presenting(context.engine)
    let directory = context.engine.directory
    return Answer.page(accounts) { account, writer in
      let staff = directory.staff[account.staff]
      writer.beginObject()
      writer.member("id", String(account.id.rawValue))
      writer.member("login", account.login)
      presenting.staff("staff", account.staff, to: &writer)
      writer.member("posts", staff?.posts ?? [])
      writer.member("active", account.active && staff?.active == true)
      writer.member("factor", account.factor?.confirmed == true)
      writer.member("passwordSetAt", account.passwordSetAt.map(TimeText.write))
      writer.endObject()
    }
  }

  private static func make(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let actor = try call.caller.actor
    var body = try Body(call.request.body)
    let login = body.required("login")
    let password = body.required("password")
    let staff: ID<Staff>? = body.id("staff")
    if staff == nil { body.refuse("staff", "field.required") }
    try body.finish()
    let id = try await asProblem(Problem.init) { () throws(AccountFault) in
      guard let staff else { throw .unknownStaff }
      return try await context.accounts.create(
        login: login, password: password, staff: staff, by: actor, request: call.id)
    }
    return Answer.object(status: 201) { $0.member("id", String(id.rawValue)) }
  }

  private static func setPassword(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let actor = try call.caller.actor
    let account = try await account(call, context)
    var body = try Body(call.request.body)
    let password = body.required("password")
    try body.finish()
    try await asProblem(Problem.init) { () throws(AccountFault) in
      try await context.accounts.setPassword(
        password, of: account.login, by: actor, request: call.id)
    }
    return HTTPResponse(status: 204)
  }
}

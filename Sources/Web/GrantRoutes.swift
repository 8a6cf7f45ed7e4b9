import City
import Engine
import HTTPServing
import JSONText
import Ports

/// Posts for a time: delegations and emergencies.
enum GrantRoutes {
  static func routes(_ context: WebContext) -> [Route] {
    [
      Route(
        .get, "/grants", .signedIn, "Posts for a time: mine, or everybody's for who watches",
        query: [.init(name: "ended", type: "boolean")]
      ) { call throws(Problem) in try await list(call, context) },
      Route(
        .post, "/grants", .signedIn, "Give some of my posts to somebody of my unit for a time",
        body: [
          .init(name: "staff", type: "string", required: true),
          .init(name: "posts", type: "array", required: true),
          .init(name: "from", type: "string"),
          .init(name: "to", type: "string", required: true),
          .init(name: "reason", type: "string", required: true),
        ]
      ) { call throws(Problem) in try await delegate(call, context) },
      Route(
        .post, "/grants/emergency", .permission([.handle]),
        "Take posts in an emergency for at most four hours; who watches is told",
        body: [
          .init(name: "posts", type: "array", required: true),
          .init(name: "minutes", type: "integer", required: true),
          .init(name: "wide", type: "boolean"),
          .init(name: "reason", type: "string", required: true),
        ]
      ) { call throws(Problem) in try await breakGlass(call, context) },
      Route(.delete, "/grants/:id", .signedIn, "End a grant of mine, or anybody's for who secures")
      {
        call throws(Problem) in
        let caller = try call.caller
        let id: ID<Grant> = try call.capturedID("id")
        try await asProblem(Problem.init) { () throws(GrantFault) in
          try await GrantDesk(engine: context.engine).end(id, by: caller, request: call.id)
        }
        return HTTPResponse(status: 204)
      },
    ]
  }

  private static func list(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let caller = try call.caller
    let after =
      try call.flag("ended") == true
      ? Instant(milliseconds: 0) : context.engine.time.now
    let all = try await stored { () throws(StoreFault) in
      try await context.engine.store.grants(endingAfter: after)
    }
    let watches = !caller.permissions.isDisjoint(with: [.secure, .audit])
    let seen = all.filter { grant in
      watches || [grant.staff, grant.giver].contains(caller.staff.id)
    }
    let newest = Array(seen.suffix(PageRequest.limitMax).reversed())
    let presenting = Presenting(context.engine)
    return Answer.list(newest) { write($0, presenting, to: &$1) }
  }

  private static func write(
    _ grant: Grant, _ presenting: Presenting, to writer: inout JSONWriter
  ) {
    writer.beginObject()
    writer.member("id", String(grant.id.rawValue))
    writer.member("form", grant.form.rawValue)
    presenting.staff("staff", grant.staff, to: &writer)
    presenting.staff("giver", grant.giver, to: &writer)
    writer.member("posts", grant.posts)
    writer.member("wide", grant.isWide)
    writer.member("reason", grant.reason)
    writer.member("from", TimeText.write(grant.from))
    writer.member("to", TimeText.write(grant.to))
    writer.endObject()
  }

  private static func answer(_ grant: Grant, _ context: WebContext) -> HTTPResponse {
    var writer = JSONWriter()
    write(grant, Presenting(context.engine), to: &writer)
    return .json(writer.take(), status: 201)
  }

  private static func delegate(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let caller = try call.caller
    var body = try Body(call.request.body)
    let staff: ID<Staff>? = body.id("staff")
    if staff == nil { body.refuse("staff", "field.required") }
    let posts = body.strings("posts")
    let from = body.instant("from") ?? context.engine.time.now
    let to = body.requiredInstant("to")
    let reason = body.label("reason", max: GrantDesk.reasonCharacters.upperBound)
    try body.finish()
    guard let staff, let to else { throw .field("to", "field.required") }
    let grant = try await asProblem(Problem.init) { () throws(GrantFault) in
      try await GrantDesk(engine: context.engine).delegate(
        posts, to: staff, from: from, to: to, reason: reason, by: caller, request: call.id)
    }
    return answer(grant, context)
  }

  private static func breakGlass(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let caller = try call.caller
    var body = try Body(call.request.body)
    let posts = body.strings("posts")
    let minutes = body.integer("minutes") ?? 0
    let isWide = body.bool("wide") ?? false
    let reason = body.label("reason", max: GrantDesk.reasonCharacters.upperBound)
    try body.finish()
    let longest = GrantDesk.breakGlassMax / Duration.minute
    guard (1...longest).contains(minutes) else {
      throw .field("minutes", "number.range", ["min": "1", "max": String(longest)])
    }
    let grant = try await asProblem(Problem.init) { () throws(GrantFault) in
      try await GrantDesk(engine: context.engine).breakGlass(
        posts, isWide: isWide, milliseconds: minutes * Duration.minute, reason: reason, by: caller,
        request: call.id)
    }
    return answer(grant, context)
  }
}

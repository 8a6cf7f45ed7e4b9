import City
import Engine
import HTTPServing
import Handling
import JSONText
import Pack
import Ports

/// Rounds of plans: where to go in which order, and what was found there.
enum PatrolRoutes {
  static func routes(_ context: WebContext) -> [Route] {
    [
      Route(
        .get, "/patrols", .permission([.read]), "Rounds of a plan, the newest first",
        query: Listing.parameters + [
          .init(name: "plan", type: "string", required: true),
          .init(name: "state", type: "string", allowed: Patrol.State.allCases.map(\.rawValue)),
        ]
      ) { call throws(Problem) in try await list(call, context) },
      Route(
        .get, "/patrols/:id", .permission([.read]),
        "One round: its stops in the order of the route, with what was found"
      ) { call throws(Problem) in
        let patrol = try await visible(call, context)
        return answer(patrol, try call.caller, context)
      },
      Route(
        .post, "/patrols/:id/stops", .permission([.handle]),
        "Say what was found at a stop; a fault is reported to the loop",
        body: [
          .init(name: "thing", type: "string", required: true),
          .init(name: "sound", type: "boolean", required: true),
          .init(name: "note", type: "string"), .init(name: "evidence", type: "array"),
        ]
      ) { call throws(Problem) in try await visit(call, context) },
    ]
  }

  private static func list(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let engine = context.engine
    guard let code = call.filter("plan") else { throw .field("plan", "field.required") }
    guard let plan = engine.catalogue.patrol(code: code) else {
      throw .field("plan", "patrol.unknown", ["plan": code])
    }
    var query = PatrolQuery(
      scope: try call.caller.scope, plan: plan.code, page: try Listing.page(call))
    query.state = try call.word("state")
    let asked = query
    let page = try await stored { () throws(StoreFault) in try await engine.store.patrols(asked) }
    let presenting = Presenting(engine)
    return Answer.object { writer in
      writer.object("plan") { writer in
        writer.member("code", plan.code)
        writer.member("name", plan.name)
        writer.member("why", plan.why)
        writer.member("every", plan.every.rawValue)
        writer.member("posts", plan.posts)
      }
      writer.objects("elements", page.elements) { patrol, writer in
        presenting.members(patrol, to: &writer)
      }
      writer.member("next", page.next.map(String.init))
    }
  }

  private static func visible(
    _ call: Call, _ context: WebContext
  ) async throws(Problem) -> Patrol {
    let id: ID<Patrol> = try call.capturedID("id")
    let patrol = try await stored { () throws(StoreFault) in
      try await context.engine.store.load(id)
    }
    guard let patrol, try call.caller.scope.holds(area: patrol.area, unit: patrol.unit) else {
      throw .notFound
    }
    return patrol
  }

  private static func visit(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let caller = try call.caller
    let patrol = try await visible(call, context)
    var body = try Body(call.request.body)
    let thing: ID<Thing>? = body.id("thing")
    let isSound = body.bool("sound")
    let note = body.string("note") ?? ""
    let digests = body.files("evidence")
    try body.finish()
    guard let thing else { throw .field("thing", "field.required") }
    guard let isSound else { throw .field("sound", "field.required") }
    let files = try await FileRoutes.evidence(digests, context)
    let done = try await asProblem(Problem.init) { () throws(PatrolFault) in
      try await PatrolActs(engine: context.engine).visit(
        thing, on: patrol.id, isSound: isSound, words: note, files: files, by: caller.staff.id,
        posts: caller.posts, as: caller.actor, request: call.id)
    }
    return answer(done.patrol, caller, context)
  }

  private static func answer(
    _ patrol: Patrol, _ caller: Caller, _ context: WebContext
  ) -> HTTPResponse {
    let presenting = Presenting(context.engine, for: caller)
    return Answer.object { writer in
      presenting.members(patrol, to: &writer)
      writer.name("stops")
      writer.beginArray()
      for stop in patrol.stops {
        writer.beginObject()
        presenting.members(stop, to: &writer)
        writer.endObject()
      }
      writer.endArray()
    }
  }
}

extension Presenting {
  /// A round without its stops.
  func members(_ patrol: Patrol, to writer: inout JSONWriter) {
    id("id", patrol.id, to: &writer)
    text("plan", patrol.plan, to: &writer)
    text("state", patrol.state.rawValue, to: &writer)
    area(patrol.area, to: &writer)
    unit("unit", patrol.unit, to: &writer)
    number("part", patrol.part, to: &writer)
    instant("from", patrol.from, to: &writer)
    instant("due", patrol.due, to: &writer)
    number("metres", patrol.metres, to: &writer)
    number("count", patrol.stops.count, to: &writer)
    number("left", patrol.left.count, to: &writer)
    number(
      "faults", patrol.stops.count { $0.finding.map { !$0.isSound } ?? false }, to: &writer)
    number("version", patrol.version, to: &writer)
  }

  fileprivate func members(_ stop: Patrol.Stop, to writer: inout JSONWriter) {
    writer.member("thing", String(stop.thing.rawValue))
    writer.member("name", shown(ofThing: stop.name))
    position(stop.position, to: &writer)
    guard let finding = stop.finding else { return }
    writer.object("finding") { writer in
      writer.member("at", TimeText.write(finding.at))
      staff("staff", finding.staff, to: &writer)
      writer.member("sound", finding.isSound)
      writer.member("words", shown(finding.words))
      writer.member("files", finding.files.map { HexText.write($0.digest) })
    }
  }
}

extension Problem {
  init(_ fault: PatrolFault) {
    switch fault {
    case .unknown: self = .notFound
    case .refused(let refusal): self.init(refusal)
    case .crowded: self.init(status: 503, code: fault.code, retryAfterSeconds: 1)
    case .store(let fault): self.init(fault)
    }
  }

  init(_ refusal: PatrolRefusal) {
    switch refusal {
    case .state(let state):
      self.init(status: 409, code: refusal.code, facts: ["state": state.rawValue])
    case .post(let posts):
      self.init(
        status: 403, code: refusal.code, facts: ["posts": posts.joined(separator: ",")])
    case .stopUnknown: self = .field("thing", "patrol.stop_unknown")
    case .stopDone: self.init(status: 409, code: refusal.code)
    case .wordsMissing: self = .field("note", "field.required")
    case .tooLong: self = .field("note", "text.too_long", ["max": String(Patrol.wordsMax)])
    case .tooMany:
      self = .field("evidence", "list.too_long", ["max": String(Patrol.filesMax)])
    }
  }
}

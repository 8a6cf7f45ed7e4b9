import City
import Engine
import HTTPServing
import Handling
import JSONText
import Ports

/// Events: lists, one with its signals, and the corrections of what was joined.
enum EventRoutes {
  /// Signals shown with an event.
  static let signalsMax = 200

  static func routes(_ context: WebContext) -> [Route] {
    [
      Route(
        .get, "/events", .permission([.read]), "Events, newest first",
        query: [
          .init(name: "state", type: "string", allowed: EventState.allCases.map(\.rawValue)),
          .init(name: "item", type: "string"), .init(name: "area", type: "string"),
        ]
          + Listing.parameters
      ) { call throws(Problem) in try await list(call, context) },
      Route(.get, "/events/:id", .permission([.read]), "One event with its signals") {
        call throws(Problem) in try await one(call, context)
      },
      Route(
        .post, "/events/:id/split", .permission([.correct]),
        "Give one signal an event of its own; undoes a join",
        body: [.init(name: "signal", type: "string", required: true)]
      ) { call throws(Problem) in try await split(call, context) },
      Route(
        .post, "/events/:id/merge", .permission([.correct]),
        "Let its signals report another event; its case is set aside",
        body: [
          .init(name: "into", type: "string", required: true),
          .init(name: "note", type: "string", required: true),
        ]
      ) { call throws(Problem) in try await merge(call, context) },
    ]
  }

  private static func list(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    var query = EventQuery(scope: try call.caller.scope, page: try Listing.page(call))
    query.states = try call.words("state")
    query.item = call.filter("item")
    query.area = try call.id("area")
    let final = query
    let page = try await stored { () throws(StoreFault) in
      try await context.engine.store.events(final)
    }
    let presenting = Presenting(
      context.engine, fields: call.filter("fields"), for: try call.caller)
    return Answer.page(page) { presenting.write($0, to: &$1) }
  }

  /// An event that the caller may see, by its own place or its case's.
  static func visible(
    _ id: ID<Event>, _ call: Call, _ context: WebContext
  ) async throws(Problem) -> Event {
    let scope = try call.caller.scope
    let event = try await stored { () throws(StoreFault) in
      try await context.engine.store.load(id)
    }
    guard let event else { throw .notFound }
    if scope.holds(area: event.area, unit: .none) { return event }
    if let caseID = event.case {
      let found = try await stored { () throws(StoreFault) in
        try await context.engine.store.load(caseID)
      }
      if let found, scope.holds(area: found.state.area, unit: found.state.unit) { return event }
    }
    throw .notFound
  }

  private static func one(_ call: Call, _ context: WebContext) async throws(Problem) -> HTTPResponse
  {
    let event = try await visible(try call.capturedID("id"), call, context)
    let signals = try await stored { () throws(StoreFault) in
      try await context.engine.store.signals(of: event.id, limit: signalsMax)
    }
    let proposals = try await ProposalRoutes.shown(event.id, call, context)
    let presenting = Presenting(context.engine, for: try call.caller)
    return Answer.object { writer in
      presenting.members(event, to: &writer)
      presenting.proposals(proposals, to: &writer)
      writer.name("reports")
      writer.beginArray()
      for signal in signals { presenting.write(signal, to: &writer) }
      writer.endArray()
    }
  }

  private static func split(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let event = try await visible(try call.capturedID("id"), call, context)
    let caller = try call.caller
    var body = try Body(call.request.body)
    let signal: ID<Signal>? = body.id("signal")
    if signal == nil { _ = body.required("signal") }
    try body.finish()
    guard let signal else { throw .field("signal", "field.required") }
    let outcome = try await asProblem(Problem.init) {
      () throws(CorrectionFault) in
      try await Corrections(engine: context.engine).split(
        signal, from: event.id, by: caller.actor, request: call.id)
    }
    return Answer.object(status: 201) { writer in
      writer.member("event", outcome.event.map { String($0.rawValue) })
      writer.member("case", outcome.case.map { String($0.rawValue) })
      writer.member("number", outcome.number?.text)
    }
  }

  private static func merge(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let event = try await visible(try call.capturedID("id"), call, context)
    let caller = try call.caller
    var body = try Body(call.request.body)
    let named: ID<Event>? = body.id("into")
    if named == nil { _ = body.required("into") }
    let note = body.required("note")
    try body.finish()
    guard let named else { throw .field("into", "field.required") }
    let other = try await visible(named, call, context)
    let actor = StepActor(
      staff: caller.staff.id, posts: Set(caller.posts), unit: caller.unit, isEngine: false)
    try await asProblem(Problem.init) {
      () throws(CorrectionFault) in
      try await Corrections(engine: context.engine).merge(
        event.id, into: other.id, by: actor, as: caller.actor, note: note, request: call.id)
    }
    return Answer.object { $0.member("event", String(other.id.rawValue)) }
  }
}

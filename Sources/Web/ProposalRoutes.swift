import City
import Engine
import HTTPServing
import Handling
import JSONText
import Ports

/// Is it the same problem? What the machine asks, and what people answer.
enum ProposalRoutes {
  static func routes(_ context: WebContext) -> [Route] {
    [
      Route(
        .post, "/events/:id/proposals/:proposal/accept", .permission([.correct]),
        "It is the same problem: merge the newer event into the known one",
        body: [.init(name: "note", type: "string", required: true)]
      ) { call throws(Problem) in try await accept(call, context) },
      Route(
        .post, "/events/:id/proposals/:proposal/decline", .permission([.correct]),
        "It is another problem"
      ) { call throws(Problem) in try await decline(call, context) },
    ]
  }

  private static func accept(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let event = try await EventRoutes.visible(try call.capturedID("id"), call, context)
    let proposal: ID<Resemblance> = try call.capturedID("proposal")
    let caller = try call.caller
    var body = try Body(call.request.body)
    let note = body.required("note")
    try body.finish()
    let actor = StepActor(
      staff: caller.staff.id, posts: Set(caller.posts), unit: caller.unit, isEngine: false)
    try await checkOther(proposal, of: event, call, context)
    let kept = try await asProblem(Problem.init) { () throws(CorrectionFault) in
      try await Corrections(engine: context.engine).accept(
        proposal, of: event.id, by: actor, as: caller.actor, note: note, request: call.id)
    }
    return Answer.object { $0.member("event", String(kept.rawValue)) }
  }

  private static func decline(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let event = try await EventRoutes.visible(try call.capturedID("id"), call, context)
    let proposal: ID<Resemblance> = try call.capturedID("proposal")
    let caller = try call.caller
    try await asProblem(Problem.init) { () throws(CorrectionFault) in
      try await Corrections(engine: context.engine).decline(
        proposal, of: event.id, by: caller.actor, request: call.id)
    }
    return Answer.object { $0.member("event", String(event.id.rawValue)) }
  }

  /// Whoever merges must see both events.
  private static func checkOther(
    _ proposal: ID<Resemblance>, of event: Event, _ call: Call, _ context: WebContext
  ) async throws(Problem) {
    let found = try await stored { () throws(StoreFault) in
      try await context.engine.store.load(proposal)
    }
    guard let found, let own = found.own else { throw .notFound }
    _ = try await EventRoutes.visible(own == event.id ? found.event : own, call, context)
  }

  /// The comparisons of an event as a list; those with events that the caller may not see are told
  /// without their number.
  static func shown(
    _ event: ID<Event>, _ call: Call, _ context: WebContext
  ) async throws(Problem) -> [ProposalShown] {
    let found = try await stored { () throws(StoreFault) in
      try await Corrections(engine: context.engine).proposals(of: event)
    }
    var shown: [ProposalShown] = []
    for resemblance in found where resemblance.state != .joined {
      guard let own = resemblance.own else { continue }
      let otherID = own == event ? resemblance.event : own
      let other = try? await EventRoutes.visible(otherID, call, context)
      guard let other else { continue }
      shown.append(ProposalShown(resemblance: resemblance, other: other))
    }
    return shown
  }
}

/// A comparison and the other event of it.
struct ProposalShown {
  let resemblance: Resemblance
  let other: Event
}

extension Presenting {
  func proposals(_ shown: [ProposalShown], to writer: inout JSONWriter) {
    writer.name("proposals")
    writer.beginArray()
    for one in shown {
      let found = one.resemblance
      writer.beginObject()
      id("id", found.id, to: &writer)
      text("state", found.state.rawValue, to: &writer)
      writer.name("likeness")
      writer.number(Double(found.likeness) / 1_000)
      writer.member("reasons", found.traits.filter { $0 != "everyPair" })
      id("signal", found.signal, to: &writer)
      id("event", one.other.id, to: &writer)
      id("case", one.other.case, to: &writer)
      text("title", self.shown(one.other.title), to: &writer)
      text("address", self.shown(one.other.address), to: &writer)
      instant("lastAt", one.other.lastAt, to: &writer)
      instant("decidedAt", found.decidedAt, to: &writer)
      staff("decidedBy", found.decidedBy, to: &writer)
      writer.endObject()
    }
    writer.endArray()
  }
}

import City
import Engine
import HTTPServing
import Handling
import JSONText
import Pack
import Ports

/// What a phone in the field takes along: the cases that wait for somebody, and the steps that he may
/// take on them, the later ones too, so that it can go on without a network.
enum FieldRoutes {
  /// Open cases that are looked through, the newest first, and those that are given.
  static let soughtMax = 500
  static let casesMax = 100

  static func routes(_ context: WebContext) -> [Route] {
    [
      Route(
        .get, "/field", .permission([.handle]),
        "The open cases on which I may do something, with what each step needs"
      ) { call throws(Problem) in try await take(call, context) }
    ]
  }

  private struct Line {
    let dossier: Dossier
    let offers: [StepOffer]
  }

  private static func take(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let caller = try call.caller
    let actor = StepActor(
      staff: caller.staff.id, posts: Set(caller.staff.posts), unit: caller.unit, isEngine: false)
    var query = CaseQuery(
      scope: caller.scope, page: PageRequest(limit: soughtMax, before: nil))
    query.open = true
    let final = query
    let open = try await stored { () throws(StoreFault) in
      try await context.engine.store.cases(final)
    }
    let desk = Desk(engine: context.engine)
    var lines: [Line] = []
    for found in open.elements where lines.count < casesMax {
      let dossier = try await asProblem(Problem.init) {
        () throws(DeskFault) in try await desk.dossier(of: found.id)
      }
      let offers = desk.possible(for: actor, on: dossier)
      if !offers.isEmpty { lines.append(Line(dossier: dossier, offers: offers)) }
    }
    let shown = lines
    let presenting = Presenting(context.engine, for: try call.caller)
    return Answer.object { writer in
      writer.name("elements")
      writer.beginArray()
      for line in shown { write(line, presenting, context, to: &writer) }
      writer.endArray()
      writer.object("flows") { writer in
        for flow in Set(shown.map(\.dossier.case.flow)).sorted(by: { $0.code < $1.code }) {
          write(flow, actor.posts, context, to: &writer)
        }
      }
      writer.member("more", open.next != nil || shown.count == casesMax)
    }
  }

  private static func write(
    _ line: Line, _ presenting: Presenting, _ context: WebContext, to writer: inout JSONWriter
  ) {
    let found = line.dossier.case
    let item = found.state.item.flatMap { context.engine.catalogue.item(code: $0) }
    writer.beginObject()
    presenting.members(found, to: &writer)
    writer.member("text", presenting.shown(found.filing.text))
    writer.member("signals", line.dossier.event.signals)
    writer.member("flow", name(found.flow))
    writer.member("closing", item?.closing)
    writer.member("evidence", (item?.evidence ?? []).map(\.rawValue).sorted())
    let order = line.dossier.orders.first { $0.id == found.state.order }
    presenting.instant("openedAt", order?.openedAt, to: &writer)
    presenting.write(
      line.offers, item: item, flow: context.engine.catalogue.flow(found.flow), to: &writer)
    writer.endObject()
  }

  private static func name(_ flow: FlowReference) -> String { "\(flow.code)/\(flow.version)" }

  /// The steps that these posts may take in any stage; whether one may be taken is decided when it
  /// arrives.
  private static func write(
    _ reference: FlowReference, _ posts: Set<String>, _ context: WebContext,
    to writer: inout JSONWriter
  ) {
    let flow = context.engine.catalogue.flow(reference)
    writer.name(name(reference))
    writer.beginArray()
    for edge in flow?.edges ?? []
    where !edge.posts.isDisjoint(with: posts) {
      writer.beginObject()
      writer.member("action", edge.action)
      writer.member("name", edge.name)
      writer.member("from", edge.from)
      writer.member("to", edge.to)
      writer.member("requires", edge.asked.map(\.rawValue).sorted())
      writer.reasons(edge.reasons)
      writer.form(edge.form)
      writer.limit("limitMax", edge.movesDeadline ? flow?.deadlineClock?.extensionMax : nil)
      writer.member("itemEvidence", edge.requiresItemEvidence)
      writer.member("why", edge.why)
      writer.endObject()
    }
    writer.endArray()
  }
}

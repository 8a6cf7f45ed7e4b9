import City
import Dispatching
import Engine
import HTTPServing
import JSONText
import Pack
import Ports

/// The dispatcher's queue: what waits, to whom the machine would give it, and who has how much.
enum DispatchRoutes {
  static func routes(_ context: WebContext) -> [Route] {
    [
      Route(
        .get, "/dispatch", .permission([.read]),
        "Cases that nobody has, newest first, each with the machine's proposal",
        query: [
          .init(name: "item", type: "string"), .init(name: "area", type: "string"),
          .init(name: "grade", type: "string", allowed: Grade.allCases.map(\.rawValue)),
          .init(name: "channel", type: "string", allowed: Channel.allCases.map(\.rawValue)),
        ] + Listing.parameters
      ) { call throws(Problem) in try await queue(call, context) },
      Route(.get, "/loads", .permission([.read]), "What each unit has in hand, within my scope") {
        call throws(Problem) in try await loads(call, context)
      },
    ]
  }

  private static func queue(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    var query = CaseQuery(scope: try call.caller.scope, page: try Listing.page(call))
    query.stages = Set(context.engine.catalogue.flows.map(\.start))
    query.open = true
    query.item = call.filter("item")
    query.area = try call.id("area")
    query.grade = try call.word("grade")
    query.channel = try call.word("channel")
    let final = query
    let page = try await stored { () throws(StoreFault) in
      try await context.engine.store.cases(final)
    }
    var proposals: [ID<Case>: DispatchProposal] = [:]
    for found in page.elements {
      let item = found.state.item.flatMap { context.engine.catalogue.item(code: $0) }
      proposals[found.id] = try await CaseRoutes.proposal(found, item, context)
    }
    let presenting = Presenting(
      context.engine, fields: call.filter("fields"), for: try call.caller)
    return Answer.page(page) { found, writer in
      writer.beginObject()
      presenting.members(found, to: &writer)
      CaseRoutes.write(proposals[found.id], presenting, to: &writer)
      writer.endObject()
    }
  }

  private static func loads(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let scope = try call.caller.scope
    let desk = context.vitals
    try await stored { () throws(StoreFault) in try await desk.follow() }
    let units = context.engine.directory.units
    return Answer.list(await desk.loads(scope: scope)) { load, writer in
      writer.beginObject()
      writer.member("id", String(load.unit.rawValue))
      writer.member("name", units[load.unit]?.name)
      writer.member("kind", units[load.unit]?.kind.rawValue)
      writer.member("open", load.open)
      writer.member("overdue", load.overdue)
      writer.endObject()
    }
  }
}

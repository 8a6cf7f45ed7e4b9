import City
import Engine
import HTTPServing
import JSONText
import Ports

/// Work orders.
enum OrderRoutes {
  static func routes(_ context: WebContext) -> [Route] {
    [
      Route(
        .get, "/orders", .permission([.read]), "Work orders, newest first",
        query: [
          .init(name: "state", type: "string", allowed: WorkOrderState.allCases.map(\.rawValue)),
          .init(name: "unit", type: "string"), .init(name: "staff", type: "string"),
          .init(name: "mine", type: "boolean"),
        ] + Listing.parameters
      ) { call throws(Problem) in try await list(call, context) },
      Route(.get, "/orders/:id", .permission([.read]), "One work order") { call throws(Problem) in
        let id: ID<WorkOrder> = try call.capturedID("id")
        let order = try await stored { () throws(StoreFault) in
          try await context.engine.store.load(id)
        }
        guard let order else { throw .notFound }
        _ = try await CaseRoutes.visible(String(order.case.rawValue), call, context)
        var writer = JSONWriter()
        Presenting(context.engine).write(order, to: &writer)
        return .json(writer.take())
      },
    ]
  }

  private static func list(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let caller = try call.caller
    var query = OrderQuery(scope: caller.scope, page: try Listing.page(call))
    query.states = try call.words("state")
    query.unit = try call.id("unit")
    query.staff = try call.id("staff")
    if try call.flag("mine") == true { query.staff = caller.staff.id }
    let final = query
    let page = try await stored { () throws(StoreFault) in
      try await context.engine.store.orders(final)
    }
    let presenting = Presenting(context.engine, fields: call.filter("fields"))
    return Answer.page(page) { presenting.write($0, to: &$1) }
  }
}

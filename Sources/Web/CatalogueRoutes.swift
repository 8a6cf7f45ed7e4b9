import City
import Engine
import HTTPServing
import JSONText
import Pack
import Ports

/// The catalogue: items, flows, and the names that packs give to codes.
enum CatalogueRoutes {
  static func routes(_ context: WebContext) -> [Route] {
    [
      Route(.get, "/items", .signedIn, "The catalogue of items") { call throws(Problem) in
        let engine = context.engine
        return Answer.list(engine.catalogue.items) { write($0, to: &$1) }
      },
      Route(.get, "/items/:code", .signedIn, "One item") { call throws(Problem) in
        guard let item = context.engine.catalogue.item(code: call.capture("code")) else {
          throw .notFound
        }
        var writer = JSONWriter()
        write(item, to: &writer)
        return .json(writer.take())
      },
      Route(.get, "/flows/:code", .signedIn, "A flow: stages and actions with their reasons") {
        call throws(Problem) in
        let catalogue = context.engine.catalogue
        guard let flow = catalogue.flow(catalogue.currentFlow(code: call.capture("code"))) else {
          throw .notFound
        }
        return Answer.object { write(flow, to: &$0) }
      },
      Route(.get, "/texts", .anyone, "The names that packs give to codes") { call throws(Problem) in
        Answer.object { texts(context, showsDemonstration: call.request.isLoopback, to: &$0) }
      },
    ]
  }

  private static func write(_ item: Item, to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("code", item.code)
    writer.member("name", item.name)
    writer.member("category", item.category)
    writer.member("filing", item.filing)
    writer.member("closing", item.closing)
    writer.member("grade", item.grade.rawValue)
    writer.name("clocks")
    writer.beginArray()
    for clock in item.clocks {
      writer.beginObject()
      writer.member("name", clock.name)
      writer.member("amount", clock.limit.amount)
      writer.member("measure", clock.limit.measure.rawValue)
      writer.endObject()
    }
    writer.endArray()
    writer.member("evidence", item.evidence.map(\.rawValue).sorted())
    writer.member("weight", item.weight)
    writer.member("automatic", item.automatic)
    writer.member("flow", item.flow)
    writer.endObject()
  }

  private static func write(_ flow: Flow, to writer: inout JSONWriter) {
    writer.member("code", flow.code)
    writer.member("version", flow.version)
    writer.member("name", flow.name)
    writer.member("start", flow.start)
    writer.name("stages")
    writer.beginArray()
    for stage in flow.stages {
      writer.beginObject()
      writer.member("code", stage.code)
      writer.member("name", stage.name)
      writer.member("final", stage.isFinal)
      writer.endObject()
    }
    writer.endArray()
    writer.name("actions")
    writer.beginArray()
    for edge in flow.edges {
      writer.beginObject()
      writer.member("action", edge.action)
      writer.member("name", edge.name)
      writer.member("from", edge.from)
      writer.member("to", edge.to)
      writer.member("posts", edge.posts.sorted())
      writer.member("requires", edge.requires.map(\.rawValue).sorted())
      writer.member("guards", edge.guards.map(\.rawValue).sorted())
      writer.reasons(edge.reasons)
      writer.form(edge.form)
      if let times = edge.timesMax {
        writer.member("timesMax", times)
      } else {
        writer.member("timesMax", JSON.null)
      }
      writer.limit("within", edge.within)
      writer.member("why", edge.why)
      writer.endObject()
    }
    writer.endArray()
    writer.name("clocks")
    writer.beginArray()
    for clock in flow.runningClocks { write(clock, to: &writer) }
    writer.endArray()
  }

  private static func write(_ clock: FlowClock, to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("code", clock.code)
    writer.member("name", clock.name)
    writer.member("isDeadline", clock.isDeadline)
    writer.member("isContact", clock.isContact)
    if let item = clock.itemClock {
      writer.member("itemClock", item)
    } else {
      writer.member("itemClock", JSON.null)
    }
    writer.limit("limit", clock.limit)
    writer.limit("pauseMax", clock.pauseMax)
    writer.limit("extensionMax", clock.extensionMax)
    writer.member("yellowPercent", clock.yellowPercent)
    writer.member("redPercent", clock.redPercent)
    for moment in ClockMoment.allCases {
      guard let when = clock.moments[moment] else { continue }
      writer.object(moment.rawValue) { writer in
        writer.member("actions", when.actions.sorted())
        writer.member("stages", when.stages.sorted())
      }
    }
    writer.endObject()
  }

  private static func texts(
    _ context: WebContext, showsDemonstration: Bool, to writer: inout JSONWriter
  ) {
    let catalogue = context.engine.catalogue
    func table(_ name: String, _ names: [(String, String)], _ writer: inout JSONWriter) {
      var seen: Set<String> = []
      writer.object(name) { writer in
        for (code, title) in names where seen.insert(code).inserted { writer.member(code, title) }
      }
    }
    table("stages", catalogue.flows.flatMap { $0.stages.map { ($0.code, $0.name) } }, &writer)
    let edges = catalogue.flows.flatMap(\.edges)
    table("actions", edges.map { ($0.action, $0.name) }, &writer)
    table("fields", edges.flatMap { $0.form.map { ($0.code, $0.name) } }, &writer)
    table("items", catalogue.items.map { ($0.code, $0.name) }, &writer)
    table("posts", catalogue.posts.map { ($0.code, $0.name) }, &writer)
    table("kinds", catalogue.kinds.map { ($0.code, $0.name) }, &writer)
    table("deviceKinds", catalogue.kinds.filter(\.isDevice).map { ($0.code, $0.name) }, &writer)
    table("hours", catalogue.hours.map { ($0.code, $0.name) }, &writer)
    table("aspects", catalogue.aspects.map { ($0.code, $0.name) }, &writer)
    writer.name("categories")
    writer.beginArray()
    for category in catalogue.categories {
      writer.beginObject()
      writer.member("code", category.code)
      writer.member("name", category.name)
      writer.member("parent", category.parent)
      writer.endObject()
    }
    writer.endArray()
    writer.member("offsetMinutes", context.engine.settings.offsetMinutes)
    writer.member("signOn", context.signOn?.provider.name)
    writer.name("demonstration")
    guard showsDemonstration, let notice = context.settings.demonstration else {
      return writer.null()
    }
    writer.beginObject()
    writer.member("password", notice.password)
    writer.name("logins")
    writer.beginArray()
    for login in notice.logins { login.write(to: &writer) }
    writer.endArray()
    writer.endObject()
  }
}

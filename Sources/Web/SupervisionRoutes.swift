import City
import Engine
import HTTPServing
import JSONText
import Pack
import Ports

/// Reminders, orders, spot checks, the red list, and problems of many people.
enum SupervisionRoutes {
  /// Overdue cases that the red list is made of.
  static let overdueMax = 5_000
  /// Cases shown of each unit on the red list.
  static let shownMax = 10

  static func routes(_ context: WebContext) -> [Route] { lists(context) + acts(context) }

  private static func lists(_ context: WebContext) -> [Route] {
    [
      Route(
        .get, "/supervisions", .permission([.read]),
        "Reminders, orders and spot checks, newest first",
        query: [
          .init(
            name: "form", type: "string", allowed: Supervision.Form.allCases.map(\.rawValue)),
          .init(
            name: "state", type: "string", allowed: Supervision.State.allCases.map(\.rawValue)),
          .init(name: "case", type: "string"), .init(name: "late", type: "boolean"),
          .init(name: "limit", type: "integer"), .init(name: "before", type: "string"),
        ]
      ) { call throws(Problem) in try await list(call, context) },
      Route(.get, "/supervisions/rules", .signedIn, "The ladder, and who may do what") {
        call throws(Problem) in rules(context)
      },
      Route(
        .get, "/supervisions/red-list", .permission([.read]),
        "Overdue cases by unit, the most first"
      ) { call throws(Problem) in try await redList(call, context) },
      Route(
        .get, "/supervisions/groups", .permission([.read]),
        "Open problems that many people reported, newest first",
        query: [
          .init(name: "people", type: "integer"), .init(name: "limit", type: "integer"),
          .init(name: "before", type: "string"),
        ]
      ) { call throws(Problem) in try await groups(call, context) },
    ]
  }

  private static func acts(_ context: WebContext) -> [Route] {
    [
      Route(
        .post, "/cases/:id/supervisions", .permission([.handle]),
        "Remind of a case, or order a reply",
        body: [
          .init(
            name: "form", type: "string", required: true,
            allowed: [Supervision.Form.reminder, .order].map(\.rawValue)),
          .init(name: "words", type: "string", required: true),
          .init(name: "due", type: "string"),
        ]
      ) { call throws(Problem) in try await make(call, context) },
      Route(.get, "/supervisions/:id", .permission([.read]), "One supervision") {
        call throws(Problem) in try await one(call, context)
      },
      Route(
        .post, "/supervisions/:id/reply", .permission([.handle]), "Reply to an order",
        body: [.init(name: "words", type: "string", required: true)]
      ) { call throws(Problem) in
        try await say(call, context) { desk, id, words, caller throws(SupervisionFault) in
          try await desk.reply(words, to: id, by: caller, request: call.id)
        }
      },
      Route(
        .post, "/supervisions/:id/refuse", .permission([.handle]),
        "Send a reply back: the unit has to reply again",
        body: [.init(name: "words", type: "string", required: true)]
      ) { call throws(Problem) in
        try await say(call, context) { desk, id, words, caller throws(SupervisionFault) in
          try await desk.refuse(id, words: words, by: caller, request: call.id)
        }
      },
      Route(
        .post, "/supervisions/:id/end", .permission([.handle]),
        "Accept a reply, take an order back, or say what a spot check found",
        body: [
          .init(
            name: "outcome", type: "string", required: true,
            allowed: Supervision.Outcome.allCases.map(\.rawValue)),
          .init(name: "words", type: "string"),
        ]
      ) { call throws(Problem) in try await end(call, context) },
      Route(
        .post, "/spot-checks", .permission([.handle]),
        "Draw closed cases to be looked at again, by a seed on record",
        body: [
          .init(name: "from", type: "string", required: true),
          .init(name: "to", type: "string", required: true),
          .init(name: "count", type: "integer", required: true),
          .init(name: "unit", type: "string"), .init(name: "item", type: "string"),
          .init(name: "seed", type: "integer"),
        ]
      ) { call throws(Problem) in try await draw(call, context) },
    ]
  }

  private static func list(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    var query = SupervisionQuery(scope: try call.caller.scope, page: try Listing.page(call))
    query.forms = try call.words("form")
    query.states = try call.words("state")
    if let name = call.filter("case") {
      query.case = try await CaseRoutes.visible(name, call, context).id
    }
    if try call.flag("late") == true { query.lateAt = context.engine.time.now }
    let final = query
    let page = try await stored { () throws(StoreFault) in
      try await context.engine.store.supervisions(final)
    }
    let cases = try await cases(of: page.elements, context)
    let presenting = Presenting(context.engine, for: try call.caller)
    return Answer.page(page) { presenting.write($0, of: cases[$0.case], to: &$1) }
  }

  private static func cases(
    of supervisions: [Supervision], _ context: WebContext
  ) async throws(Problem) -> [ID<Case>: Case] {
    var cases: [ID<Case>: Case] = [:]
    for id in Set(supervisions.map(\.case)) {
      cases[id] = try await stored { () throws(StoreFault) in
        try await context.engine.store.load(id)
      }
    }
    return cases
  }

  private static func rules(_ context: WebContext) -> HTTPResponse {
    let rules = context.engine.catalogue.supervision
    return Answer.object { writer in
      writer.member("supervisors", rules.supervisors.sorted())
      writer.member("repliers", rules.repliers.sorted())
      writer.member("checkers", rules.checkers.sorted())
      writer.name("ladder")
      writer.beginArray()
      for line in rules.ladder {
        writer.beginObject()
        writer.member("code", line.code)
        writer.member("name", line.name)
        writer.member("form", line.form.rawValue)
        writer.member("light", line.light?.rawValue)
        writer.limit("after", line.after)
        if let people = line.people { writer.member("people", people) }
        writer.member("reach", line.reach.rawValue)
        writer.member("posts", line.posts.sorted())
        writer.limit("reply", line.reply)
        writer.member("why", line.why)
        writer.endObject()
      }
      writer.endArray()
    }
  }

  private static func redList(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let scope = try call.caller.scope
    let engine = context.engine
    let now = engine.time.now
    var overdue: [Case] = []
    var before: Int64?
    repeat {
      var query = CaseQuery(
        scope: scope, page: PageRequest(limit: PageRequest.limitMax, before: before))
      query.overdueAt = now
      let final = query
      let page = try await stored { () throws(StoreFault) in try await engine.store.cases(final) }
      overdue += page.elements
      before = page.next
    } while before != nil && overdue.count < overdueMax
    let byUnit = Dictionary(grouping: overdue) { $0.state.unit }
    let units = byUnit.sorted { one, other in
      (other.value.count, one.key.innermost?.rawValue ?? 0)
        < (one.value.count, other.key.innermost?.rawValue ?? 0)
    }
    let presenting = Presenting(engine, for: try call.caller)
    let isWhole = before == nil
    return Answer.object { writer in
      writer.member("overdue", overdue.count)
      writer.member("whole", isWhole)
      writer.name("elements")
      writer.beginArray()
      for (unit, cases) in units {
        let worst = cases.sorted { ($0.state.due ?? now, $0.id) < ($1.state.due ?? now, $1.id) }
        writer.beginObject()
        presenting.unit("unit", unit, to: &writer)
        writer.member("overdue", cases.count)
        presenting.instant("earliest", worst.first?.state.due, to: &writer)
        writer.name("cases")
        writer.beginArray()
        for found in worst.prefix(shownMax) {
          writer.beginObject()
          presenting.members(found, to: &writer)
          writer.endObject()
        }
        writer.endArray()
        writer.endObject()
      }
      writer.endArray()
    }
  }

  private static func groups(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    var query = EventQuery(scope: try call.caller.scope, page: try Listing.page(call))
    let least = try call.count("people") ?? context.engine.catalogue.supervision.groupPeople
    query.peopleMin = max(2, least ?? 2)
    let final = query
    let store = context.engine.store
    let page = try await stored { () throws(StoreFault) in try await store.events(final) }
    var cases: [ID<Event>: Case] = [:]
    for event in page.elements {
      guard let id = event.case else { continue }
      cases[event.id] = try await stored { () throws(StoreFault) in try await store.load(id) }
    }
    let presenting = Presenting(context.engine, for: try call.caller)
    let found = cases
    return Answer.page(page) { event, writer in
      writer.beginObject()
      presenting.id("event", event.id, to: &writer)
      presenting.number("people", event.people, to: &writer)
      presenting.number("signals", event.signals, to: &writer)
      presenting.instant("firstAt", event.firstAt, to: &writer)
      presenting.instant("lastAt", event.lastAt, to: &writer)
      if let known = found[event.id] {
        writer.object("case") { presenting.members(known, to: &$0) }
      } else {
        writer.member("case", JSON.null)
      }
      writer.endObject()
    }
  }

  private static func make(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let caller = try call.caller
    let found = try await CaseRoutes.visible(call.capture("id"), call, context)
    var body = try Body(call.request.body)
    let form: Supervision.Form? = body.word("form")
    let words = body.label("words", max: Supervision.wordsMax)
    let due = body.instant("due")
    try body.finish()
    guard let form else { throw .field("form", "field.required") }
    let made = try await asProblem(Problem.init) { () throws(SupervisionFault) in
      try await SupervisionDesk(engine: context.engine).make(
        form, on: found.id, words: words, due: due, by: caller, request: call.id)
    }
    return try await answer(made, status: 201, context)
  }

  private static func one(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let caller = try call.caller
    let id: ID<Supervision> = try call.capturedID("id")
    let found = try await stored { () throws(StoreFault) in
      try await context.engine.store.load(id)
    }
    guard let found else { throw .notFound }
    let sees = try await asProblem(Problem.init) { () throws(SupervisionFault) in
      try await SupervisionDesk(engine: context.engine).sees(caller, found)
    }
    guard sees else { throw .notFound }
    return try await answer(found, status: 200, context)
  }

  /// What somebody says of a supervision: the receiver his reply, the giver that it does not do.
  private static func say(
    _ call: Call, _ context: WebContext,
    _ take:
      @escaping @Sendable (SupervisionDesk, ID<Supervision>, String, Caller)
      async throws(SupervisionFault) -> Supervision
  ) async throws(Problem) -> HTTPResponse {
    let caller = try call.caller
    let id: ID<Supervision> = try call.capturedID("id")
    var body = try Body(call.request.body)
    let words = body.label("words", max: Supervision.wordsMax)
    try body.finish()
    let changed = try await asProblem(Problem.init) { () throws(SupervisionFault) in
      try await take(SupervisionDesk(engine: context.engine), id, words, caller)
    }
    return try await answer(changed, status: 200, context)
  }

  private static func end(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let caller = try call.caller
    let id: ID<Supervision> = try call.capturedID("id")
    var body = try Body(call.request.body)
    let outcome: Supervision.Outcome? = body.word("outcome")
    let words = body.string("words") ?? ""
    try body.finish()
    guard let outcome else { throw .field("outcome", "field.required") }
    let changed = try await asProblem(Problem.init) { () throws(SupervisionFault) in
      try await SupervisionDesk(engine: context.engine).end(
        id, outcome, words: words, by: caller, request: call.id)
    }
    return try await answer(changed, status: 200, context)
  }

  private static func draw(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let caller = try call.caller
    var body = try Body(call.request.body)
    let (from, to) = (body.requiredInstant("from"), body.requiredInstant("to"))
    let count = body.integer("count") ?? 0
    let unit: ID<Unit>? = body.id("unit")
    let item = body.string("item")
    let seed = body.integer("seed")
    if let seed, !(0...(Int64(1) << 53 - 1)).contains(seed) {
      body.refuse("seed", "number.range", ["min": "0", "max": String(Int64(1) << 53 - 1)])
    }
    try body.finish()
    guard let from, let to else { throw .field("from", "field.required") }
    var order = SpotCheckOrder(from: from, to: to, count: Int(clamping: count))
    order.unit = unit
    order.item = item
    order.seed = seed.map { UInt64($0) }
    let final = order
    let draw = try await asProblem(Problem.init) { () throws(SupervisionFault) in
      try await SupervisionDesk(engine: context.engine).draw(
        final, by: caller, request: call.id)
    }
    let cases = try await cases(of: draw.drawn, context)
    let presenting = Presenting(context.engine, for: try call.caller)
    return Answer.object(status: 201) { writer in
      writer.member("seed", Int64(draw.seed))
      writer.member("population", draw.population)
      writer.name("elements")
      writer.beginArray()
      for found in draw.drawn { presenting.write(found, of: cases[found.case], to: &writer) }
      writer.endArray()
    }
  }

  private static func answer(
    _ found: Supervision, status: Int, _ context: WebContext
  ) async throws(Problem) -> HTTPResponse {
    let known = try await cases(of: [found], context)[found.case]
    var writer = JSONWriter()
    Presenting(context.engine).write(found, of: known, to: &writer)
    return .json(writer.take(), status: status)
  }
}

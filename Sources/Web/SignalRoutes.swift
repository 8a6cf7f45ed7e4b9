import City
import Discovering
import Engine
import HTTPServing
import JSONText
import Ports

/// Signals in and out.
enum SignalRoutes {
  static let reporterFields: Set<String> = ["name", "phone"]

  static func routes(_ context: WebContext) -> [Route] {
    [
      Route(
        .post, "/signals", .permission([.submit]), "Send one signal", body: parameters
      ) { call throws(Problem) in try await take(call, context) },
      Route(
        .get, "/signals", .permission([.read]), "Signals, newest first",
        query: [
          .init(name: "channel", type: "string", allowed: Channel.allCases.map(\.rawValue)),
          .init(name: "rivals", type: "boolean"),
        ] + Listing.parameters
      ) { call throws(Problem) in try await list(call, context) },
      Route(.get, "/signals/:id", .permission([.read]), "One signal") { call throws(Problem) in
        try await one(call, context)
      },
    ]
  }

  private static let parameters: [Route.Parameter] = [
    .init(
      name: "channel", type: "string", required: true, allowed: Channel.allCases.map(\.rawValue)),
    .init(name: "externalId", type: "string", required: true),
    .init(name: "occurredAt", type: "string"), .init(name: "item", type: "string"),
    .init(name: "title", type: "string"), .init(name: "text", type: "string"),
    .init(name: "address", type: "string"), .init(name: "longitude", type: "number"),
    .init(name: "latitude", type: "number"), .init(name: "thing", type: "string"),
    .init(name: "reporter", type: "object"), .init(name: "evidence", type: "array"),
  ]

  private static func take(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let caller = try call.caller
    var body = try Body(call.request.body)
    let channel: Channel? = body.word("channel")
    if channel == nil { _ = body.required("channel") }
    var draft = SignalDraft()
    draft.externalID = body.string("externalId") ?? ""
    draft.occurredAt = body.instant("occurredAt")
    draft.item = body.string("item")
    draft.title = body.string("title") ?? ""
    draft.text = body.string("text") ?? ""
    draft.address = body.string("address") ?? ""
    draft.longitude = body.number("longitude")
    draft.latitude = body.number("latitude")
    draft.thing = body.string("thing")
    let reporter = body.object("reporter", reporterFields)
    draft.reporterName = reporter["name"] ?? ""
    draft.reporterPhone = reporter["phone"] ?? ""
    draft.evidence = body.files("evidence")
    try body.finish()
    guard let channel else { throw .field("channel", "field.required") }
    _ = try await FileRoutes.evidence(draft.evidence, context)
    let incoming = IncomingSignal(channel: channel, draft: draft, raw: call.request.body)
    let outcome = try await asProblem(Problem.init) {
      () throws(IntakeFault) in
      try await Intake(engine: context.engine).take(incoming, by: caller.actor, request: call.id)
    }
    return try await answer(outcome, context)
  }

  /// What became of a signal. Who reports a known problem again is told the number of its case.
  static func answer(
    _ outcome: IntakeOutcome, _ context: WebContext
  ) async throws(Problem) -> HTTPResponse {
    var number = outcome.number
    if number == nil, let id = outcome.case {
      number = try await stored { () throws(StoreFault) in
        try await context.engine.store.load(id)
      }?.filing.number
    }
    let told = number
    return Answer.object(status: outcome.kind == .repeated ? 200 : 201) { writer in
      writer.member("outcome", outcome.kind.rawValue)
      writer.member("signal", String(outcome.signal.rawValue))
      writer.member("event", outcome.event.map { String($0.rawValue) })
      writer.member("case", outcome.case.map { String($0.rawValue) })
      writer.member("number", told?.text)
    }
  }

  private static func list(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    var query = SignalQuery(scope: try call.caller.scope, page: try Listing.page(call))
    query.channel = try call.word("channel")
    query.rivals = try call.flag("rivals") ?? false
    let final = query
    let page = try await stored { () throws(StoreFault) in
      try await context.engine.store.signals(final)
    }
    let presenting = Presenting(
      context.engine, fields: call.filter("fields"), for: try call.caller)
    return Answer.page(page) { presenting.write($0, to: &$1) }
  }

  private static func one(_ call: Call, _ context: WebContext) async throws(Problem) -> HTTPResponse
  {
    let id: ID<Signal> = try call.capturedID("id")
    let scope = try call.caller.scope
    let signal = try await stored { () throws(StoreFault) in
      try await context.engine.store.load(id)
    }
    guard let signal, scope.holds(area: signal.area, unit: .none) || scope == .everything else {
      throw .notFound
    }
    let presenting = Presenting(context.engine, for: try call.caller)
    var writer = JSONWriter()
    presenting.write(signal, to: &writer)
    return .json(writer.take())
  }
}

/// What all lists take.
enum Listing {
  static let limitDefault = 50

  static let parameters: [Route.Parameter] = [
    .init(name: "limit", type: "integer"), .init(name: "before", type: "string"),
    .init(name: "fields", type: "string"),
  ]

  static func page(_ call: Call) throws(Problem) -> PageRequest {
    var limit = limitDefault
    if let text = call.filter("limit") {
      guard let number = Int(text), (1...PageRequest.limitMax).contains(number) else {
        throw .field("limit", "number.range", ["min": "1", "max": String(PageRequest.limitMax)])
      }
      limit = number
    }
    var before: Int64?
    if let text = call.filter("before") {
      guard let number = Int64(text), number > 0 else { throw .field("before", "cursor.form") }
      before = number
    }
    return PageRequest(limit: limit, before: before)
  }
}

extension Presenting {
  func write(_ signal: Signal, to writer: inout JSONWriter) {
    writer.beginObject()
    id("id", signal.id, to: &writer)
    text("channel", signal.channel.rawValue, to: &writer)
    text("externalId", signal.externalID, to: &writer)
    instant("receivedAt", signal.receivedAt, to: &writer)
    instant("occurredAt", signal.occurredAt, to: &writer)
    text("item", signal.item, to: &writer)
    text("title", shown(signal.title), to: &writer)
    text("text", shown(signal.text), to: &writer)
    text("address", shown(signal.address), to: &writer)
    position(signal.position, to: &writer)
    area(signal.area, to: &writer)
    located(signal.located, to: &writer)
    id("thing", signal.thing, to: &writer)
    if wants("evidence") {
      writer.member("evidence", signal.evidence.map { HexText.write($0.digest) })
    }
    id("event", signal.event, to: &writer)
    id("rivalOf", signal.rivalOf, to: &writer)
    text("digest", HexText.write(signal.digest), to: &writer)
    writer.endObject()
  }

  func write(_ event: Event, to writer: inout JSONWriter) {
    writer.beginObject()
    members(event, to: &writer)
    writer.endObject()
  }

  func members(_ event: Event, to writer: inout JSONWriter) {
    id("id", event.id, to: &writer)
    text("item", event.item, to: &writer)
    text("title", shown(event.title), to: &writer)
    text("address", shown(event.address), to: &writer)
    position(event.position, to: &writer)
    area(event.area, to: &writer)
    located(event.located, to: &writer)
    id("thing", event.thing, to: &writer)
    instant("firstAt", event.firstAt, to: &writer)
    instant("lastAt", event.lastAt, to: &writer)
    number("signals", event.signals, to: &writer)
    number("people", event.people, to: &writer)
    id("repeatOf", event.repeatOf, to: &writer)
    number("repeats", event.repeats, to: &writer)
    text("state", event.state.rawValue, to: &writer)
    id("case", event.case, to: &writer)
    id("mergedInto", event.mergedInto, to: &writer)
    number("version", event.version, to: &writer)
  }

  func write(_ found: Case, to writer: inout JSONWriter) {
    writer.beginObject()
    members(found, to: &writer)
    writer.endObject()
  }

  func write(_ thing: Thing, to writer: inout JSONWriter, classes: (String, String) -> DataClass?) {
    writer.beginObject()
    id("id", thing.id, to: &writer)
    text("kind", thing.kind, to: &writer)
    text("code", thing.code, to: &writer)
    text("name", shown(ofThing: thing.name), to: &writer)
    text("address", shown(ofThing: thing.address), to: &writer)
    position(thing.position, to: &writer)
    area(thing.area, to: &writer)
    unit("owner", thing.owner, to: &writer)
    number("version", thing.version, to: &writer)
    if wants("attributes") {
      writer.object("attributes") { writer in
        for attribute in thing.attributes {
          // Fields above internal are left out until a duty asks for them.
          guard (classes(thing.kind, attribute.name) ?? .internal) <= .internal else { continue }
          writer.member(attribute.name, shown(ofThing: attribute.value))
        }
      }
    }
    writer.endObject()
  }
}

import City
import Engine
import HTTPServing
import JSONText
import Pack
import Ports

/// Alarms: lists, one, and what people do with it.
enum AlarmRoutes {
  static func routes(_ context: WebContext) -> [Route] {
    [
      Route(
        .get, "/alarms", .permission([.read]), "Alarms, newest first",
        query: [
          .init(name: "open", type: "boolean"), .init(name: "acknowledged", type: "boolean"),
          .init(name: "rule", type: "string"), .init(name: "device", type: "string"),
          .init(name: "grade", type: "string", allowed: Grade.allCases.map(\.rawValue)),
          .init(name: "verdict", type: "string", allowed: AlarmVerdict.allCases.map(\.rawValue)),
        ] + Listing.parameters
      ) { call throws(Problem) in try await list(call, context) },
      Route(.get, "/alarms/:id", .permission([.read]), "One alarm") { call throws(Problem) in
        try await one(call, context)
      },
      Route(
        .post, "/alarms/:id/acknowledge", .permission([.handle]), "Say that it was seen"
      ) { call throws(Problem) in try await acknowledge(call, context) },
      Route(
        .post, "/alarms/:id/silence", .permission([.handle]), "Tell nobody up to a time",
        body: [.init(name: "until", type: "string", required: true)]
      ) { call throws(Problem) in try await silence(call, context) },
    ]
  }

  private static func list(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    var query = AlarmQuery(scope: try call.caller.scope, page: try Listing.page(call))
    query.open = try call.flag("open")
    query.acknowledged = try call.flag("acknowledged")
    query.rule = call.filter("rule")
    query.device = try call.id("device")
    query.grade = try call.word("grade")
    query.verdict = try call.word("verdict")
    let final = query
    let page = try await stored { () throws(StoreFault) in
      try await context.engine.store.alarms(final)
    }
    let presenting = Presenting(context.engine, fields: call.filter("fields"))
    let names = AlarmNames(context)
    return Answer.page(page) { presenting.write($0, names, to: &$1) }
  }

  private static func one(_ call: Call, _ context: WebContext) async throws(Problem) -> HTTPResponse
  {
    let id: ID<Alarm> = try call.capturedID("id")
    let scope = try call.caller.scope
    let alarm = try await stored { () throws(StoreFault) in
      try await context.engine.store.load(id)
    }
    guard let alarm, scope.holds(area: alarm.area, unit: alarm.owner) else { throw .notFound }
    return answer(alarm, context)
  }

  private static func acknowledge(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let id: ID<Alarm> = try call.capturedID("id")
    let caller = try call.caller
    let alarm = try await asProblem(Problem.init) { () throws(AlarmFault) in
      try await Alarms(engine: context.engine).acknowledge(
        id, by: caller.staff.id, actor: caller.actor, request: call.id, scope: caller.scope)
    }
    return answer(alarm, context)
  }

  private static func silence(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let id: ID<Alarm> = try call.capturedID("id")
    let caller = try call.caller
    var body = try Body(call.request.body)
    let until = body.requiredInstant("until")
    try body.finish()
    guard let until else { throw .field("until", "field.required") }
    let alarm = try await asProblem(Problem.init) { () throws(AlarmFault) in
      try await Alarms(engine: context.engine).silence(
        id, until: until, actor: caller.actor, request: call.id, scope: caller.scope)
    }
    return answer(alarm, context)
  }

  private static func answer(_ alarm: Alarm, _ context: WebContext) -> HTTPResponse {
    var writer = JSONWriter()
    Presenting(context.engine).write(alarm, AlarmNames(context), to: &writer)
    return .json(writer.take())
  }
}

/// How people call what alarms name by codes and numbers.
struct AlarmNames {
  let rules: [String: String]
  /// nil where this process does not perceive.
  let table: DeviceTable?

  init(_ context: WebContext) {
    rules = Dictionary(context.engine.catalogue.rules.map { ($0.code, $0.name) }) { first, _ in
      first
    }
    table = context.perception?.table
  }
}

extension Presenting {
  func write(_ alarm: Alarm, _ names: AlarmNames, to writer: inout JSONWriter) {
    let state = alarm.state
    writer.beginObject()
    id("id", alarm.id, to: &writer)
    text("key", alarm.key, to: &writer)
    text("rule", alarm.rule, to: &writer)
    text("ruleName", names.rules[alarm.rule], to: &writer)
    id("device", alarm.device, to: &writer)
    text("deviceName", alarm.device.flatMap { names.table?.device($0)?.thing.name }, to: &writer)
    text("measure", alarm.measure, to: &writer)
    position(alarm.position, to: &writer)
    area(alarm.area, to: &writer)
    unit("owner", alarm.owner, to: &writer)
    text("grade", state.grade.rawValue, to: &writer)
    text("why", state.why, to: &writer)
    instant("openedAt", state.openedAt, to: &writer)
    instant("changedAt", state.changedAt, to: &writer)
    instant("clearedAt", state.clearedAt, to: &writer)
    instant("acknowledgedAt", state.acknowledgedAt, to: &writer)
    staff("acknowledgedBy", state.acknowledgedBy, to: &writer)
    instant("silencedUntil", state.silencedUntil, to: &writer)
    id("signal", state.signal, to: &writer)
    text("verdict", state.verdict?.rawValue, to: &writer)
    number("version", state.version, to: &writer)
    writer.endObject()
  }
}

extension Problem {
  init(_ fault: AlarmFault) {
    switch fault {
    case .notFound: self = .notFound
    case .acknowledgedAlready: self.init(status: 409, code: fault.code)
    case .silenceRange:
      self = .field("until", fault.code, ["days": String(Alarms.silenceDaysMax)])
    case .crowded: self.init(status: 503, code: fault.code, retryAfterSeconds: 1)
    case .store(let fault): self.init(fault)
    }
  }
}

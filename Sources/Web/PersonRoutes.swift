import City
import Dispatching
import Engine
import HTTPServing
import JSONText
import Ports

/// Whom an order should be given to, who is away, and handing over at the change of a shift.
enum PersonRoutes {
  /// People proposed for one order.
  static let choicesMax = 20

  static func routes(_ context: WebContext) -> [Route] {
    [
      Route(
        .get, "/cases/:id/persons", .permission([.handle]),
        "Whom to give the order to: grid, roster, skill, load, distance, with reasons"
      ) { call throws(Problem) in try await choices(call, context) },
      Route(.get, "/absences", .permission([.read]), "Who is away now or will be") {
        call throws(Problem) in try await absences(call, context)
      },
      Route(
        .post, "/staff/:id/absences", .permission([.handle]),
        "Somebody is away from … to …, and who stands in",
        body: [
          .init(name: "from", type: "string"), .init(name: "to", type: "string", required: true),
          .init(name: "substitute", type: "string"),
          .init(name: "reason", type: "string", required: true),
        ]
      ) { call throws(Problem) in try await absent(call, context) },
      Route(.post, "/absences/:id/end", .permission([.handle]), "He is back") {
        call throws(Problem) in try await end(call, context)
      },
      Route(
        .post, "/staff/:id/hand-over", .permission([.handle]),
        "All open orders of somebody go to another of the unit",
        body: [
          .init(name: "to", type: "string", required: true),
          .init(name: "reason", type: "string", required: true),
        ]
      ) { call throws(Problem) in try await handOver(call, context) },
    ]
  }

  private static func choices(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let found = try await CaseRoutes.visible(call.capture("id"), call, context)
    let choices = try await stored { () throws(StoreFault) in
      try await PersonDesk(engine: context.engine).choices(for: found)
    }
    let presenting = Presenting(context.engine)
    return Answer.list(Array(choices.prefix(choicesMax))) { choice, writer in
      writer.beginObject()
      presenting.staff("staff", choice.staff, to: &writer)
      writer.member("points", choice.points)
      writer.name("reasons")
      writer.beginArray()
      for reason in choice.reasons {
        writer.beginObject()
        writer.member("code", reason.code)
        writer.member("points", reason.points)
        switch reason {
        case .grid(let level): writer.member("level", level.rawValue)
        case .skill(let orders), .load(let orders): writer.member("orders", orders)
        case .distance(let metres): writer.member("metres", metres)
        case .standsIn(let person): presenting.staff("for", person, to: &writer)
        case .onDuty: break
        }
        writer.endObject()
      }
      writer.endArray()
      writer.endObject()
    }
  }

  private static func absences(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let scope = try call.caller.scope
    let engine = context.engine
    let all = try await stored { () throws(StoreFault) in
      try await engine.store.absences(endingAfter: engine.time.now)
    }
    let directory = engine.directory
    let seen = all.filter { absence in
      guard let person = directory.staff[absence.staff] else { return false }
      let area = person.area.map { directory.path(of: $0) } ?? .outside
      return scope.holds(area: area, unit: directory.path(of: person.unit))
    }
    let presenting = Presenting(engine)
    return Answer.list(Array(seen.prefix(PageRequest.limitMax))) {
      presenting.write($0, to: &$1)
    }
  }

  private static func absent(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let caller = try call.caller
    let staff: ID<Staff> = try call.capturedID("id")
    var body = try Body(call.request.body)
    let from = body.instant("from") ?? context.engine.time.now
    let to = body.requiredInstant("to")
    let substitute: ID<Staff>? = body.id("substitute")
    let reason = body.label("reason", max: Absence.reasonMax)
    try body.finish()
    guard let to else { throw .field("to", "field.required") }
    let absence = try await asProblem(Problem.init) { () throws(HandOverFault) in
      try await PersonDesk(engine: context.engine).absent(
        staff, from: from, to: to, substitute: substitute, reason: reason, by: caller,
        request: call.id)
    }
    return answer(absence, status: 201, context)
  }

  private static func end(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let caller = try call.caller
    let id: ID<Absence> = try call.capturedID("id")
    let absence = try await asProblem(Problem.init) { () throws(HandOverFault) in
      try await PersonDesk(engine: context.engine).end(id, by: caller, request: call.id)
    }
    return answer(absence, status: 200, context)
  }

  private static func answer(
    _ absence: Absence, status: Int, _ context: WebContext
  ) -> HTTPResponse {
    var writer = JSONWriter()
    Presenting(context.engine).write(absence, to: &writer)
    return .json(writer.take(), status: status)
  }

  private static func handOver(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let caller = try call.caller
    let giver: ID<Staff> = try call.capturedID("id")
    var body = try Body(call.request.body)
    let to: ID<Staff>? = body.id("to")
    if to == nil { body.refuse("to", "field.required") }
    let reason = body.label("reason", max: HandOver.reasonMax)
    try body.finish()
    guard let to else { throw .field("to", "field.required") }
    let orders = try await asProblem(Problem.init) { () throws(HandOverFault) in
      try await HandOver(engine: context.engine).take(
        from: giver, to: to, reason: reason, by: caller, request: call.id)
    }
    let presenting = Presenting(context.engine)
    return Answer.list(orders) { presenting.write($0, to: &$1) }
  }
}

extension Presenting {
  func write(_ absence: Absence, to writer: inout JSONWriter) {
    writer.beginObject()
    id("id", absence.id, to: &writer)
    staff("staff", absence.staff, to: &writer)
    staff("substitute", absence.substitute, to: &writer)
    text("reason", absence.reason, to: &writer)
    instant("from", absence.from, to: &writer)
    instant("to", absence.to, to: &writer)
    writer.endObject()
  }
}

extension Problem {
  init(_ fault: HandOverFault) {
    switch fault {
    case .unknownStaff: self = .notFound
    case .notYours: self.init(status: 403, code: fault.code)
    case .tooMany(let max):
      self.init(status: 409, code: fault.code, facts: ["max": String(max)])
    case .refused(let field, let rule, let facts): self = .field(field, rule, facts)
    case .crowded: self.init(status: 503, code: fault.code, retryAfterSeconds: 1)
    case .store(let fault): self.init(fault)
    }
  }
}

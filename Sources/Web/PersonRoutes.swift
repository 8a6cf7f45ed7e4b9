import City
import Dispatching
import Engine
import HTTPServing
import JSONText
import Pack
import Ports

/// Whom an order should be given to, who is away, and handing over at the change of a shift.
enum PersonRoutes {
  /// People proposed for one order.
  static let choicesMax = 20

  static func routes(_ context: WebContext) -> [Route] {
    [
      Route(
        .get, "/cases/:id/persons", .permission([.handle]),
        "Whom to give the order to, or who should check it on the spot, with reasons"
      ) { call throws(Problem) in try await choices(call, context) },
      Route(
        .get, "/cases/:id/groups", .permission([.handle]),
        "Groups that could be called, with the units that they are at the place of the case"
      ) { call throws(Problem) in try await groups(call, context) },
      Route(
        .get, "/shifts/left", .permission([.handle]),
        "Orders whose holder's shift is over, with who takes them over, if anybody"
      ) { call throws(Problem) in try await left(call, context) },
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
    let engine = context.engine
    let choices = try await stored { () throws(StoreFault) in
      let checkers = CheckerDesk(engine: engine)
      guard checkers.isAsked(for: found) else {
        return try await PersonDesk(engine: engine).choices(for: found)
      }
      let dossier = try await engine.store.dossier(
        of: found.id, handling: engine.catalogue.handlingActions)
      return try await checkers.choices(for: found, handlers: dossier?.handlers ?? [])
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
        case .distance(let metres, let from):
          writer.member("metres", metres)
          writer.member("from", from.rawValue)
        case .standsIn(let person): presenting.staff("for", person, to: &writer)
        case .onDuty: break
        }
        writer.endObject()
      }
      writer.endArray()
      writer.endObject()
    }
  }

  private static func groups(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let found = try await CaseRoutes.visible(call.capture("id"), call, context)
    let engine = context.engine
    let presenting = Presenting(engine)
    return Answer.list(engine.catalogue.groups) { group, writer in
      writer.beginObject()
      writer.member("code", group.code)
      writer.member("name", group.name)
      writer.member("why", group.why)
      writer.member("isCalled", found.state.called.contains(group.code))
      writer.name("members")
      writer.beginArray()
      for line in GroupRoll(engine: engine).lines(group, at: found.state.area) {
        writer.beginObject()
        let duty = engine.catalogue.duty(code: line.member.duty)?.name ?? line.member.duty
        writer.member("duty", duty)
        writer.member("form", line.member.form.rawValue)
        presenting.unit("unit", line.unit ?? .none, to: &writer)
        writer.limit("limit", line.member.limit)
        writer.endObject()
      }
      writer.endArray()
      writer.endObject()
    }
  }

  private static func left(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let caller = try call.caller
    let engine = context.engine
    let all = try await stored { () throws(StoreFault) in
      try await ShiftDesk(engine: engine).left()
    }
    let seen = all.filter {
      caller.scope.holds(area: $0.case.state.area, unit: $0.order.unit)
    }
    let presenting = Presenting(engine, for: caller)
    return Answer.list(Array(seen.prefix(PageRequest.limitMax))) { left, writer in
      writer.beginObject()
      writer.name("order")
      presenting.write(left.order, to: &writer)
      writer.member("number", left.case.filing.number.text)
      writer.member("title", presenting.shown(left.case.filing.title))
      presenting.staff("holder", left.holder.id, to: &writer)
      presenting.instant("since", left.since, to: &writer)
      presenting.staff("next", left.next?.id, to: &writer)
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

import City
import Engine
import Evaluating
import HTTPServing
import JSONText
import Pack
import Ports

/// Frozen periods of evaluation, appeals against them, and corrected scores.
enum PeriodRoutes {
  static func routes(_ context: WebContext) -> [Route] {
    [
      Route(
        .post, "/evaluations/:code/periods", .permission([.evaluate]),
        "Freeze the scores of a period that is over",
        body: [
          .init(name: "from", type: "string", required: true),
          .init(name: "to", type: "string", required: true),
        ]
      ) { call throws(Problem) in try await freeze(call, context) },
      Route(.get, "/evaluations/periods", .permission([.read]), "Frozen periods, newest first") {
        call throws(Problem) in
        _ = try call.caller
        let all = try await stored { () throws(StoreFault) in
          try await context.engine.store.periods()
        }
        return Answer.list(all) { period, writer in
          writer.beginObject()
          head(period, context, to: &writer)
          writer.endObject()
        }
      },
      Route(
        .get, "/evaluations/periods/:id", .permission([.read]),
        "A frozen league table, with what appeals corrected beside it"
      ) { call throws(Problem) in try await one(call, context) },
      Route(
        .get, "/evaluations/periods/:id/recount", .permission([.evaluate]),
        "Whether the journal still gives the frozen numbers, to the last digit"
      ) { call throws(Problem) in try await recount(call, context) },
      Route(
        .post, "/evaluations/periods/:id/appeals", .permission([.handle]),
        "Say that a case should not count in a line",
        body: [
          .init(name: "key", type: "string", required: true),
          .init(name: "case", type: "string", required: true),
          .init(name: "reason", type: "string", required: true),
        ]
      ) { call throws(Problem) in try await appeal(call, context) },
      Route(
        .post, "/evaluations/appeals/:id/decide", .permission([.evaluate]),
        "Uphold or refuse an appeal of somebody else",
        body: [
          .init(name: "uphold", type: "boolean", required: true),
          .init(name: "answer", type: "string", required: true),
        ]
      ) { call throws(Problem) in try await decide(call, context) },
    ]
  }

  private static func freeze(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let caller = try call.caller
    var body = try Body(call.request.body)
    let from = body.requiredInstant("from")
    let to = body.requiredInstant("to")
    try body.finish()
    guard let from, let to, let period = Period(from: from, to: to) else {
      throw .field("to", "period.order")
    }
    let desk = try await VitalRoutes.fresh(context)
    let frozen = try await asProblem(Problem.init) { () throws(PeriodFault) in
      try await desk.freeze(
        call.capture("code"), period, by: caller.staff.id, actor: caller.actor, request: call.id)
    }
    return Answer.object(status: 201) { writer in
      head(frozen, context, to: &writer)
      writer.name("lines")
      writer.beginArray()
      for line in frozen.lines { write(line, to: &writer) }
      writer.endArray()
    }
  }

  private static func one(_ call: Call, _ context: WebContext) async throws(Problem) -> HTTPResponse
  {
    let id: ID<EvaluationPeriod> = try call.capturedID("id")
    let scope = try call.caller.scope
    let desk = context.vitals
    let (frozen, appeals, lines) = try await asProblem(Problem.init) { () throws(PeriodFault) in
      let frozen = try await desk.load(id)
      var seen: [FrozenLine] = []
      for line in frozen.lines where await desk.sees(line, of: frozen, scope: scope) {
        seen.append(line)
      }
      return (frozen, try await desk.appeals(of: id), seen)
    }
    let keys = Set(lines.map(\.key))
    return Answer.object { writer in
      head(frozen, context, to: &writer)
      writer.name("lines")
      writer.beginArray()
      for line in lines {
        write(
          line, corrected: appeals.last { $0.key == line.key && $0.corrected != nil }?.corrected,
          to: &writer)
      }
      writer.endArray()
      writer.name("appeals")
      writer.beginArray()
      for appeal in appeals where keys.contains(appeal.key) {
        write(appeal, context, to: &writer)
      }
      writer.endArray()
    }
  }

  private static func recount(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let id: ID<EvaluationPeriod> = try call.capturedID("id")
    let desk = context.vitals
    let (frozen, lines) = try await asProblem(Problem.init) { () throws(PeriodFault) in
      let frozen = try await desk.load(id)
      return (frozen, try await desk.recount(frozen))
    }
    let before = Dictionary(frozen.lines.map { ($0.key, $0) }) { first, _ in first }
    let after = Dictionary(lines.map { ($0.key, $0) }) { first, _ in first }
    let differing = Set(before.keys).union(after.keys).filter {
      before[$0]?.parts != after[$0]?.parts || before[$0]?.points != after[$0]?.points
        || before[$0]?.adjusted != after[$0]?.adjusted
    }
    return Answer.object { writer in
      writer.member("same", differing.isEmpty)
      writer.member("lines", lines.count)
      writer.member("differing", differing.sorted())
    }
  }

  private static func appeal(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let id: ID<EvaluationPeriod> = try call.capturedID("id")
    let caller = try call.caller
    var body = try Body(call.request.body)
    let key = body.required("key")
    let about: ID<Case>? = body.id("case")
    let reason = body.required("reason")
    if about == nil { body.refuse("case", "field.required") }
    try body.finish()
    guard let about else { throw .field("case", "field.required") }
    let desk = context.vitals
    let made = try await asProblem(Problem.init) { () throws(PeriodFault) in
      try await desk.appeal(
        AppealDraft(period: id, key: key, case: about, reason: reason), by: caller.staff.id,
        actor: caller.actor, request: call.id, scope: caller.scope)
    }
    return answer(made, context, status: 201)
  }

  private static func decide(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let id: ID<Appeal> = try call.capturedID("id")
    let caller = try call.caller
    var body = try Body(call.request.body)
    let uphold = body.bool("uphold")
    let words = body.required("answer")
    if uphold == nil { body.refuse("uphold", "field.required") }
    try body.finish()
    guard let uphold else { throw .field("uphold", "field.required") }
    let desk = context.vitals
    let decided = try await asProblem(Problem.init) { () throws(PeriodFault) in
      try await desk.decide(
        id, uphold: uphold, answer: words, by: caller.staff.id, actor: caller.actor,
        request: call.id)
    }
    return answer(decided, context)
  }

  // MARK: Answers

  private static func answer(
    _ appeal: Appeal, _ context: WebContext, status: Int = 200
  ) -> HTTPResponse {
    var writer = JSONWriter()
    write(appeal, context, to: &writer)
    return .json(writer.take(), status: status)
  }

  private static func head(
    _ period: EvaluationPeriod, _ context: WebContext, to writer: inout JSONWriter
  ) {
    writer.member("id", String(period.id.rawValue))
    writer.member("formula", period.formula)
    writer.member(
      "name", context.engine.catalogue.evaluations.first { $0.code == period.formula }?.name)
    writer.member("from", TimeText.write(period.from))
    writer.member("to", TimeText.write(period.to))
    writer.member("frozenAt", TimeText.write(period.frozenAt))
    Presenting(context.engine).staff("by", period.staff, to: &writer)
    writer.member("sequence", period.sequence)
  }

  private static func write(
    _ line: FrozenLine, corrected: FrozenLine? = nil, to writer: inout JSONWriter
  ) {
    writer.beginObject()
    members(line, to: &writer)
    if let corrected {
      writer.object("corrected") { members(corrected, to: &$0) }
    }
    writer.endObject()
  }

  private static func members(_ line: FrozenLine, to writer: inout JSONWriter) {
    writer.member("key", line.key)
    writer.member("name", line.name)
    writer.member("points", line.points)
    writer.member("adjusted", line.adjusted)
    writer.name("parts")
    writer.beginArray()
    for part in line.parts {
      writer.beginObject()
      writer.member("code", part.code)
      writer.member("count", part.count)
      writer.member("per", part.per)
      writer.member("rate", part.rate)
      writer.member("points", part.points)
      writer.endObject()
    }
    writer.endArray()
  }

  private static func write(
    _ appeal: Appeal, _ context: WebContext, to writer: inout JSONWriter
  ) {
    let presenting = Presenting(context.engine)
    writer.beginObject()
    writer.member("id", String(appeal.id.rawValue))
    writer.member("period", String(appeal.period.rawValue))
    writer.member("key", appeal.key)
    writer.member("case", String(appeal.case.rawValue))
    writer.member("reason", appeal.reason)
    writer.member("at", TimeText.write(appeal.at))
    presenting.staff("by", appeal.staff, to: &writer)
    writer.member("state", appeal.state.rawValue)
    writer.member("decidedAt", appeal.decidedAt.map(TimeText.write))
    presenting.staff("decidedBy", appeal.decidedBy, to: &writer)
    writer.member("answer", appeal.answer)
    if let corrected = appeal.corrected {
      writer.object("corrected") { members(corrected, to: &$0) }
    }
    writer.endObject()
  }
}

extension Problem {
  init(_ fault: PeriodFault) {
    switch fault {
    case .unknownFormula, .unknown: self = .notFound
    case .notOver: self = .field("to", fault.code)
    case .frozen(let id):
      self.init(status: 409, code: fault.code, facts: ["period": String(id.rawValue)])
    case .tooMany(let max): self.init(status: 409, code: fault.code, facts: ["max": String(max)])
    case .notItsCase: self = .field("case", fault.code)
    case .appealedAlready, .decidedAlready: self.init(status: 409, code: fault.code)
    case .sameHand: self.init(status: 403, code: fault.code)
    case .words(let field, let max): self = .field(field, fault.code, ["max": String(max)])
    case .crowded: self.init(status: 503, code: fault.code, retryAfterSeconds: 1)
    case .store(let fault): self.init(fault)
    }
  }
}

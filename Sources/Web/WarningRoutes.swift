import City
import Engine
import Evaluating
import HTTPServing
import JSONText
import Pack
import Ports

/// Early warnings: read, issue, change, lift, and how good they were.
enum WarningRoutes {
  static func routes(_ context: WebContext) -> [Route] {
    let grades = Grade.allCases.map(\.rawValue)
    return WarningMessages.routes(context) + [
      Route(
        .get, "/warnings", .permission([.read]), "Early warnings for my area, newest first",
        query: [
          .init(name: "standing", type: "boolean"), .init(name: "kind", type: "string"),
          .init(name: "grade", type: "string", allowed: grades),
          .init(
            name: "source", type: "string", allowed: Warning.Source.allCases.map(\.rawValue)),
        ] + Listing.parameters
      ) { call throws(Problem) in try await list(call, context) },
      Route(
        .get, "/warnings/kinds", .permission([.read]),
        "What is warned of, with plans and measures, and which warning announces which"
      ) { call throws(Problem) in
        _ = try call.caller
        return kinds(context)
      },
      Route(
        .get, "/warnings/scores", .permission([.read]),
        "How good the warnings of a period were: hit, missed, false, and how early",
        query: [
          .init(name: "from", type: "string", required: true),
          .init(name: "to", type: "string", required: true),
        ]
      ) { call throws(Problem) in try await scores(call, context) },
      Route(
        .get, "/warnings/:id", .permission([.read]),
        "One early warning; with .cap behind its id as a CAP 1.2 message"
      ) {
        call throws(Problem) in try await one(call, context)
      },
      Route(
        .post, "/warnings", .permission([.warn]), "Issue an early warning",
        body: [
          .init(name: "kind", type: "string", required: true),
          .init(name: "grade", type: "string", required: true, allowed: grades),
          .init(name: "area", type: "string", required: true),
          .init(name: "title", type: "string"), .init(name: "why", type: "string"),
          .init(name: "from", type: "string"), .init(name: "to", type: "string"),
          .init(name: "measures", type: "array"),
        ]
      ) { call throws(Problem) in try await issue(call, context) },
      Route(
        .post, "/warnings/:id/grade", .permission([.warn]),
        "Raise, lower or prolong an early warning",
        body: [
          .init(name: "grade", type: "string", required: true, allowed: grades),
          .init(name: "to", type: "string"), .init(name: "why", type: "string"),
        ]
      ) { call throws(Problem) in try await grade(call, context) },
      Route(
        .post, "/warnings/:id/lift", .permission([.warn]), "Lift an early warning",
        body: [.init(name: "why", type: "string")]
      ) { call throws(Problem) in try await lift(call, context) },
    ]
  }

  // MARK: Reading

  private static func list(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    var query = WarningQuery(page: try Listing.page(call))
    query.isStanding = try call.flag("standing")
    query.kind = call.filter("kind")
    query.grade = try call.word("grade")
    query.source = try call.word("source")
    let final = Warnings(engine: context.engine).query(query, scope: try call.caller.scope)
    let page = try await stored { () throws(StoreFault) in
      try await context.engine.store.warnings(final)
    }
    let presenting = Presenting(context.engine, fields: call.filter("fields"))
    return Answer.page(page) { presenting.write($0, context.engine, to: &$1) }
  }

  private static func one(_ call: Call, _ context: WebContext) async throws(Problem) -> HTTPResponse
  {
    if call.capture("id").hasSuffix(WarningMessages.suffix) {
      return try await WarningMessages.one(call, context)
    }
    let id: ID<Warning> = try call.capturedID("id")
    let scope = try call.caller.scope
    let warning = try await asProblem(Problem.init) { () throws(WarningFault) in
      try await Warnings(engine: context.engine).load(id, scope: scope)
    }
    return answer(warning, context)
  }

  static func answer(
    _ warning: Warning, _ context: WebContext, status: Int = 200
  ) -> HTTPResponse {
    var writer = JSONWriter()
    Presenting(context.engine).write(warning, context.engine, to: &writer)
    return .json(writer.take(), status: status)
  }

  private static func kinds(_ context: WebContext) -> HTTPResponse {
    let catalogue = context.engine.catalogue
    return Answer.object { writer in
      writer.name("kinds")
      writer.beginArray()
      for kind in catalogue.warnings {
        writer.beginObject()
        writer.member("code", kind.code)
        writer.member("name", kind.name)
        writer.member("category", kind.category.rawValue)
        writer.member("level", kind.level.rawValue)
        writer.member("automatic", !kind.conditions.isEmpty)
        writer.member("scored", kind.truth != nil)
        writer.member("validHours", kind.validHours)
        writer.member("why", kind.why)
        writer.name("measures")
        writer.beginArray()
        for measure in kind.measures {
          writer.beginObject()
          writer.member("from", measure.from.rawValue)
          writer.member("text", measure.text)
          writer.endObject()
        }
        writer.endArray()
        writer.name("plan")
        writer.beginArray()
        for line in kind.plan {
          writer.beginObject()
          writer.member("from", line.from.rawValue)
          writer.member("item", line.item)
          writer.member("itemName", catalogue.item(code: line.item)?.name)
          writer.member("text", line.text)
          writer.endObject()
        }
        writer.endArray()
        writer.endObject()
      }
      writer.endArray()
      writer.name("chains")
      writer.beginArray()
      for link in catalogue.hazardLinks {
        writer.beginObject()
        writer.member("from", link.from)
        writer.member("to", link.to)
        writer.member("lagMinutes", link.lagMinutes)
        writer.member("drop", link.drop)
        writer.member("why", link.why)
        writer.endObject()
      }
      writer.endArray()
    }
  }

  private static func scores(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    guard let period = try VitalRoutes.period(call) else {
      throw .field("from", "field.required")
    }
    let (desk, scope) = (context.vitals, try call.caller.scope)
    let lines = try await stored { () throws(StoreFault) in
      try await desk.follow()
      return try await desk.warningScores(over: period, scope: scope)
    }
    return Answer.list(lines) { write($0, to: &$1) }
  }

  private static func write(_ line: WarningScoreLine, to writer: inout JSONWriter) {
    let score = line.score
    writer.beginObject()
    writer.member("kind", line.kind.code)
    writer.member("name", line.kind.name)
    writer.member("issued", score.judged.count)
    writer.member("hits", score.hits)
    writer.member("false", score.falseOnes)
    writer.member("open", score.judged.count { $0.isOpen })
    writer.member("missed", score.missed.count)
    writer.member("late", score.late)
    writer.member("precision", score.precision)
    writer.member("warnedShare", score.warnedShare)
    writer.member("leadMinutes", score.leadMilliseconds.map { $0 / Duration.minute })
    writer.name("warnings")
    writer.beginArray()
    for judged in score.judged {
      writer.beginObject()
      writer.member("id", String(judged.warning.rawValue))
      writer.member(
        "outcome", judged.occurrence != nil ? "hit" : judged.isOpen ? "open" : "false")
      writer.member("leadMinutes", judged.leadMilliseconds.map { $0 / Duration.minute })
      writer.member("came", judged.occurrence.map { TimeText.write($0.from) })
      writer.endObject()
    }
    writer.endArray()
    writer.name("misses")
    writer.beginArray()
    for missed in score.missed {
      writer.beginObject()
      writer.member("area", String(missed.area.rawValue))
      writer.member("from", TimeText.write(missed.from))
      writer.member("to", TimeText.write(missed.to))
      writer.member("count", missed.count)
      writer.endObject()
    }
    writer.endArray()
    writer.endObject()
  }

  // MARK: Changing

  private static func issue(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let caller = try call.caller
    var body = try Body(call.request.body)
    let kind = body.required("kind")
    let grade: Grade? = body.word("grade")
    let area: ID<Area>? = body.id("area")
    let title = body.string("title") ?? ""
    let why = body.string("why") ?? ""
    let from = body.instant("from")
    let to = body.instant("to")
    let measures = body.strings("measures")
    if grade == nil { body.refuse("grade", "field.required") }
    if area == nil { body.refuse("area", "field.required") }
    try body.finish()
    guard let grade, let area else { throw .field("grade", "field.required") }
    var draft = WarningDraft(area: area, grade: grade)
    draft.kind = kind
    draft.title = title
    draft.why = why
    draft.from = from
    draft.to = to
    draft.measures = measures
    let given = draft
    let warnings = Warnings(engine: context.engine)
    let warning = try await asProblem(Problem.init) { () throws(WarningFault) in
      try await warnings.issue(
        given, by: caller.staff.id, actor: caller.actor, request: call.id, scope: caller.scope)
    }
    return answer(try await planned(warning, context), context, status: 201)
  }

  private static func grade(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let id: ID<Warning> = try call.capturedID("id")
    let caller = try call.caller
    var body = try Body(call.request.body)
    let grade: Grade? = body.word("grade")
    let to = body.instant("to")
    let why = body.string("why") ?? ""
    if grade == nil { body.refuse("grade", "field.required") }
    try body.finish()
    guard let grade else { throw .field("grade", "field.required") }
    let warning = try await asProblem(Problem.init) { () throws(WarningFault) in
      try await Warnings(engine: context.engine).grade(
        id, grade, until: to, why: why, by: caller.staff.id, actor: caller.actor,
        request: call.id, scope: caller.scope)
    }
    return answer(try await planned(warning, context), context)
  }

  private static func lift(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let id: ID<Warning> = try call.capturedID("id")
    let caller = try call.caller
    var body = try Body(call.request.body)
    let why = body.string("why") ?? ""
    try body.finish()
    let warning = try await asProblem(Problem.init) { () throws(WarningFault) in
      try await Warnings(engine: context.engine).lift(
        id, why: why, by: caller.staff.id, actor: caller.actor, request: call.id,
        scope: caller.scope)
    }
    return answer(warning, context)
  }

  /// The warning after its plan was followed.
  static func planned(_ warning: Warning, _ context: WebContext) async throws(Problem) -> Warning {
    try await stored { () throws(StoreFault) in
      try await Warnings(engine: context.engine).followPlan(warning)
      return try await context.engine.store.load(warning.id) ?? warning
    }
  }
}

extension Presenting {
  func write(_ warning: Warning, _ engine: Engine, to writer: inout JSONWriter) {
    let state = warning.state
    writer.beginObject()
    id("id", warning.id, to: &writer)
    text("kind", warning.kind, to: &writer)
    text("title", warning.title, to: &writer)
    area(warning.area, to: &writer)
    text("source", warning.source.rawValue, to: &writer)
    id("cause", warning.cause, to: &writer)
    text("sender", warning.sender, to: &writer)
    text("grade", state.grade.rawValue, to: &writer)
    instant("issuedAt", warning.issuedAt, to: &writer)
    instant("from", state.from, to: &writer)
    instant("to", state.to, to: &writer)
    instant("liftedAt", state.liftedAt, to: &writer)
    text("why", state.why, to: &writer)
    if wants("standing") { writer.member("standing", warning.stands(at: engine.time.now)) }
    if wants("measures") {
      writer.name("measures")
      writer.beginArray()
      for measure in state.measures { writer.string(measure) }
      writer.endArray()
    }
    if wants("changes") {
      writer.name("changes")
      writer.beginArray()
      for change in state.changes {
        writer.beginObject()
        writer.member("kind", change.kind.rawValue)
        writer.member("grade", change.grade.rawValue)
        writer.member("at", TimeText.write(change.at))
        staff("by", change.staff, to: &writer)
        writer.member("why", change.why)
        writer.endObject()
      }
      writer.endArray()
    }
    if wants("signals") {
      writer.member("signals", state.signals.map { String($0.rawValue) })
    }
    number("version", state.version, to: &writer)
    writer.endObject()
  }
}

extension Problem {
  init(_ fault: WarningFault) {
    switch fault {
    case .notFound: self = .notFound
    case .unknownKind(let kind): self = .field("kind", fault.code, ["kind": kind])
    case .unknownArea: self = .field("area", fault.code)
    case .over: self.init(status: 409, code: fault.code)
    case .validity: self = .field("to", fault.code, ["days": String(Warnings.daysMax)])
    case .words(let field, let max): self = .field(field, fault.code, ["max": String(max)])
    case .crowded: self.init(status: 503, code: fault.code, retryAfterSeconds: 1)
    case .store(let fault): self.init(fault)
    }
  }
}

import City
import Dispatching
import Engine
import HTTPServing
import Handling
import JSONText
import Language
import Pack
import Ports

/// Cases: lists, one, its timeline, and the steps that move it.
enum CaseRoutes {
  /// Steps shown at once.
  static let stepsMax = 500

  static func routes(_ context: WebContext) -> [Route] {
    [
      Route(.get, "/cases", .permission([.read]), "Cases, newest first", query: filters) {
        call throws(Problem) in try await list(call, context)
      },
      Route(.get, "/cases/counts", .permission([.read]), "How many stand in each stage") {
        call throws(Problem) in try await counts(call, context)
      },
      Route(
        .get, "/cases/:id", .permission([.read]), "One case, by id or number",
        query: [
          .init(name: "reveal", type: "string"),
          .init(name: "duty", type: "string", allowed: Reveal.Duty.allCases.map(\.rawValue)),
        ]
      ) { call throws(Problem) in try await one(call, context) },
      Route(
        .get, "/cases/:id/steps", .permission([.read]), "Its timeline",
        query: [.init(name: "from", type: "integer")]
      ) { call throws(Problem) in try await steps(call, context) },
      Route(
        .post, "/cases/:id/steps", .permission([.handle]), "Take a step",
        body: [
          .init(name: "action", type: "string", required: true),
          .init(name: "version", type: "integer"), .init(name: "note", type: "string"),
          .init(name: "evidence", type: "array"), .init(name: "unit", type: "string"),
          .init(name: "staff", type: "string"), .init(name: "item", type: "string"),
          .init(name: "reason", type: "string"), .init(name: "limit", type: "object"),
          .init(name: "answers", type: "object"), .init(name: "group", type: "string"),
          .init(name: "key", type: "string"),
        ]
      ) { call throws(Problem) in try await take(call, context) },
    ]
  }

  private static let filters: [Route.Parameter] =
    [
      .init(name: "stage", type: "string"), .init(name: "item", type: "string"),
      .init(name: "unclassified", type: "boolean"),
      .init(name: "grade", type: "string", allowed: Grade.allCases.map(\.rawValue)),
      .init(name: "channel", type: "string", allowed: Channel.allCases.map(\.rawValue)),
      .init(name: "area", type: "string"), .init(name: "unit", type: "string"),
      .init(name: "handler", type: "string"), .init(name: "open", type: "boolean"),
      .init(name: "outside", type: "boolean"), .init(name: "filedFrom", type: "string"),
      .init(name: "filedTo", type: "string"), .init(name: "overdue", type: "boolean"),
      .init(name: "words", type: "string"), .init(name: "judged", type: "boolean"),
      .init(name: "callable", type: "boolean"),
    ] + Listing.parameters

  private static func list(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    var query = CaseQuery(scope: try call.caller.scope, page: try Listing.page(call))
    query.stages = try stages(call, context)
    query.item = call.filter("item")
    query.unclassified = try call.flag("unclassified") ?? false
    query.grade = try call.word("grade")
    query.channel = try call.word("channel")
    query.area = try call.id("area")
    query.unit = try call.id("unit")
    query.handler = try call.id("handler")
    query.open = try call.flag("open")
    query.outside = try call.flag("outside") ?? false
    query.filedFrom = try call.instant("filedFrom")
    query.filedTo = try call.instant("filedTo")
    query.words = call.filter("words")
    if let words = query.words {
      let search = UnifiedSearch(engine: context.engine)
      guard search.mayAsk(words, try call.caller) else {
        return Answer.page(Page<Case>(elements: [], next: nil)) { _, _ in }
      }
    }
    query.judged = try call.flag("judged")
    if try call.flag("overdue") == true { query.overdueAt = context.engine.time.now }
    let final = query
    let isCallable = try call.flag("callable") ?? false
    let page = try await stored { () throws(StoreFault) in
      isCallable
        ? try await ConsentDesk(engine: context.engine).callable(final)
        : try await context.engine.store.cases(final)
    }
    let presenting = Presenting(
      context.engine, fields: call.filter("fields"), for: try call.caller)
    return Answer.page(page) { presenting.write($0, to: &$1) }
  }

  private static func stages(
    _ call: Call, _ context: WebContext
  ) throws(Problem) -> Set<String> {
    let stages = Set(
      call.request.query.filter { $0.name == "stage" && !$0.value.isEmpty }.map(\.value))
    let known = Set(context.engine.catalogue.flows.flatMap { $0.stages.map(\.code) })
    guard stages.isSubset(of: known) else {
      throw .field(
        "stage", "word.unknown", ["allowed": known.sorted().joined(separator: ",")])
    }
    return stages
  }

  private static func counts(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let scope = try call.caller.scope
    let counts = try await stored { () throws(StoreFault) in
      try await context.engine.store.counts(scope)
    }
    return Answer.object { writer in
      writer.object("byStage") { writer in
        for (stage, count) in counts.byStage.sorted(by: { $0.key < $1.key }) {
          writer.member(stage, count)
        }
      }
    }
  }

  /// A case by id or number, if it lies within the caller's scope.
  static func visible(
    _ name: String, _ call: Call, _ context: WebContext
  ) async throws(Problem) -> Case {
    let scope = try call.caller.scope
    let found = try await stored { () throws(StoreFault) -> Case? in
      if let number = CaseNumber(text: name) {
        return try await context.engine.store.case(number: number)
      }
      guard let id = Int64(name), id > 0 else { return nil }
      return try await context.engine.store.load(ID<Case>(id))
    }
    guard let found, scope.holds(area: found.state.area, unit: found.state.unit) else {
      throw .notFound
    }
    return found
  }

  /// The id of a case named by id or number; whether it may be seen is the caller's to check.
  static func identity(
    _ name: String, _ context: WebContext
  ) async throws(Problem) -> ID<Case> {
    if let id = Int64(name), id > 0 { return ID(id) }
    guard let number = CaseNumber(text: name) else { throw .notFound }
    let found = try await stored { () throws(StoreFault) in
      try await context.engine.store.case(number: number)
    }
    guard let found else { throw .notFound }
    return found.id
  }

  private static func actor(_ caller: Caller) -> StepActor {
    StepActor(
      staff: caller.staff.id, posts: Set(caller.posts), unit: caller.unit, isEngine: false)
  }

  private static func one(_ call: Call, _ context: WebContext) async throws(Problem) -> HTTPResponse
  {
    let caller = try call.caller
    let id = try await identity(call.capture("id"), context)
    let desk = Desk(engine: context.engine)
    let dossier = try await asProblem(Problem.init) {
      () throws(DeskFault) in try await desk.dossier(of: id)
    }
    guard dossier.lies(in: caller.scope) else { throw .notFound }
    let reporter = try await ReporterReading(context: context).read(dossier.case, call)
    let orders = try await stored { () throws(StoreFault) in
      try await context.engine.store.orders(of: id)
    }
    let judgements = try await stored { () throws(StoreFault) in
      try await context.engine.store.judgements(of: id)
    }
    let presenting = Presenting(context.engine, for: try call.caller)
    let item = dossier.case.state.item.flatMap { context.engine.catalogue.item(code: $0) }
    let offers = desk.possible(for: actor(caller), on: dossier)
    let proposal = try await self.proposal(dossier.case, item, context)
    let resembling = try await ProposalRoutes.shown(dossier.event.id, call, context)
    return Answer.object { writer in
      presenting.members(dossier.case, to: &writer)
      writer.member("text", presenting.shown(dossier.case.filing.text))
      writer.member("signals", dossier.event.signals)
      writer.member("people", dossier.event.people)
      presenting.id("repeatOf", dossier.event.repeatOf, to: &writer)
      writer.member("repeats", dossier.event.repeats)
      presenting.located(dossier.event.located, to: &writer)
      presenting.proposals(resembling, to: &writer)
      ClockPresenting(context.engine).members(dossier.case, presenting, to: &writer)
      if let reporter {
        writer.object("reporter") { writer in
          writer.member("name", reporter.name)
          writer.member("phone", reporter.phone)
          writer.member("revealed", reporter.revealed)
        }
      }
      presenting.write(judgements, to: &writer)
      writer.name("orders")
      writer.beginArray()
      for order in orders { presenting.write(order, to: &writer) }
      writer.endArray()
      let flow = context.engine.catalogue.flow(dossier.case.flow)
      presenting.write(offers, item: item, flow: flow, to: &writer)
      presenting.next(of: dossier.case, flow, context.engine.catalogue, to: &writer)
      write(proposal, presenting, to: &writer)
    }
  }

  /// What the responsibility list says, while nobody has the case.
  static func proposal(
    _ found: Case, _ item: Item?, _ context: WebContext
  ) async throws(Problem) -> DispatchProposal? {
    guard let item, found.state.unit == .none, found.state.closedAt == nil else { return nil }
    var thing: Thing?
    if let id = found.filing.thing {
      thing = try await stored { () throws(StoreFault) in try await context.engine.store.load(id) }
    }
    return context.engine.directory.responsibility.proposal(
      for: item, area: found.state.area, thing: thing)
  }

  static func write(
    _ proposal: DispatchProposal?, _ presenting: Presenting, to writer: inout JSONWriter
  ) {
    switch proposal {
    case .unit(let choice):
      writer.object("proposal") { writer in
        presenting.unit("unit", choice.unit, to: &writer)
        writer.member("why", choice.why)
        writer.member("basis", choice.basis.code)
        writer.member("confidence", choice.confidence)
      }
    case .nobody(let reason):
      writer.object("proposal") { $0.member("reason", reason.rawValue) }
    case nil: writer.member("proposal", JSON.null)
    }
  }

  private static func steps(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let found = try await visible(call.capture("id"), call, context)
    var from = 0
    if let text = call.filter("from") {
      guard let number = Int(text), number >= 0 else { throw .field("from", "number.form") }
      from = number
    }
    let first = from
    let steps = try await stored { () throws(StoreFault) in
      try await context.engine.store.steps(of: found.id, from: first, limit: stepsMax)
    }
    let presenting = Presenting(context.engine, for: try call.caller)
    let next = steps.count == stepsMax ? steps.last.map { Int64($0.sequence + 1) } : nil
    return Answer.list(steps, next: next) { presenting.write($0, to: &$1) }
  }

  private static func take(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let caller = try call.caller
    let id = try await identity(call.capture("id"), context)
    var body = try Body(call.request.body)
    var order = StepOrder(action: body.required("action"))
    order.version = body.integer("version").map { Int(truncatingIfNeeded: $0) }
    order.note = body.string("note") ?? ""
    order.unit = body.id("unit")
    order.staff = body.id("staff")
    order.item = body.string("item")
    order.group = body.string("group")
    order.reason = body.string("reason")
    order.limit = body.limit("limit")
    order.answers = body.texts("answers")
    order.key = body.string("key") ?? ""
    if order.key.count > Desk.keyMax {
      body.refuse("key", "text.too_long", ["max": String(Desk.keyMax)])
    }
    let evidence = body.files("evidence")
    try body.finish()
    order.evidence = try await FileRoutes.evidence(evidence, context)
    let final = order
    let moved: Case
    do throws(DeskFault) {
      moved = try await Desk(engine: context.engine).take(
        final, on: id, by: actor(caller), as: caller.actor, within: caller.scope,
        request: call.id)
    } catch {
      throw await named(error, of: id, context)
    }
    let presenting = Presenting(context.engine, for: try call.caller)
    return Answer.object { presenting.members(moved, to: &$0) }
  }

  /// A refusal that speaks of units, or of lines of a checklist, also says their names.
  private static func named(
    _ fault: DeskFault, of id: ID<Case>, _ context: WebContext
  ) async -> Problem {
    var problem = Problem(fault)
    var names: [String] = []
    switch fault {
    case .refused(.openParts(let units)):
      names = units.compactMap { context.engine.directory.units[$0]?.name }
    case .refused(.evidenceIncomplete(let codes)):
      let found = try? await context.engine.store.load(id)
      let checklist = context.engine.catalogue.checklist(item: found?.state.item)
      names = codes.compactMap { code in checklist?.lines.first { $0.code == code }?.name }
    default: return problem
    }
    if !names.isEmpty { problem.facts["names"] = names.joined(separator: ",") }
    return problem
  }
}

/// A case's reporter: masked, or in full where a duty is stated and journaled.
struct ReporterReading {
  /// Characters of the reason.
  static let reasonMax = 200

  let context: WebContext

  struct Shown {
    let name: String
    let phone: String
    let revealed: Bool
  }

  func read(_ found: Case, _ call: Call) async throws(Problem) -> Shown? {
    guard let id = found.filing.reporter else { return nil }
    let engine = context.engine
    let reporter = try await stored { () throws(StoreFault) in try await engine.store.load(id) }
    guard let sealed = reporter?.details else { return nil }
    guard let bytes = try? engine.sealing.open(sealed) else { return nil }
    let details = ReporterCoding.decode(bytes)
    guard let reason = call.request.query("reveal") else {
      return Shown(
        name: PersonalData.maskedName(details.name), phone: PersonalData.maskedPhone(details.phone),
        revealed: false)
    }
    let caller = try call.caller
    guard caller.permissions.contains(.reveal) else {
      throw .forbidden(Permission.reveal.rawValue)
    }
    try TextField.check("reveal", reason, max: Self.reasonMax)
    let duty: Reveal.Duty = try call.word("duty") ?? .other
    try await asProblem(Problem.init) { () throws(ConsentFault) in
      try await ConsentDesk(engine: engine).check(duty, of: found, by: caller)
    }
    try await asProblem(Problem.init) { () throws(RevealFault) in
      try await RevealDesk(engine: engine).reveal(
        id, of: found, duty: duty, reason: reason, by: caller, request: call.id)
    }
    return Shown(name: details.name, phone: details.phone, revealed: true)
  }
}

import City
import Discovering
import Engine
import Geography
import HTTPServing
import JSONText
import Language
import Pack
import Ports

/// What whoever takes calls needs: who called before, what a report being written may be, and what
/// callers say of the result.
enum CallRoutes {
  /// Earlier reports of a caller that are looked at.
  static let reportsMax = 20
  /// Known problems shown while a report is written, and how far around.
  static let likelyMax = 5
  static let likelyMetres = 500.0
  static let likelyDays: Int64 = 30
  /// Kinds of problems proposed, and of them those for which known ones are looked for.
  static let proposalsMax = 5
  static let soughtMax = 3

  static func routes(_ context: WebContext) -> [Route] {
    [
      Route(
        .post, "/callers", .permission([.reveal]),
        "Earlier reports of who has this phone; looking is on record",
        body: [.init(name: "phone", type: "string", required: true)]
      ) { call throws(Problem) in try await caller(call, context) },
      Route(
        .post, "/drafts", .permission([.submit]),
        "What a report being written may be: kinds, place, problems that are known there",
        body: [
          .init(name: "title", type: "string"), .init(name: "text", type: "string"),
          .init(name: "item", type: "string"), .init(name: "address", type: "string"),
          .init(name: "longitude", type: "number"), .init(name: "latitude", type: "number"),
        ]
      ) { call throws(Problem) in try await draft(call, context) },
      Route(
        .post, "/cases/:id/judgements", .permission([.submit]),
        "What a reporter said when he was called back",
        body: [
          .init(name: "signal", type: "string"), .init(name: "contacted", type: "boolean"),
          .init(name: "solved", type: "boolean", required: true),
          .init(
            name: "satisfaction", type: "string", required: true,
            allowed: Satisfaction.allCases.map(\.rawValue)),
          .init(name: "words", type: "string"),
        ]
      ) { call throws(Problem) in try await judge(call, context) },
    ]
  }

  private static func caller(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let caller = try call.caller
    var body = try Body(call.request.body)
    let phone = body.label("phone", max: SignalLimits.reporterPhoneMax)
    try body.finish()
    let engine = context.engine
    let contact = PersonalData.contact(phone)
    guard !contact.isEmpty else { throw .field("phone", "phone.form") }
    let hash = engine.sealing.blindHash(contact)
    let reporter = try await stored { () throws(StoreFault) in
      try await engine.store.reporter(contactHash: hash)
    }
    var found: [Case] = []
    if let reporter {
      found = try await cases(of: reporter.id, caller.scope, context)
      _ = try await stored { () throws(StoreFault) in
        try await engine.store.commit(
          ChangeSet(
            kind: "reporter.sought", at: engine.time.now, actor: caller.actor,
            subject: SubjectReference(kind: "reporter", id: reporter.id.rawValue),
            request: call.id, conditions: [], facts: [.note("")]))
      }
    }
    let presenting = Presenting(engine, for: caller)
    return Answer.list(found) { presenting.write($0, to: &$1) }
  }

  /// Cases that somebody reported, each once, the newest report first.
  private static func cases(
    of reporter: ID<Reporter>, _ scope: Scope, _ context: WebContext
  ) async throws(Problem) -> [Case] {
    let store = context.engine.store
    var query = SignalQuery(scope: scope, page: PageRequest(limit: reportsMax, before: nil))
    query.reporter = reporter
    let final = query
    return try await stored { () throws(StoreFault) in
      var found: [Case] = []
      for signal in try await store.signals(final).elements {
        guard let event = signal.event, let id = try await store.load(event)?.case,
          !found.contains(where: { $0.id == id }), let known = try await store.load(id),
          scope.holds(area: known.state.area, unit: known.state.unit)
        else { continue }
        found.append(known)
      }
      return found
    }
  }

  private static func draft(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let caller = try call.caller
    var body = try Body(call.request.body)
    let title = text("title", SignalLimits.titleMax, &body)
    let words = text("text", SignalLimits.textMax, &body)
    let named = body.string("item")
    let address = text("address", SignalLimits.addressMax, &body)
    let (longitude, latitude) = (body.number("longitude"), body.number("latitude"))
    try body.finish()
    let engine = context.engine
    let guesses = engine.understanding.read(title: title, text: words).decision.guesses
      .prefix(proposalsMax)
    var place: PlaceFinding?
    if !address.isEmpty {
      place = try await stored { () throws(StoreFault) in
        try await Places(engine: engine).find(address, by: caller)
      }
    }
    var position = place?.position
    if let longitude, let latitude {
      position = Position(longitude: longitude, latitude: latitude)
    }
    let items = named.map { [$0] } ?? guesses.prefix(soughtMax).map(\.item)
    let likely = try await likely(items, position, caller.scope, context)
    let (middle, found) = (position, place)
    let presenting = Presenting(engine, for: caller)
    return Answer.object { writer in
      writer.name("items")
      writer.beginArray()
      for guess in guesses {
        writer.beginObject()
        writer.member("item", guess.item)
        writer.member("name", engine.catalogue.item(code: guess.item)?.name ?? "")
        writer.member("confidence", Double(guess.permille) / 1_000)
        writer.member("reasons", guess.reasons)
        writer.endObject()
      }
      writer.endArray()
      write(middle, found, presenting, to: &writer)
      write(likely, middle, presenting, to: &writer)
    }
  }

  private static func text(_ name: String, _ max: Int, _ body: inout Body) -> String {
    let text = body.string(name) ?? ""
    if text.unicodeScalars.count > max {
      body.refuse(name, "text.too_long", ["max": String(max)])
    }
    return text
  }

  private static func write(
    _ position: Position?, _ found: PlaceFinding?, _ presenting: Presenting,
    to writer: inout JSONWriter
  ) {
    writer.object("place") { writer in
      presenting.position(position, to: &writer)
      let area = position.map { presenting.directory.areaIndex.path(holding: $0) }
      presenting.area(area ?? found?.area ?? .outside, to: &writer)
      presenting.text("standard", found?.parsed.standardForm, to: &writer)
      presenting.located(found?.located, to: &writer)
    }
  }

  private typealias Likely = (event: Event, case: Case)

  private static func likely(
    _ items: [String], _ position: Position?, _ scope: Scope, _ context: WebContext
  ) async throws(Problem) -> [Likely] {
    guard let position else { return [] }
    let store = context.engine.store
    let since = context.engine.time.now.advanced(byMilliseconds: -likelyDays * Duration.day)
    return try await stored { () throws(StoreFault) in
      var found: [Likely] = []
      for item in items {
        let question = NearbyQuestion(
          item: item, position: position, radiusMetres: likelyMetres, since: since)
        for event in try await store.events(near: question, limit: likelyMax) {
          guard let id = event.case, let known = try await store.load(id),
            scope.holds(area: known.state.area, unit: known.state.unit)
          else { continue }
          found.append((event, known))
        }
      }
      return Array(found.prefix(likelyMax))
    }
  }

  private static func write(
    _ likely: [Likely], _ middle: Position?, _ presenting: Presenting, to writer: inout JSONWriter
  ) {
    writer.name("likely")
    writer.beginArray()
    for (event, known) in likely {
      writer.beginObject()
      writer.member("event", String(event.id.rawValue))
      writer.member("number", known.filing.number.text)
      writer.member("title", presenting.shown(known.filing.title))
      writer.member("address", presenting.shown(known.filing.address))
      writer.member("item", event.item)
      writer.member("stage", known.state.stage)
      writer.member("people", max(event.people, 1))
      writer.member("firstAt", TimeText.write(event.firstAt))
      if let middle, let position = event.position {
        writer.member("metres", Int(position.metres(to: middle)))
      }
      writer.endObject()
    }
    writer.endArray()
  }

  /// Without a report named, the first that people sent and nobody judged yet is meant.
  private static func judge(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let caller = try call.caller
    let found = try await CaseRoutes.visible(call.capture("id"), call, context)
    var body = try Body(call.request.body)
    let named: ID<Signal>? = body.id("signal")
    let contacted = body.bool("contacted")
    var draft = JudgementReading.read(&body)
    try body.finish()
    draft?.contacted = contacted
    guard let final = draft else { throw .field("satisfaction", "field.required") }
    let signals = try await stored { () throws(StoreFault) in
      try await context.engine.store.signals(
        of: found.filing.event, limit: PublicFollowing.signalsMax)
    }
    let judged = try await stored { () throws(StoreFault) in
      try await context.engine.store.judgements(of: found.id)
    }
    let open = signals.first { signal in
      signal.channel.isOfPeople && !judged.contains { $0.signal == signal.id }
    }
    guard let report = named ?? open?.id else {
      throw Problem(judged.isEmpty ? JudgingFault.unknownReport : .given)
    }
    let judgement = try await asProblem(Problem.init) { () throws(JudgingFault) in
      try await Judging(engine: context.engine).take(
        final, of: report, on: found.id, staff: caller.staff.id, by: caller.actor,
        request: call.id, at: nil)
    }
    var writer = JSONWriter()
    Presenting(context.engine).write(judgement, to: &writer)
    return .json(writer.take(), status: 201)
  }
}

import City
import Engine
import HTTPServing
import Handling
import JSONText
import Pack
import Ports

/// Evidence of cases, with its checklist and its chain of custody.
enum EvidenceRoutes {
  static func routes(_ context: WebContext) -> [Route] {
    [
      Route(
        .get, "/cases/:id/evidence", .permission([.read]),
        "Evidence of a case, what it lacks, and who had it in hand"
      ) { call throws(Problem) in try await list(call, context) },
      Route(
        .post, "/cases/:id/evidence", .permission([.handle]), "Add evidence, whose file is kept",
        body: [
          .init(name: "file", type: "string", required: true),
          .init(
            name: "form", type: "string", required: true,
            allowed: Exhibit.Form.allCases.map(\.rawValue)),
          .init(name: "line", type: "string"),
          .init(name: "takenAt", type: "string", required: true),
          .init(name: "longitude", type: "number"), .init(name: "latitude", type: "number"),
          .init(name: "place", type: "string"),
          .init(name: "taker", type: "string", required: true),
          .init(name: "device", type: "string"), .init(name: "note", type: "string"),
        ]
      ) { call throws(Problem) in try await add(call, context) },
      Route(
        .get, "/cases/:id/evidence/package", .permission([.handle]),
        "The evidence as one archive with a list and hashes; making it is on record"
      ) { call throws(Problem) in try await package(call, context) },
      Route(
        .post, "/evidence/:id/withdraw", .permission([.handle]),
        "A piece of evidence counts no more; it stays, with the reason",
        body: [.init(name: "reason", type: "string", required: true)]
      ) { call throws(Problem) in try await withdraw(call, context) },
    ]
  }

  private static func desk(_ context: WebContext) -> EvidenceDesk {
    EvidenceDesk(engine: context.engine, files: context.files)
  }

  private static func list(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let caller = try call.caller
    let id = try await CaseRoutes.identity(call.capture("id"), context)
    let standing = try await asProblem(Problem.init) { () throws(EvidenceFault) in
      try await desk(context).standing(of: id, within: caller.scope)
    }
    let presenting = Presenting(context.engine, for: caller)
    let withdrawn = Set(standing.withdrawals.compactMap(\.exhibit))
    return Answer.object { writer in
      writer.member("complete", standing.isComplete)
      write(standing, to: &writer)
      writer.name("evidence")
      writer.beginArray()
      for exhibit in standing.exhibits {
        write(exhibit, isWithdrawn: withdrawn.contains(exhibit.id), presenting, to: &writer)
      }
      writer.endArray()
      writer.name("custody")
      writer.beginArray()
      for act in standing.acts { write(act, presenting, context, to: &writer) }
      writer.endArray()
    }
  }

  private static func write(_ standing: EvidenceStanding, to writer: inout JSONWriter) {
    guard let checklist = standing.checklist else {
      return writer.member("checklist", JSON.null)
    }
    writer.object("checklist") { writer in
      writer.member("name", checklist.name)
      writer.member("why", checklist.why)
      writer.name("lines")
      writer.beginArray()
      for state in standing.lines {
        writer.beginObject()
        writer.member("code", state.line.code)
        writer.member("name", state.line.name)
        writer.member("form", state.line.form.rawValue)
        writer.member("least", state.line.least)
        writer.member("there", state.there)
        writer.member("missing", state.missing)
        writer.member("why", state.line.why)
        writer.endObject()
      }
      writer.endArray()
    }
  }

  private static func write(
    _ exhibit: Exhibit, isWithdrawn: Bool, _ presenting: Presenting, to writer: inout JSONWriter
  ) {
    writer.beginObject()
    presenting.id("id", exhibit.id, to: &writer)
    writer.member("form", exhibit.form.rawValue)
    presenting.text("line", exhibit.line, to: &writer)
    writer.member("digest", HexText.write(exhibit.file.digest))
    writer.member("bytes", exhibit.byteCount)
    presenting.instant("takenAt", exhibit.takenAt, to: &writer)
    presenting.position(exhibit.position, to: &writer)
    writer.member("place", presenting.shown(exhibit.place))
    writer.member("taker", exhibit.taker)
    writer.member("device", exhibit.device)
    writer.member("note", presenting.shown(exhibit.note))
    presenting.instant("addedAt", exhibit.addedAt, to: &writer)
    presenting.staff("addedBy", exhibit.addedBy, to: &writer)
    writer.member("withdrawn", isWithdrawn)
    writer.endObject()
  }

  private static func write(
    _ act: CustodyAct, _ presenting: Presenting, _ context: WebContext,
    to writer: inout JSONWriter
  ) {
    writer.beginObject()
    writer.member("kind", act.kind.rawValue)
    presenting.instant("at", act.at, to: &writer)
    presenting.staff("staff", act.staff, to: &writer)
    presenting.id("evidence", act.exhibit, to: &writer)
    presenting.unit(
      "unit", act.unit.map { context.engine.directory.path(of: $0) } ?? .none, to: &writer)
    presenting.text("package", act.package.map(HexText.write), to: &writer)
    writer.member("note", presenting.shown(act.note))
    writer.endObject()
  }

  private static func add(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let caller = try call.caller
    let id = try await CaseRoutes.identity(call.capture("id"), context)
    var body = try Body(call.request.body)
    let named = body.required("file")
    let file = HexText.digest(named).map(FileDigest.init)
    if file == nil { body.refuse("file", "file.unknown") }
    let form: Exhibit.Form? = body.word("form")
    if form == nil { body.refuse("form", "field.required") }
    let takenAt = body.requiredInstant("takenAt")
    let position = position(&body)
    let line = body.string("line")
    let taker = body.label("taker", max: EvidenceDesk.labelMax)
    var texts: [String: String] = [:]
    for (name, max) in [
      ("place", EvidenceDesk.labelMax), ("device", EvidenceDesk.labelMax),
      ("note", EvidenceDesk.noteMax),
    ] {
      guard let text = body.string(name), !text.isEmpty else { continue }
      if let finding = TextField.finding(text, max: max) {
        body.refuse(name, finding.rule, finding.facts)
      }
      texts[name] = text
    }
    try body.finish()
    guard let file, let form, let takenAt else { throw .field("file", "field.required") }
    var draft = ExhibitDraft(form: form, file: file, takenAt: takenAt)
    draft.line = line
    draft.position = position
    draft.place = texts["place"] ?? ""
    draft.taker = taker
    draft.device = texts["device"] ?? ""
    draft.note = texts["note"] ?? ""
    let final = draft
    let exhibit = try await asProblem(Problem.init) { () throws(EvidenceFault) in
      try await desk(context).add(final, to: id, by: caller, request: call.id)
    }
    return Answer.object(status: 201) { $0.member("id", String(exhibit.id.rawValue)) }
  }

  private static func position(_ body: inout Body) -> Position? {
    let longitude = body.number("longitude")
    let latitude = body.number("latitude")
    guard longitude != nil || latitude != nil else { return nil }
    guard let longitude, let latitude,
      let position = Position(longitude: longitude, latitude: latitude)
    else {
      body.refuse(longitude == nil ? "longitude" : "latitude", "position.range")
      return nil
    }
    return position
  }

  private static func withdraw(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let caller = try call.caller
    let id: ID<Exhibit> = try call.capturedID("id")
    var body = try Body(call.request.body)
    let reason = body.label("reason", max: EvidenceDesk.labelMax)
    try body.finish()
    try await asProblem(Problem.init) { () throws(EvidenceFault) in
      try await desk(context).withdraw(id, reason: reason, by: caller, request: call.id)
    }
    return Answer.object { $0.member("id", String(id.rawValue)) }
  }

  private static func package(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let caller = try call.caller
    let id = try await CaseRoutes.identity(call.capture("id"), context)
    let bytes = try await asProblem(Problem.init) { () throws(EvidencePackageFault) in
      try await EvidencePackage(engine: context.engine, files: context.files)
        .make(of: id, by: caller, request: call.id)
    }
    return HTTPResponse(
      status: 200,
      headers: [
        ("Content-Type", "application/zip"),
        ("Content-Disposition", "attachment; filename=\"evidence-\(id.rawValue).zip\""),
        ("Cache-Control", "no-store"),
      ], body: .bytes(bytes))
  }

  /// Whoever opens a file that is evidence is put on record; one that lies outside his scope is
  /// unknown to him.
  static func open(
    _ file: FileDigest, _ call: Call, _ context: WebContext
  ) async throws(Problem) {
    let exhibits = try await stored { () throws(StoreFault) in
      try await context.engine.store.exhibits(holding: file)
    }
    guard !exhibits.isEmpty else { return }
    let caller = try call.caller
    let desk = desk(context)
    var isSeen = false
    for found in Set(exhibits.map(\.case)).sorted() {
      let standing: EvidenceStanding
      do throws(EvidenceFault) {
        standing = try await desk.standing(of: found, within: caller.scope)
      } catch {
        if case .unknownCase = error { continue }
        throw Problem(error)
      }
      let own = exhibits.filter { $0.case == found }
      try await asProblem(Problem.init) { () throws(EvidenceFault) in
        try await desk.see(own, of: standing, by: caller, request: call.id)
      }
      isSeen = true
    }
    if !isSeen { throw .notFound }
  }
}

extension Problem {
  init(_ fault: EvidenceFault) {
    switch fault {
    case .unknownCase, .unknownExhibit: self = .notFound
    case .closed, .withdrawn: self.init(status: 409, code: fault.code)
    case .refused(let field, let rule, let facts): self = .field(field, rule, facts)
    case .store(let fault): self.init(fault)
    case .file(let fault): self.init(fault)
    }
  }

  init(_ fault: EvidencePackageFault) {
    switch fault {
    case .empty: self.init(status: 409, code: fault.code)
    case .tooLarge(let max):
      self.init(status: 409, code: fault.code, facts: ["max": String(max)])
    case .fileGone(let file):
      self.init(status: 409, code: fault.code, facts: ["digest": HexText.write(file.digest)])
    case .evidence(let fault): self.init(fault)
    case .unavailable: self.init(status: 503, code: fault.code, retryAfterSeconds: 10)
    }
  }
}

import City
import Engine
import HTTPServing
import JSONText
import Pack
import Ports

/// What citizens are told and asked of the use of their contact, and how they take it back.
enum ConsentRoutes {
  static func routes(_ context: WebContext) -> [Route] {
    [
      Route(
        .get, "/public/purposes", .public(.ask),
        "What a citizen's contact is used for: by law, or with his consent"
      ) { _ throws(Problem) in purposes(context) },
      Route(
        .post, "/public/consents", .public(.follow), "Agree to a purpose, or take it back",
        body: [
          .init(name: "number", type: "string", required: true),
          .init(name: "tail", type: "string", required: true),
          .init(name: "purpose", type: "string", required: true),
          .init(name: "given", type: "boolean", required: true),
        ]
      ) { call throws(Problem) in try await citizen(call, context) },
      Route(
        .post, "/cases/:id/consents", .permission([.reveal]),
        "Write down that a case's reporter agrees to a purpose, or takes it back",
        body: [
          .init(name: "purpose", type: "string", required: true),
          .init(name: "given", type: "boolean", required: true),
          .init(name: "reason", type: "string", required: true),
        ]
      ) { call throws(Problem) in try await officer(call, context) },
    ]
  }

  private static func purposes(_ context: WebContext) -> HTTPResponse {
    Answer.list(context.engine.catalogue.purposes) { purpose, writer in
      writer.beginObject()
      write(purpose, to: &writer)
      writer.member("basis", purpose.basis.rawValue)
      writer.member("asked", purpose.asked.contains(.citizen))
      writer.member("why", purpose.why)
      writer.endObject()
    }
  }

  /// `purpose` names code and version of the words, as bodies do.
  private static func write(_ purpose: Purpose, to writer: inout JSONWriter) {
    writer.member("purpose", "\(purpose.code)/\(purpose.version)")
    writer.member("name", purpose.name)
    writer.member("wording", purpose.wording)
  }

  /// A purpose that a body names with the version of its words, such as `call-back/1`; nil is a
  /// finding.
  ///
  /// - Parameter given: whether it is agreed to; what is taken back may have had other words.
  static func purpose(
    _ name: String, given: Bool, _ field: String, _ body: inout Body, _ context: WebContext
  ) -> Purpose? {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    let found = context.engine.catalogue.purposes.first { $0.code == parts[0] }
    guard parts.count == 2, let found, found.basis == .consent else {
      body.refuse(field, "purpose.unknown")
      return nil
    }
    guard !given || parts[1] == String(found.version) else {
      body.refuse(field, "purpose.outdated", ["version": String(found.version)])
      return nil
    }
    return found
  }

  private static func citizen(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    var body = try Body(call.request.body)
    let (number, tail) = (body.required("number"), body.required("tail"))
    let given = given(&body)
    let purpose = purpose(body.required("purpose"), given: given, "purpose", &body, context)
    try body.finish()
    guard let purpose else { throw .field("purpose", "purpose.unknown") }
    let found = try await PublicFollowing.find(number, tail, context)
    guard let reporter = found.signal.reporter else { throw Problem(ConsentFault.nobody) }
    try await keep(
      [ConsentDraft(purpose, isGiven: given, way: .page)], of: reporter, by: .engine("public"),
      call,
      context)
    return try await PublicFollowing.present(found, context)
  }

  private static func given(_ body: inout Body) -> Bool {
    let given = body.bool("given")
    if given == nil { body.refuse("given", "field.required") }
    return given ?? false
  }

  private static func officer(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let caller = try call.caller
    let found = try await CaseRoutes.visible(call.capture("id"), call, context)
    var body = try Body(call.request.body)
    let given = given(&body)
    let purpose = purpose(body.required("purpose"), given: given, "purpose", &body, context)
    let reason = body.label("reason", max: ConsentDesk.reasonMax)
    try body.finish()
    guard let purpose else { throw .field("purpose", "purpose.unknown") }
    guard let reporter = found.filing.reporter else { throw Problem(ConsentFault.nobody) }
    let draft = ConsentDraft(
      purpose, isGiven: given, way: .officer, staff: caller.staff.id, reason: reason)
    try await keep([draft], of: reporter, by: caller.actor, call, context)
    let standing = try await standing(of: reporter, through: found.filing.channel, context)
    return Answer.object(status: 201) { write(standing, to: &$0) }
  }

  /// Keeps what a report says yes to, once: sent again it changes nothing.
  static func keep(
    _ purposes: [Purpose], with report: ID<Signal>, _ call: Call, _ context: WebContext
  ) async throws(Problem) {
    guard !purposes.isEmpty else { return }
    let signal = try await stored { () throws(StoreFault) in
      try await context.engine.store.load(report)
    }
    guard let reporter = signal?.reporter else { return }
    try await keep(
      purposes.map { ConsentDraft($0, isGiven: true, way: .page) }, of: reporter,
      onlyFirst: true, by: .engine("public"), call, context)
  }

  private static func keep(
    _ drafts: [ConsentDraft], of reporter: ID<Reporter>, onlyFirst: Bool = false,
    by actor: Actor, _ call: Call, _ context: WebContext
  ) async throws(Problem) {
    try await asProblem(Problem.init) { () throws(ConsentFault) in
      try await ConsentDesk(engine: context.engine).keep(
        drafts, of: reporter, onlyFirst: onlyFirst, by: actor, request: call.id)
    }
  }

  /// A purpose that may be agreed to, and what a person said of it last.
  struct Standing {
    let purpose: Purpose
    let last: ConsentRecord?
    /// Whether it may be done now.
    let isPermitted: Bool
  }

  /// Where a person stands with each purpose; empty where nobody left a contact.
  static func standing(
    of reporter: ID<Reporter>?, through channel: Channel, _ context: WebContext
  ) async throws(Problem) -> [Standing] {
    guard let reporter else { return [] }
    let records = try await stored { () throws(StoreFault) in
      try await ConsentDesk(engine: context.engine).records(of: reporter)
    }
    return context.engine.catalogue.purposes.filter { $0.basis == .consent }.map { purpose in
      let last = records.last { $0.details.purpose == purpose.code }
      return Standing(
        purpose: purpose, last: last,
        isPermitted: purpose.permits(last?.details.isGiven, through: channel))
    }
  }

  static func write(_ standing: [Standing], to writer: inout JSONWriter) {
    writer.name("consents")
    writer.beginArray()
    for one in standing {
      writer.beginObject()
      write(one.purpose, to: &writer)
      writer.name("given")
      if let last = one.last { writer.bool(last.details.isGiven) } else { writer.null() }
      writer.member("at", one.last.map { TimeText.write($0.at) })
      writer.member("permitted", one.isPermitted)
      writer.endObject()
    }
    writer.endArray()
  }
}

extension Problem {
  init(_ fault: ConsentFault) {
    switch fault {
    case .nobody, .duty: self.init(status: 409, code: fault.code)
    case .tooMany(let max):
      self.init(status: 409, code: fault.code, facts: ["max": String(max)])
    case .missing(let purpose), .withdrawn(let purpose):
      self.init(status: 409, code: fault.code, facts: ["purpose": purpose])
    case .sealing: self.init(status: 503, code: fault.code, retryAfterSeconds: 10)
    case .store(let fault): self.init(fault)
    }
  }
}

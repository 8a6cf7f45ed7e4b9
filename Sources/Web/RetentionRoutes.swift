import City
import Engine
import HTTPServing
import JSONText
import Pack
import Ports

/// What data is for and when it ends, the certificates of what ended, and one person's file.
enum RetentionRoutes {
  static func routes(_ context: WebContext) -> [Route] {
    [
      Route(
        .get, "/retention", .permission([.audit, .secure]),
        "What each kind of data is for, and when it ends"
      ) { _ throws(Problem) in rules(context) },
      Route(
        .get, "/retention/certificates", .permission([.audit, .secure]),
        "What came to its end, newest first",
        query: [.init(name: "limit", type: "integer"), .init(name: "before", type: "string")]
      ) { call throws(Problem) in try await certificates(call, context) },
      Route(
        .post, "/retention/run", .permission([.secure]), "Let what is due come to its end now"
      ) { call throws(Problem) in try await run(call, context) },
      Route(
        .post, "/persons/file", .permission([.secure]),
        "Where a person's data is and who saw it; reading it is on record",
        body: [
          .init(name: "contact", type: "string"), .init(name: "case", type: "string"),
          .init(name: "reason", type: "string", required: true),
        ]
      ) { call throws(Problem) in try await file(call, context) },
    ]
  }

  private static func rules(_ context: WebContext) -> HTTPResponse {
    let desk = context.retention
    return Answer.list(context.engine.catalogue.retention) { rule, writer in
      writer.beginObject()
      writer.member("code", rule.code)
      writer.member("name", rule.name)
      writer.member("data", rule.data.rawValue)
      writer.member("purpose", rule.purpose)
      if let days = rule.days {
        writer.member("days", days)
      } else {
        writer.member("days", JSON.null)
      }
      writer.member("endsBefore", desk.before(rule).map(TimeText.write))
      writer.member("why", rule.why)
      writer.endObject()
    }
  }

  private static func certificates(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let page = try Listing.page(call)
    let found = try await stored { () throws(StoreFault) in
      try await context.engine.store.certificates(page)
    }
    return Answer.page(found) { write($0, to: &$1) }
  }

  private static func run(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let actor = try call.caller.actor
    let made = try await asProblem(Problem.init) { () throws(RetentionFault) in
      try await context.retention.run(by: actor, request: call.id)
    }
    return Answer.list(made) { write($0, to: &$1) }
  }

  private static func write(_ certificate: Certificate, to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("id", String(certificate.id.rawValue))
    writer.member("rule", certificate.rule)
    writer.member("data", certificate.data.rawValue)
    writer.member("at", TimeText.write(certificate.at))
    writer.member("before", TimeText.write(certificate.before))
    writer.member("count", certificate.count)
    writer.member("digest", HexText.write(certificate.digest))
    writer.endObject()
  }

  private static func file(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let caller = try call.caller
    var body = try Body(call.request.body)
    let (contact, name) = (body.string("contact"), body.string("case"))
    let reason = body.required("reason")
    let number = name.flatMap { CaseNumber(text: $0) }
    if (contact == nil) == (name == nil) { body.refuse("contact", "person.one_of") }
    if name != nil, number == nil { body.refuse("case", "case.number") }
    try body.finish()
    try TextField.check("reason", reason, max: PersonFileDesk.reasonMax)
    let found = try await asProblem(Problem.init) { () throws(PersonFileFault) in
      try await PersonFileDesk(engine: context.engine).read(
        contact: contact, case: number, reason: reason, by: caller, request: call.id)
    }
    return Answer.object { write(found, Presenting(context.engine), context, to: &$0) }
  }

  private static func write(
    _ file: PersonFile, _ presenting: Presenting, _ context: WebContext,
    to writer: inout JSONWriter
  ) {
    writer.member("reporter", String(file.reporter.rawValue))
    writer.member("held", file.isHeld)
    writer.member("endsAt", file.endsAt.map(TimeText.write))
    writer.array("signals", file.signals) { signal, writer in
      writer.member("id", String(signal.id.rawValue))
      writer.member("channel", signal.channel.rawValue)
      writer.member("receivedAt", TimeText.write(signal.receivedAt))
      writer.member("files", signal.evidence.count)
    }
    writer.array("cases", file.cases) { found, writer in
      writer.member("number", found.filing.number.text)
      writer.member("item", found.state.item)
      writer.member("stage", found.state.stage)
      presenting.unit("unit", found.state.unit, to: &writer)
      writer.member("filedAt", TimeText.write(found.filing.filedAt))
      writer.member("closedAt", found.state.closedAt.map(TimeText.write))
    }
    writer.array("reveals", file.reveals) { reveal, writer in
      writer.member("at", TimeText.write(reveal.at))
      presenting.staff("staff", reveal.staff, to: &writer)
      writer.member("duty", reveal.duty.rawValue)
      writer.member("reason", reveal.reason)
      writer.member("foreign", reveal.isForeign)
    }
    let purposes = context.engine.catalogue.purposes
    writer.array("consents", file.consents) { record, writer in
      let details = record.details
      writer.member("at", TimeText.write(record.at))
      writer.member("purpose", details.purpose)
      writer.member("name", purposes.first { $0.code == details.purpose }?.name ?? "")
      writer.member("given", details.isGiven)
      writer.member("wording", details.wording)
      writer.member("way", details.way.rawValue)
      presenting.staff("staff", details.staff, to: &writer)
      writer.member("reason", details.reason)
    }
    writer.array("readings", file.readings) { entry, writer in
      writer.member("at", TimeText.write(entry.at))
      if case .staff(let id) = entry.actor { presenting.staff("staff", id, to: &writer) }
    }
  }
}

extension JSONWriter {
  /// A member that is a list of objects.
  fileprivate mutating func array<Element>(
    _ name: String, _ elements: [Element], _ fill: (Element, inout JSONWriter) -> Void
  ) {
    self.name(name)
    beginArray()
    for element in elements {
      beginObject()
      fill(element, &self)
      endObject()
    }
    endArray()
  }
}

extension Problem {
  init(_ fault: RetentionFault) {
    switch fault {
    case .sealing: self.init(status: 503, code: fault.code, retryAfterSeconds: 10)
    case .store(let fault): self.init(fault)
    case .file(let fault): self.init(fault)
    }
  }

  init(_ fault: PersonFileFault) {
    switch fault {
    case .unknown: self.init(status: 404, code: fault.code)
    case .store(let fault): self.init(fault)
    }
  }
}

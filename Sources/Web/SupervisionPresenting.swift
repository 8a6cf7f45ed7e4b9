import City
import Engine
import JSONText

extension Presenting {
  /// A supervision with what it is about.
  func write(_ found: Supervision, of known: Case?, to writer: inout JSONWriter) {
    writer.beginObject()
    id("id", found.id, to: &writer)
    text("form", found.form.rawValue, to: &writer)
    text("state", found.state.rawValue, to: &writer)
    text("line", found.line.isEmpty ? nil : found.line, to: &writer)
    text("cause", found.cause, to: &writer)
    if let known {
      writer.object("case") { writer in
        members(known, to: &writer)
      }
    }
    unit("unit", found.unit, to: &writer)
    area(found.area, to: &writer)
    staff("staff", found.staff, to: &writer)
    writer.name("receivers")
    writer.beginArray()
    for receiver in found.receivers {
      writer.beginObject()
      writer.member("id", String(receiver.rawValue))
      writer.member("name", directory.staff[receiver]?.name ?? "")
      writer.endObject()
    }
    writer.endArray()
    instant("at", found.at, to: &writer)
    text("words", shown(found.words), to: &writer)
    instant("due", found.due, to: &writer)
    write(found.reply, as: "reply", to: &writer)
    text("outcome", found.outcome?.rawValue, to: &writer)
    write(found.ending, as: "ending", to: &writer)
    number("refusals", found.refusals, to: &writer)
    number("version", found.version, to: &writer)
    writer.endObject()
  }

  private func write(
    _ reply: SupervisionReply?, as name: String, to writer: inout JSONWriter
  ) {
    guard let reply else { return writer.member(name, JSON.null) }
    writer.object(name) { writer in
      instant("at", reply.at, to: &writer)
      staff("staff", reply.staff, to: &writer)
      text("words", reply.words, to: &writer)
    }
  }
}

extension Problem {
  init(_ fault: SupervisionFault) {
    switch fault {
    case .unknown, .unknownCase: self = .notFound
    case .notYours(let posts):
      self.init(
        status: 403, code: fault.code, facts: ["posts": posts.joined(separator: ",")])
    case .state(let state):
      self.init(status: 409, code: fault.code, facts: ["state": state.rawValue])
    case .caseState: self.init(status: 409, code: fault.code)
    case .handler: self.init(status: 403, code: fault.code)
    case .refused(let field, let rule, let facts): self = .field(field, rule, facts)
    case .crowded: self.init(status: 503, code: fault.code, retryAfterSeconds: 1)
    case .store(let fault): self.init(fault)
    }
  }
}

import City
import JSONText

// What is done above the cases and told of them, in a journal body.

enum SupervisionCoding {
  static let names: Set = [
    "id", "case", "form", "line", "cause", "area", "unit", "receivers", "staff", "at", "words",
    "due", "state", "reply", "outcome", "ending", "refusals", "version",
  ]

  static func write(_ found: Supervision, _ writer: inout JSONWriter) {
    writer.member("id", found.id)
    writer.member("case", found.case)
    writer.member("form", found.form.rawValue)
    writer.textUnlessEmpty("line", found.line)
    writer.textUnlessEmpty("cause", found.cause)
    writer.path("area", found.area)
    writer.path("unit", found.unit)
    writer.ids("receivers", found.receivers)
    writer.member("staff", found.staff)
    writer.member("at", found.at)
    writer.textUnlessEmpty("words", found.words)
    writer.member("due", found.due)
    writer.member("state", found.state.rawValue)
    if let reply = found.reply { writer.object("reply") { write(reply, &$0) } }
    if let outcome = found.outcome { writer.member("outcome", outcome.rawValue) }
    if let ending = found.ending { writer.object("ending") { write(ending, &$0) } }
    if found.refusals != 0 { writer.member("refusals", found.refusals) }
    writer.member("version", found.version)
  }

  private static func write(_ reply: SupervisionReply, _ writer: inout JSONWriter) {
    writer.member("at", reply.at)
    writer.member("staff", reply.staff)
    writer.textUnlessEmpty("words", reply.words)
  }

  static func read(_ fields: inout FactFields) throws(FactCodingFault) -> Supervision {
    let (id, found): (ID<Supervision>, ID<Case>) = (try fields.id("id"), try fields.id("case"))
    let form: Supervision.Form = try fields.word("form")
    let (line, cause) = (try fields.textOrEmpty("line"), try fields.textOrEmpty("cause"))
    let (area, unit) = (try fields.areaPath("area"), try fields.unitPath("unit"))
    let receivers: [ID<Staff>] = try fields.ids("receivers", depthMax: .max)
    let staff: ID<Staff>? = try fields.optionalID("staff")
    let (at, words) = (try fields.instant("at"), try fields.textOrEmpty("words"))
    let due = try fields.optionalInstant("due")
    var supervision = Supervision(
      id: id, case: found, form: form, line: line, cause: cause, area: area, unit: unit,
      receivers: receivers, staff: staff, at: at, words: words, due: due,
      state: try fields.word("state"))
    supervision.reply = try reply("reply", &fields)
    supervision.outcome = try fields.optionalWord("outcome")
    supervision.ending = try reply("ending", &fields)
    supervision.refusals = try fields.countOrZero("refusals")
    supervision.version = try fields.count("version")
    try fields.finish(names)
    return supervision
  }

  private static func reply(
    _ name: String, _ fields: inout FactFields
  ) throws(FactCodingFault) -> SupervisionReply? {
    guard let value = fields.take(name) else { return nil }
    var inner = try FactFields(value, of: fields.fact)
    let reply = SupervisionReply(
      at: try inner.instant("at"), staff: try inner.optionalID("staff"),
      words: try inner.textOrEmpty("words"))
    try inner.finish(["at", "staff", "words"])
    return reply
  }
}

enum NoticeCoding {
  static let names: Set = [
    "id", "template", "channel", "staff", "case", "title", "text", "link", "at", "state", "next",
    "attempts", "answer", "sent", "read",
  ]

  static func write(_ notice: Notice, _ writer: inout JSONWriter) {
    writer.member("id", notice.id)
    writer.text("template", notice.template)
    writer.text("channel", notice.channel)
    writer.member("staff", notice.staff)
    writer.member("case", notice.case)
    writer.text("title", notice.title)
    writer.textUnlessEmpty("text", notice.text)
    writer.textUnlessEmpty("link", notice.link)
    writer.member("at", notice.at)
    writer.member("state", notice.state.rawValue)
    writer.member("next", notice.next)
    if notice.attempts != 0 { writer.member("attempts", notice.attempts) }
    writer.textUnlessEmpty("answer", notice.answer)
    writer.member("sent", notice.sentAt)
    writer.member("read", notice.readAt)
  }

  static func read(_ fields: inout FactFields) throws(FactCodingFault) -> Notice {
    let id: ID<Notice> = try fields.id("id")
    let (template, channel) = (try fields.text("template"), try fields.text("channel"))
    let staff: ID<Staff>? = try fields.optionalID("staff")
    let found: ID<Case>? = try fields.optionalID("case")
    let (title, text) = (try fields.text("title"), try fields.textOrEmpty("text"))
    let (link, at) = (try fields.textOrEmpty("link"), try fields.instant("at"))
    var notice = Notice(
      id: id, template: template, channel: channel, staff: staff, case: found, title: title,
      text: text, link: link, at: at, state: try fields.word("state"),
      next: try fields.instant("next"))
    notice.attempts = try fields.countOrZero("attempts")
    notice.answer = try fields.textOrEmpty("answer")
    notice.sentAt = try fields.optionalInstant("sent")
    notice.readAt = try fields.optionalInstant("read")
    try fields.finish(names)
    return notice
  }
}

enum AbsenceCoding {
  static let names: Set = ["id", "staff", "substitute", "reason", "from", "to"]

  static func write(_ absence: Absence, _ writer: inout JSONWriter) {
    writer.member("id", absence.id)
    writer.member("staff", absence.staff)
    writer.member("substitute", absence.substitute)
    writer.textUnlessEmpty("reason", absence.reason)
    writer.member("from", absence.from)
    writer.member("to", absence.to)
  }

  static func read(_ fields: inout FactFields) throws(FactCodingFault) -> Absence {
    let absence = Absence(
      id: try fields.id("id"), staff: try fields.id("staff"),
      substitute: try fields.optionalID("substitute"), reason: try fields.textOrEmpty("reason"),
      from: try fields.instant("from"), to: try fields.instant("to"))
    try fields.finish(names)
    return absence
  }
}

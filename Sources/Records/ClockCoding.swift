package import City
import JSONText

/// The clocks of a case and what hangs on them, as members of a case's state.
enum ClockCoding {
  static let names: Set = ["clocks", "asked", "taken", "flow", "called", "checker"]

  /// Writes what there is; nothing for a case of a time before clocks were kept.
  static func write(_ state: CaseState, _ writer: inout JSONWriter) {
    if !state.clocks.isEmpty {
      writer.name("clocks")
      writer.beginArray()
      for clock in state.clocks { write(clock, &writer) }
      writer.endArray()
    }
    if let asked = state.asked {
      writer.object("asked") { writer in
        write("limit", asked.limit, &writer)
        writer.member("at", asked.at)
        writer.member("staff", asked.staff)
        if let reason = asked.reason { writer.text("reason", reason) }
      }
    }
    if !state.taken.isEmpty {
      writer.name("taken")
      writer.beginArray()
      for (action, count) in state.taken.sorted(by: { $0.key < $1.key }) {
        writer.beginObject()
        writer.text("action", action)
        writer.member("count", count)
        writer.endObject()
      }
      writer.endArray()
    }
    write(state.flow, &writer)
    writer.texts("called", state.called)
    if let checker = state.checker { writer.member("checker", checker) }
  }

  static func write(_ flow: FlowReference?, _ writer: inout JSONWriter) {
    guard let flow else { return }
    writer.object("flow") { writer in
      writer.text("code", flow.code)
      writer.member("version", flow.version)
    }
  }

  private static func write(_ clock: Clock, _ writer: inout JSONWriter) {
    writer.beginObject()
    writer.text("name", clock.name)
    writer.member("from", clock.startedAt)
    writer.member("unit", clock.unit)
    writer.member("due", clock.due)
    writer.member("stopped", clock.stoppedAt)
    if !clock.changes.isEmpty {
      writer.name("changes")
      writer.beginArray()
      for change in clock.changes {
        writer.beginObject()
        switch change {
        case .paused(let at): writer.member("paused", at)
        case .resumed(let at): writer.member("resumed", at)
        case .extended(let at, let limit):
          writer.member("extended", at)
          write("limit", limit, &writer)
        }
        writer.endObject()
      }
      writer.endArray()
    }
    writer.endObject()
  }

  static func write(_ name: String, _ limit: TimeLimit, _ writer: inout JSONWriter) {
    writer.object(name) { writer in
      writer.member("amount", limit.amount)
      writer.member("measure", limit.measure.rawValue)
    }
  }

  static func read(
    _ fields: inout FactFields, into state: inout CaseState
  ) throws(FactCodingFault) {
    for value in try fields.list("clocks") {
      var inner = try FactFields(value, of: fields.fact)
      state.clocks.append(try clock(&inner))
    }
    if let value = fields.take("asked") {
      var inner = try FactFields(value, of: fields.fact)
      guard let limit = try limit("limit", &inner) else { throw inner.missing("limit") }
      state.asked = AskedExtension(
        limit: limit, at: try inner.instant("at"), staff: try inner.optionalID("staff"),
        reason: try inner.optionalText("reason"))
      try inner.finish(["limit", "at", "staff", "reason"])
    }
    for value in try fields.list("taken") {
      var inner = try FactFields(value, of: fields.fact)
      state.taken[try inner.text("action")] = try inner.count("count")
      try inner.finish(["action", "count"])
    }
    state.flow = try flow(&fields)
    state.called = try fields.texts("called")
    state.checker = try fields.optionalID("checker")
  }

  static func flow(_ fields: inout FactFields) throws(FactCodingFault) -> FlowReference? {
    guard let value = fields.take("flow") else { return nil }
    var inner = try FactFields(value, of: fields.fact)
    let flow = FlowReference(code: try inner.text("code"), version: try inner.count("version"))
    try inner.finish(["code", "version"])
    return flow
  }

  private static func clock(_ fields: inout FactFields) throws(FactCodingFault) -> Clock {
    var clock = Clock(
      name: try fields.text("name"), startedAt: try fields.instant("from"),
      unit: try fields.optionalID("unit"), due: try fields.optionalInstant("due"),
      stoppedAt: try fields.optionalInstant("stopped"))
    for value in try fields.list("changes") {
      var inner = try FactFields(value, of: fields.fact)
      if let at = try inner.optionalInstant("paused") {
        clock.changes.append(.paused(at))
      } else if let at = try inner.optionalInstant("resumed") {
        clock.changes.append(.resumed(at))
      } else {
        let at = try inner.instant("extended")
        guard let limit = try limit("limit", &inner) else { throw inner.missing("limit") }
        clock.changes.append(.extended(at, limit))
      }
      try inner.finish(["paused", "resumed", "extended", "limit"])
    }
    try fields.finish(["name", "from", "unit", "due", "stopped", "changes"])
    return clock
  }

  static func limit(
    _ name: String, _ fields: inout FactFields
  ) throws(FactCodingFault) -> TimeLimit? {
    guard let value = fields.take(name) else { return nil }
    var inner = try FactFields(value, of: fields.fact)
    let limit = TimeLimit(amount: try inner.count("amount"), measure: try inner.word("measure"))
    try inner.finish(["amount", "measure"])
    return limit
  }
}

/// What a step says beyond its stages, as members of the step.
enum StepDetailCoding {
  static let names: Set = ["reason", "limit", "given", "item", "flow", "answers", "group"]

  static func write(_ step: Step, _ writer: inout JSONWriter) {
    if let reason = step.reason { writer.text("reason", reason) }
    if let limit = step.limit { ClockCoding.write("limit", limit, &writer) }
    if let given = step.given { writer.path("given", given) }
    if let item = step.item { writer.text("item", item) }
    if let group = step.group { writer.text("group", group) }
    ClockCoding.write(step.flow, &writer)
    guard !step.answers.isEmpty else { return }
    writer.name("answers")
    writer.beginArray()
    for (field, answer) in step.answers.sorted(by: { $0.key < $1.key }) {
      writer.beginObject()
      writer.text("field", field)
      writer.text("answer", answer)
      writer.endObject()
    }
    writer.endArray()
  }

  static func read(
    _ fields: inout FactFields, into step: inout Step
  ) throws(FactCodingFault) {
    step.reason = try fields.optionalText("reason")
    step.limit = try ClockCoding.limit("limit", &fields)
    let given = try fields.unitPath("given")
    step.given = given == .none ? nil : given
    step.item = try fields.optionalText("item")
    step.group = try fields.optionalText("group")
    step.flow = try ClockCoding.flow(&fields)
    for value in try fields.list("answers") {
      var inner = try FactFields(value, of: fields.fact)
      step.answers[try inner.text("field")] = try inner.text("answer")
      try inner.finish(["field", "answer"])
    }
  }
}

/// Clocks and details as text of one column: the members that the journal has.
package enum HandlingText {
  private static let fact = "column"

  /// nil where there is nothing to keep.
  package static func text(of state: CaseState) -> String? {
    guard
      !state.clocks.isEmpty || state.asked != nil || !state.taken.isEmpty || state.flow != nil
        || !state.called.isEmpty || state.checker != nil
    else { return nil }
    return object { ClockCoding.write(state, &$0) }
  }

  /// Fills in what `text(of:)` wrote.
  package static func read(
    _ text: String, into state: inout CaseState
  ) throws(FactCodingFault) {
    var fields = try fields(text)
    try ClockCoding.read(&fields, into: &state)
    try fields.finish(ClockCoding.names)
  }

  /// nil where there is nothing to keep.
  package static func text(of step: Step) -> String? {
    guard
      step.reason != nil || step.limit != nil || step.given != nil || step.item != nil
        || step.flow != nil || step.group != nil || !step.answers.isEmpty
    else { return nil }
    return object { StepDetailCoding.write(step, &$0) }
  }

  /// Fills in what `text(of:)` wrote.
  package static func read(_ text: String, into step: inout Step) throws(FactCodingFault) {
    var fields = try fields(text)
    try StepDetailCoding.read(&fields, into: &step)
    try fields.finish(StepDetailCoding.names)
  }

  private static func object(_ fill: (inout JSONWriter) -> Void) -> String {
    var writer = JSONWriter()
    writer.beginObject()
    fill(&writer)
    writer.endObject()
    return String(decoding: writer.take(), as: UTF8.self)
  }

  private static func fields(_ text: String) throws(FactCodingFault) -> FactFields {
    let value: JSON
    do throws(JSONFault) {
      value = try JSON.parse(Array(text.utf8))
    } catch {
      throw .malformed(error)
    }
    return try FactFields(value, of: fact)
  }
}

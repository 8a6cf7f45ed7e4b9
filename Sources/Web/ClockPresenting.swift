import City
import Engine
import Handling
import JSONText
import Pack
import Ports

/// Writes how the clocks of cases stand now.
struct ClockPresenting {
  let engine: Engine
  let now: Instant

  init(_ engine: Engine) {
    self.engine = engine
    now = engine.time.now
  }

  /// The light of the deadline that lists show; nil where none runs.
  func light(of found: Case) -> Light? {
    guard let flow = engine.catalogue.flow(found.flow), let deadline = flow.deadlineClock,
      let clock = found.state.clocks.first(where: { $0.name == deadline.code }), clock.due != nil
    else { return nil }
    return engine.clockRule(flow).light(of: clock, item: item(found), at: now)
  }

  /// The clocks of one case, in the flow's order, and an extension that waits for its decision.
  func members(_ found: Case, _ presenting: Presenting, to writer: inout JSONWriter) {
    writer.name("clocks")
    writer.beginArray()
    if let flow = engine.catalogue.flow(found.flow) {
      let rule = engine.clockRule(flow)
      for clock in found.state.clocks { write(clock, rule, item(found), to: &writer) }
    }
    writer.endArray()
    guard let asked = found.state.asked else { return writer.member("asked", JSON.null) }
    writer.object("asked") { writer in
      write("limit", asked.limit, to: &writer)
      writer.member("at", TimeText.write(asked.at))
      presenting.staff("staff", asked.staff, to: &writer)
      presenting.text("reason", asked.reason, to: &writer)
    }
  }

  private func write(_ clock: Clock, _ rule: ClockRule, _ item: Item?, to writer: inout JSONWriter)
  {
    let line = rule.rule(of: clock)
    let changes = rule.changes(of: clock, item: item)
    func instant(_ name: String, _ value: Instant?) {
      if let value {
        writer.member(name, TimeText.write(value))
      } else {
        writer.member(name, JSON.null)
      }
    }
    writer.beginObject()
    writer.member("code", clock.name)
    writer.member("name", line?.name ?? "")
    writer.member("isDeadline", line?.isDeadline ?? false)
    instant("startedAt", clock.startedAt)
    instant("due", clock.due)
    instant("yellowAt", changes.first { $0.light == .yellow }?.at)
    instant("redAt", changes.first { $0.light == .red }?.at)
    instant("stoppedAt", clock.stoppedAt)
    instant("pausedAt", clock.stoppedAt == nil ? clock.pausedAt : nil)
    instant("pauseEnd", clock.stoppedAt == nil ? rule.pauseEnd(of: clock) : nil)
    writer.member("state", rule.state(of: clock, at: now).rawValue)
    writer.member("light", rule.light(of: clock, changes: changes, at: now).rawValue)
    writer.endObject()
  }

  func write(_ name: String, _ limit: TimeLimit, to writer: inout JSONWriter) {
    writer.object(name) { writer in
      writer.member("amount", limit.amount)
      writer.member("measure", limit.measure.rawValue)
    }
  }

  private func item(_ found: Case) -> Item? {
    found.state.item.flatMap { engine.catalogue.item(code: $0) }
  }
}

extension JSONWriter {
  /// A limit, or null.
  mutating func limit(_ name: String, _ limit: TimeLimit?) {
    guard let limit else { return member(name, JSON.null) }
    object(name) { writer in
      writer.member("amount", limit.amount)
      writer.member("measure", limit.measure.rawValue)
    }
  }

  /// What an action fills in.
  mutating func form(_ fields: [FlowField]) {
    name("form")
    beginArray()
    for field in fields {
      beginObject()
      member("code", field.code)
      member("name", field.name)
      member("choices", field.choices)
      member("required", field.isRequired)
      endObject()
    }
    endArray()
  }

  /// The reasons that an action may be given.
  mutating func reasons(_ reasons: [FlowReason]) {
    name("reasons")
    beginArray()
    for reason in reasons {
      beginObject()
      member("code", reason.code)
      member("name", reason.name)
      endObject()
    }
    endArray()
  }
}

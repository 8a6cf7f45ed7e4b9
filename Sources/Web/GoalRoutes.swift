import City
import Engine
import Evaluating
import HTTPServing
import JSONText
import Pack
import Ports

/// Yearly indicators and tasks with their lights, and what units report of them.
enum GoalRoutes {
  static func routes(_ context: WebContext) -> [Route] {
    [
      Route(
        .get, "/goals", .permission([.read]), "Yearly indicators and tasks, with lights",
        query: [
          .init(name: "form", type: "string", allowed: Goal.Form.allCases.map(\.rawValue)),
          .init(
            name: "light", type: "string",
            allowed: GoalStanding.Light.allCases.map(\.rawValue)),
        ]
      ) { call throws(Problem) in try await list(call, context) },
      Route(
        .post, "/goals/:code/reports", .permission([.handle]),
        "Report a milestone with its proof, or what an indicator came to",
        body: [
          .init(name: "milestone", type: "string"), .init(name: "value", type: "number"),
          .init(name: "note", type: "string"), .init(name: "proof", type: "array"),
        ]
      ) { call throws(Problem) in try await report(call, context) },
    ]
  }

  private static func list(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    _ = try call.caller
    let form: Goal.Form? = try call.word("form")
    let light: GoalStanding.Light? = try call.word("light")
    let desk = try await VitalRoutes.fresh(context)
    let lines = try await stored { () throws(StoreFault) in try await desk.goals() }
    return Answer.list(
      lines.filter { line in
        form.map { line.goal.form == $0 } ?? true
          && light.map { line.standing.light == $0 } ?? true
      }
    ) { write($0, context, to: &$1) }
  }

  private static func report(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let caller = try call.caller
    var body = try Body(call.request.body)
    let milestone = body.string("milestone")
    let value = body.number("value")
    let note = body.string("note") ?? ""
    let proof = body.files("proof")
    try body.finish()
    let engine = context.engine
    let report = TaskReport(
      id: engine.newID(), goal: call.capture("code"), milestone: milestone, value: value,
      note: note, proof: proof, at: engine.time.now, staff: caller.staff.id)
    let desk = context.vitals
    try await asProblem(Problem.init) { () throws(GoalFault) in
      try await desk.report(report, by: caller, request: call.id)
    }
    return Answer.object(status: 201) { write(report, context, to: &$0) }
  }

  private static func write(
    _ line: GoalLine, _ context: WebContext, to writer: inout JSONWriter
  ) {
    let goal = line.goal
    writer.beginObject()
    writer.member("code", goal.code)
    writer.member("name", goal.name)
    writer.member("form", goal.form.rawValue)
    writer.member("light", line.standing.light.rawValue)
    writer.member("value", line.standing.value)
    writer.member("target", goal.target)
    writer.member("unit", goal.unit)
    writer.member("worse", goal.worse.rawValue)
    writer.member("vital", goal.vital)
    writer.member("proof", goal.proof)
    writer.member("why", goal.why)
    writer.member("duty", goal.duty)
    writer.name("units")
    writer.beginArray()
    for id in line.units {
      writer.beginObject()
      writer.member("id", String(id.rawValue))
      writer.member("name", context.engine.directory.units[id]?.name)
      writer.endObject()
    }
    writer.endArray()
    writer.name("milestones")
    writer.beginArray()
    for milestone in goal.milestones {
      writer.beginObject()
      writer.member("code", milestone.code)
      writer.member("name", milestone.name)
      writer.member("due", GoalRoutes.text(milestone.due))
      writer.member("value", milestone.value)
      writer.member("reached", line.standing.reached.contains(milestone.code))
      writer.endObject()
    }
    writer.endArray()
    writer.name("reports")
    writer.beginArray()
    for report in line.reports {
      writer.beginObject()
      write(report, context, to: &writer)
      writer.endObject()
    }
    writer.endArray()
    writer.endObject()
  }

  private static func write(
    _ report: TaskReport, _ context: WebContext, to writer: inout JSONWriter
  ) {
    writer.member("id", String(report.id.rawValue))
    writer.member("milestone", report.milestone)
    writer.member("value", report.value)
    writer.member("note", report.note)
    writer.member("proof", report.proof.map { HexText.write($0.digest) })
    writer.member("at", TimeText.write(report.at))
    Presenting(context.engine).staff("by", report.staff, to: &writer)
  }

  private static func text(_ date: CivilDate) -> String {
    String(
      TimeText.write(Instant(milliseconds: Int64(date.daysSinceEpoch) * Duration.day)).prefix(10))
  }
}

extension Problem {
  init(_ fault: GoalFault) {
    switch fault {
    case .unknown: self = .notFound
    case .notYours: self.init(status: 403, code: fault.code)
    case .unknownMilestone: self = .field("milestone", fault.code)
    case .reachedAlready: self.init(status: 409, code: fault.code)
    case .proofMissing: self = .field("proof", fault.code)
    case .nothingSaid: self = .field("value", fault.code)
    case .words(let max): self = .field("note", fault.code, ["max": String(max)])
    case .store(let fault): self.init(fault)
    }
  }
}

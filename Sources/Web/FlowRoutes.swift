import City
import Engine
import HTTPServing
import Handling
import JSONText
import Ports

/// Moving running cases to another version of their flow.
enum FlowRoutes {
  static func routes(_ context: WebContext) -> [Route] {
    [
      Route(
        .get, "/flows/:code/migration", .permission([.read]),
        "Which running cases would move to another version of their flow, and which would not",
        query: [
          .init(name: "from", type: "integer", required: true),
          .init(name: "to", type: "integer", required: true),
        ]
      ) { call throws(Problem) in try await plan(call, context) },
      Route(
        .post, "/flows/:code/migration", .permission([.correct]),
        "Move the running cases of one version of a flow to another",
        body: [
          .init(name: "from", type: "integer", required: true),
          .init(name: "to", type: "integer", required: true),
          .init(name: "note", type: "string", required: true),
        ]
      ) { call throws(Problem) in try await run(call, context) },
    ]
  }

  private static func plan(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    guard let from = try call.count("from") else { throw .field("from", "field.required") }
    guard let to = try call.count("to") else { throw .field("to", "field.required") }
    let scope = try call.caller.scope
    let lines = try await asProblem(Problem.init) { () throws(FlowMigrationFault) in
      try await FlowMigrationDesk(engine: context.engine).plan(
        call.capture("code"), from: from, to: to, within: scope)
    }
    return answer(lines)
  }

  private static func run(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let caller = try call.caller
    var body = try Body(call.request.body)
    let from = version("from", &body)
    let to = version("to", &body)
    let note = body.label("note", max: StepDecision.noteMax)
    try body.finish()
    let actor = StepActor(
      staff: caller.staff.id, posts: Set(caller.posts), unit: caller.unit, isEngine: false)
    let lines = try await asProblem(Problem.init) { () throws(FlowMigrationFault) in
      try await FlowMigrationDesk(engine: context.engine).run(
        call.capture("code"), from: from, to: to, within: caller.scope, note: note, by: actor,
        as: caller.actor, request: call.id)
    }
    return answer(lines)
  }

  private static func version(_ name: String, _ body: inout Body) -> Int {
    guard let number = body.integer(name) else {
      body.refuse(name, "field.required")
      return 0
    }
    return Int(clamping: number)
  }

  private static func answer(_ lines: [FlowMigrationLine]) -> HTTPResponse {
    Answer.list(lines) { line, writer in
      writer.beginObject()
      writer.member("case", String(line.case.id.rawValue))
      writer.member("number", line.case.filing.number.text)
      writer.member("stage", line.case.state.stage)
      switch line.result {
      case .success(let stage): writer.member("to", stage)
      case .failure(let refusal): writer.member("refusal", refusal.code)
      }
      writer.endObject()
    }
  }
}

extension Problem {
  init(_ fault: FlowMigrationFault) {
    switch fault {
    case .unknownFlow: self = .field("to", fault.code)
    case .notReplaced: self = .field("from", fault.code)
    case .note(let refusal): self.init(refusal)
    case .store(let fault): self.init(fault)
    }
  }
}

import City
import Engine
import Evaluating
import HTTPServing
import JSONText
import Pack
import Ports

/// League tables by the formulas of the packs; each number opens its cases.
enum EvaluationRoutes {
  static func routes(_ context: WebContext) -> [Route] {
    let span: [Route.Parameter] = [
      .init(name: "from", type: "string", required: true),
      .init(name: "to", type: "string", required: true),
    ]
    return [
      Route(.get, "/evaluations", .permission([.read]), "The formulas by which work is judged") {
        call throws(Problem) in
        _ = try call.caller
        return Answer.list(context.engine.catalogue.evaluations) { write($0, to: &$1) }
      },
      Route(
        .get, "/evaluations/:code", .permission([.read]), "The league table of a period",
        query: span
      ) { call throws(Problem) in try await table(call, context) },
      Route(
        .get, "/evaluations/:code/cases", .permission([.read]),
        "The cases behind one number of a league table",
        query: span + [
          .init(name: "key", type: "string", required: true),
          .init(name: "part", type: "string", required: true),
          .init(name: "counted", type: "boolean"),
        ]
      ) { call throws(Problem) in try await cases(call, context) },
    ]
  }

  private static func table(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let desk = try await VitalRoutes.fresh(context)
    let (period, scope) = (try period(call), try call.caller.scope)
    let table = try await asProblem(Problem.init) { () throws(VitalFault) in
      try await desk.evaluate(call.capture("code"), over: period, scope: scope)
    }
    return Answer.list(table.lines) { line, writer in
      writer.beginObject()
      writer.member("key", line.key)
      writer.member("name", line.name)
      writer.member("points", line.line.points)
      writer.member("adjusted", line.line.adjusted)
      writer.name("parts")
      writer.beginArray()
      for (part, found) in zip(table.formula.parts, line.line.parts) {
        writer.beginObject()
        writer.member("code", part.code)
        writer.member("count", found.count)
        writer.member("per", found.per)
        writer.member("rate", found.rate)
        writer.member("adjusted", found.adjusted)
        writer.member("points", found.points)
        writer.endObject()
      }
      writer.endArray()
      writer.endObject()
    }
  }

  private static func cases(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    guard let key = call.filter("key") else { throw .field("key", "field.required") }
    guard let part = call.filter("part") else { throw .field("part", "field.required") }
    let desk = try await VitalRoutes.fresh(context)
    let counted = try call.flag("counted") ?? true
    let (period, scope) = (try period(call), try call.caller.scope)
    let ids = try await asProblem(Problem.init) { () throws(VitalFault) in
      try await desk.cases(
        behind: part, of: key, by: call.capture("code"), over: period, counted: counted,
        scope: scope)
    }
    return Answer.list(ids) { $1.string(String($0.rawValue)) }
  }

  private static func period(_ call: Call) throws(Problem) -> Period {
    guard let period = try VitalRoutes.period(call) else {
      throw .field("from", "field.required")
    }
    return period
  }

  private static func write(_ formula: EvaluationFormula, to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("code", formula.code)
    writer.member("name", formula.name)
    writer.member("subject", formula.subject.rawValue)
    writer.member("why", formula.why)
    writer.name("parts")
    writer.beginArray()
    for part in formula.parts {
      writer.beginObject()
      writer.member("code", part.code)
      writer.member("name", part.name)
      writer.member("full", part.full)
      writer.member("zero", part.zero)
      writer.member("points", part.points)
      writer.endObject()
    }
    writer.endArray()
    writer.endObject()
  }
}

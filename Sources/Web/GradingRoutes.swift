import City
import Engine
import Evaluating
import HTTPServing
import JSONText
import Pack
import Ports

/// What risk models say of things: graded lists, and one thing with its reasons and its past.
enum GradingRoutes {
  /// Gradings of the past that are shown with a thing.
  static let historyMax = 100

  static func routes(_ context: WebContext) -> [Route] {
    [
      Route(
        .get, "/gradings", .permission([.read]),
        "Things by what a risk model says of them, the gravest first",
        query: [
          .init(name: "model", type: "string", required: true),
          .init(
            name: "grade", type: "string", allowed: Grade.allCases.map(\.rawValue)),
          .init(name: "area", type: "string"), .init(name: "from", type: "integer"),
          .init(name: "limit", type: "integer"),
        ]
      ) { call throws(Problem) in try await list(call, context) },
      Route(
        .get, "/gradings/counts", .permission([.read]), "How many things have which grade",
        query: [
          .init(name: "model", type: "string", required: true),
          .init(name: "area", type: "string"),
        ]
      ) { call throws(Problem) in try await counts(call, context) },
      Route(
        .get, "/things/:id/grades", .permission([.read]),
        "What every model says of a thing now, why, and what it said before"
      ) { call throws(Problem) in try await ofThing(call, context) },
    ]
  }

  private static func query(
    _ call: Call, _ context: WebContext
  ) throws(Problem) -> (query: GradingQuery, model: RiskModel) {
    guard let code = call.filter("model") else { throw .field("model", "field.required") }
    guard let model = context.engine.catalogue.risks.first(where: { $0.code == code }) else {
      throw .field("model", "model.unknown", ["model": code])
    }
    let limit = try count(call, "limit", 1...PageRequest.limitMax) ?? Listing.limitDefault
    let from = try count(call, "from", 0...GradingQuery.fromMax) ?? 0
    var query = GradingQuery(
      scope: ThingRoutes.scope(try call.caller), model: code, from: from, limit: limit)
    query.grade = try call.word("grade")
    query.area = try call.id("area")
    return (query, model)
  }

  private static func count(
    _ call: Call, _ name: String, _ range: ClosedRange<Int>
  ) throws(Problem) -> Int? {
    guard let text = call.filter(name) else { return nil }
    guard let number = Int(text), range.contains(number) else {
      throw .field(
        name, "number.range",
        ["min": String(range.lowerBound), "max": String(range.upperBound)])
    }
    return number
  }

  private static func list(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let (query, model) = try query(call, context)
    let page = try await stored { () throws(StoreFault) in
      try await context.engine.store.gradings(query)
    }
    var things: [ID<Thing>: Thing] = [:]
    for grading in page.elements {
      things[grading.thing] = try await stored { () throws(StoreFault) in
        try await context.engine.store.load(grading.thing)
      }
    }
    let presenting = Presenting(context.engine, for: try call.caller)
    let classes = context.engine.catalogue.fieldClass(kind:field:)
    return Answer.page(page) { grading, writer in
      writer.beginObject()
      members(grading, model, to: &writer)
      if let thing = things[grading.thing] {
        writer.name("thing")
        presenting.write(thing, to: &writer, classes: classes)
      }
      writer.endObject()
    }
  }

  private static func counts(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let (query, model) = try query(call, context)
    let counts = try await stored { () throws(StoreFault) in
      try await context.engine.store.gradingCounts(query)
    }
    return Answer.list(model.lines) { line, writer in
      writer.beginObject()
      writer.member("grade", line.grade.rawValue)
      writer.member("name", line.name)
      writer.member("count", counts[line.grade] ?? 0)
      writer.endObject()
    }
  }

  private static func ofThing(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let id: ID<Thing> = try call.capturedID("id")
    let engine = context.engine
    let thing = try await stored { () throws(StoreFault) in try await engine.store.load(id) }
    guard let thing,
      ThingRoutes.scope(try call.caller).holds(area: thing.area, unit: thing.owner)
    else { throw .notFound }
    let past = try await stored { () throws(StoreFault) in
      try await engine.store.gradings(of: id, limit: historyMax)
    }
    let now = try await stored { () throws(StoreFault) in
      try await GradeDesk(engine: engine).assessments(of: thing)
    }
    let models = Dictionary(now.map { ($0.model.code, $0.model) }) { first, _ in first }
    return Answer.object { writer in
      writer.name("now")
      writer.beginArray()
      for (model, assessment) in now {
        write(assessment, model, engine.catalogue, to: &writer)
      }
      writer.endArray()
      writer.name("past")
      writer.beginArray()
      for grading in past {
        guard let model = models[grading.model] else { continue }
        writer.beginObject()
        members(grading, model, to: &writer)
        writer.endObject()
      }
      writer.endArray()
    }
  }

  // MARK: Writing

  private static func members(
    _ grading: Grading, _ model: RiskModel, to writer: inout JSONWriter
  ) {
    writer.member("model", grading.model)
    writer.member("grade", grading.grade.rawValue)
    writer.member("name", model.name(of: grading.grade))
    writer.member("score", Double(grading.score) / 1_000)
    let titles = Dictionary(model.factors.map { ($0.code, $0.title) }) { first, _ in first }
    writer.name("factors")
    writer.beginArray()
    for share in grading.shares.sorted(by: { $0.thousandths > $1.thousandths })
    where share.thousandths != 0 {
      writer.beginObject()
      writer.member("code", share.factor)
      writer.member("title", titles[share.factor] ?? share.factor)
      writer.member("points", Double(share.thousandths) / 1_000)
      writer.endObject()
    }
    writer.endArray()
    writer.member("reasons", grading.reasons)
    writer.member("at", TimeText.write(grading.at))
    writer.member("until", grading.until.map(TimeText.write))
  }

  private static func write(
    _ assessment: RiskAssessment, _ model: RiskModel, _ catalogue: Catalogue,
    to writer: inout JSONWriter
  ) {
    writer.beginObject()
    writer.member("model", model.code)
    writer.member("title", model.name)
    writer.member("grade", assessment.grade.rawValue)
    writer.member("name", model.name(of: assessment.grade))
    writer.member("score", assessment.score)
    writer.member("why", model.why)
    writer.member("reasons", assessment.rules.map { model.rules[$0].why })
    writer.name("factors")
    writer.beginArray()
    for (factor, contribution) in zip(model.factors, assessment.contributions) {
      writer.beginObject()
      writer.member("code", factor.code)
      writer.member("title", factor.title)
      writer.member("points", contribution.points)
      writer.member("known", contribution.value != nil)
      if factor.input.isShown(of: model.kind, in: catalogue) {
        writer.member("value", contribution.value?.text)
      }
      writer.member("why", factor.why)
      writer.endObject()
    }
    writer.endArray()
    writer.endObject()
  }
}

extension RiskInput {
  /// Whether its value may be shown with the grade; what is sensitive is not, its points are.
  func isShown(of kind: String, in catalogue: Catalogue) -> Bool {
    switch self {
    case .field(let name), .daysSince(let name):
      (catalogue.fieldClass(kind: kind, field: name) ?? .internal) <= .internal
    case .cases: true
    }
  }
}

import City
import Engine
import HTTPServing
import JSONText
import Language
import Pack
import Ports

/// Following one's own report by number and phone tail or code, and judging the result.
enum PublicFollowing {
  /// Last digits of the phone that was left.
  static let tailDigits = 4
  static let signalsMax = 500
  static let stepsMax = 500

  static func routes(_ context: WebContext) -> [Route] {
    let receipt: [Route.Parameter] = [
      .init(name: "number", type: "string", required: true),
      .init(name: "tail", type: "string", required: true),
    ]
    return [
      Route(
        .post, "/public/follow", .public(.follow),
        "What became of a report: by number, and the phone's last four digits or the code",
        body: receipt
      ) { call throws(Problem) in
        var body = try Body(call.request.body)
        let (number, tail) = (body.required("number"), body.required("tail"))
        try body.finish()
        return try await present(try await find(number, tail, context), context)
      },
      Route(
        .post, "/public/judgements", .public(.follow), "Judge how a report was solved",
        body: receipt + [
          .init(name: "solved", type: "boolean", required: true),
          .init(
            name: "satisfaction", type: "string", required: true,
            allowed: Satisfaction.allCases.map(\.rawValue)),
          .init(name: "words", type: "string"),
        ]
      ) { call throws(Problem) in try await judge(call, context) },
    ]
  }

  /// A report that somebody proved to be his, with its case.
  struct Found {
    let `case`: Case
    let signal: Signal
    let people: Int
  }

  /// One answer for a number that is not there and a tail that does not fit.
  static func find(
    _ number: String, _ tail: String, _ context: WebContext
  ) async throws(Problem) -> Found {
    let now = context.engine.time.now
    try context.gate.checkGuesses(number, at: now)
    let unknown = Problem(status: 404, code: "receipt.unknown")
    guard let number = CaseNumber(text: number) else { throw unknown }
    let store = context.engine.store
    let found = try await stored { () throws(StoreFault) in try await store.case(number: number) }
    if let found {
      let signals = try await stored { () throws(StoreFault) in
        try await store.signals(of: found.filing.event, limit: signalsMax)
      }
      for signal in signals where signal.channel.isOfPeople {
        guard try await fits(tail, signal, context) else { continue }
        let event = try await stored { () throws(StoreFault) in
          try await store.load(found.filing.event)
        }
        return Found(case: found, signal: signal, people: event?.people ?? 1)
      }
    }
    context.gate.missed(number.text, at: now)
    throw unknown
  }

  private static func fits(
    _ tail: String, _ signal: Signal, _ context: WebContext
  ) async throws(Problem) -> Bool {
    if tail.count == Receipt.digits { return tail == Receipt.code(of: signal.id, context.engine) }
    guard tail.count == tailDigits, let id = signal.reporter else { return false }
    let reporter = try await stored { () throws(StoreFault) in
      try await context.engine.store.load(id)
    }
    guard let sealed = reporter?.details, let bytes = try? context.engine.sealing.open(sealed)
    else { return false }
    let phone = ReporterCoding.decode(bytes).phone.filter(\.isNumber)
    return phone.count > tailDigits && phone.hasSuffix(tail)
  }

  private static func judge(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    var body = try Body(call.request.body)
    let (number, tail) = (body.required("number"), body.required("tail"))
    let draft = JudgementReading.read(&body)
    try body.finish()
    guard let draft else { throw .field("satisfaction", "field.required") }
    let found = try await find(number, tail, context)
    _ = try await asProblem(Problem.init) { () throws(JudgingFault) in
      try await Judging(engine: context.engine).take(
        draft, of: found.signal.id, on: found.case.id, staff: nil, by: .engine("public"),
        request: call.id, at: nil)
    }
    return try await present(found, context)
  }

  static func present(
    _ found: Found, _ context: WebContext
  ) async throws(Problem) -> HTTPResponse {
    let store = context.engine.store
    let id = found.case.id
    let steps = try await stored { () throws(StoreFault) in
      try await store.steps(of: id, from: 0, limit: stepsMax)
    }
    let judgements = try await stored { () throws(StoreFault) in
      try await store.judgements(of: id)
    }
    let consents = try await ConsentRoutes.standing(
      of: found.signal.reporter, through: found.case.filing.channel, context)
    let presenting = Presenting(context.engine)
    let state = found.case.state
    let item = state.item.flatMap { context.engine.catalogue.item(code: $0) }
    let own = judgements.first { $0.signal == found.signal.id }
    let flow = context.engine.catalogue.flow(found.case.flow)
    return Answer.object { writer in
      writer.member("number", found.case.filing.number.text)
      writer.member("title", found.signal.title)
      writer.member("item", item?.name)
      writer.member("address", found.signal.address)
      presenting.area(state.area, to: &writer)
      presenting.unit("unit", state.unit, to: &writer)
      writer.member("reportedAt", TimeText.write(found.signal.receivedAt))
      writer.member("joined", found.signal.receivedAt > found.case.filing.filedAt)
      writer.member("people", max(found.people, 1))
      writer.member("stage", state.stage)
      presenting.instant("due", state.due, to: &writer)
      presenting.instant("closedAt", state.closedAt, to: &writer)
      presenting.text("verdict", state.verdict?.rawValue, to: &writer)
      presenting.text(
        "result", state.closedAt == nil ? nil : result(steps, flow), to: &writer)
      writer.member("mayJudge", state.closedAt != nil && own == nil)
      writer.name("judgement")
      if let own { presenting.write(own, to: &writer) } else { writer.null() }
      ConsentRoutes.write(consents, to: &writer)
      writer.name("steps")
      writer.beginArray()
      for step in steps where step.from != step.to {
        writer.beginObject()
        writer.member("action", step.action)
        writer.member("to", step.to)
        writer.member("at", TimeText.write(step.at))
        writer.endObject()
      }
      writer.endArray()
    }
  }

  /// What the city answers: the words of the last report, or of setting the case aside. Notes between
  /// offices are none of it.
  private static func result(_ steps: [Step], _ flow: Flow?) -> String? {
    steps.last { step in
      let edge = flow?.edges.first { $0.action == step.action && $0.from == step.from }
      let answers =
        edge?.effects.contains { effect in
          switch effect {
          case .report, .close(.void), .close(.notConfirmed): true
          default: false
          }
        } ?? false
      return answers && !step.note.isEmpty
    }?.note
  }
}

/// Judgements in bodies and answers.
enum JudgementReading {
  /// What a body says of the result; nil where something is missing, which is then a finding.
  static func read(_ body: inout Body) -> JudgementDraft? {
    let satisfaction: Satisfaction? = body.word("satisfaction")
    if satisfaction == nil { _ = body.required("satisfaction") }
    let solved = body.bool("solved")
    if solved == nil { body.refuse("solved", "field.required") }
    let words = body.string("words") ?? ""
    if words.count > Judgement.wordsMax {
      body.refuse("words", "text.too_long", ["max": String(Judgement.wordsMax)])
    }
    guard let satisfaction, let solved else { return nil }
    var draft = JudgementDraft(solved: solved, satisfaction: satisfaction)
    draft.words = words
    return draft
  }
}

extension Presenting {
  func write(_ judgements: [Judgement], to writer: inout JSONWriter) {
    writer.name("judgements")
    writer.beginArray()
    for judgement in judgements { write(judgement, to: &writer) }
    writer.endArray()
  }

  func write(_ judgement: Judgement, to writer: inout JSONWriter) {
    writer.beginObject()
    id("signal", judgement.signal, to: &writer)
    instant("at", judgement.at, to: &writer)
    staff("staff", judgement.staff, to: &writer)
    writer.member("contacted", judgement.contacted)
    writer.member("solved", judgement.solved)
    text("satisfaction", judgement.satisfaction.rawValue, to: &writer)
    text("words", judgement.words, to: &writer)
    writer.endObject()
  }
}

import City
import Dispatching
import Engine
import HTTPServing
import JSONText
import Language
import Pack
import Ports

/// What the machine makes of a case's words, and the models that it learned.
enum UnderstandingRoutes {
  static func routes(_ context: WebContext) -> [Route] {
    [
      Route(
        .get, "/cases/:id/proposals", .permission([.read]),
        "What a case may be, why the machine thinks so, and closed cases like it"
      ) { call throws(Problem) in try await proposals(call, context) },
      Route(
        .get, "/cases/:id/reply", .permission([.read]),
        "How the handler's report looks as a reply: a hint with reasons"
      ) { call throws(Problem) in try await reply(call, context) },
      Route(.get, "/models", .permission([.administer]), "Learned models and which of them work") {
        call throws(Problem) in try await models(context)
      },
      Route(
        .post, "/models/:subject/train", .permission([.administer]),
        "Learn a model from closed cases; it is used if it is no worse than the one in use",
        body: [.init(name: "anew", type: "boolean")]
      ) { call throws(Problem) in try await train(call, context) },
      Route(
        .post, "/models/:subject/use", .permission([.administer]),
        "Use a version; without one, none", body: [.init(name: "number", type: "integer")]
      ) { call throws(Problem) in
        try await change(call, context) { desk, subject, number throws(ModelDeskFault) in
          try await desk.use(number, for: subject, by: call.actor, request: call.id)
        }
      },
      Route(
        .post, "/models/:subject/shadow", .permission([.administer]),
        "Ask a version along that never acts; without one, none",
        body: [.init(name: "number", type: "integer")]
      ) { call throws(Problem) in
        try await change(call, context) { desk, subject, number throws(ModelDeskFault) in
          try await desk.shadow(number, for: subject, by: call.actor, request: call.id)
        }
      },
      Route(
        .post, "/models/:subject/back", .permission([.administer]), "Use what was used before"
      ) { call throws(Problem) in
        let (desk, subject) = (try desk(context), try subject(call))
        let number = try await asProblem(Problem.init) { () throws(ModelDeskFault) in
          try await desk.back(subject, by: call.actor, request: call.id)
        }
        return Answer.object { $0.member("number", number) }
      },
    ]
  }

  private static func proposals(
    _ call: Call, _ context: WebContext
  ) async throws(Problem) -> HTTPResponse {
    let caller = try call.caller
    let scope = caller.scope
    let found = try await CaseRoutes.visible(call.capture("id"), call, context)
    let proposals = try await stored { () throws(StoreFault) in
      try await CaseReading(engine: context.engine).proposals(for: found, within: scope)
    }
    let presenting = Presenting(context.engine, for: caller)
    let catalogue = context.engine.catalogue
    func itemName(_ code: String) -> String? { catalogue.item(code: code)?.name }
    return Answer.object { writer in
      writer.member("item", found.state.item)
      write(proposals.choice, found, itemName, to: &writer)
      writer.member("model", proposals.model)
      list("proposals", proposals.decision.guesses, &writer) { guess, writer in
        write(guess, itemName(guess.item), to: &writer)
      }
      list("themes", proposals.themes, &writer) { guess, writer in
        write(guess, catalogue.category(code: guess.item)?.name, to: &writer)
      }
      let directory = context.engine.directory
      list("units", proposals.units, &writer) { guess, writer in
        let name = directory.unitIDs[guess.item].flatMap { directory.units[$0]?.name }
        write(guess, name, to: &writer)
      }
      list("similar", proposals.similar, &writer) { similar, writer in
        let (filing, state) = (similar.case.filing, similar.case.state)
        writer.beginObject()
        writer.member("id", String(similar.case.id.rawValue))
        writer.member("number", filing.number.text)
        writer.member("title", presenting.shown(filing.title))
        writer.member("item", state.item)
        presenting.unit("unit", state.unit, to: &writer)
        presenting.instant("closedAt", state.closedAt, to: &writer)
        writer.member("likeness", similar.likeness)
        writer.member("words", Array(similar.words.prefix(wordsMax)))
        writer.endObject()
      }
    }
  }

  /// Words in common that are shown.
  private static let wordsMax = 8

  private static func list<Element>(
    _ name: String, _ elements: [Element], _ writer: inout JSONWriter,
    _ write: (Element, inout JSONWriter) -> Void
  ) {
    writer.name(name)
    writer.beginArray()
    for element in elements { write(element, &writer) }
    writer.endArray()
  }

  private static func write(_ guess: ItemGuess, _ name: String?, to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("item", guess.item)
    writer.member("name", name ?? guess.item)
    writer.member("confidence", Double(guess.permille) / 1_000)
    writer.member("source", guess.source.rawValue)
    writer.member("reasons", guess.reasons)
    writer.endObject()
  }

  /// Why the machine chose as it did at filing, and whether a person chose otherwise since.
  private static func write(
    _ choice: MachineChoice?, _ found: Case, _ itemName: (String) -> String?,
    to writer: inout JSONWriter
  ) {
    guard let choice else { return writer.member("choice", JSON.null) }
    writer.object("choice") { writer in
      writer.member("at", TimeText.write(choice.at))
      writer.member("item", choice.item)
      writer.member("sure", choice.isSure)
      writer.member("model", choice.model)
      writer.member("overridden", choice.item != nil && choice.item != found.state.item)
      list("guesses", choice.guesses, &writer) { guess, writer in
        write(guess, itemName(guess.item), to: &writer)
      }
      guard let shadow = choice.shadow else { return writer.member("shadow", JSON.null) }
      writer.object("shadow") { writer in
        writer.member("model", shadow.model)
        writer.member("item", shadow.item)
        writer.member("confidence", Double(shadow.permille) / 1_000)
        writer.member("sure", shadow.isSure)
      }
    }
  }

  private static func reply(
    _ call: Call, _ context: WebContext
  ) async throws(Problem) -> HTTPResponse {
    let found = try await CaseRoutes.visible(call.capture("id"), call, context)
    let steps = try await stored { () throws(StoreFault) in
      try await context.engine.store.steps(of: found.id, from: 0, limit: CaseRoutes.stepsMax)
    }
    let quality = CaseReading(engine: context.engine).reply(of: found, steps: steps)
    return Answer.object { writer in
      guard let quality else { return writer.member("reply", JSON.null) }
      writer.object("reply") { writer in
        writer.member("answers", quality.answers)
        writer.member("complete", quality.isComplete)
        if let isInTime = quality.isInTime {
          writer.member("inTime", isInTime)
        } else {
          writer.member("inTime", JSON.null)
        }
        writer.member("reasons", quality.reasons.map(\.rawValue))
      }
    }
  }

  private static func models(_ context: WebContext) async throws(Problem) -> HTTPResponse {
    let desk = try desk(context)
    let standings = try await stored { () throws(StoreFault) in try await desk.standings() }
    return Answer.list(standings) { standing, writer in
      writer.beginObject()
      writer.member("subject", standing.use.subject.rawValue)
      writer.member("inForce", standing.use.inForce)
      writer.member("before", standing.use.before)
      writer.member("shadow", standing.use.shadow)
      list("versions", standing.versions, &writer, write)
      writer.endObject()
    }
  }

  private static func write(_ version: ModelVersion, to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("number", version.number)
    writer.member("trainedAt", TimeText.write(version.trainedAt))
    writer.member("examples", version.examples)
    writer.member("classes", version.classes)
    writer.member("bytes", version.bytes)
    writer.member("digest", HexText.write(version.digest))
    writer.object("trial") { writer in
      writer.member("cases", version.trial.cases)
      writer.member("right", version.trial.right)
      writer.member("sure", version.trial.sure)
      writer.member("sureRight", version.trial.sureRight)
      writer.member("rivalRight", version.trial.rivalRight)
    }
    writer.endObject()
  }

  private static func train(
    _ call: Call, _ context: WebContext
  ) async throws(Problem) -> HTTPResponse {
    let (desk, subject) = (try desk(context), try subject(call))
    var anew = false
    if !call.request.body.isEmpty {
      var body = try Body(call.request.body)
      anew = body.bool("anew") ?? false
      try body.finish()
    }
    let isAnew = anew
    let outcome = try await asProblem(Problem.init) { () throws(ModelDeskFault) in
      try await desk.train(subject, anew: isAnew, by: call.actor, request: call.id)
    }
    return Answer.object(status: 201) { writer in
      writer.member("used", outcome.isUsed)
      writer.name("version")
      write(outcome.version, to: &writer)
    }
  }

  private static func change(
    _ call: Call, _ context: WebContext,
    _ body: (ModelDesk, ModelSubject, Int?) async throws(ModelDeskFault) -> Void
  ) async throws(Problem) -> HTTPResponse {
    let (desk, subject) = (try desk(context), try subject(call))
    var number: Int?
    if !call.request.body.isEmpty {
      var fields = try Body(call.request.body)
      number = fields.integer("number").map { Int(truncatingIfNeeded: $0) }
      try fields.finish()
    }
    let wanted = number
    try await asProblem(Problem.init) { () throws(ModelDeskFault) in
      try await body(desk, subject, wanted)
    }
    return Answer.object { $0.member("number", wanted) }
  }

  private static func subject(_ call: Call) throws(Problem) -> ModelSubject {
    guard let subject = ModelSubject(rawValue: call.capture("subject")) else { throw .notFound }
    return subject
  }

  private static func desk(_ context: WebContext) throws(Problem) -> ModelDesk {
    guard let desk = context.models else { throw .notFound }
    return desk
  }
}

extension Call {
  /// Who acts; the route let nobody in without a sign-in.
  fileprivate var actor: Actor { signedIn?.actor ?? .engine("web") }
}

extension Problem {
  init(_ fault: ModelDeskFault) {
    switch fault {
    case .store(let fault): self.init(fault)
    case .unknownVersion: self.init(status: 404, code: fault.code)
    case .keeping, .damaged, .fileMissing: self.init(status: 503, code: fault.code)
    case .training, .nothingNew, .nothingBefore:
      self.init(status: 409, code: fault.code, facts: ["missing": fault.message])
    }
  }
}

import City
import Discovering
import Engine
import HTTPServing
import JSONText
import Pack
import Ports

/// Citizens' files and reports. A pass carries both; the report is keyed by it, so that the same
/// report sent again is one.
enum PublicReporting {
  /// Bytes of one picture; pages shrink theirs far below it.
  static let fileBytesMax = 6 << 20
  /// What a picture of a kind that is kept begins with.
  private static let beginnings: [[UInt8]] = [[0xFF, 0xD8, 0xFF], [0x89, 0x50, 0x4E, 0x47]]

  static func routes(_ context: WebContext) -> [Route] {
    [
      Route(
        .post, "/public/files", .public(.send), "Keep a citizen's picture",
        query: [.init(name: "pass", type: "string", required: true)],
        takes: ["image/jpeg", "image/png"]
      ) { call throws(Problem) in try await keep(call, context) },
      Route(
        .post, "/public/reports", .public(.send), "Send a citizen's report", body: parameters
      ) { call throws(Problem) in try await take(call, context) },
    ]
  }

  private static let parameters: [Route.Parameter] = [
    .init(name: "pass", type: "string", required: true), .init(name: "title", type: "string"),
    .init(name: "text", type: "string"), .init(name: "item", type: "string"),
    .init(name: "address", type: "string"), .init(name: "longitude", type: "number"),
    .init(name: "latitude", type: "number"), .init(name: "event", type: "string"),
    .init(name: "name", type: "string"), .init(name: "phone", type: "string"),
    .init(name: "evidence", type: "array"), .init(name: "consents", type: "array"),
  ]

  private static func keep(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let bytes = call.request.body
    guard bytes.count <= fileBytesMax else {
      throw Problem(
        status: 413, code: "file.too_large", facts: ["max": String(fileBytesMax)])
    }
    guard beginnings.contains(where: { bytes.starts(with: $0) }) else {
      throw Problem(status: 415, code: "file.kind", facts: ["taken": "JPEG, PNG"])
    }
    try context.gate.use(call.filter("pass") ?? "", for: .file, at: context.engine.time.now)
    let file = try await asProblem(Problem.init) {
      () throws(FileFault) in try await context.files.put(bytes)
    }
    return Answer.object(status: 201) { $0.member("digest", HexText.write(file.digest.digest)) }
  }

  private static func take(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    var body = try Body(call.request.body)
    let pass = body.required("pass")
    var draft = SignalDraft()
    draft.externalID = pass
    draft.title = body.string("title") ?? ""
    draft.text = body.string("text") ?? ""
    draft.item = body.string("item")
    draft.address = body.string("address") ?? ""
    draft.longitude = body.number("longitude")
    draft.latitude = body.number("latitude")
    draft.reporterName = body.string("name") ?? ""
    draft.reporterPhone = body.string("phone") ?? ""
    let known: ID<Event>? = body.id("event")
    draft.evidence = body.files("evidence")
    check(draft, &body)
    let consents = consents(draft, &body, context)
    try body.finish()
    if let known { try await follow(known, &draft, context) }
    _ = try await FileRoutes.evidence(draft.evidence, context)
    try context.gate.use(pass, for: .sending, at: context.engine.time.now)
    let incoming = IncomingSignal(channel: .citizen, draft: draft, raw: call.request.body)
    let outcome = try await asProblem(Problem.init) { () throws(IntakeFault) in
      try await Intake(engine: context.engine).take(
        incoming, by: .engine("public"), request: call.id)
    }
    try await ConsentRoutes.keep(consents, with: outcome.signal, call, context)
    return try await answer(outcome, context)
  }

  /// Purposes that somebody says yes to, who left his contact.
  private static func consents(
    _ draft: SignalDraft, _ body: inout Body, _ context: WebContext
  ) -> [Purpose] {
    let names = Set(body.strings("consents"))
    if !names.isEmpty && draft.reporterName.isEmpty && draft.reporterPhone.isEmpty {
      body.refuse("consents", "consent.nobody")
    }
    return names.sorted().compactMap { name in
      ConsentRoutes.purpose(name, given: true, "consents", &body, context)
    }
  }

  private static func check(_ draft: SignalDraft, _ body: inout Body) {
    let max = PublicRoutes.textMax
    if draft.text.count > max { body.refuse("text", "text.too_long", ["max": String(max)]) }
    let files = ChallengeBook.filesMax
    if draft.evidence.count > files {
      body.refuse("evidence", "array.too_long", ["max": String(files)])
    }
    guard !draft.reporterPhone.isEmpty else { return }
    let digits = draft.reporterPhone.filter(\.isNumber).count
    let isPhone = draft.reporterPhone.allSatisfy { character in
      character.isASCII && (character.isNumber || "+- ".contains(character))
    }
    if !isPhone || !(phoneDigits.contains(digits)) { body.refuse("phone", "phone.form") }
  }

  /// A local number without its area has seven digits, one with a country fifteen at most.
  private static let phoneDigits = 7...15

  /// "I too": the report takes kind and place of the known problem, so that intake joins the two by
  /// its own rule; a problem that was closed meanwhile becomes a new one.
  private static func follow(
    _ id: ID<Event>, _ draft: inout SignalDraft, _ context: WebContext
  ) async throws(Problem) {
    let event = try await stored { () throws(StoreFault) in
      try await context.engine.store.load(id)
    }
    guard let event, let item = event.item, let position = event.position else {
      throw .field("event", "event.unknown")
    }
    draft.item = item
    draft.longitude = position.longitude
    draft.latitude = position.latitude
    if draft.title.isEmpty {
      draft.title = context.engine.catalogue.item(code: item)?.name ?? ""
    }
  }

  private static func answer(
    _ outcome: IntakeOutcome, _ context: WebContext
  ) async throws(Problem) -> HTTPResponse {
    var found: Case?
    if let id = outcome.case {
      found = try await stored { () throws(StoreFault) in
        try await context.engine.store.load(id)
      }
    }
    let shown = found
    let item = outcome.item.flatMap { context.engine.catalogue.item(code: $0) }
    return Answer.object(status: outcome.kind == .repeated ? 200 : 201) { writer in
      writer.member("outcome", outcome.kind.rawValue)
      writer.member("number", shown?.filing.number.text)
      writer.member("code", Receipt.code(of: outcome.signal, context.engine))
      writer.member("item", item?.name)
    }
  }
}

/// The code by which a report is followed where no phone was left.
enum Receipt {
  static let digits = 6

  /// Follows from the report alone and cannot be guessed from its id.
  static func code(of signal: ID<Signal>, _ engine: Engine) -> String {
    let bytes = engine.sealing.blindHash("receipt/\(signal.rawValue)").bytes
    let number = bytes.prefix(4).reduce(0) { $0 << 8 | Int($1) } % 1_000_000
    let text = String(number)
    return String(repeating: "0", count: digits - text.count) + text
  }
}

import City
import Discovering
import Engine
import Geography
import HTTPServing
import JSONText
import Pack
import Ports

/// What citizens ask before they report: challenges, places, kinds of problems, what others reported.
///
/// Nothing here names a person, repeats what somebody wrote, or shows more than the street does.
enum PublicRoutes {
  /// Characters of what a citizen writes.
  static let textMax = 2_000
  /// Kinds of problems proposed.
  static let proposalsMax = 4
  /// Similar problems shown, and how far around.
  static let nearbyMax = 5
  static let nearbyMetres = 300.0
  static let nearbyDays: Int64 = 30
  /// Places shown for an address, in hundredths of confidence at least.
  static let placesMax = 5
  static let confidenceMin = 40

  static func routes(_ context: WebContext) -> [Route] {
    let point: [Route.Parameter] = [
      .init(name: "longitude", type: "number", required: true),
      .init(name: "latitude", type: "number", required: true),
    ]
    return [
      Route(
        .post, "/public/challenges", .public(.challenge), "Shows that somebody is there",
        body: [.init(name: "work", type: "boolean")]
      ) { call throws(Problem) in try challenge(call, context) },
      Route(
        .get, "/public/challenges/:challenge", .public(.ask), "The picture of a challenge"
      ) { call throws(Problem) in try picture(call, context) },
      Route(
        .post, "/public/passes", .public(.challenge),
        "A pass for files and one report, for a right answer; a challenge is answered once",
        body: [
          .init(name: "challenge", type: "string", required: true),
          .init(name: "answer", type: "string", required: true),
        ]
      ) { call throws(Problem) in try pass(call, context) },
      Route(.get, "/public/areas", .public(.ask), "Outlines of the streets, for a map") {
        call throws(Problem) in areas(context)
      },
      Route(
        .get, "/public/place", .public(.ask), "Which street and neighbourhood hold a point",
        query: point
      ) { call throws(Problem) in
        let path = context.engine.directory.areaIndex.path(holding: try position(call))
        let presenting = Presenting(context.engine)
        return Answer.object { presenting.area(path, to: &$0) }
      },
      Route(
        .get, "/public/places", .public(.ask), "Where a written address may lie",
        query: [.init(name: "text", type: "string", required: true)]
      ) { call throws(Problem) in try await places(call, context) },
      Route(
        .post, "/public/proposals", .public(.ask), "What kind of problem words speak of",
        body: [.init(name: "text", type: "string", required: true)]
      ) { call throws(Problem) in try proposals(call, context) },
      Route(
        .get, "/public/nearby", .public(.ask), "Open problems of a kind near a point",
        query: point + [.init(name: "item", type: "string", required: true)]
      ) { call throws(Problem) in try await nearby(call, context) },
    ]
  }

  static func position(_ call: Call) throws(Problem) -> Position {
    guard let longitude = try call.number("longitude"), let latitude = try call.number("latitude"),
      let position = Position(longitude: longitude, latitude: latitude)
    else { throw .field("longitude", "position.form") }
    return position
  }

  private static func challenge(_ call: Call, _ context: WebContext) throws(Problem) -> HTTPResponse
  {
    var body = try Body(call.request.body)
    let work = body.bool("work") ?? false
    try body.finish()
    let posed = try context.gate.pose(work: work, at: context.engine.time.now)
    return Answer.object(status: 201) { writer in
      writer.member("challenge", posed.id)
      if case .work(let bits) = posed.form { writer.member("bits", bits) }
      writer.member("endsAt", TimeText.write(posed.ends))
    }
  }

  private static func picture(_ call: Call, _ context: WebContext) throws(Problem) -> HTTPResponse {
    let form = context.gate.form(of: call.capture("challenge"), at: context.engine.time.now)
    guard case .picture(let digits, let seed) = form else { throw .notFound }
    return HTTPResponse(
      status: 200, headers: [("Content-Type", "image/png"), ("Cache-Control", "no-store")],
      body: .bytes(ChallengePicture.png(digits, seed: seed)))
  }

  private static func pass(_ call: Call, _ context: WebContext) throws(Problem) -> HTTPResponse {
    var body = try Body(call.request.body)
    let challenge = body.required("challenge")
    let answer = body.required("answer")
    try body.finish()
    let (pass, ends) = try context.gate.answer(
      challenge, answer, at: context.engine.time.now,
      digest: { context.engine.sealing.digest(of: $0) })
    return Answer.object(status: 201) { writer in
      writer.member("pass", pass)
      writer.member("endsAt", TimeText.write(ends))
    }
  }

  private static func areas(_ context: WebContext) -> HTTPResponse {
    let streets = context.engine.directory.areas.values
      .filter { $0.level == .street && $0.outline != nil }.sorted { $0.id < $1.id }
    var response = Answer.list(streets) { area, writer in
      writer.beginObject()
      writer.member("id", String(area.id.rawValue))
      writer.member("name", area.name)
      writer.name("outline")
      if let outline = area.outline {
        PlaceRoutes.write(outline, to: &writer)
      } else {
        writer.null()
      }
      writer.endObject()
    }
    response.headers.append(("Cache-Control", "max-age=3600"))
    return response
  }

  private static func places(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    guard let text = call.filter("text") else { throw .field("text", "field.required") }
    guard text.unicodeScalars.count <= SignalLimits.addressMax else {
      throw .field("text", "text.too_long", ["max": String(SignalLimits.addressMax)])
    }
    let found = try await stored { () throws(StoreFault) in
      try await Places(engine: context.engine).find(text, within: .everything)
    }
    let presenting = Presenting(context.engine)
    let shown = found.matches.filter { $0.confidence >= confidenceMin }.prefix(placesMax)
    return Answer.list(Array(shown)) { match, writer in
      writer.beginObject()
      writer.member("address", presenting.shown(ofThing: match.address))
      presenting.position(match.position, to: &writer)
      presenting.area(match.area, to: &writer)
      writer.endObject()
    }
  }

  private static func proposals(_ call: Call, _ context: WebContext) throws(Problem) -> HTTPResponse
  {
    var body = try Body(call.request.body)
    let text = body.required("text")
    if text.count > textMax { body.refuse("text", "text.too_long", ["max": String(textMax)]) }
    try body.finish()
    let guesses = context.engine.understanding.read(title: "", text: text).decision.guesses
    return Answer.list(Array(guesses.prefix(proposalsMax))) { guess, writer in
      writer.beginObject()
      writer.member("item", guess.item)
      writer.member("name", context.engine.catalogue.item(code: guess.item)?.name ?? "")
      writer.member("confidence", Double(guess.permille) / 1_000)
      writer.endObject()
    }
  }

  private static func nearby(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let middle = try position(call)
    guard let item = context.engine.catalogue.item(code: call.filter("item") ?? "") else {
      throw .field("item", "item.unknown")
    }
    let now = context.engine.time.now
    let question = NearbyQuestion(
      item: item.code, position: middle, radiusMetres: nearbyMetres,
      since: now.advanced(byMilliseconds: -nearbyDays * Duration.day))
    let events = try await stored { () throws(StoreFault) in
      try await context.engine.store.events(near: question, limit: nearbyMax)
    }
    var stages: [ID<Event>: String] = [:]
    for event in events {
      guard let id = event.case else { continue }
      stages[event.id] = try await stored { () throws(StoreFault) in
        try await context.engine.store.load(id)
      }?.state.stage
    }
    let known = stages
    return Answer.list(events) { event, writer in
      writer.beginObject()
      writer.member("event", String(event.id.rawValue))
      writer.member("item", item.code)
      writer.member("name", item.name)
      writer.member("metres", Int(event.position?.metres(to: middle) ?? 0))
      writer.member("firstAt", TimeText.write(event.firstAt))
      writer.member("people", max(event.people, 1))
      writer.member("stage", known[event.id])
      writer.endObject()
    }
  }
}

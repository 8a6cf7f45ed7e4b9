import City
import Discovering
import Engine
import HTTPServing
import JSONText
import Language
import Pack
import Ports

/// Things: lists, one with its links, and the making of one.
enum ThingRoutes {
  /// Links shown with a thing.
  static let linksMax = 500
  /// Of these the other end is named too; the rest are ids.
  static let namedLinksMax = 100
  /// A wider circle is refused: it is no neighbourhood any more.
  static let radiusMetresMax = 20_000.0

  static func routes(_ context: WebContext) -> [Route] {
    [
      Route(
        .get, "/things", .permission([.read]), "Things, newest first",
        query: [
          .init(name: "kind", type: "string"), .init(name: "area", type: "string"),
          .init(name: "near", type: "string"), .init(name: "radius", type: "number"),
          .init(name: "words", type: "string"),
        ] + Listing.parameters
      ) { call throws(Problem) in try await list(call, context) },
      Route(.get, "/things/:id", .permission([.read]), "One thing with its links") {
        call throws(Problem) in try await one(call, context)
      },
      Route(
        .post, "/things", .permission([.master]), "Make or change one thing",
        body: [
          .init(name: "kind", type: "string", required: true),
          .init(name: "code", type: "string", required: true),
          .init(name: "name", type: "string", required: true),
          .init(name: "address", type: "string"), .init(name: "longitude", type: "number"),
          .init(name: "latitude", type: "number"), .init(name: "owner", type: "string"),
          .init(name: "attributes", type: "object"),
          .init(name: "keepsOthers", type: "boolean"), .init(name: "seen", type: "integer"),
        ]
      ) { call throws(Problem) in try await save(call, context) },
    ]
  }

  private static func list(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    var query = ThingQuery(scope: scope(try call.caller), page: try Listing.page(call))
    query.kind = call.filter("kind")
    query.area = try call.id("area")
    query.words = call.filter("words")
    // Nobody finds by a room what he sees without it.
    if let words = query.words, try !call.caller.seesRoomsOfThings,
      context.engine.rooms.holdsRoom(words)
    {
      return Answer.list([Thing]()) { _, _ in }
    }
    let radius = try call.number("radius") ?? 0
    if let near = call.filter("near") {
      let degrees = near.split(separator: ",").compactMap { Double($0) }
      guard degrees.count == 2,
        let position = Position(longitude: degrees[0], latitude: degrees[1])
      else { throw .field("near", "position.form", ["expected": "longitude,latitude"]) }
      guard radius > 0, radius <= radiusMetresMax else {
        throw .field("radius", "number.range", ["min": "0", "max": String(Int(radiusMetresMax))])
      }
      query.near = position
      query.radiusMetres = radius
    }
    let final = query
    let page = try await stored { () throws(StoreFault) in
      try await context.engine.store.things(final)
    }
    let presenting = Presenting(
      context.engine, fields: call.filter("fields"), for: try call.caller)
    let classes = context.engine.catalogue.fieldClass(kind:field:)
    return Answer.page(page) { presenting.write($0, to: &$1, classes: classes) }
  }

  /// Things are the whole city's files: who may read at all sees those of all areas that his unit works in.
  static func scope(_ caller: Caller) -> Scope {
    caller.thingScope
  }

  private static func one(_ call: Call, _ context: WebContext) async throws(Problem) -> HTTPResponse
  {
    let id: ID<Thing> = try call.capturedID("id")
    let scope = scope(try call.caller)
    let thing = try await stored { () throws(StoreFault) in
      try await context.engine.store.load(id)
    }
    guard let thing, scope.holds(area: thing.area, unit: thing.owner) else { throw .notFound }
    let links = try await stored { () throws(StoreFault) in
      try await context.engine.store.links(of: id, limit: linksMax)
    }
    var others: [ID<Thing>: Thing] = [:]
    for link in links.prefix(namedLinksMax) {
      let other = link.from == id ? link.to : link.from
      others[other] = try await stored { () throws(StoreFault) in
        try await context.engine.store.load(other)
      }
    }
    let presenting = Presenting(context.engine, for: try call.caller)
    let fields = context.engine.catalogue.kind(code: thing.kind)?.fields ?? []
    return Answer.object { writer in
      writer.name("thing")
      presenting.write(
        thing, to: &writer, classes: context.engine.catalogue.fieldClass(kind:field:))
      writer.object("titles") { writer in
        for field in fields { writer.member(field.name, field.title) }
      }
      writer.name("links")
      writer.beginArray()
      for link in links {
        writer.beginObject()
        writer.member("from", String(link.from.rawValue))
        writer.member("to", String(link.to.rawValue))
        writer.member("kind", link.kind)
        if let other = others[link.from == id ? link.to : link.from],
          scope.holds(area: other.area, unit: other.owner)
        {
          writer.member("other", presenting.shown(ofThing: other.name))
          writer.member("otherKind", other.kind)
        }
        writer.endObject()
      }
      writer.endArray()
    }
  }

  private static func save(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let caller = try call.caller
    var body = try Body(call.request.body)
    var draft = ThingEntry(kind: body.required("kind"), code: body.required("code"))
    draft.name = body.required("name")
    draft.address = body.string("address") ?? ""
    draft.longitude = body.number("longitude")
    draft.latitude = body.number("latitude")
    draft.owner = body.string("owner")
    draft.keepsOthers = body.bool("keepsOthers") ?? false
    draft.seen = body.integer("seen").map { Int(truncatingIfNeeded: $0) }
    let kind = context.engine.catalogue.kind(code: draft.kind)
    let known = Set(kind?.fields.map(\.name) ?? [])
    draft.attributes = body.object("attributes", known)
    try body.finish()
    let final = draft
    let thing = try await asProblem(Problem.init) {
      () throws(MasterFault) in
      try await MasterData(engine: context.engine).save(
        final, by: caller.actor, request: call.id
      ).thing
    }
    var writer = JSONWriter()
    Presenting(context.engine, for: caller).write(
      thing, to: &writer, classes: context.engine.catalogue.fieldClass(kind:field:))
    return .json(writer.take(), status: 201)
  }
}

extension Problem {
  init(_ fault: MasterFault) {
    switch fault {
    case .refused(let findings):
      self.init(
        status: 400, code: fault.code,
        findings: findings.map { Finding(field: $0.field, rule: $0.rule, facts: $0.facts) })
    case .crowded: self.init(status: 503, code: fault.code, retryAfterSeconds: 1)
    case .changed: self.init(status: 409, code: fault.code)
    case .store(let fault): self.init(fault)
    }
  }
}

import City
import Dispatching
import Engine
import Evaluating
import Geography
import HTTPServing
import JSONText
import Pack
import Ports

/// What maps are drawn from: vector tiles of the ground, and the points of cases.
enum MapRoutes {
  /// A browser may show a tile for so long without asking whether it changed.
  static let tileSeconds = 60

  static func routes(_ context: WebContext) -> [Route] {
    [
      Route(
        .get, "/tiles/:zoom/:column/:row", .anyone,
        "A vector tile of the ground; things on it only for who may read"
      ) { call throws(Problem) in try await tile(call, context) },
      Route(.get, "/map", .anyone, "Where the city lies: west, south, east, north in degrees") {
        call throws(Problem) in try await bounds(context)
      },
      Route(
        .get, "/responsible", .permission([.read]),
        "Who answers for a place: its areas, their people, the street's centre, an item's unit",
        query: [
          .init(name: "longitude", type: "number", required: true),
          .init(name: "latitude", type: "number", required: true),
          .init(name: "item", type: "string"),
        ]
      ) { call throws(Problem) in try responsible(call, context) },
      Route(
        .get, "/map/cases", .permission([.read]), "Where cases lie, in columns, the newest first",
        query: [
          .init(name: "open", type: "boolean"), .init(name: "item", type: "string"),
          .init(name: "grade", type: "string", allowed: Grade.allCases.map(\.rawValue)),
          .init(name: "channel", type: "string", allowed: Channel.allCases.map(\.rawValue)),
          .init(name: "area", type: "string"), .init(name: "unit", type: "string"),
          .init(name: "filedFrom", type: "string"), .init(name: "filedTo", type: "string"),
        ]
      ) { call throws(Problem) in try await cases(call, context) },
    ]
  }

  // MARK: Tiles

  private static let rowEnding = ".mvt"

  private static func tile(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let row = call.capture("row")
    guard row.hasSuffix(rowEnding), let zoom = Int(call.capture("zoom")),
      let column = Int(call.capture("column")), let line = Int(row.dropLast(rowEnding.count)),
      let address = TileAddress(zoom: zoom, column: column, row: line)
    else { throw .notFound }
    let reader = call.signedIn.flatMap { $0.permissions.contains(.read) ? $0 : nil }
    let scope = reader.map(ThingRoutes.scope)
    let bytes = try await stored { () throws(StoreFault) in
      try await context.maps.tile(address, scope: scope)
    }
    let tag = "\"\(String(ContentHash.of(bytes), radix: 16))\""
    let headers = [
      ("Content-Type", "application/vnd.mapbox-vector-tile"), ("ETag", tag),
      // One browser, two people: the next may see other things.
      ("Cache-Control", "private, max-age=\(tileSeconds)"), ("Vary", "Cookie"),
    ]
    if call.request.headers["If-None-Match"] == tag {
      return HTTPResponse(status: 304, headers: headers)
    }
    return HTTPResponse(status: 200, headers: headers, body: .bytes(bytes))
  }

  private static func bounds(_ context: WebContext) async throws(Problem) -> HTTPResponse {
    let box = try await stored { () throws(StoreFault) in try await context.maps.bounds() }
    return Answer.object { writer in
      writer.name("bounds")
      guard let box else { return writer.null() }
      writer.beginArray()
      for degrees in [box.west, box.south, box.east, box.north] { writer.number(degrees) }
      writer.endArray()
    }
  }

  // MARK: Who answers

  /// People shown of the smallest area.
  static let peopleMax = 20

  private static func responsible(_ call: Call, _ context: WebContext) throws(Problem)
    -> HTTPResponse
  {
    guard let longitude = try call.number("longitude"), let latitude = try call.number("latitude"),
      let position = Position(longitude: longitude, latitude: latitude)
    else { throw .field("longitude", "position.form") }
    let directory = context.engine.directory
    let path = directory.areaIndex.path(holding: position)
    var proposal: DispatchProposal?
    if let code = call.filter("item") {
      guard let item = context.engine.catalogue.item(code: code) else {
        throw .field("item", "item.unknown")
      }
      proposal = directory.responsibility.proposal(for: item, area: path, thing: nil)
    }
    let centre = directory.units.values.filter { unit in
      unit.kind == .streetCentre && unit.area != nil && unit.area == path[.street]
    }.min { $0.id < $1.id }
    let people = directory.staff.values.filter { staff in
      staff.active && staff.area != nil && staff.area == path.innermost
    }.sorted { $0.id < $1.id }.prefix(peopleMax)
    let presenting = Presenting(context.engine)
    return Answer.object { writer in
      presenting.area(path, to: &writer)
      presenting.unit("centre", centre.map { directory.path(of: $0.id) } ?? .none, to: &writer)
      writer.name("people")
      writer.beginArray()
      for staff in people {
        writer.beginObject()
        writer.member("id", String(staff.id.rawValue))
        writer.member("name", staff.name)
        presenting.unit("unit", directory.path(of: staff.unit), to: &writer)
        writer.endObject()
      }
      writer.endArray()
      CaseRoutes.write(proposal, presenting, to: &writer)
    }
  }

  // MARK: Cases

  private static func cases(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    var query = CasePointQuery(scope: try call.caller.scope)
    query.open = try call.flag("open")
    query.item = call.filter("item")
    query.grade = try call.word("grade")
    query.channel = try call.word("channel")
    query.area = try call.id("area")
    query.unit = try call.id("unit")
    query.filedFrom = try call.instant("filedFrom")
    query.filedTo = try call.instant("filedTo")
    let desk = context.vitals
    try await stored { () throws(StoreFault) in try await desk.follow() }
    return answer(await desk.points(query))
  }

  /// Columns instead of objects: a hundred thousand names of members would be most of the answer.
  private static func answer(_ points: CasePoints) -> HTTPResponse {
    var writer = JSONWriter(capacity: points.rows.count * 48 + 1_024)
    writer.beginObject()
    writer.member("total", points.total)
    writer.member("grades", Grade.allCases.map(\.rawValue))
    writer.member("items", points.items)
    column("longitude", points.rows, &writer) { $1.integer(microdegrees($0.longitude)) }
    column("latitude", points.rows, &writer) { $1.integer(microdegrees($0.latitude)) }
    column("grade", points.rows, &writer) { $1.integer(Int($0.grade)) }
    column("item", points.rows, &writer) { $1.integer(Int($0.item)) }
    column("due", points.rows, &writer) { row, writer in
      if row.due == CaseRow.never { writer.null() } else { writer.integer(row.due) }
    }
    column("number", points.rows, &writer) { $1.string($0.number.text) }
    writer.endObject()
    return .json(writer.take())
  }

  private static func column(
    _ name: String, _ rows: [CaseRow], _ writer: inout JSONWriter,
    _ write: (CaseRow, inout JSONWriter) -> Void
  ) {
    writer.name(name)
    writer.beginArray()
    for row in rows { write(row, &writer) }
    writer.endArray()
  }

  /// About a decimetre, in as few digits as can be.
  private static func microdegrees(_ degrees: Double) -> Int { Int((degrees * 1e6).rounded()) }
}

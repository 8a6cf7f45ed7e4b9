import City
import Engine
import Geography
import HTTPServing
import JSONText
import Ports

/// Areas, units, staff: the trees that everything hangs in.
enum PlaceRoutes {
  static func routes(_ context: WebContext) -> [Route] {
    [
      Route(.get, "/areas", .permission([.read]), "The area tree") { call throws(Problem) in
        let areas = context.engine.directory.areas.values.sorted { $0.id < $1.id }
        return Answer.list(areas) { write($0, to: &$1) }
      },
      Route(
        .get, "/areas/at", .permission([.read]), "The areas that hold a point",
        query: [
          .init(name: "longitude", type: "number", required: true),
          .init(name: "latitude", type: "number", required: true),
        ]
      ) { call throws(Problem) in
        guard let longitude = try call.number("longitude"),
          let latitude = try call.number("latitude"),
          let position = Position(longitude: longitude, latitude: latitude)
        else { throw .field("longitude", "position.form") }
        let directory = context.engine.directory
        let path = directory.areaIndex.path(holding: position)
        return Answer.list(path.areas.compactMap { directory.areas[$0] }) { write($0, to: &$1) }
      },
      Route(
        .get, "/places", .permission([.read]),
        "Where a written address lies: its parts, a point, the area and what matches",
        query: [.init(name: "text", type: "string", required: true)]
      ) { call throws(Problem) in try await AddressAnswer.find(call, context) },
      Route(.get, "/areas/:id", .permission([.read]), "One area with its outline (GeoJSON)") {
        call throws(Problem) in
        let id: ID<Area> = try call.capturedID("id")
        guard let area = context.engine.directory.areas[id] else { throw .notFound }
        return Answer.object { writer in
          members(area, to: &writer)
          writer.member("tag", area.tag)
          writer.name("outline")
          guard let outline = area.outline else { return writer.null() }
          write(outline, to: &writer)
        }
      },
      Route(.get, "/units", .permission([.read]), "The organisation tree") { call throws(Problem) in
        let units = context.engine.directory.units.values.sorted { $0.id < $1.id }
        return Answer.list(units) { write($0, to: &$1) }
      },
      Route(.get, "/units/:id", .permission([.read]), "One unit") { call throws(Problem) in
        let id: ID<Unit> = try call.capturedID("id")
        guard let unit = context.engine.directory.units[id] else { throw .notFound }
        var writer = JSONWriter()
        write(unit, to: &writer)
        return .json(writer.take())
      },
      Route(
        .get, "/duties", .permission([.read]), "Who is on duty within a span of time",
        query: [
          .init(name: "from", type: "string", required: true),
          .init(name: "to", type: "string", required: true),
        ]
      ) { call throws(Problem) in try await duties(call, context) },
      Route(
        .get, "/staff", .permission([.read]), "People within my scope",
        query: [.init(name: "unit", type: "string")]
      ) { call throws(Problem) in try staff(call, context) },
    ]
  }

  /// A roster is asked for over at most so many days.
  static let dutyDaysMax: Int64 = 62

  private static func duties(
    _ call: Call, _ context: WebContext
  ) async throws(Problem) -> HTTPResponse {
    guard let from = try call.instant("from") else { throw .field("from", "field.required") }
    guard let to = try call.instant("to") else { throw .field("to", "field.required") }
    guard to > from, to.millisecondsSince(from) <= dutyDaysMax * Duration.day else {
      throw .field("to", "time.range", ["daysMax": String(dutyDaysMax)])
    }
    let scope = try call.caller.scope
    let duties = try await stored { () throws(StoreFault) in
      try await context.engine.store.duties(from: from, to: to)
    }
    let directory = context.engine.directory
    let presenting = Presenting(context.engine)
    let visible = duties.filter { duty in
      guard duty.from < duty.to else { return false }
      let area = directory.units[duty.unit]?.area.map { directory.path(of: $0) } ?? .outside
      return scope.holds(area: area, unit: directory.path(of: duty.unit))
    }
    return Answer.list(visible) { duty, writer in
      writer.beginObject()
      members(duty, directory, presenting, to: &writer)
      writer.endObject()
    }
  }

  private static func staff(_ call: Call, _ context: WebContext) throws(Problem) -> HTTPResponse {
    let caller = try call.caller
    let unit: ID<Unit>? = try call.id("unit")
    let directory = context.engine.directory
    let found = directory.staff.values.filter { staff in
      let path = directory.path(of: staff.unit)
      let area = staff.area.map { directory.path(of: $0) } ?? .outside
      guard unit.map({ path.lies(in: $0) }) ?? true else { return false }
      return caller.scope.holds(area: area, unit: path)
    }
    let presenting = Presenting(context.engine)
    return Answer.list(found.sorted { $0.id < $1.id }) { staff, writer in
      writer.beginObject()
      members(staff, directory, presenting, to: &writer)
      writer.endObject()
    }
  }

  private static func write(_ area: Area, to writer: inout JSONWriter) {
    writer.beginObject()
    members(area, to: &writer)
    writer.endObject()
  }

  static func members(
    _ duty: Duty, _ directory: Directory, _ presenting: Presenting, to writer: inout JSONWriter
  ) {
    writer.member("id", String(duty.id.rawValue))
    presenting.staff("staff", duty.staff, to: &writer)
    presenting.unit("unit", directory.path(of: duty.unit), to: &writer)
    writer.member("from", TimeText.write(duty.from))
    writer.member("to", TimeText.write(duty.to))
  }

  static func members(
    _ staff: Staff, _ directory: Directory, _ presenting: Presenting, to writer: inout JSONWriter
  ) {
    writer.member("id", String(staff.id.rawValue))
    writer.member("code", staff.code)
    writer.member("name", staff.name)
    presenting.unit("unit", directory.path(of: staff.unit), to: &writer)
    writer.member("posts", staff.posts)
    writer.member("area", staff.area.map { String($0.rawValue) })
    writer.member("active", staff.active)
    writer.member("tag", staff.tag)
  }

  static func members(_ area: Area, to writer: inout JSONWriter) {
    writer.member("id", String(area.id.rawValue))
    writer.member("parent", area.parent.map { String($0.rawValue) })
    writer.member("level", area.level.rawValue)
    writer.member("code", area.code)
    writer.member("name", area.name)
  }

  private static func write(_ unit: Unit, to writer: inout JSONWriter) {
    writer.beginObject()
    members(unit, to: &writer)
    writer.endObject()
  }

  static func members(_ unit: Unit, to writer: inout JSONWriter) {
    writer.member("id", String(unit.id.rawValue))
    writer.member("parent", unit.parent.map { String($0.rawValue) })
    writer.member("kind", unit.kind.rawValue)
    writer.member("code", unit.code)
    writer.member("name", unit.name)
    writer.member("area", unit.area.map { String($0.rawValue) })
    writer.member("hours", unit.hours)
    writer.member("duties", unit.duties)
    writer.member("tag", unit.tag)
  }

  static func write(_ outline: Outline, to writer: inout JSONWriter) {
    func ring(_ ring: Ring, _ writer: inout JSONWriter) {
      writer.beginArray()
      for point in ring.points + ring.points.prefix(1) {
        writer.beginArray()
        writer.number(point.longitude)
        writer.number(point.latitude)
        writer.endArray()
      }
      writer.endArray()
    }
    writer.beginObject()
    writer.member("type", "MultiPolygon")
    writer.name("coordinates")
    writer.beginArray()
    for polygon in outline.polygons {
      writer.beginArray()
      ring(polygon.outer, &writer)
      for hole in polygon.holes { ring(hole, &writer) }
      writer.endArray()
    }
    writer.endArray()
    writer.endObject()
  }
}

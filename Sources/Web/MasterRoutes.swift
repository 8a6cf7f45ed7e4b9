import City
import Engine
import Geography
import HTTPServing
import JSONText
import Ports

/// Areas, units, people and duties as they are changed at a page, one at a time.
enum MasterRoutes {
  static func routes(_ context: WebContext) -> [Route] {
    [
      Route(
        .post, "/areas", .permission([.master]),
        "Make an area or change its name, parent or outline; says where it does not fit others",
        body: [
          .init(name: "code", type: "string", required: true),
          .init(name: "name", type: "string", required: true),
          .init(name: "level", type: "string", required: true),
          .init(name: "parent", type: "string"), .init(name: "outline", type: "array"),
          .init(name: "seen", type: "string"),
        ]
      ) { call throws(Problem) in try await saveArea(call, context) },
      Route(
        .post, "/units", .permission([.master]), "Make or change a unit",
        body: [
          .init(name: "code", type: "string", required: true),
          .init(name: "name", type: "string", required: true),
          .init(name: "kind", type: "string", required: true),
          .init(name: "parent", type: "string"), .init(name: "area", type: "string"),
          .init(name: "hours", type: "string"), .init(name: "duties", type: "array"),
          .init(name: "seen", type: "string"),
        ]
      ) { call throws(Problem) in try await saveUnit(call, context) },
      Route(
        .post, "/staff", .permission([.master]),
        "Make or change a person; posts with one of the three powers are not given here",
        body: [
          .init(name: "code", type: "string", required: true),
          .init(name: "name", type: "string", required: true),
          .init(name: "unit", type: "string", required: true),
          .init(name: "posts", type: "array"), .init(name: "area", type: "string"),
          .init(name: "active", type: "boolean"), .init(name: "seen", type: "string"),
        ]
      ) { call throws(Problem) in try await saveStaff(call, context) },
      Route(
        .post, "/duties", .permission([.correct, .master]),
        "Put somebody of my scope on duty from … to …",
        body: [
          .init(name: "staff", type: "string", required: true),
          .init(name: "from", type: "string", required: true),
          .init(name: "to", type: "string", required: true),
        ]
      ) { call throws(Problem) in try await planDuty(call, context) },
      Route(
        .post, "/duties/:id/end", .permission([.correct, .master]),
        "A duty ends now; one that has not begun is struck out"
      ) { call throws(Problem) in try await endDuty(call, context) },
    ]
  }

  // MARK: Areas

  private static func saveArea(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let caller = try call.caller
    let directory = context.engine.directory
    var body = try Body(call.request.body)
    let code = body.required("code")
    let name = body.required("name")
    let level: AreaLevel? = body.word("level")
    if level == nil { body.refuse("level", "field.required") }
    let parent = body.string("parent")
    let outline = body.outline("outline")
    let seen = body.string("seen")
    try body.finish()
    guard let level else { throw .field("level", "field.required") }
    for place in [directory.areaIDs[code], parent.flatMap { directory.areaIDs[$0] }] {
      guard let place else { continue }
      guard caller.scope.holds(area: directory.path(of: place), unit: .none) else {
        throw .field("parent", "area.unknown")
      }
    }
    var entry = AreaEntry(code: code, name: name, level: level, parent: parent, outline: outline)
    entry.seen = seen
    let final = entry
    let saved = try await asProblem(Problem.init) { () throws(MasterFault) in
      try await MasterEditing(engine: context.engine).save(
        final, by: caller.actor, request: call.id)
    }
    let areas = context.engine.directory.areas
    return Answer.object(status: 201) { writer in
      PlaceRoutes.members(saved.area, to: &writer)
      writer.name("faults")
      writer.beginArray()
      for fault in saved.faults { write(fault, of: saved.area, areas, to: &writer) }
      writer.endArray()
    }
  }

  /// A fault as the page shows it: what it is, with which other area, over how much ground.
  private static func write(
    _ fault: OutlineFault, of area: Area, _ areas: [ID<Area>: Area], to writer: inout JSONWriter
  ) {
    let (other, squareMetres): (ID<Area>?, Double?) =
      switch fault {
      case .overlap(let left, let right, let ground): (left == area.id ? right : left, ground)
      case .outsideParent(let child, let parent, let ground):
        (child == area.id ? parent : child, ground)
      case .gap(let within, let ground): (within, ground)
      case .unanswered(let left, let right, _): (left == area.id ? right : left, nil)
      case .repeatedID, .repeatedCode, .adrift, .invalid: (nil, nil)
      }
    writer.beginObject()
    writer.member("rule", fault.code)
    writer.member("area", other.flatMap { areas[$0]?.name })
    writer.member("squareMetres", squareMetres?.rounded())
    writer.endObject()
  }

  // MARK: Units and people

  private static func saveUnit(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let caller = try call.caller
    let directory = context.engine.directory
    var body = try Body(call.request.body)
    let code = body.required("code")
    let name = body.required("name")
    let kind: UnitKind? = body.word("kind")
    if kind == nil { body.refuse("kind", "field.required") }
    let parent = body.string("parent")
    let area = body.string("area")
    let hours = body.string("hours") ?? ""
    let duties = body.strings("duties")
    let seen = body.string("seen")
    try body.finish()
    guard let kind else { throw .field("kind", "field.required") }
    for place in [directory.unitIDs[code], parent.flatMap { directory.unitIDs[$0] }] {
      guard let place else { continue }
      guard holds(caller.scope, place, directory) else { throw .field("parent", "unit.unknown") }
    }
    var entry = UnitEntry(
      code: code, name: name, kind: kind, parent: parent, area: area, hours: hours,
      duties: duties)
    entry.seen = seen
    let final = entry
    let unit = try await asProblem(Problem.init) { () throws(MasterFault) in
      try await MasterEditing(engine: context.engine).save(
        final, by: caller.actor, request: call.id)
    }
    return Answer.object(status: 201) { PlaceRoutes.members(unit, to: &$0) }
  }

  private static func saveStaff(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let caller = try call.caller
    let directory = context.engine.directory
    var body = try Body(call.request.body)
    let code = body.required("code")
    let name = body.required("name")
    let unit = body.required("unit")
    let posts = body.strings("posts")
    let area = body.string("area")
    let isActive = body.bool("active") ?? true
    let seen = body.string("seen")
    try body.finish()
    let before = directory.staffIDs[code].flatMap { directory.staff[$0]?.unit }
    for place in [before, directory.unitIDs[unit]] {
      guard let place else { continue }
      guard holds(caller.scope, place, directory) else { throw .field("unit", "unit.unknown") }
    }
    var entry = StaffEntry(
      code: code, name: name, unit: unit, posts: posts, area: area, active: isActive)
    entry.seen = seen
    let final = entry
    let staff = try await asProblem(Problem.init) { () throws(MasterFault) in
      try await MasterEditing(engine: context.engine).save(final, by: caller, request: call.id)
    }
    let presenting = Presenting(context.engine)
    let fresh = context.engine.directory
    return Answer.object(status: 201) {
      PlaceRoutes.members(staff, fresh, presenting, to: &$0)
    }
  }

  private static func holds(_ scope: Scope, _ unit: ID<Unit>, _ directory: Directory) -> Bool {
    let area = directory.units[unit]?.area.map { directory.path(of: $0) } ?? .outside
    return scope.holds(area: area, unit: directory.path(of: unit))
  }

  // MARK: Duties

  private static func planDuty(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let caller = try call.caller
    var body = try Body(call.request.body)
    let id: ID<Staff>? = body.id("staff")
    if id == nil { body.refuse("staff", "field.required") }
    let from = body.requiredInstant("from")
    let to = body.requiredInstant("to")
    try body.finish()
    guard let id, let from, let to else { throw .field("from", "field.required") }
    let directory = context.engine.directory
    guard let staff = directory.staff[id], holds(caller.scope, staff.unit, directory) else {
      throw .field("staff", "staff.unknown")
    }
    let duty = try await asProblem(Problem.init) { () throws(MasterFault) in
      try await DutyRoster(engine: context.engine).plan(
        DutyEntry(staff: id, from: from, to: to), by: caller.actor, request: call.id)
    }
    return answer(duty, status: 201, context)
  }

  private static func endDuty(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let caller = try call.caller
    let id: ID<Duty> = try call.capturedID("id")
    let roster = DutyRoster(engine: context.engine)
    let found = try await asProblem(Problem.init) { () throws(MasterFault) in
      try await roster.find(id)
    }
    guard let found, holds(caller.scope, found.unit, context.engine.directory) else {
      throw .notFound
    }
    let ended = try await asProblem(Problem.init) { () throws(MasterFault) in
      try await roster.end(found, by: caller.actor, request: call.id)
    }
    return answer(ended, status: 200, context)
  }

  private static func answer(_ duty: Duty, status: Int, _ context: WebContext) -> HTTPResponse {
    let presenting = Presenting(context.engine)
    return Answer.object(status: status) {
      PlaceRoutes.members(duty, context.engine.directory, presenting, to: &$0)
    }
  }
}

extension Body {
  /// Faces of rings of `[longitude, latitude]` in degrees, as GeoJSON nests a MultiPolygon: the first
  /// ring of a face is its border, the others are holes. Rings may be closed or not.
  mutating func outline(_ name: String) -> Outline? {
    let faces = objects(name, max: MasterEditing.outlinePointsMax) { Self.face($0) }
    let points = faces.reduce(0) { sum, face in
      sum + face.outer.points.count + face.holes.reduce(0) { $0 + $1.points.count }
    }
    guard points <= MasterEditing.outlinePointsMax else {
      refuse(name, "array.too_long", ["max": String(MasterEditing.outlinePointsMax)])
      return nil
    }
    return faces.isEmpty ? nil : Outline(polygons: faces)
  }

  private static func face(_ value: JSON) -> Polygon? {
    let written = value.array ?? []
    let rings = written.compactMap(ring)
    guard let outer = rings.first, rings.count == written.count else { return nil }
    return Polygon(
      outer: turned(outer, isOuter: true),
      holes: rings.dropFirst().map { turned($0, isOuter: false) })
  }

  private static func ring(_ value: JSON) -> Ring? {
    let pairs = value.array ?? []
    var points: [Position] = []
    for pair in pairs {
      guard let degrees = pair.array, degrees.count == 2, let longitude = degrees[0].number,
        let latitude = degrees[1].number,
        let point = Position(longitude: longitude, latitude: latitude)
      else { return nil }
      if point != points.last { points.append(point) }
    }
    while points.count > 1, points.first == points.last { points.removeLast() }
    return points.count >= 3 ? Ring(points: points) : nil
  }

  /// Borders run counter-clockwise, holes clockwise.
  private static func turned(_ ring: Ring, isOuter: Bool) -> Ring {
    let points = ring.points
    // Counted from the first point, so that small rings keep their digits.
    let twiceArea = points.indices.reduce(0.0) { sum, index in
      let (a, b, origin) = (points[index], points[(index + 1) % points.count], points[0])
      return sum + (a.longitude - origin.longitude) * (b.latitude - origin.latitude)
        - (b.longitude - origin.longitude) * (a.latitude - origin.latitude)
    }
    return (twiceArea > 0) == isOuter ? ring : Ring(points: points.reversed())
  }
}

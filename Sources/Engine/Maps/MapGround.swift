import City
import Geography
import Pack
import Ports

/// What every map tile of a city is drawn from: areas with their outlines, and things that are more
/// than a point, such as roads and water. None of it is anybody's personal data.
struct MapGround: Sendable {
  /// Things with a line or an outline that are drawn; what lies beyond is left out.
  static let shapedMax = 50_000
  /// Things of a kind that are looked at to see whether the kind has shapes.
  static let samplesMax = 5

  /// An area with the ground around it and a point within it where its name stands.
  struct Face: Sendable {
    let area: Area
    let outline: Outline
    let box: BoundingBox
    let middle: Position?
  }

  struct Shaped: Sendable {
    let thing: Thing
    let box: BoundingBox
  }

  let faces: [Face]
  let shaped: [Shaped]

  init(areas: [Area], things: [Thing]) {
    faces = areas.sorted { $0.id < $1.id }.compactMap { area in
      guard let outline = area.outline, let box = outline.bounds else { return nil }
      return Face(
        area: area, outline: outline, box: box, middle: try? outline.pointOnSurface())
    }
    shaped = things.compactMap { thing in
      Self.box(thing.geometry).map { Shaped(thing: thing, box: $0) }
    }
  }

  private static func box(_ geometry: Geometry?) -> BoundingBox? {
    switch geometry {
    case .line(let points): BoundingBox(around: points)
    case .outline(let outline): outline.bounds
    case .point, nil: nil
    }
  }

  /// All things with a shape. A kind whose newest things are points alone is taken to have none.
  static func shapedThings(_ engine: Engine) async throws(StoreFault) -> [Thing] {
    var found: [Thing] = []
    for kind in engine.catalogue.kinds where !kind.isDevice {
      let samples = try await page(kind.code, engine, limit: samplesMax, before: nil)
      guard samples.elements.contains(where: { box($0.geometry) != nil }) else { continue }
      var before: Int64?
      repeat {
        let page = try await page(
          kind.code, engine, limit: PageRequest.limitMax, before: before)
        found += page.elements.filter { box($0.geometry) != nil }
        before = page.next
      } while before != nil && found.count < shapedMax
    }
    return Array(found.prefix(shapedMax))
  }

  private static func page(
    _ kind: String, _ engine: Engine, limit: Int, before: Int64?
  ) async throws(StoreFault) -> Page<Thing> {
    var query = ThingQuery(scope: .everything, page: PageRequest(limit: limit, before: before))
    query.kind = kind
    return try await engine.store.things(query)
  }
}

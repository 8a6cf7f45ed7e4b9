import City
import Geography
import Testing

/// A box of degrees as an outline.
func box(_ west: Double, _ south: Double, _ east: Double, _ north: Double) -> Outline {
  outline([(west, south), (east, south), (east, north), (west, north)])
}

func outline(_ points: [(Double, Double)]) -> Outline {
  Outline(polygons: [
    Polygon(outer: Ring(points: points.compactMap { Position(longitude: $0.0, latitude: $0.1) }))
  ])
}

struct OutlineGeometryTests {
  struct AreaRow: Sendable, CustomTestStringConvertible {
    let name: String
    let outline: Outline
    let squareMetres: Double
    var testDescription: String { name }
  }

  static let areaRows = [
    // The surface of the WGS-84 ellipsoid is 510,065,621.7 km².
    AreaRow(
      name: "half the globe, north", outline: box(-180, 0, 180, 90),
      squareMetres: 510_065_621_724_089 / 2),
    AreaRow(
      name: "one degree at the equator", outline: box(0, 0, 1, 1),
      squareMetres: 12_308_463_894),
    AreaRow(name: "nothing", outline: Outline(polygons: []), squareMetres: 0),
    AreaRow(name: "a line", outline: outline([(121, 31), (122, 31)]), squareMetres: 0),
  ]

  @Test("areas are those of the ellipsoid", arguments: areaRows)
  func area(_ row: AreaRow) {
    #expect(abs(row.outline.squareMetres - row.squareMetres) <= row.squareMetres * 1e-6)
  }

  @Test("holes do not count, whichever way their points run")
  func holes() {
    let outer = box(121, 31, 121.1, 31.1).polygons[0].outer
    let hole = box(121.02, 31.02, 121.04, 31.04).polygons[0].outer
    let plain = Polygon(outer: outer).squareMetres - Polygon(outer: hole).squareMetres
    #expect(abs(Polygon(outer: outer, holes: [hole]).squareMetres - plain) < 1e-3)
    let turned = Ring(points: hole.points.reversed())
    #expect(abs(Polygon(outer: outer, holes: [turned]).squareMetres - plain) < 1e-3)
  }

  @Test("a frame measures as the sphere does, within its promise")
  func frame() throws {
    let origin = try #require(Position(longitude: 121.4, latitude: 31.25))
    let frame = LocalFrame(origin: origin)
    for point in [
      PlanePoint(east: 3_000, north: 4_000), PlanePoint(east: -9_000, north: 12_000),
      PlanePoint(east: 0, north: 0), PlanePoint(east: 0.5, north: -0.25),
    ] {
      let position = try #require(frame.position(of: point))
      #expect((frame.point(of: position) - point).length < 1e-6)
      #expect(abs(origin.metres(to: position) - point.length) <= point.length * 0.006)
    }
    #expect(frame.position(of: PlanePoint(east: 0, north: 1e8)) == nil)
  }

  struct ValidityRow: Sendable, CustomTestStringConvertible {
    let name: String
    let outline: Outline
    let valid: Bool
    var testDescription: String { name }
  }

  static let validityRows = [
    ValidityRow(name: "box", outline: box(0, 0, 1, 1), valid: true),
    ValidityRow(
      name: "closed ring", outline: outline([(0, 0), (1, 0), (1, 1), (0, 0)]), valid: true),
    ValidityRow(
      name: "bow tie", outline: outline([(0, 0), (1, 1), (1, 0), (0, 1)]), valid: false),
    ValidityRow(name: "two points", outline: outline([(0, 0), (1, 1)]), valid: false),
    ValidityRow(name: "no face", outline: Outline(polygons: []), valid: false),
    ValidityRow(
      name: "faces overlap",
      outline: Outline(
        polygons: box(0, 0, 2, 2).polygons + box(1, 1, 3, 3).polygons), valid: false),
    ValidityRow(
      name: "hole outside",
      outline: Outline(polygons: [
        Polygon(
          outer: box(0, 0, 1, 1).polygons[0].outer, holes: [box(2, 2, 3, 3).polygons[0].outer])
      ]), valid: false),
  ]

  @Test("validity says what is wrong", arguments: validityRows)
  func validity(_ row: ValidityRow) {
    switch row.outline.validity {
    case .valid: #expect(row.valid)
    case .invalid(let detail, _):
      #expect(!row.valid)
      #expect(!detail.isEmpty)
    }
  }

  @Test("shared, covered and simplified ground")
  func overlay() throws {
    let left = box(121, 31, 121.2, 31.1)
    let right = box(121.1, 31, 121.3, 31.1)
    let shared = try left.intersection(with: right)
    #expect(abs(shared.squareMetres - box(121.1, 31, 121.2, 31.1).squareMetres) < 1)
    let covered = try Outline.union(of: [left, right])
    #expect(covered.polygons.count == 1)
    #expect(abs(covered.squareMetres - box(121, 31, 121.3, 31.1).squareMetres) < 1)
    #expect(abs(try left.likeness(to: right) - 1.0 / 3) < 1e-6)
    #expect(try left.likeness(to: left) == 1)
    #expect(try left.intersection(with: box(121.2, 31, 121.4, 31.1)).polygons.isEmpty)
    // A bump of about a metre goes, the corners stay.
    let bumpy = outline([
      (121, 31), (121.1, 31.000_01), (121.2, 31), (121.2, 31.1), (121, 31.1),
    ])
    #expect(try bumpy.simplified(metres: 5).polygons[0].outer.points.count == 4)
    #expect(try bumpy.simplified(metres: 0.1).polygons[0].outer.points.count == 5)
  }

  @Test("middle, inner point and bounds")
  func points() throws {
    let square = box(121, 31, 121.2, 31.2)
    let middle = try #require(Position(longitude: 121.1, latitude: 31.1))
    #expect(try square.centroid().metres(to: middle) < 0.01)
    // A horseshoe: its centroid lies outside, its inner point must not.
    let horseshoe = outline([
      (0, 0), (3, 0), (3, 3), (2, 3), (2, 1), (1, 1), (1, 3), (0, 3),
    ])
    let inner = try horseshoe.pointOnSurface()
    let area = Area(
      id: ID(1), parent: nil, level: .city, code: "1", name: "horseshoe", outline: horseshoe)
    #expect(AreaIndex([area]).path(holding: inner).innermost == area.id)
    #expect(horseshoe.bounds == BoundingBox(west: 0, south: 0, east: 3, north: 3))
    #expect(Outline(polygons: []).bounds == nil)
    #expect(throws: GeometryFault.tooFewPoints) { try Outline(polygons: []).centroid() }
  }
}

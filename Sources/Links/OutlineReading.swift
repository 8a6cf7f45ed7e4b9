import City
import JSONText

/// Rules that a geometry may break.
enum GeometryRule {
  /// Not one of the kinds that are read here, or its coordinates are not nested as the kind asks.
  static let form = "geometry.form"
  /// A coordinate pair that is no point of the globe.
  static let point = "geometry.point"
  /// A ring of fewer than three points, or a line of fewer than two.
  static let tooFewPoints = "geometry.too_few_points"
  /// A ring that encloses nothing.
  static let noArea = "geometry.no_area"
  static let tooManyPoints = "geometry.too_many_points"
}

/// Makes geometries of the coordinates of GeoJSON, in WGS-84.
struct OutlineReading {
  /// Points of one geometry.
  static let pointsMax = 200_000

  /// Turns coordinates of the stated system into WGS-84.
  let convert: (_ longitude: Double, _ latitude: Double) -> Position?

  /// The outline of a Polygon or MultiPolygon; nil where the feature has no geometry.
  func outline(_ geometry: JSON?) throws(MasterRefusal) -> Outline? {
    guard let geometry, !geometry.isNull else { return nil }
    guard case .outline(let outline) = try self.geometry(geometry) else {
      throw refusal(GeometryRule.form, geometry["type"]?.string ?? "")
    }
    return outline
  }

  /// A Point, LineString, Polygon or MultiPolygon.
  func geometry(_ geometry: JSON) throws(MasterRefusal) -> Geometry {
    let type = geometry["type"]?.string ?? ""
    guard let coordinates = geometry["coordinates"] else { throw refusal(GeometryRule.form, type) }
    var pointsLeft = Self.pointsMax
    switch type {
    case "Point": return .point(try point(coordinates))
    case "LineString":
      let points = try points(coordinates, &pointsLeft)
      guard points.count >= 2 else {
        throw refusal(GeometryRule.tooFewPoints, String(points.count))
      }
      return .line(points)
    case "Polygon":
      return .outline(Outline(polygons: [try polygon(coordinates, &pointsLeft)]))
    case "MultiPolygon":
      guard let faces = coordinates.array, !faces.isEmpty else {
        throw refusal(GeometryRule.form, type)
      }
      var polygons: [Polygon] = []
      for face in faces { polygons.append(try polygon(face, &pointsLeft)) }
      return .outline(Outline(polygons: polygons))
    default: throw refusal(GeometryRule.form, type)
    }
  }

  private func polygon(_ rings: JSON, _ left: inout Int) throws(MasterRefusal) -> Polygon {
    guard let rings = rings.array, let first = rings.first else {
      throw refusal(GeometryRule.form, "Polygon")
    }
    let outer = try ring(first, isOuter: true, &left)
    var holes: [Ring] = []
    for hole in rings.dropFirst() { holes.append(try ring(hole, isOuter: false, &left)) }
    return Polygon(outer: outer, holes: holes)
  }

  /// A ring without its closing point, turned the right way round; an open ring counts as closed.
  private func ring(
    _ coordinates: JSON, isOuter: Bool, _ left: inout Int
  ) throws(MasterRefusal) -> Ring {
    var points = try points(coordinates, &left)
    while points.count > 1, points.last == points.first { points.removeLast() }
    guard points.count >= 3 else { throw refusal(GeometryRule.tooFewPoints, String(points.count)) }
    let area = Self.signedArea(points)
    guard area != 0 else { throw refusal(GeometryRule.noArea, "") }
    if (area > 0) != isOuter { points.reverse() }
    return Ring(points: points)
  }

  /// Points in order, those that repeat the one before left out.
  private func points(_ coordinates: JSON, _ left: inout Int) throws(MasterRefusal) -> [Position] {
    guard let elements = coordinates.array else { throw refusal(GeometryRule.form, "") }
    left -= elements.count
    guard left >= 0 else { throw refusal(GeometryRule.tooManyPoints, String(Self.pointsMax)) }
    var points: [Position] = []
    points.reserveCapacity(elements.count)
    for element in elements {
      let point = try point(element)
      if point != points.last { points.append(point) }
    }
    return points
  }

  private func point(_ pair: JSON) throws(MasterRefusal) -> Position {
    guard let numbers = pair.array, numbers.count >= 2, let longitude = numbers[0].number,
      let latitude = numbers[1].number
    else { throw refusal(GeometryRule.form, "") }
    guard Position(longitude: longitude, latitude: latitude) != nil,
      let position = convert(longitude, latitude)
    else { throw refusal(GeometryRule.point, "\(longitude),\(latitude)") }
    return position
  }

  /// Twice the area in square degrees, positive where the ring runs counter-clockwise.
  private static func signedArea(_ points: [Position]) -> Double {
    // Counted from the first point, so that small rings keep their digits.
    let origin = points[0]
    var area = 0.0
    for index in 1..<(points.count - 1) {
      let (a, b) = (points[index], points[index + 1])
      area +=
        (a.longitude - origin.longitude) * (b.latitude - origin.latitude)
        - (b.longitude - origin.longitude) * (a.latitude - origin.latitude)
    }
    return area
  }

  private func refusal(_ rule: String, _ value: String) -> MasterRefusal {
    MasterRefusal(field: "geometry", rule: rule, value: value)
  }
}

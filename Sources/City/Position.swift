/// A point on the ground in WGS-84/CGCS2000, in degrees.
package struct Position: Hashable, Sendable {
  package let longitude: Double
  package let latitude: Double

  /// - Returns: nil for what is no point of the globe (also NaN and infinity).
  package init?(longitude: Double, latitude: Double) {
    guard (-180...180).contains(longitude), (-90...90).contains(latitude) else { return nil }
    self.longitude = longitude
    self.latitude = latitude
  }

  /// Metres to another point: great circle on a sphere of 6,371,008.8 m; within 0.6 % of the ellipsoid.
  package func metres(to other: Position) -> Double {
    // Short distances dominate; the haversine form keeps its digits there.
    let radian = Double.pi / 180
    let latitudeHalf = (other.latitude - latitude) * radian / 2
    let longitudeHalf = (other.longitude - longitude) * radian / 2
    let sineLatitude = latitudeHalf.sine
    let sineLongitude = longitudeHalf.sine
    let chord =
      sineLatitude * sineLatitude
      + (latitude * radian).cosine * (other.latitude * radian).cosine * sineLongitude
      * sineLongitude
    return 2 * Self.earthRadiusMetres * min(1, chord.squareRoot()).arcSine
  }

  /// Mean radius of the Earth (IUGG).
  package static let earthRadiusMetres = 6_371_008.8
}

/// A closed ring of points; the last edge back to the first is implied.
package struct Ring: Hashable, Sendable {
  package let points: [Position]

  package init(points: [Position]) {
    self.points = points
  }
}

/// One face with holes.
package struct Polygon: Hashable, Sendable {
  package let outer: Ring
  package let holes: [Ring]

  package init(outer: Ring, holes: [Ring] = []) {
    self.outer = outer
    self.holes = holes
  }
}

/// The ground that an area covers: one face or several.
package struct Outline: Hashable, Sendable {
  package let polygons: [Polygon]

  package init(polygons: [Polygon]) {
    self.polygons = polygons
  }
}

/// Where a Thing lies.
package enum Geometry: Hashable, Sendable {
  case point(Position)
  case line([Position])
  case outline(Outline)
}

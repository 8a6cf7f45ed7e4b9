package import City
import Glibc

/// Metres east and north of the origin of a `LocalFrame`.
package struct PlanePoint: Hashable, Sendable {
  package let east: Double
  package let north: Double

  package init(east: Double, north: Double) {
    self.east = east
    self.north = north
  }

  package static func + (left: Self, right: Self) -> Self {
    PlanePoint(east: left.east + right.east, north: left.north + right.north)
  }

  package static func - (left: Self, right: Self) -> Self {
    PlanePoint(east: left.east - right.east, north: left.north - right.north)
  }

  package static func * (point: Self, factor: Double) -> Self {
    PlanePoint(east: point.east * factor, north: point.north * factor)
  }

  /// Metres from the origin.
  package var length: Double { (east * east + north * north).squareRoot() }
}

/// A flat metric frame around a point (equirectangular, on the ellipsoid of WGS-84).
///
/// Within 20 km of the origin at Chinese latitudes distances are right to 0.3 %; at the origin
/// they are exact. For whole countries it is of no use.
package struct LocalFrame: Hashable, Sendable {
  package let origin: Position
  private let metresPerDegreeEast: Double
  private let metresPerDegreeNorth: Double

  package init(origin: Position) {
    self.origin = origin
    let phi = origin.latitude * .pi / 180
    let flattening = 1 - Ellipsoid.eccentricitySquared * sin(phi) * sin(phi)
    let primeVertical = Ellipsoid.semiMajorMetres / flattening.squareRoot()
    let meridional = primeVertical * (1 - Ellipsoid.eccentricitySquared) / flattening
    // At a pole every meridian meets; a tiny divisor keeps the way back finite.
    metresPerDegreeEast = max(primeVertical * cos(phi), 1e-6) * .pi / 180
    metresPerDegreeNorth = meridional * .pi / 180
  }

  /// Where a point lies in the frame.
  package func point(of position: Position) -> PlanePoint {
    PlanePoint(
      east: (position.longitude - origin.longitude) * metresPerDegreeEast,
      north: (position.latitude - origin.latitude) * metresPerDegreeNorth)
  }

  /// - Returns: nil where the point lies beyond the globe's edge of degrees.
  package func position(of point: PlanePoint) -> Position? {
    Position(
      longitude: origin.longitude + point.east / metresPerDegreeEast,
      latitude: origin.latitude + point.north / metresPerDegreeNorth)
  }
}

/// The ellipsoid of WGS-84; that of CGCS2000 differs by a tenth of a millimetre.
enum Ellipsoid {
  static let semiMajorMetres = 6_378_137.0
  static let flattening = 1 / 298.257_223_563
  static let eccentricitySquared = flattening * (2 - flattening)

  /// Metres north on the equal-area cylinder: areas on it are areas of the ellipsoid.
  static func equalAreaNorth(latitude: Double) -> Double {
    let sine = sin(latitude * .pi / 180)
    let eccentricity = eccentricitySquared.squareRoot()
    let product = eccentricity * sine
    let q =
      (1 - eccentricitySquared)
      * (sine / (1 - product * product) + atanh(product) / eccentricity)
    return semiMajorMetres * q / 2
  }

  static func equalAreaEast(longitude: Double) -> Double {
    semiMajorMetres * longitude * .pi / 180
  }
}

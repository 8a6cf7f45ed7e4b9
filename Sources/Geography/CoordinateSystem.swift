package import City
import Glibc

/// The coordinate systems in which Chinese sources state points.
///
/// GCJ-02 shifts points inside China by 300 to 700 m; BD-09 shifts GCJ-02 points again. Both leave
/// everything outside a rough box around China as it is.
package enum CoordinateSystem: String, CaseIterable, Sendable {
  case wgs84, gcj02, bd09

  /// The box within which points are shifted, in degrees.
  package static let shiftedBox = BoundingBox(
    west: 72.004, south: 0.8293, east: 137.8347, north: 55.8271)

  /// The same point of the ground in WGS-84, when its numbers were stated in this system.
  ///
  /// Inverts the shift by iteration, to less than a centimetre. A stated point outside the box,
  /// or whose answer would lie outside it, is returned as it is.
  package func toWGS84(_ stated: Position) -> Position {
    switch self {
    case .wgs84: stated
    case .gcj02: ShiftGCJ02().removed(from: stated)
    case .bd09: ShiftGCJ02().removed(from: ShiftBD09().removed(from: stated))
    }
  }

  /// What a WGS-84 point is stated as in this system; outside the box it stays as it is.
  package func fromWGS84(_ position: Position) -> Position {
    switch self {
    case .wgs84: position
    case .gcj02: ShiftGCJ02().added(to: position)
    case .bd09: ShiftBD09().added(to: ShiftGCJ02().added(to: position))
    }
  }

  /// The same outline in WGS-84, point by point.
  package func toWGS84(_ stated: Outline) -> Outline { stated.mapped(toWGS84) }

  /// The outline as stated in this system, point by point.
  package func fromWGS84(_ outline: Outline) -> Outline { outline.mapped(fromWGS84) }
}

/// A displacement of points that is known in one direction and inverted by iteration.
protocol Shift {
  /// East and north displacement in degrees.
  func offset(longitude: Double, latitude: Double) -> (east: Double, north: Double)
}

extension Shift {
  func added(to position: Position) -> Position {
    guard CoordinateSystem.shiftedBox.contains(position) else { return position }
    let offset = offset(longitude: position.longitude, latitude: position.latitude)
    return Position(
      longitude: position.longitude + offset.east, latitude: position.latitude + offset.north)
      ?? position
  }

  /// Repeats `answer = stated − offset(answer)`. The offset changes by less than 3 % of a change
  /// of its argument, so every round gains one and a half digits or more.
  func removed(from stated: Position) -> Position {
    guard CoordinateSystem.shiftedBox.contains(stated) else { return stated }
    var longitude = stated.longitude
    var latitude = stated.latitude
    for _ in 0..<shiftRoundsMax {
      let offset = offset(longitude: longitude, latitude: latitude)
      let nextLongitude = stated.longitude - offset.east
      let nextLatitude = stated.latitude - offset.north
      let change = max(abs(nextLongitude - longitude), abs(nextLatitude - latitude))
      longitude = nextLongitude
      latitude = nextLatitude
      if change < shiftToleranceDegrees { break }
    }
    guard let answer = Position(longitude: longitude, latitude: latitude),
      CoordinateSystem.shiftedBox.contains(answer)
    else { return stated }
    return answer
  }
}

private let shiftRoundsMax = 16
/// About a tenth of a millimetre on the ground.
private let shiftToleranceDegrees = 1e-9

/// The published approximation of the GCJ-02 shift: a polynomial and sines around 105° E, 35° N, in
/// metres on the Krasovsky ellipsoid of 1940.
struct ShiftGCJ02: Shift {
  private static let semiMajorMetres = 6_378_245.0
  private static let eccentricitySquared = 0.006_693_421_622_965_943_23

  func offset(longitude: Double, latitude: Double) -> (east: Double, north: Double) {
    let x = longitude - 105
    let y = latitude - 35
    let root = abs(x).squareRoot()
    let ripple = 20 * sin(6 * .pi * x) + 20 * sin(2 * .pi * x)
    let eastWaves =
      ripple + 20 * sin(.pi * x) + 40 * sin(.pi * x / 3) + 150 * sin(.pi * x / 12)
      + 300 * sin(.pi * x / 30)
    let northWaves =
      ripple + 20 * sin(.pi * y) + 40 * sin(.pi * y / 3) + 160 * sin(.pi * y / 12)
      + 320 * sin(.pi * y / 30)
    let eastPolynomial = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    let northPolynomial = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    let eastMetres = eastPolynomial + eastWaves * 2 / 3
    let northMetres = northPolynomial + northWaves * 2 / 3

    let phi = latitude * .pi / 180
    let flattening = 1 - Self.eccentricitySquared * sin(phi) * sin(phi)
    let primeVertical = Self.semiMajorMetres / flattening.squareRoot()
    let meridional = primeVertical * (1 - Self.eccentricitySquared) / flattening
    return (
      east: eastMetres / (primeVertical * cos(phi)) * 180 / .pi,
      north: northMetres / meridional * 180 / .pi
    )
  }
}

/// What BD-09 adds to GCJ-02: a small wave in polar coordinates and a constant.
struct ShiftBD09: Shift {
  private static let wave = Double.pi * 3_000 / 180

  func offset(longitude: Double, latitude: Double) -> (east: Double, north: Double) {
    let radius =
      (longitude * longitude + latitude * latitude).squareRoot()
      + 0.000_02 * sin(latitude * Self.wave)
    let angle = atan2(latitude, longitude) + 0.000_003 * cos(longitude * Self.wave)
    return (
      east: radius * cos(angle) + 0.006_5 - longitude,
      north: radius * sin(angle) + 0.006 - latitude
    )
  }
}

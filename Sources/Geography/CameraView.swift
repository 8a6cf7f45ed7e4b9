package import City
import Glibc

/// What a camera looks at: a sector of the ground.
package struct CameraView: Hashable, Sendable {
  /// Taken where a camera's file does not say: degrees and metres.
  package static let angleStandard = 90.0
  package static let reachStandard = 100.0
  /// No camera of a street recognises anything farther away, in metres.
  package static let reachMax = 500.0

  package let position: Position
  /// Clockwise from true north, in degrees; nil = it turns, or nobody knows.
  package let directionDegrees: Double?
  package let angleDegrees: Double
  package let reachMetres: Double

  package init(
    position: Position, directionDegrees: Double?, angleDegrees: Double = angleStandard,
    reachMetres: Double = reachStandard
  ) {
    self.position = position
    self.directionDegrees = directionDegrees
    self.angleDegrees = angleDegrees
    self.reachMetres = min(reachMetres, Self.reachMax)
  }

  /// How far away a point is that the camera sees, in metres; nil where it does not see it.
  package func metres(to point: Position) -> Double? {
    let offset = LocalFrame(origin: position).point(of: point)
    let metres = offset.length
    guard metres <= reachMetres else { return nil }
    // A point under the camera has no direction.
    guard let directionDegrees, metres > 1 else { return metres }
    let bearing = atan2(offset.east, offset.north) * 180 / .pi
    let turn = (bearing - directionDegrees).remainder(dividingBy: 360)
    return abs(turn) <= angleDegrees / 2 ? metres : nil
  }
}

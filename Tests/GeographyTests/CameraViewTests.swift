import City
import Geography
import Testing

@Suite struct CameraViewTests {
  private static let place = Position(longitude: 121.4, latitude: 31.2)!

  struct Row: Sendable, CustomTestStringConvertible {
    let direction: Double?
    let angle: Double
    let east: Double
    let north: Double
    let sees: Bool
    var testDescription: String { "\(direction ?? -1)±\(angle / 2) → \(east), \(north)" }
  }

  static let rows = [
    Row(direction: 0, angle: 60, east: 0, north: 50, sees: true),
    Row(direction: 0, angle: 60, east: 0, north: -50, sees: false),
    Row(direction: 0, angle: 60, east: 25, north: 50, sees: true),
    Row(direction: 0, angle: 60, east: 35, north: 50, sees: false),
    Row(direction: 90, angle: 60, east: 50, north: 0, sees: true),
    Row(direction: 350, angle: 40, east: 5, north: 50, sees: true),
    Row(direction: 10, angle: 40, east: -5, north: 50, sees: true),
    Row(direction: 270, angle: 90, east: -60, north: 20, sees: true),
    Row(direction: nil, angle: 90, east: -60, north: -20, sees: true),
    Row(direction: 0, angle: 60, east: 0, north: 150, sees: false),
    Row(direction: 0, angle: 60, east: 0, north: -0.5, sees: true),
  ]

  @Test("a camera sees what lies in its sector and within its reach", arguments: rows)
  func sees(_ row: Row) throws {
    let point = try #require(
      LocalFrame(origin: Self.place).position(of: PlanePoint(east: row.east, north: row.north)))
    let view = CameraView(
      position: Self.place, directionDegrees: row.direction, angleDegrees: row.angle,
      reachMetres: 100)
    #expect((view.metres(to: point) != nil) == row.sees)
  }
}

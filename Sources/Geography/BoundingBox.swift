package import City

/// A box of meridians and parallels, in degrees; its edges belong to it. It never crosses 180°.
package struct BoundingBox: Hashable, Sendable {
  package let west: Double
  package let south: Double
  package let east: Double
  package let north: Double

  /// Wants `west ≤ east` and `south ≤ north`.
  package init(west: Double, south: Double, east: Double, north: Double) {
    precondition(west <= east && south <= north)
    self.west = west
    self.south = south
    self.east = east
    self.north = north
  }

  /// The smallest box around points; nil where there are none.
  package init?(around points: some Sequence<Position>) {
    var box: (west: Double, south: Double, east: Double, north: Double)?
    for point in points {
      guard let known = box else {
        box = (point.longitude, point.latitude, point.longitude, point.latitude)
        continue
      }
      box = (
        min(known.west, point.longitude), min(known.south, point.latitude),
        max(known.east, point.longitude), max(known.north, point.latitude)
      )
    }
    guard let box else { return nil }
    self.init(west: box.west, south: box.south, east: box.east, north: box.north)
  }

  /// Whether a point lies within the box or on its edge.
  package func contains(_ position: Position) -> Bool {
    (west...east).contains(position.longitude) && (south...north).contains(position.latitude)
  }

  /// Whether the two boxes share at least a point.
  package func meets(_ other: BoundingBox) -> Bool {
    west <= other.east && other.west <= east && south <= other.north && other.south <= north
  }
}

package import City
import Glibc

/// A point on the plane of a tile: right and down from its north-western corner, in tile units.
package struct TilePoint: Hashable, Sendable {
  package let x: Double
  package let y: Double

  package init(x: Double, y: Double) {
    self.x = x
    self.y = y
  }
}

/// One square of the world map (Web Mercator, EPSG:3857), as map clients ask for it.
package struct TileAddress: Hashable, Sendable {
  /// A tile of this zoom is some 130 m wide at the latitudes of China.
  package static let zoomMax = 18
  /// Units along one side of every tile.
  package static let extent = 4_096.0
  /// The map ends here; beyond it Mercator grows without limit.
  static let latitudeMax = 85.051_128_779_806_59

  package let zoom: Int
  package let column: Int
  package let row: Int

  /// - Returns: nil where the world has no such tile.
  package init?(zoom: Int, column: Int, row: Int) {
    guard (0...Self.zoomMax).contains(zoom) else { return nil }
    let side = 1 << zoom
    guard (0..<side).contains(column), (0..<side).contains(row) else { return nil }
    self.zoom = zoom
    self.column = column
    self.row = row
  }

  /// Where a position lies on this tile; far outside of 0…`extent` for what the tile does not hold.
  package func point(of position: Position) -> TilePoint {
    let side = Double(1 << zoom)
    let latitude = min(max(position.latitude, -Self.latitudeMax), Self.latitudeMax)
    let east = (position.longitude + 180) / 360
    let south = (1 - asinh(tan(latitude * .pi / 180)) / .pi) / 2
    return TilePoint(
      x: (east * side - Double(column)) * Self.extent,
      y: (south * side - Double(row)) * Self.extent)
  }

  /// The position of a point of this tile's plane.
  package func position(of point: TilePoint) -> Position? {
    let side = Double(1 << zoom)
    let east = (Double(column) + point.x / Self.extent) / side
    let south = (Double(row) + point.y / Self.extent) / side
    return Position(
      longitude: east * 360 - 180,
      latitude: atan(sinh(.pi * (1 - 2 * south))) * 180 / .pi)
  }

  /// The ground that the tile shows and `margin` tile units around it.
  package func box(margin: Double) -> BoundingBox {
    let low = TilePoint(x: -margin, y: Self.extent + margin)
    let high = TilePoint(x: Self.extent + margin, y: -margin)
    guard let southWest = position(of: low), let northEast = position(of: high) else {
      return BoundingBox(west: -180, south: -90, east: 180, north: 90)
    }
    return BoundingBox(
      west: southWest.longitude, south: southWest.latitude,
      east: northEast.longitude, north: northEast.latitude)
  }
}

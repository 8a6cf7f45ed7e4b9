package import City

/// Brings what lies on the ground onto the plane of one tile: projected, simplified, cut to size.
package struct TileShaping: Sendable {
  /// Tile units around the tile that are drawn along, so that edges and wide lines meet.
  package static let margin = 64.0
  /// Points closer than this to the line without them are left out, in tile units.
  package static let tolerance = 2.0

  package let address: TileAddress
  /// The ground of the tile with its margin: what does not meet it need not be shaped.
  package let box: BoundingBox
  private let window = TileWindow(margin: Self.margin)

  package init(_ address: TileAddress) {
    self.address = address
    box = address.box(margin: Self.margin)
  }

  /// nil where the tile does not hold the point.
  package func shape(_ position: Position) -> TileFeature.Shape? {
    let point = address.point(of: position)
    return window.contains(point) ? .point(point) : nil
  }

  /// nil where nothing of the line lies on the tile.
  package func shape(line: [Position]) -> TileFeature.Shape? {
    let points = TileSimplification.simplified(
      line.map(address.point(of:)), tolerance: Self.tolerance)
    let pieces = window.clipped(line: points)
    return pieces.isEmpty ? nil : .lines(pieces)
  }

  /// nil where nothing of the outline lies on the tile.
  package func shape(_ outline: Outline) -> TileFeature.Shape? {
    let faces = outline.polygons.compactMap { polygon -> [[TilePoint]]? in
      let outer = shape(polygon.outer)
      guard !outer.isEmpty else { return nil }
      return [outer] + polygon.holes.map(shape).filter { !$0.isEmpty }
    }
    return faces.isEmpty ? nil : .faces(faces)
  }

  /// The edges of an outline as lines: unlike those of a face that was cut, they do not run along
  /// the tile's own edge.
  package func edges(_ outline: Outline) -> TileFeature.Shape? {
    let pieces = outline.polygons.flatMap { [$0.outer] + $0.holes }.flatMap { ring in
      window.clipped(line: simplified(ring))
    }
    return pieces.isEmpty ? nil : .lines(pieces)
  }

  private func shape(_ ring: Ring) -> [TilePoint] {
    let points = window.clipped(ring: simplified(ring).dropLast())
    return points.count > 2 ? points : []
  }

  /// Closed: its first point stands at the end again.
  private func simplified(_ ring: Ring) -> [TilePoint] {
    let points = (ring.points + ring.points.prefix(1)).map(address.point(of:))
    return TileSimplification.simplified(points, tolerance: Self.tolerance)
  }
}

extension TileWindow {
  func clipped(ring: ArraySlice<TilePoint>) -> [TilePoint] { clipped(ring: Array(ring)) }
}

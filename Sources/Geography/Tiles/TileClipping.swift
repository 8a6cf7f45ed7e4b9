/// A square window on the plane of a tile.
package struct TileWindow: Sendable {
  package let low: Double
  package let high: Double

  /// The tile and `margin` units around it, so that edges and wide lines end out of sight.
  package init(margin: Double) {
    low = -margin
    high = TileAddress.extent + margin
  }

  private enum Side: CaseIterable { case left, right, top, bottom }

  private func holds(_ point: TilePoint, _ side: Side) -> Bool {
    switch side {
    case .left: point.x >= low
    case .right: point.x <= high
    case .top: point.y >= low
    case .bottom: point.y <= high
    }
  }

  /// Where the way between two points crosses the line of a side; one lies within, one beyond.
  private func crossing(_ from: TilePoint, _ to: TilePoint, _ side: Side) -> TilePoint {
    switch side {
    case .left, .right:
      let x = side == .left ? low : high
      return TilePoint(x: x, y: from.y + (to.y - from.y) * (x - from.x) / (to.x - from.x))
    case .top, .bottom:
      let y = side == .top ? low : high
      return TilePoint(x: from.x + (to.x - from.x) * (y - from.y) / (to.y - from.y), y: y)
    }
  }

  /// Whether a point lies within or on the edge.
  package func contains(_ point: TilePoint) -> Bool {
    Side.allCases.allSatisfy { holds(point, $0) }
  }

  /// What of a ring lies within (Sutherland and Hodgman): one ring without its closing point, empty
  /// where nothing does. Parts that were apart hang together along the window's edge, out of sight.
  package func clipped(ring: [TilePoint]) -> [TilePoint] {
    var points = ring
    for side in Side.allCases {
      guard var last = points.last else { return [] }
      var kept: [TilePoint] = []
      kept.reserveCapacity(points.count + 4)
      for point in points {
        if holds(point, side) {
          if !holds(last, side) { kept.append(crossing(last, point, side)) }
          kept.append(point)
        } else if holds(last, side) {
          kept.append(crossing(last, point, side))
        }
        last = point
      }
      points = kept
    }
    return points
  }

  /// What of a line lies within: as many pieces as it comes in and goes out again.
  package func clipped(line: [TilePoint]) -> [[TilePoint]] {
    var pieces = [line]
    for side in Side.allCases { pieces = pieces.flatMap { cut($0, side) } }
    return pieces.filter { $0.count > 1 }
  }

  private func cut(_ line: [TilePoint], _ side: Side) -> [[TilePoint]] {
    var pieces: [[TilePoint]] = []
    var current: [TilePoint] = []
    for (index, point) in line.enumerated() {
      let isIn = holds(point, side)
      if index > 0, isIn != holds(line[index - 1], side) {
        current.append(crossing(line[index - 1], point, side))
        if !isIn {
          pieces.append(current)
          current = []
        }
      }
      if isIn { current.append(point) }
    }
    if !current.isEmpty { pieces.append(current) }
    return pieces
  }
}

/// Leaves out the points of a line that nobody would miss (Douglas and Peucker).
package enum TileSimplification {
  /// No point left out was farther than `tolerance` tile units from the line that is left. The first
  /// and the last point stay.
  package static func simplified(_ line: [TilePoint], tolerance: Double) -> [TilePoint] {
    guard line.count > 2 else { return line }
    var keeps = [Bool](repeating: false, count: line.count)
    keeps[0] = true
    keeps[line.count - 1] = true
    var spans = [(0, line.count - 1)]
    while let (first, last) = spans.popLast() {
      var farthest = 0
      var distance = tolerance * tolerance
      for index in first + 1..<max(last, first + 1) {
        let found = squareDistance(line[index], line[first], line[last])
        if found > distance { (farthest, distance) = (index, found) }
      }
      guard farthest > 0 else { continue }
      keeps[farthest] = true
      spans += [(first, farthest), (farthest, last)]
    }
    return zip(line, keeps).compactMap { $1 ? $0 : nil }
  }

  private static func squareDistance(
    _ point: TilePoint, _ from: TilePoint, _ to: TilePoint
  ) -> Double {
    let (width, height) = (to.x - from.x, to.y - from.y)
    let length = width * width + height * height
    var share = 0.0
    if length > 0 {
      share = ((point.x - from.x) * width + (point.y - from.y) * height) / length
      share = min(max(share, 0), 1)
    }
    let (x, y) = (from.x + share * width - point.x, from.y + share * height - point.y)
    return x * x + y * y
  }
}

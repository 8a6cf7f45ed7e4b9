import City
import Glibc
import Pack

/// Ground in a form that answers at once.
struct FenceShape: Sendable {
  private enum Ground: Sendable {
    case faces([[[Position]]], isInside: Bool)
    case line([Position])
  }
  private let ground: Ground

  init(_ fence: RuleFence, areas: [Area]) {
    switch fence {
    case .inside(let ground):
      self.ground = .faces(Self.faces(ground, areas), isInside: true)
    case .outside(let ground):
      self.ground = .faces(Self.faces(ground, areas), isInside: false)
    case .route(let line): ground = .line(line)
    }
  }

  private static func faces(_ ground: RuleGround, _ areas: [Area]) -> [[[Position]]] {
    switch ground {
    case .ring(let ring): [[ring]]
    case .area(let code):
      areas.first { $0.code == code }?.outline?.polygons.map { polygon in
        [polygon.outer.points] + polygon.holes.map(\.points)
      } ?? []
    }
  }

  /// 1 or 0 for outlines, metres for a route.
  func scalar(longitude: Double, latitude: Double) -> Double {
    switch ground {
    case .faces(let faces, let isInside):
      let holds = faces.contains { rings in
        // A hole turns the answer round.
        rings.reduce(false) { $0 != Self.holds($1, longitude, latitude) }
      }
      return holds == isInside ? 1 : 0
    case .line(let line): return Self.metres(line, longitude, latitude)
    }
  }

  /// Even-odd rule; a point exactly on an edge falls to one side, always the same.
  private static func holds(_ ring: [Position], _ x: Double, _ y: Double) -> Bool {
    var inside = false
    var previous = ring.last
    for point in ring {
      if let before = previous, (point.latitude > y) != (before.latitude > y) {
        let part = (y - point.latitude) / (before.latitude - point.latitude)
        if x < point.longitude + part * (before.longitude - point.longitude) { inside.toggle() }
      }
      previous = point
    }
    return inside
  }

  /// Metres on a plane that touches the Earth at the point; good for the size of a city.
  private static func metres(_ line: [Position], _ x: Double, _ y: Double) -> Double {
    let perDegree = Position.earthRadiusMetres * .pi / 180
    let narrow = cos(y * .pi / 180)
    var least = Double.infinity
    for index in line.indices {
      let from = line[max(index - 1, 0)]
      let (ax, ay) = ((from.longitude - x) * narrow, from.latitude - y)
      let (bx, by) = ((line[index].longitude - x) * narrow, line[index].latitude - y)
      let (dx, dy) = (bx - ax, by - ay)
      let square = dx * dx + dy * dy
      let part = square > 0 ? min(max(-(ax * dx + ay * dy) / square, 0), 1) : 0
      let (cx, cy) = (ax + part * dx, ay + part * dy)
      least = min(least, (cx * cx + cy * cy).squareRoot() * perDegree)
    }
    return least
  }
}

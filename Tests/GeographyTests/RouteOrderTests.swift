import Geography
import Testing

/// Orders of routes: every point once, never longer than the plain order of nearest points, and
/// without crossings.
@Suite struct RouteOrderTests {
  private static func length(_ points: [PlanePoint], _ order: [Int]) -> Double {
    zip(order, order.dropFirst()).reduce(0) { $0 + (points[$1.1] - points[$1.0]).length }
  }

  struct Row: Sendable, CustomTestStringConvertible {
    let points: [(Double, Double)]
    let order: [Int]
    let metres: Double
    var testDescription: String { "\(points.count) points" }
  }

  static let rows = [
    Row(points: [], order: [], metres: 0),
    Row(points: [(5, 5)], order: [0], metres: 0),
    Row(points: [(10, 0), (0, 0)], order: [1, 0], metres: 10),
    // On a line, whatever the order in which they are given.
    Row(points: [(20, 0), (0, 0), (30, 0), (10, 0)], order: [1, 3, 0, 2], metres: 30),
    // The same place twice.
    Row(points: [(0, 0), (0, 0), (3, 4)], order: [0, 1, 2], metres: 5),
  ]

  @Test("small routes are known", arguments: rows)
  func small(_ row: Row) {
    let found = RouteOrder.route(row.points.map { PlanePoint(east: $0.0, north: $0.1) })
    #expect(found.order == row.order)
    #expect(abs(found.metres - row.metres) < 1e-9)
  }

  @Test(
    "any route visits every point once and cannot be shortened by turning a stretch",
    arguments: 1...20)
  func seeded(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let count = Int.random(in: 4...60, using: &random)
    let points = (0..<count).map { _ in
      PlanePoint(
        east: Double.random(in: 0...5_000, using: &random),
        north: Double.random(in: 0...5_000, using: &random))
    }
    let (order, metres) = RouteOrder.route(points)
    #expect(order.sorted() == Array(0..<count), "seed \(seed)")
    #expect(abs(metres - Self.length(points, order)) < 1e-6, "seed \(seed)")
    #expect(metres <= Self.length(points, RouteOrder.nearest(points)) + 1e-6, "seed \(seed)")
    for start in 0..<count - 2 {
      for end in start + 2..<count {
        var turned = order
        turned[start + 1...end].reverse()
        #expect(Self.length(points, turned) >= metres - 1e-3, "seed \(seed)")
      }
    }
    #expect(RouteOrder.route(points).order == order, "seed \(seed)")
  }

  @Test("what lies beyond the limit follows in its own order")
  func many() {
    let points = (0..<RouteOrder.pointsMax + 3).map { PlanePoint(east: Double($0), north: 0) }
    let (order, _) = RouteOrder.route(points)
    #expect(order.suffix(3) == [2_000, 2_001, 2_002])
  }
}

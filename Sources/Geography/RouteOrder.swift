/// In which order points are visited so that the way is short.
///
/// The nearest next point first, then crossings undone (2-opt). The way is open: it ends at the
/// last point. Equal inputs give equal orders; ties go to the earlier point. No promise of the
/// shortest way; no better exchange of two legs is left unless `passesMax` ended the search.
package enum RouteOrder {
  /// Points of one route; the first pass costs their square.
  package static let pointsMax = 2_000
  /// How often all pairs of legs are looked at.
  static let passesMax = 50
  /// What is gained less than this is not gained, in metres.
  static let gainLeastMetres = 1e-6

  /// Indices of the points in the order of the route, beginning with the one that lies farthest to
  /// the west, and its length in metres. Points beyond `pointsMax` follow in their own order.
  package static func route(_ points: [PlanePoint]) -> (order: [Int], metres: Double) {
    let used = points.prefix(pointsMax)
    var order = nearest(Array(used))
    improve(&order, points)
    order += Array(points.indices.dropFirst(used.count))
    let metres = zip(order, order.dropFirst()).reduce(0) { sum, leg in
      sum + (points[leg.1] - points[leg.0]).length
    }
    return (order, metres)
  }

  /// The order in which the nearest point comes next.
  package static func nearest(_ points: [PlanePoint]) -> [Int] {
    guard
      let first = points.indices.min(by: {
        (points[$0].east, points[$0].north, $0) < (points[$1].east, points[$1].north, $1)
      })
    else { return [] }
    var rest = Array(points.indices)
    rest.remove(at: first)
    var order = [first]
    while !rest.isEmpty {
      let here = points[order[order.count - 1]]
      var best = 0
      var bestLength = Double.infinity
      for (place, index) in rest.enumerated() {
        let length = (points[index] - here).length
        if length < bestLength { (best, bestLength) = (place, length) }
      }
      order.append(rest.remove(at: best))
    }
    return order
  }

  /// Turns stretches of the way around while that makes it shorter.
  private static func improve(_ order: inout [Int], _ points: [PlanePoint]) {
    guard order.count > 3 else { return }
    func length(_ from: Int, _ to: Int) -> Double {
      (points[order[to]] - points[order[from]]).length
    }
    for _ in 0..<passesMax {
      var isBetter = false
      for start in 0..<order.count - 2 {
        for end in start + 2..<order.count {
          // Turning start+1…end around changes the leg before it, and the one after, if any.
          let isLast = end == order.count - 1
          let now = length(start, start + 1) + (isLast ? 0 : length(end, end + 1))
          let then = length(start, end) + (isLast ? 0 : length(start + 1, end + 1))
          guard now - then > gainLeastMetres else { continue }
          order[start + 1...end].reverse()
          isBetter = true
        }
      }
      if !isBetter { return }
    }
  }
}

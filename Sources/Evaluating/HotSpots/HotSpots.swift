import Glibc

/// Where problems lie thick: Getis-Ord Gi* with significance, and kernel density, over hexagons.
///
/// Gi* after Getis and Ord (1992, 1995), binary weights within a distance, the cell itself
/// included; significance one-sided, held to a false discovery rate after Benjamini and Hochberg
/// (1995). The density uses the quartic kernel.
package struct HotSpots: Sendable {
  /// What is found by chance among all that is called significant, at most.
  package static let discoveryRate = 0.05
  package static let spotsMax = 20

  /// One cell of the ground.
  package struct CellReading: Hashable, Sendable {
    package let cell: HexGrid.Cell
    package let count: Double
    /// Gi*, a standard normal deviate; 0 where all cells are alike.
    package let z: Double
    /// The chance of so large a Gi* if nothing were there.
    package let chance: Double
    package let isHot: Bool
    /// Points per square kilometre.
    package let density: Double
  }

  /// Hot cells that touch each other.
  package struct Spot: Hashable, Sendable {
    package let cells: [HexGrid.Cell]
    package let count: Double
    /// The greatest of its cells.
    package let z: Double
    package let middle: GroundPoint
    /// Places of its points in the list that was given, ascending.
    package let points: [Int]
  }

  package let grid: HexGrid
  /// In the order of cells.
  package let cells: [CellReading]
  /// The one with the most points first.
  package let spots: [Spot]

  /// - Parameters:
  ///   - points: what happened, where; what lies in no cell of the ground is left out.
  ///   - ground: all cells of the ground, empty ones too: without them there is no "more than elsewhere".
  ///   - reachMetres: how far apart the middles of cells are that count as near.
  ///   - bandwidthMetres: how far the kernel reaches.
  package init(
    points: [GroundPoint], ground: [HexGrid.Cell], grid: HexGrid, reachMetres: Double,
    bandwidthMetres: Double
  ) {
    self.grid = grid
    let ground = Set(ground).sorted()
    let numbers = Dictionary(uniqueKeysWithValues: ground.enumerated().map { ($1, $0) })
    var counts = [Double](repeating: 0, count: ground.count)
    var inCell: [Int: [Int]] = [:]
    for (index, point) in points.enumerated() {
      guard let number = numbers[grid.cell(holding: point)] else { continue }
      counts[number] += 1
      inCell[number, default: []].append(index)
    }
    let centres = ground.map { grid.centre(of: $0) }
    let scores = Self.deviates(counts, centres, reachMetres)
    let chances = scores.map { 0.5 * erfc($0 / 2.0.squareRoot()) }
    let limit = Self.limit(chances)
    let density = Self.density(points, centres, bandwidthMetres)
    let isHot = zip(scores, chances).map { $0 > 0 && $1 <= limit }
    cells = ground.indices.map {
      CellReading(
        cell: ground[$0], count: counts[$0], z: scores[$0], chance: chances[$0], isHot: isHot[$0],
        density: density[$0])
    }
    spots = Self.gather(cells, isHot, numbers, inCell, grid)
  }

  /// Gi* of every value, those within `reach` of each other being near.
  package static func deviates(
    _ values: [Double], _ centres: [GroundPoint], _ reach: Double
  ) -> [Double] {
    let count = Double(values.count)
    guard values.count > 1 else { return values.map { _ in 0 } }
    let mean = values.reduce(0, +) / count
    let spread = (values.reduce(0) { $0 + $1 * $1 } / count - mean * mean).squareRoot()
    guard spread > 0 else { return values.map { _ in 0 } }
    return centres.map { centre in
      var near = 0.0
      var sum = 0.0
      for (index, other) in centres.enumerated()
      where centre.squaredDistance(to: other) <= reach * reach {
        near += 1
        sum += values[index]
      }
      let under = spread * ((count * near - near * near) / (count - 1)).squareRoot()
      return under > 0 ? (sum - mean * near) / under : 0
    }
  }

  /// The greatest chance that still counts as found (Benjamini and Hochberg).
  package static func limit(_ chances: [Double]) -> Double {
    let count = Double(chances.count)
    var limit = 0.0
    for (rank, chance) in chances.sorted().enumerated()
    where chance <= Double(rank + 1) / count * discoveryRate {
      limit = chance
    }
    return limit
  }

  /// Points per square kilometre at each middle, by the quartic kernel.
  package static func density(
    _ points: [GroundPoint], _ centres: [GroundPoint], _ bandwidth: Double
  ) -> [Double] {
    let squared = bandwidth * bandwidth
    let scale = 3 / (.pi * squared) * 1e6
    // Points are sorted by north, so that each middle looks at a band only.
    let sorted = points.sorted { $0.north < $1.north }
    return centres.map { centre in
      var low = 0
      var high = sorted.count
      while low < high {
        let middle = (low + high) / 2
        if sorted[middle].north < centre.north - bandwidth {
          low = middle + 1
        } else {
          high = middle
        }
      }
      var sum = 0.0
      while low < sorted.count, sorted[low].north <= centre.north + bandwidth {
        let share = centre.squaredDistance(to: sorted[low]) / squared
        if share < 1 { sum += (1 - share) * (1 - share) }
        low += 1
      }
      return sum * scale
    }
  }

  private static func gather(
    _ cells: [CellReading], _ isHot: [Bool], _ numbers: [HexGrid.Cell: Int],
    _ inCell: [Int: [Int]], _ grid: HexGrid
  ) -> [Spot] {
    var seen = Set<Int>()
    var spots: [Spot] = []
    for start in cells.indices where isHot[start] && seen.insert(start).inserted {
      var waiting = [start]
      var members: [Int] = []
      while let next = waiting.popLast() {
        members.append(next)
        for other in grid.neighbours(of: cells[next].cell) {
          guard let number = numbers[other], isHot[number], seen.insert(number).inserted else {
            continue
          }
          waiting.append(number)
        }
      }
      members.sort()
      let count = members.reduce(0) { $0 + cells[$1].count }
      guard count > 0 else { continue }
      var east = 0.0
      var north = 0.0
      for member in members {
        let middle = grid.centre(of: cells[member].cell)
        east += middle.east * cells[member].count / count
        north += middle.north * cells[member].count / count
      }
      spots.append(
        Spot(
          cells: members.map { cells[$0].cell }, count: count,
          z: members.map { cells[$0].z }.max() ?? 0, middle: GroundPoint(east: east, north: north),
          points: members.flatMap { inCell[$0] ?? [] }.sorted()))
    }
    return Array(
      spots.sorted { ($1.count, $0.cells[0]) < ($0.count, $1.cells[0]) }.prefix(spotsMax))
  }
}

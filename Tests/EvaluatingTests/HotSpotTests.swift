import Evaluating
import Testing

/// Held against numbers that another program computed, by the definitions and a full matrix of
/// weights.
@Suite struct HotSpotTests {
  private static let grid = HexGrid(widthMetres: 500)
  private static let ground = (0..<6).flatMap { row in
    (0..<6).map { HexGrid.Cell(column: $0, row: row) }
  }

  private static func count(_ cell: HexGrid.Cell) -> Int {
    (cell.column * 7 + cell.row * 13) % 5
      + (abs(cell.column - 2) <= 1 && abs(cell.row - 2) <= 1 ? 9 : 0)
  }

  private static let points = ground.flatMap { cell in
    Array(repeating: grid.centre(of: cell), count: count(cell))
  }

  private static let expected = [
    -1.127594006, -0.35320402, 0.716310955, 1.310485942, -0.35320402, -1.278631465, 0.202169386,
    2.14312994, 2.973845179, 1.52009351, -0.452855182, -1.540169719, 0.421367187, 1.93545113,
    4.635275657, 4.116078633, 1.208575296, -1.121121139, 0.863814648, 2.35080875, 2.662326964,
    1.208575296, -0.764373397, -1.01709321, -0.886324083, -0.660533992, 0.689378271, 0.066341842,
    -0.972052207, -1.562217981, -1.147862337, -1.185049, -1.185049, -1.185049, -1.779223986,
    -1.127594006,
  ]

  private static func found() -> HotSpots {
    HotSpots(
      points: points, ground: ground, grid: grid, reachMetres: 501, bandwidthMetres: 800)
  }

  @Test("Gi* equals the independent calculation")
  func deviates() {
    let found = Self.found()
    #expect(found.cells.count == Self.expected.count)
    for (cell, expected) in zip(found.cells, Self.expected) {
      #expect(abs(cell.z - expected) < 1e-8, "\(cell.cell)")
    }
    #expect(abs(found.cells[0].chance - 0.8702542902638986) < 1e-12)
    #expect(abs(found.cells[3].chance - 0.09501574851001215) < 1e-12)
  }

  @Test(
    "what is hot lies together, holds its points, and is found with the rate of false finds held")
  func spots() throws {
    let found = Self.found()
    let hot = found.cells.filter(\.isHot)
    // Sorted chances of 36 cells: those at or under rank / 36 × 0.05 end at z = 2.66.
    #expect(hot.map(\.z).min().map { $0 > 2.6 } == true)
    let spot = try #require(found.spots.first)
    #expect(spot.count == spot.cells.reduce(0) { $0 + Double(Self.count($1)) })
    #expect(spot.points.count == Int(spot.count))
    #expect(abs(spot.middle.east - 1_200) < 300 && abs(spot.middle.north - 900) < 300)
  }

  @Test("ground without differences has no hot spot")
  func alike() {
    let even = Self.ground.map { Self.grid.centre(of: $0) }
    let found = HotSpots(
      points: even, ground: Self.ground, grid: Self.grid, reachMetres: 501, bandwidthMetres: 800)
    #expect(found.spots.isEmpty && found.cells.allSatisfy { $0.z == 0 })
    let none = HotSpots(
      points: [], ground: [], grid: Self.grid, reachMetres: 501, bandwidthMetres: 800)
    #expect(none.cells.isEmpty && none.spots.isEmpty)
  }

  @Test("the density equals the independent calculation")
  func density() {
    let points = [(1_000.0, 1_000.0), (1_300, 1_000), (1_000, 1_799), (2_000, 2_000)].map {
      GroundPoint(east: $0.0, north: $0.1)
    }
    let density = HotSpots.density(points, [GroundPoint(east: 1_000, north: 1_000)], 800)
    #expect(abs(density[0] - 2.5940240914136425) < 1e-9)
  }

  @Test("the false discovery rate stops at the last chance under its line")
  func limit() {
    #expect(HotSpots.limit([0.001, 0.02, 0.03, 0.9]) == 0.03)
    #expect(HotSpots.limit([0.2, 0.9]) == 0)
    #expect(HotSpots.limit([]) == 0)
  }

  @Test("every point lies in the hexagon whose middle is nearest")
  func hexagons() {
    var state: UInt64 = 5
    for _ in 0..<500 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let point = GroundPoint(
        east: Double(state >> 40) / 4_000 - 2_000, north: Double(state >> 20 & 0xFFFFFF) / 4_000)
      let cell = Self.grid.cell(holding: point)
      func distance(_ cell: HexGrid.Cell) -> Double {
        let middle = Self.grid.centre(of: cell)
        return (middle.east - point.east) * (middle.east - point.east)
          + (middle.north - point.north) * (middle.north - point.north)
      }
      let own = distance(cell)
      #expect(own <= Self.grid.radiusMetres * Self.grid.radiusMetres + 1e-6, "seed 5")
      #expect(Self.grid.neighbours(of: cell).allSatisfy { distance($0) >= own - 1e-6 })
      #expect(
        Self.grid.neighbours(of: cell).allSatisfy { other in
          let (a, b) = (Self.grid.centre(of: cell), Self.grid.centre(of: other))
          let (east, north) = (a.east - b.east, a.north - b.north)
          return abs((east * east + north * north).squareRoot() - 500) < 1e-6
        })
    }
  }
}

import City
import Geography

/// A named road along a line of the mesh.
struct Road {
  let name: String
  let isArterial: Bool
  /// The corners that it passes, from its beginning, where house numbers begin.
  let chain: [MeshNode]
}

/// A place beside a road, with the house number that belongs there.
struct RoadSide {
  let road: Int
  let number: Int
  let point: PlanePoint
  let cell: MeshCell
}

/// All roads of the district, and the river that they cross or end at.
struct RoadNet {
  /// Every fourth line of the mesh is an arterial road, the others are local ones.
  static let arterialEvery = 4
  static let metresPerHouseNumber = 12.0

  let roads: [Road]
  /// The river, from the district's western border to its eastern.
  let river: [MeshNode]
  /// Where arterial roads cross the river, by road.
  let bridges: [(road: Int, node: MeshNode)]

  private let roadsByCell: [MeshCell: [Int]]

  init(district: MeshRegion, random: inout DemonstrationRandom) {
    var names = PlaceWords.roadHeads
    random.shuffle(&names)
    var namer = RoadNamer(heads: names)
    var roads: [Road] = []
    for row in 1..<GroundMesh.rows where row != GroundMesh.riverRow {
      let run = district.runs[row].clamped(to: district.runs[row - 1])
      let chain = (run.lowerBound...run.upperBound).map { MeshNode(column: $0, row: row) }
      let isArterial = row % Self.arterialEvery == 0
      roads.append(Road(name: namer.next(), isArterial: isArterial, chain: chain))
    }
    for column in 1..<GroundMesh.columns {
      let isArterial = column % Self.arterialEvery == 2
      for chain in Self.northward(column: column, in: district, crossing: isArterial) {
        roads.append(Road(name: namer.next(), isArterial: isArterial, chain: chain))
      }
    }
    let riverRun = district.runs[GroundMesh.riverRow].clamped(
      to: district.runs[GroundMesh.riverRow - 1])
    let river = (riverRun.lowerBound...riverRun.upperBound).map {
      MeshNode(column: $0, row: GroundMesh.riverRow)
    }
    self.roads = roads
    self.river = river
    bridges = roads.enumerated().flatMap { place, road in
      road.chain.dropFirst().dropLast().filter { $0.row == GroundMesh.riverRow }
        .map { (place, $0) }
    }
    roadsByCell = Self.roadsByCell(roads, in: district)
  }

  /// Runs of a lattice column that have the district on both sides, at least two edges long.
  private static func northward(
    column: Int, in district: MeshRegion, crossing: Bool
  ) -> [[MeshNode]] {
    var chains: [[MeshNode]] = []
    var chain: [MeshNode] = []
    for row in 0..<GroundMesh.rows {
      let west = MeshCell(column: column - 1, row: row)
      let east = MeshCell(column: column, row: row)
      let isInside = district.contains(west) && district.contains(east)
      if !isInside || (row == GroundMesh.riverRow && !crossing) {
        chains.append(chain)
        chain = []
      }
      guard isInside else { continue }
      if chain.isEmpty { chain.append(MeshNode(column: column, row: row)) }
      chain.append(MeshNode(column: column, row: row + 1))
    }
    return (chains + [chain]).filter { $0.count >= 3 }
  }

  private static func roadsByCell(
    _ roads: [Road], in district: MeshRegion
  ) -> [MeshCell: [Int]] {
    var byCell: [MeshCell: [Int]] = [:]
    for (place, road) in roads.enumerated() {
      for (from, to) in zip(road.chain, road.chain.dropFirst()) {
        for side in [0, 1] {
          let cell = Self.cell(beside: from, to, side: side)
          if district.contains(cell) { byCell[cell, default: []].append(place) }
        }
      }
    }
    return byCell
  }

  /// Side 0 lies right of the direction (south of an eastward edge), side 1 left.
  private static func cell(beside from: MeshNode, _ to: MeshNode, side: Int) -> MeshCell {
    from.row == to.row
      ? MeshCell(column: from.column, row: from.row - 1 + side)
      : MeshCell(column: from.column - side, row: from.row)
  }

  /// A place along a road, `offsetMetres` from its middle line, away from crossings.
  func side(
    of road: Int, offsetMetres: Double, on mesh: GroundMesh, random: inout DemonstrationRandom
  ) -> RoadSide {
    let chain = roads[road].chain
    let edge = random.int(in: 0..<chain.count - 1)
    let along = random.double(in: 0.17...0.83)
    let side = random.int(in: 0...1)
    let bends = [
      mesh[chain[edge]], mesh.middle(chain[edge], chain[edge + 1]), mesh[chain[edge + 1]],
    ]
    .map(mesh.frame.point(of:))
    let half = along < 0.5 ? 0 : 1
    let part = along * 2 - Double(half)
    let step = bends[half + 1] - bends[half]
    let left = PlanePoint(east: -step.north, north: step.east) * (1 / step.length)
    let base = bends[half] + step * part
    let metres = (Double(edge) + along) * GroundMesh.cellMetres
    return RoadSide(
      road: road, number: 2 * Int(metres / Self.metresPerHouseNumber) + 1 + side,
      point: base + left * (side == 1 ? offsetMetres : -offsetMetres),
      cell: Self.cell(beside: chain[edge], chain[edge + 1], side: side))
  }

  /// A road drawn by length, arterial ones more often.
  func roadDrawn(_ random: inout DemonstrationRandom) -> Int {
    random.place(weighted: roads.map { Double($0.chain.count - 1) * ($0.isArterial ? 2 : 1) })
  }

  /// The roads that run along a cell; empty only for a cell shut in by border and river.
  func roads(along cell: MeshCell) -> [Int] { roadsByCell[cell] ?? [] }
}

/// Gives every road a name of its own.
private struct RoadNamer {
  private let names: [String]
  private var used = 0

  /// Plain names first, then by-roads of the same names.
  init(heads: [String]) {
    names = ["路", "支路", "街"].flatMap { tail in heads.map { $0 + tail } }
  }

  mutating func next() -> String {
    defer { used += 1 }
    return names[used]
  }
}

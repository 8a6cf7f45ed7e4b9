/// A connected set of mesh cells: for each of its rows one run of columns.
///
/// Neighbouring rows overlap, and their runs begin and end at most one column apart, so that a
/// region's border is one simple ring and every cut of it is again such a region.
struct MeshRegion: Equatable {
  let firstRow: Int
  /// Columns of the cells, row by row from `firstRow` on.
  let runs: [Range<Int>]

  var cells: [MeshCell] {
    runs.enumerated().flatMap { offset, run in
      run.map { MeshCell(column: $0, row: firstRow + offset) }
    }
  }

  var cellCount: Int { runs.reduce(0) { $0 + $1.count } }

  func contains(_ cell: MeshCell) -> Bool {
    let offset = cell.row - firstRow
    return runs.indices.contains(offset) && runs[offset].contains(cell.column)
  }

  /// The corners of the border, counter-clockwise, each lattice corner once.
  var border: [MeshNode] {
    var chain: [MeshNode] = []
    func go(to column: Int, _ row: Int) {
      let node = MeshNode(column: column, row: row)
      guard let last = chain.last else { return chain.append(node) }
      let columnStep = (node.column - last.column).signum()
      let rowStep = (node.row - last.row).signum()
      while let end = chain.last, end != node {
        chain.append(MeshNode(column: end.column + columnStep, row: end.row + rowStep))
      }
    }
    guard let bottom = runs.first, let top = runs.last else { return [] }
    go(to: bottom.lowerBound, firstRow)
    for (offset, run) in runs.enumerated() {
      go(to: run.upperBound, firstRow + offset)
      go(to: run.upperBound, firstRow + offset + 1)
    }
    go(to: top.lowerBound, firstRow + runs.count)
    for (offset, run) in runs.enumerated().reversed() {
      go(to: run.lowerBound, firstRow + offset + 1)
      go(to: run.lowerBound, firstRow + offset)
    }
    return Array(chain.dropLast())
  }

  /// Cuts off bands of so many rows each; the counts must add up to the rows.
  func cut(rows counts: [Int]) -> [MeshRegion] {
    precondition(counts.reduce(0, +) == runs.count)
    var offset = 0
    return counts.map { count in
      defer { offset += count }
      return MeshRegion(
        firstRow: firstRow + offset, runs: Array(runs[offset..<offset + count]))
    }
  }

  /// Cuts every row into so many nearly equal parts, from west to east.
  func cut(columns count: Int) -> [MeshRegion] {
    (0..<count).map { part in
      MeshRegion(
        firstRow: firstRow,
        runs: runs.map { run in
          let from = run.lowerBound + part * run.count / count
          let to = run.lowerBound + (part + 1) * run.count / count
          return from..<to
        })
    }
  }

  /// An irregular district of exactly `cellsWanted` cells.
  static func district(cellsWanted: Int, random: inout DemonstrationRandom) -> MeshRegion {
    let rows = GroundMesh.rows
    let wobble = [random.unit() * 6, random.unit() * 6]
    func side(_ row: Int, sign: Double, phase: Double) -> Int {
      let position = Double(row)
      let half = 11 + 8.5 * wave((position + 1.5) / 64)
      return Int((24 + sign * half + 1.6 * wave((position + phase * 4) / 17)).rounded())
    }
    var west = [side(0, sign: -1, phase: wobble[0])]
    var east = [side(0, sign: 1, phase: wobble[1])]
    for row in 1..<rows {
      let nextWest = side(row, sign: -1, phase: wobble[0])
      let nextEast = side(row, sign: 1, phase: wobble[1])
      west.append(min(max(nextWest, west[row - 1] - 1), west[row - 1] + 1))
      east.append(min(max(nextEast, east[row - 1] - 1), east[row - 1] + 1))
    }
    var missing = cellsWanted - zip(west, east).reduce(0) { $0 + $1.1 - $1.0 }
    for _ in 0..<Self.triesMax where missing != 0 {
      let row = random.int(in: 0..<rows)
      let step = missing.signum()
      if random.chance(0.5) {
        if isSmooth(west, changing: row, by: -step) {
          west[row] -= step
          missing -= step
        }
      } else if isSmooth(east, changing: row, by: step) {
        east[row] += step
        missing -= step
      }
    }
    precondition(missing == 0, "the district's border leaves room for single cells")
    return MeshRegion(firstRow: 0, runs: zip(west, east).map { $0..<$1 })
  }

  private static let triesMax = 100_000

  /// Whether a side stays within the mesh and within one column of its neighbours.
  private static func isSmooth(_ side: [Int], changing row: Int, by step: Int) -> Bool {
    let changed = side[row] + step
    guard (1..<GroundMesh.columns).contains(changed) else { return false }
    return [row - 1, row + 1].allSatisfy {
      !side.indices.contains($0) || abs(side[$0] - changed) <= 1
    }
  }

  /// A parabola-like wave of period 1 between −1 and 1; near enough to a sine for a coast.
  private static func wave(_ turns: Double) -> Double {
    let part = turns - turns.rounded(.down)
    return part < 0.5 ? 16 * part * (0.5 - part) : -16 * (part - 0.5) * (1 - part)
  }
}

/// A point on flat ground: metres east and north of some origin.
package struct GroundPoint: Hashable, Sendable {
  package let east: Double
  package let north: Double

  package init(east: Double, north: Double) {
    self.east = east
    self.north = north
  }

  func squaredDistance(to other: GroundPoint) -> Double {
    let (east, north) = (east - other.east, north - other.north)
    return east * east + north * north
  }
}

/// Ground laid out in hexagons that stand on a point, each named by column and row.
package struct HexGrid: Hashable, Sendable {
  /// One hexagon, by its place in the grid.
  package struct Cell: Hashable, Sendable, Comparable {
    package let column: Int
    package let row: Int

    package init(column: Int, row: Int) {
      self.column = column
      self.row = row
    }

    package static func < (left: Self, right: Self) -> Bool {
      (left.row, left.column) < (right.row, right.column)
    }
  }

  /// From side to opposite side, in metres.
  package let widthMetres: Double

  package init(widthMetres: Double) {
    precondition(widthMetres > 0)
    self.widthMetres = widthMetres
  }

  /// From the middle to a corner.
  package var radiusMetres: Double { widthMetres / Self.root3 }
  private static let root3 = 1.732_050_807_568_877_2

  /// The middle of a hexagon.
  package func centre(of cell: Cell) -> GroundPoint {
    let shift = cell.row.isMultiple(of: 2) ? 0 : 0.5
    return GroundPoint(
      east: (Double(cell.column) + shift) * widthMetres,
      north: Double(cell.row) * radiusMetres * 1.5)
  }

  /// The cell that holds a point: that of the nearest middle.
  package func cell(holding point: GroundPoint) -> Cell {
    let row = Int((point.north / (radiusMetres * 1.5)).rounded())
    var best = Cell(column: 0, row: row)
    var least = Double.infinity
    for row in row - 1...row + 1 {
      let shift = row.isMultiple(of: 2) ? 0 : 0.5
      let column = Int((point.east / widthMetres - shift).rounded())
      for column in column - 1...column + 1 {
        let cell = Cell(column: column, row: row)
        let distance = centre(of: cell).squaredDistance(to: point)
        if distance < least {
          least = distance
          best = cell
        }
      }
    }
    return best
  }

  /// The six corners, from the top clockwise.
  package func corners(of cell: Cell) -> [GroundPoint] {
    let middle = centre(of: cell)
    let (half, radius) = (widthMetres / 2, radiusMetres)
    return [
      (0, radius), (half, radius / 2), (half, -radius / 2), (0, -radius),
      (-half, -radius / 2), (-half, radius / 2),
    ].map { GroundPoint(east: middle.east + $0.0, north: middle.north + $0.1) }
  }

  /// The six cells around one.
  package func neighbours(of cell: Cell) -> [Cell] {
    let side = cell.row.isMultiple(of: 2) ? -1 : 0
    return [(-1, 0), (1, 0), (side, -1), (side + 1, -1), (side, 1), (side + 1, 1)].map {
      Cell(column: cell.column + $0.0, row: cell.row + $0.1)
    }
  }
}

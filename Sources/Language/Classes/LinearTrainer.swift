/// Learns one linear function a class: support vectors with squared loss, each class against all
/// others, by descent along one dual variable after the other (Hsieh and others, 2008).
///
/// Up to eight classes are learned side by side in the lanes of one vector, since they walk over
/// the same rows; that makes a pass as quick for eight as for one.
struct LinearTrainer {
  /// How strongly a wrong row pulls.
  let cost: Float
  /// Passes over all rows at most.
  var passesMax = 10
  /// Ends when no dual variable moved against its slope by more than this in a pass.
  var tolerance: Float = 0.05

  /// A weight and how freely it may move, side by side: they are needed together, and each look at
  /// another place of memory costs more than the sum.
  private struct Cell {
    var weight: SIMD8<Float>
    let scale: SIMD8<Float>
  }

  /// - Parameters:
  ///   - rows: one a text; a constant column is the caller's to add.
  ///   - classes: of every row, 0 to 7, or −1 where it has none of these.
  ///   - scales: of every column and class, how freely its weight may move; 1 is plain.
  /// - Returns: the weights of every column, a lane a class.
  func weights(
    rows: SparseRows, classes: [Int], scales: [SIMD8<Float>]
  ) -> [SIMD8<Float>] {
    var cells = scales.map { Cell(weight: .zero, scale: $0) }
    var duals = [SIMD8<Float>](repeating: .zero, count: rows.count)
    let diagonal = diagonals(rows, scales)
    var order = Array(0..<rows.count)
    var random = SeededOrder(seed: 20)
    for _ in 0..<passesMax {
      random.shuffle(&order)
      let most = pass(rows, classes, diagonal, order, &cells, &duals)
      if most < tolerance { break }
    }
    return cells.map(\.weight)
  }

  /// The curvature along each row's variable: its squared length, and what the loss adds.
  private func diagonals(_ rows: SparseRows, _ scales: [SIMD8<Float>]) -> [SIMD8<Float>] {
    (0..<rows.count).map { row in
      var sum = SIMD8<Float>(repeating: 0.5 / cost)
      for place in rows.starts[row]..<rows.starts[row + 1] {
        sum += scales[Int(rows.columns[place])] * (rows.values[place] * rows.values[place])
      }
      return sum
    }
  }

  /// One pass; answers the greatest slope that was left.
  private func pass(
    _ rows: SparseRows, _ classes: [Int], _ diagonal: [SIMD8<Float>], _ order: [Int],
    _ cells: inout [Cell], _ duals: inout [SIMD8<Float>]
  ) -> Float {
    var most: Float = 0
    let half = SIMD8<Float>(repeating: 0.5 / cost)
    rows.withEntries { columns, values in
      cells.withUnsafeMutableBufferPointer { cells in
        for row in order {
          let range = rows.starts[row]..<rows.starts[row + 1]
          var score = SIMD8<Float>.zero
          for place in range {
            score += cells[Int(columns[place])].weight * values[place]
          }
          var sign = SIMD8<Float>(repeating: -1)
          if classes[row] >= 0 { sign[classes[row]] = 1 }
          let dual = duals[row]
          let slope = sign * score - 1 + half * dual
          let projected = slope.replacing(
            with: pointwiseMin(slope, .zero), where: dual .== .zero)
          most = max(most, pointwiseMax(projected, -projected).max())
          let next = pointwiseMax(dual - slope / diagonal[row], .zero)
          let step = (next - dual) * sign
          guard step != .zero else { continue }
          duals[row] = next
          for place in range {
            let column = Int(columns[place])
            cells[column].weight += step * cells[column].scale * values[place]
          }
        }
      }
    }
    return most
  }
}

/// An order that looks like chance and is the same every time: training twice gives one model.
package struct SeededOrder {
  private var state: UInt64

  /// - Parameter seed: equal seeds give equal orders.
  package init(seed: UInt64) {
    state = seed
  }

  mutating func next(below bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(((state >> 33) * UInt64(bound)) >> 31)
  }

  /// Puts numbers into an order of its own; every order is alike likely.
  package mutating func shuffle(_ numbers: inout [Int]) {
    guard numbers.count > 1 else { return }
    for index in stride(from: numbers.count - 1, to: 0, by: -1) {
      numbers.swapAt(index, next(below: index + 1))
    }
  }
}

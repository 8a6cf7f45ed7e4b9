import Glibc

/// The weight of every column for every class, eight classes side by side.
struct ClassWeights: Sendable {
  static let lanes = 8
  let labelsCount: Int
  /// One a group of eight classes; each holds all columns.
  let groups: [[SIMD8<Float>]]

  /// How strongly a wrong example pulls. In five folds less is worse, and three times as much
  /// changes nothing.
  static let cost: Float = 1

  /// Learns them. Every column is scaled by how differently the class and the rest use it (the
  /// logarithm of the ratio, as in naive Bayes; Wang and Manning, 2012), so that telling grams
  /// need no large weight.
  static func learned(
    rows: SparseRows, classes: [Int], labelsCount: Int, columnsCount: Int
  ) -> ClassWeights {
    let trainer = LinearTrainer(cost: cost)
    let groups = stride(from: 0, to: labelsCount, by: lanes).map { first in
      // A class of another group is in no lane: every lane sees it as the rest.
      let own = classes.map { (first..<first + lanes).contains($0) ? $0 - first : -1 }
      return trainer.weights(
        rows: rows, classes: own,
        scales: scales(rows: rows, classes: own, columnsCount: columnsCount))
    }
    return ClassWeights(labelsCount: labelsCount, groups: groups)
  }

  /// The score of every class.
  func scores(of row: [(column: Int32, value: Float)]) -> [Float] {
    var scores: [Float] = []
    scores.reserveCapacity(groups.count * Self.lanes)
    for group in groups {
      var sum = SIMD8<Float>.zero
      group.withUnsafeBufferPointer { weights in
        row.withUnsafeBufferPointer { row in
          for entry in row { sum += weights[Int(entry.column)] * entry.value }
        }
      }
      for lane in 0..<Self.lanes { scores.append(sum[lane]) }
    }
    scores.removeLast(scores.count - labelsCount)
    return scores
  }

  /// The weight of one column for one class.
  func weight(of column: Int, class label: Int) -> Float {
    groups[label / Self.lanes][column][label % Self.lanes]
  }

  /// By column and class, the square of the log-ratio; the constant column stays free.
  private static func scales(
    rows: SparseRows, classes: [Int], columnsCount: Int
  ) -> [SIMD8<Float>] {
    var inside = [SIMD8<Float>](repeating: SIMD8(repeating: 1), count: columnsCount)
    var everywhere = [Float](repeating: 2, count: columnsCount)
    var sizes = SIMD8<Float>.zero
    for row in 0..<rows.count {
      let lane = classes[row]
      if lane >= 0 { sizes[lane] += 1 }
      for place in rows.starts[row]..<rows.starts[row + 1] {
        let column = Int(rows.columns[place])
        everywhere[column] += 1
        if lane >= 0 { inside[column][lane] += 1 }
      }
    }
    let rest = SIMD8<Float>(repeating: Float(rows.count)) - sizes
    for column in 0..<columnsCount - 1 {
      var ratios =
        (inside[column] / (sizes + 2))
        / ((SIMD8<Float>(repeating: everywhere[column]) - inside[column]) / (rest + 2))
      for lane in 0..<lanes {
        let logarithm = logf(ratios[lane])
        ratios[lane] = logarithm * logarithm
      }
      inside[column] = ratios
    }
    inside[columnsCount - 1] = SIMD8(repeating: 1)
    return inside
  }
}

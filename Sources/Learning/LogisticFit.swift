import Glibc

/// Logistic regression with a penalty on the squared coefficients, fitted by Newton's method.
package struct LogisticFit: Equatable, Sendable {
  /// The logarithm of the odds where all features are 0.
  package let base: Double
  package let coefficients: [Double]

  /// Rounds after which it stops though it still moves.
  static let roundsMax = 30
  private static let stepMin = 1e-6

  /// - Parameters:
  ///   - rows: features, all rows of the same length, finite.
  ///   - truths: whether the outcome came, one for each row.
  ///   - penalty: what half the sum of squares costs, above 0; the base is free.
  package init(rows: [[Float]], truths: [Bool], penalty: Double) {
    let width = rows.first?.count ?? 0
    var weights = [Double](repeating: 0, count: width + 1)
    for _ in 0..<Self.roundsMax {
      var step = Self.step(rows, truths, weights, penalty)
      // Far from the solution the quadratic may overshoot: no step changes the odds e³-fold.
      let greatest = step.map(abs).max() ?? 0
      if greatest > 3 { for at in step.indices { step[at] *= 3 / greatest } }
      for at in step.indices { weights[at] += step[at] }
      if greatest < Self.stepMin { break }
    }
    base = weights[width]
    coefficients = Array(weights[..<width])
  }

  /// The logarithm of the odds of a row.
  package func sum(_ row: [Float]) -> Double {
    var sum = base
    for at in coefficients.indices { sum += coefficients[at] * Double(row[at]) }
    return sum
  }

  /// One Newton step: the slopes through the matrix of curvatures, the base in the last place.
  private static func step(
    _ rows: [[Float]], _ truths: [Bool], _ weights: [Double], _ penalty: Double
  ) -> [Double] {
    let width = weights.count
    var curves = [Double](repeating: 0, count: width * width)
    var slopes = [Double](repeating: 0, count: width)
    var extended = [Double](repeating: 1, count: width)
    curves.withUnsafeMutableBufferPointer { curves in
      for (row, truth) in zip(rows, truths) {
        var sum = weights[width - 1]
        for at in 0..<width - 1 {
          extended[at] = Double(row[at])
          sum += weights[at] * extended[at]
        }
        let share = 1 / (1 + exp(-sum))
        let (error, curve) = ((truth ? 1 : 0) - share, max(share * (1 - share), 1e-9))
        for at in 0..<width where extended[at] != 0 {
          slopes[at] += error * extended[at]
          let scaled = curve * extended[at]
          for other in 0...at { curves[at * width + other] += scaled * extended[other] }
        }
      }
    }
    for at in 0..<width - 1 {
      slopes[at] -= penalty * weights[at]
      curves[at * width + at] += penalty
    }
    return solved(curves, slopes)
  }

  /// Solves a symmetric positive system by Cholesky's factors; `matrix` holds its lower half.
  private static func solved(_ matrix: [Double], _ right: [Double]) -> [Double] {
    let width = right.count
    var (lower, answer) = (matrix, right)
    for row in 0..<width {
      for column in 0...row {
        var sum = lower[row * width + column]
        for at in 0..<column { sum -= lower[row * width + at] * lower[column * width + at] }
        lower[row * width + column] =
          row == column ? max(sum, 1e-12).squareRoot() : sum / lower[column * width + column]
      }
    }
    for row in 0..<width {
      for at in 0..<row { answer[row] -= lower[row * width + at] * answer[at] }
      answer[row] /= lower[row * width + row]
    }
    for row in stride(from: width - 1, through: 0, by: -1) {
      for at in row + 1..<max(width, row + 1) {
        answer[row] -= lower[at * width + row] * answer[at]
      }
      answer[row] /= lower[row * width + row]
    }
    return answer
  }
}

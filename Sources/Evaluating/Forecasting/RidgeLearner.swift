/// Linear regression that learns point by point and forgets slowly.
///
/// It keeps discounted sums and solves them anew now and then, with a ridge that keeps features
/// that say the same from running away. Memory: the square of the number of features.
struct RidgeLearner: Sendable {
  /// Points between two solutions.
  private static let solvingEvery = 24
  /// Added to the diagonal, as a share of each feature's own sum.
  private static let ridge = 1e-3
  /// Points before the first solution, per feature.
  private static let pointsPerFeature = 3

  private let features: Int
  private let discount: Double
  private var products: ContiguousArray<Double>
  private var targets: ContiguousArray<Double>
  private var weights: ContiguousArray<Double>
  private var points = 0

  /// - Parameter discount: what is left of a point's weight after the next one, 0.9 to 1.
  init(features: Int, discount: Double) {
    self.features = features
    self.discount = discount
    products = ContiguousArray(repeating: 0, count: features * features)
    targets = ContiguousArray(repeating: 0, count: features)
    weights = ContiguousArray(repeating: 0, count: features)
  }

  /// nil before enough was learned.
  func predict(_ row: ContiguousArray<Double>) -> Double? {
    guard points >= Self.pointsPerFeature * features else { return nil }
    var sum = 0.0
    for index in 0..<features { sum += weights[index] * row[index] }
    return sum
  }

  mutating func learn(_ row: ContiguousArray<Double>, target: Double) {
    for i in 0..<features {
      let value = row[i]
      targets[i] = targets[i] * discount + value * target
      for j in 0...i {
        products[i * features + j] = products[i * features + j] * discount + value * row[j]
      }
    }
    points += 1
    let isFirst = points == Self.pointsPerFeature * features
    if isFirst || points > Self.pointsPerFeature * features && points % Self.solvingEvery == 0 {
      solve()
    }
  }

  /// Cholesky's decomposition; the ridge makes the matrix positive definite.
  private mutating func solve() {
    var lower = products
    for i in 0..<features {
      lower[i * features + i] += Self.ridge * products[i * features + i] + 1e-9
    }
    for i in 0..<features {
      for j in 0...i {
        var sum = lower[i * features + j]
        for k in 0..<j { sum -= lower[i * features + k] * lower[j * features + k] }
        if i == j {
          guard sum > 0 else { return }
          lower[i * features + i] = sum.squareRoot()
        } else {
          lower[i * features + j] = sum / lower[j * features + j]
        }
      }
    }
    var solution = targets
    for i in 0..<features {
      for k in 0..<i { solution[i] -= lower[i * features + k] * solution[k] }
      solution[i] /= lower[i * features + i]
    }
    for i in stride(from: features - 1, through: 0, by: -1) {
      for k in (i + 1)..<max(features, i + 1) {
        solution[i] -= lower[k * features + i] * solution[k]
      }
      solution[i] /= lower[i * features + i]
    }
    weights = solution
  }
}

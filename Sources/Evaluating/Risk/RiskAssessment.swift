package import City
import Glibc
package import Pack

/// A value that a risk looks at.
package enum RiskValue: Equatable, Sendable {
  case number(Double)
  case text(String)

  /// As a number; nil for a text that is none.
  package var number: Double? {
    switch self {
    case .number(let number): number
    case .text(let text): Double(text).flatMap { $0.isFinite ? $0 : nil }
    }
  }

  /// As people write it; whole numbers without a point.
  package var text: String {
    switch self {
    case .text(let text): text
    case .number(let number):
      Int(exactly: number).map(String.init) ?? String(number)
    }
  }
}

/// What a model says of one thing, and why.
package struct RiskAssessment: Equatable, Sendable {
  /// What one factor counted.
  package struct Contribution: Equatable, Sendable {
    /// Code of the factor.
    package let factor: String
    package let points: Double
    /// nil = not known; then the points are those of the missing.
    package let value: RiskValue?
  }

  /// The sum of points, or the probability in per cent; 0 in a model of rules alone.
  package let score: Double
  package let grade: Grade
  /// In the order of the model's factors.
  package let contributions: [Contribution]
  /// Indexes of the rules whose conditions held.
  package let rules: [Int]

  /// Codes of the factors whose input is not known.
  package var missing: [String] { contributions.filter { $0.value == nil }.map(\.factor) }
}

extension RiskModel {
  /// Grades one thing. Equal inputs give equal answers.
  ///
  /// - Parameter value: what is known of an input; nil = nothing.
  package func assess(_ value: (RiskInput) -> RiskValue?) -> RiskAssessment {
    var contributions: [RiskAssessment.Contribution] = []
    contributions.reserveCapacity(factors.count)
    var sum = base
    for factor in factors {
      let known = value(factor.input)
      let points = known.flatMap(factor.scale.points) ?? factor.missing
      sum += points
      contributions.append(.init(factor: factor.code, points: points, value: known))
    }
    let held = rules.indices.filter { index in
      rules[index].conditions.allSatisfy { $0.holds(value($0.input)) }
    }
    let score =
      switch form {
      case .weighted: sum
      case .logistic: 100 * Logistic.probability(sum)
      case .rules: 0.0
      }
    let graded = form == .rules ? nil : lines.first { $0.from.map { score >= $0 } ?? false }
    let mildest = graded?.grade ?? lines.last?.grade ?? .blue
    let grade = held.map { rules[$0].grade }.reduce(mildest) { $1.rank > $0.rank ? $1 : $0 }
    return RiskAssessment(score: score, grade: grade, contributions: contributions, rules: held)
  }
}

/// The logistic function.
enum Logistic {
  /// 0…1, without overflow for any finite sum.
  static func probability(_ sum: Double) -> Double {
    if sum >= 0 { return 1 / (1 + exp(-sum)) }
    let odds = exp(sum)
    return odds / (1 + odds)
  }
}

extension RiskScale {
  /// What a value counts; nil where the scale asks for a number and the value is none.
  package func points(_ value: RiskValue) -> Double? {
    switch self {
    case .words(let points, let other): return points[value.text] ?? other
    case .steps(let steps):
      return value.number.map { number in steps.last { number >= $0.from }?.points ?? 0 }
    case .slope(let points, let range):
      return value.number.map { points * min(max($0, range.lowerBound), range.upperBound) }
    case .curve(let knots): return value.number.map { Self.height(of: knots, at: $0) }
    }
  }

  private static func height(of knots: [RiskStep], at value: Double) -> Double {
    guard let first = knots.first, let last = knots.last else { return 0 }
    if value <= first.from { return first.points }
    if value >= last.from { return last.points }
    var (low, high) = (0, knots.count - 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      if knots[middle].from <= value { low = middle } else { high = middle }
    }
    let (left, right) = (knots[low], knots[high])
    let share = (value - left.from) / (right.from - left.from)
    return left.points + share * (right.points - left.points)
  }
}

extension RiskCondition {
  /// Whether a value fulfils it.
  func holds(_ value: RiskValue?) -> Bool {
    guard let value else { return test == .absent }
    return switch test {
    case .least(let limit): value.number.map { $0 >= limit } ?? false
    case .below(let limit): value.number.map { $0 < limit } ?? false
    case .oneOf(let texts): texts.contains(value.text)
    case .absent: false
    }
  }
}

package import City

/// Tells crowded dwellings from all others without examples.
///
/// Every number counts by how many robust deviations it lies above the middle of all dwellings, up
/// to a cap: no single number, however wild, decides, and several must agree. The line lies between
/// the middle of all dwellings and that of the most striking ones; so nothing is fixed that a
/// district could have otherwise, and a source that is missing moves the line with it.
package struct CrowdingModel: Sendable {
  /// What it says of one dwelling.
  package struct Finding: Sendable, Equatable {
    /// 0 for the middle of all dwellings, 1 for that of the most striking; may lie beyond both.
    package let level: Double
    package let grade: Grade
    /// What speaks for it, strongest first, at most `reasonsMax`.
    package let reasons: [Reason]

    /// Whether it is told of as crowded: orange and red.
    package var isFlagged: Bool { grade == .red || grade == .orange }
  }

  /// One number that speaks for it.
  package struct Reason: Sendable, Equatable {
    package let feature: CrowdingFeature
    package let value: Double
    /// What half of all dwellings do not exceed.
    package let usual: Double
    package let points: Double
  }

  package static let reasonsMax = 4
  /// From these levels on.
  package static let lines: [(grade: Grade, from: Double)] = [
    (.red, 0.85), (.orange, 0.65), (.yellow, 0.5),
  ]
  /// More deviations than these say no more.
  private static let deviationsMax = 2.0
  /// One in so many dwellings is among the most striking.
  private static let strikingOneIn = 100

  /// How one number is spread.
  private struct Spread {
    /// Of the roots: amounts and counts are skewed.
    let middle: Double
    let deviation: Double
    let usual: Double
    /// Numbers of one source tell of the same: together they count as the root of their number.
    let damping: Double
  }

  private let features: [CrowdingFeature]
  private let spreads: [Spread]
  private let usual: Double
  private let striking: Double

  /// - Parameter rows: a row for each dwelling with the values of `features`; nil = not known.
  package init(features: [CrowdingFeature], rows: [[Double?]]) {
    self.features = features
    let spreads = features.indices.map { place in
      Self.spread(
        rows.compactMap { $0[place] }.sorted(),
        beside: features.count { $0.source == features[place].source })
    }
    self.spreads = spreads
    let sums = rows.map { row in
      row.indices.reduce(0) { sum, place in
        sum + (row[place].map { Self.points($0, spreads[place]) } ?? 0)
      }
    }.sorted()
    usual = sums.isEmpty ? 0 : sums[sums.count / 2]
    let top = max(1, sums.count / Self.strikingOneIn)
    striking = sums.isEmpty ? 0 : sums[sums.count - 1 - top / 2]
  }

  /// What the model says of a dwelling; blue where all dwellings are alike.
  package func finding(_ row: [Double?]) -> Finding {
    var (sum, reasons) = (0.0, [Reason]())
    for place in features.indices {
      guard let value = row[place] else { continue }
      let points = Self.points(value, spreads[place])
      sum += points
      if points > 0 {
        reasons.append(
          Reason(
            feature: features[place], value: value, usual: spreads[place].usual, points: points))
      }
    }
    reasons.sort { $0.points > $1.points }
    let level = striking > usual ? (sum - usual) / (striking - usual) : 0
    return Finding(
      level: level, grade: Self.lines.first { level >= $0.from }?.grade ?? .blue,
      reasons: Array(reasons.prefix(Self.reasonsMax)))
  }

  private static func spread(_ sorted: [Double], beside count: Int) -> Spread {
    let roots = sorted.map { max(0, $0).squareRoot() }
    guard !roots.isEmpty else { return Spread(middle: 0, deviation: 1, usual: 0, damping: 0) }
    let middle = roots[roots.count / 2]
    let away = roots.map { abs($0 - middle) }.sorted()
    // The factor makes the middle distance a standard deviation of normal values. Where most
    // dwellings share one value (nobody left, no complaint), the most striking ones are as far away
    // as counts, or else a single complaint would say as much as ten.
    let usual =
      away[away.count / 2] > 0
      ? 1.4826 * away[away.count / 2]
      : (roots[roots.count - 1 - roots.count / strikingOneIn] - middle) / deviationsMax
    let deviation = max(usual, away.reduce(0, +) / Double(away.count), 1e-9)
    return Spread(
      middle: middle, deviation: deviation, usual: sorted[sorted.count / 2],
      damping: 1 / Double(max(1, count)).squareRoot())
  }

  private static func points(_ value: Double, _ spread: Spread) -> Double {
    let away = (max(0, value).squareRoot() - spread.middle) / spread.deviation
    return min(max(away, 0), deviationsMax) * spread.damping
  }
}

package import City
import Glibc

/// Tells crowded dwellings from all others without examples (群租识别).
///
/// It supposes two sorts of dwellings, one of them rare, and that sources tell of them independently
/// but for the sort. How much each value of each number speaks for the rare sort is learned from the
/// dwellings themselves by expectation and maximisation, beginning with those that are far out in
/// more than one source. More is never taken to speak less.
package struct CrowdingModel: Sendable {
  /// What it says of one dwelling.
  package struct Finding: Sendable, Equatable {
    /// 0…1.
    package let probability: Double
    package let grade: Grade
    /// What speaks for it, strongest first, at most `reasonsMax`.
    package let reasons: [Reason]
  }

  /// One number that speaks for it.
  package struct Reason: Sendable, Equatable {
    package let feature: CrowdingFeature
    package let value: Double
    /// What half of all dwellings do not exceed.
    package let usual: Double
    /// The logarithm of how much more probable that is among the crowded.
    package let weight: Double
  }

  package static let reasonsMax = 4
  /// From these probabilities on.
  package static let lines: [(grade: Grade, from: Double)] = [
    (.red, 0.9), (.orange, 0.5), (.yellow, 0.1),
  ]
  /// Far out: so many robust deviations above the middle.
  private static let outlierMin = 3.0
  private static let roundsMax = 25
  /// Values are told apart by the share of dwellings above them, halved again and again.
  private static let cutsMax = 12
  /// A rare sort is at most so large a share.
  private static let shareMax = 0.15

  private let features: [CrowdingFeature]
  private let cuts: [[Double]]
  private let medians: [Double]
  /// Numbers of one source tell of the same: together they count as the root of their number.
  private let dampings: [Double]
  private var weights: [[Double]]
  private var share: Double

  /// - Parameter rows: a row for each dwelling with the values of `features`; nil = not known.
  package init(features: [CrowdingFeature], rows: [[Double?]]) {
    self.features = features
    let known = features.indices.map { place in rows.compactMap { $0[place] }.sorted() }
    cuts = known.map(Self.cuts)
    medians = known.map { $0.isEmpty ? 0 : $0[$0.count / 2] }
    dampings = features.map { feature in
      1 / Double(features.count { $0.source == feature.source }).squareRoot()
    }
    weights = cuts.map { [Double](repeating: 0, count: $0.count + 1) }
    share = 0.01
    let bins = rows.map { row in
      row.indices.map { place in row[place].map { Self.bin($0, cuts[place]) } }
    }
    var suspicion = Self.outliers(features, rows, known)
    for _ in 0..<Self.roundsMax {
      learn(bins, suspicion)
      let next = bins.map { probability(of: $0) }
      let moved = zip(next, suspicion).reduce(0) { $0 + abs($1.0 - $1.1) }
      suspicion = next
      if moved < 0.001 * Double(rows.count) * share { break }
    }
  }

  /// What the model says of a dwelling.
  package func finding(_ row: [Double?]) -> Finding {
    let bins = row.indices.map { place in row[place].map { Self.bin($0, cuts[place]) } }
    let probability = probability(of: bins)
    var reasons: [Reason] = []
    for place in features.indices {
      guard let value = row[place], let bin = bins[place] else { continue }
      let weight = weights[place][bin] * dampings[place]
      if weight > 0 {
        reasons.append(
          Reason(feature: features[place], value: value, usual: medians[place], weight: weight))
      }
    }
    reasons.sort { $0.weight > $1.weight }
    let grade = Self.lines.first { probability >= $0.from }?.grade ?? .blue
    return Finding(
      probability: probability, grade: grade, reasons: Array(reasons.prefix(Self.reasonsMax)))
  }

  // MARK: Learning

  private static func cuts(_ sorted: [Double]) -> [Double] {
    var cuts: [Double] = []
    var above = 0.5
    for _ in 0..<cutsMax where above * Double(sorted.count) >= 1 {
      let value = sorted[min(sorted.count - 1, Int(Double(sorted.count) * (1 - above)))]
      if cuts.last.map({ value > $0 }) ?? (value > (sorted.first ?? value)) { cuts.append(value) }
      above /= 2
    }
    return cuts
  }

  private static func bin(_ value: Double, _ cuts: [Double]) -> Int {
    cuts.lastIndex { value >= $0 }.map { $0 + 1 } ?? 0
  }

  /// 1 for dwellings far out in two sources, or in the only one there is.
  private static func outliers(
    _ features: [CrowdingFeature], _ rows: [[Double?]], _ known: [[Double]]
  ) -> [Double] {
    let scales = known.map { values -> (middle: Double, deviation: Double) in
      let roots = values.map { max(0, $0).squareRoot() }
      guard !roots.isEmpty else { return (0, 1) }
      let middle = roots[roots.count / 2]
      let away = roots.map { abs($0 - middle) }.sorted()
      // Where most values are the same, the mean distance of all stands for the middle one.
      let spread = max(
        1.4826 * away[away.count / 2], away.reduce(0, +) / Double(away.count), 1e-9)
      return (middle, spread)
    }
    let sources = Set(features.map(\.source)).count
    let far = rows.map { row -> (sources: Int, sum: Double) in
      var found: Set<DwellingSource> = []
      var sum = 0.0
      for (place, value) in row.enumerated() {
        guard let value else { continue }
        let away = (max(0, value).squareRoot() - scales[place].middle) / scales[place].deviation
        sum += min(max(away, 0), 2 * outlierMin)
        if away >= outlierMin { found.insert(features[place].source) }
      }
      return (found.count, sum)
    }
    let needed = min(2, sources)
    let chosen = far.count { $0.sources >= needed }
    let least = max(5, rows.count / 500)
    if chosen >= least { return far.map { $0.sources >= needed ? 1 : 0 } }
    let line = far.map(\.sum).sorted(by: >).dropFirst(least - 1).first ?? 0
    return far.map { $0.sum >= line && $0.sum > 0 ? 1 : 0 }
  }

  private mutating func learn(_ bins: [[Int?]], _ suspicion: [Double]) {
    let all = Double(max(1, suspicion.count))
    share = min(max(suspicion.reduce(0, +) / all, 1 / all), Self.shareMax)
    for place in features.indices {
      var rare = [Double](repeating: 0, count: cuts[place].count + 1)
      var common = rare
      for (row, suspected) in zip(bins, suspicion) {
        guard let bin = row[place] else { continue }
        rare[bin] += suspected
        common[bin] += 1 - suspected
      }
      let total = zip(rare, common).map(+)
      let (rareSum, commonSum) = (rare.reduce(0, +), common.reduce(0, +))
      let sum = rareSum + commonSum
      guard sum > 0 else { continue }
      // Two dwellings as all are, so that an empty bin says little.
      var ratios = rare.indices.map { bin -> Double in
        let usual = 2 * total[bin] / sum + 1e-6
        return log((rare[bin] + usual) / (rareSum + 2))
          - log((common[bin] + usual) / (commonSum + 2))
      }
      Self.makeRising(&ratios, total)
      weights[place] = ratios
    }
  }

  /// The nearest rising values, neighbours that fall being pooled by their number.
  private static func makeRising(_ values: inout [Double], _ counts: [Double]) {
    var pools: [(value: Double, count: Double, bins: Int)] = []
    for (value, count) in zip(values, counts) {
      pools.append((value, max(count, 1e-9), 1))
      while pools.count > 1, pools[pools.count - 2].value > pools[pools.count - 1].value {
        let last = pools.removeLast()
        let before = pools.removeLast()
        let count = before.count + last.count
        let value = (before.value * before.count + last.value * last.count) / count
        pools.append((value, count, before.bins + last.bins))
      }
    }
    values = pools.flatMap { [Double](repeating: $0.value, count: $0.bins) }
  }

  private func probability(of bins: [Int?]) -> Double {
    var odds = log(share / (1 - share))
    for (place, bin) in bins.enumerated() {
      guard let bin else { continue }
      odds += weights[place][bin] * dampings[place]
    }
    return Logistic.probability(odds)
  }
}

import Glibc

/// Gradient-boosted regression trees for classes, with the multinomial loss (Friedman, 2001) and
/// second-order leaf values; features are numbers, cut into at most 64 bins.
package struct BoostedTrees: Sendable {
  /// How trees are grown.
  package struct Settings: Sendable {
    package var rounds = 120
    /// The share of each tree's answer that is kept.
    package var rate: Float = 0.08
    package var depth = 5
    /// The least sum of second derivatives in a leaf.
    package var leafWeightMin: Float = 5
    /// The penalty on each leaf's squared value.
    package var penalty: Float = 2
    /// Of a hundred features, how many each tree may look at.
    package var featurePercent: UInt64 = 70
    package var seed: UInt64 = 1

    package init() {}
  }

  /// Bins per feature, at most.
  static let binsMax = 64

  private struct Tree: Sendable {
    /// Feature of each node, -1 for a leaf; children of node n are 2n + 1 and 2n + 2.
    var features: [Int32]
    var cuts: [Float]
    var values: [Float]

    func value(_ row: UnsafeBufferPointer<Float>) -> Float {
      var node = 0
      while features[node] >= 0 {
        node = 2 * node + (row[Int(features[node])] <= cuts[node] ? 1 : 2)
      }
      return values[node]
    }
  }

  package let classCount: Int
  private var trees: [[Tree]] = []
  private var base: [Float]

  /// Grows trees on rows of equal width.
  ///
  /// - Parameters:
  ///   - rows: features, all rows of the same length, without NaN.
  ///   - classes: the class of each row, from 0.
  package init(rows: [[Float]], classes: [Int], classCount: Int, settings: Settings) {
    self.classCount = classCount
    base = Array(repeating: 0, count: classCount)
    guard let width = rows.first?.count, width > 0, rows.count == classes.count else { return }
    for one in 0..<classCount {
      let count = classes.count { $0 == one }
      base[one] = logf((Float(count) + 1) / Float(rows.count + classCount))
    }
    let bins = Bins(rows, width: width)
    var scores = [Float](repeating: 0, count: rows.count * classCount)
    for at in scores.indices { scores[at] = base[at % classCount] }
    var random = Shuffle(state: settings.seed)
    for _ in 0..<settings.rounds {
      let shares = Self.shares(scores, classCount)
      var round: [Tree] = []
      for one in 0..<classCount {
        var slopes = [Float](repeating: 0, count: rows.count)
        var curves = slopes
        for row in rows.indices {
          let share = shares[row * classCount + one]
          slopes[row] = (classes[row] == one ? 1 : 0) - share
          curves[row] = max(share * (1 - share), 1e-6)
        }
        let features = (0..<width).filter { _ in random.next() % 100 < settings.featurePercent }
        let (tree, leaves) = Self.grown(bins, slopes, curves, features, settings)
        for row in rows.indices { scores[row * classCount + one] += leaves[row] }
        round.append(tree)
      }
      trees.append(round)
    }
  }

  /// How probable each class is for a row; they sum to 1.
  package func probabilities(_ row: [Float]) -> [Float] {
    var scores = base
    row.withUnsafeBufferPointer { row in
      for round in trees {
        for one in 0..<classCount { scores[one] += round[one].value(row) }
      }
    }
    return Self.shares(scores, classCount)
  }

  private static func shares(_ scores: [Float], _ classCount: Int) -> [Float] {
    var shares = scores
    for row in stride(from: 0, to: scores.count, by: classCount) {
      let peak = scores[row..<row + classCount].max() ?? 0
      var sum: Float = 0
      for at in row..<row + classCount {
        shares[at] = expf(scores[at] - peak)
        sum += shares[at]
      }
      for at in row..<row + classCount { shares[at] /= sum }
    }
    return shares
  }

  /// One tree, level by level, and the value it gives each row.
  private static func grown(
    _ bins: Bins, _ slopes: [Float], _ curves: [Float], _ features: [Int], _ settings: Settings
  ) -> (Tree, [Float]) {
    let nodes = (1 << (settings.depth + 1)) - 1
    var tree = Tree(
      features: Array(repeating: -1, count: nodes), cuts: Array(repeating: 0, count: nodes),
      values: Array(repeating: 0, count: nodes))
    var members: [Int: [Int32]] = [0: (0..<Int32(slopes.count)).map(\.self)]
    var leaves = [Float](repeating: 0, count: slopes.count)
    for node in 0..<nodes {
      guard let rows = members.removeValue(forKey: node) else { continue }
      var (slope, curve) = (Float(0), Float(0))
      for row in rows {
        slope += slopes[Int(row)]
        curve += curves[Int(row)]
      }
      let isLast = node >= (nodes - 1) / 2
      if !isLast,
        let cut = bins.bestCut(rows, slopes, curves, features, slope, curve, settings)
      {
        tree.features[node] = Int32(cut.feature)
        tree.cuts[node] = bins.edges[cut.feature][cut.bin]
        let codes = bins.codes[cut.feature]
        members[2 * node + 1] = rows.filter { Int(codes[Int($0)]) <= cut.bin }
        members[2 * node + 2] = rows.filter { Int(codes[Int($0)]) > cut.bin }
      } else {
        tree.values[node] = settings.rate * slope / (curve + settings.penalty)
        for row in rows { leaves[Int(row)] = tree.values[node] }
      }
    }
    return (tree, leaves)
  }
}

/// The rows' features cut into bins of about equal size.
private struct Bins {
  /// Feature, then row.
  var codes: [[UInt8]] = []
  /// The greatest value of each bin.
  var edges: [[Float]] = []

  struct Cut {
    let feature: Int
    let bin: Int
  }

  init(_ rows: [[Float]], width: Int) {
    for feature in 0..<width {
      let values = rows.map { $0[feature] }
      let sorted = values.sorted()
      var edges: [Float] = []
      for bin in 1...BoostedTrees.binsMax {
        let edge = sorted[min(sorted.count - 1, sorted.count * bin / BoostedTrees.binsMax)]
        if edges.last != edge { edges.append(edge) }
      }
      codes.append(
        values.map { value in
          var (low, high) = (0, edges.count - 1)
          while low < high {
            let middle = (low + high) / 2
            if value <= edges[middle] { high = middle } else { low = middle + 1 }
          }
          return UInt8(low)
        })
      self.edges.append(edges)
    }
  }

  func bestCut(
    _ rows: [Int32], _ slopes: [Float], _ curves: [Float], _ features: [Int], _ slope: Float,
    _ curve: Float, _ settings: BoostedTrees.Settings
  ) -> Cut? {
    let whole = slope * slope / (curve + settings.penalty)
    var (best, gain) = (Cut?.none, Float(1e-3))
    var slopeSums = [Float](repeating: 0, count: BoostedTrees.binsMax)
    var curveSums = slopeSums
    for feature in features where edges[feature].count > 1 {
      for bin in slopeSums.indices { (slopeSums[bin], curveSums[bin]) = (0, 0) }
      codes[feature].withUnsafeBufferPointer { codes in
        for row in rows {
          let bin = Int(codes[Int(row)])
          slopeSums[bin] += slopes[Int(row)]
          curveSums[bin] += curves[Int(row)]
        }
      }
      var (left, leftCurve) = (Float(0), Float(0))
      for bin in 0..<edges[feature].count - 1 {
        left += slopeSums[bin]
        leftCurve += curveSums[bin]
        let (right, rightCurve) = (slope - left, curve - leftCurve)
        guard leftCurve >= settings.leafWeightMin, rightCurve >= settings.leafWeightMin else {
          continue
        }
        let value =
          left * left / (leftCurve + settings.penalty)
          + right * right / (rightCurve + settings.penalty) - whole
        if value > gain { (best, gain) = (Cut(feature: feature, bin: bin), value) }
      }
    }
    return best
  }
}

import Glibc

/// Turns scores into the chance that the class is right, as measured on examples that were held
/// out: what a model says of examples it learned from is worth nothing.
struct ClassTrust: Sendable, Equatable {
  /// Proposals above the line are meant to be right so often.
  static let sureShare = 0.98
  /// The line is drawn where so many held-out proposals at least lie above it.
  static let sureProposalsMin = 50

  /// All scores times this …
  let steepness: Double
  /// … plus this of each class are the logarithms of chances, up to a constant.
  let offsets: [Double]
  /// Rising steps: from a raw confidence on, the share that was right.
  let steps: [Step]
  /// The confidence from which on a proposal is sure; above 1 where no line holds.
  let sureLine: Double

  struct Step: Sendable, Equatable {
    let raw: Double
    let share: Double
  }

  /// The chance of every class; together 1.
  func chances(of scores: [Float]) -> [Double] {
    let raw = Self.softmax(scores, steepness: steepness, offsets: offsets)
    guard let best = raw.max(), best < 1, !steps.isEmpty else { return raw }
    // The best gets its measured share; the others divide the rest as before.
    let stated = share(ofRaw: best)
    let factor = (1 - stated) / (1 - best)
    var isSeen = false
    return raw.map { chance in
      if chance == best && !isSeen {
        isSeen = true
        return stated
      }
      return chance * factor
    }
  }

  private func share(ofRaw raw: Double) -> Double {
    guard let above = steps.firstIndex(where: { $0.raw >= raw }) else {
      return steps[steps.count - 1].share
    }
    guard above > 0 else { return steps[0].share }
    let (low, high) = (steps[above - 1], steps[above])
    guard high.raw > low.raw else { return high.share }
    return low.share + (high.share - low.share) * (raw - low.raw) / (high.raw - low.raw)
  }

  /// Learns from held-out scores and the true classes.
  static func learned(scores: [[Float]], classes: [Int]) -> ClassTrust {
    let (steepness, offsets) = fitted(scores, classes)
    var proposals = zip(scores, classes).map { scores, truth in
      let chances = softmax(scores, steepness: steepness, offsets: offsets)
      let best = chances.indices.max { chances[$0] < chances[$1] } ?? 0
      return (raw: chances[best], isRight: best == truth)
    }
    proposals.sort { $0.raw < $1.raw }
    let steps = rising(proposals)
    let plain = ClassTrust(
      steepness: steepness, offsets: offsets, steps: steps, sureLine: 2)
    return ClassTrust(
      steepness: steepness, offsets: offsets, steps: steps,
      sureLine: plain.line(proposals.map { (plain.share(ofRaw: $0.raw), $0.isRight) }))
  }

  /// The lowest confidence above which the share of right proposals, less two standard errors,
  /// is what a sure line promises.
  private func line(_ proposals: [(confidence: Double, isRight: Bool)]) -> Double {
    var right = 0.0
    var line = 2.0
    for (index, proposal) in proposals.reversed().enumerated() {
      right += proposal.isRight ? 1 : 0
      let count = Double(index + 1)
      guard index + 1 >= Self.sureProposalsMin else { continue }
      let share = right / count
      if share - 2 * (share * (1 - share) / count).squareRoot() >= Self.sureShare {
        line = proposal.confidence
      }
    }
    return line
  }

  /// Steepness and offsets under which the held-out classes are the likeliest.
  ///
  /// Few numbers, many examples: plain descent with a shrinking step finds them.
  private static func fitted(_ scores: [[Float]], _ classes: [Int]) -> (Double, [Double]) {
    let labelsCount = scores.first?.count ?? 0
    var logSteepness = log(3.0)
    var offsets = [Double](repeating: 0, count: labelsCount)
    let count = Double(max(scores.count, 1))
    for _ in 0..<roundsMax {
      let steepness = exp(logSteepness)
      var slope = 0.0
      var slopes = [Double](repeating: 0, count: labelsCount)
      for (scores, truth) in zip(scores, classes) {
        let chances = softmax(scores, steepness: steepness, offsets: offsets)
        for label in 0..<labelsCount {
          let error = chances[label] - (label == truth ? 1 : 0)
          slope += error * Double(scores[label]) * steepness
          slopes[label] += error
        }
      }
      logSteepness -= 0.5 * slope / count
      for label in 0..<labelsCount { offsets[label] -= 2 * slopes[label] / count }
    }
    return (exp(logSteepness), offsets)
  }

  private static let roundsMax = 150

  private static func softmax(
    _ scores: [Float], steepness: Double, offsets: [Double]
  ) -> [Double] {
    var chances = [Double](repeating: 0, count: scores.count)
    var most = -Double.infinity
    for index in scores.indices {
      chances[index] = Double(scores[index]) * steepness + offsets[index]
      most = max(most, chances[index])
    }
    var sum = 0.0
    for index in chances.indices {
      chances[index] = exp(chances[index] - most)
      sum += chances[index]
    }
    for index in chances.indices { chances[index] /= sum }
    return chances
  }

  /// The share that was right by raw confidence: pools of neighbours, each better than the
  /// next (pool adjacent violators), then lines between their middles.
  private static func rising(_ proposals: [(raw: Double, isRight: Bool)]) -> [Step] {
    let size = max(proposals.count / pools, poolMin)
    var pooled: [(raw: Double, right: Double, count: Double)] = []
    for start in stride(from: 0, to: proposals.count, by: size) {
      let part = proposals[start..<min(start + size, proposals.count)]
      pooled.append(
        (
          part.reduce(0) { $0 + $1.raw }, Double(part.filter(\.isRight).count), Double(part.count)
        ))
      while pooled.count > 1 {
        let (last, before) = (pooled[pooled.count - 1], pooled[pooled.count - 2])
        guard before.right / before.count >= last.right / last.count else { break }
        pooled.removeLast()
        pooled[pooled.count - 1] = (
          before.raw + last.raw, before.right + last.right, before.count + last.count
        )
      }
    }
    // Half an example more on each side: nothing measured is ever certain.
    return pooled.map {
      Step(raw: $0.raw / $0.count, share: ($0.right + 0.5) / ($0.count + 1))
    }
  }

  private static let pools = 20
  private static let poolMin = 20
}

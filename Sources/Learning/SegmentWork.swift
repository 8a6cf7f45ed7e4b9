import Glibc

/// The working memory of one sentence: scores, forward and backward sums, probabilities.
///
/// A class, so that its arrays are made once and used for sentence after sentence.
final class SegmentWork {
  let labelCount: Int
  private(set) var known = SegmentModel.Known(tokenCount: 0, segmentLengthMax: 1, runBase: [0, 0])
  /// Token times (label, role).
  private var tokenScores: [Float] = []
  /// Sums of the scores of continuing a run, up to a token.
  private var insideSums: [Float] = []
  /// Run times label.
  private var runScores: [Float] = []
  private(set) var probabilities: [Float] = []
  /// Cut position times label: the log of the summed exponentials of all cuts that end there …
  private(set) var forward: [Float] = []
  /// … with the step to the next label …
  private var stepped: [Float] = []
  /// … of all that begin there with that label …
  private(set) var opening: [Float] = []
  /// … and of all that follow after that label.
  private var backward: [Float] = []
  private(set) var steps: [Float] = []
  private var expSteps: [Float] = []
  private(set) var total: Float = 0

  init(labelCount: Int) { self.labelCount = labelCount }

  func prepare(_ known: SegmentModel.Known) { self.known = known }

  /// Scores every token and run. `scale` multiplies each weight.
  func score(_ model: SegmentModel, weights: UnsafeBufferPointer<Float>, scale: Float) {
    let (tokens, labels) = (known.tokenCount, labelCount)
    let width = labels * SegmentModel.Role.count
    refill(&tokenScores, tokens * width)
    refill(&insideSums, (tokens + 1) * labels)
    refill(&runScores, Int(known.runBase[tokens + 1]) * labels)
    add(known.tokens, known.tokenStarts, to: &tokenScores, width, model, weights)
    add(known.runs, known.runStarts, to: &runScores, labels, model, weights)
    steps = model.steps
    if scale != 1 {
      for at in tokenScores.indices { tokenScores[at] *= scale }
      for at in runScores.indices { runScores[at] *= scale }
      for at in steps.indices { steps[at] *= scale }
    }
    expSteps = steps.map { expf($0) }
    for token in 0..<tokens {
      for label in 0..<labels {
        insideSums[(token + 1) * labels + label] =
          insideSums[token * labels + label]
          + tokenScores[token * width + label * SegmentModel.Role.count + SegmentModel.Role.inside]
      }
    }
    addTokensToRuns()
  }

  private func refill(_ array: inout [Float], _ count: Int) {
    array.removeAll(keepingCapacity: true)
    array.append(contentsOf: repeatElement(0, count: count))
  }

  private func add(
    _ features: [Int32], _ bounds: [Int32], to scores: inout [Float], _ width: Int,
    _ model: SegmentModel, _ weights: UnsafeBufferPointer<Float>
  ) {
    scores.withUnsafeMutableBufferPointer { scores in
      features.withUnsafeBufferPointer { features in
        model.starts.withUnsafeBufferPointer { starts in
          model.slots.withUnsafeBufferPointer { slots in
            for row in 0..<bounds.count - 1 {
              for at in Int(bounds[row])..<Int(bounds[row + 1]) {
                let feature = Int(features[at])
                for entry in Int(starts[feature])..<Int(starts[feature + 1]) {
                  scores[row * width + Int(slots[entry])] += weights[entry]
                }
              }
            }
          }
        }
      }
    }
  }

  private func addTokensToRuns() {
    let (labels, roles) = (labelCount, SegmentModel.Role.count)
    let width = labels * roles
    runScores.withUnsafeMutableBufferPointer { runs in
      tokenScores.withUnsafeBufferPointer { tokens in
        insideSums.withUnsafeBufferPointer { inside in
          for end in 1...known.tokenCount {
            let base = Int(known.runBase[end])
            for length in 1...min(known.segmentLengthMax, end) {
              let (row, start) = ((base + length - 1) * labels, end - length)
              for label in 0..<labels {
                let slot = label * roles
                if length == 1 {
                  runs[row + label] += tokens[start * width + slot + SegmentModel.Role.single]
                } else {
                  runs[row + label] +=
                    tokens[start * width + slot + SegmentModel.Role.begin]
                    + tokens[(end - 1) * width + slot + SegmentModel.Role.end]
                    + inside[(end - 1) * labels + label] - inside[(start + 1) * labels + label]
                }
              }
            }
          }
        }
      }
    }
  }

  /// Forward and backward sums, then the probability of every run.
  func sum() {
    let (count, labels) = (known.tokenCount, labelCount)
    let lowest = -Float.infinity
    refill(&forward, (count + 1) * labels)
    refill(&stepped, (count + 1) * labels)
    refill(&opening, (count + 1) * labels)
    refill(&backward, (count + 1) * labels)
    for label in 0..<labels { stepped[label] = steps[labels * (labels + 1) + label] }
    for end in 1...count {
      let base = Int(known.runBase[end])
      for label in 0..<labels {
        var (peak, sum) = (lowest, Float(0))
        for length in 1...min(known.segmentLengthMax, end) {
          peak = max(
            peak,
            stepped[(end - length) * labels + label]
              + runScores[(base + length - 1) * labels + label])
        }
        for length in 1...min(known.segmentLengthMax, end) {
          let value =
            stepped[(end - length) * labels + label]
            + runScores[(base + length - 1) * labels + label] - peak
          if value > -16 { sum += expf(value) }
        }
        forward[end * labels + label] = peak + logf(sum)
      }
      step(at: end)
    }
    finish(count)
    for start in stride(from: count - 1, through: 0, by: -1) { sumBackward(from: start) }
    refill(&probabilities, Int(known.runBase[count + 1]) * labels)
    for end in 1...count {
      let base = Int(known.runBase[end])
      for length in 1...min(known.segmentLengthMax, end) {
        let row = (base + length - 1) * labels
        for label in 0..<labels {
          let value =
            stepped[(end - length) * labels + label] + runScores[row + label]
            + backward[end * labels + label] - total
          probabilities[row + label] = value > -16 ? expf(value) : 0
        }
      }
    }
  }

  private func step(at position: Int) {
    let labels = labelCount
    var peak = -Float.infinity
    for label in 0..<labels { peak = max(peak, forward[position * labels + label]) }
    var shares = [Float](repeating: 0, count: labels)
    for label in 0..<labels { shares[label] = expf(forward[position * labels + label] - peak) }
    for next in 0..<labels {
      var sum: Float = 1e-30
      for label in 0..<labels { sum += shares[label] * expSteps[label * (labels + 1) + next] }
      stepped[position * labels + next] = peak + logf(sum)
    }
  }

  private func finish(_ count: Int) {
    let labels = labelCount
    var peak = -Float.infinity
    for label in 0..<labels {
      backward[count * labels + label] = steps[label * (labels + 1) + labels]
      peak = max(peak, forward[count * labels + label] + backward[count * labels + label])
    }
    var sum: Float = 0
    for label in 0..<labels {
      sum += expf(forward[count * labels + label] + backward[count * labels + label] - peak)
    }
    total = peak + logf(sum)
  }

  private func sumBackward(from start: Int) {
    let (count, labels) = (known.tokenCount, labelCount)
    let longest = min(known.segmentLengthMax, count - start)
    var best = -Float.infinity
    for label in 0..<labels {
      var (peak, sum) = (-Float.infinity, Float(0))
      for length in 1...longest {
        let end = start + length
        let row = (Int(known.runBase[end]) + length - 1) * labels
        peak = max(peak, runScores[row + label] + backward[end * labels + label])
      }
      for length in 1...longest {
        let end = start + length
        let row = (Int(known.runBase[end]) + length - 1) * labels
        let value = runScores[row + label] + backward[end * labels + label] - peak
        if value > -16 { sum += expf(value) }
      }
      opening[start * labels + label] = peak + logf(sum)
      best = max(best, opening[start * labels + label])
    }
    guard start > 0 else { return }
    var shares = [Float](repeating: 0, count: labels)
    for label in 0..<labels { shares[label] = expf(opening[start * labels + label] - best) }
    for label in 0..<labels {
      var sum: Float = 1e-30
      for next in 0..<labels { sum += shares[next] * expSteps[label * (labels + 1) + next] }
      backward[start * labels + label] = best + logf(sum)
    }
  }
}

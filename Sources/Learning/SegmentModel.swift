import Glibc

/// A semi-Markov conditional random field: it cuts a sentence into labelled runs.
///
/// A run's score is the sum of its tokens' weights (each token knows whether it begins, continues,
/// ends or alone makes the run), of the run's own weights, and of the step from the label before.
/// The probability of a whole cut is the exponential of its score over that of all cuts
/// (Sarawagi and Cohen, 2004).
package struct SegmentModel: Sendable {
  /// What a token is within its run.
  enum Role {
    static let begin = 0
    static let inside = 1
    static let end = 2
    static let single = 3
    static let count = 4
  }

  package let labelCount: Int
  var table: FeatureTable
  /// The weights of feature f are those from `starts[f]` up to `starts[f + 1]`.
  var starts: [Int32]
  /// Which label (of a run), or label times role (of a token), each weight is for.
  var slots: [UInt16]
  var weights: [Float]
  /// Steps from label to label; row `labelCount` is the sentence's start, column its end.
  var steps: [Float]

  /// The features of a sentence that this model knows, as numbers.
  struct Known: Sendable {
    let tokenCount: Int
    let segmentLengthMax: Int
    var tokens: [Int32] = []
    var tokenStarts: [Int32] = [0]
    var runs: [Int32] = []
    var runStarts: [Int32] = [0]
    /// The number of the run that ends at e and is n tokens long: `runBase[e] + n - 1`.
    var runBase: [Int32]
  }

  func known(of lattice: FeatureLattice) -> Known {
    let count = lattice.tokenCount
    var base: [Int32] = [0, 0]
    for end in 1..<max(2, count + 1) {
      base.append(base[end] + Int32(min(lattice.segmentLengthMax, end)))
    }
    var known = Known(
      tokenCount: count, segmentLengthMax: lattice.segmentLengthMax, runBase: base)
    for token in 0..<count {
      for at in lattice.tokenStarts[token]..<lattice.tokenStarts[token + 1] {
        if let number = table.number(of: lattice.tokenKeys[Int(at)]) { known.tokens.append(number) }
      }
      known.tokenStarts.append(Int32(known.tokens.count))
    }
    for run in 0..<lattice.segmentStarts.count - 1 {
      for at in lattice.segmentStarts[run]..<lattice.segmentStarts[run + 1] {
        if let number = table.number(of: lattice.segmentKeys[Int(at)]) { known.runs.append(number) }
      }
      known.runStarts.append(Int32(known.runs.count))
    }
    return known
  }

  /// How probable each run is under each label: run number times `labelCount` plus label.
  package func probabilities(of lattice: FeatureLattice) -> [Float] {
    guard lattice.tokenCount > 0 else { return [] }
    let work = SegmentWork(labelCount: labelCount)
    work.prepare(known(of: lattice))
    weights.withUnsafeBufferPointer { work.score(self, weights: $0, scale: 1) }
    work.sum()
    return work.probabilities
  }
}

/// Choosing one cut of a sentence from the probabilities of its runs.
package enum RunChoice {
  /// The cut with the best expected F1. A run is worth its probability less half of the F1 looked
  /// for: leaving a token out of every run costs nothing, a wrong run does.
  ///
  /// - Parameters:
  ///   - silent: the label that stands for "no entity", if there is one; such runs are worth nothing.
  ///   - price: half of the F1 expected.
  package static func best(
    _ probabilities: [Float], tokenCount: Int, segmentLengthMax: Int, labelCount: Int,
    silent: Int?, price: Float
  ) -> [LabelledRun] {
    var worth = [Float](repeating: 0, count: tokenCount + 1)
    var choice = [LabelledRun?](repeating: nil, count: tokenCount + 1)
    var run = 0
    for end in stride(from: 1, through: tokenCount, by: 1) {
      worth[end] = worth[end - 1]
      for length in 1...min(segmentLengthMax, end) {
        for label in 0..<labelCount where label != silent {
          let value = worth[end - length] + probabilities[run * labelCount + label] - price
          guard value > worth[end] else { continue }
          worth[end] = value
          choice[end] = LabelledRun(start: end - length, end: end, label: label)
        }
        run += 1
      }
    }
    var cut: [LabelledRun] = []
    var end = tokenCount
    while end > 0 {
      guard let chosen = choice[end] else {
        end -= 1
        continue
      }
      cut.append(chosen)
      end = chosen.start
    }
    return cut.reversed()
  }
}

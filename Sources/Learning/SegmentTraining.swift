import Glibc

/// Trains a `SegmentModel` by stochastic gradient steps on the log likelihood with a quadratic
/// penalty; the step length falls as 1 / (1 + t) (Bottou, 2010). The answer is the mean of what the
/// later half of the passes ended with (Polyak and Juditsky, 1992): single steps err to and fro, and
/// their mean less.
package struct SegmentTraining: Sendable {
  /// One sentence with its right answer. The runs cover every token.
  package struct Example: Sendable {
    package let lattice: FeatureLattice
    package let runs: [LabelledRun]

    package init(lattice: FeatureLattice, runs: [LabelledRun]) {
      (self.lattice, self.runs) = (lattice, runs)
    }
  }

  /// How many times every example is seen.
  package var passes = 12
  /// The penalty on each squared weight, for the whole set of examples together.
  package var penalty: Float = 0.5
  /// The first step's length.
  package var firstStep: Float = 0.1

  package init() {}

  /// A model of the examples. The same examples and seed give the same model.
  ///
  /// Examples with a run longer than their lattice allows are left out.
  package func model(of all: [Example], labelCount: Int, seed: UInt64) -> SegmentModel {
    let examples = all.filter { example in
      example.lattice.tokenCount > 0
        && example.runs.allSatisfy { $0.end - $0.start <= example.lattice.segmentLengthMax }
    }
    var model = Self.untrained(examples, labelCount: labelCount)
    guard !examples.isEmpty else { return model }
    let known = examples.map { model.known(of: $0.lattice) }
    let work = SegmentWork(labelCount: labelCount)
    let decay = penalty / Float(examples.count)
    var (scale, time) = (Float(1), Float(0))
    var mean = WeightMean()
    var order = Array(examples.indices)
    var random = Shuffle(state: seed)
    for pass in 0..<passes {
      random.shuffle(&order)
      for index in order {
        let rate = firstStep / (1 + decay * firstStep * time)
        work.prepare(known[index])
        model.weights.withUnsafeBufferPointer { work.score(model, weights: $0, scale: scale) }
        work.sum()
        scale *= 1 - rate * decay
        Self.take(rate / scale, from: work, towards: examples[index].runs, in: &model)
        time += 1
        if scale < 1e-3 {
          model.multiply(by: scale)
          scale = 1
        }
      }
      guard pass >= passes / 2 else { continue }
      model.multiply(by: scale)
      scale = 1
      mean.add(model)
    }
    mean.take(into: &model)
    return model
  }

  /// A model that knows each feature of the right answers, for the labels it was seen with.
  private static func untrained(_ examples: [Example], labelCount: Int) -> SegmentModel {
    var table = FeatureTable()
    var pairs: [UInt64] = []
    for example in examples {
      let lattice = example.lattice
      for run in example.runs {
        for token in run.start..<run.end {
          let slot = UInt64(run.label * SegmentModel.Role.count + role(of: token, in: run))
          for at in lattice.tokenStarts[token]..<lattice.tokenStarts[token + 1] {
            pairs.append(UInt64(table.add(lattice.tokenKeys[Int(at)])) << 16 | slot)
          }
        }
        let number = lattice.number(of: run)
        for at in lattice.segmentStarts[number]..<lattice.segmentStarts[number + 1] {
          pairs.append(UInt64(table.add(lattice.segmentKeys[Int(at)])) << 16 | UInt64(run.label))
        }
      }
    }
    pairs.sort()
    var (starts, slots) = ([Int32](), [UInt16]())
    var last = UInt64.max
    for pair in pairs where pair != last {
      while starts.count <= Int(pair >> 16) { starts.append(Int32(slots.count)) }
      slots.append(UInt16(truncatingIfNeeded: pair))
      last = pair
    }
    while starts.count <= table.count { starts.append(Int32(slots.count)) }
    return SegmentModel(
      labelCount: labelCount, table: table, starts: starts, slots: slots,
      weights: Array(repeating: 0, count: slots.count),
      steps: Array(repeating: 0, count: (labelCount + 1) * (labelCount + 1)))
  }

  private static func role(of token: Int, in run: LabelledRun) -> Int {
    if run.end - run.start == 1 { return SegmentModel.Role.single }
    if token == run.start { return SegmentModel.Role.begin }
    return token == run.end - 1 ? SegmentModel.Role.end : SegmentModel.Role.inside
  }

  /// What is too small to be worth a step.
  private static let negligible: Float = 1e-4

  /// Moves the weights towards the right answer and away from what is expected now.
  private static func take(
    _ rate: Float, from work: SegmentWork, towards runs: [LabelledRun],
    in model: inout SegmentModel
  ) {
    let (known, labels) = (work.known, work.labelCount)
    let roles = SegmentModel.Role.count
    let width = labels * roles
    var wanted = work.probabilities.map { -$0 }
    for run in runs {
      wanted[
        (Int(known.runBase[run.end]) + run.end - run.start - 1) * labels + run.label] += 1
    }
    var tokens = [Float](repeating: 0, count: known.tokenCount * width)
    // Changes of "inside" where a run's inner part begins and after it ends, summed afterwards.
    var inner = [Float](repeating: 0, count: (known.tokenCount + 2) * labels)
    var number = 0
    for end in 1...known.tokenCount {
      for length in 1...min(known.segmentLengthMax, end) {
        for label in 0..<labels {
          let value = wanted[number * labels + label]
          guard abs(value) > negligible else { continue }
          let (start, slot) = (end - length, label * roles)
          if length == 1 {
            tokens[start * width + slot + SegmentModel.Role.single] += value
          } else {
            tokens[start * width + slot + SegmentModel.Role.begin] += value
            tokens[(end - 1) * width + slot + SegmentModel.Role.end] += value
            inner[(start + 1) * labels + label] += value
            inner[(end - 1) * labels + label] -= value
          }
        }
        number += 1
      }
    }
    for token in 0..<known.tokenCount {
      for label in 0..<labels {
        if token > 0 { inner[token * labels + label] += inner[(token - 1) * labels + label] }
        tokens[token * width + label * roles + SegmentModel.Role.inside] =
          inner[token * labels + label]
      }
    }
    model.add(rate, tokens, width, known.tokens, known.tokenStarts)
    model.add(rate, wanted, labels, known.runs, known.runStarts)
    takeSteps(rate, from: work, towards: runs, in: &model)
  }

  private static func takeSteps(
    _ rate: Float, from work: SegmentWork, towards runs: [LabelledRun],
    in model: inout SegmentModel
  ) {
    let (labels, count) = (work.labelCount, work.known.tokenCount)
    let row = labels + 1
    var before = labels
    for run in runs {
      model.steps[before * row + run.label] += rate
      before = run.label
    }
    model.steps[before * row + labels] += rate
    for label in 0..<labels {
      model.steps[labels * row + label] -=
        rate * expf(work.steps[labels * row + label] + work.opening[label] - work.total)
      model.steps[label * row + labels] -=
        rate
        * expf(work.steps[label * row + labels] + work.forward[count * labels + label] - work.total)
    }
    for position in stride(from: 1, to: count, by: 1) {
      for label in 0..<labels {
        let reached = work.forward[position * labels + label] - work.total
        for next in 0..<labels {
          let value =
            reached + work.steps[label * row + next] + work.opening[position * labels + next]
          if value > -9 { model.steps[label * row + next] -= rate * expf(value) }
        }
      }
    }
  }
}

extension FeatureLattice {
  /// The number of a run, in the order in which runs are added.
  fileprivate func number(of run: LabelledRun) -> Int {
    var number = 0
    for end in 1..<run.end { number += min(segmentLengthMax, end) }
    return number + run.end - run.start - 1
  }
}

extension SegmentModel {
  fileprivate mutating func multiply(by factor: Float) {
    for at in weights.indices { weights[at] *= factor }
    for at in steps.indices { steps[at] *= factor }
  }

  /// Adds `rate` times each row's change to the weights of the row's features.
  fileprivate mutating func add(
    _ rate: Float, _ changes: [Float], _ width: Int, _ features: [Int32], _ bounds: [Int32]
  ) {
    weights.withUnsafeMutableBufferPointer { weights in
      changes.withUnsafeBufferPointer { changes in
        features.withUnsafeBufferPointer { features in
          starts.withUnsafeBufferPointer { starts in
            slots.withUnsafeBufferPointer { slots in
              for row in 0..<bounds.count - 1 {
                var moved: Float = 0
                for slot in 0..<width { moved = max(moved, abs(changes[row * width + slot])) }
                guard moved > 1e-4 else { continue }
                for at in Int(bounds[row])..<Int(bounds[row + 1]) {
                  let feature = Int(features[at])
                  for entry in Int(starts[feature])..<Int(starts[feature + 1]) {
                    weights[entry] += rate * changes[row * width + Int(slots[entry])]
                  }
                }
              }
            }
          }
        }
      }
    }
  }
}

/// The mean of the weights that a model had at several times.
private struct WeightMean {
  private var weights: [Float] = []
  private var steps: [Float] = []
  private var count: Float = 0

  mutating func add(_ model: SegmentModel) {
    if count == 0 {
      (weights, steps) = (model.weights, model.steps)
    } else {
      for at in weights.indices { weights[at] += model.weights[at] }
      for at in steps.indices { steps[at] += model.steps[at] }
    }
    count += 1
  }

  /// Gives a model the mean; without any it stays as it is.
  func take(into model: inout SegmentModel) {
    guard count > 0 else { return }
    model.weights = weights.map { $0 / count }
    model.steps = steps.map { $0 / count }
  }
}

/// A small random order from a seed (SplitMix64 and Fisher-Yates).
struct Shuffle {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  mutating func shuffle(_ order: inout [Int]) {
    for at in stride(from: order.count - 1, to: 0, by: -1) {
      order.swapAt(at, Int(next() % UInt64(at + 1)))
    }
  }
}

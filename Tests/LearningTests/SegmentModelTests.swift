import Testing

@testable import Learning

/// Sentences of letters in which `a` begins a run of label 0 and `b` one of label 1.
private func example(_ text: String) -> SegmentTraining.Example {
  let tokens = Array(text.utf8)
  var lattice = FeatureLattice(tokenCount: tokens.count, segmentLengthMax: 4)
  for token in tokens { lattice.addToken([FeatureKey.mix(1, UInt64(token))]) }
  lattice.forEachRun { _, _ in }
  var lengths: [UInt64] = []
  lattice.forEachRun { start, end in lengths.append(UInt64(end - start)) }
  for length in lengths { lattice.addRun([FeatureKey.mix(2, length)]) }
  var runs: [LabelledRun] = []
  for (at, token) in tokens.enumerated() where token != UInt8(ascii: "x") {
    let next = tokens[(at + 1)...].firstIndex { $0 != UInt8(ascii: "x") } ?? tokens.count
    runs.append(LabelledRun(start: at, end: next, label: token == UInt8(ascii: "a") ? 0 : 1))
  }
  return SegmentTraining.Example(lattice: lattice, runs: runs)
}

private let texts = ["axxb", "bxa", "abx", "bbxa", "axbxx", "a", "b", "axaxb", "bxxaxx", "babxa"]

@Test func modelLearnsWhereRunsBegin() {
  let model = SegmentTraining().model(of: texts.map(example), labelCount: 2, seed: 7)
  for text in ["axbx", "bxxa", "abab"] {
    let asked = example(text)
    let shares = model.probabilities(of: asked.lattice)
    let cut = RunChoice.best(
      shares, tokenCount: text.utf8.count, segmentLengthMax: 4, labelCount: 2, silent: nil,
      price: 0.3)
    #expect(cut == asked.runs, "\(text)")
  }
}

@Test func probabilitiesOfRunsThatHoldATokenSumToOne() {
  let model = SegmentTraining().model(of: texts.map(example), labelCount: 2, seed: 3)
  let asked = example("abxbxa")
  let shares = model.probabilities(of: asked.lattice)
  var sums = [Float](repeating: 0, count: 6)
  var run = 0
  asked.lattice.forEachRun { start, end in
    for token in start..<end { sums[token] += shares[run * 2] + shares[run * 2 + 1] }
    run += 1
  }
  for sum in sums { #expect(abs(sum - 1) < 1e-3) }
}

@Test func sameSeedGivesTheSameModel() {
  let one = SegmentTraining().model(of: texts.map(example), labelCount: 2, seed: 5)
  let two = SegmentTraining().model(of: texts.map(example), labelCount: 2, seed: 5)
  #expect(one.weights == two.weights)
}

@Test func nothingToLearnFromOrToLabelIsNoFault() {
  let model = SegmentTraining().model(of: [], labelCount: 2, seed: 1)
  #expect(
    model.probabilities(of: FeatureLattice(tokenCount: 0, segmentLengthMax: 4)).isEmpty)
  #expect(
    RunChoice.best(
      [], tokenCount: 0, segmentLengthMax: 4, labelCount: 2, silent: nil, price: 0.4
    ).isEmpty)
}

@Test func treesLearnWhatNoLineParts() {
  var (rows, classes) = ([[Float]](), [Int]())
  var order = Shuffle(state: 11)
  for _ in 0..<400 {
    let row = [Float(order.next() % 100), Float(order.next() % 100), 1]
    rows.append(row)
    classes.append((row[0] < 50) == (row[1] < 50) ? 1 : 0)
  }
  var settings = BoostedTrees.Settings()
  settings.rounds = 40
  settings.featurePercent = 100
  settings.leafWeightMin = 1
  let trees = BoostedTrees(rows: rows, classes: classes, classCount: 2, settings: settings)
  let right = zip(rows, classes).count { row, real in
    trees.probabilities(row)[real] > 0.5
  }
  #expect(right > 380)
}

@Test func treesWithoutRowsAnswerEvenly() {
  let trees = BoostedTrees(rows: [], classes: [], classCount: 2, settings: .init())
  #expect(trees.probabilities([1]) == [0.5, 0.5])
}

import Pack

/// Learning whom to look at first, and measuring it (`eval risk`).
package enum RiskTrial {
  /// What was measured.
  package struct Figures: Equatable, Sendable {
    /// How probably a row whose outcome came stands above one whose did not.
    package let auc: Double
    /// The share of all outcomes that came which the half with the highest scores holds.
    package let firstHalfShare: Double
    /// Rows judged, and rows learned from.
    package let rows: Int
    package let learnedFrom: Int
    /// The same two figures on later rows of the training file, by which the settings were chosen.
    package let validationAUC: Double
    package let validationFirstHalfShare: Double
    package let penalty: Double
    package let usesHistory: Bool
    /// Columns that were not looked at, with the reason.
    package let leftOut: [(name: String, reason: String)]

    package static func == (left: Self, right: Self) -> Bool {
      left.auc == right.auc && left.firstHalfShare == right.firstHalfShare
        && left.rows == right.rows && left.penalty == right.penalty
    }
  }

  private static let rowsMin = 200
  private static let positivesMin = 20
  /// Where the training rows are cut to choose settings on what comes later.
  private static let cuts = [0.5, 0.6, 0.7, 0.8]
  /// How many rows are judged after each cut.
  private static let judgedShare = 0.1

  /// Learns from one file and measures on another.
  ///
  /// Outcomes of the test file are only counted against scores, never learned from.
  ///
  /// - Throws: `TrialFault`; `.insufficient` for fewer than 200 rows or 20 outcomes to learn from,
  ///   and where the test file has outcomes of one sort alone.
  package static func run(
    train: String, test: String, target: String, time: String
  ) throws(TrialFault) -> Figures {
    let known = try RiskTable(path: train, target: target, time: time)
    let asked = try RiskTable(path: test, target: target, time: time)
      .arranged(as: known.columns)
    let blank = Set(
      known.columns.indices.filter { column in asked.rows.allSatisfy { $0.values[column].isEmpty } }
    )
    let learned = known.rows.filter { $0.outcome != nil }
    let positives = learned.count { $0.outcome == true }
    guard learned.count >= rowsMin, positives >= positivesMin,
      learned.count - positives >= positivesMin
    else { throw .insufficient(missing: "rows with an outcome of both sorts to learn from") }
    let truths = asked.rows.map(\.outcome)
    guard truths.contains(true), truths.contains(false) else {
      throw .insufficient(missing: "outcomes of both sorts in the rows to be judged")
    }
    let columns = RiskColumns(known, blank: blank)
    let names = known.columns
    let gap = max(0, (asked.rows.first?.at ?? 0) - (learned.last?.at ?? 0))
    let chosen = try choose(columns, names, learned, gap: gap)
    let scores = judge(columns, names, chosen.settings, learned, asked.rows)
    let judged = zip(scores, truths).compactMap { score, truth in truth.map { (score, $0) } }
    let order = RiskOrder(judged)
    return Figures(
      auc: order.auc, firstHalfShare: order.firstHalfShare, rows: judged.count,
      learnedFrom: learned.count, validationAUC: chosen.auc,
      validationFirstHalfShare: chosen.share, penalty: chosen.settings.penalty,
      usesHistory: chosen.settings.usesHistory,
      leftOut: columns.uses.enumerated().compactMap { index, use in
        if case .leftOut(let reason) = use { (names[index], reason.rawValue) } else { nil }
      })
  }

  /// Learns from some rows and scores others, which come later.
  private static func judge(
    _ columns: RiskColumns, _ names: [String], _ settings: RiskLearner.Settings,
    _ known: [RiskTable.Row], _ asked: [RiskTable.Row]
  ) -> [Double] {
    let learner = RiskLearner(columns: columns, names: names, settings: settings)
    let usual = Double(known.count { $0.outcome == true }) / Double(known.count)
    let history = RiskHistory(columns, usual: usual)
    let until = (known.last?.at ?? 0) + 1
    // A row to be judged brings no outcome of its own, whatever its time.
    let hidden = asked.map { RiskTable.Row(at: max($0.at, until), outcome: nil, values: $0.values) }
    let pasts = history.features(known + hidden, until: until)
    let examples = zip(known + hidden, pasts).map { RiskLearner.Example(row: $0, past: $1) }
    let model = learner.model(Array(examples[..<known.count]))
    return examples[known.count...].map { learner.score(model, $0) }
  }

  private static func choose(
    _ columns: RiskColumns, _ names: [String], _ rows: [RiskTable.Row], gap: Int64
  ) throws(TrialFault) -> (settings: RiskLearner.Settings, auc: Double, share: Double) {
    var sums = RiskLearner.candidates.map { _ in (auc: 0.0, share: 0.0) }
    var folds = 0
    for cut in cuts {
      let until = rows[Int(Double(rows.count) * cut)].at
      let known = rows.filter { $0.at < until }
      let later = rows.filter { $0.at >= until + gap }
        .prefix(Int(Double(rows.count) * judgedShare))
      let truths = later.compactMap(\.outcome)
      guard known.contains(where: { $0.outcome == true }), truths.contains(true),
        truths.contains(false)
      else { continue }
      folds += 1
      for (index, settings) in RiskLearner.candidates.enumerated() {
        let scores = judge(columns, names, settings, known, Array(later))
        let order = RiskOrder(Array(zip(scores, truths)))
        sums[index].auc += order.auc
        sums[index].share += order.firstHalfShare
      }
    }
    guard folds > 0, let best = sums.indices.max(by: { sums[$0].auc < sums[$1].auc }) else {
      throw .insufficient(missing: "rows at different times")
    }
    let count = Double(folds)
    return (RiskLearner.candidates[best], sums[best].auc / count, sums[best].share / count)
  }
}

/// How well scores put what came before what did not.
struct RiskOrder {
  let auc: Double
  let firstHalfShare: Double

  /// Equal scores stand in the order given; for `auc` they count half.
  init(_ judged: [(score: Double, truth: Bool)]) {
    let sorted = judged.enumerated().sorted {
      ($1.element.score, $0.offset) < ($0.element.score, $1.offset)
    }.map(\.element)
    let positives = sorted.count { $0.truth }
    let first = sorted.prefix(sorted.count / 2).count { $0.truth }
    firstHalfShare = Double(first) / Double(max(1, positives))
    var (above, wins, at) = (0, 0.0, 0)
    while at < sorted.count {
      var end = at
      var (truths, others) = (0, 0)
      while end < sorted.count, sorted[end].score == sorted[at].score {
        if sorted[end].truth { truths += 1 } else { others += 1 }
        end += 1
      }
      wins += Double(others) * (Double(above) + Double(truths) / 2)
      above += truths
      at = end
    }
    let pairs = Double(positives) * Double(sorted.count - positives)
    auc = pairs > 0 ? wins / pairs : 0.5
  }
}

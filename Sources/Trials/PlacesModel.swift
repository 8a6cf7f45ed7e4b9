import City
import Language
import Learning

/// Tells the same place from a part of it and from another one, for all candidates of a query.
///
/// Two layers of boosted trees: the first looks at each pair beside its rivals, the second also at
/// what the first thinks of them. It learns from answers that the first gave for rows it had not
/// seen. The weight of each class is chosen, again on unseen rows, for the mean F1 of the classes.
struct PlacesModel {
  /// Into how many parts the rows are cut to have unseen ones.
  static let foldCount = 4

  private let likeness: PlaceLikeness
  private let first: BoostedTrees
  private let second: BoostedTrees
  private var weights: [Float]

  init(_ queries: [PlacesTrial.Query], labels: [String], words: AddressWords) {
    let classCount = labels.count
    likeness = PlaceLikeness(
      parser: AddressParser(words),
      texts: queries.flatMap { [$0.text] + $0.candidates.map(\.text) })
    var (rows, classes, groups) = ([[Float]](), [Int](), [Range<Int>]())
    for query in queries {
      let from = rows.count
      rows += Self.rows(query, likeness)
      classes += query.candidates.map { labels.firstIndex(of: $0.label) ?? 0 }
      groups.append(from..<rows.count)
    }
    let settings = Self.settings
    let unseen = Self.unseen(rows, classes, groups, classCount, settings)
    let second = zip(rows, Self.withRivals(unseen, groups)).map { $0 + $1 }
    let answers = Self.unseen(second, classes, groups, classCount, settings)
    first = BoostedTrees(
      rows: rows, classes: classes, classCount: classCount, settings: settings)
    self.second = BoostedTrees(
      rows: second, classes: classes, classCount: classCount, settings: settings)
    weights = Self.weights(answers, classes, classCount)
  }

  private static let settings = BoostedTrees.Settings()

  /// The class of each candidate, as an index into the labels.
  func answers(_ query: PlacesTrial.Query) -> [Int] {
    let rows = Self.rows(query, likeness)
    let thought = rows.map(first.probabilities)
    let seconds = zip(rows, Self.withRivals(thought, [0..<rows.count])).map { $0 + $1 }
    return seconds.map { Self.choice(second.probabilities($0), weights) }
  }

  private static func choice(_ shares: [Float], _ weights: [Float]) -> Int {
    shares.indices.max { shares[$0] * weights[$0] < shares[$1] * weights[$1] } ?? 0
  }

  /// The rows of one query: each pair, then how it stands among its rivals.
  private static func rows(
    _ query: PlacesTrial.Query, _ likeness: PlaceLikeness
  ) -> [[Float]] {
    let asked = likeness.reading(query.text)
    let plain = query.candidates.map { likeness.features(asked, likeness.reading($0.text)) }
    guard let width = plain.first?.count else { return [] }
    var (means, peaks) = ([Float](), [Float]())
    for column in 0..<width {
      means.append(plain.reduce(0) { $0 + $1[column] } / Float(plain.count))
      peaks.append(plain.map { $0[column] }.max() ?? 0)
    }
    return plain.enumerated().map { rank, row in
      var more: [Float] = [Float(rank), Float(plain.count)]
      for column in 0..<width {
        more.append(row[column] - means[column])
        more.append(row[column] - peaks[column])
      }
      return row + more
    }
  }

  /// What is thought of each pair, of its rivals on average and at most, and of the first one.
  private static func withRivals(_ thought: [[Float]], _ groups: [Range<Int>]) -> [[Float]] {
    var rows: [[Float]] = []
    for group in groups {
      for at in group {
        let rivals = group.filter { $0 != at }
        var row = thought[at]
        for one in thought[at].indices {
          let values = rivals.map { thought[$0][one] }
          row.append(values.reduce(0, +) / Float(max(1, values.count)))
          row.append(values.max() ?? 0)
          row.append(thought[group.lowerBound][one])
        }
        rows.append(row)
      }
    }
    return rows
  }

  /// Answers for every row by trees that did not see it nor any row of its query.
  private static func unseen(
    _ rows: [[Float]], _ classes: [Int], _ groups: [Range<Int>], _ classCount: Int,
    _ settings: BoostedTrees.Settings
  ) -> [[Float]] {
    var answers = [[Float]](repeating: [], count: rows.count)
    for fold in 0..<foldCount {
      var (seen, hidden) = ([Int](), [Int]())
      for (index, group) in groups.enumerated() {
        if index % foldCount == fold { hidden += group } else { seen += group }
      }
      let trees = BoostedTrees(
        rows: seen.map { rows[$0] }, classes: seen.map { classes[$0] }, classCount: classCount,
        settings: settings)
      for row in hidden { answers[row] = trees.probabilities(rows[row]) }
    }
    return answers
  }

  /// The weights with the best mean F1, from a coarse grid, one class after another.
  private static func weights(
    _ answers: [[Float]], _ classes: [Int], _ classCount: Int
  ) -> [Float] {
    var weights = [Float](repeating: 1, count: classCount)
    var best = meanF1(answers, classes, weights)
    for _ in 0..<3 {
      for one in 0..<classCount {
        for factor in stride(from: Float(0.5), through: 3, by: 0.1) {
          var tried = weights
          tried[one] = factor
          let value = meanF1(answers, classes, tried)
          if value > best { (best, weights) = (value, tried) }
        }
      }
    }
    return weights
  }

  private static func meanF1(
    _ answers: [[Float]], _ classes: [Int], _ weights: [Float]
  ) -> Double {
    var hits = [Int](repeating: 0, count: weights.count)
    var sums = hits
    for (answer, real) in zip(answers, classes) {
      let chosen = choice(answer, weights)
      sums[chosen] += 1
      sums[real] += 1
      if chosen == real { hits[real] += 1 }
    }
    return zip(hits, sums).reduce(0) { $0 + 2 * Double($1.0) / Double(max(1, $1.1)) }
      / Double(weights.count)
  }
}

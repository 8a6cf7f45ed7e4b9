/// What earlier rows of the same key say of a row: only rows of an earlier time, and only those whose
/// outcome may be known by then.
struct RiskHistory {
  /// Features of a row for each key: earlier rows, their share of outcomes, the last outcome, and
  /// for each column that is known only afterwards its mean and last value.
  private struct Past {
    var rows = 0.0
    var positives = 0.0
    var last = 0.0
    var sums: [Double]
    var lasts: [Double]
  }

  /// So many rows of the usual outcome are added to each past: a first row says little.
  private static let shrinkingRows = 3.0

  private let keys: [Int]
  private let afterwards: [Int]
  private let usual: Double

  /// How many numbers `features` gives each row.
  var width: Int { keys.count * (3 + 2 * afterwards.count) }

  init(_ columns: RiskColumns, usual: Double) {
    keys = columns.uses.indices.filter { columns.uses[$0] == .key }
    afterwards = columns.uses.indices.filter {
      if case .leftOut(let reason) = columns.uses[$0] { reason.isAfterwards } else { false }
    }
    self.usual = usual
  }

  /// The features of every row.
  ///
  /// - Parameters:
  ///   - rows: in the order of their time.
  ///   - until: rows from this time on keep their outcome to themselves.
  func features(_ rows: [RiskTable.Row], until: Int64) -> [[Float]] {
    var pasts = keys.map { _ in [String: Past]() }
    var features: [[Float]] = []
    features.reserveCapacity(rows.count)
    var first = 0
    while first < rows.count {
      var end = first
      while end < rows.count, rows[end].at == rows[first].at { end += 1 }
      for row in rows[first..<end] { features.append(self.features(of: row, pasts)) }
      if rows[first].at < until {
        for row in rows[first..<end] { learn(row, &pasts) }
      }
      first = end
    }
    return features
  }

  private func features(of row: RiskTable.Row, _ pasts: [[String: Past]]) -> [Float] {
    var features: [Float] = []
    features.reserveCapacity(width)
    for (place, key) in keys.enumerated() {
      let none = [Double](repeating: 0, count: afterwards.count)
      let past = pasts[place][row.values[key]] ?? Past(sums: none, lasts: none)
      let share =
        (past.positives + usual * Self.shrinkingRows) / (past.rows + Self.shrinkingRows)
      features += [Float(past.rows), Float(share), Float(past.last)]
      for at in afterwards.indices {
        features += [Float(past.sums[at] / max(1, past.rows)), Float(past.lasts[at])]
      }
    }
    return features
  }

  private func learn(_ row: RiskTable.Row, _ pasts: inout [[String: Past]]) {
    guard let outcome = row.outcome else { return }
    let none = [Double](repeating: 0, count: afterwards.count)
    for (place, key) in keys.enumerated() where !row.values[key].isEmpty {
      var past = pasts[place][row.values[key]] ?? Past(sums: none, lasts: none)
      past.rows += 1
      past.positives += outcome ? 1 : 0
      past.last = outcome ? 1 : 0
      for (at, column) in afterwards.enumerated() {
        let value = Double(row.values[column]) ?? 0
        past.sums[at] += value
        past.lasts[at] = value
      }
      pasts[place][row.values[key]] = past
    }
  }
}

import City
package import Pack

/// What a formula makes of cases: points for everybody judged, with every part, ready to be counted
/// again to the last digit: it follows from the rows, the formula and the period alone.
package struct Evaluation: Sendable {
  /// One part of somebody's evaluation.
  package struct Part: Hashable, Sendable {
    package let count: Double
    package let per: Double
    /// nil where nothing is there to be judged.
    package let rate: Double?
    /// The rate with the mix of items taken out (indirect standardisation); nil where none.
    package let adjusted: Double?
    /// Of the part's own points; nil where there is no rate.
    package let points: Double?
  }

  /// Somebody's evaluation. What has no rate is left out, the rest counts for the hundred.
  package struct Line: Hashable, Sendable {
    /// Number of whoever is judged, as the grouping gave it.
    package let key: Int32
    /// In the order of the formula's parts.
    package let parts: [Part]
    /// 0 to 100; nil where no part has a rate.
    package let points: Double?
    /// The same from the adjusted rates.
    package let adjusted: Double?
  }

  package let formula: EvaluationFormula
  /// The best first; those without points last.
  package let lines: [Line]
  private let counts: [(count: CaseCount, per: CaseCount)]

  /// - Parameter key: who is judged by a row; nil = nobody.
  package init(
    _ formula: EvaluationFormula, book: CaseBook, period: Period, catalogue: Catalogue,
    key: (CaseRow) -> Int32?
  ) {
    self.formula = formula
    counts = formula.parts.map {
      (
        CaseCount($0.count, book: book, catalogue: catalogue),
        CaseCount($0.per, book: book, catalogue: catalogue)
      )
    }
    let width = book.items.values.count + 1
    var places: [Int32: Int] = [:]
    var keys: [Int32] = []
    // For each judged and part: count and per by item, so that the mix can be taken out.
    var sums: [[Sum]] = []
    var overall = formula.parts.map { _ in [Sum](repeating: Sum(), count: width) }
    for row in book.rows {
      guard let judged = key(row) else { continue }
      for (part, count) in counts.enumerated() {
        let amount = Self.amount(count.count, row, period)
        let per = Self.amount(count.per, row, period)
        guard amount != 0 || per != 0 else { continue }
        var place = places[judged] ?? -1
        if place < 0 {
          place = keys.count
          places[judged] = place
          keys.append(judged)
          sums.append([Sum](repeating: Sum(), count: formula.parts.count * width))
        }
        let item = Int(row.item) + 1
        sums[place][part * width + item].add(amount, per)
        overall[part][item].add(amount, per)
      }
    }
    let lines = keys.indices.map { place in
      Self.line(keys[place], sums[place], overall, formula, width)
    }
    self.lines = lines.sorted {
      ($1.points ?? -1, $0.key) < ($0.points ?? -1, $1.key)
    }
  }

  /// The rows behind a part of somebody's evaluation: those counted, or those not counted of `per`.
  package func rows(
    of judged: Int32, part: Int, counted: Bool, book: CaseBook, period: Period,
    key: (CaseRow) -> Int32?
  ) -> [CaseRow] {
    book.rows.filter { row in
      guard key(row) == judged else { return false }
      let isCounted = Self.amount(counts[part].count, row, period) != 0
      return counted ? isCounted : !isCounted && Self.amount(counts[part].per, row, period) != 0
    }
  }

  private struct Sum: Hashable {
    var count = 0.0
    var per = 0.0

    mutating func add(_ count: Double, _ per: Double) {
      self.count += count
      self.per += per
    }
  }

  private static func amount(_ count: CaseCount, _ row: CaseRow, _ period: Period) -> Double {
    guard let moment = count.moment(row), period.holds(moment), count.fits(row) else { return 0 }
    return count.amount(row)
  }

  private static func line(
    _ key: Int32, _ sums: [Sum], _ overall: [[Sum]], _ formula: EvaluationFormula, _ width: Int
  ) -> Line {
    var parts: [Part] = []
    for (number, part) in formula.parts.enumerated() {
      let own = sums[number * width..<(number + 1) * width]
      let count = own.reduce(0) { $0 + $1.count }
      let per = own.reduce(0) { $0 + $1.per }
      let rate = per > 0 ? count / per : nil
      parts.append(
        Part(
          count: count, per: per, rate: rate,
          adjusted: rate.flatMap { _ in adjusted(count, Array(own), overall[number]) },
          points: rate.map { part.points(at: $0) }))
    }
    let fair = zip(formula.parts, parts).map { part, found in
      found.adjusted.map { part.points(at: $0) }
    }
    return Line(
      key: key, parts: parts, points: total(parts.map(\.points), formula),
      adjusted: total(fair, formula))
  }

  /// Observed by expected, times the rate of all.
  private static func adjusted(_ count: Double, _ own: [Sum], _ overall: [Sum]) -> Double? {
    var expected = 0.0
    for (item, sum) in own.enumerated() where sum.per > 0 && overall[item].per > 0 {
      expected += sum.per * overall[item].count / overall[item].per
    }
    let all = overall.reduce(0) { $0 + $1.count }
    let per = overall.reduce(0) { $0 + $1.per }
    guard per > 0 else { return nil }
    // Nothing of the sort ever happens to anybody: then the rate is that of all, nothing.
    guard expected > 0 else { return all / per }
    return count / expected * (all / per)
  }

  private static func total(_ points: [Double?], _ formula: EvaluationFormula) -> Double? {
    var sum = 0.0
    var most = 0
    for (part, found) in zip(formula.parts, points) {
      guard let found else { continue }
      sum += found
      most += part.points
    }
    return most > 0 ? sum / Double(most) * Double(EvaluationFormula.pointsMax) : nil
  }
}

extension EvaluationPart {
  /// What a rate is worth, 0 to `points`.
  package func points(at rate: Double) -> Double {
    Double(points) * min(1, max(0, (rate - zero) / (full - zero)))
  }
}

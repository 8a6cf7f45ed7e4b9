/// What comes together with a trouble more often than by chance (成因候选), with the counts behind.
///
/// A candidate is no cause: it says where to look first.
package struct CauseCandidates: Equatable, Sendable {
  /// Fewer cases say nothing.
  package static let countLeast = 5
  /// So many standard errors above what chance gives.
  package static let errorsLeast = 3.0
  /// Candidates that are told.
  package static let shownMax = 30

  /// The trouble.
  package enum Trouble: String, CaseIterable, Sendable {
    /// Closed, and reported back after the deadline.
    case late
    case reworked, returned
    /// Reported by more than one signal.
    case repeated
  }

  /// One value of one respect.
  package struct Candidate: Equatable, Sendable {
    package let dimension: CrossTable.Dimension
    package let key: String
    /// Cases of this value in trouble, and all of them.
    package let count: Int
    package let of: Int
    /// The share in trouble, divided by the share of all.
    package let lift: Double
    /// Standard errors above chance.
    package let errors: Double
  }

  package let trouble: Trouble
  package let count: Int
  package let of: Int
  /// The surest first.
  package let candidates: [Candidate]

  /// - Parameter tables: one a dimension, of the same cases; only their rows are read.
  package init(
    _ trouble: Trouble, tables: [(dimension: CrossTable.Dimension, table: CrossTable)]
  ) {
    self.trouble = trouble
    let first = tables.first.map { Self.sums($0.table, trouble) } ?? []
    let (all, base) = (first.reduce(0) { $0 + $1.count }, first.reduce(0) { $0 + $1.of })
    count = all
    of = base
    guard all > 0, base > all else {
      candidates = []
      return
    }
    let share = Double(all) / Double(base)
    var found: [Candidate] = []
    for (dimension, table) in tables {
      for (key, sum) in zip(table.rows, Self.sums(table, trouble)) where !key.isEmpty {
        let expected = Double(sum.of) * share
        guard sum.count >= Self.countLeast, sum.of < base else { continue }
        let errors = (Double(sum.count) - expected) / (expected * (1 - share)).squareRoot()
        guard errors >= Self.errorsLeast else { continue }
        found.append(
          Candidate(
            dimension: dimension, key: key, count: sum.count, of: sum.of,
            lift: Double(sum.count) / expected, errors: errors))
      }
    }
    candidates = Array(
      found.sorted { ($1.errors, $0.key) < ($0.errors, $1.key) }.prefix(Self.shownMax))
  }

  /// Of each row: how many are in trouble, and how many might be.
  private static func sums(_ table: CrossTable, _ trouble: Trouble) -> [(count: Int, of: Int)] {
    table.rows.indices.map { row in
      var sum = (count: 0, of: 0)
      for column in table.columns.indices {
        let cell = table.cell(row: row, column: column)
        switch trouble {
        case .late:
          sum.count += cell.closed - cell.inTime
          sum.of += cell.closed
        case .reworked:
          sum.count += cell.reworked
          sum.of += cell.count
        case .returned:
          sum.count += cell.returned
          sum.of += cell.count
        case .repeated:
          sum.count += cell.repeated
          sum.of += cell.count
        }
      }
      return sum
    }
  }
}

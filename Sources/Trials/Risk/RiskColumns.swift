/// What each column of a file of examples is good for.
struct RiskColumns {
  /// A column's use.
  enum Use: Equatable {
    case number
    /// Few different texts.
    case words
    /// Names something that comes again: rows with the same value share a history.
    case key
    case leftOut(Reason)
  }

  /// Why a column is not looked at.
  enum Reason: String {
    /// It says the same in all rows.
    case constant
    /// It names each row.
    case identifier
    /// It is known only afterwards: empty wherever the outcome is.
    case emptyWithOutcome = "empty_with_outcome"
    /// It is known only afterwards: another column tells it of the time before.
    case recordedLater = "recorded_later"
    /// It is the outcome in other words: where it has one value the outcome is as good as certain.
    case tellsOutcome = "tells_outcome"

    /// Whether its past may be used.
    var isAfterwards: Bool { self != .constant && self != .identifier }
  }

  let uses: [Use]

  /// More texts than these make no words.
  static let wordsMax = 64
  /// From this share of different values on, whole numbers and texts are names, not amounts.
  private static let namesShareMin = 0.2
  /// A value that so many rows have is looked at for certainty, …
  private static let groupShareMin = 0.05
  /// … which is a share of outcomes below so much of the usual.
  private static let certaintyMax = 0.02
  /// Pairs of rows that must tell a value of the time before, and how many of them agree.
  private static let pairsMin = 50
  private static let pairsShareMin = 0.95

  /// - Parameters:
  ///   - table: rows to learn from, those without an outcome too.
  ///   - blank: columns that are empty in all rows to be judged.
  init(_ table: RiskTable, blank: Set<Int>) {
    var uses = table.columns.indices.map { Self.form(of: $0, table) }
    for column in uses.indices where uses[column] != .leftOut(.constant) {
      if blank.contains(column) || Self.isEmptyWithOutcome(column, table) {
        uses[column] = .leftOut(.emptyWithOutcome)
      } else if uses[column] != .key, uses[column] != .leftOut(.identifier),
        Self.tellsOutcome(column, table)
      {
        uses[column] = .leftOut(.tellsOutcome)
      }
    }
    for key in uses.indices where uses[key] == .key {
      for column in Self.recordedLater(key, table, uses) {
        uses[column] = .leftOut(.recordedLater)
      }
    }
    self.uses = uses
  }

  // MARK: One column

  private static func form(of column: Int, _ table: RiskTable) -> Use {
    let values = table.rows.filter { $0.outcome != nil }.map { $0.values[column] }
      .filter { !$0.isEmpty }
    let count = values.count
    let distinct = Set(values)
    guard distinct.count > 1 else { return .leftOut(.constant) }
    let numbers = distinct.compactMap(Double.init)
    let isNumber = numbers.count == distinct.count
    let isName = Double(distinct.count) > namesShareMin * Double(count)
    if isNumber, !isName || numbers.contains(where: { $0 != $0.rounded() }) { return .number }
    if isName || distinct.count > wordsMax {
      return distinct.count == count ? .leftOut(.identifier) : .key
    }
    return .words
  }

  private static func isEmptyWithOutcome(_ column: Int, _ table: RiskTable) -> Bool {
    var (without, filled) = (0, 0)
    for row in table.rows {
      if row.outcome == nil {
        guard row.values[column].isEmpty else { return false }
        without += 1
      } else if !row.values[column].isEmpty {
        filled += 1
      }
    }
    return without > 0 && filled > 0
  }

  private static func tellsOutcome(_ column: Int, _ table: RiskTable) -> Bool {
    var groups: [String: (rows: Int, positives: Int)] = [:]
    var (rows, positives) = (0, 0)
    for row in table.rows {
      guard let outcome = row.outcome else { continue }
      rows += 1
      positives += outcome ? 1 : 0
      groups[row.values[column], default: (0, 0)].rows += 1
      groups[row.values[column], default: (0, 0)].positives += outcome ? 1 : 0
    }
    guard rows > 0, positives > 0, positives < rows else { return false }
    let usual = Double(positives) / Double(rows)
    return groups.values.contains { group in
      let share = Double(group.positives) / Double(group.rows)
      return Double(group.rows) >= groupShareMin * Double(rows)
        && (share < certaintyMax * usual || 1 - share < certaintyMax * (1 - usual))
    }
  }

  // MARK: Two columns

  /// Columns whose value another column repeats in the next row of the same key.
  private static func recordedLater(_ key: Int, _ table: RiskTable, _ uses: [Use]) -> [Int] {
    let pairs = pairs(key, table)
    let usable = uses.indices.filter { uses[$0] == .number || uses[$0] == .words }
    let codes = usable.map { coded($0, table) }
    var found: [Int] = []
    for (place, column) in usable.enumerated() {
      let own = codes[place]
      let usual = commonest(own)
      let telling = pairs.filter { own[$0.earlier] != usual }
      guard telling.count >= pairsMin else { continue }
      for (otherPlace, other) in usable.enumerated() where other != column {
        let texts = codes[otherPlace]
        let agreeing = telling.count { texts[$0.later] == own[$0.earlier] }
        guard Double(agreeing) >= pairsShareMin * Double(telling.count) else { continue }
        // Two columns that always say the same tell nothing of the time before.
        let same = telling.count { texts[$0.later] == own[$0.later] }
        if Double(same) < pairsShareMin * Double(telling.count) {
          found.append(column)
          break
        }
      }
    }
    return found
  }

  private static func pairs(
    _ key: Int, _ table: RiskTable
  ) -> [(earlier: Int, later: Int)] {
    var last: [String: Int] = [:]
    var pairs: [(earlier: Int, later: Int)] = []
    for (index, row) in table.rows.enumerated() where !row.values[key].isEmpty {
      if let earlier = last.updateValue(index, forKey: row.values[key]) {
        pairs.append((earlier, index))
      }
    }
    return pairs
  }

  /// Values as numbers, so that equal ones compare quickly: the same code in all columns.
  private static func coded(_ column: Int, _ table: RiskTable) -> [Int] {
    table.rows.map { row in
      let text = row.values[column]
      return Double(text).map { Int(bitPattern: UInt($0.bitPattern)) } ?? text.hashValue
    }
  }

  private static func commonest(_ codes: [Int]) -> Int {
    var counts: [Int: Int] = [:]
    for code in codes { counts[code, default: 0] += 1 }
    return counts.max { ($0.value, $0.key) < ($1.value, $1.key) }?.key ?? 0
  }
}

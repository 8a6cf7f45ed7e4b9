import City
import Links

/// Rows of a file of examples, column by column, in the order of their time.
struct RiskTable {
  /// One row.
  struct Row {
    let at: Int64
    /// nil = not known.
    let outcome: Bool?
    /// In the order of `columns`; empty = not known.
    let values: [String]
  }

  /// All but the outcome and the time.
  let columns: [String]
  let rows: [Row]

  static let rowsMax = 5_000_000

  /// Reads a CSV file; rows of the same time keep their order.
  ///
  /// - Throws: `.file` where it cannot be read or lacks the columns, `.line` for a time that is
  ///   none and an outcome that is neither a number, nor yes or no, nor empty.
  init(path: String, target: String, time: String) throws(TrialFault) {
    var names: [String: Int] = [:]
    var read: [(at: Int64, outcome: Bool?, others: [(Int, String)])] = []
    let wanted = WantedColumns(required: [target, time], keepsOthers: true)
    try TrialFile.forEachRow(of: path, wanted: wanted) { (row) throws(TrialFault) in
      guard let at = Self.moment(row.values[1]) else {
        throw .line(path: path, line: row.number, rule: "`\(time)` is no time")
      }
      guard read.count < Self.rowsMax else {
        throw .line(path: path, line: row.number, rule: "more than \(Self.rowsMax) rows")
      }
      let outcome = try Self.truth(row.values[0], path, row.number)
      let others = row.others.map { other in
        let index = names[other.name] ?? names.count
        names[other.name] = index
        return (index, other.value)
      }
      read.append((at, outcome, others))
    }
    columns = names.sorted { $0.value < $1.value }.map(\.key)
    let width = columns.count
    rows = read.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }
      .map { _, row in
        var values = [String](repeating: "", count: width)
        for (index, value) in row.others { values[index] = value }
        return Row(at: row.at, outcome: row.outcome, values: values)
      }
  }

  init(columns: [String], rows: [Row]) {
    (self.columns, self.rows) = (columns, rows)
  }

  /// The same rows with the columns of another table, in its order; what is not there is empty.
  func arranged(as columns: [String]) -> RiskTable {
    let places = Dictionary(self.columns.enumerated().map { ($1, $0) }) { first, _ in first }
    let indexes = columns.map { places[$0] }
    return RiskTable(
      columns: columns,
      rows: rows.map { row in
        Row(
          at: row.at, outcome: row.outcome,
          values: indexes.map { $0.map { row.values[$0] } ?? "" })
      })
  }

  private static func moment(_ text: String) -> Int64? {
    guard let written = try? WrittenTime.read(text) else { return Int64(text) }
    return Int64(written.date.daysSinceEpoch) * Duration.day + written.millisecondOfDay
  }

  private static func truth(
    _ text: String, _ path: String, _ line: Int
  ) throws(TrialFault) -> Bool? {
    switch text.lowercased() {
    case "": return nil
    case "true", "yes": return true
    case "false", "no": return false
    default:
      guard let number = Double(text), number.isFinite else {
        throw .line(path: path, line: line, rule: "`\(text)` is no outcome")
      }
      return number > 0
    }
  }
}

/// Rows of a matrix that is almost empty, side by side: of each row the columns that hold a value.
struct SparseRows: Sendable {
  private(set) var starts: [Int] = [0]
  private(set) var columns: [Int32] = []
  private(set) var values: [Float] = []

  var count: Int { starts.count - 1 }

  /// Adds a row.
  mutating func append(_ row: [(column: Int32, value: Float)]) {
    for entry in row {
      columns.append(entry.column)
      values.append(entry.value)
    }
    starts.append(columns.count)
  }

  /// Columns and values of all rows, for loops that look at every one.
  func withEntries(
    _ body: (UnsafeBufferPointer<Int32>, UnsafeBufferPointer<Float>) -> Void
  ) {
    columns.withUnsafeBufferPointer { columns in
      values.withUnsafeBufferPointer { values in body(columns, values) }
    }
  }
}

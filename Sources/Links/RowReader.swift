package import Pack

/// One row of a file, cut to the columns that were asked for.
package struct Row: Equatable, Sendable {
  /// As in `RowRefusal`.
  package let number: Int
  /// The texts of the wanted columns, in their order, without white space around them; empty where
  /// the row has none.
  package let values: [String]
  /// Names and texts of all other columns that are not empty; only where they were asked for.
  package let others: [Column]
  /// The row as it came, in UTF-8, without its line end.
  package let raw: [UInt8]

  /// One column and what a row has in it.
  package struct Column: Hashable, Sendable {
    package let name: String
    package let value: String
  }
}

/// What became of a row of a file.
package enum RowOutcome: Equatable, Sendable {
  case row(Row)
  case refused(RowRefusal)
}

/// Which columns a reader is after.
package struct WantedColumns: Equatable, Sendable {
  /// Names that must be in the header.
  package let required: [String]
  /// Names that may be missing; they read as empty then. Their values follow the required ones.
  package let optional: [String]
  /// Whether `Row.others` is wanted.
  package let keepsOthers: Bool
  /// Other titles that a header may have for these names: title → name.
  package let titles: [String: String]

  package init(
    required: [String], optional: [String] = [], keepsOthers: Bool = false,
    titles: [String: String] = [:]
  ) {
    self.required = required
    self.optional = optional
    self.keepsOthers = keepsOthers
    self.titles = titles
  }

  var all: [String] { required + optional }
}

/// Reads rows with named columns from CSV or JSONL, one after the other.
///
/// A pull reader with one owner; it blocks while the file is read.
package struct RowReader {
  // One of the two is there.
  private var table: CSVTable?
  private var lines: JSONLTable?

  /// Opens the rows of a stream, and for CSV reads the header.
  ///
  /// In JSONL every object may leave members out, so that only rows can miss a column, not files.
  ///
  /// - Throws: faults of the stream; `.empty`, `.header`, `.headerEncoding`, `.columnsMissing` and
  ///   `.columnsRepeated` for CSV.
  package init(
    stream: TextStream, format: TicketProfile.Format, wanted: WantedColumns, limits: ImportLimits
  ) throws(ImportFault) {
    switch format {
    case .csv: table = try CSVTable(stream: stream, wanted: wanted, limits: limits)
    case .jsonl: lines = JSONLTable(stream: stream, wanted: wanted, limits: limits)
    }
  }

  /// How far the file was read.
  package var progress: ImportProgress {
    table?.progress ?? lines?.progress ?? ImportProgress(bytesRead: 0, bytesTotal: 0)
  }

  /// The next row; nil at the end.
  ///
  /// - Throws: faults of the stream, and `.quoteOpen`; nothing can be read afterwards.
  package mutating func next() throws(ImportFault) -> RowOutcome? {
    if table != nil { return try table?.next() }
    return try lines?.next()
  }
}

/// How much of a workbook is read at most. A small file can say that it holds very much.
package struct WorkbookLimits: Sendable {
  /// Bytes of one part of the file, unpacked.
  package var partBytesMax = 2 << 30
  /// Bytes of all shared strings together.
  package var stringBytesMax = 256 << 20
  /// Bytes of the rows as text.
  package var textBytesMax = 256 << 20
  /// Bytes of one cell.
  package var cellBytesMax = 1 << 18
  package var columnsMax = 1_000
  /// The most that the format itself allows.
  package var rowsMax = 1_048_576

  package init() {}
}

/// Why a workbook was not read.
package enum WorkbookFault: Error, Equatable {
  /// It cannot be opened as what it should be; encrypted ones count here.
  case unreadable
  /// It lacks a part that every workbook has.
  case partMissing(String)
  /// A part is not well formed, or declares entities.
  case malformed(String)
  /// More than a limit allows; `what` names it.
  case tooLarge(what: String, max: Int)

  package var code: String {
    switch self {
    case .unreadable: "workbook.unreadable"
    case .partMissing: "workbook.part_missing"
    case .malformed: "workbook.malformed"
    case .tooLarge: "workbook.too_large"
    }
  }

  package var facts: [String: String] {
    switch self {
    case .unreadable: [:]
    case .partMissing(let part), .malformed(let part): ["part": part]
    case .tooLarge(let what, let max): ["what": what, "max": String(max)]
    }
  }
}

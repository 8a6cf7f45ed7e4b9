import Glibc

/// A workbook made in one go, for answers over the network.
package enum WorkbookBytes {
  /// One sheet with these rows; a cell that is a number becomes one.
  ///
  /// The library writes files only: it goes by a file in the system's temporary folder, which has
  /// no name any more when this returns. Blocks for as long as it writes.
  ///
  /// - Parameter mark: who takes it out, when, under which number. Empty = nobody.
  /// - Throws: `.unreadable` where the temporary folder takes no file.
  package static func make(
    sheet name: String, rows: [[WorkbookCell]], mark: String = ""
  ) throws(WorkbookFault) -> [UInt8] {
    var pattern = Array("\(temporaryFolder)/civicloop-sheet-XXXXXX".utf8CString)
    let descriptor = mkstemp(&pattern)
    guard descriptor >= 0 else { throw .unreadable }
    close(descriptor)
    let path = pattern.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    defer { unlink(path) }
    let book = try WorkbookWriter(path: path, sheet: name, mark: mark)
    for row in rows {
      var numbers: [Int: Double] = [:]
      for (column, cell) in row.enumerated() {
        if case .number(let number) = cell { numbers[column] = number }
      }
      try book.row(row.map(\.text), numbers: numbers)
    }
    try book.finish()
    return try read(path)
  }

  private static var temporaryFolder: String {
    getenv("TMPDIR").map { String(cString: $0) } ?? P_tmpdir
  }

  private static func read(_ path: String) throws(WorkbookFault) -> [UInt8] {
    guard let file = fopen(path, "rb") else { throw .unreadable }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = fread(&part, 1, part.count, file)
      bytes += part.prefix(count)
      if count < part.count { break }
    }
    guard ferror(file) == 0 else { throw .unreadable }
    return bytes
  }
}

/// What stands in a cell.
package enum WorkbookCell: Equatable, Sendable {
  case text(String)
  case number(Double)

  var text: String {
    if case .text(let text) = self { text } else { "" }
  }
}

/// Writes CSV into UTF-8 bytes: commas, CRLF, quotation marks where a cell needs them.
///
/// Spreadsheets run cells that begin with `=`, `+`, `-` or `@` as formulas, so text that begins so,
/// or with a tab or return before it, gets an apostrophe in front. Cells that are numbers, `-3.5`
/// for example, stay as they are.
package struct CSVWriter {
  /// What was written and not taken yet.
  package private(set) var bytes: [UInt8] = []

  /// - Parameter hasMark: begins with a byte order mark, by which Excel knows UTF-8.
  package init(hasMark: Bool = false) {
    if hasMark { bytes = [0xEF, 0xBB, 0xBF] }
  }

  /// Gives the bytes away; the caller puts them into a file before many gather.
  package mutating func take() -> [UInt8] {
    var taken: [UInt8] = []
    swap(&taken, &bytes)
    return taken
  }

  /// One row.
  package mutating func row(_ cells: [String]) {
    for (index, cell) in cells.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      // A row of one empty cell would read as an empty line, which is no row.
      append(cell, isQuoted: cells.count == 1 && cell.isEmpty)
    }
    bytes.append(contentsOf: [UInt8(ascii: "\r"), UInt8(ascii: "\n")])
  }

  private mutating func append(_ cell: String, isQuoted: Bool) {
    let isFormula = Self.readsAsFormula(cell)
    guard isQuoted || cell.utf8.contains(where: Self.needsMarks) else {
      if isFormula { bytes.append(UInt8(ascii: "'")) }
      bytes.append(contentsOf: cell.utf8)
      return
    }
    bytes.append(UInt8(ascii: "\""))
    if isFormula { bytes.append(UInt8(ascii: "'")) }
    for byte in cell.utf8 {
      if byte == UInt8(ascii: "\"") { bytes.append(byte) }
      bytes.append(byte)
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private static func needsMarks(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\"") || byte == 0x0A || byte == 0x0D
  }

  private static func readsAsFormula(_ cell: String) -> Bool {
    guard let first = cell.utf8.first else { return false }
    switch first {
    case UInt8(ascii: "="), UInt8(ascii: "@"), 0x09, 0x0D: return true
    case UInt8(ascii: "+"), UInt8(ascii: "-"): return !isNumber(cell.utf8.dropFirst())
    default: return false
    }
  }

  private static func isNumber(_ bytes: Substring.UTF8View) -> Bool {
    var digits = 0
    var points = 0
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digits += 1
      case UInt8(ascii: "."): points += 1
      default: return false
      }
    }
    return digits > 0 && points <= 1
  }
}

/// Writes the refused rows of an import as CSV: `row,field,rule,value`.
package struct RefusalWriter {
  private var csv = CSVWriter(hasMark: true)

  package init() {
    csv.row(["row", "field", "rule", "value"])
  }

  /// Adds one refusal.
  package mutating func add(_ refusal: RowRefusal) {
    csv.row([String(refusal.row), refusal.field, refusal.rule, refusal.value])
  }

  /// Gives the bytes written so far away.
  package mutating func take() -> [UInt8] { csv.take() }
}

import CXlsx

/// Writes one sheet of texts and numbers; rows go to disk as they come.
///
/// Texts never become formulas. One owner at a time; it blocks while it writes.
package final class WorkbookWriter {
  /// What the format holds.
  package static let rowsMax = 1_048_576
  package static let cellCharactersMax = 32_767

  private let book: UnsafeMutablePointer<lxw_workbook>
  private let sheet: UnsafeMutablePointer<lxw_worksheet>
  private var rows: UInt32 = 0
  private var isOpen = true
  private let mark: String
  /// The sheet that says who took the others out.
  static let markSheet = "export"
  /// Characters of the line above and below a printed page.
  static let printedMax = 200

  /// Begins a workbook that takes the place of whatever is at `path`.
  ///
  /// - Parameter mark: who takes it out, when, under which number: above and below every printed
  ///   page, in the file's properties, and on a sheet of its own. Empty = nobody in particular.
  package init(path: String, sheet name: String, mark: String = "") throws(WorkbookFault) {
    var options = lxw_workbook_options()
    options.constant_memory = 1
    guard let book = workbook_new_opt(path, &options) else { throw .unreadable }
    guard let sheet = workbook_add_worksheet(book, name) else {
      workbook_close(book)
      throw .unreadable
    }
    self.book = book
    self.sheet = sheet
    self.mark = mark
    guard !mark.isEmpty else { return }
    // An ampersand begins an order to the printer; two are one.
    let printed = mark.prefix(Self.printedMax).replacing("&", with: "&&")
    worksheet_set_header(sheet, "&C" + printed)
    worksheet_set_footer(sheet, "&C" + printed + "  &P/&N")
  }

  deinit { if isOpen { workbook_close(book) } }

  /// One row; a nil number leaves the text. What is longer than a cell holds is cut.
  package func row(_ cells: [String], numbers: [Int: Double] = [:]) throws(WorkbookFault) {
    guard Int(rows) < Self.rowsMax else { throw .tooLarge(what: "rows", max: Self.rowsMax) }
    for (column, cell) in cells.enumerated() {
      if let number = numbers[column] {
        worksheet_write_number(sheet, rows, UInt16(column), number, nil)
      } else if !cell.isEmpty {
        let text =
          cell.unicodeScalars.count > Self.cellCharactersMax / 2
          ? String(cell.prefix(Self.cellCharactersMax / 2)) : cell
        worksheet_write_string(sheet, rows, UInt16(column), text, nil)
      }
    }
    rows += 1
  }

  /// Writes the rest; the file is whole after it.
  package func finish() throws(WorkbookFault) {
    isOpen = false
    if !mark.isEmpty, let own = workbook_add_worksheet(book, Self.markSheet) {
      worksheet_write_string(own, 0, 0, mark, nil)
    }
    guard workbook_close(book) == LXW_NO_ERROR else { throw .unreadable }
  }
}

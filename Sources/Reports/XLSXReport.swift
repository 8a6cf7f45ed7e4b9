import CXlsx
import City
package import Evaluating

/// A check-up report as a spreadsheet: one sheet a chapter, numbers as numbers.
package enum XLSXReport {
  /// Characters of a sheet's name.
  private static let nameMax = 31

  /// Writes the file.
  ///
  /// - Parameter mark: who takes it out, when, under which number, on the first sheet. Empty =
  ///   nobody.
  /// - Throws: `ReportFault` where it cannot be written.
  package static func write(
    _ document: ReportDocument, mark: String = "", to path: String
  ) throws(ReportFault) {
    guard let book = workbook_new(path) else {
      throw .unavailable(detail: "\(path) cannot be written")
    }
    let bold = workbook_add_format(book)
    format_set_bold(bold)
    overview(document, mark, book, bold)
    vitals(document, book, bold)
    for chapter in document.chapters {
      var sheet = Sheet(book, chapter.title)
      for paragraph in chapter.paragraphs {
        sheet.row([paragraph.head, paragraph.text], nil)
      }
    }
    for table in document.tables {
      var sheet = Sheet(book, table.title)
      sheet.row(table.head, bold)
      for row in table.rows { sheet.row(row, nil) }
    }
    let fault = workbook_close(book)
    guard fault == LXW_NO_ERROR else {
      throw .unavailable(detail: String(cString: lxw_strerror(fault)))
    }
  }

  private static func overview(
    _ document: ReportDocument, _ mark: String, _ book: UnsafeMutablePointer<lxw_workbook>,
    _ bold: UnsafeMutablePointer<lxw_format>?
  ) {
    var sheet = Sheet(book, document.product)
    if !mark.isEmpty { sheet.row([mark], nil) }
    sheet.row([document.title], bold)
    sheet.row([document.period], nil)
    sheet.row([document.scoreLabel, document.score, document.scoreNote], bold)
    for sentence in document.summary { sheet.row([sentence.head, sentence.text], nil) }
    sheet.row([document.aspectsTitle], bold)
    for aspect in document.aspects { sheet.row([aspect.name, aspect.points, aspect.change], nil) }
    sheet.row([document.hotTitle, document.hotNote], bold)
    for line in document.hotLines { sheet.row([line.place, line.figures], nil) }
    sheet.row([document.hotRemark], nil)
    sheet.row([document.footer], nil)
  }

  private static func vitals(
    _ document: ReportDocument, _ book: UnsafeMutablePointer<lxw_workbook>,
    _ bold: UnsafeMutablePointer<lxw_format>?
  ) {
    var sheet = Sheet(book, document.vitalsTitle)
    let head = document.vitalsHead
    sheet.row([head[0], head[1], "", head[3], head[4], document.aspectsTitle], bold)
    for row in document.vitals {
      sheet.row(
        [row.name, row.value, row.unit, row.gradeName, row.change, row.aspect], nil,
        numbers: [1: row.number])
    }
  }

  /// One sheet, filled from above.
  struct Sheet {
    private let sheet: UnsafeMutablePointer<lxw_worksheet>?
    private var next: UInt32 = 0

    init(_ book: UnsafeMutablePointer<lxw_workbook>, _ name: String) {
      sheet = workbook_add_worksheet(book, String(name.prefix(XLSXReport.nameMax)))
      worksheet_set_column(sheet, 0, 0, 28, nil)
      worksheet_set_column(sheet, 1, 8, 14, nil)
    }

    /// Cells that read as numbers are numbers.
    mutating func row(
      _ cells: [String], _ format: UnsafeMutablePointer<lxw_format>?, numbers: [Int: Double] = [:]
    ) {
      for (column, cell) in cells.enumerated() where !cell.isEmpty {
        if let number = numbers[column] ?? Double(cell) {
          worksheet_write_number(sheet, next, UInt16(column), number, format)
        } else {
          worksheet_write_string(sheet, next, UInt16(column), cell, format)
        }
      }
      next += 1
    }
  }
}

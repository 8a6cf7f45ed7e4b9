import CXlsx
package import Evaluating

/// A report of tables as one HTML file that needs nothing else, or as a workbook of one sheet a
/// table. The same input gives the same HTML bytes.
package enum TableReport {
  /// The page, in UTF-8.
  package static func html(_ document: TableDocument) -> [UInt8] {
    var text = "<!doctype html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\">"
    text += "<meta name=\"viewport\" content=\"width=device-width\">"
    text += "<title>\(escaped(document.title))</title>"
    text += "<style>\(HTMLReport.style)</style></head><body>\n"
    text += "<header><div><p class=\"product\">\(escaped(document.product))</p>"
    text += "<h1>\(escaped(document.title))</h1></div>"
    text += "<p class=\"period\">\(escaped(document.period))</p></header>\n"
    for table in document.tables {
      text += "<h2>\(escaped(table.title))</h2>\n<table class=\"figures\"><thead><tr>"
      text += table.head.map { "<th>\(escaped($0))</th>" }.joined()
      text += "</tr></thead><tbody>\n"
      for row in table.rows {
        text += "<tr>" + row.map { "<td>\(escaped($0))</td>" }.joined() + "</tr>\n"
      }
      text += "</tbody></table>\n"
    }
    text += "<footer>\(escaped(document.footer))</footer>\n</body></html>\n"
    return Array(text.utf8)
  }

  /// The workbook, as bytes; no file is left behind.
  ///
  /// - Parameter mark: who takes it out, when, under which number: above every table.
  package static func workbook(
    _ document: TableDocument, mark: String
  ) throws(ReportFault) -> [UInt8] {
    try ReportForm.written { path throws(ReportFault) in try write(document, mark, to: path) }
  }

  private static func write(
    _ document: TableDocument, _ mark: String, to path: String
  ) throws(ReportFault) {
    guard let book = workbook_new(path) else {
      throw .unavailable(detail: "\(path) cannot be written")
    }
    let bold = workbook_add_format(book)
    format_set_bold(bold)
    for table in document.tables {
      var sheet = XLSXReport.Sheet(book, table.title)
      sheet.row([mark], nil)
      sheet.row([document.title, document.period], bold)
      sheet.row(table.head, bold)
      for row in table.rows { sheet.row(row, nil) }
      sheet.row([document.footer], nil)
    }
    let fault = workbook_close(book)
    guard fault == LXW_NO_ERROR else {
      throw .unavailable(detail: String(cString: lxw_strerror(fault)))
    }
  }

  private static func escaped(_ text: String) -> String { HTMLReport.escaped(text) }
}

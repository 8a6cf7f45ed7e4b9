/// Reads the first sheet of a workbook (Office Open XML, ECMA-376) as CSV.
///
/// Formulas give the values that were stored with them. Macros, pictures and other sheets are not
/// looked at.
package enum Workbook {
  private static let book = "xl/workbook.xml"
  private static let relations = "xl/_rels/workbook.xml.rels"
  private static let strings = "xl/sharedStrings.xml"
  private static let styles = "xl/styles.xml"

  /// Whether a file is a workbook by its name.
  package static func isNamed(_ path: String) -> Bool { path.lowercased().hasSuffix(".xlsx") }

  /// The rows in UTF-8, with CRLF, quotation marks where a cell needs them.
  package static func csv(
    path: String, limits: WorkbookLimits = WorkbookLimits()
  ) throws(WorkbookFault) -> [UInt8] {
    let folder = try ZipFolder(path: path, partBytesMax: limits.partBytesMax)
    let finder = SheetFinder()
    guard try walk(folder, book, finder) else { throw .partMissing(book) }
    let relation = RelationFinder()
    guard try walk(folder, relations, relation) else { throw .partMissing(relations) }
    guard let target = finder.relation.flatMap({ relation.targets[$0] }) else {
      throw .partMissing("sheet")
    }
    let gatherer = StringGatherer(bytesMax: limits.stringBytesMax)
    _ = try walk(folder, strings, gatherer)
    let style = StyleFinder()
    _ = try walk(folder, styles, style)
    let rows = SheetRows(
      strings: gatherer, datedStyles: style.datedStyles,
      countsFrom1904: finder.countsFrom1904, limits: limits)
    let sheet = target.hasPrefix("/") ? String(target.dropFirst()) : "xl/\(target)"
    guard try walk(folder, sheet, rows) else { throw .partMissing(sheet) }
    return rows.csv
  }

  private static func walk(
    _ folder: borrowing ZipFolder, _ part: String, _ listener: any XMLListener
  ) throws(WorkbookFault) -> Bool {
    let walk = try XMLWalk(part, listener)
    let isThere = try folder.read(part) { bytes throws(WorkbookFault) in try walk.feed(bytes) }
    if isThere { try walk.finish() }
    return isThere
  }
}

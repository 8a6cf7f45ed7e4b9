/// A list on paper: facts, then tables, page by page (A4, lying).
package struct PaperList: Sendable {
  /// A column of a table.
  package struct Column: Sendable {
    package let title: String
    /// Of the width of the page.
    package let share: Double

    package init(_ title: String, share: Double) {
      self.title = title
      self.share = share
    }
  }

  /// Rows under a title; a row has a text for each column.
  package struct Table: Sendable {
    package let title: String
    package let columns: [Column]
    package let rows: [[String]]

    package init(title: String, columns: [Column], rows: [[String]]) {
      self.title = title
      self.columns = columns
      self.rows = rows
    }
  }

  package let title: String
  package let facts: [(name: String, value: String)]
  package let tables: [Table]
  package let footer: String
  /// With `{page}` and `{pages}`.
  package let page: String

  package init(
    title: String, facts: [(name: String, value: String)], tables: [Table], footer: String,
    page: String
  ) {
    self.title = title
    self.facts = facts
    self.tables = tables
    self.footer = footer
    self.page = page
  }

  /// The list as a PDF file; no file is left behind.
  package func pdf() throws(ReportFault) -> [UInt8] {
    // Laid out twice: how many pages there are is known when the first one is done.
    let pages = try PaperListDrawing(self, path: nil, pages: 0).draw()
    return try ReportForm.written { path throws(ReportFault) in
      _ = try PaperListDrawing(self, path: path, pages: pages).draw()
    }
  }
}

private final class PaperListDrawing {
  private static let width = 841.89
  private static let height = 595.28
  private static let margin = 36.0
  private static let inner = width - 2 * margin
  private static let footHeight = 30.0
  private static let factWidth = 90.0
  private static let textSize = 8.0
  private static let gap = 6.0

  private let paper: Paper
  private let list: PaperList
  private let pages: Int
  private var page = 1
  private var y = margin

  init(_ list: PaperList, path: String?, pages: Int) throws(ReportFault) {
    self.list = list
    self.pages = pages
    paper = try Paper(path: path, width: Self.width, height: Self.height)
  }

  /// - Returns: how many pages there are.
  func draw() throws(ReportFault) -> Int {
    y += paper.text(list.title, at: (Self.margin, y), size: 18, isBold: true) + 8
    for fact in list.facts {
      let tall = paper.height(
        fact.value, size: Self.textSize, width: Self.inner - Self.factWidth, bold: "")
      room(tall + 3)
      paper.text(
        fact.name, at: (Self.margin, y), size: Self.textSize, colour: ReportColour.quiet)
      paper.text(
        fact.value, at: (Self.margin + Self.factWidth, y), size: Self.textSize,
        width: Self.inner - Self.factWidth)
      y += tall + 3
    }
    for table in list.tables { draw(table) }
    foot()
    try paper.finish()
    return page
  }

  private func draw(_ table: PaperList.Table) {
    room(60)
    y += 10
    y += paper.text(table.title, at: (Self.margin, y), size: 11, isBold: true) + 3
    head(table)
    for row in table.rows {
      let tall =
        zip(table.columns, row).map { column, text in
          paper.height(
            text, size: Self.textSize, width: column.share * Self.inner - Self.gap, bold: "")
        }.max() ?? 0
      if room(tall + 6) { head(table) }
      line(row, table.columns, ReportColour.ink)
      y += tall + 3
      paper.line(from: (Self.margin, y), to: (Self.width - Self.margin, y))
      y += 3
    }
  }

  private func head(_ table: PaperList.Table) {
    line(table.columns.map(\.title), table.columns, ReportColour.quiet)
    y += 13
    paper.line(
      from: (Self.margin, y), to: (Self.width - Self.margin, y), colour: ReportColour.ink,
      thick: 1)
    y += 3
  }

  private func line(_ texts: [String], _ columns: [PaperList.Column], _ colour: String) {
    var x = Self.margin
    for (column, text) in zip(columns, texts) {
      let width = column.share * Self.inner
      paper.text(
        text, at: (x, y), size: Self.textSize, colour: colour, width: width - Self.gap)
      x += width
    }
  }

  /// Begins a new page where so much does not fit any more.
  @discardableResult
  private func room(_ needed: Double) -> Bool {
    guard y + needed > Self.height - Self.margin - Self.footHeight else { return false }
    foot()
    paper.newPage()
    page += 1
    y = Self.margin
    return true
  }

  private func foot() {
    let line = Self.height - Self.margin - 12
    paper.line(from: (Self.margin, line - 4), to: (Self.width - Self.margin, line - 4))
    paper.text(
      list.footer, at: (Self.margin, line), size: 7, colour: ReportColour.quiet,
      width: Self.inner / 2, isOneLine: true)
    let number = list.page.replacing("{page}", with: String(page))
      .replacing("{pages}", with: String(pages))
    paper.text(
      number, at: (Self.margin, line), size: 7, colour: ReportColour.quiet, width: Self.inner,
      right: true)
  }
}

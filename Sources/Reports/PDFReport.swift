import CPango
import City
package import Evaluating

/// Why a file of a report was not made.
package enum ReportFault: Error, Equatable {
  /// `detail` is for operators.
  case unavailable(detail: String)
}

/// A check-up report as PDF on A4, drawn with Cairo, its text set by Pango.
package final class PDFReport {
  private static let width = 595.28
  private static let height = 841.89
  static let margin = 42.0
  /// Room for the number of the page beside the foot.
  private static let pageNumberWidth = 80.0
  private static let footHeight = 40.0
  private static let mapHeightMax = 130.0
  static let inner = width - 2 * margin

  let paper: Paper
  let document: ReportDocument
  private let mark: String
  var y = margin
  private var page = 1
  private let pages: Int

  /// Writes the file.
  ///
  /// - Parameter mark: who takes it out, when, under which number: over every page. Empty = nobody.
  /// - Throws: `ReportFault` where the path cannot be written.
  package static func write(
    _ document: ReportDocument, mark: String = "", to path: String
  ) throws(ReportFault) {
    // Laid out twice: how many pages there are is known when the first one is done.
    let count = try PDFReport(document, mark: mark, path: nil, pages: 0).draw()
    _ = try PDFReport(document, mark: mark, path: path, pages: count).draw()
  }

  private init(
    _ document: ReportDocument, mark: String, path: String?, pages: Int
  ) throws(ReportFault) {
    self.document = document
    self.mark = mark
    self.pages = pages
    paper = try Paper(path: path, width: Self.width, height: Self.height)
  }

  /// - Returns: how many pages there are.
  private func draw() throws(ReportFault) -> Int {
    head()
    scoreAndSummary()
    aspects()
    vitals(document.vitalsTitle, document.keyVitals)
    hotSpots()
    for chapter in document.chapters { self.chapter(chapter.title, chapter.paragraphs) }
    for table in document.tables { self.table(table) }
    vitals(document.allTitle, document.vitals)
    foot()
    try paper.finish()
    return page
  }

  // MARK: Pages

  /// Begins a new page where so much does not fit any more.
  func room(_ needed: Double) {
    guard y + needed > Self.height - Self.margin - Self.footHeight else { return }
    foot()
    paper.newPage()
    page += 1
    y = Self.margin
  }

  private func foot() {
    if !mark.isEmpty { paper.mark(mark, width: Self.width, height: Self.height) }
    let line = Self.height - Self.margin - 14
    paper.line(from: (Self.margin, line - 4), to: (Self.width - Self.margin, line - 4))
    paper.text(
      document.footer, at: (Self.margin, line), size: 8, colour: ReportColour.quiet,
      width: Self.inner - Self.pageNumberWidth, isOneLine: true)
    let number = document.page.filling(["page": String(page), "pages": String(pages)])
    paper.text(
      number, at: (Self.margin, line), size: 8, colour: ReportColour.quiet, width: Self.inner,
      right: true)
  }

  func title(_ name: String, _ note: String) {
    room(60)
    y += 12
    let tall = paper.text(name, at: (Self.margin, y), size: 12, isBold: true)
    paper.text(
      note, at: (Self.margin, y + 4), size: 8, colour: ReportColour.quiet, width: Self.inner,
      right: true)
    y += tall + 3
    paper.line(from: (Self.margin, y), to: (Self.width - Self.margin, y))
    y += 5
  }

  // MARK: Parts

  private func head() {
    y +=
      paper.text(
        document.product, at: (Self.margin, y), size: 9, colour: ReportColour.quiet) + 2
    paper.text(
      document.period, at: (Self.margin, y + 10), size: 9, colour: ReportColour.quiet,
      width: Self.inner, right: true)
    y += paper.text(document.title, at: (Self.margin, y), size: 21, isBold: true) + 6
    paper.line(
      from: (Self.margin, y), to: (Self.width - Self.margin, y), colour: ReportColour.ink,
      thick: 1.5)
    y += 10
  }

  private func scoreAndSummary() {
    let top = y
    let left = Self.margin
    y += paper.text(document.scoreLabel, at: (left, y), size: 9, colour: ReportColour.quiet)
    y += paper.text(document.score, at: (left, y - 6), size: 46, isBold: true) - 10
    y += paper.text(document.scoreNote, at: (left, y), size: 9, colour: ReportColour.quiet) + 4
    paper.trend(document.scoreTrend, at: (left, y), size: (150, 26))
    let bottom = y + 34
    y = top
    let column = left + 180
    for sentence in document.summary {
      paper.line(
        from: (column, y + 7), to: (column + 5, y + 7), colour: ReportColour.accent, thick: 1.5)
      y +=
        paper.text(
          sentence.text, at: (column + 12, y), size: 9.5, width: Self.inner - 192,
          bold: sentence.head) + 3
    }
    y = max(y, bottom)
  }

  private func aspects() {
    title(document.aspectsTitle, document.aspectsNote)
    let step = Self.inner / Double(max(1, document.aspects.count))
    for (index, aspect) in document.aspects.enumerated() {
      let x = Self.margin + Double(index) * step
      paper.text(aspect.name, at: (x, y), size: 9)
      paper.text(aspect.points, at: (x, y + 12), size: 14, isBold: true)
      paper.text(aspect.change, at: (x, y + 31), size: 7, colour: ReportColour.quiet)
    }
    y += 44
  }

  private func vitals(_ name: String, _ rows: [ReportDocument.VitalRow]) {
    title(name, "")
    legend()
    vitalsHead()
    for row in rows {
      let before = page
      room(17)
      if page != before { vitalsHead() }
      let left = Self.margin
      paper.text(row.name, at: (left, y), size: 9)
      paper.text(row.value, at: (left + 118, y), size: 9, isBold: true, width: 44, right: true)
      paper.text(row.unit, at: (left + 167, y), size: 8, colour: ReportColour.quiet)
      paper.bar(row.bar, at: (left + 222, y + 3), size: (150, 7))
      if let grade = row.grade {
        paper.dot(at: (left + 387, y + 7), radius: 3, colour: ReportColour.strong(grade))
      }
      paper.text(
        row.gradeName, at: (left + 394, y), size: 9, colour: ReportColour.strong(row.grade))
      paper.text(row.change, at: (left + 415, y), size: 9, width: 48, right: true)
      paper.trend(row.trend, at: (left + 468, y), size: (42, 13))
      y += 15
      paper.line(from: (left, y), to: (left + Self.inner, y))
      y += 1.5
    }
  }

  private func legend() {
    var x = Self.margin + Self.inner
    for entry in document.legend.reversed() {
      x -= 44
      paper.rectangle(at: (x, y + 4), size: (12, 6), colour: ReportColour.bar(entry.grade))
      paper.text(entry.name, at: (x + 15, y), size: 8, colour: ReportColour.quiet)
    }
    y += 14
  }

  private func vitalsHead() {
    let offsets = [0.0, 118, 222, 387, 430, 468]
    for (name, x) in zip(document.vitalsHead, offsets) {
      paper.text(name, at: (Self.margin + x, y), size: 8, colour: ReportColour.quiet)
    }
    y += 13
    paper.line(from: (Self.margin, y), to: (Self.margin + Self.inner, y))
    y += 2
  }

  private func hotSpots() {
    let mapWidth = 210.0
    var (mapHeight, scale) = (0.0, 0.0)
    if let map = document.map {
      // No taller than what the first page leaves below its table.
      scale = min(
        mapWidth / max(1, map.greatest.east - map.least.east),
        Self.mapHeightMax / max(1, map.greatest.north - map.least.north))
      mapHeight = (map.greatest.north - map.least.north) * scale
    }
    room(mapHeight + 40)
    title(document.hotTitle, document.hotNote)
    if let map = document.map { paper.map(map, at: (Self.margin, y), scale: scale) }
    let top = y
    let column = Self.margin + (document.map == nil ? 0 : mapWidth + 20)
    let width = Self.margin + Self.inner - column
    for (index, line) in document.hotLines.enumerated() {
      paper.text(line.figures, at: (column, y), size: 9, width: width, right: true)
      y += paper.text("\(index + 1)  \(line.place)", at: (column, y), size: 9, width: width - 95)
      paper.line(from: (column, y + 2), to: (column + width, y + 2))
      y += 6
    }
    y += paper.text(
      document.hotRemark, at: (column, y), size: 9, colour: ReportColour.quiet, width: width)
    y = max(y, top + mapHeight) + 8
  }

  private func chapter(_ name: String, _ paragraphs: [ReportDocument.Paragraph]) {
    title(name, "")
    for paragraph in paragraphs {
      let x = Self.margin + 12
      let tall = paper.height(
        paragraph.text, size: 9.5, width: Self.inner - 12, bold: paragraph.head)
      room(tall + 3)
      paper.dot(
        at: (Self.margin + 4, y + 7), radius: 2.5, colour: ReportColour.strong(paragraph.grade))
      paper.text(
        paragraph.text, at: (x, y), size: 9.5, width: Self.inner - 12, bold: paragraph.head)
      y += tall + 3
    }
  }

  private func table(_ table: ReportDocument.Table) {
    title(table.title, "")
    let first = 120.0
    let step = (Self.inner - first) / Double(max(1, table.head.count - 1))
    func row(_ cells: [String], _ size: Double, _ colour: String) {
      for (index, cell) in cells.enumerated() {
        if index == 0 {
          paper.text(cell, at: (Self.margin, y), size: size, colour: colour, width: first)
        } else {
          paper.text(
            cell, at: (Self.margin + first + Double(index - 1) * step, y), size: size,
            colour: colour, width: step, right: true)
        }
      }
    }
    row(table.head, 7, ReportColour.quiet)
    y += 22
    for cells in table.rows {
      room(16)
      row(cells, 9, ReportColour.ink)
      y += 14
      paper.line(from: (Self.margin, y), to: (Self.margin + Self.inner, y))
      y += 1.5
    }
    room(24)
    y +=
      paper.text(
        table.note, at: (Self.margin, y + 2), size: 8, colour: ReportColour.quiet,
        width: Self.inner) + 4
  }
}

extension String {
  /// Puts values in places in braces.
  func filling(_ values: [String: String]) -> String {
    var filled = ""
    var rest = Substring(self)
    while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
      filled += rest[..<open]
      filled += values[String(rest[rest.index(after: open)..<close])] ?? ""
      rest = rest[rest.index(after: close)...]
    }
    return filled + rest
  }
}

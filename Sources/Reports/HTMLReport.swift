import City
package import Evaluating

/// A check-up report as one HTML file that needs nothing else: the same input, the same bytes.
package struct HTMLReport {
  private var text = ""

  /// The file, in UTF-8.
  package static func bytes(of document: ReportDocument) -> [UInt8] {
    var report = HTMLReport()
    report.write(document)
    return Array(report.text.utf8)
  }

  private mutating func write(_ document: ReportDocument) {
    text += "<!doctype html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\">"
    text += "<meta name=\"viewport\" content=\"width=device-width\">"
    text += "<title>\(escaped(document.title))</title><style>\(Self.style)</style></head><body>\n"
    head(document)
    scoreAndSummary(document)
    aspects(document)
    vitals(document, document.vitalsTitle, document.keyVitals)
    hotSpots(document)
    for chapter in document.chapters { self.chapter(chapter.title, chapter.paragraphs) }
    for table in document.tables { self.table(table) }
    vitals(document, document.allTitle, document.vitals)
    text += "<footer>\(escaped(document.footer))</footer>\n</body></html>\n"
  }

  private mutating func head(_ document: ReportDocument) {
    text += "<header><div><p class=\"product\">\(escaped(document.product))</p>"
    text += "<h1>\(escaped(document.title))</h1></div>"
    text += "<p class=\"period\">\(escaped(document.period))</p></header>\n"
  }

  private mutating func scoreAndSummary(_ document: ReportDocument) {
    text += "<section class=\"top\"><div class=\"score\"><p>\(escaped(document.scoreLabel))</p>"
    text += "<p class=\"number\">\(escaped(document.score))</p>"
    text += "<p>\(escaped(document.scoreNote))</p>"
    text += Self.line(document.scoreTrend, width: 200, height: 32, marks: true) + "</div><ul>"
    for sentence in document.summary {
      text += "<li><b>\(escaped(sentence.head))</b>\(escaped(sentence.text))</li>"
    }
    text += "</ul></section>\n"
  }

  private mutating func aspects(_ document: ReportDocument) {
    title(document.aspectsTitle, document.aspectsNote)
    text += "<div class=\"aspects\">"
    for aspect in document.aspects {
      text += "<div><p>\(escaped(aspect.name))</p><p><b>\(escaped(aspect.points))</b> "
      text += "<small>\(escaped(aspect.change))</small></p></div>"
    }
    text += "</div>\n"
  }

  private mutating func vitals(
    _ document: ReportDocument, _ name: String, _ rows: [ReportDocument.VitalRow]
  ) {
    title(name, "")
    text += "<p class=\"legend\">"
    for entry in document.legend {
      let colour = ReportColour.bar(entry.grade)
      text += "<span><i style=\"background:\(colour)\"></i>\(escaped(entry.name))</span>"
    }
    text += "</p><table class=\"vitals\"><thead><tr>"
    for (index, name) in document.vitalsHead.enumerated() {
      text += "<th\(index == 1 ? " colspan=\"2\"" : "")>\(escaped(name))</th>"
    }
    text += "</tr></thead><tbody>\n"
    for row in rows {
      text += "<tr><td>\(escaped(row.name))</td><td class=\"n\">\(escaped(row.value))</td>"
      text += "<td class=\"u\">\(escaped(row.unit))</td><td>\(Self.bar(row.bar))</td>"
      text += "<td>\(grade(row.grade, row.gradeName))</td>"
      text += "<td class=\"c\">\(escaped(row.change))</td>"
      text += "<td>\(Self.line(row.trend, width: 70, height: 16, marks: false))</td></tr>\n"
    }
    text += "</tbody></table>\n"
  }

  private mutating func hotSpots(_ document: ReportDocument) {
    title(document.hotTitle, document.hotNote)
    text += "<div class=\"hot\">"
    if let map = document.map { text += Self.map(map) }
    text += "<div><ol>"
    for line in document.hotLines {
      text += "<li><span>\(escaped(line.place))</span><span>\(escaped(line.figures))</span></li>"
    }
    text += "</ol><p>\(escaped(document.hotRemark))</p></div></div>\n"
  }

  private mutating func chapter(_ name: String, _ paragraphs: [ReportDocument.Paragraph]) {
    title(name, "")
    text += "<ul class=\"chapter\">"
    for paragraph in paragraphs {
      text += "<li>\(paragraph.grade.map { grade($0, "") } ?? "")"
      if !paragraph.head.isEmpty { text += "<b>\(escaped(paragraph.head))</b> " }
      text += "\(escaped(paragraph.text))</li>\n"
    }
    text += "</ul>\n"
  }

  private mutating func table(_ table: ReportDocument.Table) {
    title(table.title, "")
    text += "<table class=\"figures\"><thead><tr>"
    for name in table.head { text += "<th>\(escaped(name))</th>" }
    text += "</tr></thead><tbody>\n"
    for row in table.rows {
      text += "<tr>" + row.map { "<td>\(escaped($0))</td>" }.joined() + "</tr>\n"
    }
    text += "</tbody></table><p class=\"note\">\(escaped(table.note))</p>\n"
  }

  private mutating func title(_ name: String, _ note: String) {
    text += "<h2>\(escaped(name))<small>\(escaped(note))</small></h2>\n"
  }

  private func grade(_ grade: Grade?, _ name: String) -> String {
    guard let grade else { return "<span class=\"normal\">\(escaped(name))</span>" }
    return "<span class=\"grade\" style=\"color:\(ReportColour.strong(grade));"
      + "background:\(ReportColour.bar(grade))66\">"
      + "<i style=\"background:\(ReportColour.strong(grade))\"></i>\(escaped(name))</span>"
  }

  private func escaped(_ given: String) -> String { Self.escaped(given) }

  static func escaped(_ given: String) -> String {
    var result = ""
    for scalar in given.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

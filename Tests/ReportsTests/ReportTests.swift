import City
import Engine
import Evaluating
import Foundation
import LoopFixture
import Pack
import Reports
import Testing

/// The report of a small district, from cases to files.
@Suite struct ReportTests {
  private func made(_ loop: Loop) async throws -> (checkUp: CheckUp, document: ReportDocument) {
    // A report of an open problem joins its case: eight reports come to five cases.
    for number in 0..<8 {
      let id = try await loop.file("r\(number)")
      if number.isMultiple(of: 2) { try await loop.bring(id, to: "closed") }
    }
    let desk = VitalDesk(engine: loop.engine, perception: nil)
    try await desk.refresh()
    let day = Instant(milliseconds: Loop.start.milliseconds - 14 * Duration.hour)
    let period = try #require(Period(from: day, to: day.advanced(byMilliseconds: Duration.day)))
    return try await desk.checkUp(period)
  }

  @Test("the same cases give the same page, byte for byte, from another desk as well")
  func reproducible() async throws {
    try await Loop.with(.memory) { loop in
      let first = try await made(loop)
      let desk = VitalDesk(engine: loop.engine, perception: nil)
      try await desk.refresh()
      let second = try await desk.checkUp(first.checkUp.period)
      let bytes = HTMLReport.bytes(of: first.document)
      #expect(bytes == HTMLReport.bytes(of: second.document))
      let text = String(decoding: bytes, as: UTF8.self)
      #expect(text.hasPrefix("<!doctype html>") && text.hasSuffix("</html>\n"))
      #expect(!text.contains("{name}") && !text.contains("{value}") && !text.contains("{unit}"))
      for line in first.document.vitals { #expect(text.contains(line.name)) }
    }
  }

  @Test("vitals without a number are listed with their reason, and score nothing")
  func unmeasurable() async throws {
    try await Loop.with(.memory) { loop in
      let made = try await made(loop)
      let silent = made.checkUp.lines.filter { $0.state.reading.value == nil }
      #expect(silent.contains { $0.vital.code == "pm25-mean" })
      #expect(silent.allSatisfy { $0.state.grade == nil })
      #expect(made.document.vitals.count == made.checkUp.lines.count - silent.count)
      let demand = try #require(made.checkUp.lines.first)
      #expect(demand.vital.code == "demand-daily" && demand.state.reading.value == 5)
      let points = try #require(made.checkUp.score.points)
      let missing = made.checkUp.score.deductions.reduce(0) { $0 + $1.points }
      #expect(abs(100 - points - missing) < 1e-9)
    }
  }

  @Test("PDF and spreadsheet are files of their kind, and a path that is not there is refused")
  func files() async throws {
    try await Loop.with(.memory) { loop in
      let document = try await made(loop).document
      try PDFReport.write(document, to: loop.folder + "/report.pdf")
      try XLSXReport.write(document, to: loop.folder + "/report.xlsx")
      let pdf = try Data(contentsOf: URL(fileURLWithPath: loop.folder + "/report.pdf"))
      #expect(pdf.starts(with: Array("%PDF-".utf8)) && pdf.count > 5_000)
      let sheet = try Data(contentsOf: URL(fileURLWithPath: loop.folder + "/report.xlsx"))
      #expect(sheet.starts(with: Array("PK".utf8)) && sheet.count > 2_000)
      #expect(throws: ReportFault.self) {
        try PDFReport.write(document, to: loop.folder + "/none/report.pdf")
      }
      #expect(throws: ReportFault.self) {
        try XLSXReport.write(document, to: loop.folder + "/none/report.xlsx")
      }
    }
  }
}

import Foundation
import Testing

@testable import Spreadsheets

@Suite struct WorkbookTests {
  /// A file that is gone after the test.
  private final class Place {
    let path: String
    init() {
      path =
        FileManager.default.temporaryDirectory
        .appendingPathComponent("civicloop-\(UUID().uuidString).xlsx").path
    }
    deinit { try? FileManager.default.removeItem(atPath: path) }
  }

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  @Test("what is written is read again, cell by cell")
  func round() throws {
    let place = Place()
    let writer = try WorkbookWriter(path: place.path, sheet: "devices")
    try writer.row(["code", "name", "longitude"])
    try writer.row(["WG-1", "下立交, \"东\"侧", "121.405"], numbers: [2: 121.405])
    try writer.row(["=1+1", "两\n行", ""])
    try writer.row(["0012", " 空格 ", "3"], numbers: [2: 3])
    try writer.finish()
    #expect(
      Self.text(try Workbook.csv(path: place.path))
        == "code,name,longitude\r\nWG-1,\"下立交, \"\"东\"\"侧\",121.405\r\n"
        + "=1+1,\"两\n行\",\r\n0012, 空格 ,3\r\n")
  }

  @Test("who took it out stands on every printed page and on a sheet of its own")
  func marked() throws {
    let place = Place()
    let writer = try WorkbookWriter(path: place.path, sheet: "cases", mark: "王 & 李  No. 17")
    try writer.row(["number", "title"])
    try writer.finish()
    #expect(Self.text(try Workbook.csv(path: place.path)) == "number,title\r\n")
    let folder = try ZipFolder(path: place.path, partBytesMax: 1 << 20)
    func part(_ name: String) throws -> String {
      var bytes: [UInt8] = []
      _ = try folder.read(name) { bytes += $0 }
      return Self.text(bytes)
    }
    // The ampersand is doubled for the printer, and each of the two escaped for XML.
    let first = try part("xl/worksheets/sheet1.xml")
    #expect(first.contains("<oddHeader>&amp;C王 &amp;&amp; 李  No. 17</oddHeader>"))
    #expect(first.contains("<oddFooter>&amp;C王 &amp;&amp; 李  No. 17"))
    let own = try part("xl/worksheets/sheet2.xml") + part("xl/sharedStrings.xml")
    #expect(own.contains("王 &amp; 李  No. 17"))
  }

  @Test("a seeded table comes back as it was")
  func seeded() throws {
    let seed = UInt64.random(in: 0..<1 << 40)
    var state = seed
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    let letters = Array("abc水位,\"'=<>& 0123456789\n")
    let rows = (0..<200).map { _ in
      (0..<6).map { column in
        column == 0
          ? "K\(next(1_000_000))"
          : String((0..<next(12)).map { _ in letters[next(letters.count)] })
      }
    }
    let place = Place()
    let writer = try WorkbookWriter(path: place.path, sheet: "x")
    for row in rows { try writer.row(row) }
    try writer.finish()
    let expected = rows.map { row in
      // The first row says how wide the table is; what is empty at its end is no column.
      var cells = row
      while cells.last == "" { cells.removeLast() }
      return cells
    }
    let width = expected[0].count
    let lines = expected.map { cells in
      let filled = cells + Array(repeating: "", count: max(0, width - cells.count))
      return filled.map { cell in
        cell.contains { ",\"\n\r".contains($0) } || filled.count == 1
          ? "\"\(cell.replacingOccurrences(of: "\"", with: "\"\""))\"" : cell
      }.joined(separator: ",")
    }
    let csv = Self.text(try Workbook.csv(path: place.path))
    #expect(csv == lines.map { $0 + "\r\n" }.joined(), "seed \(seed)")
  }

  @Test("limits are named when something is over them")
  func limits() throws {
    let place = Place()
    let writer = try WorkbookWriter(path: place.path, sheet: "x")
    for number in 0..<2_000 { try writer.row(["K\(number)", String(repeating: "水", count: 50)]) }
    try writer.finish()
    var limits = WorkbookLimits()
    limits.partBytesMax = 10_000
    #expect(throws: WorkbookFault.tooLarge(what: "xl/worksheets/sheet1.xml", max: 10_000)) {
      try Workbook.csv(path: place.path, limits: limits)
    }
    limits = WorkbookLimits()
    limits.rowsMax = 100
    #expect(throws: WorkbookFault.tooLarge(what: "rows", max: 100)) {
      try Workbook.csv(path: place.path, limits: limits)
    }
    limits = WorkbookLimits()
    limits.textBytesMax = 5_000
    #expect(throws: WorkbookFault.tooLarge(what: "text", max: 5_000)) {
      try Workbook.csv(path: place.path, limits: limits)
    }
  }

  @Test("no workbook: an absent file, another file, half a file")
  func damaged() throws {
    #expect(throws: WorkbookFault.unreadable) { try Workbook.csv(path: "/absent.xlsx") }
    let place = Place()
    try Data("code,name\r\n".utf8).write(to: URL(fileURLWithPath: place.path))
    #expect(throws: WorkbookFault.unreadable) { try Workbook.csv(path: place.path) }
    let whole = Place()
    let writer = try WorkbookWriter(path: whole.path, sheet: "x")
    for number in 0..<500 { try writer.row(["K\(number)"]) }
    try writer.finish()
    let bytes = try Data(contentsOf: URL(fileURLWithPath: whole.path))
    try bytes.prefix(bytes.count / 2).write(to: URL(fileURLWithPath: place.path))
    #expect(throws: WorkbookFault.self) { try Workbook.csv(path: place.path) }
  }
}

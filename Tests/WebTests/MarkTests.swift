import City
import Engine
import Foundation
import HTTPServing
import JSONText
import LoopFixture
import Pack
import Ports
import Testing

@testable import Web

/// Whoever takes a file out stands on it, read back with tools that are not ours.
@Suite struct MarkTests {
  /// What a tool says of a file of these bytes, without white space: slanted lines come in pieces.
  private static func text(
    _ tool: String, _ words: [String], of bytes: [UInt8], ending: String
  ) throws -> String {
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("civicloop-mark-\(UUID().uuidString).\(ending)")
    try Data(bytes).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [tool] + words.map { $0 == "FILE" ? file.path : $0 }
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: output, as: UTF8.self).filter { !$0.isWhitespace }
  }

  /// Name, login, minute, and the number of the request that the newest such entry names.
  private static func marks(_ web: WebFixture, _ kind: String) async throws -> [String] {
    let entries = try await web.loop.store.entries(after: 0, limit: 10_000)
    let entry = try #require(entries.last { $0.kind == kind })
    let caller = try await web.loop.caller(.dispatcher)
    let time = web.loop.engine.localText(web.loop.clock.now).filter { !$0.isWhitespace }
    #expect(!entry.request.isEmpty)
    return [caller.staff.name, caller.login, time, entry.request]
  }

  private static let sheetWords = ["-p", "FILE", "xl/worksheets/*.xml", "xl/sharedStrings.xml"]

  @Test func aWorkbookOfAListBearsWhoTookItOut() async throws {
    try await WebFixture.with { web in
      let rows: JSON = [["编号", "数"], ["2026-1120-00042", .number(7.5)]]
      let sheet = await web.post("/sheets", ["name": "案件", "rows": rows])
      #expect(sheet.status == 200)
      let text = try Self.text("unzip", Self.sheetWords, of: sheet.bytes, ending: "xlsx")
      #expect(text.contains("2026-1120-00042"))
      for mark in try await Self.marks(web, "records.exported") {
        #expect(text.contains(mark), "\(mark)")
      }
    }
  }

  @Test func aWorkbookOfAPacksReportBearsWhoTookItOut() async throws {
    try await WebFixture.with { web in
      let sheet = await web.get(
        "/packs/self-built/reports/self-built-month?day=2026-11-20&form=xlsx")
      #expect(sheet.status == 200, "\(sheet.text)")
      let text = try Self.text("unzip", Self.sheetWords, of: sheet.bytes, ending: "xlsx")
      for mark in try await Self.marks(web, "report.made") {
        #expect(text.contains(mark), "\(mark)")
      }
    }
  }

  @Test(arguments: ["pdf", "xlsx"])
  func aCheckUpReportBearsWhoTookItOut(_ form: String) async throws {
    try await WebFixture.with { web in
      _ = try await web.loop.file("m1")
      let days = "from=2026-11-19T16:00:00Z&to=2026-11-20T16:00:00Z"
      let report = await web.get("/checkup?\(days)&form=\(form)")
      #expect(report.status == 200, "\(report.text)")
      let text =
        form == "pdf"
        ? try Self.text("pdftotext", ["-raw", "FILE", "-"], of: report.bytes, ending: form)
        : try Self.text("unzip", Self.sheetWords, of: report.bytes, ending: form)
      for mark in try await Self.marks(web, "checkup.made") {
        #expect(text.contains(mark), "\(mark)")
      }
    }
  }
}

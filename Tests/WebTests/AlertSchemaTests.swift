import City
import Foundation
import JSONText
import LoopFixture
import Testing

@testable import Web

/// Outgoing messages against the published schema of CAP 1.2, by a program that others wrote.
@Suite struct AlertSchemaTests {
  @Test("every outgoing message of a warning's life is valid by the schema")
  func valid() async throws {
    guard let folder = ProcessInfo.processInfo.environment["CIVICLOOP_REALDATA"] else {
      print("skipped: no real data")
      return
    }
    let schema = folder + "/cap-alerts/schema/cap12.xsd"
    try #require(FileManager.default.fileExists(atPath: schema))
    try #require(FileManager.default.isExecutableFile(atPath: "/usr/bin/xmllint"))
    try await WebFixture.with { web in
      var messages: [String: [UInt8]] = [:]
      for kind in ["waterlogging", "heavy-rain", "heat"] {
        let issued = await web.post(
          "/warnings",
          [
            "kind": .string(kind), "grade": "yellow",
            "area": .string(String(District.west.rawValue)), "why": "a < b & \"c\"",
          ])
        guard issued.status == 201, let id = issued.json?["id"]?.string else { continue }
        messages["\(kind) Alert"] = await web.get("/warnings/\(id).cap").bytes
        _ = await web.post("/warnings/\(id)/grade", ["grade": "red", "why": "]]>"])
        messages["\(kind) Update"] = await web.get("/warnings/\(id).cap").bytes
        _ = await web.post("/warnings/\(id)/lift", ["why": "over"])
        messages["\(kind) Cancel"] = await web.get("/warnings/\(id).cap").bytes
      }
      #expect(messages.count >= 6)
      for (name, bytes) in messages.sorted(by: { $0.key < $1.key }) {
        let type = name.split(separator: " ").last ?? ""
        #expect(String(decoding: bytes, as: UTF8.self).contains("<msgType>\(type)<"), "\(name)")
        let errors = try Self.errors(bytes, schema)
        #expect(errors.isEmpty, "\(name)")
      }
      // The program does refuse what is no such message.
      let broken = Array("<alert xmlns=\"urn:oasis:names:tc:emergency:cap:1.2\"/>".utf8)
      let errors = try Self.errors(broken, schema)
      #expect(!errors.isEmpty)
    }
  }

  /// What the schema's own reader says against a message; empty where it is valid.
  private static func errors(_ message: [UInt8], _ schema: String) throws -> String {
    let path = NSTemporaryDirectory() + "/alert-\(UUID().uuidString).xml"
    try Data(message).write(to: URL(fileURLWithPath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/xmllint")
    process.arguments = ["--nonet", "--noout", "--schema", schema, path]
    let errors = Pipe()
    process.standardError = errors
    try process.run()
    let said = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return process.terminationStatus == 0 ? "" : String(decoding: said, as: UTF8.self)
  }
}

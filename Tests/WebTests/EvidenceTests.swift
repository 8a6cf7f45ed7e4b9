import City
import Engine
import Foundation
import HTTPServing
import JSONText
import LoopFixture
import Ports
import Testing
import Vault

@testable import Web

/// Evidence of a case: added, seen, handed on with an order, packed, and checked with public tools.
@Suite struct EvidenceTests {
  private static let spill = "spoil-spill"
  private static let picture = Array(
    Data(base64Encoded: DevicePicture.jpeg) ?? Data())
  private static func film(_ number: UInt8) -> [UInt8] {
    func box(_ name: String, _ body: [UInt8]) -> [UInt8] {
      [0, 0, 0, UInt8(body.count + 8)] + Array(name.utf8) + body
    }
    return box("ftyp", Array("isom".utf8) + [0, 0, 0, 0]) + box("mdat", [number, 2, 3])
  }

  /// A picture of its own: the comment in it says which.
  private static func picture(_ number: UInt8) -> [UInt8] {
    // What the cleaning keeps: a table that no scan uses.
    let table: [UInt8] = [0xFF, 0xDB, 0, 67, 3] + [UInt8](repeating: number, count: 64)
    return Array(picture[..<2]) + table + Array(picture[2...])
  }

  private static func keep(_ bytes: [UInt8], _ web: WebFixture) async throws -> String {
    let answer = await web.ask(
      .post, "/api/v1/files", as: .officer,
      headers: [("Content-Type", "application/octet-stream")], body: bytes)
    #expect(answer.status == 201, "\(answer.text)")
    return try #require(answer.json?["digest"]?.string)
  }

  private static func draft(_ file: String, _ form: String, _ line: String, _ web: WebFixture)
    -> JSON
  {
    [
      "file": .string(file), "form": .string(form), "line": .string(line),
      "takenAt": .string(TimeText.write(web.loop.clock.now)), "longitude": 121.405,
      "latitude": 31.205, "place": "真南路近祁连山路", "taker": "张建国", "device": "执法记录仪 7",
      "note": "连续三十米",
    ]
  }

  /// A case of spilling that the police handle.
  private static func handled(_ web: WebFixture) async throws -> (path: String, id: ID<Case>) {
    let id = try await web.loop.file("e1", item: spill)
    try await web.loop.step("dispatch", on: id, by: .dispatcher) { $0.unit = District.police }
    try await web.loop.step("accept", on: id, by: .officer)
    return ("/cases/\(id.rawValue)", id)
  }

  private static func addAll(_ web: WebFixture, to path: String) async throws -> [String] {
    var digests: [String] = []
    for (bytes, form, line) in [
      (picture(1), "picture", "vehicle"), (picture(2), "picture", "road"),
      (picture(3), "picture", "road"), (film(4), "video", "process"),
    ] {
      let file = try await keep(bytes, web)
      digests.append(file)
      let answer = await web.post(path + "/evidence", draft(file, form, line, web), as: .officer)
      #expect(answer.status == 201, "\(answer.text)")
    }
    return digests
  }

  @Test(arguments: StoreKind.allCases)
  func theChecklistSaysWhatLacks(_ kind: StoreKind) async throws {
    try await WebFixture.with(kind) { web in
      let (path, _) = try await Self.handled(web)
      let empty = await web.get(path + "/evidence", as: .officer)
      #expect(empty.json?["complete"]?.bool == false)
      let lines = empty.json?["checklist"]?["lines"]?.array ?? []
      #expect(lines.map { $0["missing"]?.integer } == [1, 2, 1])
      let enforce: JSON = [
        "action": "enforce", "unit": .string(String(District.lighting.rawValue)),
        "note": "请依法处理",
      ]
      let early = await web.post(path + "/steps", enforce, as: .officerHead)
      #expect(early.code == "step.evidence_incomplete")
      #expect(early.json?["facts"]?["lines"]?.string == "vehicle,road,process")
      _ = try await Self.addAll(web, to: path)
      let full = await web.get(path + "/evidence", as: .officer)
      #expect(full.json?["complete"]?.bool == true)
      #expect(full.json?["evidence"]?.array?.count == 4)
      #expect(await web.get(path + "/evidence", as: .lampHead).status == 404)
      let handed = await web.post(path + "/steps", enforce, as: .officerHead)
      #expect(handed.status == 200, "\(handed.text)")
      // The order carries the evidence: the unit sees it, and that it has it is on record.
      let seen = await web.get(path + "/evidence", as: .lampHead)
      #expect(seen.json?["evidence"]?.array?.count == 4)
      let act = seen.json?["custody"]?[0]
      #expect(act?["kind"]?.string == "handed")
      #expect(act?["unit"]?["id"]?.string == String(District.lighting.rawValue))
    }
  }

  @Test(arguments: StoreKind.allCases)
  func whoOpensItIsOnRecord(_ kind: StoreKind) async throws {
    try await WebFixture.with(kind) { web in
      let (path, id) = try await Self.handled(web)
      let digests = try await Self.addAll(web, to: path)
      func open(_ person: Person) async -> Int {
        await web.get("/files/" + (digests.first ?? ""), as: person).status
      }
      #expect(await open(.lampWorker) == 404, "outside his scope")
      #expect(await open(.officer) == 200)
      #expect(await open(.officer) == 200, "the same hour is one act")
      #expect(await open(.officerHead) == 200)
      web.loop.clock.advance(2 * Duration.hour)
      #expect(await open(.officer) == 200)
      let acts = try await web.loop.store.custody(of: id, kind: nil, limit: 10)
      #expect(
        acts.reversed().map(\.staff)
          == [Person.officer.id, Person.officerHead.id, Person.officer.id])
      #expect(acts.allSatisfy { $0.kind == .seen })
    }
  }

  @Test func whatIsWrongIsRefusedByName() async throws {
    try await WebFixture.with { web in
      let (path, _) = try await Self.handled(web)
      let file = try await Self.keep(Self.picture(9), web)
      let good = Self.draft(file, "picture", "road", web)
      func names(_ change: (name: String, value: JSON), _ field: String, _ rule: String)
        async -> Bool
      {
        let answer = await web.post(
          path + "/evidence", good.with(change.name, change.value), as: .officer)
        return answer.names(field, rule)
      }
      #expect(await names(("form", "video"), "form", "evidence.form_of_file"))
      #expect(await names(("line", "process"), "form", "evidence.form_of_line"))
      #expect(await names(("line", "nothing"), "line", "word.unknown"))
      #expect(
        await names(("file", .string(String(repeating: "0", count: 64))), "file", "file.unknown"))
      #expect(await names(("takenAt", "2030-01-01T00:00:00Z"), "takenAt", "time.future"))
      #expect(await names(("taker", "  "), "taker", "field.required"))
      #expect(await names(("latitude", 200), "latitude", "position.range"))
      #expect(await web.post(path + "/evidence", good, as: .officer).status == 201)
      let again = await web.post(path + "/evidence", good, as: .officer)
      #expect(again.names("file", "evidence.known"))
      let found = await web.get(path + "/evidence", as: .officer)
      let id = try #require(found.json?["evidence"]?[0]?["id"]?.string)
      let reason: JSON = ["reason": "拍错了车"]
      #expect(await web.post("/evidence/\(id)/withdraw", reason, as: .officer).status == 200)
      #expect(
        await web.post("/evidence/\(id)/withdraw", reason, as: .officer).code
          == "evidence.withdrawn")
      let after = await web.get(path + "/evidence", as: .officer)
      #expect(after.json?["evidence"]?[0]?["withdrawn"]?.bool == true)
      #expect(after.json?["custody"]?[0]?["note"]?.string == "拍错了车")
      // What was withdrawn is packed no more; there is nothing else.
      let empty = await web.get(path + "/evidence/package", as: .officer)
      #expect(empty.code == "evidence.empty")
      let anew = await web.post(path + "/evidence", good, as: .officer)
      #expect(anew.status == 201, "the same file, added anew")
    }
  }

  @Test func aClerkChecksThePackageWithPublicTools() async throws {
    try await WebFixture.with(.sqlite) { web in
      let (path, id) = try await Self.handled(web)
      let digests = try await Self.addAll(web, to: path)
      #expect(await web.get(path + "/evidence/package", as: .leader).status == 403)
      let answer = await web.get(path + "/evidence/package", as: .officer)
      #expect(answer.response.header("Content-Type") == "application/zip")
      let folder = FileManager.default.temporaryDirectory
        .appendingPathComponent("evidence-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(at: folder) }
      let archive = folder.appendingPathComponent("evidence.zip")
      try Data(answer.bytes).write(to: archive)
      #expect(try Self.run("unzip", ["-q", archive.path], in: folder) == 0)
      #expect(try Self.run("sha256sum", ["-c", "--strict", "SHA256SUMS"], in: folder) == 0)
      let sums = try String(
        contentsOf: folder.appendingPathComponent("SHA256SUMS"), encoding: .utf8)
      for digest in digests { #expect(sums.contains(digest), "the hash that was kept") }
      #expect(sums.split(separator: "\n").count == 5)
      let list = try Data(contentsOf: folder.appendingPathComponent("list.pdf"))
      #expect(list.starts(with: Array("%PDF-".utf8)))
      // One bit of one file less, and the check says so.
      let file = folder.appendingPathComponent("files/001-picture.jpg")
      var bytes = try Data(contentsOf: file)
      bytes[bytes.count - 3] ^= 1
      try bytes.write(to: file)
      #expect(try Self.run("sha256sum", ["-c", "SHA256SUMS"], in: folder) != 0)
      let act = try await web.loop.store.custody(of: id, kind: .exported, limit: 1).first
      #expect(act?.package == web.loop.keys.digest(of: answer.bytes))
      #expect(act?.staff == Person.officer.id)
    }
  }

  private static func run(_ tool: String, _ words: [String], in folder: URL) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [tool] + words
    process.currentDirectoryURL = folder
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus
  }
}

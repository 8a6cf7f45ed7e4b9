import City
import Foundation
import HTTPServing
import JSONText
import LoopFixture
import Pack
import Ports
import Testing
import Vault

@testable import Web

@Suite struct DocumentTests {
  @Test func theOpenAPIDocumentSaysWhatTheServerDoes() async throws {
    try await WebFixture.with { web in
      let answer = await web.ask(.get, "/api/openapi.json", as: nil)
      #expect(answer.status == 200)
      let document = try #require(answer.json)
      #expect(document["openapi"]?.string == "3.1.0")
      let types: Set<String> = ["string", "integer", "number", "boolean", "array", "object"]
      var operations = 0
      for route in web.routes {
        let path =
          "/api/v1"
          + route.segments.map { $0.hasPrefix(":") ? "/{\($0.dropFirst())}" : "/\($0)" }.joined()
        let operation = try #require(
          document["paths"]?[path]?[route.method.rawValue.lowercased()], "\(path)")
        operations += 1
        let parameters = operation["parameters"]?.array ?? []
        let names = parameters.compactMap { $0["name"]?.string }
        #expect(Set(names).count == names.count, "\(path)")
        #expect(Set(route.query.map(\.name)).isSubset(of: names), "\(path)")
        for segment in route.segments where segment.hasPrefix(":") {
          let found = parameters.first { $0["name"]?.string == String(segment.dropFirst()) }
          #expect(found?["in"]?.string == "path")
          #expect(found?["required"]?.bool == true)
        }
        for parameter in parameters {
          #expect(types.contains(parameter["schema"]?["type"]?.string ?? ""), "\(path)")
        }
        let open = operation["security"]?.array?.isEmpty
        #expect(open == route.isOpen, "\(path)")
        #expect(operation["summary"]?.string?.isEmpty == false)
        let takesBody = !route.body.isEmpty || !route.takes.isEmpty
        #expect((operation["requestBody"] != nil) == takesBody, "\(path)")
        #expect(operation["responses"]?["400"] != nil)
      }
      let listed = document["paths"]?.members?.reduce(0) { $0 + ($1.value.members?.count ?? 0) }
      #expect(listed == operations)
    }
  }

  @Test func healthIsOpenToAll() async throws {
    try await WebFixture.with(.sqlite) { web in
      for path in ["/healthz", "/readyz", "/metrics"] {
        for method in [HTTPMethod.get, .head] {
          #expect(await web.ask(method, path, as: nil).status == 200, "\(path)")
        }
      }
      _ = try await web.loop.file("1")
      let metrics = await web.ask(.get, "/metrics", as: nil)
      #expect(metrics.response.header("Content-Type")?.hasPrefix("text/plain") == true)
      #expect(metrics.text.contains("civicloop_cases{stage=\"filed\"} 1\n"))
      let sequence = try await web.loop.store.lastSequence()
      #expect(metrics.text.contains("civicloop_journal_sequence \(sequence)\n"))
    }
  }

  @Test func pagesAreSentAndNothingElse() async throws {
    try await WebFixture.with { web in
      for (path, type, name) in [
        ("/", "text/html", "index.html"), ("/index.html", "text/html", "index.html"),
        ("/cases/5", "text/html", "index.html"),
        ("/field-worker.js", "text/javascript", "field-worker.js"),
        ("/styles/print.css", "text/css", "styles/print.css"),
        ("/icon.svg", "image/svg+xml", "icon.svg"),
      ] {
        let answer = await web.ask(.get, path, as: nil)
        #expect(answer.status == 200, "\(path)")
        #expect(answer.response.header("Content-Type")?.hasPrefix(type) == true, "\(path)")
        #expect(answer.response.header("X-Content-Type-Options") == "nosniff")
        #expect(
          answer.response.header("Content-Security-Policy")?.contains("default-src 'self'") == true)
        let kept = try String(contentsOfFile: "\(Loop.repository)/web/\(name)", encoding: .utf8)
        let lean =
          switch name.split(separator: ".").last {
          case "js": LeanText.script(Array(kept.utf8))
          case "css": LeanText.style(Array(kept.utf8))
          default: Array(kept.utf8)
          }
        #expect(answer.text == String(decoding: lean, as: UTF8.self), "\(path)")
        let tag = try #require(answer.response.header("ETag"))
        let again = await web.ask(.get, path, as: nil, headers: [("If-None-Match", tag)])
        #expect(again.status == 304, "\(path)")
        let packed = await web.ask(.get, path, as: nil, headers: [("Accept-Encoding", "gzip")])
        #expect(packed.response.header("Content-Encoding") == "gzip", "\(path)")
        #expect(packed.response.header("Vary") == "Accept-Encoding", "\(path)")
      }
      for path in [
        "/.env", "/.git/config.json", "/parts/.hidden.js", "/../Package.swift", "/../docs/x.json",
        "/parts/../../packs/x.js", "/main.swift", "/packs/core/pack.yaml", "/x.sqlite", "/a.b.sh",
      ] {
        let answer = await web.ask(.get, path, as: nil)
        #expect(answer.status == 404, "\(path)")
        #expect(answer.code == "not_found", "\(path)")
      }
      #expect(await web.ask(.post, "/index.html", as: nil).status == 404)
    }
  }

  @Test func theCatalogueIsThere() async throws {
    try await WebFixture.with { web in
      let items = await web.get("/items").elements
      #expect(items.count >= 80)
      #expect(await web.get("/items/\(TestItem.noise)").json?["name"]?.string == "社会生活噪声")
      #expect(await web.get("/items/none").status == 404)
      let flow = await web.get("/flows/standard")
      #expect(
        flow.json?["actions"]?.array?.allSatisfy { $0["why"]?.string?.isEmpty == false } == true)
      let texts = await web.get("/texts", as: nil)
      #expect(texts.json?["stages"]?["filed"]?.string == "待派单")
      #expect(texts.json?["demonstration"] == .null)
    }
  }
}

@Suite struct FileTests {
  /// One grey pixel.
  private static let png: [UInt8] = [
    0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0x00, 0x00, 0x00, 0x0D, 0x49, 0x48,
    0x44, 0x52, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x00, 0x00, 0x00,
    0x00, 0x3A, 0x7E, 0x9B, 0x55, 0x00, 0x00, 0x00, 0x0A, 0x49, 0x44, 0x41, 0x54, 0x78,
    0x9C, 0x63, 0x68, 0x00, 0x00, 0x00, 0x82, 0x00, 0x81, 0x77, 0xCD, 0x72, 0xB6, 0x00,
    0x00, 0x00, 0x00, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82,
  ]
  /// A JPEG with a segment where cameras write place and device.
  private static let camera = Array("Exif\u{0}\u{0}GPS 31.2".utf8)
  private static let jpeg: [UInt8] =
    [0xFF, 0xD8, 0xFF, 0xE1, 0, UInt8(camera.count + 2)] + camera
    + [0xFF, 0xDB, 0, 4, 1, 2, 0xFF, 0xDA, 0, 2, 9, 9, 0xFF, 0xD9]

  private static func put(
    _ web: WebFixture, _ bytes: [UInt8], as person: Person = .officer
  ) async -> WebAnswer {
    await web.ask(.post, "/api/v1/files", as: person, body: bytes)
  }

  @Test func filesAreKeptByContent() async throws {
    try await WebFixture.with { web in
      for (bytes, form, type) in [
        (Self.png, "photo", "image/png"), (Self.jpeg, "photo", "image/jpeg"),
        (Array("一份说明".utf8), "document", "application/octet-stream"),
      ] {
        let answer = await Self.put(web, bytes)
        #expect(answer.status == 201)
        #expect(answer.json?["form"]?.string == form)
        let digest = try #require(answer.json?["digest"]?.string)
        #expect(await Self.put(web, bytes).json?["digest"]?.string == digest)
        let back = await web.get("/files/\(digest)", as: .officer)
        #expect(back.response.header("Content-Type") == type)
        #expect(back.response.header("X-Content-Type-Options") == "nosniff")
        if type == "image/jpeg" {
          #expect(back.bytes.starts(with: [0xFF, 0xD8, 0xFF, 0xDB]))
          #expect(!back.text.contains("Exif") && !back.text.contains("GPS"))
          #expect(back.bytes.suffix(4) == [9, 9, 0xFF, 0xD9])
        } else {
          #expect(back.bytes == bytes)
        }
        if form == "document" {
          #expect(back.response.header("Content-Disposition") == "attachment")
        }
      }
    }
  }

  @Test func whatIsNoFileOfOursIsRefused() async throws {
    try await WebFixture.with { web in
      for (bytes, status, code) in [
        ([0x7F, 0x45, 0x4C, 0x46, 2, 1, 1, 0], 415, "file.kind"),
        ([0x4D, 0x5A, 0x90, 0, 3], 415, "file.kind"), ([0xFF, 0xFE, 0x41], 415, "file.kind"),
        // Nothing draws a reader's name over one, so it is not taken.
        (
          Array("RIFF\u{12}\0\0\0WEBPVP8L\u{5}\0\0\0\u{1}\u{2}\u{3}\u{4}\u{5}\0".utf8), 415,
          "file.kind"
        ),
        ([], 400, "file.empty"),
        (
          [UInt8](repeating: 0x20, count: FileShelf.Limits().documentBytesMax + 1), 413,
          "file.too_large"
        ),
      ] as [([UInt8], Int, String)] {
        let answer = await Self.put(web, bytes)
        #expect(answer.status == status)
        #expect(answer.code == code)
      }
      #expect(await Self.put(web, Self.png, as: .leader).status == 403)
      for digest in ["abc", String(repeating: "AB", count: 32), String(repeating: "ab", count: 32)]
      {
        #expect(await web.get("/files/\(digest)").status == 404)
      }
    }
  }

  @Test func evidenceIsShownWithItsStep() async throws {
    try await WebFixture.with { web in
      let id = try await web.loop.file("1", item: TestItem.lamp)
      try await web.loop.step("accept", on: id, by: .lampWorker)
      let digest = try #require(
        await Self.put(web, Self.png, as: .lampWorker).json?["digest"]?.string)
      let report: JSON = [
        "action": "report", "note": "换好了", "evidence": [.string(digest)], "version": 2,
      ]
      let answer = await web.post("/cases/\(id.rawValue)/steps", report, as: .lampWorker)
      #expect(answer.status == 200)
      #expect(answer.json?["stage"]?.string == "checking")
      let steps = await web.get("/cases/\(id.rawValue)/steps").elements
      #expect(steps.last?["evidence"]?.array == [.string(digest)])
    }
  }
}

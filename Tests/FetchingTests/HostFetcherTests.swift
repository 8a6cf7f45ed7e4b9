import Fetching
import HTTPServing
import Ports
import Testing

/// Answers as hosts of pictures do, good and bad ones.
private struct Host: HTTPHandler {
  func respond(to request: HTTPRequest) async -> HTTPResponse {
    switch request.path {
    case "/1.jpg":
      return HTTPResponse(status: 200, body: .bytes([0xFF, 0xD8, 0xFF, 0xD9]))
    case "/moved":
      return HTTPResponse(status: 302, headers: [("Location", "http://127.0.0.1:1/")])
    case "/large":
      return HTTPResponse(status: 200, body: .bytes([UInt8](repeating: 7, count: 200_000)))
    case "/slow":
      try? await Task.sleep(for: .seconds(3))
      return HTTPResponse(status: 200)
    default: return HTTPResponse(status: 404)
    }
  }
}

@Suite struct HostFetcherTests {
  private static func with(_ body: (UInt16, HostFetcher) async throws -> Void) async throws {
    let server = try HTTPServer(
      settings: HTTPSettings(address: "127.0.0.1", port: 0), handler: Host())
    var settings = HostFetcher.Settings(hosts: ["127.0.0.1:\(server.port)", "box.example"])
    settings.bytesMax = 100_000
    settings.durationMilliseconds = 1_000
    do {
      try await body(server.port, HostFetcher(settings: settings))
    } catch {
      await server.stop()
      throw error
    }
    await server.stop()
  }

  @Test("an allowed host is asked; what is wrong has a name")
  func fetches() async throws {
    try await Self.with { port, fetcher in
      let root = "http://127.0.0.1:\(port)"
      let picture = try await fetcher.picture(at: root + "/1.jpg")
      #expect(picture == [0xFF, 0xD8, 0xFF, 0xD9])
      let rows: [(String, PictureFault)] = [
        (root + "/absent", .status(404)), (root + "/moved", .status(302)),
        (root + "/large", .tooLarge(max: 100_000)), (root + "/slow", .slow),
      ]
      for (address, fault) in rows {
        await #expect(throws: fault) { try await fetcher.picture(at: address) }
      }
    }
  }

  /// Ways by which an address was made to mean another host than it seems to.
  @Test(
    "nobody else is asked",
    arguments: [
      "http://127.0.0.1/1.jpg", "http://127.0.0.1:1/1.jpg", "http://localhost/1.jpg",
      "http://169.254.169.254/latest", "http://[::1]/", "http://0x7f000001/", "http://2130706433/",
      "http://box.example.evil.example/", "http://evil.example/box.example",
      "http://box.example@evil.example/", "http://evil.example#box.example",
      "http://box.example:8080/", "file:///etc/passwd", "gopher://box.example/",
      "ftp://box.example/",
      "http://user:word@box.example/", "//box.example/", "", "no address", "http://",
    ])
  func refuses(_ address: String) async throws {
    let fetcher = HostFetcher(settings: HostFetcher.Settings(hosts: ["box.example"]))
    do {
      _ = try await fetcher.picture(at: address)
      Issue.record("it was fetched")
    } catch {
      #expect(error == .host || error == .form, "\(error)")
    }
  }
}

import City
import Glibc
import HTTPServing
import JSONText
import LoopFixture
import LoopbackClient
import Ports
import Synchronization
import Testing

@testable import Web

/// The same handler behind a real socket.
@Suite struct SocketTests {
  private static let json = [("Content-Type", "application/json"), ("X-CivicLoop", "1")]

  private static func with(
    _ body: @escaping @Sendable (HTTPServer, WebFixture) async throws -> Void
  ) async throws {
    try await WebFixture.with(.sqlite) { web in
      var settings = HTTPSettings(port: 0)
      settings.threads = 2
      settings.startsHandlersInline = true
      let server = try HTTPServer(settings: settings, handler: web.handler)
      let follower = Task { await web.handler.followJournal() }
      var fault: (any Error)?
      do {
        try await body(server, web)
      } catch {
        fault = error
      }
      web.handler.closeFeeds()
      await server.stop(within: 2_000)
      follower.cancel()
      // The follower waits for the next entry; one wakes it.
      _ = try await web.loop.store.commit(Loop.change([.note("")], at: Loop.start))
      await follower.value
      if let fault { throw fault }
    }
  }

  /// Runs blocking code away from the threads that Swift's tasks share.
  private static func onThread<Value: Sendable>(
    _ body: @escaping @Sendable () throws -> Value
  ) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      let start = ThreadStart { continuation.resume(with: Result { try body() }) }
      var thread = pthread_t()
      pthread_create(
        &thread, nil,
        { argument in
          if let argument { Unmanaged<ThreadStart>.fromOpaque(argument).takeRetainedValue().run() }
          return nil
        }, Unmanaged.passRetained(start).toOpaque())
      pthread_detach(thread)
    }
  }

  @Test func aBrowserSignsInAndFiles() async throws {
    try await Self.with { server, _ in
      let port = server.port
      try await Self.onThread {
        let client = LoopbackClient(port: port)
        let body: JSON = ["login": "dispatcher", "password": .string(Person.password)]
        let session = try client.send(
          "POST", "/api/v1/session", headers: Self.json, body: Array(body.text.utf8))
        #expect(session.status == 201)
        let cookie = session.header("Set-Cookie") ?? ""
        #expect(cookie.contains("; HttpOnly"))
        #expect(cookie.contains("; SameSite=Strict"))
        #expect(session.header("X-Content-Type-Options") == "nosniff")
        let signedIn = Self.json + [("Cookie", String(cookie.prefix { $0 != ";" }))]
        let filed = try client.send(
          "POST", "/api/v1/signals", headers: signedIn, body: Array(JSON.signal("1").text.utf8))
        #expect(filed.status == 201)
        #expect(try client.send("GET", "/api/v1/cases", headers: signedIn).status == 200)
        #expect(try client.send("HEAD", "/api/v1/cases", headers: signedIn).status == 200)
        #expect(try client.send("GET", "/").status == 200)
        #expect(try client.send("GET", "/../Package.swift").status >= 400)
        #expect(try client.send("GET", "/%2e%2e/docs/x.json").status >= 400)
        #expect(client.connects >= 1)
      }
    }
  }

  @Test func aFeedTellsWhatAnotherConnectionCommitted() async throws {
    try await Self.with { server, web in
      let port = server.port
      let bearer = [("Authorization", "Bearer \(web.secret(of: .dispatcher))")]
      let start = try await web.loop.store.lastSequence()
      try await Self.onThread {
        let list = SeenEvents()
        let feeds = try LoopbackFeeds(
          port: port, path: "/api/v1/feed?after=1-\(start)", headers: bearer, count: 1
        ) { event in
          list.add(String(decoding: event.text, as: UTF8.self))
        }
        defer { feeds.close() }
        let client = LoopbackClient(port: port)
        let filed = try client.send(
          "POST", "/api/v1/signals", headers: Self.json + bearer,
          body: Array(JSON.signal("1").text.utf8))
        #expect(filed.status == 201)
        while list.count < 1 { usleep(2_000) }
        #expect(list.first?.contains("event: case") == true)
        #expect(list.first?.contains("夜间噪声") == true)
      }
    }
  }

  @Test func whatWasAcceptedIsFinishedAtTheEnd() async throws {
    try await WebFixture.with(.sqlite) { web in
      let server = try HTTPServer(settings: HTTPSettings(port: 0), handler: web.handler)
      let port = server.port
      let body = Array(JSON.signal("1").text.utf8)
      let head =
        "POST /api/v1/signals HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(body.count)\r\n"
        + "Authorization: Bearer \(web.secret(of: .receptionist))\r\n\r\n"
      // The head is in when the server is told to stop; the body comes afterwards.
      async let answer = Self.onThread {
        let client = LoopbackClient(port: port)
        try client.sendRaw(Array(head.utf8))
        usleep(200_000)
        try client.sendRaw(body)
        return try client.receive().status
      }
      try await Task.sleep(for: .milliseconds(100))
      await server.stop(within: 5_000)
      #expect(try await answer == 201)
      #expect(try await web.loop.store.counts(.everything).byStage == ["filed": 1])
    }
  }
}

private final class ThreadStart: Sendable {
  let run: @Sendable () -> Void

  init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

private final class SeenEvents: Sendable {
  private let events = Mutex<[String]>([])

  var count: Int { events.withLock { $0.count } }
  var first: String? { events.withLock { $0.first } }
  func add(_ event: String) { events.withLock { $0.append(event) } }
}

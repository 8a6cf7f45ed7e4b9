import Glibc
import HTTPServing
import LoopbackClient
import Testing

@Suite("slow clients and stopping")
struct SlowClientTests {
  struct Drip: Sendable, CustomTestStringConvertible {
    let start: String, reason: String
    var testDescription: String { reason }
  }

  static let drips = [
    Drip(start: "", reason: "connection.slow_header"),
    Drip(start: "GET /who HTTP/1.1\r\nHost: x\r\nA: ", reason: "connection.slow_header"),
    Drip(
      start: "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n",
      reason: "connection.slow_body"),
  ]

  @Test("a client that drips is cut off, however steadily it drips", arguments: drips)
  func cutsDrips(_ drip: Drip) async throws {
    try await withServer {
      $0.limits.headerMilliseconds = 300
      $0.limits.bodyMilliseconds = 300
    } _: { server, _ throws in
      let client = LoopbackClient(port: server.port)
      try client.sendRaw(Array(drip.start.utf8))
      let isCut = eventually {
        (try? client.sendRaw(Array("x".utf8))) == nil
          || server.counts.refused[drip.reason] != nil
      }
      #expect(isCut)
      #expect(eventually { server.counts.connectionsOpen == 0 })
      #expect(server.counts.refused[drip.reason] == 1)
    }
  }

  @Test("an idle connection is closed, and the client's next request opens another")
  func idle() async throws {
    try await withServer {
      $0.limits.idleMilliseconds = 200
    } _: { server, _ throws in
      let client = LoopbackClient(port: server.port)
      #expect(try client.send("GET", "/who").status == 200)
      #expect(eventually { server.counts.connectionsOpen == 0 })
      #expect(try client.send("GET", "/who").status == 200)
      #expect(client.connects == 2)
    }
  }

  @Test("connections beyond the limit are closed at once, and places come back")
  func connections() async throws {
    try await withServer {
      $0.limits.connectionsMax = 3
    } _: { server, _ throws in
      let clients = (0..<3).map { _ in LoopbackClient(port: server.port) }
      for client in clients { #expect(try client.send("GET", "/who").status == 200) }
      let late = LoopbackClient(port: server.port)
      #expect(throws: LoopbackFault.self) { try late.send("GET", "/who") }
      #expect(server.counts.refused["connection.full"] == 1)
      clients[0].disconnect()
      #expect(eventually { (try? late.send("GET", "/who").status) == 200 })
    }
  }

  @Test("stopping finishes what was accepted and closes the rest", arguments: [false, true])
  func stop(startsInline: Bool) async throws {
    var settings = HTTPSettings(port: 0)
    settings.startsHandlersInline = startsInline
    let server = try HTTPServer(settings: settings, handler: EchoHandler())
    async let answer = onThread {
      Result { try LoopbackClient(port: server.port).send("GET", "/slow") }
    }
    let isUnderWay = await onThread { eventually { server.counts.requestsOpen == 1 } }
    #expect(isUnderWay)
    await server.stop(within: 5_000)
    let got = try await answer.get()
    #expect(got.status == 200 && got.text == "\"done\"")
    #expect(got.header("connection") == "close")
    let late = await onThread {
      Result { try LoopbackClient(port: server.port).send("GET", "/who") }
    }
    #expect(throws: LoopbackFault.self) { try late.get() }
    #expect(server.counts.requestsOpen == 0 && server.counts.connectionsOpen == 0)
  }

  @Test("what is not finished by the deadline is answered with 503", arguments: [false, true])
  func deadline(startsInline: Bool) async throws {
    var settings = HTTPSettings(port: 0)
    settings.startsHandlersInline = startsInline
    let server = try HTTPServer(settings: settings, handler: EchoHandler())
    async let answer = onThread {
      Result { try LoopbackClient(port: server.port).send("GET", "/never") }
    }
    let isUnderWay = await onThread { eventually { server.counts.requestsOpen == 1 } }
    #expect(isUnderWay)
    await server.stop(within: 100)
    let got = try await answer.get()
    #expect(got.status == 503 && got.header("retry-after") != nil)
  }

  /// A library that loses its listening socket while its workers accept aborts the process.
  @Test("servers stop again and again while clients keep connecting")
  func stopUnderConnections() async throws {
    for _ in 0..<60 {
      let server = try HTTPServer(settings: HTTPSettings(port: 0), handler: EchoHandler())
      async let clients: Void = onThread {
        while (try? LoopbackClient(port: server.port).send("GET", "/who")) != nil {}
      }
      async let others: Void = onThread {
        while (try? LoopbackClient(port: server.port).send("GET", "/who")) != nil {}
      }
      let isBusy = await onThread { eventually { server.counts.requests > 8 } }
      #expect(isBusy)
      await server.stop(within: 2_000)
      _ = await (clients, others)
      #expect(server.counts.connectionsOpen == 0)
    }
  }
}

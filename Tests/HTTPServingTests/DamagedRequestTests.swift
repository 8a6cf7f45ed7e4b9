import HTTPServing
import LoopbackClient
import Testing

@Suite("damaged requests")
struct DamagedRequestTests {
  static let samples = [
    "GET /who?a=b HTTP/1.1\r\nHost: x\r\nCookie: session=1\r\n\r\n",
    "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello",
    "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    "GET /events HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET /long HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\nGET /who HTTP/1.1\r\n",
  ]

  @Test("whatever bytes come and whenever the client leaves, the server goes on")
  func damaged() async throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    print("seed: \(seed)")
    try await withServer { server, _ throws in
      var state = seed
      func next(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(bound))
      }
      for _ in 0..<600 {
        let client = LoopbackClient(port: server.port)
        var bytes = Array(Self.samples[next(Self.samples.count)].utf8)
        for _ in 0..<next(4) { bytes[next(bytes.count)] = UInt8(next(256)) }
        if next(3) == 0 { bytes.removeLast(next(bytes.count)) }
        try client.sendRaw(bytes)
        client.disconnect()
      }
      let client = LoopbackClient(port: server.port)
      #expect(try client.send("GET", "/who").status == 200, "seed \(seed)")
      let isClear = eventually {
        server.counts.requestsOpen <= 1 && server.counts.connectionsOpen == 1
          && server.counts.streamsOpen == 0
      }
      #expect(isClear, "seed \(seed) \(server.counts)")
    }
  }

  @Test("a raw NUL in the request line never shortens a path")
  func nul() async throws {
    try await withServer { server, _ throws in
      for line in [
        "GET /who\0/other HTTP/1.1", "GET /who\0HTTP/1.1 HTTP/1.1", "GET /who?a\0b HTTP/1.1",
      ] {
        let client = LoopbackClient(port: server.port)
        try client.sendRaw(Array("\(line)\r\nHost: x\r\n\r\n".utf8))
        #expect(try client.receive().status == 400, "\(line.debugDescription)")
      }
    }
  }
}

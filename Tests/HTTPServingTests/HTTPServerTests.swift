import Compression
import HTTPServing
import JSONText
import LoopbackClient
import Synchronization
import Testing
import Threads

@Suite("HTTP server over a socket")
struct HTTPServerTests {
  @Test("one connection carries many requests")
  func keepAlive() async throws {
    try await withServer { server, _ throws in
      let client = LoopbackClient(port: server.port)
      for index in 0..<50 {
        let body = Array("body \(index)".utf8)
        let answer = try client.send("POST", "/echo", body: body)
        #expect(answer.status == 200 && answer.body == body)
        #expect(answer.header("date") != nil)
      }
      #expect(client.connects == 1)
      #expect(server.counts.requests == 50 && server.counts.responsesByClass[2] == 50)
      #expect(server.counts.connectionsOpen == 1 && server.counts.requestsOpen <= 1)
    }
  }

  @Test("a handler may wait in every way, on many connections at a time")
  func waiting() async throws {
    try await withServer { server, _ throws in
      let wrong = Mutex(0)
      let threads = (0..<12).map { _ in
        DedicatedThread {
          let client = LoopbackClient(port: server.port)
          for _ in 0..<40 {
            let answer = try? client.send("GET", "/hops")
            if answer?.status != 200 || answer?.text != "5" { wrong.withLock { $0 += 1 } }
          }
        }
      }
      for thread in threads { thread.join() }
      #expect(wrong.withLock { $0 } == 0)
      #expect(server.counts.requests == 12 * 40)
    }
  }

  @Test("many clients on one thread each get the answers to their own requests")
  func turns() async throws {
    try await withServer { server, _ throws in
      let (clients, rounds) = (12, 20)
      let turns = LoopbackTurns(port: server.port, count: clients)
      func body(_ client: Int, _ round: Int) -> [UInt8] { Array("\(client) \(round)".utf8) }
      var round = [Int](repeating: 0, count: clients)
      for client in 0..<clients { try turns.send(client, "POST", "/echo", body: body(client, 0)) }
      while round.contains(where: { $0 < rounds }) {
        let answered = turns.wait()
        try #require(!answered.isEmpty)
        for client in answered {
          #expect(try turns.receive(client).body == body(client, round[client]))
          round[client] += 1
          guard round[client] < rounds else { continue }
          try turns.send(client, "POST", "/echo", body: body(client, round[client]))
        }
      }
      #expect(server.counts.requests == UInt64(clients * rounds))
      #expect(server.counts.connectionsOpen == clients)
    }
  }

  @Test("requests sent together are answered each, in order")
  func pipelining() async throws {
    try await withServer { server, _ throws in
      let client = LoopbackClient(port: server.port)
      var text = ""
      for index in 0..<20 {
        let path = index % 5 == 0 ? "/slow" : "/echo"
        text += "POST \(path) HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n\(100 + index)"
      }
      try client.sendRaw(Array(text.utf8))
      for index in 0..<20 {
        #expect(try client.receive().text == (index % 5 == 0 ? "\"done\"" : "\(100 + index)"))
      }
    }
  }

  struct Refusal: Sendable, CustomTestStringConvertible {
    let request: String, status: Int, code: String?
    var testDescription: String { String(request.prefix(60)) }
    init(_ request: String, _ status: Int, _ code: String?) {
      self.request = request
      self.status = status
      self.code = code
    }
  }

  static let refusals: [Refusal] = [
    Refusal("GET /a/../b HTTP/1.1\r\nHost: x\r\n\r\n", 400, "http.bad_target"),
    Refusal("GET /%ff HTTP/1.1\r\nHost: x\r\n\r\n", 400, "http.bad_target"),
    Refusal("GET /a%00 HTTP/1.1\r\nHost: x\r\n\r\n", 400, "http.bad_target"),
    Refusal("BREW / HTTP/1.1\r\nHost: x\r\n\r\n", 501, "http.method_unknown"),
    Refusal(
      "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400,
      "http.length_conflict"),
    Refusal(
      "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n"
        + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, "http.length_conflict"),
    Refusal(
      "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", 501,
      "http.encoding_unknown"),
    Refusal(
      "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n"
        + String(repeating: "x", count: 1_001), 413, "http.body_too_long"),
    Refusal(
      "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n", 413,
      "http.body_too_long"),
    Refusal(
      "POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 1001\r\n\r\n",
      413, "http.body_too_long"),
    Refusal(
      "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n"
        + String(repeating: "x", count: 1_001) + "\r\n0\r\n\r\n", 413, "http.body_too_long"),
    Refusal(
      "GET /\(String(repeating: "a", count: 600)) HTTP/1.1\r\nHost: x\r\n\r\n", 414,
      "http.target_too_long"),
    Refusal(
      "GET / HTTP/1.1\r\nHost: x\r\nA: \(String(repeating: "a", count: 2_100))\r\n\r\n", 431,
      "http.headers_too_long"),
    // Beyond what the library can hold or parse, it answers by itself, without our document.
    Refusal(
      "GET / HTTP/1.1\r\nHost: x\r\nA: \(String(repeating: "a", count: 20_000))\r\n\r\n", 431,
      nil),
    Refusal("GET / HTTP/1.1\r\n\r\n", 400, nil),
    Refusal("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n", 400, nil),
  ]

  @Test("what may not pass is answered with status and code", arguments: refusals)
  func refuses(_ row: Refusal) async throws {
    try await withServer {
      $0.limits.bodyBytesMax = 1_000
      $0.limits.headerBytesMax = 2_048
      $0.limits.targetBytesMax = 512
    } _: { server, _ throws in
      let client = LoopbackClient(port: server.port)
      try client.sendRaw(Array(row.request.utf8))
      let answer = try client.receive()
      #expect(answer.status == row.status)
      guard let code = row.code else { return }
      #expect(answer.header("content-type") == "application/problem+json")
      let problem = try JSON.parse(answer.body)
      #expect(problem["code"]?.string == code)
      #expect(problem["status"]?.integer == Int64(row.status))
      #expect(server.counts.refused[code] == 1)
      let again = try client.send("POST", "/echo", body: [1, 2, 3])
      #expect(again.status == 200 && again.body == [1, 2, 3])
    }
  }

  @Test("a body at the limit passes, whole or in chunks, with and without asking first")
  func bodies() async throws {
    try await withServer {
      $0.limits.bodyBytesMax = 70_000
    } _: { server, _ throws in
      let client = LoopbackClient(port: server.port)
      let body = (0..<70_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
      #expect(try client.send("PUT", "/echo", body: body).body == body)
      let asking = [("Expect", "100-continue")]
      #expect(try client.send("POST", "/echo", headers: asking, body: body).body == body)
      let head = "PATCH /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
      try client.sendRaw(Array((head + "3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\n\r\n").utf8))
      #expect(try client.receive().text == "abcdefg")
    }
  }

  @Test("HEAD has the length of GET and no body; OPTIONS reaches the handler")
  func methods() async throws {
    try await withServer { server, _ throws in
      let client = LoopbackClient(port: server.port)
      let head = try client.send("HEAD", "/long")
      #expect(head.status == 200 && head.body.isEmpty && head.header("content-length") == "10000")
      for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] {
        let answer = try client.send(method, "/who")
        #expect(answer.text == "\(method) 127.0.0.1 true")
      }
    }
  }

  @Test("a proxy's mark ends the trust in loopback; its word counts only when trusted")
  func proxies() async throws {
    for isTrusted in [false, true] {
      try await withServer {
        $0.trustsForwardedFor = isTrusted
      } _: { server, _ throws in
        let client = LoopbackClient(port: server.port)
        let headers = [("X-Forwarded-For", "10.0.0.1, 203.0.113.9")]
        let expected = isTrusted ? "GET 203.0.113.9 false" : "GET 127.0.0.1 false"
        #expect(try client.send("GET", "/who", headers: headers).text == expected)
      }
    }
  }

  @Test("long texts are compressed for clients that take it")
  func compression() async throws {
    try await withServer { server, _ throws in
      let client = LoopbackClient(port: server.port)
      let plain = try client.send("GET", "/long")
      #expect(plain.header("content-encoding") == nil && plain.body.count == 10_000)
      #expect(plain.header("vary") == "Accept-Encoding")
      let taking = [("Accept-Encoding", "br, gzip;q=0.8")]
      let packed = try client.send("GET", "/long", headers: taking)
      #expect(packed.header("content-encoding") == "gzip")
      #expect(try Gzip.inflate(packed.body, bytesMax: 10_000) == plain.body)
      let refusing = [("Accept-Encoding", "gzip;q=0, identity")]
      let again = try client.send("GET", "/long", headers: refusing)
      #expect(again.header("content-encoding") == nil)
    }
  }

  @Test("a file is sent from the disk, a missing one or a folder is 404")
  func files() async throws {
    try await withServer { server, _ throws in
      let client = LoopbackClient(port: server.port)
      let answer = try client.send("GET", "/file?path=/etc/passwd")
      #expect(answer.status == 200 && answer.text.contains("root:"))
      for path in ["/nowhere", "/etc"] {
        let missing = try client.send("GET", "/file?path=\(path)")
        #expect(missing.status == 404)
        #expect(try JSON.parse(missing.body)["code"]?.string == "http.file_missing")
      }
    }
  }

  @Test("a proxied client beyond its rate is asked to wait, others are not")
  func rate() async throws {
    try await withServer {
      $0.trustsForwardedFor = true
      $0.limits.rate = RateLimit.Settings(requestsPerSecond: 1, burst: 3, addressesMax: 10)
    } _: { server, _ throws in
      let client = LoopbackClient(port: server.port)
      let first = [("X-Forwarded-For", "203.0.113.9")]
      let other = [("X-Forwarded-For", "2001:db8::1")]
      let statuses = try (0..<5).map { _ in
        try client.send("GET", "/who", headers: first).status
      }
      #expect(statuses.prefix(3) == [200, 200, 200] && statuses.contains(429))
      let waiting = try client.send("GET", "/who", headers: first)
      #expect(waiting.status == 429 && waiting.header("retry-after") == "1")
      #expect(try client.send("GET", "/who", headers: other).status == 200)
      #expect(try client.send("GET", "/who").status == 200)
    }
  }

  @Test("a port in use or an address that is none says so")
  func start() async throws {
    try await withServer { server, _ throws in
      let settings = HTTPSettings(port: server.port)
      #expect(throws: HTTPServerFault.addressInUse(port: server.port)) {
        try HTTPServer(settings: settings, handler: EchoHandler())
      }
      let odd = HTTPSettings(address: "localhost:x", port: 0)
      #expect(throws: HTTPServerFault.badAddress("localhost:x")) {
        try HTTPServer(settings: odd, handler: EchoHandler())
      }
    }
  }
}

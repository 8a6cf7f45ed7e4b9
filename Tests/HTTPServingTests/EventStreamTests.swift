import Glibc
import HTTPServing
import LoopbackClient
import Synchronization
import Testing

@Suite("event streams")
struct EventStreamTests {
  @Test("an event is written as the format says")
  func text() {
    let event = EventText.event(id: "1:42", event: "case", data: Array("a\r\nb\n".utf8))
    let expected = "id: 1:42\nevent: case\ndata: a\ndata: b\ndata: \n\n"
    #expect(String(decoding: event, as: UTF8.self) == expected)
    let cut = EventText.event(id: "1\nevent: x", data: [])
    #expect(String(decoding: cut, as: UTF8.self) == "id: 1\ndata: \n\n")
  }

  final class Tally: Sendable {
    let byFeed = Mutex<[Int: [String]]>([:])
    var total: Int { byFeed.withLock { $0.values.reduce(0) { $0 + $1.count } } }
  }

  @Test("every stream gets every event once and in order")
  func many() async throws {
    try await withServer { server, handler throws in
      let tally = Tally()
      let feeds = try LoopbackFeeds(port: server.port, path: "/events", count: 200) { event in
        let id = String(decoding: event.id, as: UTF8.self)
        tally.byFeed.withLock { $0[event.feed, default: []].append(id) }
      }
      #expect(eventually { tally.total == 200 })
      let streams = handler.streams.open.withLock { $0 }
      for number in 2...51 {
        let event = EventText.event(id: String(number), data: Array("change".utf8))
        for stream in streams { #expect(stream.send(event)) }
      }
      #expect(eventually { tally.total == 200 * 51 })
      let expected = (1...51).map(String.init)
      #expect(tally.byFeed.withLock { $0.values.allSatisfy { $0 == expected } })
      #expect(server.counts.streamsOpen == 200 && server.counts.connectionsOpen == 0)
      #expect(try LoopbackClient(port: server.port).send("GET", "/who").status == 200)
      feeds.close()
      #expect(eventually { server.counts.streamsOpen == 0 })
      let ends = handler.streams.ends.withLock { $0 }
      #expect(ends.count == 200 && ends.allSatisfy { $0 == .vanished })
      #expect(streams[0].send([1]) == false)
    }
  }

  @Test("a client that does not read is cut off at its outbox limit, others go on")
  func slow() async throws {
    try await withServer { server, handler throws in
      let sleeper = LoopbackClient(port: server.port)
      try sleeper.sendRaw(Array("GET /events HTTP/1.1\r\nHost: x\r\n\r\n".utf8))
      #expect(eventually { server.counts.streamsOpen == 1 })
      let stream = handler.streams.open.withLock { $0[0] }
      let event = EventText.event(id: "2", data: [UInt8](repeating: 0x61, count: 20_000))
      // The system's own buffers fill first; then the outbox does.
      #expect(eventually { !stream.send(event) })
      #expect(eventually { server.counts.streamsOpen == 0 })
      #expect(handler.streams.ends.withLock { $0 } == [.slow])
      #expect(server.counts.refused["stream.slow"] == 1)
    }
  }

  @Test("silence is filled with comments")
  func heartbeat() async throws {
    try await withServer {
      $0.events.heartbeatMilliseconds = 100
    } _: { server, _ throws in
      let tally = Tally()
      let feeds = try LoopbackFeeds(port: server.port, path: "/events", count: 1) { event in
        tally.byFeed.withLock { $0[event.feed, default: []].append("event") }
      }
      #expect(eventually { tally.total == 1 })
      let before = server.counts.bytesOut
      #expect(eventually { server.counts.bytesOut >= before + 6 })
      #expect(tally.total == 1)
      feeds.close()
    }
  }

  @Test("streams beyond the limit are refused, and HEAD opens none")
  func limit() async throws {
    try await withServer {
      $0.limits.eventStreamsMax = 2
    } _: { server, handler throws in
      let feeds = try LoopbackFeeds(port: server.port, path: "/events", count: 2) { _ in }
      #expect(eventually { server.counts.streamsOpen == 2 })
      let client = LoopbackClient(port: server.port)
      let refused = try client.send("GET", "/events")
      #expect(refused.status == 503 && refused.text.contains("http.too_many_streams"))
      #expect(eventually { handler.streams.ends.withLock { $0 } == [.refused] })
      let head = try client.send("HEAD", "/events")
      #expect(head.status == 200)
      #expect(head.header("content-type") == "text/event-stream; charset=utf-8")
      feeds.close()
    }
  }

  @Test("closing a stream sends what waits first; stopping closes them all")
  func closing() async throws {
    try await withServer { server, handler throws in
      let tally = Tally()
      let feeds = try LoopbackFeeds(port: server.port, path: "/events", count: 3) { event in
        let id = String(decoding: event.id, as: UTF8.self)
        tally.byFeed.withLock { $0[event.feed, default: []].append(id) }
      }
      #expect(eventually { tally.total == 3 })
      let streams = handler.streams.open.withLock { $0 }
      streams[0].send(EventText.event(id: "last", data: []))
      streams[0].close()
      #expect(eventually { feeds.openCount == 2 })
      #expect(tally.total == 4)
      #expect(streams[0].send([1]) == false)
      let stopping = Mutex(false)
      Task {
        await server.stop(within: 1_000)
        stopping.withLock { $0 = true }
      }
      #expect(eventually { feeds.openCount == 0 && stopping.withLock { $0 } })
      #expect(handler.streams.ends.withLock { $0 } == [.closed, .closed, .closed])
      feeds.close()
    }
  }
}

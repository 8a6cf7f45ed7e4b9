import City
import JSONText
import LoopFixture
import Ports
import Testing

@testable import HTTPServing
@testable import Web

/// What lies in a stream that no client has taken yet.
private func waiting(_ answer: WebAnswer) -> [String] {
  guard case .events(let stream) = answer.response.body else { return [] }
  var bytes = [UInt8](repeating: 0, count: 1 << 20)
  let count = bytes.withUnsafeMutableBytes { stream.gather(into: $0) }
  stream.consume(count)
  return String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n\n").map(String.init)
}

@Suite struct FeedTests {
  @Test func whoResumesGetsWhatHeMissedInHisScope() async throws {
    try await WebFixture.with { web in
      let loop = web.loop
      let before = try await loop.store.lastSequence()
      let west = try await loop.file("1")
      let east = try await loop.file("2", at: District.inEast)
      try await loop.bring(west, to: "dispatched")
      try await loop.send(Loop.signal("3", channel: .citizen))
      func missed(_ person: Person, _ id: String = "1-\(before)") async -> [String] {
        waiting(
          await web.ask(.get, "/api/v1/feed", as: person, headers: [("Last-Event-ID", id)]))
      }
      let all = await missed(.dispatcher)
      #expect(all.count == 4)
      let ids = (before + 1...before + 4).map { "id: 1-\($0)" }
      #expect(all.map { String($0.prefix { $0 != "\n" }) } == ids)
      #expect(all[0].contains("event: case\n") && all[0].contains("\"\(west.rawValue)\""))
      #expect(all[3].contains("event: signal\n"))
      #expect(await missed(.dispatcher, "1-\(before + 3)") == [all[3]])
      #expect(await missed(.dispatcher, "1-\(before + 4)").isEmpty)
      #expect(await missed(.westDuty) == [all[0], all[2], all[3]])
      #expect(await missed(.eastDuty) == [all[1]])
      #expect(all[1].contains("\"\(east.rawValue)\""))
      #expect(await missed(.officer) == [all[2]])
      #expect(await missed(.lampWorker).isEmpty)
      let after = await web.ask(.get, "/api/v1/feed?after=1-\(before + 3)")
      #expect(waiting(after) == [all[3]])
      #expect(after.response.header("Content-Type") == "text/event-stream")
      #expect(waiting(await web.ask(.get, "/api/v1/feed")).isEmpty)
    }
  }

  @Test func whoCannotResumeIsToldToLoadAnew() async throws {
    try await WebFixture.with { web in
      _ = try await web.loop.file("1")
      let last = try await web.loop.store.lastSequence()
      for id in ["1-\(last + 1)", "2-1", "nonsense", "1-", "1--1", "1-99999999999999999999"] {
        let answer = await web.ask(.get, "/api/v1/feed", headers: [("Last-Event-ID", id)])
        #expect(waiting(answer) == ["id: 1-\(last)\nevent: reset\ndata: {}"], "\(id)")
      }
    }
  }

  @Test func whoMissedTooMuchIsToldToLoadAnew() async throws {
    try await WebFixture.with { web in
      for _ in 0...FeedHub.missedMax {
        _ = try await web.loop.store.commit(Loop.change([.note("")], at: Loop.start))
      }
      let answer = await web.ask(.get, "/api/v1/feed", headers: [("Last-Event-ID", "1-1")])
      #expect(waiting(answer).first?.contains("event: reset") == true)
    }
  }

  /// Nothing between resuming and following is lost or told twice, however often somebody joins.
  @Test func noChangeIsLostBetweenResumingAndFollowing() async throws {
    try await WebFixture.with(.sqlite) { web in
      let start = try await web.loop.store.lastSequence()
      let follower = Task { await web.handler.followJournal() }
      let writer = Task {
        for index in 0..<200 {
          _ = try await web.loop.file("\(index)", item: nil, at: District.inWest)
        }
      }
      var streams: [WebAnswer] = []
      for _ in 0..<20 {
        streams.append(
          await web.ask(.get, "/api/v1/feed", headers: [("Last-Event-ID", "1-\(start)")]))
        await Task.yield()
      }
      try await writer.value
      let last = try await web.loop.store.lastSequence()
      let ids = (start + 1...last).map { "id: 1-\($0)" }
      for stream in streams {
        var seen: [String] = []
        while seen.count < ids.count {
          let more = waiting(stream)
          if more.isEmpty { try await Task.sleep(for: .milliseconds(2)) }
          seen += more
        }
        #expect(seen.compactMap { $0.split(separator: "\n").first.map(String.init) } == ids)
      }
      web.handler.closeFeeds()
      follower.cancel()
      // The follower waits for the next entry; one wakes it.
      _ = try await web.loop.store.commit(Loop.change([.note("")], at: Loop.start))
      await follower.value
    }
  }
}

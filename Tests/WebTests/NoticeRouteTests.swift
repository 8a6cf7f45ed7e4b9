import City
import Engine
import HTTPServing
import JSONText
import LoopFixture
import Ports
import Testing

@testable import Web

/// The inbox and the outbox.
@Suite struct NoticeRouteTests {
  @Test func anInboxIsReadByWhomItIsFor() async throws {
    try await WebFixture.with(.sqlite) { web in
      let service = NoticeService(engine: web.loop.engine, sending: nil)
      try await service.begin()
      let id = try await web.loop.file("n1")
      try await web.loop.bring(id, to: "handling")
      let stream = try await web.handler.context.feed.listen(
        .everything, staff: Person.stationOfficer.id, after: nil)
      let assign: JSON = [
        "action": "assign", "staff": .string(String(Person.stationOfficer.id.rawValue)),
      ]
      #expect(
        await web.post("/cases/\(id.rawValue)/steps", assign, as: .officerHead).status == 200)
      _ = try await service.turn()
      let inbox = await web.get("/notices?unread=true", as: .stationOfficer)
      #expect(inbox.elements.count == 1, "\(inbox.text)")
      #expect(inbox.elements.first?["link"]?.string?.hasPrefix("/case/") == true)
      #expect(await web.get("/notices", as: .officerHead).elements.isEmpty)
      let entries = try await web.loop.store.entries(after: 0, limit: 500)
      let told = entries.flatMap { FeedEvent.events(of: $0) }.filter { $0.receiver != nil }
      #expect(told.map(\.receiver) == [Person.stationOfficer.id])
      stream.close()
      let strange: JSON = ["ids": ["1"]]
      #expect(
        await web.post("/notices/read", strange, as: .stationOfficer).json?["read"]?.integer == 0)
      #expect(await web.post("/notices/read", [:], as: .stationOfficer).json?["read"]?.integer == 1)
      #expect(await web.get("/notices?unread=true", as: .stationOfficer).elements.isEmpty)
      #expect(await web.get("/notices", as: .stationOfficer).elements.count == 1)
      #expect(await web.get("/cases/\(id.rawValue)/notices").elements.count == 1)
      #expect(await web.get("/cases/\(id.rawValue)/notices", as: .lampHead).status == 404)
    }
  }

  @Test func theOutboxIsTheAdministrators() async throws {
    try await WebFixture.with { web in
      let now = web.loop.clock.now
      var notice = Notice(
        id: ID(5), template: "reminder", channel: "mail", staff: Person.stationOfficer.id,
        case: nil,
        title: "催办", text: "请抓紧", link: "", at: now, state: .failed, next: now)
      notice.answer = "550 no such user"
      _ = try await web.loop.store.commit(Loop.change([.notice(notice)], at: now))
      #expect(await web.get("/notices/outbox", as: .dispatcher).status == 403)
      let outbox = await web.get("/notices/outbox?state=failed", as: .administrator)
      #expect(outbox.elements.first?["answer"]?.string == "550 no such user")
      #expect(await web.post("/notices/5/retry", [:], as: .dispatcher).status == 403)
      let again = await web.post("/notices/5/retry", [:], as: .administrator)
      #expect(again.json?["state"]?.string == "waiting", "\(again.text)")
      #expect(await web.post("/notices/5/retry", [:], as: .administrator).code == "notice.state")
      #expect(await web.post("/notices/6/retry", [:], as: .administrator).status == 404)
      #expect(await web.get("/notices/channels", as: .administrator).elements.isEmpty)
    }
  }
}

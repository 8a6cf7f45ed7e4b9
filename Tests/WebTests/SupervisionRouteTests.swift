import City
import Engine
import JSONText
import LoopFixture
import Ports
import Testing

@testable import Web

/// Supervision by hand, as the pages do it.
@Suite struct SupervisionRouteTests {
  private static func soon(_ web: WebFixture) -> JSON {
    .string(TimeText.write(web.loop.clock.now.advanced(byMilliseconds: Duration.day)))
  }

  @Test func anOrderIsRepliedToRefusedAndAccepted() async throws {
    try await WebFixture.with(.sqlite) { web in
      let id = try await web.loop.file("s1")
      try await web.loop.bring(id, to: "handling")
      let path = "/cases/\(id.rawValue)/supervisions"
      let order: JSON = ["form": "order", "words": "请说明进展", "due": Self.soon(web)]
      #expect(await web.post(path, order, as: .officer).code == "supervision.not_yours")
      #expect(await web.post(path, order.with("due", "x"), as: .dutyOfficer).status == 400)
      let bare: JSON = ["form": "order", "words": "请说明进展"]
      #expect(await web.post(path, bare, as: .dutyOfficer).names("due", "supervision.due"))
      let made = await web.post(path, order, as: .dutyOfficer)
      #expect(made.status == 201, "\(made.text)")
      let name = try #require(made.json?["id"]?.string)
      #expect(made.json?["receivers"]?.array?.first?["name"]?.string == "officer-head")
      let words: JSON = ["words": "已派人，明天办结，联系电话 13912345678"]
      let reply = "/supervisions/\(name)/reply"
      #expect(await web.post(reply, words, as: .officer).code == "supervision.not_yours")
      #expect(await web.post(reply, words, as: .lampHead).status == 404)
      #expect(await web.post("/supervisions/\(name)/refuse", words).code == "supervision.state")
      let replied = await web.post(reply, words, as: .officerHead)
      #expect(replied.json?["state"]?.string == "replied", "\(replied.text)")
      #expect(!replied.text.contains("13912345678"))
      let refused = await web.post("/supervisions/\(name)/refuse", ["words": "没有说原因"])
      #expect(refused.json?["state"]?.string == "open")
      #expect(refused.json?["refusals"]?.integer == 1)
      #expect(await web.post(reply, words, as: .officerHead).status == 200)
      let end = "/supervisions/\(name)/end"
      #expect(await web.post(end, ["outcome": "faulty"]).names("outcome", "supervision.outcome"))
      let ended = await web.post(end, ["outcome": "accepted", "words": "同意"])
      #expect(ended.json?["state"]?.string == "ended", "\(ended.text)")
      #expect(await web.post(end, ["outcome": "accepted"]).code == "supervision.state")
      #expect(await web.get("/supervisions?case=\(id.rawValue)").elements.count == 1)
      #expect(await web.get("/supervisions", as: .lampHead).elements.isEmpty)
      #expect(await web.get("/supervisions/\(name)", as: .lampHead).status == 404)
      #expect(await web.get("/supervisions/\(name)", as: .leader).status == 200)
    }
  }

  @Test func aClosedCaseIsCheckedByWhoHadNoPart() async throws {
    try await WebFixture.with { web in
      let id = try await web.loop.file("s1")
      try await web.loop.bring(id, to: "closed")
      let path = "/cases/\(id.rawValue)/supervisions"
      let reminder: JSON = ["form": "reminder", "words": "请抓紧"]
      #expect(await web.post(path, reminder).code == "supervision.case_state")
      let draw: JSON = [
        "from": .string(TimeText.write(Loop.start)),
        "to": .string(TimeText.write(web.loop.clock.now.advanced(byMilliseconds: 1))),
        "count": 5, "seed": 7,
      ]
      let drawn = await web.post("/spot-checks", draw, as: .dutyOfficer)
      #expect(drawn.status == 201, "\(drawn.text)")
      #expect(drawn.json?["population"]?.integer == 1)
      let name = try #require(drawn.ids.first)
      #expect(
        await web.post("/spot-checks", draw, as: .dutyOfficer).names("seed", "supervision.drawn"))
      let end = "/supervisions/\(name)/end"
      #expect(await web.post(end, ["outcome": "faulty"], as: .officer).status == 403)
      let found = await web.post(end, ["outcome": "faulty", "words": "还有垃圾"], as: .inspector)
      #expect(found.json?["outcome"]?.string == "faulty", "\(found.text)")
      let entries = try await web.loop.store.entries(after: 0, limit: 500)
      #expect(entries.contains { $0.facts.contains(.note("seed 7, 1 of 1")) })
    }
  }

  @Test func theRedListAndProblemsOfMany() async throws {
    try await WebFixture.with(.sqlite) { web in
      let id = try await web.loop.file("s1")
      try await web.loop.bring(id, to: "handling")
      #expect(await web.get("/supervisions/red-list").json?["overdue"]?.integer == 0)
      web.loop.clock.advance(5 * Duration.hour)
      let red = await web.get("/supervisions/red-list", as: .leader)
      #expect(red.json?["overdue"]?.integer == 1)
      #expect(red.elements.first?["unit"]?["name"]?.string == "police")
      #expect(
        red.elements.first?["cases"]?.array?.first?["id"]?.string == String(id.rawValue))
      #expect(await web.get("/supervisions/red-list", as: .lampHead).elements.isEmpty)
      #expect(await web.get("/supervisions/groups").elements.isEmpty)
      #expect(await web.get("/supervisions/rules").json?["ladder"]?.array?.count == 6)
    }
  }
}

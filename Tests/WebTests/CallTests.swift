import City
import Engine
import JSONText
import LoopFixture
import Ports
import Testing

@testable import Web

/// Those who take calls, those in the field, and the wall.
@Suite struct CallTests {
  private static func call(_ id: String, _ phone: String) -> JSON {
    JSON.signal(id).with("reporter", ["name": "李四", "phone": .string(phone)])
  }

  @Test func aCallersEarlierReportsAreFound() async throws {
    try await WebFixture.with(.sqlite) { web in
      let sent = await web.post("/signals", Self.call("c1", "13912345678"), as: .receptionist)
      let number = try #require(sent.json?["number"]?.string)
      let before = try await web.loop.store.lastSequence()
      let known = await web.post("/callers", ["phone": "139 1234 5678"], as: .receptionist)
      #expect(known.elements.map { $0["number"]?.string } == [number])
      #expect(try await web.loop.store.lastSequence() == before + 1, "looking is on record")
      let unknown = await web.post("/callers", ["phone": "13700000000"], as: .receptionist)
      #expect(unknown.elements.isEmpty)
      #expect(await web.post("/callers", ["phone": "x"], as: .receptionist).status == 400)
    }
  }

  @Test func aDraftIsReadWhileItIsTyped() async throws {
    try await WebFixture.with { web in
      _ = await web.post("/signals", JSON.signal("c1"), as: .receptionist)
      let draft: JSON = [
        "text": "夜里有人唱歌吵", "item": .string(TestItem.noise),
        "longitude": .number(District.inWest.longitude),
        "latitude": .number(District.inWest.latitude),
      ]
      let read = await web.post("/drafts", draft, as: .receptionist)
      #expect(read.json?["place"]?["area"]?["street"]?["name"]?.string == "西林街道")
      #expect(read.json?["likely"]?.array?.count == 1)
      let empty = await web.post("/drafts", [:], as: .receptionist)
      #expect(empty.status == 200)
      #expect(empty.json?["likely"]?.array?.isEmpty == true)
    }
  }

  @Test func aCallBackIsKeptOnce() async throws {
    try await WebFixture.with { web in
      let sent = await web.post("/signals", Self.call("c1", "13912345678"), as: .receptionist)
      let number = try #require(sent.json?["number"]?.string)
      let id = try #require(try await web.loop.store.case(number: CaseNumber(text: number)!)).id
      let told: JSON = [
        "contacted": true, "solved": false, "satisfaction": "dissatisfied", "words": "还是很吵",
      ]
      let path = "/cases/\(number)/judgements"
      #expect(await web.post(path, told, as: .receptionist).code == "judgement.not_closed")
      try await web.loop.bring(id, to: "closed")
      let kept = await web.post(path, told, as: .receptionist)
      #expect(kept.status == 201, "\(kept.text)")
      #expect(kept.json?["staff"]?["name"]?.string == "receptionist")
      #expect(await web.post(path, told, as: .receptionist).code == "judgement.given")
      let score = try await web.loop.score(of: District.police)
      #expect((score.judged, score.content, score.solved) == (1, 0, 0))
    }
  }

  /// A phone that got no answer sends the same step again: it is taken once.
  @Test func aStepSentTwiceIsTakenOnce() async throws {
    try await WebFixture.with { web in
      let id = try await web.loop.file("f1")
      try await web.loop.bring(id, to: "dispatched")
      let path = "/cases/\(id.rawValue)/steps"
      let accept: JSON = ["action": "accept", "version": 1, "key": "phone-1"]
      let first = await web.post(path, accept, as: .officer)
      #expect(first.status == 200, "\(first.text)")
      let again = await web.post(path, accept, as: .officer)
      #expect(again.status == 200)
      #expect(again.json?["version"]?.integer == first.json?["version"]?.integer)
      let steps = try await web.loop.store.steps(of: id, from: 0, limit: 10)
      #expect(steps.filter { $0.action == "accept" }.count == 1)
      let other: JSON = ["action": "report", "note": "好", "key": "phone-1"]
      #expect(await web.post(path, other, as: .officer).code == "step.key_used")
      let long: JSON = ["action": "report", "key": .string(String(repeating: "k", count: 65))]
      #expect(await web.post(path, long, as: .officer).names("key", "text.too_long"))
      let stale: JSON = ["action": "report", "note": "好", "version": 1, "key": "phone-2"]
      #expect(await web.post(path, stale, as: .officer).code == "step.stale_version")
    }
  }

  @Test func theFieldTakesItsStepsAlong() async throws {
    try await WebFixture.with { web in
      let id = try await web.loop.file("f1")
      try await web.loop.bring(id, to: "dispatched")
      let officer = await web.get("/field", as: .officer)
      #expect(officer.ids == [String(id.rawValue)])
      let actions = officer.elements[0]["actions"]?.array?.compactMap { $0["action"]?.string }
      #expect(actions == ["accept", "giveBack"])
      let flow = try #require(officer.elements[0]["flow"]?.string)
      let edges = officer.json?["flows"]?[flow]?.array ?? []
      #expect(
        edges.contains { $0["action"]?.string == "report" && $0["from"]?.string == "handling" })
      #expect(await web.get("/field", as: .inspector).ids.isEmpty)
      try await web.loop.bring(id, to: "checking", from: "dispatched")
      #expect(await web.get("/field", as: .inspector).ids == [String(id.rawValue)])
      #expect(await web.get("/field", as: .officer).ids.isEmpty)
    }
  }

  @Test func theWallNamesNobody() async throws {
    try await WebFixture.with { web in
      let secret = "张三家的私事"
      let signal = JSON.signal("w1", TestItem.fireworks).with("title", .string(secret))
        .with("address", .string(secret)).with("text", .string(secret))
      #expect(await web.post("/signals", signal, as: .receptionist).status == 201)
      let wall = await web.get("/wall")
      #expect(wall.json?["filedToday"]?.integer == 1)
      #expect(wall.json?["open"]?.integer == 1)
      #expect(wall.json?["points"]?.array?.count == 2)
      #expect(!wall.text.contains(secret))
      let elsewhere = await web.get("/wall", as: .lampWorker)
      #expect(elsewhere.json?["open"]?.integer == 0)
      let last = try await web.loop.store.lastSequence()
      for entry in try await web.loop.store.entries(after: 0, limit: Int(last)) {
        for event in FeedEvent.events(of: entry) {
          #expect(event.bare.map { !String(decoding: $0, as: UTF8.self).contains(secret) } ?? true)
        }
      }
    }
  }
}

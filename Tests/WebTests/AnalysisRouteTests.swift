import City
import Engine
import HTTPServing
import JSONText
import LoopFixture
import Ports
import Testing

@testable import Web

/// Periods beside each other, ways between units, causes, saved views, goals and forecasts.
@Suite struct AnalysisRouteTests {
  private static let today = "from=2026-11-20T00:00:00Z&to=2026-11-21T00:00:00Z"

  @Test("two periods stand beside each other, also what is gone")
  func compared() async throws {
    try await WebFixture.with { web in
      _ = try await web.loop.file("1", item: TestItem.fireworks)
      _ = try await web.loop.file("2", item: TestItem.lamp)
      web.loop.clock.advance(3 * Duration.hour)
      _ = try await web.loop.file("3", item: TestItem.fireworks)
      let answer = await web.get(
        "/analysis?rows=item&columns=street&from=2026-11-20T08:00:00Z&to=2026-11-20T12:00:00Z"
          + "&compareFrom=2026-11-20T04:00:00Z&compareTo=2026-11-20T08:00:00Z")
      #expect(answer.json?["total"]?.integer == 1 && answer.json?["totalBefore"]?.integer == 2)
      let cell = answer.json?["cells"]?.array?.first
      #expect(cell?["count"]?.integer == 1 && cell?["before"]?.integer == 1)
      let gone = answer.json?["gone"]?.array?.first
      #expect(gone?["row"]?.string == TestItem.lamp && gone?["before"]?.integer == 1)
      let half = await web.get(
        "/analysis?rows=item&columns=street&compareFrom=2026-11-20T00:00:00Z")
      #expect(half.names("compareTo", "field.required"))
    }
  }

  @Test("a case that another unit gets is a way between units, seen by both")
  func flows() async throws {
    try await WebFixture.with { web in
      let id = try await web.loop.file("1")
      _ = try await web.loop.step("dispatch", on: id, by: .dispatcher) {
        $0.unit = District.police
      }
      _ = try await web.loop.step("giveBack", on: id, by: .officer) {
        $0.note = "不是我们的"
      }
      _ = try await web.loop.step("dispatch", on: id, by: .dispatcher) {
        $0.unit = District.lighting
      }
      let flow = await web.get("/analysis/flows?\(Self.today)").elements.first
      #expect(flow?["from"]?["name"]?.string == "police")
      #expect(flow?["to"]?["name"]?.string == "lighting" && flow?["count"]?.integer == 1)
      #expect(flow?["cases"]?.array?.compactMap(\.string) == [String(id.rawValue)])
      #expect(await web.get("/analysis/flows", as: .lampHead).elements.count == 1)
      #expect(await web.get("/analysis/flows", as: .eastDuty).elements.isEmpty)
    }
  }

  @Test("too few cases name no cause; the trouble must be a known one")
  func causes() async throws {
    try await WebFixture.with { web in
      _ = try await web.loop.file("1")
      let answer = await web.get("/analysis/causes?trouble=repeated")
      #expect(
        answer.json?["candidates"]?.array?.isEmpty == true && answer.json?["of"]?.integer == 1)
      #expect(
        await web.get("/analysis/causes?trouble=rain").names("trouble", "word.unknown"))
      #expect(await web.get("/analysis/causes").names("trouble", "field.required"))
    }
  }

  @Test("a view is kept, shared, and removed by its owner alone")
  func views() async throws {
    try await WebFixture.with { web in
      let own = await web.post(
        "/analysis/views", ["name": "周看板", "question": "rows=item&columns=street"])
      #expect(own.status == 201, "\(own.text)")
      let shared = await web.post(
        "/analysis/views",
        ["name": "共享", "question": "rows=unit&columns=month", "shared": true])
      let id = try #require(shared.json?["id"]?.string)
      #expect(await web.get("/analysis/views").elements.count == 2)
      #expect(await web.get("/analysis/views", as: .eastDuty).ids == [id])
      let foreign = await web.ask(.delete, "/api/v1/analysis/views/\(id)", as: .eastDuty)
      #expect(foreign.status == 404)
      #expect(await web.ask(.delete, "/api/v1/analysis/views/\(id)").status == 204)
      #expect(await web.get("/analysis/views", as: .eastDuty).ids == [])
      let long = await web.post(
        "/analysis/views",
        ["name": .string(String(repeating: "长", count: 101)), "question": "x"])
      #expect(long.names("name", "text.too_long"))
    }
  }

  @Test("goals have lights and units; only who answers for them reports")
  func goals() async throws {
    try await WebFixture.with { web in
      let all = await web.get("/goals")
      #expect(all.elements.count { $0["form"]?.string == "indicator" } == 15)
      #expect(all.elements.count { $0["form"]?.string == "task" } == 23)
      let lamp = all.elements.first { $0["code"]?.string == "lamp-leakage" }
      #expect(lamp?["light"]?.string == "red", "its first milestone is over")
      #expect(lamp?["units"]?.array?.first?["name"]?.string == "lighting")
      let report: JSON = ["milestone": "plan", "note": "方案已批"]
      let path = "/goals/lamp-leakage/reports"
      #expect(await web.post(path, report, as: .officer).code == "goal.not_yours")
      let made = await web.post(path, report, as: .lampHead)
      #expect(made.status == 201, "\(made.text)")
      #expect(await web.post(path, report, as: .lampHead).code == "goal.reached_already")
      for (body, field, rule) in [
        (["milestone": "comet"] as JSON, "milestone", "goal.milestone_unknown"),
        (["milestone": "build"] as JSON, "proof", "goal.proof_missing"),
        (["note": "x"] as JSON, "value", "goal.nothing_said"),
      ] {
        #expect(await web.post(path, body, as: .lampHead).names(field, rule))
      }
      let after = await web.get("/goals?form=task").elements
        .first { $0["code"]?.string == "lamp-leakage" }
      #expect(after?["milestones"]?.array?.first?["reached"] == true)
      #expect(after?["reports"]?.array?.count == 1)
      #expect(await web.post("/goals/none/reports", report).status == 404)
    }
  }

  @Test("a vital that is known for weeks is forecast with its trial; a new one is not")
  func forecast() async throws {
    try await WebFixture.with { web in
      _ = try await web.loop.file("0")
      let none = await web.get("/vitals/demand-daily?forecast=true")
      #expect(none.json?["forecast"]?.array?.isEmpty == true)
      for day in 1...60 {
        for number in 0..<(2 + day % 7) {
          let moment = web.loop.clock.now.advanced(
            byMilliseconds: Int64(3 * number - 6) * Duration.hour - Int64(day) * Duration.day)
          _ = try await web.loop.intake.take(
            Loop.signal("\(day)-\(number)", item: TestItem.fireworks),
            by: .staff(Person.receptionist.id), request: "", at: moment)
        }
      }
      let known = await web.get("/vitals/demand-daily?forecast=true")
      let steps = known.json?["forecast"]?.array ?? []
      #expect(!steps.isEmpty)
      for step in steps {
        let value = try #require(step["value"]?.number)
        #expect(try #require(step["low"]?.number) <= value)
        #expect(value <= (try #require(step["high"]?.number)))
        #expect(step["tried"]?.integer ?? 0 >= 14)
        let errors = step["errors"]
        let learned = try #require(errors?["learned"]?.number)
        let simplest = min(
          try #require(errors?["persistence"]?.number), try #require(errors?["seasonal"]?.number))
        #expect((step["method"]?.string == "learned") == (learned < simplest))
      }
      #expect(await web.get("/vitals/demand-daily").json?["forecast"] == nil)
    }
  }
}

import Alerts
import City
import HTTPServing
import JSONText
import LoopFixture
import Testing

@testable import Web

@Suite struct WarningRouteTests {
  private static func draft(
    _ grade: String = "orange", area: ID<Area> = District.district
  ) -> JSON {
    [
      "kind": "waterlogging", "grade": .string(grade), "area": .string(String(area.rawValue)),
      "why": "雨下大了",
    ]
  }

  @Test("issued, seen where it holds, raised, lifted")
  func life() async throws {
    try await WebFixture.with { web in
      let issued = await web.post("/warnings", Self.draft("yellow", area: District.west))
      #expect(issued.status == 201, "\(issued.text)")
      let id = try #require(issued.json?["id"]?.string)
      #expect(issued.json?["grade"]?.string == "yellow" && issued.json?["standing"] == true)
      #expect(issued.json?["measures"]?.array?.isEmpty == false)
      #expect(issued.json?["signals"]?.array?.count == 1, "the plan's case is there at once")
      #expect(await web.get("/cases?channel=system").elements.count == 1)
      // Who lies beside it does not see it; who lies above it does.
      #expect(await web.get("/warnings", as: .westDuty).ids == [id])
      #expect(await web.get("/warnings", as: .eastDuty).ids == [])
      #expect(await web.get("/warnings/\(id)", as: .eastDuty).status == 404)
      #expect(await web.get("/warnings?standing=true").ids == [id])
      let raised = await web.post("/warnings/\(id)/grade", ["grade": "red"], as: .westDuty)
      #expect(raised.json?["grade"]?.string == "red")
      #expect(raised.json?["signals"]?.array?.count == 2)
      let lifted = await web.post("/warnings/\(id)/lift", ["why": "雨停"], as: .westDuty)
      #expect(lifted.json?["standing"] == false)
      #expect(
        lifted.json?["changes"]?.array?.compactMap { $0["kind"]?.string }
          == ["issued", "raised", "lifted"])
      let again = await web.post("/warnings/\(id)/lift", [:])
      #expect(again.status == 409 && again.code == "warning.over")
      #expect(await web.get("/warnings?standing=true").ids == [])
    }
  }

  @Test("a warning for the whole district is seen by every street, and changed by none")
  func above() async throws {
    try await WebFixture.with { web in
      let id = try #require(await web.post("/warnings", Self.draft()).json?["id"]?.string)
      #expect(await web.get("/warnings", as: .eastDuty).ids == [id])
      #expect(await web.get("/warnings", as: .officer).ids == [id])
      let answer = await web.post("/warnings/\(id)/lift", [:], as: .eastDuty)
      #expect(answer.names("area", "warning.area_unknown"))
    }
  }

  @Test("bad warnings are refused by name")
  func refused() async throws {
    try await WebFixture.with { web in
      #expect(await web.post("/warnings", Self.draft(), as: .officer).status == 403)
      let rows: [(JSON, Person, String, String)] = [
        (Self.draft().with("kind", "comet"), .dispatcher, "kind", "warning.kind_unknown"),
        (Self.draft().with("grade", "green"), .dispatcher, "grade", "word.unknown"),
        (Self.draft().with("area", "999"), .dispatcher, "area", "warning.area_unknown"),
        (Self.draft(), .westDuty, "area", "warning.area_unknown"),
        (Self.draft().with("colour", "red"), .dispatcher, "colour", "field.unknown"),
        (Self.draft().with("to", "2026-11-01T00:00:00Z"), .dispatcher, "to", "warning.validity"),
        (Self.draft().with("to", "2027-11-01T00:00:00Z"), .dispatcher, "to", "warning.validity"),
        (
          Self.draft().with("why", .string(String(repeating: "雨", count: 2_001))), .dispatcher,
          "why", "text.too_long"
        ),
      ]
      for (body, person, field, rule) in rows {
        let answer = await web.post("/warnings", body, as: person)
        #expect(answer.names(field, rule), "\(answer.text)")
      }
      #expect(await web.get("/warnings").elements.isEmpty)
      #expect(await web.get("/warnings/999").status == 404)
    }
  }

  @Test("kinds and chains are told, scores need a period")
  func kinds() async throws {
    try await WebFixture.with { web in
      let answer = await web.get("/warnings/kinds")
      let codes = answer.json?["kinds"]?.array?.compactMap { $0["code"]?.string } ?? []
      #expect(codes.contains("waterlogging") && codes.contains("heat"))
      #expect(
        answer.json?["chains"]?.array?.contains {
          $0["from"]?.string == "heavy-rain" && $0["to"]?.string == "waterlogging"
        } == true)
      #expect(await web.get("/warnings/scores").names("from", "field.required"))
      _ = await web.post("/warnings", Self.draft("yellow", area: District.west))
      let scores = await web.get(
        "/warnings/scores?from=2026-11-20T00:00:00Z&to=2026-11-21T00:00:00Z")
      let line = scores.elements.first { $0["kind"]?.string == "waterlogging" }
      #expect(line?["issued"]?.integer == 1 && line?["open"]?.integer == 1)
      #expect(line?["precision"] == nil)
    }
  }

  // MARK: The Common Alerting Protocol

  private static func message(
    _ identifier: String, type: String = "Alert", severity: String = "Severe",
    references: String = "", code: String = "310107", place: String = "本区",
    status: String = "Actual",
    expires: String = "2026-11-20T22:00:00+08:00"
  ) -> [UInt8] {
    let refers = references.isEmpty ? "" : "<references>\(references)</references>"
    return Array(
      """
      <alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>\(identifier)</identifier>
      <sender>weather.example</sender><sent>2026-11-20T14:00:00+08:00</sent>
      <status>\(status)</status><msgType>\(type)</msgType><scope>Public</scope>\(refers)
      <info><language>zh-CN</language><category>Met</category><event>暴雨</event>
      <urgency>Expected</urgency><severity>\(severity)</severity><certainty>Likely</certainty>
      <onset>2026-11-20T15:00:00+08:00</onset><expires>\(expires)</expires>
      <headline>暴雨预警</headline><description>六小时 80 毫米</description>
      <area><areaDesc>\(place)</areaDesc><geocode><valueName>code</valueName><value>\(code)</value></geocode></area>
      </info></alert>
      """.utf8)
  }

  private static func reference(_ identifier: String) -> String {
    "weather.example,\(identifier),2026-11-20T14:00:00+08:00"
  }

  private func send(
    _ web: WebFixture, _ message: [UInt8], as person: Person = .dispatcher
  ) async -> WebAnswer {
    await web.ask(.post, "/api/v1/warnings/cap", as: person, body: message)
  }

  @Test("a message issues, the next raises, the last lifts; each once")
  func messages() async throws {
    try await WebFixture.with { web in
      let first = await send(web, Self.message("m1"), as: .system)
      #expect(first.json?["taken"] == true, "\(first.text)")
      let warning = first.json?["warning"]
      let id = try #require(warning?["id"]?.string)
      #expect(warning?["kind"]?.string == "heavy-rain" && warning?["grade"]?.string == "orange")
      #expect(warning?["source"]?.string == "message" && warning?["area"]?["district"] != nil)
      let again = await send(web, Self.message("m1"))
      #expect(again.json?["repeated"] == true && again.json?["warning"]?["id"]?.string == id)
      let raised = await send(
        web,
        Self.message("m2", type: "Update", severity: "Extreme", references: Self.reference("m1")))
      #expect(raised.json?["warning"]?["id"]?.string == id)
      #expect(raised.json?["warning"]?["grade"]?.string == "red")
      let lifted = await send(
        web, Self.message("m3", type: "Cancel", references: Self.reference("m2")))
      #expect(lifted.json?["warning"]?["id"]?.string == id)
      #expect(lifted.json?["warning"]?["standing"] == false)
      #expect(await web.get("/warnings").ids == [id])
      let out = await web.get("/warnings/\(id).cap")
      #expect(out.response.header("Content-Type") == "application/cap+xml")
      let alert = try Alert(out.bytes)
      #expect(alert.messageType == "Cancel" && alert.infos.first?.severity == "Extreme")
      #expect(alert.references.count == 1 && alert.infos.first?.areas.first?.polygons.count == 1)
    }
  }

  @Test("what is not for us is passed over with its reason, what breaks the schema is refused")
  func passed() async throws {
    try await WebFixture.with { web in
      for (message, reason) in [
        (Self.message("a", status: "Exercise"), "status"), (Self.message("a", type: "Ack"), "type"),
        (Self.message("a", code: "110000", place: "外地"), "elsewhere"),
        (Self.message("a", expires: "2026-11-20T13:00:00+08:00"), "expired"),
        (Self.message("a", type: "Cancel", references: Self.reference("z")), "unknown"),
      ] {
        let answer = await send(web, message)
        #expect(answer.json?["reason"]?.string == reason, "\(answer.text)")
      }
      let bad = await send(web, Self.message("a", severity: "Loud"))
      #expect(bad.names("info[0].severity", "word.unknown") && bad.code == "cap.invalid")
      #expect(await send(web, Array("<a".utf8)).code == "cap.malformed")
      #expect(await send(web, Self.message("a"), as: .officer).status == 403)
      #expect(await web.get("/warnings").elements.isEmpty)
    }
  }
}

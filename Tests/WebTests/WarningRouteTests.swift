import City
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
}

import City
import Engine
import JSONText
import LoopFixture
import Pack
import Ports
import Testing

@testable import Web

/// Packs, forms, graded lists and the grades of one thing, as the pages ask for them.
@Suite struct PackRouteTests {
  private func save(_ web: WebFixture, _ code: String, _ appraisal: String, east: Bool = false)
    async -> WebAnswer
  {
    let place = east ? District.inEast : District.inWest
    return await web.post(
      "/things",
      [
        "kind": "self-built-house", "code": .string(code), "name": .string(code),
        "longitude": .number(place.longitude), "latitude": .number(place.latitude),
        "attributes": [
          "floors": "4", "appraisal": .string(appraisal), "owner": "somebody",
        ],
      ], as: .steward)
  }

  @Test func packsSayWhatTheyHold() async throws {
    try await WebFixture.with { web in
      let all = await web.get("/packs")
      #expect(all.elements.count == web.loop.engine.catalogue.packs.count)
      let views = all.elements.filter { !($0["views"]?.array ?? []).isEmpty }
      #expect(views.count >= 16)
      for pack in views {
        let one = await web.get("/packs/\(pack["id"]?.string ?? "")")
        #expect(one.status == 200)
        let parts = one.json?["views"]?.array?.first?["parts"]?.array ?? []
        #expect(parts.contains { $0["form"]?.string == "map" })
        #expect((one.json?["kinds"]?.array ?? []).isEmpty == false)
      }
      #expect(await web.get("/packs/nothing").status == 404)
      let form = await web.get("/kinds/self-built-house/form")
      let floors = form.json?["fields"]?.array?.first { $0["name"]?.string == "floors" }
      #expect(floors?["required"]?.bool == true)
      #expect(floors?["form"]?.string == "number")
      #expect(await web.get("/kinds/nothing/form").status == 404)
    }
  }

  @Test func whatIsWrongInPacksIsSaidToAdministrators() async throws {
    try await WebFixture.with { web in
      #expect(await web.get("/pack-findings", as: .administrator).status == 404)
      var settings = WebSettings(pages: Loop.repository + "/web")
      settings.packFindings = {
        [Finding(.fileMissing, at: SourcePlace(file: "trees/pack.yaml", line: 3))]
      }
      let reading = web.with(settings)
      let found = await reading.get("/pack-findings", as: .administrator).elements
      #expect(found.map { $0["file"]?.string } == ["trees/pack.yaml"])
      #expect(found.first?["line"] == .integer(3))
      #expect(found.first?["severity"]?.string == "error")
      #expect(found.first?["message"]?.string?.isEmpty == false)
      #expect(await reading.get("/pack-findings", as: .dispatcher).status == 403)
    }
  }

  @Test func gradedListsAreCutToTheScope() async throws {
    try await WebFixture.with { web in
      let red = await save(web, "h1", "D")
      #expect(red.status == 201)
      _ = await save(web, "h2", "B")
      _ = await save(web, "h3", "D", east: true)
      try await GradeDesk(engine: web.loop.engine).turn()
      let list = await web.get("/gradings?model=self-built-appraisal")
      #expect(list.elements.map { $0["grade"]?.string } == ["red", "red", "yellow"])
      #expect(list.elements.last?["thing"]?["code"]?.string == "h2")
      let first = await web.get("/gradings?model=self-built-appraisal&limit=1")
      #expect(first.elements.count == 1)
      #expect(first.json?["next"]?.string == "1")
      let east = await web.get("/gradings?model=self-built-appraisal&grade=red", as: .eastDuty)
      #expect(east.elements.compactMap { $0["thing"]?["code"]?.string } == ["h3"])
      let counts = await web.get("/gradings/counts?model=self-built-appraisal", as: .westDuty)
      #expect(counts.elements.map { $0["count"]?.integer } == [1, 0, 1, 0])
      #expect(await web.get("/gradings").names("model", "field.required"))
      #expect(await web.get("/gradings?model=none").names("model", "model.unknown"))
      #expect(
        await web.get("/gradings?model=self-built-appraisal&limit=0")
          .names("limit", "number.range"))
      let id = red.json?["id"]?.string ?? ""
      let grades = await web.get("/things/\(id)/grades")
      let now = grades.json?["now"]?.array ?? []
      #expect(now.contains { $0["grade"]?.string == "red" })
      let focus = now.first { $0["model"]?.string == "self-built-focus" }
      let storeys = focus?["factors"]?.array?.first { $0["code"]?.string == "floors" }
      #expect(storeys?["points"]?.number == 25)
      #expect(storeys?["value"]?.string == "4")
      #expect((grades.json?["past"]?.array ?? []).count == now.count)
      #expect(await web.get("/things/\(id)/grades", as: .eastDuty).status == 404)
    }
  }

  @Test func aReportCountsItsSpan() async throws {
    try await WebFixture.with { web in
      // The fixture's day lies in the second half of November 2026.
      _ = await save(web, "h1", "D")
      try await GradeDesk(engine: web.loop.engine).turn()
      let answer = await web.get("/packs/self-built/reports/self-built-half-month?day=2026-11-20")
      #expect(answer.status == 200)
      #expect(answer.json?["from"]?.string == "2026-11-16")
      #expect(answer.json?["to"]?.string == "2026-11-30")
      let vital = answer.json?["vitals"]?.array?.first {
        $0["code"]?.string == "self-built-d-count"
      }
      #expect(vital?["value"]?.number == 1)
      #expect(vital?["grade"]?.string == "red")
      let cases = answer.json?["cases"]?.array?.first { $0["item"]?.string == "self-built-d-grade" }
      #expect(cases?["filed"]?.integer == 1)
      let grades = answer.json?["grades"]?.array ?? []
      #expect(
        grades.contains {
          $0["model"]?.string == "self-built-appraisal" && $0["grade"]?.string == "red"
            && $0["count"]?.integer == 1
        })
      let east = await web.get(
        "/packs/self-built/reports/self-built-half-month?day=2026-11-20", as: .eastDuty)
      let none = east.json?["cases"]?.array?.first { $0["item"]?.string == "self-built-d-grade" }
      #expect(none?["filed"]?.integer == 0)
      #expect(
        await web.get("/packs/self-built/reports/self-built-month?day=soon")
          .names("day", "date.form"))
      #expect(await web.get("/packs/self-built/reports/none").status == 404)
    }
  }

  @Test func aReportIsHandedOutAsPageAndWorkbook() async throws {
    try await WebFixture.with { web in
      _ = await save(web, "h1", "D")
      try await GradeDesk(engine: web.loop.engine).turn()
      let path = "/packs/self-built/reports/self-built-month?day=2026-11-20"
      let page = await web.get(path + "&form=html")
      #expect(page.status == 200)
      #expect(page.text.hasPrefix("<!doctype html>"))
      let model = try #require(
        web.loop.engine.catalogue.risks.first { $0.code == "self-built-appraisal" })
      #expect(page.text.contains("<td>\(model.name)</td><td>\(model.lines[0].name)</td><td>1</td>"))
      #expect(!page.text.contains("reportGrades"))
      let sheet = await web.get(path + "&form=xlsx")
      #expect(sheet.status == 200)
      #expect(sheet.bytes.starts(with: Array("PK".utf8)))
      #expect(await web.get(path + "&form=pdf").names("form", "word.unknown"))
      let entries = try await web.loop.store.entries(after: 0, limit: 500)
      #expect(entries.filter { $0.kind == "report.made" }.count == 2)
    }
  }

  @Test func aFormRefusesWithFieldAndRule() async throws {
    try await WebFixture.with { web in
      let body: JSON = [
        "kind": "self-built-house", "code": "h1", "name": "h1",
        "attributes": ["floors": "many", "appraised": "yesterday"],
      ]
      let answer = await web.post("/things", body, as: .steward)
      #expect(answer.status == 400)
      #expect(answer.names("attributes.floors", "number.form"))
      #expect(answer.names("attributes.appraised", "date.form"))
    }
  }
}

import City
import HTTPServing
import JSONText
import LoopFixture
import Ports
import Testing

@testable import Web

@Suite struct JournalRouteTests {
  @Test func filtersCutTheJournal() async throws {
    try await WebFixture.with(.sqlite) { web in
      let id = try await web.loop.file("1")
      try await web.loop.bring(id, to: "closed")
      let all = await web.get("/journal?limit=500", as: .auditor).elements
      func found(_ query: String) async -> [Int64] {
        await web.get("/journal?limit=500&\(query)", as: .auditor).elements
          .compactMap { $0["sequence"]?.integer }
      }
      func expected(_ fits: (JSON) -> Bool) -> [Int64] {
        all.filter(fits).compactMap { $0["sequence"]?.integer }.reversed()
      }
      #expect(await found("newest=true") == expected { _ in true })
      let steps = expected { $0["kind"]?.string == "case.step" }
      #expect(steps.count == 5)
      #expect(await found("kind=case.step") == steps)
      #expect(
        await found("kind=case.") == expected { $0["kind"]?.string?.hasPrefix("case.") == true })
      #expect(
        await found("subject=case/\(id.rawValue)")
          == expected { $0["subject"]?["id"]?.string == String(id.rawValue) })
      let officer = String(Person.officer.id.rawValue)
      #expect(
        await found("staff=\(officer)") == expected { $0["actor"]?["staff"]?.string == officer })
      let from = TimeText.write(web.loop.clock.now)
      #expect(await found("from=\(from)") == expected { ($0["at"]?.string ?? "") >= from })
      #expect(await found("to=\(from)") == expected { ($0["at"]?.string ?? "") < from })
      #expect(await found("kind=nothing").isEmpty)
      for (query, field, rule) in [
        ("subject=case", "subject", "subject.form"), ("staff=x", "staff", "id.form"),
        ("from=yesterday", "from", "time.form"), ("after=1&kind=x", "after", "query.contradicts"),
        ("after=-1", "after", "number.form"), ("newest=null", "newest", "word.unknown"),
      ] {
        #expect(await web.get("/journal?\(query)", as: .auditor).names(field, rule), "\(query)")
      }
    }
  }

  @Test func aSampleIsTheSameForEverybody() async throws {
    try await WebFixture.with { web in
      for number in 0..<30 { _ = try await web.loop.file("s\(number)") }
      let first = await web.get("/journal/sample?seed=7&count=5", as: .auditor)
      #expect(first.elements.count == 5)
      let last = try #require(first.json?["last"]?.integer)
      _ = try await web.loop.file("later")
      let again = await web.get("/journal/sample?seed=7&count=5&last=\(last)", as: .auditor)
      #expect(again.elements == first.elements)
      let whole = await web.get("/journal/sample?seed=7&count=200&first=3&last=5", as: .auditor)
      #expect(whole.elements.compactMap { $0["sequence"]?.integer } == [3, 4, 5])
      #expect(await web.get("/journal/sample?seed=1&first=900000", as: .auditor).elements.isEmpty)
      for (query, field, rule) in [
        ("", "seed", "field.required"), ("seed=x", "seed", "number.form"),
        ("seed=1&count=0", "count", "number.range"), ("seed=1&count=201", "count", "number.range"),
      ] {
        #expect(await web.get("/journal/sample?\(query)", as: .auditor).names(field, rule))
      }
    }
  }

  @Test func anEmergencyShowsInTheListsOfWhoWatches() async throws {
    try await WebFixture.with { web in
      let wanted: JSON = [
        "posts": ["dispatcher"], "minutes": 30, "wide": true, "reason": "暴雨红色预警，全区抢险",
      ]
      #expect(await web.post("/grants/emergency", wanted, as: .leader).status == 403)
      let made = await web.post("/grants/emergency", wanted, as: .officer)
      #expect(made.status == 201, "\(made.text)")
      let id = try #require(made.json?["id"]?.string)
      for person in [Person.security, .auditor, .officer] {
        #expect(await web.get("/grants", as: person).ids == [id], "\(person)")
      }
      #expect(await web.get("/grants", as: .lampHead).ids.isEmpty)
      let why = await web.get(
        "/permissions/why?method=POST&path=/api/v1/events/1/merge&login=officer", as: .security)
      #expect(why.json?["posts"]?.array?.first?["grant"]?.string == id, "\(why.text)")
      #expect(await web.ask(.delete, "/api/v1/grants/\(id)", as: .lampHead).status == 404)
      #expect(await web.ask(.delete, "/api/v1/grants/\(id)", as: .security).status == 204)
      #expect(await web.get("/grants", as: .security).ids.isEmpty)
      #expect(await web.get("/grants?ended=true", as: .auditor).ids == [id])
      for (field, value, rule) in [
        ("minutes", JSON.integer(241), "number.range"), ("posts", ["auditor"], "grant.power"),
        ("posts", ["nothing"], "post.unknown"), ("reason", "忙", "text.length"),
      ] {
        let answer = await web.post("/grants/emergency", wanted.with(field, value), as: .officer)
        #expect(answer.names(field, rule), "\(answer.text)")
      }
    }
  }
}

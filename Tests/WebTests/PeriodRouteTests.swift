import City
import Engine
import JSONText
import LoopFixture
import Ports
import Testing

@testable import Web

/// Frozen scores, appeals against them, and what they correct.
@Suite struct PeriodRouteTests {
  private static let span: JSON = [
    "from": "2026-11-20T00:00:00+08:00", "to": "2026-11-20T20:00:00+08:00",
  ]

  /// Somebody who freezes and decides.
  private func evaluate(_ web: WebFixture) async throws {
    let person = Person.leader
    let staff = Staff(
      id: person.id, code: person.rawValue, name: person.rawValue, unit: person.unit,
      posts: ["evaluator"], area: nil, active: true)
    _ = try await web.loop.store.commit(Loop.change([.staff(staff)], at: web.loop.clock.now))
    try await web.loop.engine.reloadDirectory()
  }

  /// Two closed cases of the police, one late; then the day is over.
  private func work(_ web: WebFixture) async throws -> [ID<Case>] {
    let early = try await web.loop.file("1")
    try await web.loop.bring(early, to: "closed")
    let late = try await web.loop.file("2", at: District.inEast)
    try await web.loop.bring(late, to: "handling")
    web.loop.clock.advance(5 * Duration.hour)
    try await web.loop.bring(late, to: "closed", from: "handling")
    web.loop.clock.advance(2 * Duration.hour)
    return [early, late]
  }

  private func points(_ answer: WebAnswer, _ member: String? = nil) -> Double? {
    let line = answer.json?["lines"]?.array?.first {
      $0["key"]?.string == String(District.police.rawValue)
    }
    return (member.map { line?[$0] ?? .null } ?? line)?["points"]?.number
  }

  @Test("a frozen period keeps its numbers; an appeal corrects beside them; all from the journal")
  func whole() async throws {
    try await WebFixture.with { web in
      try await evaluate(web)
      let cases = try await work(web)
      let frozen = await web.post("/evaluations/units/periods", Self.span, as: .leader)
      #expect(frozen.status == 201, "\(frozen.text)")
      let id = try #require(frozen.json?["id"]?.string)
      let before = try #require(points(frozen))
      #expect(before < 100)
      let again = await web.post("/evaluations/units/periods", Self.span, as: .leader)
      #expect(again.status == 409 && again.code == "period.frozen")
      // Who may not freeze, does not.
      #expect(await web.post("/evaluations/units/periods", Self.span).status == 403)

      // What happens later changes the live table, not the frozen one.
      _ = try await web.loop.step("reopen", on: cases[0], by: .dutyOfficer) {
        $0.note = "又来了"
        $0.reason = "unsolved"
      }
      #expect(points(await web.get("/evaluations/periods/\(id)")) == before)
      let recount = await web.get("/evaluations/periods/\(id)/recount", as: .leader)
      #expect(recount.json?["same"] == true, "\(recount.text)")

      // The unit's head appeals; another decides.
      let path = "/evaluations/periods/\(id)/appeals"
      let draft: JSON = [
        "key": .string(String(District.police.rawValue)),
        "case": .string(String(cases[1].rawValue)), "reason": "道路封闭，无法到场",
      ]
      #expect(await web.post(path, draft, as: .lampHead).status == 404, "not his line")
      let strange = await web.post(path, draft.with("case", "999"), as: .officerHead)
      #expect(strange.names("case", "appeal.not_its_case"))
      let made = await web.post(path, draft, as: .officerHead)
      #expect(made.status == 201, "\(made.text)")
      #expect(await web.post(path, draft, as: .officerHead).code == "appeal.appealed_already")
      let appeal = try #require(made.json?["id"]?.string)
      let decision: JSON = ["uphold": true, "answer": "属实"]
      #expect(
        await web.post("/evaluations/appeals/\(appeal)/decide", decision, as: .officerHead)
          .status == 403)
      let decided = await web.post(
        "/evaluations/appeals/\(appeal)/decide", decision, as: .leader)
      #expect(decided.json?["state"]?.string == "upheld", "\(decided.text)")
      let twice = await web.post(
        "/evaluations/appeals/\(appeal)/decide", decision, as: .leader)
      #expect(twice.code == "appeal.decided_already")
      let after = await web.get("/evaluations/periods/\(id)", as: .officerHead)
      #expect(points(after) == before, "the original stays")
      #expect(try #require(points(after, "corrected")) > before)
      #expect(after.json?["appeals"]?.array?.count == 1)
      // Others see their own lines alone.
      let other = await web.get("/evaluations/periods/\(id)", as: .lampHead)
      #expect(other.json?["lines"]?.array?.isEmpty == true)
      #expect(other.json?["appeals"]?.array?.isEmpty == true)
    }
  }

  @Test("periods that are not over, unknown formulas and long words are refused")
  func refused() async throws {
    try await WebFixture.with { web in
      try await evaluate(web)
      _ = try await work(web)
      let open = Self.span.with("to", "2030-01-01T00:00:00Z")
      #expect(
        await web.post("/evaluations/units/periods", open, as: .leader)
          .names("to", "period.not_over"))
      #expect(
        await web.post("/evaluations/comets/periods", Self.span, as: .leader).status == 404)
      #expect(await web.get("/evaluations/periods/999").status == 404)
      let frozen = await web.post("/evaluations/units/periods", Self.span, as: .leader)
      let id = try #require(frozen.json?["id"]?.string)
      let long = await web.post(
        "/evaluations/periods/\(id)/appeals",
        [
          "key": .string(String(District.police.rawValue)), "case": "1",
          "reason": .string(String(repeating: "长", count: 501)),
        ], as: .officerHead)
      #expect(long.names("reason", "text.too_long"))
    }
  }
}

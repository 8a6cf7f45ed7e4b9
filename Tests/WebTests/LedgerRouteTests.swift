import City
import Engine
import JSONText
import LoopFixture
import Ports
import Testing

@testable import Web

/// Ledgers and rounds as the pages use them: cut to the scope, refused with a reason.
@Suite struct LedgerRouteTests {
  private func save(_ web: WebFixture, _ code: String, east: Bool = false) async -> String {
    let place = east ? District.inEast : District.inWest
    let answer = await web.post(
      "/things",
      [
        "kind": "self-built-house", "code": .string(code), "name": .string(code),
        "longitude": .number(place.longitude), "latitude": .number(place.latitude),
        "attributes": ["floors": "4", "appraisal": "C"],
      ], as: .steward)
    return answer.json?["id"]?.string ?? ""
  }

  private func follow(_ web: WebFixture) async throws {
    try await GradeDesk(engine: web.loop.engine).turn()
    try await LedgerDesk(engine: web.loop.engine).turn()
  }

  @Test func aLineIsSeenInScopeAndStruckWithProofAlone() async throws {
    try await WebFixture.with { web in
      _ = await save(web, "h1")
      _ = await save(web, "h2", east: true)
      try await follow(web)
      let all = await web.get("/ledgers/self-built-houses")
      #expect(all.elements.compactMap { $0["title"]?.string } == ["h2", "h1"])
      #expect(all.json?["counts"]?["open"]?.integer == 2)
      let east = await web.get("/ledgers/self-built-houses", as: .eastDuty)
      #expect(east.elements.compactMap { $0["title"]?.string } == ["h2"])
      #expect(await web.get("/ledgers/none").status == 404)
      #expect(
        await web.get("/ledgers/self-built-houses?state=lost").names("state", "word.unknown"))
      #expect(await web.get("/ledgers/self-built-houses?late=true").elements.isEmpty)
      let id = east.elements.first?["id"]?.string ?? ""
      #expect(await web.get("/ledger-entries/\(id)", as: .westDuty).status == 404)
      let path = "/ledger-entries/\(id)/acts"
      let bare = await web.post(path, ["action": "strike", "note": "done"], as: .inspector)
      #expect(bare.status == 409)
      #expect(bare.json?["code"]?.string == "ledger.proof_missing")
      let other = await web.post(path, ["action": "strike", "note": "done"], as: .dispatcher)
      #expect(other.status == 403 && other.json?["code"]?.string == "ledger.post")
      let again = await web.post(path, ["action": "reopen", "note": "x"], as: .inspector)
      #expect(again.status == 409 && again.json?["code"]?.string == "ledger.state")
      #expect(await web.post(path, ["note": "x"], as: .inspector).names("action", "field.required"))
      #expect(await web.post(path, ["action": "strike"], as: .auditor).status == 403)
      // The entry of the journal says who and what; nothing was written by what was refused.
      let one = await web.get("/ledger-entries/\(id)")
      #expect(one.json?["acts"]?.array?.count == 1)
      #expect(one.json?["version"]?.integer == 1)
    }
  }

  @Test func aRoundIsSeenAndWalked() async throws {
    try await WebFixture.with { web in
      let answer = await web.post(
        "/things",
        [
          "kind": "underground-space", "code": "u1", "name": "garage",
          "longitude": .number(District.inWest.longitude),
          "latitude": .number(District.inWest.latitude), "attributes": ["use": "cars"],
        ], as: .steward)
      let thing = answer.json?["id"]?.string ?? ""
      _ = try await MasterData(engine: web.loop.engine).save(
        UnitEntry(
          code: "emergency", name: "emergency", kind: .department, parent: "centre", area: nil,
          hours: "", duties: ["emergency"]), by: .local("test"), request: "")
      try await web.loop.engine.reloadDirectory()
      let made = try await PatrolDesk(engine: web.loop.engine).turn()
      let list = await web.get("/patrols?plan=underground-monthly")
      #expect(list.elements.count == 1 && made.made == 1)
      #expect(await web.get("/patrols").names("plan", "field.required"))
      #expect(await web.get("/patrols?plan=none").names("plan", "patrol.unknown"))
      let id = try #require(list.elements.first?["id"]?.string)
      let round = await web.get("/patrols/\(id)")
      #expect(round.json?["stops"]?.array?.first?["thing"]?.string == thing)
      let path = "/patrols/\(id)/stops"
      let silent = await web.post(path, ["thing": .string(thing), "sound": false], as: .inspector)
      #expect(silent.names("note", "field.required"))
      let done = await web.post(path, ["thing": .string(thing), "sound": true], as: .inspector)
      #expect(done.status == 200)
      #expect(done.json?["state"]?.string == "done")
      let late = await web.post(path, ["thing": .string(thing), "sound": true], as: .inspector)
      #expect(late.status == 409 && late.json?["code"]?.string == "patrol.state")
    }
  }
}

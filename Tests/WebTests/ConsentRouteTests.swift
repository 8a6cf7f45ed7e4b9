import City
import Engine
import JSONText
import LoopFixture
import Pack
import Ports
import Testing

@testable import Web

/// What citizens agree to with their report, what follows from it, and what taking it back ends.
@Suite struct ConsentRouteTests {
  private static let both: JSON = ["call-back/1", "contact/1"]

  /// A citizen's report with these consents; its number.
  private static func report(_ web: WebFixture, _ consents: JSON?) async throws -> String {
    var body = PublicTests.report(await PublicTests.pass(web))
    if let consents { body = body.with("consents", consents) }
    let sent = await PublicTests.ask(web, "/public/reports", body)
    #expect(sent.status == 201, "\(sent.text)")
    return try #require(sent.json?["number"]?.string)
  }

  private static func say(
    _ web: WebFixture, _ number: String, _ purpose: String, _ given: Bool, tail: String = "5678"
  ) async -> WebAnswer {
    await PublicTests.ask(
      web, "/public/consents",
      [
        "number": .string(number), "tail": .string(tail), "purpose": .string(purpose),
        "given": .bool(given),
      ])
  }

  private static func close(_ web: WebFixture, _ number: String) async throws -> ID<Case> {
    let id = try #require(try await web.loop.store.case(number: CaseNumber(text: number)!)).id
    try await web.loop.bring(id, to: "closed")
    return id
  }

  @Test func purposesAreToldBeforeAnythingIsAsked() async throws {
    try await WebFixture.with { web in
      let told = await web.get("/public/purposes", as: nil)
      #expect(told.status == 200, "\(told.text)")
      #expect(told.elements.compactMap { $0["basis"]?.string } == ["duty", "consent", "consent"])
      #expect(told.elements.allSatisfy { $0["wording"]?.string?.isEmpty == false })
    }
  }

  @Test(arguments: StoreKind.allCases)
  func withoutAYesNobodyIsCalled(_ kind: StoreKind) async throws {
    try await WebFixture.with(kind) { web in
      let number = try await Self.report(web, nil)
      let id = try await Self.close(web, number)
      let list = "/cases?open=false&judged=false&callable=true"
      #expect(await web.get("/cases?open=false&judged=false").ids == [String(id.rawValue)])
      #expect(await web.get(list).ids.isEmpty)
      let before = try await web.loop.store.lastSequence()
      for (person, duty) in [(Person.receptionist, "callBack"), (.officerHead, "handle")] {
        let refused = await web.get("/cases/\(number)?reveal=回访&duty=\(duty)", as: person)
        #expect(refused.status == 409 && refused.code == "consent.missing", "\(refused.text)")
        #expect(!refused.text.contains("13800005678"))
      }
      #expect(try await web.loop.store.lastSequence() == before, "nothing was shown")
      // The centre handles by duty; a court asks by law.
      for (person, duty) in [(Person.dispatcher, "handle"), (.officerHead, "law")] {
        let shown = await web.get("/cases/\(number)?reveal=核实&duty=\(duty)", as: person)
        #expect(shown.json?["reporter"]?["phone"]?.string == "13800005678", "\(shown.text)")
      }
      // Who called the hotline was told there.
      let called = await web.post(
        "/signals",
        JSON.signal("c1").with("reporter", ["name": "李四", "phone": "13912345678"]),
        as: .receptionist)
      let other = try #require(called.json?["number"]?.string)
      let second = try await Self.close(web, other)
      #expect(await web.get(list).ids == [String(second.rawValue)])
    }
  }

  @Test(arguments: StoreKind.allCases)
  func aYesLetsThemCallUntilItIsTakenBack(_ kind: StoreKind) async throws {
    try await WebFixture.with(kind) { web in
      let number = try await Self.report(web, Self.both)
      let id = try await Self.close(web, number)
      let list = "/cases?open=false&judged=false&callable=true"
      let path = "/cases/\(number)?reveal=回访&duty=callBack"
      #expect(await web.get(list).ids == [String(id.rawValue)])
      #expect(await web.get(path, as: .receptionist).status == 200)
      #expect(
        await web.get("/cases/\(number)?reveal=联系&duty=handle", as: .officerHead).status == 200)
      web.loop.clock.advance(Duration.minute)
      let back = await Self.say(web, number, "call-back/1", false)
      #expect(back.status == 200, "\(back.text)")
      let standing = back.json?["consents"]?.array ?? []
      #expect(standing.compactMap { $0["permitted"]?.bool } == [false, true])
      #expect(await web.get(list).ids.isEmpty)
      let refused = await web.get(path, as: .receptionist)
      #expect(refused.status == 409 && refused.code == "consent.withdrawn", "\(refused.text)")
      // Sent again, the report does not bring it back; said again, nothing is added.
      let before = try await web.loop.store.lastSequence()
      #expect(await Self.say(web, number, "call-back/1", false).status == 200)
      #expect(try await web.loop.store.lastSequence() == before)
      // His file tells it all, and his key ends it.
      let file = await web.post(
        "/persons/file", ["case": .string(number), "reason": "本人申请"], as: .security)
      let told = file.json?["consents"]?.array ?? []
      #expect(told.compactMap { $0["purpose"]?.string } == ["call-back", "contact", "call-back"])
      #expect(told.compactMap { $0["given"]?.bool } == [true, true, false], "\(file.text)")
      #expect(told.allSatisfy { $0["way"]?.string == "page" && $0["wording"]?.integer == 1 })
      let reporter = try #require(try await web.loop.load(id).filing.reporter)
      #expect(try await web.loop.store.consents(of: reporter).count == 3)
      _ = try await Erasure(engine: web.loop.engine).erase(
        contact: "13800005678", by: .local("test"), request: "")
      #expect(try await web.loop.store.consents(of: reporter).isEmpty)
      #expect(await web.get(list).ids.isEmpty, "nobody is left to call")
    }
  }

  @Test func aReportSentAgainKeepsWhatWasTakenBack() async throws {
    try await WebFixture.with { web in
      let pass = await PublicTests.pass(web)
      let body = PublicTests.report(pass).with("consents", Self.both)
      let sent = await PublicTests.ask(web, "/public/reports", body)
      let number = try #require(sent.json?["number"]?.string)
      #expect(await Self.say(web, number, "contact/1", false).status == 200)
      #expect(await PublicTests.ask(web, "/public/reports", body).status == 200)
      let standing = await PublicTests.ask(
        web, "/public/follow", ["number": .string(number), "tail": "5678"])
      #expect(
        standing.json?["consents"]?.array?.compactMap { $0["given"]?.bool } == [true, false])
    }
  }

  @Test func anOfficerWritesDownWhatSomebodyAskedFor() async throws {
    try await WebFixture.with { web in
      let called = await web.post(
        "/signals",
        JSON.signal("c1").with("reporter", ["name": "李四", "phone": "13912345678"]),
        as: .receptionist)
      let number = try #require(called.json?["number"]?.string)
      let path = "/cases/\(number)/consents"
      let asked: JSON = ["purpose": "call-back/1", "given": false, "reason": "来电要求不再回访"]
      #expect(await web.post(path, asked, as: .officer).status == 403)
      #expect(await web.post(path, asked, as: .eastDuty).status == 404)
      let kept = await web.post(path, asked, as: .receptionist)
      #expect(kept.status == 201, "\(kept.text)")
      let refused = await web.get("/cases/\(number)?reveal=回访&duty=callBack", as: .receptionist)
      #expect(refused.code == "consent.withdrawn", "\(refused.text)")
      let file = await web.post(
        "/persons/file", ["case": .string(number), "reason": "核对"], as: .security)
      let told = file.json?["consents"]?[0]
      #expect(told?["way"]?.string == "officer" && told?["reason"]?.string == "来电要求不再回访")
      #expect(told?["staff"]?["name"]?.string == "receptionist", "\(file.text)")
      let journal = await web.get("/journal?kind=person.consent", as: .auditor)
      #expect(journal.elements.count == 1 && !journal.text.contains("不再回访"))
    }
  }

  @Test func whatIsWrongIsToldByName() async throws {
    try await WebFixture.with { web in
      let pass = await PublicTests.pass(web)
      func send(_ consents: JSON) async -> WebAnswer {
        await PublicTests.ask(
          web, "/public/reports", PublicTests.report(pass).with("consents", consents))
      }
      #expect(await send(["nothing/1"]).names("consents", "purpose.unknown"))
      #expect(await send(["handling/1"]).names("consents", "purpose.unknown"))
      #expect(await send(["call-back/2"]).names("consents", "purpose.outdated"))
      #expect(await send("call-back/1").names("consents", "field.type"))
      let nameless = PublicTests.report(pass).with("consents", Self.both).with("name", "")
        .with("phone", "")
      #expect(
        await PublicTests.ask(web, "/public/reports", nameless).names("consents", "consent.nobody"))
      let silent = PublicTests.report(pass).with("name", "").with("phone", "")
      let sent = await PublicTests.ask(web, "/public/reports", silent)
      let number = try #require(sent.json?["number"]?.string)
      let code = try #require(sent.json?["code"]?.string)
      let nobody = await Self.say(web, number, "contact/1", true, tail: code)
      #expect(nobody.status == 409 && nobody.code == "consent.nobody", "\(nobody.text)")
      #expect(
        await Self.say(web, number, "contact/1", true, tail: "0000").code == "receipt.unknown")
    }
  }
}

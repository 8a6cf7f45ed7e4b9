import City
import Discovering
import Engine
import HTTPServing
import JSONText
import LoopFixture
import Pack
import Ports
import Testing
import Vault

@testable import Web

/// What is hidden from whom, what bears whose name, and what ends.
@Suite struct GuardTests {
  private static let room = "真南路150号2幢301室"

  private static func file(_ web: WebFixture) async throws -> ID<Case> {
    let outcome = try await web.loop.send(
      Loop.signal("g1", title: "301室夜间噪声") { draft in
        draft.address = room
        draft.reporterName = "赵钱孙"
        draft.reporterPhone = "19900004321"
      })
    return try #require(outcome.case)
  }

  @Test(arguments: StoreKind.allCases)
  func roomsAreForThoseWhoGoThere(_ kind: StoreKind) async throws {
    try await WebFixture.with(kind) { web in
      let id = try await Self.file(web)
      for path in ["/cases/\(id.rawValue)", "/cases"] {
        let near = await web.get(path, as: .dispatcher)
        #expect(near.text.contains(Self.room), "\(near.text)")
        let far = await web.get(path, as: .leader)
        #expect(far.status == 200 && !far.text.contains("301"), "\(far.text)")
        #expect(far.text.contains("真南路150号2幢***室"))
      }
      for words in ["301室", "赵钱孙", "19900004321"] {
        let found = await web.get("/search?q=\(words)", as: .leader)
        #expect(found.json?["total"]?.integer == 0, "\(words): \(found.text)")
        let cases = await web.get("/cases?words=\(words)", as: .leader)
        #expect(cases.elements.isEmpty, "\(words)")
      }
      let known = await web.get("/search?q=301室", as: .dispatcher)
      #expect(known.json?["total"]?.integer ?? 0 > 0, "\(known.text)")
      let street = await web.get("/search?q=真南路150号", as: .leader)
      #expect(
        street.json?["total"]?.integer ?? 0 > 0 && !street.text.contains("301"), "\(street.text)")
    }
  }

  @Test func theFeedHidesRoomsToo() async throws {
    try await WebFixture.with { web in
      _ = try await Self.file(web)
      let entries = try await web.loop.store.entries(after: 0, limit: 500)
      let events = entries.flatMap { FeedEvent.events(of: $0, hiding: web.loop.engine.rooms) }
      let told = events.compactMap(\.roomless).map { String(decoding: $0, as: UTF8.self) }
      #expect(!told.isEmpty)
      #expect(told.allSatisfy { !$0.contains("301") })
    }
  }

  @Test func roomsOfThingsAreForThoseWhoGoThereOrKeepTheirFiles() async throws {
    try await WebFixture.with { web in
      let house: JSON = [
        "kind": "self-built-house", "code": "h301", "name": "王家301室",
        "address": .string(Self.room), "attributes": ["floors": "2"],
      ]
      let made = await web.post("/things", house, as: .steward)
      #expect(made.status == 201 && made.text.contains(Self.room), "\(made.text)")
      let id = try #require(made.json?["id"]?.string)
      for path in ["/things/\(id)", "/things?kind=self-built-house", "/things?words=h301"] {
        for person in [Person.dispatcher, .steward] {
          let near = await web.get(path, as: person)
          #expect(near.text.contains(Self.room), "\(path) \(near.text)")
        }
        let far = await web.get(path, as: .leader)
        #expect(far.status == 200 && far.text.contains("真南路150号2幢***室"), "\(far.text)")
        #expect(!far.text.contains("301室"), "\(path) \(far.text)")
      }
      #expect(await web.get("/things?words=301室", as: .leader).elements.isEmpty)
      #expect(await web.get("/things?words=301室", as: .steward).elements.count == 1)
    }
  }

  @Test func hotTopicsHideRooms() async throws {
    try await WebFixture.with { web in
      for number in 0..<5 {
        let outcome = try await web.loop.send(
          Loop.signal(
            "t\(number)",
            at: (District.inWest.longitude + Double(number) * 0.004, District.inWest.latitude),
            title: "301室夜间噪声"))
        #expect(outcome.case != nil)
      }
      let near = await web.get("/topics", as: .dispatcher)
      #expect(near.text.contains("301室"), "\(near.text)")
      let far = await web.get("/topics", as: .leader)
      #expect(far.text.contains("***室") && !far.text.contains("301"), "\(far.text)")
      let topic = try #require(far.json?["topics"]?[0]?["id"]?.string)
      let one = await web.get("/topics/\(topic)", as: .leader)
      #expect(one.text.contains("***室") && !one.text.contains("301"), "\(one.text)")
    }
  }

  @Test func noticesHideRooms() async throws {
    try await WebFixture.with { web in
      let now = web.loop.clock.now
      let notices = [Person.leader, .stationOfficer].enumerated().map { number, person in
        Notice(
          id: ID(Int64(5 + number)), template: "reminder", channel: Notice.pageChannel,
          staff: person.id, case: nil, title: "催办", text: "「301室噪声」" + Self.room, link: "",
          at: now, state: .sent, next: now)
      }
      let entry = try await web.loop.store.commit(
        Loop.change(notices.map { .notice($0) }, at: now))
      #expect(await web.get("/notices", as: .stationOfficer).text.contains(Self.room))
      let far = await web.get("/notices", as: .leader)
      #expect(far.elements.count == 1 && !far.text.contains("301"), "\(far.text)")
      let entries = try await web.loop.store.entries(after: entry.sequence - 1, limit: 1)
      let events = entries.flatMap { FeedEvent.events(of: $0, hiding: web.loop.engine.rooms) }
      let told = events.compactMap(\.roomless).map { String(decoding: $0, as: UTF8.self) }
      #expect(told.count == 2 && told.allSatisfy { !$0.contains("301") })
    }
  }

  @Test func whoHoldsAPowerNeedsASecondFactorWhereThatIsAsked() async throws {
    try await WebFixture.with { web in
      var settings = WebSettings(pages: Loop.repository + "/web")
      settings.powersNeedFactor = true
      let strict = web.with(settings)
      for person in [Person.administrator, .security, .auditor] {
        #expect(await strict.get("/permissions", as: person).code == "account.factor_required")
        #expect(await strict.get("/session", as: person).status == 200)
      }
      #expect(await strict.get("/cases", as: .dispatcher).status == 200)
      let begun = await strict.post(
        "/session/factor", ["password": .string(Person.password)], as: .auditor)
      #expect(begun.status == 201, "\(begun.text)")
    }
  }

  @Test func oneGoesWithoutAFactorByThePasswordAlone() async throws {
    try await WebFixture.with { web in
      func remove(_ body: JSON) async -> WebAnswer {
        await web.ask(
          .delete, "/api/v1/session/factor", as: .auditor, body: Array(body.text.utf8))
      }
      let mine: JSON = ["password": .string(Person.password)]
      #expect(await web.get("/session", as: .auditor).json?["factor"]?.bool == false)
      #expect(await remove(mine).code == "account.factor_missing")
      #expect(await web.post("/session/factor", mine, as: .auditor).status == 201)
      #expect(await remove(["password": "not mine at all"]).status == 401)
      #expect(await remove([:]).names("password", "field.required"))
      #expect(await remove(mine).status == 204)
      #expect(await remove(mine).status == 409)
    }
  }

  @Test(arguments: StoreKind.allCases)
  func picturesEndTenYearsAfterClosingAndNotWhileAnotherCaseNamesThem(
    _ kind: StoreKind
  ) async throws {
    try await Loop.with(kind) { loop in
      let own = try await loop.files.put(Array("%PDF-1.4 own".utf8)).digest
      let shared = try await loop.files.put(Array("%PDF-1.4 shared".utf8)).digest
      func sent(
        _ name: String, _ place: (longitude: Double, latitude: Double)
      ) async throws -> ID<Case> {
        let outcome = try await loop.send(
          Loop.signal(name, at: place) { $0.evidence = name == "p1" ? [own, shared] : [shared] })
        return try #require(outcome.case)
      }
      let first = try await sent("p1", District.inWest)
      try await loop.bring(first, to: "closed")
      _ = try await sent("p2", District.inEast)
      let rule = try #require(loop.engine.catalogue.retention.first { $0.data == .files })
      loop.clock.advance(Int64(try #require(rule.days)) * Duration.day)
      let desk = RetentionDesk(engine: loop.engine, observations: nil, files: loop.files)
      func ended() async throws -> [Certificate] {
        try await desk.run(by: .engine("retention"), request: "").filter { $0.data == .files }
      }
      #expect(try await ended().isEmpty)
      loop.clock.advance(Duration.day)
      let made = try await ended()
      #expect(made.map(\.count) == [1])
      #expect(try await loop.files.load(own) == nil)
      #expect(try await loop.files.load(shared) != nil, "an open case names it")
      let name = own.digest.bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
      #expect(
        made.first?.digest == loop.engine.sealing.digest(of: Array((name + "\n").utf8)))
      #expect(try await ended().isEmpty)
    }
  }

  @Test(arguments: StoreKind.allCases)
  func whatEndsIsCertifiedAndAPersonsFileIsOnRecord(_ kind: StoreKind) async throws {
    try await WebFixture.with(kind) { web in
      let id = try await Self.file(web)
      try await web.loop.bring(id, to: "closed")
      let number = try await web.loop.load(id).filing.number.text
      let rules = await web.get("/retention", as: .auditor)
      #expect(rules.elements.count == RetainedData.allCases.count, "\(rules.text)")
      let ask: JSON = ["case": .string(number), "reason": "本人申请"]
      #expect(await web.post("/persons/file", ask, as: .dispatcher).status == 403)
      #expect(
        await web.post("/persons/file", ["reason": "x"], as: .security)
          .names("contact", "person.one_of"))
      let file = await web.post("/persons/file", ask, as: .security)
      #expect(file.status == 200, "\(file.text)")
      #expect(file.json?["held"]?.bool == true)
      #expect(!file.text.contains("赵钱孙") && !file.text.contains("19900004321"))
      let byPhone = await web.post(
        "/persons/file", ["contact": "199 0000 4321", "reason": "x"], as: .security)
      #expect(byPhone.json?["readings"]?.array?.count == 1, "\(byPhone.text)")
      let unknown = await web.post(
        "/persons/file", ["contact": "19911110000", "reason": "x"], as: .security)
      #expect(unknown.status == 404 && unknown.code == "person.unknown")
      web.loop.clock.advance(731 * Duration.day)
      let caller = try await web.loop.caller(.security)
      let desk = RetentionDesk(engine: web.loop.engine, observations: nil, files: web.loop.files)
      let made = try await desk.run(by: caller.actor, request: "r")
      #expect(made.contains { $0.data == .callers && $0.count == 1 })
      let certificates = try await web.loop.store.certificates(
        PageRequest(limit: 10, before: nil))
      #expect(certificates.elements.count == made.count)
    }
  }
}

import City
import Discovering
import Engine
import HTTPServing
import JSONText
import LoopFixture
import Ports
import Testing

@testable import Web

/// The routes of places, search, proposals, topics and documents.
@Suite struct UnderstandingTests {
  private static func thing(
    _ web: WebFixture, _ code: String, _ name: String, _ address: String,
    at place: (longitude: Double, latitude: Double), kind: String = "building"
  ) async throws {
    var entry = ThingEntry(kind: kind, code: code)
    entry.name = name
    entry.address = address
    entry.longitude = place.longitude
    entry.latitude = place.latitude
    _ = try await MasterData(engine: web.loop.engine).save(
      entry, by: .local("test"), request: "test")
  }

  private static func settle(_ web: WebFixture) async throws {
    try await thing(web, "W1", "康定超市", "西康路100号", at: District.inWest)
    try await thing(web, "E1", "东湖小学", "东平路9号", at: District.inEast)
    try await thing(
      web, "G1", "西林水位计", "西康路102号", at: District.inWest, kind: "water-gauge")
    _ = try await MasterData(engine: web.loop.engine).save(
      {
        var entry = DocumentEntry(title: "油烟治理办法")
        entry.text = "餐饮服务单位应当安装油烟净化设施"
        entry.kind = "policy"
        return entry
      }(), by: .local("test"), request: "test")
    try await web.loop.send(
      Loop.signal("w", at: District.inWest, title: "康定超市夜间噪声") { $0.address = "西康路100号" })
    try await web.loop.send(
      Loop.signal("e", at: District.inEast, title: "东湖小学门口噪声") { $0.address = "东平路9号" })
  }

  private static func counts(_ answer: WebAnswer) -> [String: Int64] {
    Dictionary(
      uniqueKeysWithValues: (answer.json?["counts"]?.members ?? []).map {
        ($0.name, $0.value.integer ?? -1)
      })
  }

  private static func kinds(_ answer: WebAnswer) -> Set<String> {
    Set((answer.json?["hits"]?.array ?? []).compactMap { $0["kind"]?.string })
  }

  @Test(arguments: StoreKind.allCases)
  func everyKindIsFoundAndCounted(kind: StoreKind) async throws {
    try await WebFixture.with(kind) { web in
      try await Self.settle(web)
      let noise = await web.get("/search?q=噪声")
      #expect(noise.status == 200)
      #expect(Self.counts(noise) == ["case": 2, "event": 2])
      let only = await web.get("/search?q=噪声&kind=event")
      #expect(Self.kinds(only) == ["event"])
      #expect(Self.counts(only) == ["case": 2, "event": 2], "counts cover all kinds")
      let address = await web.get("/search?q=西康路100")
      #expect(Self.counts(address) == ["case": 1, "event": 1, "thing": 1])
      #expect(Self.kinds(await web.get("/search?q=水位计")) == ["device"])
      #expect(Self.kinds(await web.get("/search?q=油烟")) == ["document"])
      #expect(Self.kinds(await web.get("/search?q=东湖街道")) == ["place"])
      #expect(Self.kinds(await web.get("/search?q=lighting")).contains("unit"))
      #expect(Self.kinds(await web.get("/search?q=lamp-worker")) == ["person"])
      let number = try #require(
        (await web.get("/cases")).elements.first?["number"]?.string)
      #expect(Self.kinds(await web.get("/search?q=\(number.suffix(10))")).contains("case"))
    }
  }

  @Test func whatOnlyTheIndexKnows() async throws {
    try await WebFixture.with(.sqlite) { web in
      try await Self.settle(web)
      let hit = try #require(
        (await web.get("/search?q=夜间")).json?["hits"]?.array?.first { $0["kind"]?.string == "case" }
      )
      #expect(hit["title"]?.string == "康定超市夜间噪声")
      #expect(hit["titleMarks"]?.array?.first?.array?.compactMap(\.integer) == [4, 6])
      // By its sound, whole and by initials.
      for words in ["kangding", "kdcs", "ＫＤＣＳ"] {
        #expect(Self.kinds(await web.get("/search?q=\(words)")).contains("thing"), "\(words)")
      }
      let suggested = await web.get("/search/suggest?q=kd")
      #expect(suggested.elements.first?["title"]?.string == "康定超市")
    }
  }

  @Test(arguments: StoreKind.allCases)
  func aScopeIsCutBeforeCounting(kind: StoreKind) async throws {
    try await WebFixture.with(kind) { web in
      try await Self.settle(web)
      let west = await web.get("/search?q=噪声", as: .westDuty)
      #expect(Self.counts(west) == ["case": 1, "event": 1])
      #expect(west.json?["total"]?.integer == 2)
      #expect(!west.text.contains("东湖小学"))
      let suggested = await web.get("/search/suggest?q=东湖小", as: .westDuty)
      #expect(suggested.elements.isEmpty)
      // The unit that has no case yet sees none, and finds documents nevertheless.
      let lamps = await web.get("/search?q=噪声", as: .lampWorker)
      #expect(Self.counts(lamps) == [:])
      #expect(Self.kinds(await web.get("/search?q=油烟", as: .lampWorker)) == ["document"])
      for path in ["/search?q=a", "/search/suggest?q=a", "/places?text=a", "/topics"] {
        #expect((await web.get(path, as: nil)).status == 401, "\(path)")
      }
    }
  }

  static let oddWords = [
    "a", "的", "😀", "'; DROP TABLE cases; --", "<script>alert(1)</script>", "%", "_", "\"", "\\",
    "ＡＢc混合1", String(repeating: "长", count: 5_000), "*", "-", "NEAR(", "\u{0}",
  ]

  @Test(arguments: StoreKind.allCases)
  func oddWordsFindNothingAndBreakNothing(kind: StoreKind) async throws {
    try await WebFixture.with(kind) { web in
      try await Self.settle(web)
      for words in Self.oddWords {
        for path in ["/search?q=", "/search/suggest?q="] {
          let answer = await web.get(path + words)
          #expect(answer.status == 200 || answer.status == 400, "\(path) \(words.prefix(20))")
        }
      }
      #expect((await web.get("/search")).names("q", "field.required"))
      #expect((await web.get("/search?q=a&limit=101")).names("limit", "number.range"))
      #expect((await web.get("/search?q=a&kind=x")).names("kind", "word.unknown"))
      #expect((await web.get("/search?q=a&near=1")).names("near", "position.form"))
      #expect(Self.counts(await web.get("/search?q=噪声")) == ["case": 2, "event": 2])
    }
  }

  @Test(arguments: StoreKind.allCases)
  func anAddressIsReadAndPlaced(kind: StoreKind) async throws {
    try await WebFixture.with(kind) { web in
      try await Self.settle(web)
      let found = await web.get("/places?text=本市西康路一百号2楼")
      #expect(found.status == 200)
      #expect(found.json?["locatedBy"]?.string == "number")
      #expect(found.json?["position"]?.array?.count == 2)
      #expect(found.json?["area"]?["street"]?["name"]?.string == "西林街道")
      #expect(found.json?["standard"]?.string?.contains("西康路100号") == true)
      let match = found.json?["matches"]?.array?.first
      #expect(match?["thing"]?["code"]?.string == "W1")
      // What lies in another street is not told.
      let east = await web.get("/places?text=西康路100号", as: .eastDuty)
      #expect(east.status == 200)
      #expect(east.json?["matches"]?.array?.isEmpty == true)
      #expect(east.json?["position"] == .null)
      #expect((await web.get("/places")).names("text", "field.required"))
      #expect(
        (await web.get("/places?text=" + String(repeating: "长", count: 301)))
          .names("text", "text.too_long"))
      for text in Self.oddWords.filter({ $0.count < 300 }) {
        #expect((await web.get("/places?text=\(text)")).status == 200, "\(text)")
      }
    }
  }

  @Test(arguments: StoreKind.allCases)
  func proposalsAreSeenAndAnswered(kind: StoreKind) async throws {
    try await WebFixture.with(kind) { web in
      let known = try await web.loop.send(Loop.signal("1", at: District.inWest))
      let near = (
        longitude: District.inWest.longitude + 0.00126, latitude: District.inWest.latitude
      )
      let new = try await web.loop.send(Loop.signal("2", at: near))
      let event = try #require(new.event).rawValue
      let answer = await web.get("/events/\(event)")
      let proposal = try #require(answer.json?["proposals"]?.array?.first)
      #expect(proposal["event"]?.string == known.event.map { String($0.rawValue) })
      #expect(proposal["state"]?.string == "proposed")
      #expect(proposal["reasons"]?.array?.contains("placeBeyond") == true)
      #expect(answer.json?["people"]?.integer == 1)
      #expect(answer.json?["locatedBy"]?.string == "point")
      let onCase = await web.get("/cases/\(try #require(new.case).rawValue)")
      #expect(onCase.json?["proposals"]?.array?.count == 1)
      let id = try #require(proposal["id"]?.string)
      let path = "/events/\(event)/proposals/\(id)"
      #expect((await web.post(path + "/decline", [:], as: .officer)).status == 403)
      #expect((await web.post("/events/\(event)/proposals/1/decline", [:])).status == 404)
      #expect((await web.post(path + "/accept", [:])).names("note", "field.required"))
      #expect((await web.post(path + "/decline", [:])).status == 200)
      #expect((await web.post(path + "/decline", [:])).code == "proposal.decided")
      #expect((await web.post(path + "/accept", ["note": "同一件事"])).status == 200)
      #expect(
        (await web.get("/events/\(event)")).json?["mergedInto"]?.string
          == known.event.map { String($0.rawValue) })
    }
  }

  @Test func topicsAreListedAndOpened() async throws {
    try await WebFixture.with(.memory) { web in
      for index in 0..<5 {
        let place = (longitude: 121.401 + Double(index) * 0.0018, latitude: 31.205)
        try await web.loop.send(
          Loop.signal("\(index)", at: place, title: "康定超市楼下油烟扰民") { $0.text = "油烟扰民" })
      }
      let list = await web.get("/topics")
      #expect(list.status == 200)
      let topic = try #require(list.json?["topics"]?.array?.first)
      #expect(topic["size"]?.integer == 5)
      #expect(list.json?["formula"]?.string?.contains("rise") == true)
      let id = try #require(topic["id"]?.string)
      let one = await web.get("/topics/\(id)")
      #expect(one.json?["cases"]?.array?.count == 5)
      #expect((await web.get("/topics/\(id)", as: .eastDuty)).status == 404)
      #expect((await web.get("/topics?days=0")).names("days", "number.range"))
      #expect((await web.get("/topics?limit=x")).names("limit", "number.range"))
    }
  }

  @Test func aDocumentIsOpened() async throws {
    try await WebFixture.with(.sqlite) { web in
      try await Self.settle(web)
      let hit = (await web.get("/search?q=油烟净化")).json?["hits"]?.array?.first
      let id = try #require(hit?["id"]?.string)
      let document = await web.get("/documents/\(id)")
      #expect(document.json?["title"]?.string == "油烟治理办法")
      #expect(document.json?["text"]?.string?.contains("净化设施") == true)
      #expect((await web.get("/documents/1")).status == 404)
    }
  }
}

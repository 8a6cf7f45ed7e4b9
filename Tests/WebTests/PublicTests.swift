import City
import Engine
import HTTPServing
import JSONText
import LoopFixture
import Ports
import Testing

@testable import Web

/// What citizens do without a sign-in, and what those do who abuse it.
@Suite struct PublicTests {
  static func ask(
    _ web: WebFixture, _ path: String, _ body: JSON, from address: String = "192.0.2.1"
  ) async -> WebAnswer {
    await send(web, path, Array(body.text.utf8), from: address)
  }

  private static func send(
    _ web: WebFixture, _ target: String, _ body: [UInt8], from address: String = "192.0.2.1"
  ) async -> WebAnswer {
    let parts = target.split(separator: "?", maxSplits: 1).map(String.init)
    var query: [(name: String, value: String)] = []
    if parts.count > 1 {
      for pair in parts[1].split(separator: "&") {
        let sides = pair.split(separator: "=", maxSplits: 1).map(String.init)
        query.append((sides[0], sides[1]))
      }
    }
    return WebAnswer(
      await web.handler.respond(
        to: HTTPRequest(
          method: .post, path: "/api/v1" + parts[0], query: query,
          headers: HTTPHeaders([("X-CivicLoop", "1")]), body: body, remoteAddress: address)))
  }

  /// The digits of a challenge, as only the server knows them.
  private static func digits(_ web: WebFixture, _ id: String) -> String {
    guard
      case .picture(let digits, _) = web.handler.context.gate.form(of: id, at: web.loop.clock.now)
    else { return "" }
    return digits
  }

  static func pass(_ web: WebFixture, from address: String = "192.0.2.1") async -> String {
    let posed = await ask(web, "/public/challenges", [:], from: address)
    let id = posed.json?["challenge"]?.string ?? ""
    let answer: JSON = ["challenge": .string(id), "answer": .string(digits(web, id))]
    return await ask(web, "/public/passes", answer, from: address).json?["pass"]?.string ?? ""
  }

  static func report(_ pass: String) -> JSON {
    [
      "pass": .string(pass), "title": "夜间噪声", "text": "我家13800005678楼下每晚很吵",
      "item": .string(TestItem.noise), "longitude": .number(District.inWest.longitude),
      "latitude": .number(District.inWest.latitude), "name": "张三", "phone": "13800005678",
    ]
  }

  @Test func aReportIsFiledFollowedAndJudged() async throws {
    try await WebFixture.with(.sqlite) { web in
      let pass = await Self.pass(web)
      let sent = await Self.ask(web, "/public/reports", Self.report(pass))
      #expect(sent.status == 201, "\(sent.text)")
      let number = try #require(sent.json?["number"]?.string)
      let code = try #require(sent.json?["code"]?.string)
      let again = await Self.ask(web, "/public/reports", Self.report(pass))
      #expect(again.status == 200)
      #expect(again.json?["number"]?.string == number)

      let followed = await Self.ask(
        web, "/public/follow", ["number": .string(number), "tail": "5678"])
      #expect(followed.json?["stage"]?.string == "filed")
      #expect(followed.json?["mayJudge"]?.bool == false)
      #expect(!followed.text.contains("13800005678"))
      let byCode = await Self.ask(
        web, "/public/follow", ["number": .string(number), "tail": .string(code)])
      #expect(byCode.status == 200)

      let judgement: JSON = [
        "number": .string(number), "tail": "5678", "solved": true, "satisfaction": "fairly",
        "words": "谢谢，电话13800005678",
      ]
      let early = await Self.ask(web, "/public/judgements", judgement)
      #expect(early.code == "judgement.not_closed")
      let id = try #require(try await web.loop.store.case(number: CaseNumber(text: number)!)).id
      try await web.loop.bring(id, to: "closed")
      let judged = await Self.ask(web, "/public/judgements", judgement)
      #expect(judged.status == 200, "\(judged.text)")
      #expect(judged.json?["judgement"]?["satisfaction"]?.string == "fairly")
      #expect(judged.json?["result"]?.string == "已劝离")
      #expect(!judged.text.contains("13800005678"))
      #expect(await Self.ask(web, "/public/judgements", judgement).code == "judgement.given")

      let score = try await web.loop.score(of: District.police)
      #expect((score.judged, score.content, score.solved) == (1, 1, 1))
      let months = await web.get("/scores?month=2026-11")
      #expect(months.elements.contains { $0["contentRate"]?.number == 1 })
      let shown = await web.get("/cases/\(number)")
      #expect(shown.json?["judgements"]?.array?.count == 1)
      #expect(await web.get("/cases?judged=true").ids == [String(id.rawValue)])
      #expect(await web.get("/cases?judged=false").ids.isEmpty)
    }
  }

  @Test func challengesAreAnsweredOnceAndInTime() async throws {
    try await WebFixture.with { web in
      func pose() async -> String {
        await Self.ask(web, "/public/challenges", [:]).json?["challenge"]?.string ?? ""
      }
      func answer(_ id: String, _ text: String) async -> WebAnswer {
        await Self.ask(
          web, "/public/passes", ["challenge": .string(id), "answer": .string(text)])
      }
      let first = await pose()
      let digits = Self.digits(web, first)
      #expect(digits.count == ChallengePicture.digitsCount)
      #expect(await answer(first, "nonsense").names("answer", "challenge.wrong"))
      // A wrong answer takes the challenge away: the right one comes too late.
      #expect(await answer(first, digits).names("answer", "challenge.wrong"))
      let second = await pose()
      let right = Self.digits(web, second)
      #expect(await answer(second, right).status == 201)
      #expect(await answer(second, right).status == 400)
      let third = await pose()
      let late = Self.digits(web, third)
      web.loop.clock.advance(ChallengeBook.challengeMilliseconds)
      #expect(await answer(third, late).status == 400)
    }
  }

  @Test func workStandsForThePicture() async throws {
    try await WebFixture.with { web in
      let posed = await Self.ask(web, "/public/challenges", ["work": true])
      let id = try #require(posed.json?["challenge"]?.string)
      #expect(posed.json?["bits"]?.integer == Int64(PublicGate.workBits))
      let found = (0..<4_000_000).first { number in
        let digest = web.loop.engine.sealing.digest(of: Array("\(id):\(number)".utf8))
        return digest.bytes[0] == 0 && digest.bytes[1] == 0
      }
      let answer: JSON = ["challenge": .string(id), "answer": .string(String(try #require(found)))]
      #expect(await Self.ask(web, "/public/passes", answer).status == 201)
    }
  }

  @Test func withoutAPassNothingIsKept() async throws {
    try await WebFixture.with { web in
      let before = try await web.loop.store.lastSequence()
      let report = Self.report(String(repeating: "ab", count: 32))
      #expect(await Self.ask(web, "/public/reports", report).code == "pass.invalid")
      let pass = await Self.pass(web)
      web.loop.clock.advance(ChallengeBook.passMilliseconds)
      #expect(await Self.ask(web, "/public/reports", Self.report(pass)).code == "pass.invalid")
      let file = await Self.send(web, "/public/files?pass=\(pass)", [0xFF, 0xD8, 0xFF, 0xE0])
      #expect(file.code == "pass.invalid")
      #expect(try await web.loop.store.lastSequence() == before)
    }
  }

  @Test func badReportsAreRefusedByField() async throws {
    try await WebFixture.with { web in
      let pass = await Self.pass(web)
      let good = Self.report(pass)
      let rows: [(String, JSON, String, String)] = [
        ("text", .string(String(repeating: "长", count: 2_001)), "text", "text.too_long"),
        ("phone", "not-a-phone", "phone", "phone.form"),
        ("phone", "123", "phone", "phone.form"),
        ("event", "12", "event", "event.unknown"),
        ("reporter", ["name": "x"], "reporter", "field.unknown"),
        ("evidence", ["zz"], "evidence", "digest.form"),
        ("longitude", "east", "longitude", "field.type"),
      ]
      for (member, value, field, rule) in rows {
        let answer = await Self.ask(web, "/public/reports", good.with(member, value))
        #expect(answer.status == 400, "\(member)")
        #expect(answer.names(field, rule), "\(member): \(answer.text)")
      }
      // What was refused did not use the pass up.
      #expect(await Self.ask(web, "/public/reports", good).status == 201)
      let kind = await Self.send(web, "/public/files?pass=\(pass)", Array("%PDF-1.4".utf8))
      #expect(kind.code == "file.kind" && kind.json?["facts"]?["taken"]?.string == "JPEG, PNG")
      let large = [UInt8](repeating: 0xFF, count: PublicReporting.fileBytesMax + 1)
      #expect(await Self.send(web, "/public/files?pass=\(pass)", large).status == 413)
    }
  }

  @Test func aFloodIsHeldBackByAddress() async throws {
    try await WebFixture.with { web in
      for _ in 0..<PublicAct.challenge.limit.times {
        #expect(await Self.ask(web, "/public/challenges", [:]).status == 201)
      }
      let flooded = await Self.ask(web, "/public/challenges", [:])
      #expect(flooded.status == 429)
      #expect(flooded.code == "public.too_often")
      #expect(Int(flooded.response.header("Retry-After") ?? "0") ?? 0 > 0)
      let other = await Self.ask(web, "/public/challenges", [:], from: "192.0.2.2")
      #expect(other.status == 201)
      web.loop.clock.advance(PublicAct.challenge.limit.milliseconds)
      #expect(await Self.ask(web, "/public/challenges", [:]).status == 201)
    }
  }

  @Test func tailsCannotBeTried() async throws {
    try await WebFixture.with { web in
      let sent = await Self.ask(web, "/public/reports", Self.report(await Self.pass(web)))
      let number = try #require(sent.json?["number"]?.string)
      func follow(_ number: String, _ tail: String, from address: String) async -> WebAnswer {
        await Self.ask(
          web, "/public/follow", ["number": .string(number), "tail": .string(tail)], from: address)
      }
      let absent = await follow("2026-1120-99999", "0000", from: "192.0.2.9")
      for guess in 0..<VisitorBook.guessesMax {
        let wrong = await follow(number, "000\(guess)", from: "192.0.2.\(guess + 10)")
        #expect(wrong.status == 404)
        #expect(wrong.code == absent.code)
      }
      // From any address, and even with the right tail.
      let closed = await follow(number, "5678", from: "192.0.2.77")
      #expect(closed.status == 429)
      web.loop.clock.advance(VisitorBook.guessWindowMilliseconds)
      #expect(await follow(number, "5678", from: "192.0.2.77").status == 200)
    }
  }

  @Test func iTooJoinsTheKnownProblem() async throws {
    try await WebFixture.with { web in
      let first = await Self.ask(web, "/public/reports", Self.report(await Self.pass(web)))
      let place = "longitude=\(District.inWest.longitude)&latitude=\(District.inWest.latitude)"
      let near = await web.get("/public/nearby?\(place)&item=\(TestItem.noise)", as: nil)
      let event = try #require(near.elements.first?["event"]?.string)
      #expect(near.elements.first?["people"]?.integer == 1)
      #expect(!near.text.contains("很吵"), "nobody's words are shown")
      let too: JSON = [
        "pass": .string(await Self.pass(web)), "event": .string(event), "phone": "13900001234",
      ]
      let joined = await Self.ask(web, "/public/reports", too)
      #expect(joined.json?["outcome"]?.string == "joined", "\(joined.text)")
      #expect(joined.json?["number"]?.string == first.json?["number"]?.string)
    }
  }

  @Test func citizensFindPlacesAndKinds() async throws {
    try await WebFixture.with { web in
      let place = "longitude=\(District.inWest.longitude)&latitude=\(District.inWest.latitude)"
      let here = await web.get("/public/place?\(place)", as: nil)
      #expect(here.json?["area"]?["street"]?["name"]?.string == "西林街道")
      #expect(await web.get("/public/areas", as: nil).elements.count == 2)
      let kinds = await Self.ask(web, "/public/proposals", ["text": "楼下半夜放烟花爆竹"])
      #expect(kinds.elements.contains { $0["item"]?.string == TestItem.fireworks })
      let long = await Self.ask(
        web, "/public/proposals", ["text": .string(String(repeating: "长", count: 2_001))])
      #expect(long.names("text", "text.too_long"))
    }
  }

  @Test func aPictureIsAPictureAndFollowsFromItsSeed() {
    let first = ChallengePicture.png("01234", seed: 7)
    #expect(first == ChallengePicture.png("01234", seed: 7))
    #expect(first != ChallengePicture.png("01234", seed: 8))
    #expect(first.starts(with: [0x89, 0x50, 0x4E, 0x47]))
    #expect(ChallengePicture.png("", seed: 1).count == first.count)
  }
}

/// The books behind the public door, without a server.
@Suite struct VisitorBookTests {
  private static let start = Instant(milliseconds: 1_000_000)

  @Test func eachActHasItsOwnWindow() {
    for act in PublicAct.allCases {
      var book = VisitorBook()
      let admitted = (0..<act.limit.times).filter { _ in
        book.admit(act, from: "a", at: Self.start) == nil
      }
      #expect(admitted.count == act.limit.times)
      let wait = book.admit(act, from: "a", at: Self.start)
      #expect(wait == act.limit.milliseconds / Duration.second)
      let other = book.admit(act, from: "b", at: Self.start)
      #expect(other == nil)
      let later = Self.start.advanced(byMilliseconds: act.limit.milliseconds)
      let again = book.admit(act, from: "a", at: later)
      #expect(again == nil)
    }
  }

  @Test(arguments: [
    ("192.0.2.7", "192.0.2.7"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2"),
    ("2001:db8::5", "2001:db8:0:0"), ("::1", "0:0:0:0"), ("2001:db8:1:2::", "2001:db8:1:2"),
  ])
  func neighboursCountAsOne(_ row: (address: String, network: String)) {
    #expect(VisitorBook.network(row.address) == row.network)
  }

  @Test func theBookIsBounded() {
    var book = VisitorBook()
    for number in 0..<VisitorBook.keysMax {
      _ = book.admit(.ask, from: "\(number)", at: Self.start)
    }
    let turnedAway = book.admit(.ask, from: "newcomer", at: Self.start)
    #expect(turnedAway == VisitorBook.fullSeconds)
    let known = book.admit(.ask, from: "0", at: Self.start)
    #expect(known == nil)
    let later = Self.start.advanced(byMilliseconds: PublicAct.ask.limit.milliseconds)
    let admitted = book.admit(.ask, from: "newcomer", at: later)
    #expect(admitted == nil)
  }

  @Test func passesCarrySoManyFilesAndNoMore() {
    var book = ChallengeBook()
    let issued = book.issue("p", at: Self.start)
    #expect(issued == Self.start.advanced(byMilliseconds: ChallengeBook.passMilliseconds))
    let uses = (0...ChallengeBook.filesMax).map { _ in book.use("p", for: .file, at: Self.start) }
    #expect(uses.filter { $0 }.count == ChallengeBook.filesMax)
    let sends = book.use("p", for: .sending, at: Self.start)
    let stranger = book.use("other", for: .sending, at: Self.start)
    #expect(sends && !stranger)
  }
}

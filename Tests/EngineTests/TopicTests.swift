import City
import Discovering
import Engine
import Evaluating
import LoopFixture
import Ports
import Testing

@Suite struct TopicTests {
  private static let trouble = "魅力之城小区一楼夜宵店油烟扰民严重影响居民生活"

  /// Different problems far apart, with texts of one matter or of none.
  private static func send(
    _ loop: Loop, _ id: String, _ title: String, _ index: Int, east: Bool = false
  ) async throws {
    let base = east ? 121.411 : 121.401
    let place = (
      longitude: base + Double(index % 5) * 0.0017, latitude: 31.2005 + Double(index / 5) * 0.0016
    )
    _ = try await loop.send(
      Loop.signal(id, item: TestItem.lamp, at: place, title: title) { $0.text = title })
  }

  private static let noise = [
    "公交线路末班车能否延长", "医保报销窗口排队时间过长", "学校门口红绿灯配时不合理", "图书馆周末闭馆太早了",
    "河道保洁船很久没有来过", "垃圾房钥匙坏了没人修理", "老旧电梯加装何时可以开工", "公园健身器材缺少螺丝",
  ]

  private static func caller(_ loop: Loop, _ person: Person) async throws -> Caller {
    try await loop.makeAccounts([person])
    let signed = try await loop.accounts.signIn(
      login: person.rawValue, password: Person.password, request: "")
    return try #require(try await loop.accounts.caller(secret: signed.secret))
  }

  @Test func aTopicKeepsItsIdFromDayToDayAndIsCutToTheScope() async throws {
    try await Loop.with(.sqlite) { loop in
      for index in 0..<6 { try await Self.send(loop, "t\(index)", Self.trouble, index) }
      for (index, title) in Self.noise.enumerated() {
        try await Self.send(loop, "n\(index)", title, index + 10)
      }
      for index in 0..<4 {
        try await Self.send(loop, "e\(index)", Self.trouble, index, east: true)
      }
      let all = try await Self.caller(loop, .dispatcher)
      let found = try await HotTopics(engine: loop.engine).topics(days: 7, by: all)
      let first = try #require(found.topics.first)
      #expect(first.score.size == 10)
      #expect(first.title == Self.trouble)
      #expect(first.score.people == 10)
      #expect(first.places.map(\.cases) == [6, 4])
      #expect(first.cases.count == 10)
      #expect(found.looked == 18)

      let east = try await Self.caller(loop, .eastDuty)
      let cut = try await HotTopics(engine: loop.engine).topics(days: 7, by: east)
      #expect(cut.topics.first?.score.size == 4)
      #expect(cut.topics.first?.id == first.id)
      #expect(
        cut.topics.allSatisfy { $0.cases.allSatisfy { $0.state.area[.street] == District.east } })

      loop.clock.advance(Duration.day)
      for index in 6..<9 { try await Self.send(loop, "t\(index)", Self.trouble, index + 14) }
      let next = try await HotTopics(engine: loop.engine).topics(days: 7, by: all)
      #expect(next.topics.first?.id == first.id)
      #expect(next.topics.first?.score.size == 13)
      #expect((next.topics.first?.score.rise ?? 0) > (first.score.rise))

      loop.clock.advance(30 * Duration.day)
      let later = try await HotTopics(engine: loop.engine).topics(days: 7, by: all)
      #expect(later.topics.isEmpty)
      #expect(later.looked == 0)
    }
  }

  @Test func oddTextsAreNoTopicAndNoHarm() async throws {
    try await Loop.with(.memory) { loop in
      let texts = [
        "x", "😀😀😀😀", "'; DROP TABLE cases; --", "<b>粗</b>", "ＡＢＣ混合mixed文字",
        String(repeating: "长", count: 10_000),
      ]
      for (index, text) in texts.enumerated() {
        try await Self.send(loop, "\(index)", String(text.prefix(200)), index)
      }
      let all = try await Self.caller(loop, .dispatcher)
      let found = try await HotTopics(engine: loop.engine).topics(days: 7, by: all)
      #expect(found.looked == texts.count)
      #expect(found.topics.isEmpty)
    }
  }

  @Test func theScoreRisesWithEachOfItsParts() {
    func score(
      size: Int = 12, people: Int = 12, recent: Int = 3, urgent: Int = 0, repeated: Int = 0
    ) -> Double {
      TopicScore(
        size: size, people: people, recent: recent, urgent: urgent, repeated: repeated
      ).score
    }
    let plain = score()
    #expect(TopicScore(size: 12, people: 12, recent: 3, urgent: 0, repeated: 0).rise == 1)
    #expect(score(size: 16, recent: 4) > plain)
    #expect(score(people: 40) > plain)
    #expect(score(recent: 9) > plain)
    #expect(score(urgent: 6) > plain)
    #expect(score(repeated: 6) > plain)
    #expect(score(recent: 0) < plain)
  }
}

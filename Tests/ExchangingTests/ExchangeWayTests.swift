import City
import HTTPServing
import JSONText
import LoopFixture
import Pack
import Ports
import Synchronization
import Testing

@testable import Engine
@testable import Exchanging

/// The whole way, against a server of the city that speaks over a real socket.
@Suite struct ExchangeWayTests {
  private struct Way {
    let loop: Loop
    let city: CityServer
    let exchange: TicketExchange
    let desk: ExchangeDesk
    let notices: NoticeService

    var state: ExchangeState { desk.states[0] }

    func `case`(_ ticket: String) async throws -> Case {
      let signal = try await loop.store.signal(
        channel: .hotline, externalID: "hotline12345:" + ticket)
      return try await loop.load(try await loop.load(signal?.event).case)
    }
  }

  private static func settings(_ port: UInt16, host: String) -> String {
    """
    {"hosts":["\(host)"],"exchanges":[{"code":"city","profile":"hotline12345","key":"key",
     "sign":{"separator":"|","prefix":"","timeHeader":"X-Time","signatureHeader":"X-Sign",
      "senderHeader":"X-App","sender":"district-7"},
     "pull":{"url":"http://127.0.0.1:\(port)/tickets","query":{"after":"{cursor}"},
      "rows":"data.list","next":"data.next","size":2,"pages":3,"intervalSeconds":60},
     "reports":{"url":"http://127.0.0.1:\(port)/results","expect":"\\"code\\":0",
      "body":{"工单编号":"{ticket}","状态":"{status}","结果":"{verdict}","答复":"{reply}",
       "承办单位":"{unit}","是否解决":"{solved}","满意度":"{satisfaction}","编号":"{number}"},
      "stages":{"dispatched":"处理中","closed":"已办结"},"replies":["report"],
      "verdicts":{"passed":"办结"},"judgements":{"solved":"是","satisfied":"满意"}}}]}
    """
  }

  private static func with(
    host: String? = nil, _ body: (Way) async throws -> Void
  ) async throws {
    let city = CityServer()
    let server = try HTTPServer(
      settings: HTTPSettings(address: "127.0.0.1", port: 0), handler: city)
    do {
      try await Loop.with(.sqlite) { loop in
        let text = settings(server.port, host: host ?? "127.0.0.1:\(server.port)")
        let read = try ExchangeSettings(Array(text.utf8)) { _ in Array(CityServer.key.utf8) }
        let exchange = try TicketExchange(
          read, profiles: Loop.catalogue.profiles, time: loop.clock, offsetMinutes: 480
        ) { _, longitude, latitude in Position(longitude: longitude, latitude: latitude) }
        let notices = NoticeService(engine: loop.engine, sending: nil, exchanging: exchange)
        try await notices.begin()
        try await body(
          Way(
            loop: loop, city: city, exchange: exchange,
            desk: ExchangeDesk(engine: loop.engine, exchanging: exchange), notices: notices))
      }
    } catch {
      await server.stop()
      throw error
    }
    await server.stop()
  }

  private static func ticket(_ id: String, _ change: [String: JSON] = [:]) -> JSON {
    var members: [JSONMember] = []
    let standard: [(String, JSON)] = [
      ("工单编号", .string(id)), ("标题", "夜间噪声"), ("诉求内容", .string("施工到深夜，第\(id)次反映")),
      ("诉求类型", "噪声扰民"), ("受理时间", "2026-11-20 13:30:00"), ("来电人", "张三"),
      ("联系电话", "13800005678"), ("状态", "待办"),
      ("经度", .number(District.inWest.longitude)), ("纬度", .number(District.inWest.latitude)),
    ]
    for (name, value) in standard { members.append(JSONMember(name, change[name] ?? value)) }
    for (name, value) in change where !standard.contains(where: { $0.0 == name }) {
      members.append(JSONMember(name, value))
    }
    return .object(members)
  }

  @Test("pulled, handled, closed, and told back once though it failed twice")
  func whole() async throws {
    try await Self.with { way in
      way.city.state.withLock { $0.tickets = [Self.ticket("T-1")] }
      await way.desk.turn()
      #expect(way.city.state.withLock { $0.unsigned } == 0)
      #expect(way.state.counts == [.opened: 1], "\(way.state)")
      let found = try await way.case("T-1")
      #expect(found.filing.channel == .hotline)
      #expect(found.state.item == TestItem.noise)
      way.city.state.withLock { $0.resultsFailing = 2 }
      try await way.loop.bring(found.id, to: "closed")
      for _ in 0..<600 {
        _ = try await way.notices.turn()
        if way.city.state.withLock({ $0.results.count }) == 2 { break }
        way.loop.clock.advance(10 * Duration.second)
      }
      // Nothing more comes, whatever time goes by.
      for _ in 0..<10 {
        way.loop.clock.advance(Duration.hour)
        _ = try await way.notices.turn()
      }
      let (results, attempts) = way.city.state.withLock { ($0.results, $0.attempts) }
      #expect(attempts == 4, "two in vain")
      #expect(results.map { $0["状态"]?.string } == ["处理中", "已办结"], "in their order")
      let last = try #require(results.last)
      #expect(last["工单编号"]?.string == "T-1")
      #expect(last["结果"]?.string == "办结")
      #expect(last["答复"]?.string == "已劝离")
      #expect(last["编号"]?.string == found.filing.number.text)
      #expect(last["是否解决"]?.string == "")
      // The proof stands in the outbox.
      var query = NoticeQuery(page: PageRequest(limit: 10, before: nil))
      query.channel = "city"
      let told = try await way.loop.store.notices(query).elements
      #expect(told.map(\.state) == [.sent, .sent])
      #expect(told.allSatisfy { $0.answer == "200 {\"code\":0}" })
    }
  }

  @Test func aTicketThatComesTwiceIsOneSignalAndTheMarkIsKept() async throws {
    try await Self.with { way in
      // Far apart, so that each is a problem of its own.
      let elsewhere: [String: JSON] = [
        "经度": .number(District.inEast.longitude), "纬度": .number(District.inEast.latitude),
      ]
      way.city.state.withLock {
        $0.tickets = [
          Self.ticket("T-1"), Self.ticket("T-2", elsewhere),
          // Again, with another status: the same report.
          Self.ticket("T-1", ["状态": "办理中"]), Self.ticket("T-1", ["诉求内容": "完全是另一件事"]),
          Self.ticket("T-4", ["受理时间": "someday"]),
          Self.ticket(
            "T-5",
            [
              "受理时间": "2026-11-19 09:00:00", "办结时间": "2026-11-20 09:00:00",
              "办理结果": "已处理",
            ]),
        ]
      }
      await way.desk.turn()
      #expect(
        way.state.counts
          == [.opened: 2, .repeated: 1, .rival: 1, .refused: 1, .history: 1], "\(way.state)")
      let refused = try #require(way.state.refused.first?.refusal)
      #expect(refused.ticket == "T-4" && refused.field == "created" && refused.rule == "time.form")
      let entries = try await way.loop.store.entries(after: 0, limit: 500)
      let notes = entries.flatMap(\.facts).compactMap { fact in
        if case .note(let note) = fact { note } else { nil }
      }
      #expect(notes.contains("T-4 created time.form"))
      #expect(try await way.case("T-5").state.closedAt != nil)
      // Another process over the same store goes on behind them.
      let second = ExchangeDesk(engine: way.loop.engine, exchanging: way.exchange)
      await second.turn()
      #expect(way.city.state.withLock { $0.asked.last } == "6")
      #expect(second.states[0].counts == [:])
      // Not due yet, then due.
      await second.turn()
      let count = way.city.state.withLock { $0.asked.count }
      way.loop.clock.advance(60 * Duration.second)
      await second.turn()
      #expect(way.city.state.withLock { $0.asked.count } == count + 1)
    }
  }

  @Test func aFailureIsTriedAgainLaterEachTime() async throws {
    try await Self.with { way in
      way.city.state.withLock {
        $0.tickets = [Self.ticket("T-1")]
        $0.questionsFailing = 3
      }
      var waits: [Int64] = []
      for number in 1...3 {
        await way.desk.turn()
        #expect(way.state.failures == number)
        #expect(way.state.fault == "status 503")
        let next = try #require(way.state.nextAt)
        waits.append(next.millisecondsSince(way.loop.clock.now))
        way.loop.clock.advance(waits[number - 1] - 1)
        await way.desk.turn()
        #expect(way.state.failures == number, "not before its time")
        way.loop.clock.advance(1)
      }
      for (wait, expected): (Int64, Int64) in zip(waits, [60_000, 120_000, 240_000]) {
        #expect(wait >= expected * 9 / 10 && wait <= expected * 11 / 10)
      }
      await way.desk.turn()
      #expect(way.state.failures == 0 && way.state.failuresTotal == 3 && way.state.fault.isEmpty)
      #expect(way.state.counts == [.opened: 1])
      #expect(
        ExchangeState.wait(after: 40, interval: 60_000, chance: 0.5) == ExchangeState.waitMax)
      #expect(
        ExchangeState.wait(after: 9, interval: 2 * Duration.day, chance: 0.5)
          == 2 * Duration.day, "never sooner than without a failure")
    }
  }

  @Test func aReportSpeaksTheOtherSidesWords() async throws {
    try await Self.with { way in
      var report = TicketReport(
        ticket: "T-\"1", number: "2026-1120-00001", stage: "closed", at: Loop.start)
      report.reply = "已清理 {status}"
      report.unit = "区绿化市容局"
      report.verdict = .passed
      report.judgement = Judgement(
        signal: ID(1), case: ID(2), at: Loop.start, staff: nil, contacted: nil, solved: true,
        satisfaction: .satisfied, words: "")
      let json = try JSON.parse(Array(way.exchange.body(of: report, for: "city").utf8))
      let expected: JSON = [
        "工单编号": "T-\"1", "状态": "已办结", "结果": "办结", "答复": "已清理 {status}",
        "承办单位": "区绿化市容局", "是否解决": "是", "满意度": "满意", "编号": "2026-1120-00001",
      ]
      #expect(json == expected)
      // Words that the settings do not have: ours, or none.
      report.verdict = .void
      report.judgement = nil
      let other = try JSON.parse(Array(way.exchange.body(of: report, for: "city").utf8))
      #expect(other["结果"]?.string == "void" && other["满意度"]?.string == "")
    }
  }

  @Test func nobodyElseIsAskedOrTold() async throws {
    try await Self.with(host: "city.example") { way in
      await way.desk.turn()
      #expect(way.state.fault == "host")
      await #expect(throws: NoticeFault.refused(detail: "no host that is allowed")) {
        try await way.exchange.send("{}", as: ID(1), to: "city")
      }
      #expect(way.city.state.withLock { $0.asked.isEmpty && $0.attempts == 0 })
    }
  }
}

import City
import Engine
import Handling
import LoopFixture
import Pack
import Ports
import Synchronization
import Testing

/// Stands for the operator's channels: keeps what is sent, and fails as it is told.
private final class FakeSending: NoticeSending {
  let channels = [
    NoticeChannel(code: "mail", form: .mail, host: "mail.example"),
    NoticeChannel(code: "hook", form: .webhook, host: "hook.example"),
  ]
  let sent = Mutex<[(channel: String, notice: OutgoingNotice)]>([])
  let fault = Mutex<NoticeFault?>(nil)

  func address(of staff: String, on channel: String) -> String? {
    channel == "mail" ? staff + "@mail.example" : nil
  }

  func send(_ notice: OutgoingNotice, on channel: String) async throws(NoticeFault) -> String {
    if let fault = fault.withLock({ $0 }) { throw fault }
    sent.withLock { $0.append((channel, notice)) }
    return "250 kept as \(notice.id.rawValue)"
  }
}

@Suite struct NoticeServiceTests {
  private static func notices(
    _ loop: Loop, _ set: (inout NoticeQuery) -> Void
  ) async throws -> [Notice] {
    var query = NoticeQuery(page: PageRequest(limit: 100, before: nil))
    set(&query)
    return try await loop.store.notices(query).elements
  }

  @Test("what is owed is kept first, sent once, with its proof", arguments: StoreKind.allCases)
  func proof(_ kind: StoreKind) async throws {
    try await Loop.with(kind) { loop in
      let sending = FakeSending()
      let service = NoticeService(engine: loop.engine, sending: sending)
      try await service.begin()
      let id = try await loop.file("n1")
      try await loop.bring(id, to: "dispatched")
      #expect(try await service.turn().owed == 1)
      let mail = try #require(try await Self.notices(loop) { $0.channel = "mail" }.first)
      #expect(mail.staff == Person.officerHead.id)
      #expect(mail.state == .waiting)
      #expect(mail.title.contains(try await loop.load(id).filing.number.text))
      #expect(!mail.text.contains("{"))
      // Waits ten minutes for others of its sort.
      #expect(sending.sent.withLock { $0.isEmpty })
      let other = try await loop.file("n2", at: District.inEast)
      try await loop.bring(other, to: "dispatched")
      #expect(try await service.turn().owed == 1)
      loop.clock.advance(11 * Duration.minute)
      #expect(try await service.turn().sent == 1, "two as one message")
      let message = try #require(sending.sent.withLock { $0.first })
      #expect(message.notice.address == "officer-head@mail.example")
      #expect(message.notice.title.hasSuffix("(+1)"))
      let told = try await Self.notices(loop) { $0.channel = "mail" }
      #expect(told.map(\.state) == [.sent, .sent])
      #expect(Set(told.map(\.answer)) == ["250 kept as \(mail.id.rawValue)"])
      #expect(told.allSatisfy { $0.sentAt == loop.clock.now })
      // Another one over the same store: nothing twice.
      let second = NoticeService(engine: loop.engine, sending: sending)
      try await second.begin()
      let again = try await second.turn()
      #expect(again == (0, 0))
      #expect(sending.sent.withLock { $0.count } == 1)
    }
  }

  @Test func whoIsGivenAnOrderFindsItInHisInbox() async throws {
    try await Loop.with(.memory) { loop in
      let service = NoticeService(engine: loop.engine, sending: nil)
      try await service.begin()
      let id = try await loop.file("n1")
      try await loop.bring(id, to: "handling")
      _ = try await service.turn()
      #expect(try await Self.notices(loop) { $0.staff = Person.officer.id }.isEmpty)
      try await loop.step("assign", on: id, by: .officerHead) {
        $0.staff = Person.stationOfficer.id
      }
      _ = try await service.turn()
      let inbox = try await Self.notices(loop) { $0.staff = Person.stationOfficer.id }
      #expect(inbox.map(\.channel) == [Notice.pageChannel])
      #expect(inbox.first?.state == .sent)
      #expect(inbox.first?.readAt == nil)
    }
  }

  @Test func aFailureIsTriedAgainLaterAndAtLastGivenUp() async throws {
    try await Loop.with(.memory) { loop in
      let sending = FakeSending()
      let service = NoticeService(engine: loop.engine, sending: sending)
      try await service.begin()
      sending.fault.withLock { $0 = .failed(detail: "busy") }
      let id = try await loop.file("n1")
      try await loop.bring(id, to: "closed")
      var attempts: [Int] = []
      for _ in 0..<40 {
        _ = try await service.turn()
        let hook = try #require(try await Self.notices(loop) { $0.channel = "hook" }.first)
        attempts.append(hook.attempts)
        if hook.state == .failed { break }
        #expect(hook.answer == "busy")
        #expect(hook.next > loop.clock.now)
        loop.clock.advance(hook.next.millisecondsSince(loop.clock.now))
      }
      #expect(attempts == Array(1...NoticePlan.attemptsMax))
      sending.fault.withLock { $0 = .refused(detail: "no such user") }
      let other = try await loop.file("n2", at: District.inEast)
      try await loop.bring(other, to: "closed")
      _ = try await service.turn()
      let refused = try #require(try await Self.notices(loop) { $0.case = other }.first)
      #expect(refused.attempts == 1)
      #expect(refused.state == .failed)
    }
  }

  @Test func whatIsNotUrgentWaitsForTheMorning() async throws {
    try await Loop.with(.memory) { loop in
      let sending = FakeSending()
      let service = NoticeService(engine: loop.engine, sending: sending)
      try await service.begin()
      // From 14:00 to 22:30.
      loop.clock.advance(8 * Duration.hour + 30 * Duration.minute)
      let id = try await loop.file("n1")
      try await loop.bring(id, to: "closed")
      // The closing is told at once, the dispatch in the morning.
      #expect(try await service.turn().sent == 1)
      #expect(sending.sent.withLock { $0.map(\.channel) } == ["hook"])
      loop.clock.advance(8 * Duration.hour)
      #expect(try await service.turn().sent == 0, "half past six")
      loop.clock.advance(30 * Duration.minute)
      #expect(try await service.turn().sent == 1)
      #expect(sending.sent.withLock { $0.map(\.channel) } == ["hook", "mail"])
    }
  }

  @Test("nights are quiet, but for what is urgent")
  func quiet() {
    let rules = Loop.catalogue.notices
    // 14:00 in the city.
    let day = Loop.start
    func at(_ hour: Int64) -> Instant {
      day.advanced(byMilliseconds: (hour - 14) * Duration.hour)
    }
    func awake(_ instant: Instant) -> Instant {
      NoticePlan.awake(from: instant, quiet: rules.quiet, offsetMinutes: 480)
    }
    #expect(awake(at(14)) == at(14))
    #expect(awake(at(22)) == at(31), "until seven in the morning")
    #expect(awake(at(24)) == at(31))
    #expect(awake(at(31)) == at(31))
    let whole = [MinuteSpan(from: 0, to: 1_440)]
    #expect(NoticePlan.awake(from: at(14), quiet: whole, offsetMinutes: 480) == at(14))
    for template in rules.templates {
      let first = NoticePlan.first(
        template, at: at(23), quiet: rules.quiet, offsetMinutes: 480)
      if template.isUrgent {
        #expect(first < at(24), "\(template.code)")
      } else {
        #expect(first == at(31), "\(template.code)")
      }
    }
    let waits = (1..<NoticePlan.attemptsMax).compactMap {
      NoticePlan.again(after: $0, at: day)?.millisecondsSince(day)
    }
    #expect(waits == waits.sorted() && waits.first == Duration.minute)
    #expect(NoticePlan.again(after: NoticePlan.attemptsMax, at: day) == nil)
  }
}

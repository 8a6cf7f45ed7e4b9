import City
import Discovering
import Engine
import LoopFixture
import Pack
import Ports
import StoreMemory
import Testing

/// Data comes to its end by rules, each time with a certificate.
@Suite struct RetentionTests {
  private static let twoYears = 731 * Duration.day

  /// A case whose reporter is known by a number of his own.
  private static func file(
    _ loop: Loop, _ name: String, at place: (longitude: Double, latitude: Double)
  ) async throws -> ID<Case> {
    let outcome = try await loop.send(
      Loop.signal(name, at: place) { draft in
        draft.reporterName = "赵钱孙"
        draft.reporterPhone =
          "1990000\(name.unicodeScalars.reduce(0) { $0 + Int($1.value) } + 4_000)"
      })
    return try #require(outcome.case)
  }

  private static func closed(_ loop: Loop, _ name: String) async throws -> Case {
    let id = try await file(loop, name, at: District.inWest)
    try await loop.bring(id, to: "closed")
    return try await loop.load(id)
  }

  @Test(arguments: StoreKind.allCases)
  func personsEndTwoYearsAfterClosing(_ kind: StoreKind) async throws {
    try await Loop.with(kind) { loop in
      try await loop.makeAccounts()
      let ended = try await Self.closed(loop, "r1")
      let open = try await loop.load(
        try await Self.file(loop, "r2", at: District.inEast))
      let reporter = try #require(ended.filing.reporter)
      let kept = try #require(open.filing.reporter)
      let desk = RetentionDesk(engine: loop.engine, observations: nil, files: loop.files)
      loop.clock.advance(729 * Duration.day)
      #expect(
        try await desk.run(by: .engine("retention"), request: "").allSatisfy {
          ![.callers, .messages].contains($0.data)
        })
      loop.clock.advance(2 * Duration.day)
      let made = try await desk.run(by: .engine("retention"), request: "q")
        .filter { $0.data == .callers }
      #expect(made.map(\.count) == [1])
      #expect(try await loop.store.load(reporter)?.details == nil)
      #expect(try await loop.store.load(kept)?.details != nil, "its case is open")
      let certificate = try #require(made.first)
      #expect(
        certificate.digest
          == loop.engine.sealing.digest(of: Array("\(reporter.rawValue)\n".utf8)))
      let page = PageRequest(limit: 10, before: nil)
      #expect(try await loop.store.certificates(page).elements.contains(certificate))
      var query = JournalQuery(page: page)
      query.kind = "retention.ended"
      let entry = try await loop.store.entries(query).elements.first { $0.request == "q" }
      #expect(entry?.facts.contains(.ended(certificate)) == true)
      #expect(try await desk.run(by: .engine("retention"), request: "").isEmpty)
      if let memory = loop.store as? MemoryStore { #expect(await memory.rebuildsAlike()) }
    }
  }

  @Test(arguments: StoreKind.allCases)
  func sessionsEndHalfAYearAfterTheirEnd(_ kind: StoreKind) async throws {
    try await Loop.with(kind) { loop in
      try await loop.makeAccounts()
      let signed = try await loop.accounts.signIn(
        login: Person.officer.rawValue, password: Person.password, request: "")
      let account = signed.caller.account
      let desk = RetentionDesk(engine: loop.engine, observations: nil, files: loop.files)
      loop.clock.advance(180 * Duration.day)
      #expect(try await desk.run(by: .engine("retention"), request: "").isEmpty)
      loop.clock.advance(Duration.day)
      let made = try await desk.run(by: .engine("retention"), request: "")
      #expect(made.map(\.data) == [.sessions] && made.map(\.count) == [1])
      #expect(try await loop.store.credentials(of: account).isEmpty)
    }
  }

  @Test func aMonthOfOldSessionsEndsInSeveralCertificates() async throws {
    try await Loop.with(.sqlite) { loop in
      try await loop.makeAccounts()
      let count = Certificate.recordsMax + 5
      let account = try #require(
        try await loop.store.account(login: Person.officer.rawValue)
      ).id
      let facts = (0..<count).map { number in
        Fact.credential(
          Credential(
            secretHash: loop.engine.sealing.digest(of: Array("\(number)".utf8)), form: .session,
            account: account, label: "", createdAt: Loop.start,
            expiresAt: Loop.start.advanced(byMilliseconds: Int64(number / 2)), revoked: false))
      }
      _ = try await loop.store.commit(Loop.change(facts, at: Loop.start))
      loop.clock.advance(200 * Duration.day)
      let made = try await RetentionDesk(engine: loop.engine, observations: nil, files: loop.files)
        .run(by: .engine("retention"), request: "")
      #expect(made.count == 2)
      #expect(made.reduce(0) { $0 + $1.count } == count)
      #expect(made.allSatisfy { $0.count <= Certificate.recordsMax })
      #expect(try await loop.store.credentials(of: account).isEmpty)
    }
  }

  @Test(arguments: StoreKind.allCases)
  func observationsEndWithACertificateThatSaysHowManyDays(_ kind: StoreKind) async throws {
    try await Loop.with(kind) { loop in
      let observations = MemoryObservationStore(time: loop.clock)
      let stream = try await observations.streams([StreamKey(thing: ID(7), measure: "level")])[0]
      let days: [Int64] = [0, 1, 1, 4]
      _ = try await observations.append(
        days.map { day in
          Observation(
            stream: stream, at: Loop.start.advanced(byMilliseconds: day * Duration.day), value: 1)
        })
      let desk = RetentionDesk(engine: loop.engine, observations: observations, files: loop.files)
      let rule = try #require(loop.engine.catalogue.retention.first { $0.data == .observations })
      let kept = Int64(try #require(rule.days))
      loop.clock.advance(kept * Duration.day)
      #expect(try await desk.run(by: .engine("retention"), request: "").isEmpty)
      loop.clock.advance(2 * Duration.day)
      let made = try await desk.run(by: .engine("retention"), request: "n")
      #expect(made.map(\.data) == [.observations] && made.map(\.count) == [2])
      let certificate = try #require(made.first)
      #expect(
        certificate.digest
          == loop.engine.sealing.digest(
            of: Array("days before \(certificate.before.milliseconds)\n".utf8)))
      let left = try await observations.series(
        SeriesQuery(
          stream: stream, from: Instant(milliseconds: 0), to: loop.clock.now, resolution: .raw,
          pointsMax: 100))
      #expect(left.points.map(\.at) == [Loop.start.advanced(byMilliseconds: 4 * Duration.day)])
      let entry = try await loop.store.entries(after: 0, limit: 500).last
      #expect(entry?.kind == "retention.ended" && entry?.facts == [.ended(certificate)])
      #expect(try await desk.run(by: .engine("retention"), request: "").isEmpty)
    }
  }

  @Test(arguments: StoreKind.allCases)
  func aPersonsFileSaysWhereHisDataIsAndWhoSawIt(_ kind: StoreKind) async throws {
    try await Loop.with(kind) { loop in
      try await loop.makeAccounts()
      let found = try await Self.closed(loop, "r3")
      let reporter = try #require(found.filing.reporter)
      let reader = try await loop.caller(.officer)
      try await RevealDesk(engine: loop.engine).reveal(
        reporter, of: found, duty: .callBack, reason: "回访", by: reader, request: "x")
      let desk = PersonFileDesk(engine: loop.engine)
      let file = try await desk.read(
        contact: nil, case: found.filing.number, reason: "本人申请查询", by: reader, request: "y")
      #expect(file.reporter == reporter && file.isHeld)
      #expect(file.cases.map(\.id) == [found.id] && file.signals.count == 1)
      #expect(file.reveals.map(\.reason) == ["回访"] && file.readings.isEmpty)
      let closedAt = try #require(found.state.closedAt)
      #expect(file.endsAt == closedAt.advanced(byMilliseconds: 730 * Duration.day))
      loop.clock.advance(Self.twoYears)
      _ = try await RetentionDesk(engine: loop.engine, observations: nil, files: loop.files)
        .run(by: .engine("retention"), request: "")
      let after = try await desk.read(
        contact: nil, case: found.filing.number, reason: "本人再次查询", by: reader, request: "z")
      #expect(!after.isHeld && after.readings.count == 1)
      await #expect(throws: PersonFileFault.unknown) {
        _ = try await desk.read(
          contact: "19900009999", case: nil, reason: "x", by: reader, request: "")
      }
    }
  }
}

import City
import Discovering
import Engine
import LoopFixture
import Ports
import Testing

@Suite struct GrantTests {
  private static func with(_ body: (Loop) async throws -> Void) async throws {
    try await Loop.with(.memory) { loop in
      try await loop.makeAccounts()
      try await body(loop)
    }
  }

  private static func caller(_ person: Person, _ loop: Loop) async throws -> Caller {
    let found = try #require(try await loop.store.account(login: person.rawValue))
    return try #require(loop.accounts.caller(for: found))
  }

  /// The rule that a grant breaks; nil where it is made.
  private static func rule(_ body: () async throws -> Grant) async throws -> String? {
    do {
      _ = try await body()
      return nil
    } catch let fault as GrantFault {
      if case .refused(_, let rule, _) = fault { return rule }
      return fault.code
    }
  }

  @Test(arguments: StoreKind.allCases)
  func aDelegationCountsFromItsBeginningToItsEnd(kind: StoreKind) async throws {
    try await Loop.with(kind) { loop in
      try await loop.makeAccounts()
      let session = try await loop.accounts.signIn(
        login: Person.officer.rawValue, password: Person.password, request: "")
      func mayReveal() async throws -> Bool {
        let caller = try await loop.accounts.caller(secret: session.secret)
        return caller?.permissions.contains(.reveal) == true
      }
      #expect(try await mayReveal() == false)
      let giver = try await Self.caller(.officerHead, loop)
      let begin = loop.clock.now.advanced(byMilliseconds: Duration.hour)
      let grant = try await GrantDesk(engine: loop.engine).delegate(
        ["unit-head"], to: Person.officer.id, from: begin,
        to: begin.advanced(byMilliseconds: Duration.hour), reason: "年休假期间代理", by: giver,
        request: "r")
      #expect(try await mayReveal() == false)
      loop.clock.advance(Duration.hour)
      #expect(try await mayReveal())
      let caller = try #require(try await loop.accounts.caller(secret: session.secret))
      #expect(caller.posts == ["handler", "unit-head"])
      #expect(caller.scope == .unit(District.police))
      loop.clock.advance(Duration.hour - 1)
      #expect(try await mayReveal())
      loop.clock.advance(1)
      #expect(try await mayReveal() == false)
      let entry = try #require(
        try await loop.store.entries(after: 0, limit: 500).first { $0.kind == "access.delegated" })
      #expect(entry.facts == [.grant(grant)])
      #expect(entry.actor == .staff(Person.officerHead.id))
    }
  }

  @Test func whatMayNotBeGivenIsRefused() async throws {
    try await Self.with { loop in
      let desk = GrantDesk(engine: loop.engine)
      let now = loop.clock.now
      let later = now.advanced(byMilliseconds: Duration.day)
      func rule(
        _ posts: [String], to receiver: Person, by giver: Person, from: Instant? = nil,
        until: Instant? = nil, reason: String = "值班调休代理"
      ) async throws -> String? {
        let caller = try await Self.caller(giver, loop)
        return try await Self.rule {
          try await desk.delegate(
            posts, to: receiver.id, from: from ?? now, to: until ?? later, reason: reason,
            by: caller, request: "")
        }
      }
      let others = try await rule(["dispatcher"], to: .officer, by: .officerHead)
      #expect(others == "grant.not_yours")
      #expect(
        try await rule(["unit-head"], to: .officerHead, by: .officerHead) == "grant.receiver")
      #expect(
        try await rule(["unit-head"], to: .lampWorker, by: .officerHead) == "grant.receiver")
      #expect(try await rule(["auditor"], to: .leader, by: .auditor) == "grant.power")
      #expect(try await rule(["dispatcher"], to: .auditor, by: .dispatcher) == "post.powers")
      #expect(try await rule(["nothing"], to: .officer, by: .officerHead) == "post.unknown")
      #expect(try await rule([], to: .officer, by: .officerHead) == "grant.posts")
      #expect(
        try await rule(["unit-head"], to: .officer, by: .officerHead, until: now) == "grant.span")
      #expect(
        try await rule(
          ["unit-head"], to: .officer, by: .officerHead,
          until: now.advanced(byMilliseconds: GrantDesk.delegationMax + 1)) == "grant.span")
      #expect(
        try await rule(["unit-head"], to: .officer, by: .officerHead, reason: "忙") == "text.length")
      // Of what was given to him he gives nothing on.
      #expect(try await rule(["unit-head"], to: .officer, by: .officerHead) == nil)
      #expect(
        try await rule(["unit-head"], to: .stationOfficer, by: .officer) == "grant.not_yours")
    }
  }

  @Test func anEmergencyIsShortOnceAndOnRecord() async throws {
    try await Self.with { loop in
      let desk = GrantDesk(engine: loop.engine)
      let officer = try await Self.caller(.officer, loop)
      func take(_ caller: Caller, _ posts: [String], _ span: Int64) async throws -> String? {
        try await Self.rule {
          try await desk.breakGlass(
            posts, isWide: true, milliseconds: span, reason: "暴雨红色预警，全区抢险", by: caller,
            request: "")
        }
      }
      #expect(try await take(officer, ["auditor"], Duration.hour) == "grant.power")
      #expect(
        try await take(officer, ["dispatcher"], GrantDesk.breakGlassMax + 1) == "grant.span")
      let auditor = try await Self.caller(.auditor, loop)
      #expect(try await take(auditor, ["dispatcher"], Duration.hour) == "post.powers")
      #expect(try await take(officer, ["dispatcher"], Duration.hour) == nil)
      let wide = try await Self.caller(.officer, loop)
      #expect(wide.scope == .everything && wide.permissions.contains(.correct))
      #expect(try await take(wide, ["duty-officer"], Duration.hour) == "grant.already")
      let id = try #require(wide.grants.first?.id)
      // Only who has it, who gave it, or who secures ends it.
      let lamp = try await Self.caller(.lampHead, loop)
      await #expect(throws: GrantFault.unknownGrant) {
        try await desk.end(id, by: lamp, request: "")
      }
      try await desk.end(id, by: try await Self.caller(.security, loop), request: "")
      #expect(try await Self.caller(.officer, loop).scope == .unit(District.police))
      let kinds = try await loop.store.entries(after: 0, limit: 500).map(\.kind)
      let told = kinds.filter { $0.hasPrefix("access.") }
      #expect(told == ["access.break_glass", "access.grant_ended"])
    }
  }

  @Test func aRosterThatJoinsPowersIsRefusedAndNeverCounts() async throws {
    try await Self.with { loop in
      let entry = StaffEntry(
        code: "two", name: "two", unit: "centre", posts: ["auditor", "administrator"], area: nil,
        active: true)
      var rules: [String] = []
      do throws(MasterFault) {
        _ = try await MasterData(engine: loop.engine).save(entry, by: .local("test"), request: "")
      } catch {
        if case .refused(let findings) = error { rules = findings.map(\.rule) }
      }
      #expect(rules == ["post.powers"])
      // One that came into the folder otherwise counts for nothing.
      let staff = Staff(
        id: ID(9_001), code: "two", name: "two", unit: District.centre,
        posts: ["auditor", "administrator", "dispatcher"], area: nil, active: true)
      let account = Account(
        id: ID(9_001), login: "two", staff: staff.id, passwordHash: "", active: true)
      _ = try await loop.store.commit(
        Loop.change([.staff(staff), .account(account)], at: loop.clock.now))
      try await loop.engine.reloadDirectory()
      let caller = try #require(loop.accounts.caller(for: account))
      #expect(caller.permissions.isDisjoint(with: Permission.powers))
      #expect(caller.withheld == [.audit, .administer])
      #expect(caller.permissions.contains(.handle))
    }
  }
}

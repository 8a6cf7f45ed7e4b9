import City
import Engine
import LoopFixture
import Ports
import Testing

/// What signing in comes to; nil where it succeeds.
private func signIn(_ loop: Loop, _ login: String, _ password: String) async -> AccountFault? {
  do throws(AccountFault) {
    _ = try await loop.accounts.signIn(login: login, password: password, request: "")
    return nil
  } catch {
    return error
  }
}

@Suite struct AccountTests {
  private static let login = Person.dispatcher.rawValue

  private static func with(_ body: (Loop) async throws -> Void) async throws {
    try await Loop.with(.memory) { loop in
      try await loop.makeAccounts([.dispatcher, .officer])
      try await body(loop)
    }
  }

  @Test(arguments: StoreKind.allCases)
  func aSessionNamesItsCallerUntilItEnds(kind: StoreKind) async throws {
    try await Loop.with(kind) { loop in
      try await loop.makeAccounts([.dispatcher])
      let session = try await loop.accounts.signIn(
        login: "Dispatcher", password: Person.password, request: "")
      let caller = try #require(try await loop.accounts.caller(secret: session.secret))
      #expect(caller.staff.id == Person.dispatcher.id)
      #expect(caller.scope == .everything)
      #expect(caller.permissions == [.submit, .read, .handle, .reveal, .correct, .warn])
      try await loop.accounts.signOut(secret: session.secret, by: caller, request: "")
      #expect(try await loop.accounts.caller(secret: session.secret) == nil)
      #expect(try await loop.accounts.caller(secret: "nonsense") == nil)
    }
  }

  @Test func anExpiredSessionIsNobodys() async throws {
    try await Self.with { loop in
      let session = try await loop.accounts.signIn(
        login: Self.login, password: Person.password, request: "")
      loop.clock.advance(loop.engine.settings.sessionMilliseconds - 1)
      #expect(try await loop.accounts.caller(secret: session.secret) != nil)
      loop.clock.advance(1)
      #expect(try await loop.accounts.caller(secret: session.secret) == nil)
      // Also where nobody remembers it.
      #expect(try await Accounts(engine: loop.engine).caller(secret: session.secret) == nil)
    }
  }

  @Test func wrongAndUnknownAreAnsweredAlike() async throws {
    try await Self.with { loop in
      #expect(await signIn(loop, Self.login, "a-wrong-password") == .wrong)
      #expect(await signIn(loop, "nobody", "a-wrong-password") == .wrong)
      let long = String(repeating: "x", count: Accounts.passwordBytesMax + 1)
      #expect(await signIn(loop, Self.login, long) == .wrong)
    }
  }

  @Test(arguments: [login, "nobody"])
  func tooManyWrongPasswordsLockALoginForAWhile(login: String) async throws {
    try await Self.with { loop in
      let settings = loop.engine.settings
      for _ in 0..<settings.signInFailuresMax {
        #expect(await signIn(loop, login, "a-wrong-password") == .wrong)
      }
      guard case .locked(let wait) = await signIn(loop, login, Person.password) else {
        Issue.record("not locked")
        return
      }
      #expect(wait == settings.signInWindowMilliseconds)
      loop.clock.advance(settings.signInWindowMilliseconds)
      let after = await signIn(loop, login, Person.password)
      #expect(after == (login == "nobody" ? .wrong : nil))
      #expect(await signIn(loop, Person.officer.rawValue, Person.password) == nil)
    }
  }

  /// Guesses sent at once are no way around the lock.
  @Test func guessesAtOnceAreLockedToo() async throws {
    try await Self.with { loop in
      let answers = await withTaskGroup(of: AccountFault?.self) { group in
        for index in 0..<20 {
          group.addTask {
            await signIn(
              loop, Self.login, index == 19 ? Person.password : "wrong-\(index)-password")
          }
        }
        return await group.reduce(into: [AccountFault?]()) { $0.append($1) }
      }
      let wrong = answers.filter { $0 == .wrong }.count
      #expect(wrong <= loop.engine.settings.signInFailuresMax)
      #expect(await signIn(loop, Self.login, Person.password)?.code == "account.locked")
    }
  }

  @Test func aRevokedKeyIsDeadAtOnce() async throws {
    try await Self.with { loop in
      let later = Loop.start.advanced(byMilliseconds: Duration.day)
      let key = try await loop.accounts.newKey(
        for: Person.dispatcher.accountID, label: "gateway", expiresAt: later, by: .local("test"),
        request: "")
      #expect(try await loop.accounts.caller(secret: key.secret) != nil)
      await #expect(throws: AccountFault.unknownCredential) {
        try await loop.accounts.revoke(
          key.credential.secretHash, of: Person.officer.accountID, by: .local("test"), request: "")
      }
      try await loop.accounts.revoke(
        key.credential.secretHash, of: Person.dispatcher.accountID, by: .local("test"), request: "")
      #expect(try await loop.accounts.caller(secret: key.secret) == nil)
    }
  }

  @Test func whoLeavesIsSignedOut() async throws {
    try await Self.with { loop in
      let session = try await loop.accounts.signIn(
        login: Self.login, password: Person.password, request: "")
      #expect(try await loop.accounts.caller(secret: session.secret) != nil)
      let changed = try await MasterData(engine: loop.engine).save(
        StaffEntry(
          code: Self.login, name: Self.login, unit: "centre", posts: ["dispatcher"], area: nil,
          active: false), by: .local("test"), request: "")
      #expect(changed)
      try await loop.engine.reloadDirectory()
      #expect(try await loop.accounts.caller(secret: session.secret) == nil)
      #expect(await signIn(loop, Self.login, Person.password) == .wrong)
    }
  }

  struct BadAccount: Sendable {
    let login: String
    let password: String
    let staff: ID<Staff>
    let fault: AccountFault
  }

  static let badAccounts = [
    BadAccount(
      login: "dispatcher", password: Person.password, staff: Person.dispatcher.id,
      fault: .loginTaken),
    BadAccount(
      login: "DISPATCHER", password: Person.password, staff: Person.dispatcher.id,
      fault: .loginTaken),
    BadAccount(
      login: "", password: Person.password, staff: Person.dispatcher.id, fault: .loginForm),
    BadAccount(
      login: "张三", password: Person.password, staff: Person.dispatcher.id, fault: .loginForm),
    BadAccount(
      login: String(repeating: "a", count: 65), password: Person.password,
      staff: Person.dispatcher.id, fault: .loginForm),
    BadAccount(
      login: "new", password: "short", staff: Person.dispatcher.id,
      fault: .passwordTooShort(min: Accounts.passwordCharactersMin)),
    BadAccount(
      login: "new", password: String(repeating: "p", count: 257), staff: Person.dispatcher.id,
      fault: .passwordTooLong(max: Accounts.passwordBytesMax)),
    BadAccount(login: "new", password: Person.password, staff: ID(999), fault: .unknownStaff),
  ]

  @Test(arguments: badAccounts)
  func anAccountThatCannotBeIsRefused(bad: BadAccount) async throws {
    try await Self.with { loop in
      let before = try await loop.store.lastSequence()
      await #expect(throws: bad.fault) {
        _ = try await loop.accounts.create(
          login: bad.login, password: bad.password, staff: bad.staff, by: .local("test"),
          request: "")
      }
      #expect(try await loop.store.lastSequence() == before)
    }
  }

  struct Seen: Sendable {
    let person: Person
    let scope: Scope
  }

  static let scopes = [
    Seen(person: .dispatcher, scope: .everything),
    Seen(person: .westDuty, scope: .areaOrUnit(District.west, District.westCentre)),
    Seen(person: .officer, scope: .unit(District.police)),
    // A station serves a street, and sees what it has itself.
    Seen(person: .stationOfficer, scope: .unit(District.station)),
  ]

  @Test(arguments: scopes)
  func everybodySeesAsFarAsHisUnit(seen: Seen) async throws {
    try await Loop.with(.memory) { loop in
      try await loop.makeAccounts([seen.person])
      let session = try await loop.accounts.signIn(
        login: seen.person.rawValue, password: Person.password, request: "")
      #expect(session.caller.scope == seen.scope)
    }
  }
}

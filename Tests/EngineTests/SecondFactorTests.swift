import City
import Engine
import LoopFixture
import Ports
import Testing

@Suite struct SecondFactorTests {
  private static let login = Person.dispatcher.rawValue
  private static let id = Person.dispatcher.accountID

  private static func with(_ body: (Loop) async throws -> Void) async throws {
    try await Loop.with(.sqlite) { loop in
      try await loop.makeAccounts([.dispatcher, .officer])
      try await body(loop)
    }
  }

  private static func signIn(_ loop: Loop, _ code: String?) async -> AccountFault? {
    do throws(AccountFault) {
      _ = try await loop.accounts.signIn(
        login: login, password: Person.password, code: code, request: "")
      return nil
    } catch {
      return error
    }
  }

  /// The code that the person's device shows, so many spans from now.
  private static func code(_ loop: Loop, _ spans: Int64 = 0) async throws -> String {
    let factor = try #require(try await loop.store.account(id)?.factor)
    return loop.engine.secrets.oneTimeCode(
      secret: try loop.engine.sealing.open(factor.secret),
      counter: loop.clock.now.milliseconds / 30_000 + spans)
  }

  private static func start(_ loop: Loop) async throws -> [String] {
    _ = try await loop.accounts.startFactor(of: id, by: .local("test"), request: "")
    return try await loop.accounts.confirmFactor(
      of: id, code: try await code(loop), by: .local("test"), request: "")
  }

  @Test func aCodeIsAskedForOnceItWasShown() async throws {
    try await Self.with { loop in
      let secret = try await loop.accounts.startFactor(of: Self.id, by: .local("test"), request: "")
      #expect(secret.count == 32)
      // Not yet: somebody whose device took nothing is not locked out.
      #expect(await Self.signIn(loop, nil) == nil)
      await #expect(throws: AccountFault.codeWrong) {
        _ = try await loop.accounts.confirmFactor(
          of: Self.id, code: "000000x", by: .local("test"), request: "")
      }
      _ = try await loop.accounts.confirmFactor(
        of: Self.id, code: try await Self.code(loop), by: .local("test"), request: "")
      #expect(await Self.signIn(loop, nil) == .codeRequired)
      loop.clock.advance(30_000)
      #expect(await Self.signIn(loop, "12345") == .codeWrong)
      #expect(await Self.signIn(loop, try await Self.code(loop)) == nil)
    }
  }

  @Test func noCodeCountsTwice() async throws {
    try await Self.with { loop in
      _ = try await Self.start(loop)
      let used = try await Self.code(loop)
      #expect(await Self.signIn(loop, used) == .codeWrong)
      let next = try await Self.code(loop, 1)
      #expect(await Self.signIn(loop, next) == nil)
      #expect(await Self.signIn(loop, next) == .codeWrong)
      // Nor after a restart, which remembers nothing.
      let fresh = Accounts(engine: loop.engine)
      await #expect(throws: AccountFault.codeWrong) {
        _ = try await fresh.signIn(
          login: Self.login, password: Person.password, code: next, request: "")
      }
      // Two at once are one.
      loop.clock.advance(120_000)
      let code = try await Self.code(loop)
      async let first = Self.signIn(loop, code)
      async let second = Self.signIn(loop, code)
      let answers = await [first, second]
      #expect(answers.filter { $0 == nil }.count == 1, "\(answers)")
    }
  }

  @Test func clocksMayDifferByOneSpan() async throws {
    try await Self.with { loop in
      _ = try await Self.start(loop)
      loop.clock.advance(300_000)
      #expect(await Self.signIn(loop, try await Self.code(loop, -2)) == .codeWrong)
      #expect(await Self.signIn(loop, try await Self.code(loop, 2)) == .codeWrong)
      #expect(await Self.signIn(loop, try await Self.code(loop, -1)) == nil)
      #expect(await Self.signIn(loop, try await Self.code(loop, 1)) == nil)
    }
  }

  @Test func aRecoveryCodeIsGoodOnce() async throws {
    try await Self.with { loop in
      let codes = try await Self.start(loop)
      #expect(codes.count == 10 && Set(codes).count == 10)
      let written = codes[0].lowercased()
      #expect(await Self.signIn(loop, "\(written.prefix(4))-\(written.dropFirst(4))") == nil)
      #expect(await Self.signIn(loop, codes[0]) == .codeWrong)
      #expect(await Self.signIn(loop, codes[1]) == nil)
      #expect(try await loop.store.account(Self.id)?.factor?.recovery.count == 8)
    }
  }

  @Test func wrongCodesLockAsWrongPasswordsDo() async throws {
    try await Self.with { loop in
      _ = try await Self.start(loop)
      for _ in 0..<loop.engine.settings.signInFailuresMax {
        #expect(await Self.signIn(loop, "000000") == .codeWrong)
      }
      #expect(await Self.signIn(loop, try await Self.code(loop, 1))?.code == "account.locked")
    }
  }

  @Test func aRemovedFactorLeavesNothingToOpen() async throws {
    try await Self.with { loop in
      _ = try await Self.start(loop)
      let sealed = try #require(try await loop.store.account(Self.id)?.factor?.secret)
      try await loop.accounts.removeFactor(of: Self.id, by: .local("test"), request: "")
      #expect(throws: SealingFault.self) { try loop.engine.sealing.open(sealed) }
      #expect(await Self.signIn(loop, nil) == nil)
      await #expect(throws: AccountFault.factorMissing) {
        try await loop.accounts.removeFactor(of: Self.id, by: .local("test"), request: "")
      }
    }
  }

  @Test func anotherPasswordEndsOtherSessions() async throws {
    try await Self.with { loop in
      func session() async throws -> String {
        try await loop.accounts.signIn(
          login: Self.login, password: Person.password, request: ""
        ).secret
      }
      let secrets = [try await session(), try await session()]
      let caller = try #require(try await loop.accounts.caller(secret: secrets[0]))
      await #expect(throws: AccountFault.wrong) {
        try await loop.accounts.changePassword(
          from: "a-wrong-password", to: "another-password", of: caller, keeping: nil, request: "")
      }
      try await loop.accounts.changePassword(
        from: Person.password, to: "another-password", of: caller,
        keeping: loop.engine.secrets.hash(secret: secrets[0]), request: "")
      #expect(try await loop.accounts.caller(secret: secrets[0]) != nil)
      #expect(try await loop.accounts.caller(secret: secrets[1]) == nil)
      #expect(await Self.signIn(loop, nil) == .wrong)
    }
  }

  struct Password: Sendable, CustomTestStringConvertible {
    let text: String
    let code: String?
    var testDescription: String { text }
  }

  static let passwords = [
    Password(text: "Short1!", code: "account.password_too_short"),
    Password(text: "onlysmall1", code: "account.password_plain"),
    Password(text: "Mixed-abc1", code: nil),
    Password(text: "a longer sentence", code: nil),
    Password(text: "aaaaaaaaaaaaaaaa", code: "account.password_plain"),
    Password(text: "new-person-2026", code: "account.password_login"),
    Password(text: "很长的一句话作为口令密码", code: nil),
    Password(text: "Password123", code: "account.password_common"),
    Password(text: "P@ssw0rd2026", code: "account.password_common"),
    Password(text: "!QAZ@WSX3edc", code: "account.password_common"),
    Password(text: "qwertyuiop123", code: "account.password_common"),
    Password(text: "woaini5201314", code: "account.password_common"),
    Password(text: "Zhang19880512", code: "account.password_common"),
    Password(text: "Admin13800001234", code: "account.password_common"),
    Password(text: "abcdefgh7654321", code: "account.password_common"),
    Password(text: "西林街道密码2026-11", code: "account.password_common"),
    Password(text: "Tram-17 leaves at dusk", code: nil),
    Password(text: "k7Wq-zT93xPd", code: nil),
  ]

  @Test(arguments: passwords)
  func passwordsFollowTheRule(password: Password) async throws {
    try await Self.with { loop in
      var fault: AccountFault?
      do throws(AccountFault) {
        _ = try await loop.accounts.create(
          login: "new-person", password: password.text, staff: Person.officer.id,
          by: .local("test"), request: "")
      } catch {
        fault = error
      }
      #expect(fault?.code == password.code)
    }
  }
}

@Suite struct NetworkTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let network: String
    let address: String
    let holds: Bool
    var testDescription: String { "\(address) in \(network)" }

    init(_ network: String, _ address: String, _ holds: Bool) {
      self.network = network
      self.address = address
      self.holds = holds
    }
  }

  static let rows = [
    Row("10.1.0.0/16", "10.1.255.255", true), Row("10.1.0.0/16", "10.2.0.0", false),
    Row("192.168.3.7", "192.168.3.7", true), Row("192.168.3.7", "192.168.3.8", false),
    Row("0.0.0.0/0", "8.8.8.8", true), Row("0.0.0.0/0", "::1", false),
    Row("10.1.0.0/16", "::ffff:10.1.2.3", true), Row("fd00::/8", "fd12:3456::1", true),
    Row("fd00::/8", "fe80::1", false), Row("2001:db8::/33", "2001:db8:7fff::1", true),
    Row("2001:db8::/33", "2001:db8:8000::1", false), Row("10.0.0.0/8", "", false),
    Row("10.0.0.0/8", "10.1", false),
  ]

  @Test(arguments: rows)
  func holds(row: Row) throws {
    #expect(try #require(Network(row.network)).holds(row.address) == row.holds)
  }

  @Test(arguments: [
    "", "10.1.0.0/33", "10.1.2.3/16", "10.1.0.0/-1", "10.1.0.0/", "10.1.0.0/8/8", "a", "::/129",
    "10.1.0.0/016", "localhost",
  ])
  func isNone(text: String) { #expect(Network(text) == nil) }
}

@Suite struct Base32Tests {
  /// The examples of RFC 4648, section 10, without their padding.
  @Test(arguments: [
    ("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"),
    ("fooba", "MZXW6YTB"), ("foobar", "MZXW6YTBOI"),
  ])
  func examples(row: (String, String)) { #expect(Base32.text(Array(row.0.utf8)) == row.1) }
}

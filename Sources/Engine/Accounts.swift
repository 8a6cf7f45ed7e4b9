package import City
import Pack
package import Ports
import Synchronization

/// Why a login, a session or a change of an account was refused.
package enum AccountFault: Error, Equatable {
  /// Login or password is wrong; which of them is not told.
  case wrong
  /// Too many wrong passwords; try again later.
  case locked(retryAfterMilliseconds: Int64)
  case loginTaken
  case loginForm
  case passwordTooShort(min: Int)
  case passwordTooLong(max: Int)
  case unknownStaff
  case unknownAccount
  case unknownCredential
  case busy
  case store(StoreFault)

  package var code: String {
    switch self {
    case .wrong: "account.wrong"
    case .locked: "account.locked"
    case .loginTaken: "account.login_taken"
    case .loginForm: "account.login_form"
    case .passwordTooShort: "account.password_too_short"
    case .passwordTooLong: "account.password_too_long"
    case .unknownStaff: "account.unknown_staff"
    case .unknownAccount: "account.unknown"
    case .unknownCredential: "account.unknown_credential"
    case .busy: "account.busy"
    case .store(let fault): fault.code
    }
  }
}

/// Sign-in, sessions and keys.
package final class Accounts: Sendable {
  package static let passwordCharactersMin = 10
  package static let passwordBytesMax = 256
  /// How long a login may be, in characters.
  package static let loginCharacters = 1...64
  /// Signed-in callers remembered, so that a request does not ask the store who it is from.
  static let callersMax = 20_000

  private struct Known {
    let caller: Caller
    let expiresAt: Instant
    /// Of the directory that he was looked up in.
    let directoryVersion: Int
  }
  private struct Memory {
    var callers: [Digest: Known] = [:]
    /// How often somebody was forgotten.
    var losses = 0
  }
  private struct Failures {
    var count = 0
    var since: Instant
  }

  let engine: Engine
  private let memory = Mutex(Memory())
  private let failures = Mutex<[String: Failures]>([:])

  package init(engine: Engine) {
    self.engine = engine
  }

  /// Who a secret belongs to; nil where it is unknown, expired or revoked.
  package func caller(secret: String) async throws(StoreFault) -> Caller? {
    guard let hash = engine.secrets.hash(secret: secret) else { return nil }
    let now = engine.time.now
    let version = engine.directoryVersion
    let (known, losses) = memory.withLock { ($0.callers[hash], $0.losses) }
    if let known, known.directoryVersion == version {
      return known.expiresAt > now ? known.caller : nil
    }
    guard let credential = try await engine.store.credential(secretHash: hash),
      !credential.revoked, credential.expiresAt > now,
      let account = try await engine.store.account(credential.account), account.active,
      let caller = caller(for: account)
    else { return nil }
    memory.withLock { memory in
      // A key that was revoked while it was looked up must not be remembered.
      guard memory.losses == losses else { return }
      if memory.callers.count >= Self.callersMax { memory.callers.removeAll() }
      memory.callers[hash] = Known(
        caller: caller, expiresAt: credential.expiresAt, directoryVersion: version)
    }
    return caller
  }

  private func activeCaller(_ account: Account) -> Caller? {
    account.active ? caller(for: account) : nil
  }

  /// What an account may do and see now; nil where its person is gone or inactive.
  package func caller(for account: Account) -> Caller? {
    let directory = engine.directory
    guard let staff = directory.staff[account.staff], staff.active else { return nil }
    return Caller(
      account: account, staff: staff, directory: directory, posts: engine.catalogue.posts)
  }

  /// - Returns: the secret of the new session, shown to the browser alone, and who signed in.
  package func signIn(
    login: String, password: String, request: String
  ) async throws(AccountFault) -> (secret: String, expiresAt: Instant, caller: Caller) {
    let login = login.lowercased()
    let now = engine.time.now
    try checkLock(login, at: now)
    guard password.utf8.count <= Self.passwordBytesMax else { throw .wrong }
    let account = try await stored { () throws(StoreFault) in
      try await engine.store.account(login: login)
    }
    // An unknown login costs the same work, so that it cannot be told by the time it takes.
    let hash = account?.passwordHash ?? Self.nobodysHash
    let caller = try await verify(password, hash) ? account.flatMap(activeCaller) : nil
    try settle(login, isRight: caller != nil, at: now)
    guard let account, let caller else {
      try await note("account.sign_in_failed", account?.id, request: request)
      throw .wrong
    }
    let secret = engine.secrets.newSecret()
    let credential = Credential(
      secretHash: secret.hash, form: .session, account: account.id, label: "",
      createdAt: now, expiresAt: now.advanced(byMilliseconds: engine.settings.sessionMilliseconds),
      revoked: false)
    try await commit(
      "account.signed_in", account.id, by: caller.actor, request: request,
      facts: [.credential(credential)])
    return (secret.text, credential.expiresAt, caller)
  }

  /// Ends a session.
  package func signOut(secret: String, by caller: Caller, request: String)
    async throws(AccountFault)
  {
    guard let hash = engine.secrets.hash(secret: secret) else { return }
    try await revoke(hash, of: caller.account, by: caller.actor, request: request)
  }

  /// Makes an API key for an account; the secret is shown once.
  package func newKey(
    for account: ID<Account>, label: String, expiresAt: Instant, by actor: Actor, request: String
  ) async throws(AccountFault) -> (secret: String, credential: Credential) {
    let secret = engine.secrets.newSecret()
    let credential = Credential(
      secretHash: secret.hash, form: .key, account: account, label: label,
      createdAt: engine.time.now, expiresAt: expiresAt, revoked: false)
    try await commit(
      "account.key_made", account, by: actor, request: request, facts: [.credential(credential)])
    return (secret.text, credential)
  }

  /// Ends a session or key at once.
  ///
  /// - Parameter account: whose it must be; nil where the actor may end anybody's.
  package func revoke(
    _ hash: Digest, of account: ID<Account>? = nil, by actor: Actor, request: String
  ) async throws(AccountFault) {
    let found = try await stored { () throws(StoreFault) in
      try await engine.store.credential(secretHash: hash)
    }
    guard let found, account == nil || found.account == account else { throw .unknownCredential }
    let revoked = Credential(
      secretHash: hash, form: found.form, account: found.account, label: found.label,
      createdAt: found.createdAt, expiresAt: found.expiresAt, revoked: true)
    try await commit(
      "account.revoked", found.account, by: actor, request: request, facts: [.credential(revoked)])
    memory.withLock { memory in
      memory.callers[hash] = nil
      memory.losses += 1
    }
  }

  /// Makes an account for a person.
  package func create(
    login: String, password: String, staff: ID<Staff>, by actor: Actor, request: String
  ) async throws(AccountFault) -> ID<Account> {
    let login = login.lowercased()
    guard Self.loginCharacters.contains(login.count),
      login.utf8.allSatisfy({ Self.isLoginByte($0) })
    else { throw .loginForm }
    try Self.check(password)
    guard engine.directory.staff[staff] != nil else { throw .unknownStaff }
    let hash: String
    do throws(SecretsFault) {
      hash = try await engine.secrets.hash(password: password)
    } catch {
      throw .busy
    }
    let account = Account(
      id: engine.newID(), login: login, staff: staff, passwordHash: hash, active: true)
    try await commit(
      "account.created", account.id, by: actor, request: request, conditions: [.loginAbsent(login)],
      facts: [.account(account)])
    return account.id
  }

  /// Gives an account another password; its sessions and keys go on.
  package func setPassword(
    _ password: String, of login: String, by actor: Actor, request: String
  ) async throws(AccountFault) {
    try Self.check(password)
    let found = try await stored { () throws(StoreFault) in
      try await engine.store.account(login: login.lowercased())
    }
    guard let found else { throw .unknownAccount }
    let hash: String
    do throws(SecretsFault) {
      hash = try await engine.secrets.hash(password: password)
    } catch {
      throw .busy
    }
    let changed = Account(
      id: found.id, login: found.login, staff: found.staff, passwordHash: hash,
      active: found.active)
    try await commit(
      "account.password_changed", found.id, by: actor, request: request, facts: [.account(changed)])
  }

  private static func check(_ password: String) throws(AccountFault) {
    guard password.count >= passwordCharactersMin else {
      throw .passwordTooShort(min: passwordCharactersMin)
    }
    guard password.utf8.count <= passwordBytesMax else {
      throw .passwordTooLong(max: passwordBytesMax)
    }
  }

  private static func isLoginByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
      UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
      true
    default: false
    }
  }

  /// A hash that no password has: argon2id of the shipped cost.
  private static let nobodysHash =
    "$argon2id$v=19$m=65536,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

  private func checkLock(_ login: String, at now: Instant) throws(AccountFault) {
    if let wait = failures.withLock({ lockLeft($0[login], at: now) }) {
      throw .locked(retryAfterMilliseconds: wait)
    }
  }

  /// Counts a wrong password; a right one makes the former forgotten. Guesses sent at once were
  /// all let in before the first was counted, so the lock is asked again here.
  private func settle(_ login: String, isRight: Bool, at now: Instant) throws(AccountFault) {
    let window = engine.settings.signInWindowMilliseconds
    let wait: Int64? = failures.withLock { failures in
      if let wait = lockLeft(failures[login], at: now) { return wait }
      let isOver = failures[login].map { now.millisecondsSince($0.since) >= window } ?? false
      if isRight || isOver { failures[login] = nil }
      if isRight { return nil }
      if failures.count >= engine.settings.signInLoginsMax { failures.removeAll() }
      failures[login, default: Failures(since: now)].count += 1
      return nil
    }
    if let wait { throw .locked(retryAfterMilliseconds: wait) }
  }

  /// Milliseconds that a login must wait; nil where it need not.
  private func lockLeft(_ failures: Failures?, at now: Instant) -> Int64? {
    guard let failures, failures.count >= engine.settings.signInFailuresMax else { return nil }
    let left = engine.settings.signInWindowMilliseconds - now.millisecondsSince(failures.since)
    return left > 0 ? left : nil
  }

  private func verify(_ password: String, _ hash: String) async throws(AccountFault) -> Bool {
    do throws(SecretsFault) {
      return try await engine.secrets.verify(password: password, against: hash)
    } catch {
      throw .busy
    }
  }

  private func note(
    _ kind: String, _ account: ID<Account>?, request: String
  ) async throws(AccountFault) {
    try await commit(
      kind, account ?? ID(0), by: .engine("accounts"), request: request, facts: [.note("")])
  }

  private func commit(
    _ kind: String, _ account: ID<Account>, by actor: Actor, request: String,
    conditions: [Condition] = [], facts: [Fact]
  ) async throws(AccountFault) {
    do throws(StoreFault) {
      _ = try await engine.store.commit(
        ChangeSet(
          kind: kind, at: engine.time.now, actor: actor,
          subject: SubjectReference(kind: "account", id: account.rawValue), request: request,
          conditions: conditions, facts: facts))
    } catch {
      if case .conflict(.loginAbsent) = error { throw .loginTaken }
      throw .store(error)
    }
  }

  private func stored<Answer>(
    _ body: () async throws(StoreFault) -> Answer
  ) async throws(AccountFault) -> Answer {
    do throws(StoreFault) {
      return try await body()
    } catch {
      throw .store(error)
    }
  }
}

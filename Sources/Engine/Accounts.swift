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
  /// Too few sorts of characters for its length, or too few different ones.
  case passwordPlain(sorts: Int, plainMin: Int)
  case passwordOfLogin
  /// Fewer characters than this are left without common words, names, keys, dates and runs.
  case passwordCommon(ownMin: Int)
  /// The password is right; the code of the second factor is asked for.
  case codeRequired
  case codeWrong
  case factorThere
  case factorMissing
  /// Another system signs him on, and that came to nothing.
  case signOn(SignOnFault)
  /// Nobody began this sign-on, not in this browser, or too long ago.
  case signOnLost
  case sealing(SealingFault)
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
    case .passwordPlain: "account.password_plain"
    case .passwordOfLogin: "account.password_login"
    case .passwordCommon: "account.password_common"
    case .codeRequired: "account.code_required"
    case .codeWrong: "account.code_wrong"
    case .factorThere: "account.factor_there"
    case .factorMissing: "account.factor_missing"
    case .signOn(let fault): fault.code
    case .signOnLost: "sign_on.lost"
    case .sealing(let fault): fault.code
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
    /// When a grant of his begins or ends, so that he is looked up anew.
    let recheckAt: Instant
    /// From where the secret may be used; empty = from anywhere.
    let networks: [Network]
    /// Of the directory that he was looked up in.
    let directoryVersion: Int

    func admits(_ address: String?) -> Bool {
      networks.isEmpty || address.map { from in networks.contains { $0.holds(from) } } ?? false
    }
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
  let usedCodes = Mutex(UsedCodes())

  package init(engine: Engine) {
    self.engine = engine
  }

  /// Who a secret belongs to; nil where it is unknown, expired, revoked, or comes from elsewhere
  /// than it may.
  ///
  /// - Parameter address: where it comes from, in numbers; nil = from this machine's own program.
  package func caller(
    secret: String, from address: String? = nil
  ) async throws(StoreFault) -> Caller? {
    guard let hash = engine.secrets.hash(secret: secret) else { return nil }
    let now = engine.time.now
    let version = engine.directoryVersion
    let (known, losses) = memory.withLock { ($0.callers[hash], $0.losses) }
    if let known, known.directoryVersion == version, now < known.recheckAt {
      return known.expiresAt > now && known.admits(address) ? known.caller : nil
    }
    guard let credential = try await engine.store.credential(secretHash: hash),
      !credential.revoked, credential.expiresAt > now,
      let account = try await engine.store.account(credential.account), account.active,
      let caller = caller(
        for: account, limits: credential.permissions, isByKey: credential.form == .key)
    else { return nil }
    let found = Known(
      caller: caller, expiresAt: credential.expiresAt,
      recheckAt: nextChange(of: caller.staff.id, after: now),
      networks: credential.networks.compactMap { Network($0) }, directoryVersion: version)
    memory.withLock { memory in
      // A key that was revoked while it was looked up must not be remembered.
      guard memory.losses == losses else { return }
      if memory.callers.count >= Self.callersMax { memory.callers.removeAll() }
      memory.callers[hash] = found
    }
    return found.admits(address) ? caller : nil
  }

  /// When a grant of a person begins or ends next.
  private func nextChange(of staff: ID<Staff>, after now: Instant) -> Instant {
    engine.grants.filter { $0.staff == staff }.flatMap { [$0.from, $0.to] }.filter { $0 > now }
      .min() ?? Instant(milliseconds: .max)
  }

  private func activeCaller(_ account: Account) -> Caller? {
    account.active ? caller(for: account) : nil
  }

  /// What an account may do and see now; nil where its person is gone or inactive.
  ///
  /// - Parameter limits: what a key may be used for; empty = all that the account may.
  package func caller(
    for account: Account, limits: Set<Permission> = [], isByKey: Bool = false
  ) -> Caller? {
    let directory = engine.directory
    guard let staff = directory.staff[account.staff], staff.active else { return nil }
    let now = engine.time.now
    return Caller(
      account: account, staff: staff, directory: directory, posts: engine.catalogue.posts,
      grants: engine.grants.filter { $0.holds(at: now) }, limits: limits, isByKey: isByKey)
  }

  /// - Returns: the secret of the new session, shown to the browser alone, and who signed in.
  ///
  /// - Parameter code: of the second factor, where the account has one; or a recovery code.
  package func signIn(
    login: String, password: String, code: String? = nil, request: String
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
    var changed: Account?
    if let account, caller != nil, account.factor?.confirmed == true {
      // The lock counts wrong codes as it counts wrong passwords.
      guard let code else { throw .codeRequired }
      changed = self.account(account, using: code)
      guard changed != nil else {
        try settle(login, isRight: false, at: now)
        try await note("account.code_failed", account.id, request: request)
        throw .codeWrong
      }
    }
    try settle(login, isRight: caller != nil, at: now)
    guard let account, let caller else {
      try await note("account.sign_in_failed", account?.id, request: request)
      throw .wrong
    }
    let session = newSession(of: account.id, from: nil, at: now)
    try await commit(
      "account.signed_in", account.id, by: caller.actor, request: request,
      facts: [.credential(session.credential)] + (changed.map { [.account($0)] } ?? []))
    return (session.secret, session.credential.expiresAt, caller)
  }

  /// A session that is not stored yet.
  ///
  /// - Parameter source: where its person signed on; nil = here, with a password.
  func newSession(
    of account: ID<Account>, from source: SignOnSource?, at now: Instant
  ) -> (secret: String, credential: Credential) {
    let secret = engine.secrets.newSecret()
    var credential = Credential(
      secretHash: secret.hash, form: .session, account: account, label: "", createdAt: now,
      expiresAt: now.advanced(byMilliseconds: engine.settings.sessionMilliseconds), revoked: false)
    credential.source = source
    return (secret.text, credential)
  }

  /// Ends a session.
  package func signOut(secret: String, by caller: Caller, request: String)
    async throws(AccountFault)
  {
    guard let hash = engine.secrets.hash(secret: secret) else { return }
    try await revoke(hash, of: caller.account, by: caller.actor, request: request)
  }

  /// Makes an API key for an account; the secret is shown once.
  ///
  /// - Parameters:
  ///   - permissions: what it may be used for; empty = all that the account may.
  ///   - networks: from where it may be used; empty = from anywhere.
  package func newKey(
    for account: ID<Account>, label: String, expiresAt: Instant,
    permissions: Set<Permission> = [], networks: [String] = [], by actor: Actor, request: String
  ) async throws(AccountFault) -> (secret: String, credential: Credential) {
    let secret = engine.secrets.newSecret()
    var credential = Credential(
      secretHash: secret.hash, form: .key, account: account, label: label,
      createdAt: engine.time.now, expiresAt: expiresAt, revoked: false)
    credential.permissions = permissions
    credential.networks = networks
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
    var revoked = found
    revoked.revoked = true
    try await commit(
      "account.revoked", found.account, by: actor, request: request, facts: [.credential(revoked)])
    forget([hash])
  }

  private func forget(_ hashes: [Digest]) {
    memory.withLock { memory in
      for hash in hashes { memory.callers[hash] = nil }
      memory.losses += 1
    }
  }

  /// Ends all sessions of an account at once, or all but one; keys go on.
  /// - Returns: how many were ended.
  @discardableResult
  package func endSessions(
    of account: ID<Account>, except kept: Digest? = nil, by actor: Actor, request: String
  ) async throws(AccountFault) -> Int {
    let now = engine.time.now
    let live = try await stored { () throws(StoreFault) in
      try await engine.store.credentials(of: account)
    }.filter { $0.form == .session && !$0.revoked && $0.expiresAt > now && $0.secretHash != kept }
    guard !live.isEmpty else { return 0 }
    try await end(live, of: account, "account.sessions_ended", by: actor, request: request)
    return live.count
  }

  func end(
    _ sessions: [Credential], of account: ID<Account>, _ kind: String, by actor: Actor,
    request: String
  ) async throws(AccountFault) {
    let ended = sessions.map { credential in
      var ended = credential
      ended.revoked = true
      return Fact.credential(ended)
    }
    try await commit(kind, account, by: actor, request: request, facts: ended)
    forget(sessions.map(\.secretHash))
  }

  /// An account that must be there.
  func stored(_ id: ID<Account>) async throws(AccountFault) -> Account {
    let found = try await stored { () throws(StoreFault) in try await engine.store.account(id) }
    guard let found else { throw .unknownAccount }
    return found
  }

  func save(
    _ account: Account, _ kind: String, by actor: Actor, request: String
  ) async throws(AccountFault) {
    try await commit(kind, account.id, by: actor, request: request, facts: [.account(account)])
  }

  /// A hash that no password has: argon2id of the shipped cost.
  private static let nobodysHash =
    "$argon2id$v=19$m=65536,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

  func checkLock(_ login: String, at now: Instant) throws(AccountFault) {
    if let wait = failures.withLock({ lockLeft($0[login], at: now) }) {
      throw .locked(retryAfterMilliseconds: wait)
    }
  }

  /// Counts a wrong password; a right one makes the former forgotten. Guesses sent at once were
  /// all let in before the first was counted, so the lock is asked again here.
  func settle(_ login: String, isRight: Bool, at now: Instant) throws(AccountFault) {
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

  func verify(_ password: String, _ hash: String) async throws(AccountFault) -> Bool {
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

  func commit(
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

  func stored<Answer>(
    _ body: () async throws(StoreFault) -> Answer
  ) async throws(AccountFault) -> Answer {
    do throws(StoreFault) {
      return try await body()
    } catch {
      throw .store(error)
    }
  }
}

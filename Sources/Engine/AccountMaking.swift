package import City
package import Ports

/// Accounts are made here, and get other passwords.
extension Accounts {
  /// Makes an account for a person.
  package func create(
    login: String, password: String, staff: ID<Staff>, by actor: Actor, request: String
  ) async throws(AccountFault) -> ID<Account> {
    try check(login, staff)
    try check(password, login: login.lowercased(), of: staff)
    let hash = try await hash(password)
    return try await create(login, hash: hash, staff: staff, by: actor, request: request)
  }

  /// Makes accounts that share a password which everybody may know, as those of a demonstration.
  package func create(
    _ accounts: [(login: String, staff: ID<Staff>)], password: String, by actor: Actor,
    request: String
  ) async throws(AccountFault) {
    guard let first = accounts.first else { return }
    for account in accounts { try check(account.login, account.staff) }
    try check(password, login: first.login.lowercased(), of: nil)
    let hash = try await hash(password)
    for account in accounts {
      _ = try await create(
        account.login, hash: hash, staff: account.staff, by: actor, request: request)
    }
  }

  private func check(_ login: String, _ staff: ID<Staff>) throws(AccountFault) {
    guard Self.loginCharacters.contains(login.count),
      login.lowercased().utf8.allSatisfy({ Self.isLoginByte($0) })
    else { throw .loginForm }
    guard engine.directory.staff[staff] != nil else { throw .unknownStaff }
  }

  private func hash(_ password: String) async throws(AccountFault) -> String {
    do throws(SecretsFault) {
      return try await engine.secrets.hash(password: password)
    } catch {
      throw .busy
    }
  }

  private func create(
    _ login: String, hash: String, staff: ID<Staff>, by actor: Actor, request: String
  ) async throws(AccountFault) -> ID<Account> {
    let login = login.lowercased()
    var account = Account(
      id: engine.newID(), login: login, staff: staff, passwordHash: hash, active: true)
    account.passwordSetAt = engine.time.now
    try await commit(
      "account.created", account.id, by: actor, request: request, conditions: [.loginAbsent(login)],
      facts: [.account(account)])
    return account.id
  }

  /// Gives an account another password; its sessions end, its keys go on.
  ///
  /// - Parameter kept: the session that goes on.
  package func setPassword(
    _ password: String, of login: String, keeping kept: Digest? = nil, by actor: Actor,
    request: String
  ) async throws(AccountFault) {
    let login = login.lowercased()
    let found = try await stored { () throws(StoreFault) in
      try await engine.store.account(login: login)
    }
    try check(password, login: login, of: found?.staff)
    guard let found else { throw .unknownAccount }
    let hash = try await hash(password)
    var changed = Account(
      id: found.id, login: found.login, staff: found.staff, passwordHash: hash,
      active: found.active)
    changed.passwordSetAt = engine.time.now
    changed.factor = found.factor
    try await save(changed, "account.password_changed", by: actor, request: request)
    try await endSessions(of: found.id, except: kept, by: actor, request: request)
  }

  /// One's own password, shown once more before it is changed.
  package func changePassword(
    from old: String, to new: String, of caller: Caller, keeping kept: Digest?, request: String
  ) async throws(AccountFault) {
    try await confirm(old, of: caller)
    try await setPassword(
      new, of: caller.login, keeping: kept, by: caller.actor, request: request)
  }

  /// Asks once more who somebody is; wrong passwords count as at the sign-in.
  ///
  /// - Throws: `wrong`, `locked`.
  package func confirm(_ password: String, of caller: Caller) async throws(AccountFault) {
    let now = engine.time.now
    try checkLock(caller.login, at: now)
    guard password.utf8.count <= Self.passwordBytesMax else { throw .wrong }
    let account = try await stored(caller.account)
    let isRight = try await verify(password, account.passwordHash)
    try settle(caller.login, isRight: isRight, at: now)
    guard isRight else { throw .wrong }
  }

  private func check(
    _ password: String, login: String, of staff: ID<Staff>?
  ) throws(AccountFault) {
    let directory = engine.directory
    let names =
      directory.areas.values.map(\.name) + directory.units.values.map(\.name)
      + [staff.flatMap { directory.staff[$0]?.name }].compactMap { $0 }
    try PasswordRule.check(password, login: login, names: names, words: engine.guessable)
  }

  private static func isLoginByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
      UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}

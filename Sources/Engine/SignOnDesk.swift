package import City
package import Ports
import Synchronization

/// Signs people on by another system: sends them there, takes them back, and ends their sessions when they leave it.
///
/// The account must be there already and be active: who may work here is decided here. A second
/// factor is the other system's affair.
package final class SignOnDesk: Sendable {
  /// How long somebody may take to sign on there.
  static let waitMilliseconds = 10 * Duration.minute
  /// Sign-ons that may be on their way; beyond, the oldest must begin again.
  static let waitingMax = 10_000

  /// What a browser is sent away with.
  package struct Beginning: Sendable {
    /// The page of the provider.
    package let address: String
    /// Kept by the browser alone, so that nobody is signed on with another's code.
    package let secret: String
    package let seconds: Int64
  }

  private struct Waiting {
    let start: SignOnStart
    let secret: Digest
    let page: String
    let until: Instant
  }

  package let provider: any IdentityProviding
  private let accounts: Accounts
  private let waiting = Mutex<[String: Waiting]>([:])

  package init(provider: any IdentityProviding, accounts: Accounts) {
    self.provider = provider
    self.accounts = accounts
  }

  private var engine: Engine { accounts.engine }

  /// - Parameter page: where the browser goes once he is signed on.
  package func begin(page: String) async throws(SignOnFault) -> Beginning {
    let secrets = engine.secrets
    let start = SignOnStart(
      state: secrets.newSecret().text, nonce: secrets.newSecret().text,
      verifier: secrets.newSecret().text)
    let address = try await provider.address(of: start)
    let secret = secrets.newSecret()
    let now = engine.time.now
    let entry = Waiting(
      start: start, secret: secret.hash, page: page,
      until: now.advanced(byMilliseconds: Self.waitMilliseconds))
    waiting.withLock { waiting in
      if waiting.count >= Self.waitingMax {
        waiting = waiting.filter { $0.value.until > now }
        if waiting.count >= Self.waitingMax,
          let oldest = waiting.min(by: { $0.value.until < $1.value.until })?.key
        {
          waiting[oldest] = nil
        }
      }
      waiting[start.state] = entry
    }
    return Beginning(
      address: address, secret: secret.text, seconds: Self.waitMilliseconds / Duration.second)
  }

  /// Takes somebody back: each beginning counts once, in the browser that began it.
  package func finish(
    code: String, state: String, secret: String?, request: String
  ) async throws(AccountFault) -> (
    secret: String, expiresAt: Instant, caller: Caller, page: String
  ) {
    let now = engine.time.now
    guard let entry = waiting.withLock({ $0.removeValue(forKey: state) }), entry.until > now,
      let secret, engine.secrets.hash(secret: secret) == entry.secret
    else { throw .signOnLost }
    let person: SignedOn
    do throws(SignOnFault) {
      person = try await provider.redeem(code: code, of: entry.start, at: now)
    } catch {
      throw .signOn(error)
    }
    let session = try await accounts.signIn(as: person, request: request)
    return (session.secret, session.expiresAt, session.caller, entry.page)
  }

  /// Ends the sessions of whoever left the provider.
  /// - Returns: how many.
  package func leave(token: String, request: String) async throws(AccountFault) -> Int {
    let out: SignedOut
    do throws(SignOnFault) {
      out = try await provider.signedOut(token: token, at: engine.time.now)
    } catch {
      throw .signOn(error)
    }
    return try await accounts.endSessions(of: out, request: request)
  }
}

extension Accounts {
  /// A session for whom another system signed on.
  ///
  /// - Throws: `unknownAccount` where nobody active has that login here.
  func signIn(
    as person: SignedOn, request: String
  ) async throws(AccountFault) -> (secret: String, expiresAt: Instant, caller: Caller) {
    let login = person.login.lowercased()
    let found = try await stored { () throws(StoreFault) in
      try await engine.store.account(login: login)
    }
    guard let found, found.active, let caller = caller(for: found) else {
      try await commit(
        "account.sign_on_unknown", found?.id ?? ID(0), by: .engine("accounts"), request: request,
        facts: [.note("")])
      throw .unknownAccount
    }
    let session = newSession(of: found.id, from: person.source, at: engine.time.now)
    try await commit(
      "account.signed_on", found.id, by: caller.actor, request: request,
      facts: [.credential(session.credential)])
    return (session.secret, session.credential.expiresAt, caller)
  }

  /// Ends the sessions of whoever left the system that signed him on.
  func endSessions(of out: SignedOut, request: String) async throws(AccountFault) -> Int {
    let now = engine.time.now
    let live = try await stored { () throws(StoreFault) in
      try await engine.store.credentials(of: out)
    }.filter { !$0.revoked && $0.expiresAt > now }
    for (account, sessions) in Dictionary(grouping: live, by: \.account) {
      try await end(
        sessions, of: account, "account.signed_out_elsewhere", by: .engine("accounts"),
        request: request)
    }
    return live.count
  }
}

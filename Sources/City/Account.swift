/// Something that may sign in: a person by password, or a system by key.
package struct Account: Hashable, Sendable {
  package let id: ID<Account>
  /// Unique, lower case.
  package let login: String
  package let staff: ID<Staff>
  /// argon2id, in the library's own text form; class `core`.
  package let passwordHash: String
  package let active: Bool
  /// When the password was set; nil where that was before it was noted.
  package var passwordSetAt: Instant?
  /// What he must show besides the password; nil = nothing.
  package var factor: SecondFactor?

  package init(
    id: ID<Account>, login: String, staff: ID<Staff>, passwordHash: String, active: Bool
  ) {
    self.id = id
    self.login = login
    self.staff = staff
    self.passwordHash = passwordHash
    self.active = active
  }
}

/// Codes that change with the time (RFC 6238), and codes for the day on which the device is lost.
package struct SecondFactor: Hashable, Sendable {
  /// The secret that the person's device shares; class `core`, sealed under a key of its own.
  package let secret: Sealed
  /// Whether the person showed a first code; asked for at a sign-in from then on.
  package var confirmed: Bool
  /// The newest span of time whose code was used: no code counts twice.
  package var lastSpan: Int64
  /// Hashes of recovery codes that were not used yet.
  package var recovery: [Digest]

  package init(secret: Sealed, confirmed: Bool, lastSpan: Int64, recovery: [Digest]) {
    self.secret = secret
    self.confirmed = confirmed
    self.lastSpan = lastSpan
    self.recovery = recovery
  }
}

/// A signed-in browser, or an API key: both are a secret of which only the hash is kept.
package struct Credential: Hashable, Sendable {
  package enum Form: String, CaseIterable, Sendable { case session, key }
  package let secretHash: Digest
  package let form: Form
  package let account: ID<Account>
  /// What a person reads in the list of keys.
  package let label: String
  package let createdAt: Instant
  package let expiresAt: Instant
  package var revoked: Bool
  /// What it may be used for, of what its account may do; empty = all of it.
  package var permissions: Set<Permission> = []
  /// Networks that it may be used from, as `10.1.0.0/16`; empty = from anywhere.
  package var networks: [String] = []
  /// Where its person signed on; nil for a password of our own, and for keys.
  package var source: SignOnSource?

  package init(
    secretHash: Digest, form: Form, account: ID<Account>, label: String, createdAt: Instant,
    expiresAt: Instant, revoked: Bool
  ) {
    self.secretHash = secretHash
    self.form = form
    self.account = account
    self.label = label
    self.createdAt = createdAt
    self.expiresAt = expiresAt
    self.revoked = revoked
  }
}

/// A session at another system that signs people on: ends there, ends here.
package struct SignOnSource: Hashable, Sendable {
  /// What it calls the person.
  package let subject: String
  /// What it calls his session; empty where it has no word for it.
  package let session: String

  package init(subject: String, session: String) {
    self.subject = subject
    self.session = session
  }
}

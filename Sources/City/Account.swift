/// Something that may sign in: a person by password, or a system by key.
package struct Account: Hashable, Sendable {
  package let id: ID<Account>
  /// Unique, lower case.
  package let login: String
  package let staff: ID<Staff>
  /// argon2id, in the library's own text form; class `core`.
  package let passwordHash: String
  package let active: Bool

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
  package let revoked: Bool

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

package import City

/// Another system that signs people on: a provider of OpenID Connect.
package protocol IdentityProviding: Sendable {
  /// What people read on the button of the sign-in page.
  var name: String { get }
  /// The address to which a browser is sent.
  func address(of start: SignOnStart) async throws(SignOnFault) -> String
  /// Trades a code for who signed on; asks the provider.
  func redeem(
    code: String, of start: SignOnStart, at now: Instant
  ) async throws(SignOnFault) -> SignedOn
  /// Reads what the provider says when somebody left there (back-channel logout).
  func signedOut(token: String, at now: Instant) async throws(SignOnFault) -> SignedOut
}

/// What one sign-on begins with: texts that nobody can guess, each of 43 letters of base64url.
package struct SignOnStart: Hashable, Sendable {
  /// Comes back with the code.
  package let state: String
  /// Comes back in the token of the person.
  package let nonce: String
  /// Proves that who redeems the code asked for it (PKCE, RFC 7636).
  package let verifier: String

  package init(state: String, nonce: String, verifier: String) {
    self.state = state
    self.nonce = nonce
    self.verifier = verifier
  }
}

/// Whom the provider signed on.
package struct SignedOn: Hashable, Sendable {
  /// What it calls him here.
  package let login: String
  package let source: SignOnSource

  package init(login: String, source: SignOnSource) {
    self.login = login
    self.source = source
  }
}

/// Who left the provider: one session there, or all of a person.
package struct SignedOut: Hashable, Sendable {
  /// nil where a session is named alone.
  package let subject: String?
  package let session: String?
  /// Names the notice; the same one counts once.
  package let notice: String

  package init(subject: String?, session: String?, notice: String) {
    self.subject = subject
    self.session = session
    self.notice = notice
  }
}

/// Why a sign-on by the provider came to nothing.
package enum SignOnFault: Error, Equatable {
  /// It cannot be asked; `detail` is for operators.
  case unreachable(detail: String)
  /// Its answer is not what the protocol says.
  case answer(detail: String)
  /// It refused the code.
  case refused
  /// Its token breaks a rule.
  case token(SignOnRule)

  package var code: String {
    switch self {
    case .unreachable: "sign_on.unreachable"
    case .answer: "sign_on.answer"
    case .refused: "sign_on.refused"
    case .token: "sign_on.token"
    }
  }
}

/// What must hold of a token.
package enum SignOnRule: String, CaseIterable, Sendable {
  case form, algorithm, key, signature, issuer, audience, party, expired, future, nonce, subject
  case login, event, notice, repeated
}

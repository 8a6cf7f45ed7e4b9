import City
import JSONText
import Ports

/// The rules for what a token says (OpenID Connect Core 3.1.3.7, Back-Channel Logout 2.6).
struct TokenClaims {
  /// By how much clocks may differ.
  static let skewMilliseconds = 60 * Duration.second
  /// How old a token may be when it comes.
  static let ageMilliseconds = 10 * Duration.minute
  /// Bytes of a name within a token.
  static let nameBytesMax = 255
  static let logoutEvent = "http://schemas.openid.net/event/backchannel-logout"

  let claims: JSON
  let settings: IdentitySettings
  let now: Instant

  func signedOn(nonce: String) throws(SignOnFault) -> SignedOn {
    try checkFrame(mustEnd: true)
    guard claims["nonce"]?.string == nonce else { throw .token(.nonce) }
    guard let subject = name("sub") else { throw .token(.subject) }
    guard let login = name(settings.loginClaim) else { throw .token(.login) }
    return SignedOn(
      login: login, source: SignOnSource(subject: subject, session: name("sid") ?? ""))
  }

  func signedOut() throws(SignOnFault) -> SignedOut {
    try checkFrame(mustEnd: false)
    guard claims["events"]?[Self.logoutEvent]?.members != nil else { throw .token(.event) }
    // A token of a person, with a nonce, must not pass for one that ends sessions.
    guard claims["nonce"] == nil else { throw .token(.nonce) }
    guard let notice = name("jti") else { throw .token(.notice) }
    let (subject, session) = (name("sub"), name("sid"))
    guard subject != nil || session != nil else { throw .token(.subject) }
    return SignedOut(subject: subject, session: session, notice: notice)
  }

  private func checkFrame(mustEnd: Bool) throws(SignOnFault) {
    guard claims["iss"]?.string == settings.issuer else { throw .token(.issuer) }
    let audience = claims["aud"]?.array?.compactMap(\.string) ?? [claims["aud"]?.string ?? ""]
    guard audience.contains(settings.clientID) else { throw .token(.audience) }
    let party = claims["azp"]
    guard party == nil ? audience.count == 1 : party?.string == settings.clientID else {
      throw .token(.party)
    }
    let end = instant("exp")
    guard let end else {
      if mustEnd || claims["exp"] != nil { throw .token(.expired) }
      return try checkAge()
    }
    guard end.advanced(byMilliseconds: Self.skewMilliseconds) > now else { throw .token(.expired) }
    try checkAge()
  }

  private func checkAge() throws(SignOnFault) {
    guard let made = instant("iat") else { throw .token(.expired) }
    let age = now.millisecondsSince(made)
    guard age >= -Self.skewMilliseconds else { throw .token(.future) }
    guard age <= Self.ageMilliseconds else { throw .token(.expired) }
  }

  /// Seconds since 1970, whole or not, up to the year 9999.
  private func instant(_ name: String) -> Instant? {
    guard let seconds = claims[name]?.number, (0...253_402_300_799).contains(seconds) else {
      return nil
    }
    return Instant(milliseconds: Int64(seconds * 1_000))
  }

  private func name(_ claim: String) -> String? {
    guard let text = claims[claim]?.string, !text.isEmpty, text.utf8.count <= Self.nameBytesMax,
      !text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F })
    else { return nil }
    return text
  }
}

import COpenSSL
package import City
import Fetching
import JSONText
package import Ports
import Records
import Synchronization

/// A provider of OpenID Connect: authorisation code with PKCE and nonce; its addresses and keys are read from it.
package final class OpenIDProvider: IdentityProviding {
  /// How long its addresses and keys are believed.
  static let knownMilliseconds = Duration.hour
  /// A key that is not known is asked for no more often than this.
  static let keysAgainMilliseconds = 5 * Duration.second
  /// Notices of leaving that are remembered, so that each counts once.
  static let noticesMax = 10_000

  private struct Addresses {
    let authorisation: String
    let token: String
    let keys: String
    let readAt: Instant
  }
  private struct Memory {
    var addresses: Addresses?
    var keys: (keys: SigningKeys, readAt: Instant)?
    var notices: Set<String> = []
    var noticesInOrder: [String] = []
  }

  package var name: String { settings.name }
  private let settings: IdentitySettings
  private let sender: HTTPSender
  private let clock: any TimeSource
  private let memory = Mutex(Memory())

  /// - Throws: `IdentityFinding` where the issuer is no address.
  package init(_ settings: IdentitySettings, clock: any TimeSource) throws(IdentityFinding) {
    guard let host = Self.host(of: settings.issuer) else {
      throw IdentityFinding(member: "issuer", rule: "expected an address with a host")
    }
    self.settings = settings
    self.clock = clock
    // Whatever its document names, nobody but the provider's own host is asked.
    var sending = HTTPSender.Settings(hosts: [host])
    sending.trusted = settings.trusted
    sender = HTTPSender(settings: sending)
  }

  package func address(of start: SignOnStart) async throws(SignOnFault) -> String {
    let addresses = try await addresses()
    let query = [
      ("response_type", "code"), ("client_id", settings.clientID),
      ("redirect_uri", settings.callback), ("scope", "openid profile"), ("state", start.state),
      ("nonce", start.nonce), ("code_challenge", Self.challenge(start.verifier)),
      ("code_challenge_method", "S256"),
    ]
    let mark = addresses.authorisation.contains("?") ? "&" : "?"
    return addresses.authorisation + mark + FormText.write(query)
  }

  package func redeem(
    code: String, of start: SignOnStart, at now: Instant
  ) async throws(SignOnFault) -> SignedOn {
    let form = FormText.write([
      ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", settings.callback),
      ("code_verifier", start.verifier),
    ])
    let who = FormText.escaped(settings.clientID) + ":" + FormText.escaped(settings.clientSecret)
    let request = OutgoingRequest(
      .post, try await addresses().token,
      headers: [
        ("Authorization", "Basic " + Self.base64(who)),
        ("Content-Type", "application/x-www-form-urlencoded"), ("Accept", "application/json"),
      ], body: Array(form.utf8))
    let answer = try await send(request)
    guard answer.status == 200 else {
      if (400..<500).contains(answer.status) { throw .refused }
      throw .answer(detail: "the token address answered \(answer.status)")
    }
    guard let json = try? JSON.parse(answer.body), let text = json["id_token"]?.string else {
      throw .answer(detail: "no id_token")
    }
    return try await claims(text, at: now).signedOn(nonce: start.nonce)
  }

  package func signedOut(token: String, at now: Instant) async throws(SignOnFault) -> SignedOut {
    let out = try await claims(token, at: now).signedOut()
    let isNew = memory.withLock { memory in
      guard memory.notices.insert(out.notice).inserted else { return false }
      memory.noticesInOrder.append(out.notice)
      if memory.noticesInOrder.count > Self.noticesMax {
        memory.notices.remove(memory.noticesInOrder.removeFirst())
      }
      return true
    }
    guard isNew else { throw .token(.repeated) }
    return out
  }

  /// What a token says, once its signature holds.
  private func claims(_ text: String, at now: Instant) async throws(SignOnFault) -> TokenClaims {
    let token = try SignedToken(text)
    try await keys(for: token.key).check(token)
    return TokenClaims(claims: token.claims, settings: settings, now: now)
  }

  /// The keys of the provider, read anew when a key is not among them: it may have changed them.
  private func keys(for name: String?) async throws(SignOnFault) -> SigningKeys {
    let now = clock.now
    if let known = memory.withLock({ $0.keys }) {
      let age = now.millisecondsSince(known.readAt)
      let isFresh = (0..<Self.knownMilliseconds).contains(age)
      if isFresh, known.keys.has(name) || age < Self.keysAgainMilliseconds { return known.keys }
    }
    let answer = try await send(OutgoingRequest(.get, try await addresses().keys))
    guard answer.status == 200, let json = try? JSON.parse(answer.body),
      let keys = SigningKeys(json)
    else { throw .answer(detail: "no set of keys") }
    memory.withLock { $0.keys = (keys, now) }
    return keys
  }

  /// The addresses of the provider, from its document (OpenID Connect Discovery).
  private func addresses() async throws(SignOnFault) -> Addresses {
    let now = clock.now
    if let known = memory.withLock({ $0.addresses }),
      (0..<Self.knownMilliseconds).contains(now.millisecondsSince(known.readAt))
    {
      return known
    }
    let root = settings.issuer.hasSuffix("/") ? settings.issuer : settings.issuer + "/"
    let answer = try await send(
      OutgoingRequest(.get, root + ".well-known/openid-configuration"))
    guard answer.status == 200, let json = try? JSON.parse(answer.body),
      let authorisation = json["authorization_endpoint"]?.string,
      let token = json["token_endpoint"]?.string, let keys = json["jwks_uri"]?.string
    else { throw .answer(detail: "no configuration of OpenID Connect") }
    guard json["issuer"]?.string == settings.issuer else {
      throw .answer(detail: "it calls itself by another name than the settings do")
    }
    // Browsers are sent there: only the provider's own host.
    guard Self.host(of: authorisation) == Self.host(of: settings.issuer) else {
      throw .answer(detail: "its page for signing on lies on another host")
    }
    let found = Addresses(authorisation: authorisation, token: token, keys: keys, readAt: now)
    memory.withLock { $0.addresses = found }
    return found
  }

  private func send(_ request: OutgoingRequest) async throws(SignOnFault) -> OutgoingAnswer {
    do throws(SendingFault) {
      return try await sender.send(request)
    } catch {
      throw .unreachable(detail: "\(error)")
    }
  }

  /// `host:port` of an address, the usual port of its scheme where it names none.
  static func host(of address: String) -> String? {
    guard
      let (scheme, standard) = [("https://", "443"), ("http://", "80")].first(where: {
        address.lowercased().hasPrefix($0.0)
      })
    else { return nil }
    let host = address.dropFirst(scheme.count).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
      .lowercased()
    guard !host.isEmpty, !host.contains("@") else { return nil }
    let hasPort = host.last != "]" && host.contains(":")
    return hasPort ? host : "\(host):\(standard)"
  }

  /// What goes ahead of the verifier: its SHA-256.
  static func challenge(_ verifier: String) -> String {
    var hash = SecureHash()
    hash.add(Array(verifier.utf8))
    return Base64URL.text(hash.finish().bytes)
  }

  private static func base64(_ text: String) -> String {
    let bytes = Array(text.utf8)
    var letters = [UInt8](repeating: 0, count: (bytes.count + 2) / 3 * 4 + 1)
    let count = EVP_EncodeBlock(&letters, bytes, Int32(bytes.count))
    return String(decoding: letters.prefix(Int(count)), as: UTF8.self)
  }
}

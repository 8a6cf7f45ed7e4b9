import City
import HTTPServing
import Ports
import SignOn
import Synchronization
import Testing

/// A provider that says what a test wants it to say.
private final class Provider: HTTPHandler {
  struct State {
    var keys: [String] = []
    var token = "{}"
    var status = 200
    var document: String?
    var asked: [String] = []
    var form = ""
  }
  let state = Mutex(State())
  let port = Mutex<UInt16>(0)
  var root: String { "http://127.0.0.1:\(port.withLock { $0 })" }

  func respond(to request: HTTPRequest) async -> HTTPResponse {
    let root = root
    let answer: (Int, String) = state.withLock { state in
      state.asked.append(request.path)
      switch request.path {
      case "/.well-known/openid-configuration":
        let usual = """
          {"issuer":"\(root)","authorization_endpoint":"\(root)/auth","token_endpoint":"\(root)/token",\
          "jwks_uri":"\(root)/keys"}
          """
        return (200, state.document ?? usual)
      case "/keys": return (200, "{\"keys\":[\(state.keys.joined(separator: ","))]}")
      case "/token":
        state.form = String(decoding: request.body, as: UTF8.self)
        return (state.status, state.token)
      default: return (404, "")
      }
    }
    return HTTPResponse(status: answer.0, body: .bytes(Array(answer.1.utf8)))
  }
}

private final class TestClock: TimeSource {
  let instant = Mutex(Instant(milliseconds: 1_800_000_000_000))
  var now: Instant { instant.withLock { $0 } }
  func advance(_ milliseconds: Int64) {
    instant.withLock { $0 = $0.advanced(byMilliseconds: milliseconds) }
  }
}

@Suite struct OpenIDProviderTests {
  private static let start = SignOnStart(state: "s-1", nonce: "n-1", verifier: "v-1")

  private struct Scene {
    let provider: Provider
    let openID: OpenIDProvider
    let clock: TestClock
    var root: String { provider.root }

    /// Claims that hold, with changes: nil takes one away.
    func claims(_ changes: [(String, String?)] = []) -> String {
      let seconds = clock.now.milliseconds / 1_000
      var members: [(String, String)] = [
        ("iss", "\"\(root)\""), ("aud", "\"civicloop\""), ("sub", "\"subject-7\""),
        ("sid", "\"session-7\""), ("exp", "\(seconds + 300)"), ("iat", "\(seconds)"),
        ("nonce", "\"n-1\""), ("preferred_username", "\"duty\""),
      ]
      for (name, value) in changes {
        members.removeAll { $0.0 == name }
        if let value { members.append((name, value)) }
      }
      return "{" + members.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "}"
    }

    func redeem(_ token: String) async throws -> SignedOn {
      provider.state.withLock { $0.token = "{\"id_token\":\"\(token)\"}" }
      return try await openID.redeem(code: "c-1", of: start, at: clock.now)
    }
  }

  private static func with(
    issuer: String? = nil, _ body: (Scene) async throws -> Void
  ) async throws {
    let provider = Provider()
    let server = try HTTPServer(
      settings: HTTPSettings(address: "127.0.0.1", port: 0), handler: provider)
    provider.port.withLock { $0 = server.port }
    let file = """
      {"name":"City gate","issuer":"\(issuer ?? provider.root)","clientId":"civicloop",\
      "clientSecret":"s e:c","callback":"\(provider.root)/back"}
      """
    let clock = TestClock()
    do {
      let openID = try OpenIDProvider(IdentitySettings(Array(file.utf8)), clock: clock)
      try await body(Scene(provider: provider, openID: openID, clock: clock))
    } catch {
      await server.stop()
      throw error
    }
    await server.stop()
  }

  @Test("a person is signed on by a key of either form", arguments: [true, false])
  func signsOn(isCurve: Bool) async throws {
    try await Self.with { scene in
      let maker = TokenMaker("k-1", isCurve: isCurve)
      scene.provider.state.withLock { $0.keys = [maker.jwk] }
      let address = try await scene.openID.address(of: Self.start)
      #expect(address.hasPrefix("\(scene.root)/auth?response_type=code&client_id=civicloop"))
      // BASE64URL(SHA-256("v-1")), as `openssl dgst -sha256 -binary` computes it.
      #expect(address.contains("code_challenge=W-rwW-hT3ThDcRc1kNkI32emG-eOgArJUeky5lLKPnk"))
      let person = try await scene.redeem(maker.token(scene.claims()))
      #expect(person.login == "duty")
      #expect(person.source == SignOnSource(subject: "subject-7", session: "session-7"))
      #expect(scene.provider.state.withLock { $0.form }.contains("code_verifier=v-1"))
    }
  }

  @Test("what a token breaks has a name")
  func refuses() async throws {
    try await Self.with { scene in
      let (maker, stranger) = (TokenMaker("k-1"), TokenMaker("k-1"))
      scene.provider.state.withLock { $0.keys = [maker.jwk] }
      let seconds = scene.clock.now.milliseconds / 1_000
      let rows: [([(String, String?)], SignOnRule)] = [
        ([("iss", "\"https://other.example\"")], .issuer), ([("iss", nil)], .issuer),
        ([("aud", "\"other\"")], .audience), ([("aud", "[]")], .audience),
        ([("aud", "[\"civicloop\",\"other\"]")], .party),
        ([("aud", "[\"civicloop\",\"other\"]"), ("azp", "\"other\"")], .party),
        ([("exp", "\(seconds - 61)")], .expired), ([("exp", nil)], .expired),
        ([("exp", "\"soon\"")], .expired), ([("iat", "\(seconds + 61)")], .future),
        ([("iat", "\(seconds - 601)")], .expired), ([("nonce", "\"n-2\"")], .nonce),
        ([("nonce", nil)], .nonce), ([("sub", nil)], .subject), ([("sub", "\"\"")], .subject),
        ([("preferred_username", nil)], .login), ([("preferred_username", "7")], .login),
      ]
      for (changes, rule) in rows {
        await #expect(throws: SignOnFault.token(rule), "\(changes)") {
          try await scene.redeem(maker.token(scene.claims(changes)))
        }
      }
      let claims = scene.claims()
      let right = maker.token(claims).split(separator: ".").map(String.init)
      let texts: [(String, SignOnRule)] = [
        ("", .form), ("a.b", .form), ("a.b.c", .form),
        (right[0] + "." + right[1] + ".", .signature),
        (right[0] + "." + right[1] + ".AAAA", .signature),
        (stranger.token(claims), .signature),
        (maker.token(claims, header: "{\"alg\":\"none\"}"), .algorithm),
        (maker.token(claims, header: "{\"alg\":\"HS256\",\"kid\":\"k-1\"}"), .algorithm),
        (maker.token(claims, header: "{\"alg\":\"RS256\",\"kid\":\"k-1\"}"), .key),
        (maker.token(claims, header: "{\"alg\":\"ES256\",\"kid\":\"k-2\"}"), .key),
        (maker.token(claims, header: "{\"alg\":\"ES256\",\"crit\":[\"exp\"]}"), .form),
      ]
      for (text, rule) in texts {
        await #expect(throws: SignOnFault.token(rule), "\(text)") {
          try await scene.redeem(text)
        }
      }
      // Two readers and one with a party that is us: holds.
      let both: [(String, String?)] = [
        ("aud", "[\"civicloop\",\"other\"]"), ("azp", "\"civicloop\""),
      ]
      let person = try await scene.redeem(maker.token(scene.claims(both)))
      #expect(person.login == "duty")
    }
  }

  @Test("a key that the provider took into use is read; one it dropped signs nobody on any more")
  func rotates() async throws {
    try await Self.with { scene in
      let (old, new) = (TokenMaker("old"), TokenMaker("new"))
      scene.provider.state.withLock { $0.keys = [old.jwk] }
      _ = try await scene.redeem(old.token(scene.claims()))
      scene.provider.state.withLock { $0.keys = [new.jwk] }
      // Within the span the unknown key is not asked for again: a flood of tokens must not become one of questions.
      await #expect(throws: SignOnFault.token(.key)) {
        try await scene.redeem(new.token(scene.claims()))
      }
      scene.clock.advance(6_000)
      _ = try await scene.redeem(new.token(scene.claims()))
      await #expect(throws: SignOnFault.token(.key)) {
        try await scene.redeem(old.token(scene.claims()))
      }
    }
  }

  @Test("who left the provider is named by a token of its own kind, once")
  func leaves() async throws {
    try await Self.with { scene in
      let maker = TokenMaker("k-1")
      scene.provider.state.withLock { $0.keys = [maker.jwk] }
      let event: [(String, String?)] = [
        ("nonce", nil), ("exp", nil), ("jti", "\"j-1\""),
        ("events", "{\"http://schemas.openid.net/event/backchannel-logout\":{}}"),
      ]
      let rows: [([(String, String?)], SignOnRule)] = [
        ([("nonce", "\"n-1\"")], .nonce), ([("events", nil)], .event), ([("events", "{}")], .event),
        ([("jti", nil)], .notice), ([("sub", nil), ("sid", nil)], .subject),
        ([("aud", "\"other\"")], .audience),
      ]
      for (changes, rule) in rows {
        let token = maker.token(scene.claims(event + changes))
        await #expect(throws: SignOnFault.token(rule), "\(changes)") {
          try await scene.openID.signedOut(token: token, at: scene.clock.now)
        }
      }
      let token = maker.token(scene.claims(event))
      let out = try await scene.openID.signedOut(token: token, at: scene.clock.now)
      #expect(out == SignedOut(subject: "subject-7", session: "session-7", notice: "j-1"))
      await #expect(throws: SignOnFault.token(.repeated)) {
        try await scene.openID.signedOut(token: token, at: scene.clock.now)
      }
    }
  }

  @Test("a provider that answers otherwise than the protocol says signs nobody on")
  func distrusts() async throws {
    try await Self.with { scene in
      let root = scene.root
      let documents = [
        "", "[]", "{}",
        """
        {"issuer":"https://other.example","authorization_endpoint":"\(root)/auth",\
        "token_endpoint":"\(root)/token","jwks_uri":"\(root)/keys"}
        """,
        """
        {"issuer":"\(root)","authorization_endpoint":"https://other.example/auth",\
        "token_endpoint":"\(root)/token","jwks_uri":"\(root)/keys"}
        """,
      ]
      for document in documents {
        scene.provider.state.withLock { $0.document = document }
        do {
          _ = try await scene.openID.address(of: Self.start)
          Issue.record("believed \(document)")
        } catch let fault as SignOnFault {
          guard case .answer = fault else { throw fault }
        }
      }
      // Another host for tokens is named: it is not asked.
      scene.provider.state.withLock {
        $0.document = """
          {"issuer":"\(root)","authorization_endpoint":"\(root)/auth",\
          "token_endpoint":"http://169.254.169.254/token","jwks_uri":"\(root)/keys"}
          """
      }
      do {
        _ = try await scene.openID.redeem(code: "c", of: Self.start, at: scene.clock.now)
        Issue.record("another host was asked")
      } catch let fault as SignOnFault {
        guard case .unreachable = fault else { throw fault }
      }
    }
  }

  @Test("a refused code and a broken answer")
  func tokens() async throws {
    try await Self.with { scene in
      for (status, fault) in [
        (400, SignOnFault.refused), (500, .answer(detail: "the token address answered 500")),
        (200, .answer(detail: "no id_token")),
      ] {
        scene.provider.state.withLock {
          ($0.status, $0.token) = (status, "{\"error\":\"invalid_grant\"}")
        }
        await #expect(throws: fault) {
          try await scene.openID.redeem(code: "c", of: Self.start, at: scene.clock.now)
        }
      }
    }
  }

  @Test("the operator's file: what is wrong is named by member")
  func file() {
    let right: [(String, String)] = [
      ("name", "\"x\""), ("issuer", "\"https://a.example\""), ("clientId", "\"x\""),
      ("clientSecret", "\"x\""), ("callback", "\"https://b.example/back\""),
    ]
    func text(_ members: [(String, String)]) -> [UInt8] {
      Array(("{" + members.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "}").utf8)
    }
    /// The member that is refused; nil where the file is right.
    func refused(_ members: [(String, String)]) -> String? {
      do throws(IdentityFinding) {
        _ = try IdentitySettings(text(members))
        return nil
      } catch {
        return error.member
      }
    }
    #expect(refused(right) == nil)
    for (name, _) in right { #expect(refused(right.filter { $0.0 != name }) == name) }
    for value in ["\"http://a.example\"", "\"ftp://a\"", "7", "\"http://127.0.0.1.example/\""] {
      #expect(refused(right.filter { $0.0 != "issuer" } + [("issuer", value)]) == "issuer")
    }
    #expect(refused(right + [("secret", "\"x\"")]) == "secret")
  }
}

import City
import Engine
import HTTPServing
import JSONText
import LoopFixture
import Pack
import Ports
import Testing

@testable import Web

@Suite struct AccessTests {
  /// Every `:name` of the path filled with something that has the right form and is not there.
  private static func path(_ route: Route) -> String {
    RouteTable.prefix
      + route.segments.map { segment in
        switch segment {
        case ":digest", ":hash": "/" + String(repeating: "ab", count: 32)
        case let segment where segment.hasPrefix(":"): "/999"
        default: "/" + segment
        }
      }.joined()
  }

  /// What is open to all: signing in, the names of codes that the sign-in page shows, and the ground
  /// of the map, on which citizens point (things stand on it only for who may read).
  private static let open: Set<String> = [
    "POST /session", "GET /texts", "GET /tiles/:zoom/:column/:row", "GET /map",
    "GET /session/openid", "GET /session/openid/callback", "POST /session/openid/logout",
    "POST /exchanges/:code/tickets",
  ]

  @Test func everyRouteAsksForASignIn() async throws {
    try await WebFixture.with { web in
      #expect(web.routes.count >= 30)
      for route in web.routes {
        let name = "\(route.method.rawValue) \(route.path)"
        #expect((route.access == .anyone) == Self.open.contains(name), "\(name)")
        // What citizens do lies below one path, and nothing else does.
        if case .public = route.access {
          #expect(route.path.hasPrefix("/public/"), "\(name)")
          continue
        }
        #expect(!route.path.hasPrefix("/public/"), "\(name)")
        guard !route.isOpen else { continue }
        for headers in [
          [], [("Authorization", "Bearer nonsense")], [("Cookie", "civicloop=nonsense")],
        ] {
          let answer = await web.ask(
            route.method, Self.path(route), as: nil,
            headers: headers + [("X-CivicLoop", "1")])
          #expect(answer.status == 401, "\(name)")
          #expect(answer.code == "session.required", "\(name)")
        }
      }
    }
  }

  @Test func everyRouteAsksForItsPermission() async throws {
    try await WebFixture.with { web in
      var refused = 0
      for route in web.routes {
        guard case .permission(let permissions) = route.access else { continue }
        for person in Person.allCases {
          let posts = Loop.catalogue.posts.filter { $0.code == person.post }
          let held = posts.reduce(into: Set<Permission>()) { $0.formUnion($1.permissions) }
          guard held.isDisjoint(with: permissions) else { continue }
          let answer = await web.ask(route.method, Self.path(route), as: person)
          #expect(answer.status == 403, "\(route.method.rawValue) \(route.path) as \(person)")
          #expect(answer.code == "permission.missing")
          refused += 1
        }
      }
      #expect(refused > 100)
    }
  }

  /// A page of another site can make a browser send the cookie, but not the header.
  @Test func aCookieAloneChangesNothing() async throws {
    try await WebFixture.with { web in
      let cookie = ("Cookie", "civicloop=\(web.secret(of: .dispatcher))")
      let body = Array(JSON.signal("1").text.utf8)
      // What other systems send follows from its own proof, never from a cookie.
      for route in web.routes where route.method != .get && !route.isSentBySystems {
        let answer = await web.ask(route.method, Self.path(route), as: nil, headers: [cookie])
        #expect(answer.status == 403, "\(route.method.rawValue) \(route.path)")
      }
      let before = try await web.loop.store.lastSequence()
      let forged = await web.ask(
        .post, "/api/v1/signals", as: nil, headers: [cookie], body: body)
      #expect(forged.code == "session.header_missing")
      #expect(try await web.loop.store.lastSequence() == before)
      let ours = await web.ask(
        .post, "/api/v1/signals", as: nil, headers: [cookie, ("X-CivicLoop", "1")], body: body)
      #expect(ours.status == 201)
      #expect(await web.ask(.get, "/api/v1/cases", as: nil, headers: [cookie]).status == 200)
    }
  }

  @Test func signingInAndOut() async throws {
    try await WebFixture.with { web in
      let header = [("X-CivicLoop", "1")]
      func signIn(_ login: String, _ password: String) async -> WebAnswer {
        await web.ask(
          .post, "/api/v1/session", as: nil, headers: header,
          body: Array(
            JSON.object([.init("login", .string(login)), .init("password", .string(password))]).text
              .utf8))
      }
      let wrong = await signIn("dispatcher", "a-wrong-password")
      let unknown = await signIn("nobody-at-all", "a-wrong-password")
      #expect(wrong.status == 401)
      #expect(unknown.status == 401)
      #expect(wrong.code == unknown.code)
      let right = await signIn("dispatcher", Person.password)
      #expect(right.status == 201)
      #expect(right.json?["login"]?.string == "dispatcher")
      let cookie = try #require(right.response.header("Set-Cookie"))
      for flag in ["HttpOnly", "SameSite=Strict", "Path=/"] { #expect(cookie.contains(flag)) }
      let pair = String(cookie.prefix { $0 != ";" })
      let signedIn = header + [("Cookie", pair)]
      #expect(await web.ask(.get, "/api/v1/session", as: nil, headers: signedIn).status == 200)
      let out = await web.ask(.delete, "/api/v1/session", as: nil, headers: signedIn)
      #expect(out.status == 204)
      #expect(out.response.header("Set-Cookie")?.contains("Max-Age=0") == true)
      #expect(await web.ask(.get, "/api/v1/session", as: nil, headers: signedIn).status == 401)
      for _ in 0..<5 { _ = await signIn("officer", "a-wrong-password") }
      let locked = await signIn("officer", Person.password)
      #expect(locked.status == 429)
      #expect(locked.response.header("Retry-After") != nil)
    }
  }

  @Test func anAdministratorMakesAndEndsKeysOfOthers() async throws {
    try await WebFixture.with { web in
      let wanted: JSON = [
        "label": "gateway", "login": "system", "expiresAt": "2027-01-01T00:00:00Z",
      ]
      let made = await web.post("/keys", wanted, as: .administrator)
      #expect(made.status == 201)
      let key = try #require(made.json?["secret"]?.string)
      let id = try #require(made.json?["id"]?.string)
      let bearer = [("Authorization", "Bearer \(key)")]
      let body = Array(JSON.signal("1").text.utf8)
      #expect(
        await web.ask(.post, "/api/v1/signals", as: nil, headers: bearer, body: body).status == 201)
      // A system may send and nothing else.
      #expect(await web.ask(.get, "/api/v1/cases", as: nil, headers: bearer).status == 403)
      #expect(await web.ask(.delete, "/api/v1/keys/\(id)", as: .administrator).status == 204)
      #expect(
        await web.ask(.post, "/api/v1/signals", as: nil, headers: bearer, body: body).status == 401)
      for (field, value, rule) in [
        ("expiresAt", JSON.string("2026-11-20T05:59:59Z"), "time.past"),
        ("expiresAt", "2099-01-01T00:00:00Z", "time.too_late"),
        ("expiresAt", "tomorrow", "time.form"), ("login", "nobody", "account.unknown"),
        ("label", "", "field.required"),
        ("label", .string(String(repeating: "x", count: 101)), "text.too_long"),
        ("label", "a\u{1}b", "text.control"), ("colour", "red", "field.unknown"),
      ] {
        let answer = await web.post("/keys", wanted.with(field, value), as: .administrator)
        #expect(answer.status == 400)
        #expect(answer.names(field, rule), "\(field) \(rule): \(answer.text)")
      }
    }
  }

  @Test func methodsAndPaths() async throws {
    try await WebFixture.with { web in
      let other = await web.ask(.put, "/api/v1/cases")
      #expect(other.status == 405)
      #expect(other.response.header("Allow") == "GET, HEAD")
      #expect(
        await web.ask(.options, "/api/v1/session").response.header("Allow")
          == "POST, GET, HEAD, DELETE")
      #expect(await web.ask(.head, "/api/v1/cases").status == 200)
      #expect(await web.ask(.head, "/api/v1/cases", as: nil).status == 401)
      #expect(await web.ask(.head, "/api/v1/feed").status == 405)
      for path in [
        "/api/v1", "/api/v1/nothing", "/api/v1/cases/1/2/3", "/api/v2/cases", "/api/v1cases",
        "/api", "/api/v1/nothing.json", "/api/x.js",
      ] {
        let answer = await web.ask(.get, path)
        #expect(answer.status == 404, "\(path)")
        #expect(answer.code == "not_found", "\(path)")
      }
      #expect(await web.ask(.post, "/healthz").status == 404)
      for id in ["abc", "0", "-1", "9999999999999999999", "2026-1399-00001", "%00"] {
        #expect(await web.get("/cases/\(id)").status == 404, "\(id)")
      }
    }
  }

  @Test func anAccountHasItsRateAndNobodyElsePaysForIt() async throws {
    try await WebFixture.with { web in
      func ask(_ person: Person, isLoopback: Bool) async -> WebAnswer {
        WebAnswer(
          await web.handler.respond(
            to: HTTPRequest(
              method: .get, path: "/api/v1/session",
              headers: HTTPHeaders([("Authorization", "Bearer \(web.secret(of: person))")]),
              remoteAddress: "10.0.0.9", isLoopback: isLoopback)))
      }
      let burst = web.handler.context.settings.accountRate.burst
      var refused: WebAnswer?
      for _ in 0..<burst * 4 where refused == nil {
        let answer = await ask(.officer, isLoopback: false)
        if answer.status != 200 { refused = answer }
      }
      let told = try #require(refused)
      #expect(told.status == 429 && told.code == "account.rate")
      #expect(told.response.header("Retry-After") != nil)
      #expect(await ask(.dispatcher, isLoopback: false).status == 200)
      #expect(await ask(.officer, isLoopback: true).status == 200)
    }
  }

  @Test func everyAnswerCarriesTheHeadersThatProtectIt() async throws {
    try await WebFixture.with { web in
      for target in [
        "/", "/metrics", "/api/v1/cases", "/api/v1/nothing", "/api/v1/texts", "/healthz",
      ] {
        let answer = await web.ask(.get, target)
        func header(_ name: String) -> String? { answer.response.header(name) }
        let isDocument = ["/", "/metrics"].contains(target)
        let policy = header("Content-Security-Policy") ?? ""
        let parts =
          isDocument
          ? ["default-src 'self'", "object-src 'none'", "frame-ancestors 'none'"]
          : ["default-src 'none'", "frame-ancestors 'none'"]
        for part in parts { #expect(policy.contains(part), "\(target)") }
        #expect(!policy.contains("unsafe-eval"))
        #expect(header("X-Content-Type-Options") == "nosniff")
        #expect(header("Referrer-Policy") == "same-origin")
        #expect(header("Cross-Origin-Resource-Policy") == "same-origin")
        #expect((header("Cross-Origin-Opener-Policy") == "same-origin") == isDocument, "\(target)")
        let isOfAPI = target.hasPrefix("/api/")
        #expect((header("Cache-Control") == "no-store") == isOfAPI, "\(target)")
      }
    }
  }

  /// What a path is, is not a question of the method.
  @Test func aFixedPathIsNoRecordOfThatName() async throws {
    try await WebFixture.with { web in
      for (method, path, allowed) in [
        (HTTPMethod.get, "/devices/reload", "POST"), (.delete, "/grants/emergency", "POST"),
        (.trace, "/cases", "GET, HEAD"),
      ] {
        let answer = await web.ask(method, "/api/v1" + path, headers: [("X-CivicLoop", "1")])
        #expect(answer.status == 405 && answer.response.header("Allow") == allowed, "\(path)")
      }
    }
  }
}

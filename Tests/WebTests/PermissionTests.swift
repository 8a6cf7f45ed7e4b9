import City
import Engine
import Foundation
import HTTPServing
import JSONText
import LoopFixture
import Pack
import Ports
import Testing

@testable import Web

/// Everybody of every post, once where the records lie and once where they do not.
private struct Clerks {
  struct Clerk: Sendable, Hashable {
    let post: String
    let isInside: Bool
  }

  let secrets: [Clerk: String]

  init(_ web: WebFixture) async throws {
    let hash = try await web.loop.engine.secrets.hash(password: Person.password)
    var secrets: [Clerk: String] = [:]
    var next: Int64 = 5_000
    for post in Loop.catalogue.posts {
      for isInside in [true, false] {
        next += 1
        let login = "\(post.code)-\(isInside ? "in" : "out")"
        let unit = isInside ? District.westCentre : District.eastCentre
        _ = try await web.loop.store.commit(
          Loop.change(
            [
              .staff(
                Staff(
                  id: ID(next), code: login, name: login, unit: unit, posts: [post.code],
                  area: nil, active: true)),
              .account(
                Account(
                  id: ID(next), login: login, staff: ID(next), passwordHash: hash, active: true)),
            ], at: web.loop.clock.now))
        secrets[Clerk(post: post.code, isInside: isInside)] =
          try await web.loop.accounts.newKey(
            for: ID(next), label: "test", expiresAt: Loop.start.advanced(byMilliseconds: 1 << 40),
            by: .local("test"), request: ""
          ).secret
      }
    }
    try await web.loop.engine.reloadDirectory()
    self.secrets = secrets
  }
}

/// Records of the west street, by the first word of their paths.
private struct WestRecords {
  let ids: [String: String]

  /// Records whose absence in lists is looked for.
  var all: [String] { Array(ids.values) }

  init(_ web: WebFixture) async throws {
    let loop = web.loop
    let id = try await loop.file("1")
    try await loop.bring(id, to: "checking")
    let event = try await loop.load(id).filing.event
    let signal = try #require(try await loop.store.signals(of: event, limit: 1).first)
    let order = try #require(try await loop.store.orders(of: id).first)
    let west = AreaPath([District.city, District.district, District.west])
    let state = AlarmState(
      grade: .red, why: "x", openedAt: loop.clock.now, changedAt: loop.clock.now)
    let device = try #require(try await loop.store.thing(kind: "water-gauge", code: "WG-1"))
    let alarm = Alarm(
      id: ID(7_001), key: "test", rule: "water-level", device: device.id, measure: "level",
      area: west, owner: device.owner, position: nil, state: state)
    let proposal = Resemblance(
      id: ID(999), signal: signal.id, event: event, own: nil, item: TestItem.noise, likeness: 500,
      traits: [], at: loop.clock.now, state: .proposed)
    _ = try await loop.store.commit(
      Loop.change([.alarm(alarm), .resemblance(proposal)], at: loop.clock.now))
    ids = [
      "cases": String(id.rawValue), "events": String(event.rawValue),
      "signals": String(signal.id.rawValue), "orders": String(order.id.rawValue),
      "alarms": String(alarm.id.rawValue), "things": String(device.id.rawValue),
      "devices": String(device.id.rawValue),
    ]
  }
}

@Suite struct PermissionTests {
  /// Every `:name` filled; `:id` with the record, or with one that is not there.
  private static func path(_ line: PermissionPage.Line, record: String) -> String {
    let segments = line.path.split(separator: "/").map(String.init)
    return "/api/v1/"
      + segments.enumerated().map { index, segment in
        switch segment {
        case ":id": index == 1 ? record : "999"
        case ":digest", ":hash": String(repeating: "ab", count: 32)
        case ":subject": "item"
        case let segment where segment.hasPrefix(":"): "999"
        default: segment
        }
      }.joined(separator: "/")
  }

  @Test func thePageSaysWhatTheTablesSay() async throws {
    try await WebFixture.with { web in
      let text = PermissionPage.text(web.routes, Loop.catalogue.posts)
      if ProcessInfo.processInfo.environment["CIVICLOOP_WRITE_PAGES"] != nil {
        try text.write(toFile: PermissionPage.path, atomically: true, encoding: .utf8)
      }
      let stored = try String(contentsOfFile: PermissionPage.path, encoding: .utf8)
      #expect(
        stored == text,
        "docs/permissions.md is old: run this test with CIVICLOOP_WRITE_PAGES=1 and look at it")
    }
  }

  /// Routes that answer without a record or a list of them: nothing there lies in a scope.
  private static let unscoped: Set<String> = ["audit", "secure", "administer or secure"]

  /// Every route × every post × within and outside the scope, against the page.
  @Test func everyCellOfThePageIsWhatTheEngineDoes() async throws {
    try await WebFixture.with(devices: [DeviceFixture.gauge("WG-1")]) { web in
      let records = try await WestRecords(web)
      let clerks = try await Clerks(web)
      let lines = try PermissionPage.lines()
      #expect(lines.count == web.routes.count)
      // Ending one's own session comes last: it ends the key that the others ask with.
      let order = lines.filter { $0.path != "/session" } + lines.filter { $0.path == "/session" }
      var cells = 0
      var differences: [String] = []
      for line in order {
        for (clerk, secret) in clerks.secrets {
          cells += 1
          let wrong = await difference(web, line, clerk, secret, records)
          if let wrong {
            differences.append(
              "\(line.method) \(line.path) as \(clerk.post), "
                + "\(clerk.isInside ? "within" : "outside"): \(wrong)")
          }
        }
      }
      web.handler.closeFeeds()
      #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
      #expect(cells == lines.count * Loop.catalogue.posts.count * 2)
      #expect(cells >= 2_000)
      print("permission cells tried: \(cells), differences: \(differences.count)")
    }
  }

  /// What a cell does otherwise than the page says; nil where it does just that.
  private func difference(
    _ web: WebFixture, _ line: PermissionPage.Line, _ clerk: Clerks.Clerk, _ secret: String,
    _ records: WestRecords
  ) async -> String? {
    guard let method = HTTPMethod(rawValue: line.method) else { return "no such method" }
    let first = String(line.path.split(separator: "/").first ?? "")
    let record = line.path.contains("/:id") ? records.ids[first] : nil
    func ask(_ record: String) async -> WebAnswer {
      await web.ask(
        method, Self.path(line, record: record), as: nil,
        headers: [("Authorization", "Bearer \(secret)")])
    }
    let answer = await ask(record ?? "999")
    let isRefused = answer.status == 403 && answer.code == "permission.missing"
    if answer.status == 401, !line.needs.hasPrefix("anyone") { return "not known" }
    guard line.needs.hasPrefix("anyone") || line.posts.contains(clerk.post) else {
      return isRefused ? nil : "let in with \(answer.status)"
    }
    if isRefused { return "refused" }
    if answer.status >= 500 { return "\(answer.status) \(answer.text)" }
    guard record != nil else {
      let isCut = clerk.isInside || Self.unscoped.contains(line.needs) || method != .get
      let shown = isCut ? nil : records.all.first { answer.text.contains("\"\($0)\"") }
      return shown.map { "shows \($0)" }
    }
    // A second name in the path is one that nothing has.
    let isWhole = line.path.split(separator: "/").count { $0.hasPrefix(":") } == 1
    if clerk.isInside { return answer.status == 404 && isWhole ? "not found" : nil }
    let absent = await ask("999999999")
    guard answer.status >= 400 else { return "shown with \(answer.status)" }
    return answer.status == absent.status && answer.code == absent.code
      ? nil : "\(answer.status), but \(absent.status) for one that is not there"
  }
}

@Suite struct WhyTests {
  private func why(
    _ web: WebFixture, _ method: String, _ path: String, as person: Person, login: String? = nil
  ) async -> JSON? {
    let login = login.map { "&login=\($0)" } ?? ""
    return await web.get("/permissions/why?method=\(method)&path=\(path)\(login)", as: person).json
  }

  @Test func theAnswerNamesPostRuleAndScope() async throws {
    try await WebFixture.with { web in
      let id = try await web.loop.file("1")
      let path = "/api/v1/cases/\(id.rawValue)"
      let seen = await why(web, "GET", path, as: .westDuty)
      #expect(seen?["allowed"]?.bool == true)
      #expect(seen?["rule"]?.string == "access.post")
      #expect(seen?["posts"]?.array?.first?["code"]?.string == "duty-officer")
      #expect(seen?["withinScope"]?.bool == true)
      let unseen = await why(web, "GET", path, as: .eastDuty)
      #expect(unseen?["allowed"]?.bool == false)
      #expect(unseen?["rule"]?.string == "access.outside_scope")
      // One that is not there is answered alike.
      let absent = await why(web, "GET", "/api/v1/cases/999", as: .eastDuty)
      for name in ["rule", "allowed", "withinScope", "posts"] {
        #expect(absent?[name] == unseen?[name])
      }
      let refused = await why(web, "GET", "/api/v1/journal", as: .dispatcher)
      #expect(refused?["rule"]?.string == "access.no_post")
      #expect(refused?["posts"]?.array?.map { $0["code"]?.string } == ["auditor"])
      let open = await why(web, "GET", "/api/v1/texts", as: .leader)
      #expect(open?["rule"]?.string == "access.anyone")
      let other = await why(web, "GET", path, as: .auditor, login: "east-duty")
      #expect(other?["rule"]?.string == "access.outside_scope")
      let curious = await web.get(
        "/permissions/why?method=GET&path=\(path)&login=leader", as: .dispatcher)
      #expect(curious.status == 403)
      #expect(
        await web.get("/permissions/why?method=GET&path=/api/v1/nothing", as: .dispatcher)
          .names("path", "route.unknown"))
      #expect(
        await web.get("/permissions/why?method=GET&path=\(path)&login=nobody", as: .auditor)
          .names("login", "account.unknown"))
    }
  }

  @Test func aKeyMayDoWhatItWasMadeForAlone() async throws {
    try await WebFixture.with { web in
      let wanted: JSON = [
        "label": "screen", "login": "dispatcher", "expiresAt": "2027-01-01T00:00:00Z",
        "permissions": ["read"], "networks": ["10.1.0.0/16", "127.0.0.1"],
      ]
      let made = await web.post("/keys", wanted, as: .administrator)
      #expect(made.status == 201, "\(made.text)")
      let secret = try #require(made.json?["secret"]?.string)
      func ask(_ path: String, from address: String) async -> WebAnswer {
        WebAnswer(
          await web.handler.respond(
            to: HTTPRequest(
              method: .get, path: "/api/v1" + path, query: [],
              headers: HTTPHeaders([("Authorization", "Bearer \(secret)")]), body: [],
              remoteAddress: address)))
      }
      #expect(await ask("/cases", from: "10.1.2.3").status == 200)
      #expect(await ask("/cases", from: "127.0.0.1").status == 200)
      #expect(await ask("/cases", from: "10.2.2.3").status == 401)
      let session = await ask("/session", from: "10.1.2.3").json
      #expect(session?["permissions"]?.array?.compactMap(\.string) == ["read"])
      for (field, value, rule) in [
        ("permissions", JSON.array(["fly"]), "word.unknown"),
        ("networks", ["10.1.0.0/33"], "network.form"),
        ("networks", ["10.1.2.3/16"], "network.form"),
        ("networks", ["here"], "network.form"),
      ] {
        let answer = await web.post("/keys", wanted.with(field, value), as: .administrator)
        #expect(answer.names(field, rule), "\(answer.text)")
      }
    }
  }
}

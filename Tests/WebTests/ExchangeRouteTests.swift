import City
import Engine
import Exchanging
import Fetching
import HTTPServing
import JSONText
import LoopFixture
import Pack
import Ports
import Testing

@testable import Web

/// Tickets that another system pushes.
@Suite struct ExchangeRouteTests {
  private static let key = "a key of both sides"
  private static let path = "/api/v1/exchanges/city/tickets"

  private static func with(_ body: (WebFixture) async throws -> Void) async throws {
    try await WebFixture.with { web in
      let text = """
        {"hosts":[],"exchanges":[
         {"code":"city","profile":"hotline12345","key":"key",
          "push":{"rows":"tickets","size":2,"bytes":4096}},
         {"code":"other","profile":"govmsg","key":"key"}]}
        """
      let settings = try ExchangeSettings(Array(text.utf8)) { _ in Array(key.utf8) }
      let exchange = try TicketExchange(
        settings, profiles: Loop.catalogue.profiles, time: web.loop.clock, offsetMinutes: 480
      ) { _, longitude, latitude in Position(longitude: longitude, latitude: latitude) }
      var web2 = WebSettings(pages: Loop.repository + "/web")
      web2.exchanges = ExchangeDesk(engine: web.loop.engine, exchanging: exchange)
      try await body(web.with(web2))
    }
  }

  private static func push(
    _ web: WebFixture, _ body: String, key: String = key, late: Int64 = 0, path: String = path,
    headers: ([(String, String)]) -> [(String, String)] = { $0 }
  ) async -> WebAnswer {
    let time = String(web.loop.clock.now.milliseconds - late)
    let signature = MessageSignature.hexadecimal(
      of: Array("POST\n\(path)\n\(time)\n\(body)".utf8), key: Array(key.utf8))
    return await web.ask(
      .post, path, as: nil,
      headers: headers([
        ("X-CivicLoop-Time", time), ("X-CivicLoop-Signature", "sha256=" + signature),
      ]), body: Array(body.utf8))
  }

  private static func tickets(_ ids: [String]) -> String {
    let rows = ids.map {
      "{\"工单编号\":\"\($0)\",\"标题\":\"夜间噪声\",\"诉求类型\":\"噪声扰民\","
        + "\"受理时间\":\"2026-11-20 13:30:00\"}"
    }
    return "{\"tickets\":[\(rows.joined(separator: ","))]}"
  }

  @Test func aSignedTicketIsTakenOnce() async throws {
    try await Self.with { web in
      let first = await Self.push(web, Self.tickets(["T-1"]))
      #expect(first.status == 200, "\(first.text)")
      #expect(first.elements.first?["outcome"]?.string == "opened")
      let number = try #require(first.elements.first?["number"]?.string)
      // The same bytes with the same signature are a replay; signed anew they are a repetition.
      #expect(await Self.push(web, Self.tickets(["T-1"])).code == "exchange.replayed")
      web.loop.clock.advance(1)
      let again = await Self.push(web, Self.tickets(["T-1"]))
      #expect(again.elements.first?["outcome"]?.string == "repeated")
      #expect(again.elements.first?["number"]?.string == number)
      let mixed = await Self.push(
        web, "{\"tickets\":[{\"工单编号\":\"T-9\"},\(Self.tickets(["T-2"]).dropFirst(12).dropLast(2))]}"
      )
      #expect(
        mixed.elements.map { $0["outcome"]?.string } == ["refused", "opened"], "\(mixed.text)")
      #expect(mixed.elements.first?["ticket"]?.string == "T-9")
      #expect(mixed.elements.first?["rule"]?.string == "field.required")
      let states = await web.get("/exchanges", as: .administrator)
      let city = try #require(states.elements.first)
      #expect(city["tickets"]?["opened"]?.integer == 2)
      #expect(city["tickets"]?["repeated"]?.integer == 1)
      #expect(city["pushesRefused"]?["exchange.replayed"]?.integer == 1)
      #expect(city["refused"]?[0]?["ticket"]?.string == "T-9")
      #expect(!states.text.contains(Self.key))
      #expect(await web.get("/exchanges", as: .dispatcher).status == 403)
    }
  }

  @Test func whatIsNotSignedRightIsCountedAndRefused() async throws {
    try await Self.with { web in
      let body = Self.tickets(["T-1"])
      let rows: [(Int, String, WebAnswer)] = [
        (401, "exchange.unsigned", await Self.push(web, body) { _ in [] }),
        (401, "exchange.unsigned", await Self.push(web, body) { $0 + [$0[1]] }),
        (401, "exchange.signature", await Self.push(web, body, key: "another key")),
        (
          401, "exchange.signature",
          await Self.push(web, body) { [("X-CivicLoop-Time", "5"), $0[1]] }
        ),
        (403, "exchange.time", await Self.push(web, body, late: 301_000)),
        (403, "exchange.time", await Self.push(web, body, late: -301_000)),
        (400, "exchange.form", await Self.push(web, "no JSON")),
        (400, "exchange.form", await Self.push(web, "{\"rows\":[]}")),
        (400, "exchange.too_many", await Self.push(web, Self.tickets(["1", "2", "3"]))),
        (413, "exchange.too_large", await Self.push(web, String(repeating: " ", count: 4_097))),
        (
          404, "not_found",
          await Self.push(web, body, path: "/api/v1/exchanges/other/tickets")
        ),
        (
          404, "not_found",
          await Self.push(web, body, path: "/api/v1/exchanges/nobody/tickets")
        ),
      ]
      for (status, code, answer) in rows {
        #expect(answer.status == status && answer.code == code, "\(code): \(answer.text)")
      }
      let states = await web.get("/exchanges", as: .administrator)
      let refused = states.elements.first?["pushesRefused"]
      #expect(refused?["exchange.signature"]?.integer == 2)
      #expect(refused?["exchange.time"]?.integer == 2)
      #expect(states.elements.first?["tickets"]?["opened"]?.integer == 0)
    }
  }

  @Test func withoutExchangesThereIsNoDoor() async throws {
    try await WebFixture.with { web in
      #expect(await Self.push(web, "{}").status == 404)
      #expect(await web.get("/exchanges", as: .administrator).elements.isEmpty)
    }
  }
}

import City
import Discovering
import Engine
import HTTPServing
import JSONText
import LoopFixture
import Ports
import Testing

@testable import Web

/// Every bad input gets a problem document that names field and rule, and nothing is half done.
@Suite struct BadInputTests {
  struct BadBody: Sendable, CustomTestStringConvertible {
    let body: [UInt8]
    let field: String?
    let rule: String
    var testDescription: String { "\(field ?? "body") \(rule)" }

    init(_ field: String?, _ rule: String, _ text: String) {
      self.init(field, rule, bytes: Array(text.utf8))
    }
    init(_ field: String?, _ rule: String, bytes: [UInt8]) {
      body = bytes
      self.field = field
      self.rule = rule
    }
    init(_ field: String, _ rule: String, _ name: String, _ value: JSON) {
      self.init(field, rule, JSON.signal("1").with(name, value).text)
    }
  }

  private static let long = String(repeating: "长", count: 10_001)

  static let bodies: [BadBody] = [
    BadBody(nil, "json.malformed", ""), BadBody(nil, "json.malformed", "{"),
    BadBody(nil, "json.malformed", "{\"channel\":}"),
    BadBody(nil, "json.malformed", "{\"a\":1} trailing"),
    BadBody(nil, "json.malformed", "{\"a\":01}"),
    BadBody(nil, "json.duplicate_name", "{\"channel\":\"hotline\",\"channel\":\"video\"}"),
    BadBody(nil, "body.not_an_object", "[]"), BadBody(nil, "body.not_an_object", "null"),
    BadBody(
      nil, "json.invalid_utf8", bytes: Array("{\"channel\":\"".utf8) + [0xFF, 0x22, 0x7D]),
    BadBody(nil, "json.malformed", bytes: Array("{\"channel\":\"a".utf8) + [0, 0x22, 0x7D]),
    BadBody(
      nil, "json.too_deep",
      "{\"a\":" + String(repeating: "[", count: 40) + String(repeating: "]", count: 40) + "}"),
    BadBody(nil, "json.too_long", String(repeating: " ", count: 1 << 20) + "{}"),
    BadBody("channel", "field.required", "channel", nil),
    BadBody("channel", "field.type", "channel", 7),
    BadBody("channel", "word.unknown", "channel", "telepathy"),
    BadBody("externalId", "field.required", "externalId", nil),
    BadBody("externalId", "field.type", "externalId", 12),
    BadBody("title", "field.type", "title", ["a"]), BadBody("title", "field.type", "title", true),
    BadBody("text", "text.too_long", "text", .string(long)),
    BadBody("text", "text.control_character", "text", "a\u{1}b"),
    BadBody(nil, "json.nul_character", JSON.signal("1").with("text", "a\u{0}b").text),
    BadBody("longitude", "field.type", "longitude", "east"),
    BadBody("position.longitude", "number.out_of_range", "longitude", 200),
    BadBody("position.latitude", "field.required", "latitude", nil),
    BadBody("item", "item.unknown", "item", "no-such-item"),
    BadBody("thing", "thing.unknown", "thing", "lamp/none"),
    BadBody("occurredAt", "time.form", "occurredAt", "yesterday"),
    BadBody("occurredAt", "time.form", "occurredAt", "2026-02-30T00:00:00Z"),
    BadBody("occurredAt", "time.in_future", "occurredAt", "2026-11-20T06:05:01Z"),
    BadBody("occurredAt", "time.too_early", "occurredAt", "1989-12-31T23:59:59Z"),
    BadBody("reporter", "field.type", "reporter", "me"),
    BadBody("reporter.age", "field.unknown", "reporter", ["age": "9"]),
    BadBody("reporter.name", "field.type", "reporter", ["name": 9]),
    BadBody("evidence", "field.type", "evidence", "abc"),
    BadBody("evidence", "digest.form", "evidence", ["abc"]),
    BadBody("evidence", "file.unknown", "evidence", [.string(String(repeating: "ab", count: 32))]),
    BadBody("colour", "field.unknown", "colour", "red"),
  ]

  @Test(arguments: bodies)
  func aBadSignalIsNamed(bad: BadBody) async throws {
    try await WebFixture.with { web in
      let before = try await web.loop.store.lastSequence()
      let answer = await web.ask(.post, "/api/v1/signals", body: bad.body)
      #expect(answer.status == 400)
      #expect(answer.names(bad.field, bad.rule), "\(answer.text)")
      #expect(answer.json?["type"]?.string?.hasPrefix("urn:civicloop:problem:") == true)
      #expect(answer.json?["request"]?.string?.isEmpty == false)
      #expect(try await web.loop.store.lastSequence() == before)
    }
  }

  @Test func allThatIsWrongIsToldAtOnce() async throws {
    try await WebFixture.with { web in
      let body = JSON.signal("1").with("colour", "red").with("size", 3).with("title", 4)
      let answer = await web.post("/signals", body)
      for (field, rule) in [
        ("colour", "field.unknown"), ("size", "field.unknown"), ("title", "field.type"),
      ] { #expect(answer.names(field, rule)) }
      #expect(answer.findings.count == 3)
    }
  }

  static let queries: [(path: String, field: String, rule: String)] = [
    ("/cases?limit=0", "limit", "number.range"), ("/cases?limit=501", "limit", "number.range"),
    ("/cases?limit=many", "limit", "number.range"), ("/cases?before=abc", "before", "cursor.form"),
    ("/cases?before=0", "before", "cursor.form"), ("/cases?before=-5", "before", "cursor.form"),
    ("/cases?area=west", "area", "id.form"), ("/cases?unit=0", "unit", "id.form"),
    ("/cases?handler=x", "handler", "id.form"), ("/cases?grade=purple", "grade", "word.unknown"),
    ("/cases?channel=smoke", "channel", "word.unknown"),
    ("/cases?stage=nowhere", "stage", "word.unknown"),
    ("/cases?open=maybe", "open", "word.unknown"), ("/cases?overdue=1", "overdue", "word.unknown"),
    ("/cases?filedFrom=today", "filedFrom", "time.form"),
    ("/cases?filedTo=2026-13-01T00:00:00Z", "filedTo", "time.form"),
    ("/cases?stge=filed", "stge", "field.unknown"),
    ("/events?state=sleeping", "state", "word.unknown"),
    ("/signals?channel=smoke", "channel", "word.unknown"),
    ("/orders?state=lost", "state", "word.unknown"),
    ("/orders?state=open&state=lost", "state", "word.unknown"),
    ("/things?near=here&radius=5", "near", "position.form"),
    ("/things?near=121.4,31.2", "radius", "number.range"),
    ("/things?near=121.4,31.2&radius=20001", "radius", "number.range"),
    ("/areas/at?longitude=1", "longitude", "position.form"),
    ("/areas/at?longitude=181&latitude=1", "longitude", "position.form"),
    ("/scores", "month", "month.form"), ("/scores?month=2026-13", "month", "month.form"),
    ("/scores?month=2026-11&by=colour", "by", "word.unknown"),
    ("/staff?unit=x", "unit", "id.form"),
  ]

  @Test(arguments: queries)
  func aBadQueryIsNamed(query: (path: String, field: String, rule: String)) async throws {
    try await WebFixture.with { web in
      let answer = await web.get(query.path)
      #expect(answer.status == 400)
      #expect(answer.names(query.field, query.rule), "\(answer.text)")
    }
  }

  @Test func theJournalsQueriesAreCheckedToo() async throws {
    try await WebFixture.with { web in
      for (path, field, rule) in [
        ("/journal?after=-1", "after", "number.form"), ("/journal?after=x", "after", "number.form"),
        ("/journal?limit=501", "limit", "number.range"),
        ("/journal?colour=x", "colour", "field.unknown"),
        ("/journal?before=x", "before", "cursor.form"),
      ] { #expect(await web.get(path, as: .auditor).names(field, rule), "\(path)") }
    }
  }

  @Test func badStepsAreNamed() async throws {
    try await WebFixture.with { web in
      let id = try await web.loop.file("1")
      try await web.loop.bring(id, to: "handling")
      let path = "/cases/\(id.rawValue)/steps"
      let steps: [(JSON, Person, Int, String, String?)] = [
        ([:], .officer, 400, "request.invalid", "action"),
        (["action": "report", "note": 5], .officer, 400, "request.invalid", "note"),
        (["action": "report", "version": "2"], .officer, 400, "request.invalid", "version"),
        (["action": "report", "unit": "police"], .officer, 400, "request.invalid", "unit"),
        (["action": "report", "haste": true], .officer, 400, "request.invalid", "haste"),
        (["action": "report"], .officer, 400, "step.missing", "note"),
        (["action": "report", "note": "a\u{1}"], .officer, 400, "step.note_not_text", "note"),
        (
          ["action": "report", "note": "好", "version": 1], .officer, 409, "step.stale_version",
          "version"
        ),
        (["action": "pass"], .inspector, 409, "step.no_edge", "action"),
        (["action": "report", "note": "好"], .inspector, 403, "step.not_your_post", nil),
        (
          ["action": "assign", "staff": "99999"], .officerHead, 400, "step.unknown_staff", "staff"
        ),
        (
          [
            "action": "report", "note": "好",
            "evidence": [.string(String(repeating: "ab", count: 32))],
          ], .officer, 400, "request.invalid", "evidence"
        ),
      ]
      let before = try await web.loop.store.lastSequence()
      for (body, person, status, code, field) in steps {
        let answer = await web.post(path, body, as: person)
        #expect(answer.status == status, "\(body.text)")
        #expect(answer.code == code, "\(body.text)")
        if let field {
          #expect(answer.findings.contains { $0["field"]?.string == field }, "\(body.text)")
        }
      }
      #expect(try await web.loop.store.lastSequence() == before)
      let stale = await web.post(
        path, ["action": "report", "note": "好", "version": 1], as: .officer)
      #expect(stale.json?["facts"]?["current"]?.string == "2")
    }
  }

  @Test func aRivalIsRefusedAndVisible() async throws {
    try await WebFixture.with { web in
      let first = await web.post("/signals", JSON.signal("1"))
      #expect(first.status == 201)
      #expect(first.json?["outcome"]?.string == "opened")
      let again = await web.post("/signals", JSON.signal("1"))
      #expect(again.status == 200)
      #expect(again.json?["outcome"]?.string == "repeated")
      let other = JSON.signal("1").with("title", "别的内容")
      let rival = await web.post("/signals", other)
      #expect(rival.status == 409)
      #expect(rival.code == "signal.rival")
      let kept = try #require(rival.json?["facts"]?["kept"]?.string)
      #expect(await web.post("/signals", other).status == 409)
      let rivals = await web.get("/signals?rivals=true")
      #expect(rivals.ids == [kept])
      #expect(rivals.elements.first?["rivalOf"]?.string == first.json?["signal"]?.string)
    }
  }

  @Test func badCorrectionsAreNamed() async throws {
    try await WebFixture.with { web in
      let first = await web.post("/signals", JSON.signal("1"))
      let event = try #require(first.json?["event"]?.string)
      let other = try await web.loop.send(Loop.signal("2", at: District.inEast))
      let into = String(other.event?.rawValue ?? 0)
      #expect(await web.post("/events/\(event)/merge", [:]).names("into", "field.required"))
      #expect(
        await web.post("/events/\(event)/merge", ["into": .string(into)]).names(
          "note", "field.required"))
      for (note, code) in [
        ("a\u{1}", "step.note_not_text"),
        (String(repeating: "长", count: 2_001), "step.note_too_long"),
        (" ", "step.missing"),
      ] {
        let answer = await web.post(
          "/events/\(event)/merge", ["into": .string(into), "note": .string(note)])
        #expect(answer.status == 400)
        #expect(answer.code == code)
      }
      #expect(
        await web.post("/events/\(event)/merge", ["into": .string(event), "note": "同"]).code
          == "event.same")
      #expect(
        await web.post("/events/\(event)/split", ["signal": "x"]).names("signal", "id.form"))
      #expect(
        await web.post(
          "/events/\(event)/split", ["signal": .string(first.json?["signal"]?.string ?? "")]
        ).code
          == "event.last_signal")
      #expect(await web.post("/events/\(event)/split", ["signal": "999"]).status == 404)
    }
  }
}

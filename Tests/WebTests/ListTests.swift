import City
import Engine
import HTTPServing
import JSONText
import LoopFixture
import Ports
import Testing

@testable import Web

@Suite struct ListTests {
  private static func place(_ index: Int) -> (longitude: Double, latitude: Double) {
    (121.4005 + Double(index % 5) * 0.0019, 31.2005 + Double(index / 5) * 0.0019)
  }

  @Test(arguments: StoreKind.allCases, [1, 2, 7, 500])
  func pagesLoseAndRepeatNothing(kind: StoreKind, limit: Int) async throws {
    try await WebFixture.with(kind) { web in
      // All filed in one millisecond.
      var filed: [String] = []
      for index in 0..<20 {
        let id = try await web.loop.file("\(index)", at: Self.place(index))
        filed.append(String(id.rawValue))
      }
      for list in ["/cases", "/events", "/signals"] {
        var seen: [String] = []
        var before = ""
        for round in 0..<50 {
          let answer = await web.get("\(list)?limit=\(limit)\(before)")
          #expect(answer.status == 200)
          #expect(answer.elements.count <= limit)
          seen += answer.ids
          // What is added while somebody pages comes before what he has seen.
          if round == 0 {
            _ = try await web.loop.file("\(list) later", at: District.inEast)
          }
          guard let next = answer.json?["next"]?.string else { break }
          before = "&before=\(next)"
        }
        #expect(Set(seen).count == seen.count, "\(list)")
        #expect(seen == seen.sorted { (Int64($0) ?? 0) > (Int64($1) ?? 0) }, "\(list)")
        if list == "/cases" { #expect(seen == filed.reversed()) }
        #expect(seen.count >= 20, "\(list)")
      }
    }
  }

  @Test(arguments: StoreKind.allCases)
  func everyFilterOfCasesFilters(kind: StoreKind) async throws {
    try await WebFixture.with(kind) { web in
      let loop = web.loop
      let noise = try await loop.file("1")
      try await loop.bring(noise, to: "handling")
      let rockets = try await loop.file("2", item: TestItem.fireworks, at: District.inEast)
      let later = loop.clock.now
      loop.clock.advance(Duration.hour)
      let outcome = try await loop.send(
        Loop.signal("3", item: nil, at: District.outside, title: "奇怪的事情", channel: .citizen))
      let odd = try #require(outcome.case)
      loop.clock.advance(2 * Duration.hour)
      let closed = try await loop.file("4", at: Self.place(7))
      try await loop.bring(closed, to: "closed")
      let expected: [(String, Set<ID<Case>>)] = [
        ("stage=handling", [noise]), ("stage=handling&stage=closed", [noise, closed]),
        ("item=\(TestItem.fireworks)", [rockets]), ("unclassified=true", [odd]),
        ("unclassified=false", [noise, rockets, odd, closed]),
        ("channel=citizen", [odd]), ("channel=hotline", [noise, rockets, closed]),
        ("area=\(District.east.rawValue)", [rockets]),
        ("area=\(District.city.rawValue)", [noise, rockets, closed]),
        ("unit=\(District.police.rawValue)", [noise, rockets, closed]),
        ("unit=\(District.lighting.rawValue)", []),
        ("handler=\(Person.officer.id.rawValue)", [noise, closed]),
        ("open=true", [noise, rockets, odd]), ("open=false", [closed]), ("outside=true", [odd]),
        ("filedFrom=\(TimeText.write(later))", [rockets, odd, closed]),
        ("filedTo=\(TimeText.write(later))", [noise]), ("overdue=true", [rockets]),
        ("words=奇怪", [odd]), ("words=没有这个词", []),
        ("open=true&unit=\(District.police.rawValue)&stage=handling", [noise]),
        ("", [noise, rockets, odd, closed]),
      ]
      for (filter, cases) in expected {
        let answer = await web.get("/cases?\(filter)")
        #expect(answer.status == 200, "\(filter): \(answer.text)")
        #expect(Set(answer.ids) == Set(cases.map { String($0.rawValue) }), "\(filter)")
      }
      let grades = await web.get("/cases?grade=blue").elements.compactMap { $0["grade"]?.string }
      #expect(!grades.isEmpty && grades.allSatisfy { $0 == "blue" })
    }
  }

  @Test func otherListsFilterToo() async throws {
    try await WebFixture.with { web in
      let loop = web.loop
      let id = try await loop.file("1")
      try await loop.bring(id, to: "handling")
      _ = try await loop.file("2", at: District.inEast)
      for (path, count) in [
        ("/events?state=open", 2), ("/events?state=closed", 0),
        ("/events?item=\(TestItem.noise)", 2), ("/events?area=\(District.east.rawValue)", 1),
        ("/signals?channel=hotline", 2), ("/signals?channel=video", 0), ("/signals?rivals=true", 0),
        ("/orders?state=accepted", 1), ("/orders?state=open", 0),
        ("/orders?state=open&state=accepted", 1), ("/orders?unit=\(District.police.rawValue)", 1),
        ("/orders?staff=\(Person.officer.id.rawValue)", 1), ("/orders?mine=true", 0),
        ("/staff?unit=\(District.police.rawValue)", 3), ("/areas", 4), ("/units", 6),
        ("/areas/at?longitude=121.405&latitude=31.205", 3),
        ("/areas/at?longitude=1&latitude=1", 0),
      ] {
        let answer = await web.get(path)
        #expect(answer.status == 200, "\(path)")
        #expect(answer.elements.count == count, "\(path)")
      }
      #expect(await web.get("/orders?mine=true", as: .officer).elements.count == 1)
    }
  }

  @Test func onlyChosenFieldsAreSent() async throws {
    try await WebFixture.with { web in
      _ = try await web.loop.file("1")
      _ = await web.post("/things", Self.lamp("L1"), as: .steward)
      for (path, fields) in [
        ("/cases", ["id", "number", "stage"]), ("/events", ["id", "signals"]),
        ("/signals", ["id", "title"]), ("/things", ["code"]),
      ] {
        let answer = await web.get("\(path)?fields=\(fields.joined(separator: ","))")
        let names = (answer.elements.first?.members ?? []).map(\.name)
        #expect(names.sorted() == fields.sorted(), "\(path)")
      }
    }
  }

  static func lamp(_ code: String) -> JSON {
    [
      "kind": "lamp", "code": .string(code), "name": "路灯", "longitude": 121.405,
      "latitude": 31.205, "owner": "lighting",
      "attributes": ["height": "9", "circuit": "C-7"],
    ]
  }

  @Test func thingsAreMadeFoundAndChanged() async throws {
    try await WebFixture.with { web in
      let made = await web.post("/things", Self.lamp("L1"), as: .steward)
      #expect(made.status == 201)
      let id = try #require(made.json?["id"]?.string)
      #expect(made.json?["version"]?.integer == 1)
      let sequence = try await web.loop.store.lastSequence()
      #expect(await web.post("/things", Self.lamp("L1"), as: .steward).status == 201)
      #expect(try await web.loop.store.lastSequence() == sequence)
      let renamed = Self.lamp("L1").with("name", "高杆灯")
      #expect(await web.post("/things", renamed, as: .steward).json?["version"]?.integer == 2)
      let one = await web.get("/things/\(id)").json?["thing"]
      #expect(one?["name"]?.string == "高杆灯")
      #expect(one?["attributes"]?["circuit"]?.string == "C-7")
      for (query, count) in [
        ("kind=lamp", 1), ("kind=pole", 0), ("words=高杆", 1),
        ("near=121.405,31.2051&radius=50", 1), ("near=121.405,31.209&radius=50", 0),
        ("area=\(District.west.rawValue)", 1), ("area=\(District.east.rawValue)", 0),
      ] {
        #expect(await web.get("/things?\(query)").elements.count == count, "\(query)")
      }
      #expect(await web.get("/things/\(id)", as: .eastDuty).status == 404)
      for (field, value, named, rule) in [
        ("kind", JSON.string("no-such-kind"), "kind", "kind.unknown"),
        ("owner", "no-such-unit", "owner", "unit.unknown"),
        ("code", "", "code", "field.required"),
        ("name", .string(String(repeating: "名", count: 101)), "name", "text.too_long"),
        ("name", "a\u{1}", "name", "text.control"), ("latitude", nil, "latitude", "position.half"),
        ("longitude", 200.0, "longitude", "position.range"),
        ("attributes", ["colour": "red"], "attributes.colour", "field.unknown"),
        ("attributes", ["height": "tall"], "attributes.height", "number.form"),
        ("attributes", ["installed": "2026-02-30"], "attributes.installed", "date.form"),
      ] {
        var body = Self.lamp("L2").with(field, value)
        // Of an unknown kind no attribute is known.
        if field == "kind" { body = body.with("attributes", [:]) }
        let answer = await web.post("/things", body, as: .steward)
        #expect(answer.status == 400, "\(field)")
        #expect(answer.names(named, rule), "\(named) \(rule): \(answer.text)")
      }
    }
  }
}

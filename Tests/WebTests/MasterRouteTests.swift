import City
import JSONText
import LoopFixture
import Ports
import Testing

@testable import Web

/// Areas, units, people and duties as a page changes them.
@Suite struct MasterRouteTests {
  /// A face with its corner in the south-west, in degrees.
  private static func face(_ west: Double, _ south: Double, _ east: Double, _ north: Double) -> JSON
  {
    let corners = [(west, south), (west, north), (east, north), (east, south)]
    return [[.array(corners.map { [.number($0.0), .number($0.1)] })]]
  }

  private static let quarter: JSON = [
    "code": "310107001001", "name": "一居委", "level": "neighbourhood", "parent": "310107001",
    "outline": face(121.401, 31.201, 121.404, 31.204),
  ]

  @Test func anAreaIsMadeAndItsOutlineChanged() async throws {
    try await WebFixture.with { web in
      let made = await web.post("/areas", Self.quarter, as: .steward)
      #expect(made.status == 201, "\(made.text)")
      // The west street has ground that its only neighbourhood does not cover.
      #expect(made.json?["faults"]?.array?.first?["rule"]?.string == "area.gap")
      let id = try #require(made.json?["id"]?.string)
      let inside = "/areas/at?longitude=121.402&latitude=31.202"
      #expect(await web.get(inside).ids.last == id)
      let wider = Self.quarter.with("outline", Self.face(121.401, 31.201, 121.412, 31.204))
      let changed = await web.post("/areas", wider, as: .steward)
      let faults = changed.json?["faults"]?.array ?? []
      #expect(faults.contains { $0["rule"]?.string == "area.outside_parent" }, "\(changed.text)")
      #expect(faults.contains { $0["area"]?.string == "西林街道" })
      // Without an outline it keeps its own; the ring was turned the right way round.
      let renamed = JSON.object((wider.members ?? []).filter { $0.name != "outline" })
        .with("name", "第一居委")
      #expect(await web.post("/areas", renamed, as: .steward).status == 201)
      let outline = await web.get("/areas/\(id)").json
      #expect(outline?["name"]?.string == "第一居委")
      let ring = outline?["outline"]?["coordinates"]?.array?.first?.array?.first?.array
      #expect(ring?.count == 5)
      #expect(ring?.map { $0.array?.first?.number }.prefix(2) == [121.412, 121.412])
    }
  }

  @Test func whatBreaksARuleIsSaidByField() async throws {
    try await WebFixture.with { web in
      let crossed: JSON = [
        [[[121.401, 31.201], [121.404, 31.204], [121.404, 31.201], [121.401, 31.204]]]
      ]
      let unit: JSON = [
        "code": "new-team", "name": "新队", "kind": "team", "parent": "station",
        "duties": ["night"],
      ]
      let person: JSON = [
        "code": "new-1", "name": "新人", "unit": "police", "posts": ["handler"],
      ]
      let cases: [(String, JSON, String, String)] = [
        ("/areas", Self.quarter.with("parent", "nowhere"), "parent", "area.unknown"),
        ("/areas", Self.quarter.with("parent", "310107"), "parent", "area.parent_level"),
        ("/areas", Self.quarter.with("level", "planet"), "level", "word.unknown"),
        ("/areas", Self.quarter.with("outline", crossed), "outline", "area.outline_invalid"),
        ("/areas", Self.quarter.with("outline", [[[[121.4, 31.2]]]]), "outline", "field.type"),
        (
          "/areas", ["code": "310107001", "name": "西林", "level": "grid", "parent": "310107"],
          "level", "area.level_fixed"
        ),
        ("/units", unit.with("parent", "nowhere"), "parent", "unit.unknown"),
        ("/units", unit.with("kind", "club"), "kind", "word.unknown"),
        ("/units", unit.with("hours", "never"), "hours", "hours.unknown"),
        (
          "/units",
          ["code": "police", "name": "公安", "kind": "department", "parent": "station"], "parent",
          "unit.cycle"
        ),
        ("/staff", person.with("unit", "nowhere"), "unit", "unit.unknown"),
        ("/staff", person.with("posts", ["king"]), "posts", "post.unknown"),
        ("/staff", person.with("posts", ["administrator"]), "posts", "post.reserved"),
        (
          "/staff",
          ["code": "steward", "name": "steward", "unit": "centre", "posts": ["dispatcher"]],
          "posts", "staff.own_posts"
        ),
        (
          "/staff", ["code": "auditor", "name": "auditor", "unit": "centre", "posts": []],
          "posts", "post.reserved"
        ),
      ]
      let sequence = try await web.loop.store.lastSequence()
      for (path, body, field, rule) in cases {
        let answer = await web.post(path, body, as: .steward)
        #expect(answer.names(field, rule), "\(path) \(field) \(rule): \(answer.text)")
      }
      #expect(try await web.loop.store.lastSequence() == sequence)
      #expect(await web.post("/units", unit, as: .steward).status == 201)
      let made = await web.post("/staff", person, as: .steward)
      #expect(made.json?["unit"]?["id"]?.string == String(District.police.rawValue))
      // Known without a restart.
      #expect(await web.get("/staff?unit=\(District.police.rawValue)").elements.count == 4)
      let moved = person.with("unit", "new-team").with("active", false)
      #expect(await web.post("/staff", moved, as: .steward).json?["active"]?.bool == false)
    }
  }

  @Test func whoComesSecondIsTold() async throws {
    try await WebFixture.with { web in
      let lamp: JSON = ["kind": "lamp", "code": "L-9", "name": "灯", "attributes": [:]]
      let person: JSON = ["code": "new-2", "name": "新人", "unit": "police", "posts": ["handler"]]
      let unit: JSON = ["code": "team-2", "name": "新队", "kind": "team", "parent": "station"]
      for (path, record) in [
        ("/areas", Self.quarter), ("/units", unit), ("/staff", person), ("/things", lamp),
      ] {
        let made = try #require(await web.post(path, record, as: .steward).json, "\(path)")
        func seen() async throws -> JSON {
          if let tag = made["tag"] ?? made["version"] { return tag }
          let id = try #require(made["id"]?.string)
          return try #require(await web.get("\(path)/\(id)").json?["tag"])
        }
        let before = try await seen()
        let first = await web.post(
          path, record.with("name", "甲").with("seen", before), as: .steward)
        #expect(first.status == 201, "\(path) \(first.text)")
        let second = record.with("name", "乙")
        let late = await web.post(path, second.with("seen", before), as: .steward)
        #expect(late.status == 409, "\(path) \(late.text)")
        #expect(late.code == "master.changed", "\(path)")
        // Who has seen what the first wrote may go over it; so may who never looked.
        if let now = first.json?["tag"] ?? first.json?["version"] {
          let again = await web.post(path, second.with("seen", now), as: .steward)
          #expect(again.status == 201, "\(path) \(again.text)")
        }
        #expect(await web.post(path, second, as: .steward).status == 201, "\(path)")
      }
    }
  }

  @Test func theRosterIsPlannedWithinMyScope() async throws {
    try await WebFixture.with { web in
      let clock = web.loop.clock
      func at(_ hours: Int64) -> String {
        TimeText.write(clock.now.advanced(byMilliseconds: hours * Duration.hour))
      }
      func duty(_ person: Person, _ from: Int64, _ to: Int64) -> JSON {
        [
          "staff": .string(String(person.id.rawValue)), "from": .string(at(from)),
          "to": .string(at(to)),
        ]
      }
      func roster() async -> [JSON] {
        await web.get("/duties?from=\(at(-48))&to=\(at(100))", as: .dispatcher).elements
      }
      let made = await web.post("/duties", duty(.officer, 1, 9), as: .steward)
      #expect(made.status == 201, "\(made.text)")
      #expect(made.json?["staff"]?["name"]?.string == "officer")
      for (body, field, rule) in [
        (duty(.officer, 8, 12), "from", "duty.overlap"),
        (duty(.officer, 20, 20), "to", "time.range"),
        (duty(.officer, 20, 20 + 24 * 9), "to", "time.range"),
        (duty(.officer, -24 * 40, -24 * 39), "from", "time.range"),
      ] {
        let answer = await web.post("/duties", body, as: .steward)
        #expect(answer.names(field, rule), "\(rule): \(answer.text)")
      }
      // The east street's duty officer plans neither for the west nor sees it.
      let foreign = await web.post("/duties", duty(.westDuty, 1, 9), as: .eastDuty)
      #expect(foreign.names("staff", "staff.unknown"))
      #expect(await web.post("/duties", duty(.westDuty, 1, 9), as: .westDuty).status == 201)
      let id = try #require(made.json?["id"]?.string)
      #expect(await web.post("/duties/\(id)/end", [:], as: .eastDuty).status == 404)
      clock.advance(2 * Duration.hour)
      let ended = await web.post("/duties/\(id)/end", [:], as: .steward)
      #expect(ended.json?["to"]?.string == at(0))
      #expect(await web.post("/duties", duty(.officer, 3, 9), as: .steward).status == 201)
      #expect(await roster().count == 3)
      let coming = try #require(await roster().last?["id"]?.string)
      #expect(await web.post("/duties/\(coming)/end", [:], as: .steward).status == 200)
      #expect(await roster().count == 2)
      #expect(await web.post("/duties/\(coming)/end", [:], as: .steward).status == 404)
    }
  }
}

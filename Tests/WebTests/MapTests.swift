import City
import Engine
import HTTPServing
import JSONText
import LoopFixture
import Ports
import Spreadsheets
import Testing

@testable import Web

@Suite struct MapTests {
  @Test(
    "a tile comes with a tag, and not twice to whom knows it",
    arguments: [Person?.none, .dispatcher])
  func tiles(person: Person?) async throws {
    try await WebFixture.with { web in
      let world = await web.ask(.get, "/tiles/0/0/0.mvt", as: person)
      #expect(world.status == 200)
      let type = world.response.header("Content-Type")
      #expect(type == "application/vnd.mapbox-vector-tile")
      #expect(!world.bytes.isEmpty)
      let tag = try #require(world.response.header("ETag"))
      let again = await web.ask(
        .get, "/tiles/0/0/0.mvt", as: person, headers: [("If-None-Match", tag)])
      #expect(again.status == 304 && again.bytes.isEmpty)
      for missing in ["0/0/0", "0/1/0.mvt", "x/0/0.mvt", "19/0/0.mvt", "0/0/-1.mvt"] {
        #expect(await web.ask(.get, "/tiles/\(missing)", as: person).status == 404, "\(missing)")
      }
    }
  }

  @Test("points of cases follow filters and scope")
  func points() async throws {
    try await WebFixture.with { web in
      let west = try await web.loop.file("1")
      let east = try await web.loop.file("2", item: TestItem.fireworks, at: District.inEast)
      try await web.loop.bring(west, to: "closed")
      let expected: [(String, Int)] = [
        ("", 2), ("?open=true", 1), ("?open=false", 1), ("?item=\(TestItem.fireworks)", 1),
        ("?item=nothing-of-the-kind", 0), ("?area=\(District.east.rawValue)", 1),
      ]
      for (query, count) in expected {
        let answer = await web.get("/map/cases\(query)")
        #expect(answer.status == 200)
        #expect(answer.json?["total"]?.integer == Int64(count), "\(query)")
        for column in ["longitude", "latitude", "grade", "item", "due", "number"] {
          #expect(answer.json?[column]?.array?.count == count, "\(query) \(column)")
        }
      }
      let first = await web.get("/map/cases?open=true")
      let longitude = try #require(first.json?["longitude"]?[0]?.integer)
      #expect(abs(Double(longitude) / 1e6 - District.inEast.longitude) < 1e-6)
      #expect(await web.get("/map/cases?grade=pink").names("grade", "word.unknown"))
      #expect(await web.get("/map/cases", as: nil).status == 401)
      _ = east
    }
  }

  @Test(
    "the dispatcher's queue holds what nobody has, with a proposal; loads count what is in hand")
  func dispatching() async throws {
    try await WebFixture.with { web in
      let waiting = try await web.loop.file("1")
      let given = try await web.loop.file("2", at: District.inEast)
      let before = await web.get("/dispatch")
      #expect(before.status == 200)
      let states = await web.get("/cases").elements
      let nobody = states.filter { $0["unit"]?.isNull ?? true }.compactMap { $0["id"]?.string }
      #expect(before.ids == nobody)
      for element in before.elements { #expect(element["proposal"]?.isNull == false) }
      let loads = await web.get("/loads").elements
      let open = loads.compactMap { $0["open"]?.integer }.reduce(0, +)
      #expect(Int(open) == states.count - nobody.count)
      #expect(loads.allSatisfy { $0["name"]?.string?.isEmpty == false })
      _ = (waiting, given)
    }
  }

  @Test("who answers for a place")
  func responsible() async throws {
    try await WebFixture.with { web in
      let place = "longitude=\(District.inWest.longitude)&latitude=\(District.inWest.latitude)"
      let answer = await web.get("/responsible?\(place)&item=\(TestItem.noise)")
      #expect(answer.status == 200)
      #expect(answer.json?["area"]?["street"]?["name"]?.string?.isEmpty == false)
      #expect(answer.json?["proposal"]?["unit"]?["name"]?.string?.isEmpty == false)
      #expect(await web.get("/responsible?\(place)&item=none-such").names("item", "item.unknown"))
      #expect(await web.get("/responsible?longitude=x&latitude=1").status == 400)
    }
  }

  @Test("a workbook holds the rows that were sent, and is on record")
  func sheets() async throws {
    try await WebFixture.with { web in
      let rows: JSON = [["编号", "数"], ["2026-1120-00042", .number(7.5)]]
      let answer = await web.post("/sheets", ["name": "案件", "rows": rows])
      #expect(answer.status == 200)
      #expect(answer.bytes.prefix(2) == [0x50, 0x4B])
      let entries = try await web.loop.engine.store.entries(after: 0, limit: 10_000)
      #expect(entries.contains { $0.kind == "records.exported" })
      #expect(
        await web.post("/sheets", ["name": "a/b", "rows": rows]).names("name", "text.form"))
      #expect(await web.post("/sheets", ["name": "a"]).names("rows", "field.required"))
      #expect(
        await web.post("/sheets", ["name": "a", "rows": ["x"]]).names("rows", "field.type"))
    }
  }
}

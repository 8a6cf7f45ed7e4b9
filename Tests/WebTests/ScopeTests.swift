import City
import Engine
import HTTPServing
import JSONText
import LoopFixture
import Ports
import Testing

@testable import Web

/// What somebody may not see is not there: not in lists, not in counts, not by id.
@Suite struct ScopeTests {
  /// A case in each street, and one outside; the west one with the police.
  private struct Town {
    let west: String
    let east: String
    let outside: String
    var all: [String] { [outside, east, west] }

    init(_ web: WebFixture) async throws {
      let loop = web.loop
      let first = try await loop.file("1")
      try await loop.bring(first, to: "checking")
      west = String(first.rawValue)
      east = String(try await loop.file("2", at: District.inEast).rawValue)
      outside = String(try await loop.file("3", at: District.outside).rawValue)
    }

    func seen(by person: Person) -> [String] {
      switch person {
      case .westDuty: [west]
      case .eastDuty: [east]
      case .officer, .officerHead: [west]
      case .lampWorker, .lampHead, .stationOfficer: []
      default: all
      }
    }
  }

  private static let readers = Person.allCases.filter { $0 != .system }

  @Test func casesAreCut() async throws {
    try await WebFixture.with { web in
      let town = try await Town(web)
      for person in Self.readers {
        let seen = town.seen(by: person)
        #expect(await web.get("/cases", as: person).ids == seen, "\(person)")
        let counts = await web.get("/cases/counts", as: person).json?["byStage"]?.members ?? []
        #expect(counts.compactMap { $0.value.integer }.reduce(0, +) == Int64(seen.count))
        for id in town.all {
          let status = seen.contains(id) ? 200 : 404
          #expect(await web.get("/cases/\(id)", as: person).status == status, "\(person)")
          #expect(await web.get("/cases/\(id)/steps", as: person).status == status)
          let number = try await web.loop.load(ID<Case>(Int64(id) ?? 0)).filing.number.text
          #expect(await web.get("/cases/\(number)", as: person).status == status)
          #expect(await web.get("/search?number=\(number)", as: person).status == status)
        }
      }
    }
  }

  @Test func filtersDoNotWidenTheScope() async throws {
    try await WebFixture.with { web in
      let town = try await Town(web)
      for filter in [
        "area=\(District.east.rawValue)", "outside=true", "stage=filed", "words=噪声", "open=true",
      ] {
        let ids = await web.get("/cases?\(filter)", as: .westDuty).ids
        #expect(Set(ids).isSubset(of: [town.west]), "\(filter)")
        #expect(await web.get("/cases?\(filter)", as: .lampWorker).ids.isEmpty, "\(filter)")
      }
    }
  }

  @Test func eventsSignalsAndOrdersAreCut() async throws {
    try await WebFixture.with { web in
      let loop = web.loop
      let town = try await Town(web)
      let west = try await loop.load(ID<Case>(Int64(town.west) ?? 0))
      let event = String(west.filing.event.rawValue)
      let signal = try #require(try await loop.store.signals(of: west.filing.event, limit: 1).first)
      let order = try #require(try await loop.store.orders(of: west.id).first)
      let targets = [
        ("/events", event), ("/signals", String(signal.id.rawValue)),
        ("/orders", String(order.id.rawValue)),
      ]
      for (list, id) in targets {
        for person in [Person.westDuty, .dispatcher] {
          #expect(await web.get(list, as: person).ids.contains(id), "\(list) \(person)")
          #expect(await web.get("\(list)/\(id)", as: person).status == 200, "\(list) \(person)")
        }
        for person in [Person.eastDuty, .lampHead] {
          #expect(!(await web.get(list, as: person).ids.contains(id)), "\(list) \(person)")
          #expect(await web.get("\(list)/\(id)", as: person).status == 404, "\(list) \(person)")
        }
      }
      #expect(await web.get("/events/\(event)", as: .officer).status == 200)
      #expect(await web.get("/orders", as: .officer).ids.count == 1)
      #expect(await web.get("/scores?month=2026-11", as: .officer).elements.count == 1)
      #expect(await web.get("/scores?month=2026-11", as: .lampHead).elements.isEmpty)
    }
  }

  @Test func whatIsNotSeenIsNotChanged() async throws {
    try await WebFixture.with { web in
      let town = try await Town(web)
      let step: JSON = [
        "action": "dispatch", "unit": .string(String(District.police.rawValue)),
      ]
      #expect(await web.post("/cases/\(town.east)/steps", step, as: .westDuty).status == 404)
      #expect(await web.post("/cases/\(town.east)/steps", step, as: .officer).status == 404)
      let east = try await web.loop.load(ID<Case>(Int64(town.east) ?? 0))
      let west = try await web.loop.load(ID<Case>(Int64(town.west) ?? 0))
      let merge: JSON = [
        "into": .string(String(east.filing.event.rawValue)), "note": "同一件事",
      ]
      #expect(
        await web.post("/events/\(west.filing.event.rawValue)/merge", merge, as: .westDuty).status
          == 404)
      #expect(
        await web.post("/events/\(east.filing.event.rawValue)/merge", merge, as: .westDuty).status
          == 404)
      #expect(await web.post("/cases/\(town.east)/steps", step, as: .eastDuty).status == 200)
    }
  }

  @Test func peopleAreCut() async throws {
    try await WebFixture.with { web in
      let all = await web.get("/staff").elements.count
      #expect(all == Person.allCases.count)
      let police = await web.get("/staff", as: .officer).elements.compactMap { $0["code"]?.string }
      #expect(Set(police) == ["officer", "officer-head", "station-officer"])
    }
  }

  @Test func aReporterIsMaskedUntilADutyIsStated() async throws {
    try await WebFixture.with { web in
      let signal = JSON.signal("1").with(
        "reporter", ["name": "欧阳明月", "phone": "13912345678"])
      let id = try #require(await web.post("/signals", signal).json?["case"]?.string)
      let masked = await web.get("/cases/\(id)").json?["reporter"]
      #expect(masked?["name"]?.string == "欧阳**")
      #expect(masked?["phone"]?.string == "139****5678")
      #expect(masked?["revealed"]?.bool == false)
      let before = try await web.loop.store.lastSequence()
      let refused = await web.get("/cases/\(id)?reveal=回访", as: .inspector)
      #expect(refused.status == 403)
      #expect(refused.code == "permission.missing")
      #expect(!refused.text.contains("13912345678"))
      #expect(
        await web.get("/cases/\(id)?reveal=\(String(repeating: "长", count: 201))").names(
          "reveal", "text.too_long"))
      #expect(await web.get("/cases/\(id)?reveal=a\u{0}").names("reveal", "text.control"))
      #expect(await web.get("/cases/\(id)?reveal=").names("reveal", "field.required"))
      #expect(try await web.loop.store.lastSequence() == before)
      let shown = await web.get("/cases/\(id)?reveal=回访").json?["reporter"]
      #expect(shown?["phone"]?.string == "13912345678")
      #expect(shown?["revealed"]?.bool == true)
      let entries = try await web.loop.store.entries(after: before, limit: 10)
      #expect(entries.map(\.kind) == ["reporter.revealed"])
      #expect(entries.first?.actor == .staff(Person.dispatcher.id))
      guard case .reveal(let reveal)? = entries.first?.facts.first else {
        Issue.record("no reveal on record")
        return
      }
      #expect(reveal.reason == "回访" && reveal.staff == Person.dispatcher.id)
      #expect(reveal.duty == .other && !reveal.isForeign)
      let journal = await web.get("/journal?after=\(before)", as: .auditor)
      #expect(journal.elements.first?["kind"]?.string == "reporter.revealed")
      // No list and no signal tells who it was.
      for path in ["/cases", "/signals", "/events", "/cases/\(id)/steps"] {
        let text = await web.get(path).text
        #expect(!text.contains("13912345678") && !text.contains("欧阳明月"), "\(path)")
      }
    }
  }

  @Test func revealsAreListedCountedAndLimited() async throws {
    try await WebFixture.with { web in
      let signal = JSON.signal("1").with(
        "reporter", ["name": "欧阳明月", "phone": "13912345678"])
      let id = try #require(await web.post("/signals", signal).json?["case"]?.string)
      let path = "/cases/\(id)?reveal=回访&duty=callBack"
      let max = web.loop.engine.settings.revealsPerDayMax
      for _ in 0..<max { #expect(await web.get(path).status == 200) }
      let before = try await web.loop.store.lastSequence()
      let refused = await web.get(path)
      #expect(refused.status == 429 && refused.code == "reveal.limit")
      #expect(!refused.text.contains("13912345678"))
      #expect(refused.response.header("Retry-After") == String(10 * 3_600 + 1))
      #expect(try await web.loop.store.lastSequence() == before)
      // Another person still may, and so may he on the next day.
      #expect(await web.get(path, as: .receptionist).status == 200)
      web.loop.clock.advance(10 * Duration.hour)
      #expect(await web.get(path).status == 200)
      let list = await web.get("/reveals?staff=\(Person.dispatcher.id.rawValue)", as: .auditor)
      #expect(list.elements.count == 50 && list.json?["next"]?.string != nil)
      #expect(list.elements.first?["duty"]?.string == "callBack")
      let all = await web.get("/reveals?case=\(id)&limit=500", as: .auditor)
      #expect(all.elements.count == max + 2)
      #expect(await web.get("/reveals", as: .security).status == 403)
      // A day's worth within a minute stands out, and so does midnight.
      let unusual = await web.get("/journal/unusual", as: .auditor)
      let flags = unusual.elements.compactMap { $0["flag"]?.string }
      #expect(Set(flags) == ["bulk", "night"], "\(unusual.text)")
    }
  }
}

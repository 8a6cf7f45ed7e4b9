import City
import Engine
import JSONText
import LoopFixture
import Testing

@testable import Web

@Suite struct LobbyTests {
  private func reading(_ device: String, _ count: Int = 1, at: Instant) -> JSON {
    .array(
      (0..<count).map { place in
        [
          "device": .string(device), "measure": "level", "value": 20,
          "at": .integer(at.milliseconds - Int64(place)),
        ]
      })
  }

  @Test("a device that nobody knows waits, is registered from there, and is heard from then on")
  func registers() async throws {
    try await DeviceFixture.with { fixture in
      let web = fixture.web
      let now = web.loop.clock.now
      #expect(
        await web.post("/observations", reading("NEW-1", at: now), as: .system).status == 422)
      web.loop.clock.advance(Duration.minute)
      _ = await web.post("/observations", reading("NEW-1", at: now), as: .system)
      let guest = try #require(await web.get("/lobby", as: .steward).elements.first)
      #expect(guest["device"]?.string == "NEW-1" && guest["count"]?.integer == 2)
      #expect(guest["firstSeen"] != guest["lastSeen"])
      #expect(await web.get("/lobby", as: .dutyOfficer).status == 403)

      let body: JSON = [
        "device": "NEW-1", "kind": "water-gauge", "name": "新水位计",
        "longitude": .number(District.inWest.longitude),
        "latitude": .number(District.inWest.latitude), "owner": "lighting",
      ]
      #expect(
        await web.post("/lobby/register", body.with("device", "NEW-2"), as: .steward)
          .names("device", "lobby.unknown"))
      let bad = await web.post("/lobby/register", body.with("kind", "school"), as: .steward)
      #expect(bad.status == 400)
      let made = await web.post("/lobby/register", body, as: .steward)
      #expect(made.status == 201 && made.json?["streams"]?.array?.count == 2, "\(made.text)")
      #expect(await web.get("/lobby", as: .steward).elements.isEmpty)
      #expect(
        await web.post("/observations", reading("NEW-1", at: now), as: .system).status == 200)
    }
  }

  @Test("a time of maintenance is said, shown and ended by who keeps devices, within his area")
  func maintenance() async throws {
    try await DeviceFixture.with([DeviceFixture.gauge("WG-1")]) { fixture in
      let web = fixture.web
      let id = try #require(await web.get("/devices").ids.first)
      let path = "/devices/\(id)/maintenance"
      let to = TimeText.write(web.loop.clock.now.advanced(byMilliseconds: Duration.hour))
      let body: JSON = ["to": .string(to), "reason": "换电池"]
      #expect(
        await web.post(path, body.with("reason", " "), as: .steward)
          .names("reason", "field.required"))
      #expect(
        await web.post(path, body.with("to", "2020-01-01T00:00:00+08:00"), as: .steward)
          .names("to", "maintenance.range"))
      let made = await web.post(path, body, as: .steward)
      #expect(made.status == 201 && made.json?["reason"]?.string == "换电池", "\(made.text)")
      let number = try #require(made.json?["id"]?.string)
      #expect(await web.get(path).ids == [number])
      #expect(await web.post(path, body, as: .leader).status == 403)
      #expect(await web.get(path, as: .eastDuty).status == 404)
      let end = "\(path)/\(number)/end"
      #expect(await web.post(end, [:], as: .steward).status == 200)
      #expect(await web.post(end, [:], as: .steward).status == 404)
      #expect(await web.get(path).ids.isEmpty)
    }
  }

  @Test("every reason is shown, also those that turned nothing away")
  func reasons() async throws {
    try await DeviceFixture.with { fixture in
      let web = fixture.web
      let at = web.loop.clock.now.milliseconds
      let rows: [(String, String)] = [
        (#"[{"device":"NO","measure":"level","value":1,"at":\#(at)}]"#, "device.unknown"),
        (#"[{"device":"WG-1","measure":"depth","value":1,"at":\#(at)}]"#, "measure.unknown"),
        (
          #"[{"device":"WG-1","measure":"level","unit":"m","value":1,"at":\#(at)}]"#, "unit.wrong"
        ),
        (
          #"[{"device":"WG-1","measure":"level","value":"deep","at":\#(at)}]"#, "reading.not_number"
        ),
        (#"[{"device":"WG-1","measure":"level","value":1,"at":1}]"#, "reading.time_impossible"),
        (#"[{"device":"WG-1","measure":"level","value":1,"at":"soon"}]"#, "reading.time_form"),
        (String(repeating: "[", count: 40), "payload.too_deep"),
      ]
      for (payload, reason) in rows {
        _ = await web.post("/observations", text: payload, as: .system)
        let counted = await web.get("/refusals", as: .steward).elements
          .first { $0["reason"]?.string == reason }
        #expect(counted?["count"]?.integer == 1, "\(reason)")
      }
      _ = await web.post("/observations", text: rows[0].0, as: nil)
      let all = await web.get("/refusals", as: .steward).elements
      #expect(all.count == ReadingRefusal.allCases.count)
      let keys = all.first { $0["reason"]?.string == "credentials.wrong" }
      #expect(keys?["count"]?.integer == 1)
      #expect(keys?["samples"]?[0]?["text"]?.string == "127.0.0.1")
    }
  }

  @Test("a flood of one device is cut; the others lose nothing")
  func flood() async throws {
    let devices = [DeviceFixture.gauge("WG-1"), DeviceFixture.gauge("WG-2")]
    try await DeviceFixture.with(devices) { fixture in
      let web = fixture.web
      var accepted = 0
      for round in 0..<3 {
        let at = web.loop.clock.now.advanced(byMilliseconds: Int64(-round) * 10_000)
        let answer = await web.post(
          "/observations", reading("WG-1", 10_000, at: at), as: .system)
        accepted += Int(answer.json?["accepted"]?.integer ?? 0)
        let other = await web.post("/observations", reading("WG-2", at: at), as: .system)
        #expect(other.json?["accepted"]?.integer == 1)
      }
      #expect(accepted == 20_000)
      let counted = await web.get("/refusals", as: .steward).elements
        .first { $0["reason"]?.string == "device.flood" }
      #expect(counted?["count"]?.integer == 10_000)
      // With time it may speak again.
      web.loop.clock.advance(10 * Duration.second)
      let later = await web.post(
        "/observations", reading("WG-1", 2_000, at: web.loop.clock.now), as: .system)
      #expect(later.json?["accepted"]?.integer == 1_000)
    }
  }
}

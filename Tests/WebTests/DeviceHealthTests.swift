import City
import Engine
import JSONText
import LoopFixture
import Testing

@testable import Web

@Suite struct DeviceHealthTests {
  private func ailments(_ fixture: DeviceFixture, _ query: String = "") async -> [String: [String]]
  {
    fixture.web.loop.clock.advance(DeviceCare.freshMilliseconds)
    var found: [String: [String]] = [:]
    for device in await fixture.web.get("/devices/health?\(query)").elements {
      found[device["code"]?.string ?? ""] = (device["findings"]?.array ?? [])
        .compactMap { $0["ailment"]?.string }
    }
    return found
  }

  @Test("silent, overdue and implausible devices are named with words and a remedy")
  func lists() async throws {
    let devices = [
      DeviceFixture.gauge("WG-1", attributes: ["calibrated": "2026-06-01"]),
      DeviceFixture.gauge("WG-2", attributes: ["calibrated": "2025-01-01"]),
      DeviceFixture.gauge("WG-3", at: District.inEast),
    ]
    try await DeviceFixture.with(devices) { fixture in
      try await fixture.says(20, minutes: 3, device: "WG-2")
      try await fixture.says(20_000, minutes: 2, device: "WG-3")
      try await fixture.says(20, minutes: 9, device: "WG-2")
      #expect(
        await ailments(fixture) == [
          "WG-1": ["offline"], "WG-2": ["calibration-overdue"], "WG-3": ["implausible"],
        ])
      #expect(await ailments(fixture, "ailment=offline").keys.sorted() == ["WG-1"])
      let overdue = await fixture.web.get("/devices/health?ailment=calibration-overdue")
      let finding = overdue.elements.first?["findings"]?[0]
      #expect(finding?["why"]?.string == "上次校准 2025-01-01，已超过期限 323 天")
      #expect(finding?["remedy"]?.string?.isEmpty == false)
      let counts = await fixture.web.get("/devices/health/counts")
      #expect(counts.json?["devices"]?.integer == 3 && counts.json?["unwell"]?.integer == 3)
      // A street sees its own.
      let east = await fixture.web.get("/devices/health", as: .eastDuty)
      #expect(east.elements.compactMap { $0["code"]?.string } == ["WG-3"])
    }
  }

  @Test("one press sends the owner an order; a second one changes nothing")
  func order() async throws {
    let devices = [DeviceFixture.gauge("WG-1", attributes: ["calibrated": "2025-01-01"])]
    try await DeviceFixture.with(devices) { fixture in
      try await fixture.says(20, minutes: 2)
      let web = fixture.web
      let id = try #require(await web.get("/devices").ids.first)
      let body: JSON = ["ailment": "calibration-overdue", "note": "请本周内完成"]
      let first = await web.post("/devices/\(id)/order", body, as: .dutyOfficer)
      #expect(first.status == 201 && first.json?["outcome"]?.string == "opened")
      let number = try #require(first.json?["number"]?.string)
      let found = await web.get("/cases/\(number)")
      #expect(
        found.json?["case"]?["unit"]?["name"]?.string == "lighting"
          || found.text.contains("lighting"))
      #expect(found.text.contains("上次校准 2025-01-01"))
      let second = await web.post("/devices/\(id)/order", body, as: .dutyOfficer)
      #expect(second.status == 200 && second.json?["outcome"]?.string == "repeated")
      let healthy = await web.post(
        "/devices/\(id)/order", ["ailment": "stuck"], as: .dutyOfficer)
      #expect(healthy.status == 409 && healthy.code == "device.healthy")
      #expect(
        await web.post("/devices/\(id)/order", ["ailment": "sad"], as: .dutyOfficer)
          .names("ailment", "word.unknown"))
      #expect(await web.post("/devices/\(id)/order", body, as: .leader).status == 403)
      #expect(await web.post("/devices/\(id)/order", body, as: .eastDuty).status == 404)
    }
  }
}

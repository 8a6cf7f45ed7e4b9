import City
import Engine
import Handling
import JSONText
import LoopFixture
import Ports
import Testing
import Vault

@testable import Web

@Suite struct AlarmTests {
  @Test("an episode opens, rises, falls to nothing: one alarm, one signal, why in words")
  func episode() async throws {
    try await DeviceFixture.with { fixture in
      try await fixture.says(20, minutes: 10)
      #expect(await fixture.alarms().isEmpty)
      try await fixture.says(180, minutes: 7)
      let opened = try #require(await fixture.alarms().first)
      #expect(opened["grade"]?.string == "yellow")
      #expect(opened["why"]?.string == "水位 180 mm 高于 150 mm 已 5 分钟")
      #expect(opened["clearedAt"]?.string == nil && opened["signal"]?.string != nil)

      try await fixture.says(620, minutes: 4)
      let raised = try #require(await fixture.alarms().first)
      #expect(raised["id"] == opened["id"] && raised["grade"]?.string == "red")
      #expect(raised["why"]?.string == "水位 620 mm 高于 400 mm 已 1 分钟")
      #expect(raised["signal"] == opened["signal"])

      try await fixture.says(10, minutes: 14)
      let cleared = try #require(await fixture.alarms().first)
      #expect(cleared["clearedAt"]?.string != nil)
      #expect(await fixture.alarms().count == 1)
      #expect(await fixture.alarms("rule=water-level&open=true").isEmpty)
      let signals = await fixture.web.get("/signals?channel=device")
      #expect(signals.elements.count == 1)
      #expect(signals.elements.first?["text"]?.string == "水位 180 mm 高于 150 mm 已 5 分钟")
      // The case that came of it says so too.
      let cases = await fixture.web.get("/cases?channel=device")
      #expect(cases.elements.count == 1)
    }
  }

  @Test("acknowledged once, silenced within limits, and by those who may")
  func handled() async throws {
    try await DeviceFixture.with { fixture in
      try await fixture.says(180, minutes: 7)
      let id = try #require(await fixture.alarms().first?["id"]?.string)
      let web = fixture.web
      #expect(await web.post("/alarms/\(id)/acknowledge", [:], as: .eastDuty).status == 404)
      #expect(await web.post("/alarms/\(id)/acknowledge", [:], as: .leader).status == 403)
      let seen = await web.post("/alarms/\(id)/acknowledge", [:], as: .dutyOfficer)
      #expect(seen.status == 200 && seen.json?["acknowledgedAt"]?.string != nil)
      #expect(seen.json?["acknowledgedBy"]?["name"]?.string == "duty")
      let again = await web.post("/alarms/\(id)/acknowledge", [:], as: .dutyOfficer)
      #expect(again.status == 409 && again.code == "alarm.acknowledged_already")
      #expect(await fixture.alarms("acknowledged=true").count == 1)

      func silence(_ hours: Int64) async -> WebAnswer {
        let until = web.loop.clock.now.advanced(byMilliseconds: hours * Duration.hour)
        return await web.post(
          "/alarms/\(id)/silence", ["until": .string(TimeText.write(until))], as: .dutyOfficer)
      }
      #expect(await silence(-1).names("until", "alarm.silence_range"))
      #expect(await silence(31 * 24).names("until", "alarm.silence_range"))
      #expect(await silence(2).status == 200)
    }
  }

  @Test("a case found not to be so makes its alarm a false one")
  func verdict() async throws {
    try await DeviceFixture.with { fixture in
      try await fixture.says(180, minutes: 7)
      let id = try #require(
        await fixture.web.get("/cases?channel=device").elements.first?["id"]?.string
          .flatMap { Int64($0) })
      let loop = fixture.web.loop
      let found = try await loop.load(ID<Case>(id))
      if found.state.stage == "filed" {
        try await loop.step("dispatch", on: ID(id), by: .dispatcher) { $0.unit = District.lighting }
      }
      // Whoever has it by now takes it on.
      let holder = try await loop.load(ID<Case>(id)).state.unit.innermost
      #expect(holder != nil)
      try await loop.step("reassign", on: ID(id), by: .dispatcher) {
        $0.unit = holder == District.police ? District.lighting : District.police
        $0.note = "改派"
      }
      let hand: Person = holder == District.police ? .lampWorker : .officer
      try await loop.step("accept", on: ID(id), by: hand)
      let photo = try await loop.files.put(Base64Text.bytes(DevicePicture.jpeg) ?? [])
      try await loop.step("report", on: ID(id), by: hand) {
        $0.note = "现场无积水"
        $0.evidence = [.init(file: photo.digest, form: photo.form)]
      }
      try await loop.step("notConfirmed", on: ID(id), by: .inspector) { $0.note = "探头误报" }
      var position: Int64 = 0
      let verdicts = AlarmVerdicts(engine: loop.engine)
      var hasAlarms = true
      while true {
        let next = try await verdicts.step(after: position, hasAlarms: &hasAlarms)
        if next == position { break }
        position = next
      }
      #expect(await fixture.alarms("verdict=notConfirmed").count == 1)
      let rules = await fixture.web.get("/devices/precision?by=rule")
      let rule = rules.elements.first { $0["key"]?.string == "water-level" }
      #expect(rule?["raised"]?.integer == 1 && rule?["notConfirmed"]?.integer == 1)
      #expect(rule?["precision"]?.number == 0 && rule?["name"]?.string == "道路积水")
    }
  }
}

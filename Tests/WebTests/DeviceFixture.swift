import City
import Engine
import JSONText
import LoopFixture
import Pack
import Ports
import Testing

@testable import Web

/// Devices of the small district, and what they say.
struct DeviceFixture: Sendable {
  let web: WebFixture
  let perception: Perception
  let follower: PerceptionFollower

  static func with(
    _ devices: [DeviceEntry] = [gauge("WG-1")], pictures: (any PictureSource)? = nil,
    _ body: (DeviceFixture) async throws -> Void
  ) async throws {
    try await WebFixture.with(devices: devices, pictures: pictures) { web in
      guard let perception = web.perception else { throw LoopFault.notStored }
      let follower = PerceptionFollower(
        perception: perception, rules: web.loop.engine.catalogue.rules)
      try await body(DeviceFixture(web: web, perception: perception, follower: follower))
    }
  }

  static func gauge(
    _ code: String, at place: (longitude: Double, latitude: Double) = District.inWest,
    kind: String = "water-gauge", attributes: [String: String] = [:]
  ) -> DeviceEntry {
    var thing = ThingEntry(kind: kind, code: code)
    thing.name = "设备 \(code)"
    thing.longitude = place.longitude
    thing.latitude = place.latitude
    thing.owner = "lighting"
    thing.attributes = attributes
    return DeviceEntry(thing: thing)
  }

  /// The device sends a value every minute for so many minutes, ending now.
  func says(
    _ value: Double, minutes: Int, device: String = "WG-1", measure: String = "level"
  ) async throws {
    for _ in 0..<minutes {
      web.loop.clock.advance(Duration.minute)
      let reading: JSON = [
        "device": .string(device), "measure": .string(measure), "value": .number(value),
        "at": .integer(web.loop.clock.now.milliseconds),
      ]
      let answer = await web.post("/observations", [reading], as: .system)
      #expect(answer.status == 200, "\(answer.text)")
    }
    try await follow()
  }

  func follow() async throws {
    // Far enough that what is due by time alone has been looked at.
    web.loop.clock.advance(6 * Duration.second)
    while try await follower.step() {}
    while try await perception.traces.step() {}
  }

  func alarms(_ query: String = "rule=water-level") async -> [JSON] {
    await web.get("/alarms?\(query)", as: .dutyOfficer).elements
  }
}

import City
import Demonstration
import Synchronization
import Testing

@Suite struct DeviceTests {
  private static let end = Instant(milliseconds: 1_780_000_000_000)
  private static let zone = 8 * Duration.hour

  private static func plan(devices: Int = 2_000, seed: UInt64 = 7) -> DemonstrationPlan {
    let identities = Mutex(IdentitySequence(node: 1))
    return DemonstrationPlan(
      seed: seed, things: 6_000, devices: devices, cases: 0, days: 1, endingAt: end
    ) { at in identities.withLock { $0.next(at: at) } }
  }

  @Test("every device has a place, an owner's area, a code of its own and something it watches")
  func devices() {
    let plan = Self.plan()
    #expect((1_950...2_000).contains(plan.devices.count))
    #expect(Set(plan.devices.map(\.thing.code)).count == plan.devices.count)
    let known = Set(plan.things.map(\.id))
    let watched = Dictionary(grouping: plan.deviceLinks.filter { $0.kind == "watches" }, by: \.from)
    for device in plan.devices {
      #expect(device.thing.position != nil && !device.thing.area.areas.isEmpty)
      #expect(watched[device.thing.id]?.allSatisfy { known.contains($0.to) } == true)
    }
    #expect(Set(plan.devices.map(\.thing.kind)).count == 17)
  }

  @Test("the same seed gives the same devices and readings; another seed gives others")
  func seeded() {
    let from = Self.end
    let to = from.advanced(byMilliseconds: 10 * Duration.minute)
    func all(_ seed: UInt64) -> [DeviceReading] {
      DeviceDays(plan: Self.plan(devices: 300, seed: seed), offsetMilliseconds: Self.zone)
        .readings(from: from, to: to)
    }
    #expect(all(7) == all(7))
    #expect(all(7) != all(8))
  }

  @Test("cutting a span in two changes nothing")
  func cuts() {
    let days = DeviceDays(plan: Self.plan(devices: 400), offsetMilliseconds: Self.zone)
    let from = Self.end
    let middle = from.advanced(byMilliseconds: 7 * Duration.minute + 123)
    let to = from.advanced(byMilliseconds: 20 * Duration.minute)
    func key(_ reading: DeviceReading) -> String {
      "\(reading.device) \(reading.measure) \(reading.at.milliseconds) \(reading.value)"
    }
    let whole = days.readings(from: from, to: to).map(key).sorted()
    let parts = days.readings(from: from, to: middle) + days.readings(from: middle, to: to)
    #expect(whole == parts.map(key).sorted())
  }

  @Test("all values are finite; the planted faults show, and only few devices have any")
  func faults() {
    let plan = Self.plan()
    let days = DeviceDays(plan: plan, offsetMilliseconds: Self.zone)
    var flooded: Set<Int> = []
    var gauges: Set<Int> = []
    var start = Self.end
    // Twelve hours, so that every returning fault shows at least once.
    for _ in 0..<24 {
      let next = start.advanced(byMilliseconds: 30 * Duration.minute)
      for reading in days.readings(from: start, to: next) {
        #expect(reading.value.isFinite)
        let device = plan.devices[reading.device]
        guard device.measures[reading.measure] == "level", device.thing.kind == "water-gauge" else {
          continue
        }
        gauges.insert(reading.device)
        if reading.value > 600 { flooded.insert(reading.device) }
      }
      start = next
    }
    #expect(gauges.count > 50)
    #expect(flooded.count == 2)
  }

  @Test("an hour holds as many readings as it says, but for silent devices")
  func hourly() {
    let days = DeviceDays(plan: Self.plan(), offsetMilliseconds: Self.zone)
    let hour = days.readings(
      from: Self.end, to: Self.end.advanced(byMilliseconds: Duration.hour))
    #expect(hour.count <= days.readingsPerHour)
    #expect(Double(hour.count) > 0.98 * Double(days.readingsPerHour))
  }
}

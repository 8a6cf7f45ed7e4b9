import City
import Pack
import Ports

/// What the sensors say of a case: those whose alarms report its event.
struct CaseSensors {
  /// Reports of one event that are looked at.
  static let signalsMax = 200
  /// Alarms of a rule that are searched for the newest of an area.
  static let alarmsMax = 200

  let engine: Engine

  /// One sensor and what it last told: the newest episode of a rule at a device.
  struct Sensor: Hashable {
    let rule: String
    /// nil = the rule speaks of an area.
    let device: ID<Thing>?
    let area: ID<Area>?
  }

  /// What all of them say together.
  struct Word {
    /// Every sensor's newest alarm.
    let alarms: [Alarm]

    /// Since when none shows an alarm; nil where one does.
    var clearSince: Instant? {
      let cleared = alarms.compactMap(\.state.clearedAt)
      return cleared.count == alarms.count ? cleared.max() : nil
    }
  }

  static func sensor(of alarm: Alarm) -> Sensor {
    Sensor(
      rule: alarm.rule, device: alarm.device,
      area: alarm.device == nil ? alarm.area.innermost : nil)
  }

  /// nil where no sensor reported the case, or one whose rule is in force no more.
  func word(of found: Case) async throws(StoreFault) -> Word? {
    let store = engine.store
    var newest: [Sensor: Alarm] = [:]
    for signal in try await store.signals(of: found.filing.event, limit: Self.signalsMax)
    where signal.channel == .device {
      guard let alarm = try await store.alarm(of: signal.id) else { continue }
      let sensor = Self.sensor(of: alarm)
      guard engine.catalogue.rules.contains(where: { $0.code == sensor.rule }) else { return nil }
      if newest[sensor] == nil {
        newest[sensor] = try await latest(of: sensor) ?? alarm
      }
    }
    guard !newest.isEmpty else { return nil }
    return Word(alarms: newest.values.sorted { $0.id < $1.id })
  }

  /// The newest episode, which may be another than the one that made the case.
  private func latest(of sensor: Sensor) async throws(StoreFault) -> Alarm? {
    let limit = sensor.device == nil ? Self.alarmsMax : 1
    var query = AlarmQuery(scope: .everything, page: PageRequest(limit: limit, before: nil))
    query.rule = sensor.rule
    query.device = sensor.device
    return try await engine.store.alarms(query).elements
      .first { Self.sensor(of: $0) == sensor }
  }
}

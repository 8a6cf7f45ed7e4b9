import City
import Demonstration
import Engine
import Ports

/// What the devices of the demonstration say, on the one path in for observations.
struct DemonstrationDevices: Sendable {
  /// Readings of the past at most; more devices tell of fewer hours.
  static let pastReadingsMax = 12_000_000
  static let pastHoursMax: Int64 = 24
  /// The past is told in spans of so much, in milliseconds.
  static let spanMilliseconds = 10 * Duration.minute
  /// How often devices speak while the server is up.
  static let tickMilliseconds: Int64 = 10_000
  /// Readings in one batch.
  static let batchMax = 50_000
  /// How far back the newest reading of a device is looked for, in observations of the log.
  static let lookBackMax: Int64 = 1_048_576

  private let plan: DemonstrationPlan
  private let days: DeviceDays

  init(plan: DemonstrationPlan, offsetMinutes: Int) {
    self.plan = plan
    days = DeviceDays(plan: plan, offsetMilliseconds: Int64(offsetMinutes) * Duration.minute)
  }

  /// How long a past the devices tell of, in milliseconds: whole hours, at least one.
  var pastMilliseconds: Int64 {
    let hours = Int64(Self.pastReadingsMax / max(1, days.readingsPerHour))
    return min(Self.pastHoursMax, max(1, hours)) * Duration.hour
  }

  /// Sends all that devices say from one moment up to, not including, another, in the order of time.
  func send(
    from start: Instant, to end: Instant, through perception: Perception
  ) async throws(StoreFault) {
    var from = start
    while from < end {
      let to = min(end, from.advanced(byMilliseconds: Self.spanMilliseconds))
      var readings = days.readings(from: from, to: to)
      readings.sort { ($0.at, $0.device, $0.measure) < ($1.at, $1.device, $1.measure) }
      for begin in stride(from: 0, to: readings.count, by: Self.batchMax) {
        let part = readings[begin..<min(readings.count, begin + Self.batchMax)]
        _ = try await perception.take(batch(part), from: "demonstration")
      }
      from = to
    }
  }

  private func batch(_ readings: ArraySlice<DeviceReading>) -> ReadingBatch {
    var batch = ReadingBatch()
    batch.readings.reserveCapacity(readings.count)
    for reading in readings {
      let device = plan.devices[reading.device]
      batch.readings.append(
        ReadingBatch.Reading(
          device: batch.add(device.thing.code.utf8),
          measure: batch.add(device.measures[reading.measure].utf8), unit: ReadingBatch.none,
          at: reading.at, value: reading.value))
    }
    return batch
  }

  /// Sends what devices would have said while nobody listened, before rules look at silence.
  ///
  /// What the newest reading's moment said is sent again: a repeated observation changes nothing,
  /// and one that was cut off in the middle of that moment is not lost.
  /// - Returns: up to when everything is told.
  func catchUp(_ perception: Perception) async throws(StoreFault) -> Instant {
    let now = perception.engine.time.now
    let earliest = now.advanced(byMilliseconds: -pastMilliseconds)
    let newest = try await newest(in: perception) ?? plan.endingAt
    try await send(from: max(newest, earliest), to: now, through: perception)
    return now
  }

  /// The time of the newest reading that one of these devices gave; nil where none is near.
  private func newest(in perception: Perception) async throws(StoreFault) -> Instant? {
    let ours = Set(plan.devices.map(\.thing.id))
    let table = perception.table
    let end = try await perception.observations.end().rawValue
    let step = Int64(ObservationLimits.batchMax)
    var from = end
    while from > 0, end - from < Self.lookBackMax {
      from = max(0, from - step)
      // What retention took away is not looked for.
      guard
        let found = try? await perception.observations.log(
          from: LogPosition(from), limit: Int(step))
      else { return nil }
      let newest = found.observations.lazy.filter { observation in
        table.index(of: observation.stream).map { ours.contains(table.devices[$0].thing.id) }
          ?? false
      }.map(\.at).max()
      if let newest { return newest }
    }
    return nil
  }

  /// Lets devices speak until cancelled.
  /// - Parameter told: up to when everything was told before.
  func speak(into perception: Perception, after told: Instant) async {
    var told = told
    while !Task.isCancelled {
      try? await Task.sleep(for: .milliseconds(Self.tickMilliseconds))
      let now = perception.engine.time.now
      // What the store did not take is sent again with the next.
      guard !Task.isCancelled, now > told,
        (try? await send(from: told, to: now, through: perception)) != nil
      else { continue }
      told = now
    }
  }
}

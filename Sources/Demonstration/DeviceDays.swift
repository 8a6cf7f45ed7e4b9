package import City
import Glibc

/// One value that a device of the demonstration said.
package struct DeviceReading: Equatable, Sendable {
  /// Index into `DemonstrationPlan.devices`.
  package let device: Int
  /// Index into the device's `measures`.
  package let measure: Int
  package let at: Instant
  package let value: Double
}

/// What all devices say at any time: believable days, and the planted faults.
///
/// A value depends on seed, device, measure and time alone, so that a restarted show goes on where
/// the other would have.
package struct DeviceDays: Sendable {
  private let seed: UInt64
  private let offsetMilliseconds: Int64
  private let devices: [DemonstrationDevice]
  /// Faults by device.
  private let faults: [Int: [DeviceFault]]

  /// - Parameter offsetMilliseconds: how far local time is ahead of UTC.
  package init(plan: DemonstrationPlan, offsetMilliseconds: Int64) {
    seed = plan.seed
    self.offsetMilliseconds = offsetMilliseconds
    devices = plan.devices
    var faults: [Int: [DeviceFault]] = [:]
    for (index, device) in plan.devices.enumerated() {
      let own = FaultTable.faults.filter {
        $0.kind == device.thing.kind && $0.number == device.number
      }
      if !own.isEmpty { faults[index] = own }
    }
    self.faults = faults
  }

  /// How many readings all devices give in an hour, faults aside.
  package var readingsPerHour: Int {
    devices.reduce(0) { sum, device in
      sum
        + DeviceTable.rows[device.row].measures.reduce(0) { $0 + 3_600 / $1.intervalSeconds }
    }
  }

  /// All that is said from one moment up to, not including, another; of each stream in the order of
  /// time. Wants spans of minutes, not of days: the answer is held in memory.
  package func readings(from start: Instant, to end: Instant) -> [DeviceReading] {
    var found: [DeviceReading] = []
    for index in devices.indices {
      let row = DeviceTable.rows[devices[index].row]
      for (measure, told) in row.measures.enumerated() {
        let interval = Int64(told.intervalSeconds) * Duration.second
        var shift = random(index, 0, 0)
        let phase = Int64(shift.next() % UInt64(interval))
        var at = start.milliseconds - (start.milliseconds - phase) % interval
        if at < start.milliseconds { at += interval }
        while at < end.milliseconds {
          let time = Instant(milliseconds: at)
          if let value = value(index, measure, told, at: time) {
            found.append(DeviceReading(device: index, measure: measure, at: time, value: value))
          }
          at += interval
        }
      }
    }
    return found
  }

  /// nil where the device is silent.
  private func value(_ index: Int, _ measure: Int, _ row: MeasureRow, at time: Instant) -> Double? {
    let usual = usual(index, measure, row.habit, at: time)
    for fault in faults[index] ?? []
    where (fault.measure == nil || fault.measure == row.code) && fault.shows(at: time) {
      switch fault.form {
      case .says(let value): return value
      case .flaps(let value):
        return time.milliseconds / (Int64(row.intervalSeconds) * Duration.second) % 2 == 0
          ? value : usual
      case .silent: return nil
      case .stuck: return Self.rounded(Self.middle(of: row.habit))
      case .drifts(let daily):
        return Self.rounded(
          usual + daily * Double(time.milliseconds % (9 * Duration.day))
            / Double(Duration.day))
      }
    }
    return usual
  }

  private func usual(_ index: Int, _ measure: Int, _ habit: Habit, at time: Instant) -> Double {
    var own = random(index, measure + 1, 0)
    let place = own.unit()
    var moment = random(index, measure + 1, UInt64(bitPattern: time.milliseconds))
    let noise = (moment.unit() + moment.unit() + moment.unit()) * 2 / 3 - 1
    let hour =
      Double((time.milliseconds + offsetMilliseconds) % Duration.day)
      / Double(Duration.hour)
    switch habit {
    case .steady(let range, let spread):
      return Self.rounded(Self.point(range, place) + noise * spread)
    case .daily(let range, let peak, let spread):
      let wave = (1 + cos((hour - peak) / 12 * .pi)) / 2
      let lift = Self.point(0.85...1.15, place)
      return Self.rounded(max(0, Self.point(range, wave) * lift + noise * spread))
    case .tide(let range, let spread):
      let round = 12.42 * Double(Duration.hour)
      let phase = (Double(time.milliseconds).truncatingRemainder(dividingBy: round) / round + place)
      return Self.rounded(
        Self.point(range, (1 + cos(phase * 2 * .pi)) / 2) + noise * spread)
    case .battery:
      let days = Double(time.milliseconds / Duration.day % 240) + place * 240
      return (100 - days.truncatingRemainder(dividingBy: 240) / 3).rounded()
    case .filling:
      let round = (18 + 14 * place) * Double(Duration.hour)
      let share = (Double(time.milliseconds) / round + place).truncatingRemainder(dividingBy: 1)
      return (share * 84 + noise).rounded().clamped(to: 0...100)
    case .night(let night, let day, let spread):
      let isNight = hour < 5.6 || hour > 17.7
      return Self.rounded(max(0, (isNight ? night : day) + (isNight ? noise * spread : 0)))
    case .sessions(let work, let idle):
      var session = random(index, 40, UInt64(bitPattern: time.milliseconds / Duration.hour))
      let isAtWork = hour > 6 && session.chance(0.3)
      return Self.rounded(isAtWork ? Self.point(work, session.unit()) + noise * 0.05 : idle)
    case .waking(let range):
      // By night people get up now and then.
      let isAwake = hour > 6 && hour < 22
      return isAwake ? Self.point(range, moment.unit()).rounded() : moment.chance(0.6) ? 1 : 0
    case .longitude: return route(index, at: time)?.longitude ?? 0
    case .latitude: return route(index, at: time)?.latitude ?? 0
    }
  }

  /// Where a vehicle is: along its road and back within forty minutes.
  private func route(_ index: Int, at time: Instant) -> Position? {
    guard let route = devices[index].route, route.count > 1 else {
      return devices[index].thing.position
    }
    let round = 40 * Duration.minute
    let share =
      Double((time.milliseconds + Int64(index) * Duration.minute) % round)
      / Double(round)
    let along = (share < 0.5 ? 2 * share : 2 - 2 * share) * Double(route.count - 1)
    let from = min(Int(along), route.count - 2)
    let rest = along - Double(from)
    let (a, b) = (route[from], route[from + 1])
    // Vehicles tell millionths of a degree, as JT/T 808 has it.
    return Position(
      longitude: ((a.longitude + (b.longitude - a.longitude) * rest) * 1e6).rounded() / 1e6,
      latitude: ((a.latitude + (b.latitude - a.latitude) * rest) * 1e6).rounded() / 1e6)
  }

  private func random(_ index: Int, _ part: Int, _ moment: UInt64) -> DemonstrationRandom {
    DemonstrationRandom(
      seed: seed &+ moment &* 0x9E37_79B9_7F4A_7C15, stream: 50 + UInt64(part),
      index: UInt64(index))
  }

  private static func middle(of habit: Habit) -> Double {
    switch habit {
    case .steady(let range, _), .daily(let range, _, _), .tide(let range, _): point(range, 0.5)
    default: 0
    }
  }

  private static func point(_ range: ClosedRange<Double>, _ share: Double) -> Double {
    range.lowerBound + (range.upperBound - range.lowerBound) * share
  }

  /// As devices tell: two decimals.
  private static func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }
}

extension Double {
  fileprivate func clamped(to range: ClosedRange<Double>) -> Double {
    min(max(self, range.lowerBound), range.upperBound)
  }
}

import City

/// Something planted to be found: what one device does wrong, and when.
struct DeviceFault {
  enum Form {
    /// Says this value instead.
    case says(Double)
    /// Says this value and the usual one in turn.
    case flaps(Double)
    /// Says nothing.
    case silent
    /// Says the same value for ever.
    case stuck
    /// Wanders off by so much a day.
    case drifts(Double)
  }

  let kind: String
  /// Which device of its kind, from 0; with fewer devices than that there is no such fault.
  let number: Int
  /// nil = all that it measures.
  let measure: String?
  let form: Form
  /// Comes back after so many minutes; nil = it never stops.
  let everyMinutes: Int64?
  let lastingMinutes: Int64

  /// How the device itself is out of order all the time; nil = it is not, or only now and then.
  var ailment: String? {
    guard everyMinutes == nil else { return nil }
    return switch form {
    case .silent: "silent"
    case .stuck: "stuck"
    case .drifts: "drifting"
    case .says, .flaps: nil
    }
  }

  /// Whether it shows at a moment.
  func shows(at time: Instant) -> Bool {
    guard let everyMinutes else { return true }
    let every = everyMinutes * Duration.minute
    // Each fault has its own place in the hour, so that they do not all come at once.
    let shift = Int64(number &* 7 &+ kind.utf8.count &* 13) * Duration.minute
    let phase = (time.milliseconds + shift) % every
    return phase >= 0 && phase < lastingMinutes * Duration.minute
  }
}

/// The faults of the demonstration.
enum FaultTable {
  /// Kind and number of devices that raise alarms where there is nothing.
  static let mistaken: [(String, Int)] = [("smoke-detector", 17), ("manhole-sensor", 21)]

  private static func episode(
    _ kind: String, _ number: Int, _ measure: String, _ form: DeviceFault.Form, every: Int64,
    lasting: Int64
  ) -> DeviceFault {
    DeviceFault(
      kind: kind, number: number, measure: measure, form: form, everyMinutes: every,
      lastingMinutes: lasting)
  }

  private static func lasting(
    _ kind: String, _ number: Int, _ measure: String?, _ form: DeviceFault.Form
  ) -> DeviceFault {
    DeviceFault(
      kind: kind, number: number, measure: measure, form: form, everyMinutes: nil,
      lastingMinutes: 0)
  }

  static let faults: [DeviceFault] = [
    // What the city must see.
    episode("water-gauge", 3, "level", .says(860), every: 240, lasting: 30),
    episode("water-gauge", 11, "level", .says(650), every: 360, lasting: 20),
    episode("smoke-detector", 5, "smoke", .says(1), every: 720, lasting: 62),
    episode("manhole-sensor", 8, "cover-open", .says(1), every: 480, lasting: 70),
    episode("door-sensor", 4, "open", .says(1), every: 300, lasting: 60),
    episode("lift-monitor", 6, "trapped", .says(1), every: 600, lasting: 25),
    episode("lift-monitor", 9, "fault", .says(1), every: 900, lasting: 40),
    episode("dust-monitor", 2, "pm10", .says(420), every: 180, lasting: 35),
    episode("dust-monitor", 2, "tsp", .says(900), every: 180, lasting: 35),
    episode("noise-monitor", 3, "noise", .says(88), every: 200, lasting: 25),
    episode("air-monitor", 1, "pm25", .says(210), every: 720, lasting: 130),
    episode("bin-sensor", 12, "fill", .says(100), every: 500, lasting: 120),
    episode("bin-sensor", 30, "temperature", .says(78), every: 1_440, lasting: 20),
    episode("lamp-controller", 7, "leakage", .says(60), every: 400, lasting: 20),
    episode("charging-pile", 2, "temperature", .says(92), every: 350, lasting: 12),
    episode("elder-kit", 3, "help", .says(1), every: 800, lasting: 61),
    episode("gas-detector", 4, "gas", .says(27), every: 420, lasting: 15),
    episode("vehicle-tracker", 1, "speed", .says(96), every: 90, lasting: 4),
    episode("tilt-sensor", 1, "tilt", .says(2.4), every: 700, lasting: 60),
    // What is wrong with the devices themselves.
    episode("smoke-detector", 17, "smoke", .says(1), every: 360, lasting: 61),
    episode("manhole-sensor", 21, "cover-open", .says(1), every: 330, lasting: 61),
    lasting("lamp-controller", 15, nil, .silent),
    lasting("smoke-detector", 40, nil, .silent),
    lasting("air-monitor", 5, "pm25", .stuck),
    lasting("water-gauge", 20, "level", .stuck),
    lasting("dust-monitor", 9, "pm10", .drifts(40)),
    lasting("gas-detector", 11, "gas", .says(-3)),
    episode("door-sensor", 10, "open", .flaps(1), every: 120, lasting: 40),
    lasting("elder-kit", 8, "battery", .says(4)),
    lasting("elder-kit", 5, "activity", .says(0)),
    DeviceFault(
      kind: "gateway", number: 2, measure: nil, form: .silent, everyMinutes: 480,
      lastingMinutes: 45),
    episode("water-gauge", 25, "level", .silent, every: 300, lasting: 40),
  ]
}

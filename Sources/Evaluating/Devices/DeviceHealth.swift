package import City
package import Pack

/// What is known of one device when its health is judged.
package struct DeviceFacts: Sendable {
  package let kind: Kind
  package let attributes: [Attribute]
  /// One for each measure of the kind, in that order; none where nobody listened yet.
  package let traces: [StreamTrace]
  /// What became of its alarms within `AlarmTally.daysStandard` days.
  package let alarms: AlarmTally

  package init(
    kind: Kind, attributes: [Attribute], traces: [StreamTrace], alarms: AlarmTally
  ) {
    self.kind = kind
    self.attributes = attributes
    self.traces = traces
    self.alarms = alarms
  }
}

/// One thing that is wrong with a device.
package struct DeviceFinding: Sendable, Equatable {
  package let ailment: DeviceAilment
  /// Code of the measure that shows it; nil = the device as a whole.
  package let measure: String?
  /// Values by the names that packs put in braces.
  package let facts: [String: String]

  package init(ailment: DeviceAilment, measure: String? = nil, facts: [String: String]) {
    self.ailment = ailment
    self.measure = measure
    self.facts = facts
  }

  /// The pack's sentence with the facts in it; what is unknown shows as `?`.
  package func sentence(_ say: String) -> String {
    var text = ""
    var rest = Substring(say)
    while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
      text += rest[..<open]
      text += facts[String(rest[rest.index(after: open)..<close])] ?? "?"
      rest = rest[rest.index(after: close)...]
    }
    return text + rest
  }
}

/// Judges devices by what they told and what became of their alarms.
package struct DeviceHealth: Sendable {
  /// So many intervals may pass in silence, and `silenceMinutesMin` at least.
  package static let silentIntervals: Int64 = 3
  package static let silenceMinutesMin: Int64 = 10
  /// Observations of one value in a row before it can be stuck.
  package static let stuckCountMin: UInt32 = 3
  /// Devices of a kind whose median says something.
  package static let peersMin = 5
  /// Observations in a mean that says something.
  package static let meanCountMin = 12
  /// Verdicts before a device can be called often wrong, and the share of wrong ones from there on.
  package static let judgedMin = 3
  package static let wrongShareMin = 0.5
  /// Below this share of what it should tell a device is of little use.
  package static let toldShareMin = 0.5
  /// A shorter time says nothing of how often a device tells.
  package static let toldMillisecondsMin = 6 * Duration.hour

  private let now: Instant
  private let offsetMilliseconds: Int64
  private let beganAt: Instant
  private let medians: [String: Double]

  /// - Parameters:
  ///   - offsetMilliseconds: how far the city's time is ahead of UTC.
  ///   - beganAt: since when the traces have been followed; before that nobody listened.
  ///   - medians: by `key(kind:measure:)`, see `medians(of:)`.
  package init(
    now: Instant, offsetMilliseconds: Int64, beganAt: Instant, medians: [String: Double]
  ) {
    self.now = now
    self.offsetMilliseconds = offsetMilliseconds
    self.beganAt = beganAt
    self.medians = medians
  }

  /// Names one measure of one kind.
  package static func key(kind: String, measure: String) -> String { "\(kind)/\(measure)" }

  /// The median of the means of each measure whose devices should agree.
  package static func medians(of devices: some Sequence<DeviceFacts>) -> [String: Double] {
    var means: [String: [Double]] = [:]
    for device in devices {
      for (measure, trace) in zip(device.kind.measures, device.traces)
      where measure.driftLimit != nil && trace.recentCount >= meanCountMin {
        if let mean = trace.mean {
          means[key(kind: device.kind.code, measure: measure.code), default: []].append(mean)
        }
      }
    }
    return means.filter { $0.value.count >= peersMin }.mapValues { values in
      let sorted = values.sorted()
      let middle = sorted.count / 2
      return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }
  }

  /// All that is wrong with a device; empty where it is well.
  package func findings(of device: DeviceFacts) -> [DeviceFinding] {
    var findings: [DeviceFinding] = []
    let silence = silence(of: device)
    if let silence { findings.append(silence) }
    for (measure, trace) in zip(device.kind.measures, device.traces) {
      // Of a device that is silent the rest is known when it speaks again.
      guard silence == nil, trace.latestAt != nil else { continue }
      findings += [
        stuck(measure, trace), drift(measure, trace, device.kind.code),
        implausible(measure, trace),
      ].compactMap(\.self)
    }
    if silence == nil, let rare = rarelyUsed(device) { findings.append(rare) }
    if let wrong = oftenWrong(device.alarms) { findings.append(wrong) }
    if let overdue = calibration(of: device) { findings.append(overdue) }
    return findings
  }

  private func silence(of device: DeviceFacts) -> DeviceFinding? {
    let intervals = device.kind.measures.map(\.intervalSeconds).filter { $0 > 0 }
    guard let interval = intervals.min(), !device.traces.isEmpty else { return nil }
    let limit = max(
      Int64(interval) * Self.silentIntervals * Duration.second,
      Self.silenceMinutesMin * Duration.minute)
    let last = device.traces.compactMap(\.latestAt).max()
    let silent = now.millisecondsSince(last ?? beganAt)
    guard silent > limit else { return nil }
    return DeviceFinding(
      ailment: .offline,
      facts: [
        "hours": Self.written(Double(silent) / Double(Duration.hour)),
        "interval": Self.written(Double(interval) / 60),
      ])
  }

  private func stuck(_ measure: Measure, _ trace: StreamTrace) -> DeviceFinding? {
    guard let after = measure.stuckAfterSeconds, trace.unchangedCount >= Self.stuckCountMin,
      trace.unchangedMilliseconds >= Int64(after) * Duration.second
    else { return nil }
    return DeviceFinding(
      ailment: .stuck, measure: measure.code,
      facts: Self.words(of: measure, trace.value).merging([
        "hours": Self.written(Double(trace.unchangedMilliseconds) / Double(Duration.hour))
      ]) { first, _ in first })
  }

  private func drift(
    _ measure: Measure, _ trace: StreamTrace, _ kind: String
  ) -> DeviceFinding? {
    guard let limit = measure.driftLimit, trace.recentCount >= Self.meanCountMin,
      let mean = trace.mean,
      let median = medians[Self.key(kind: kind, measure: measure.code)],
      abs(mean - median) > limit
    else { return nil }
    return DeviceFinding(
      ailment: .drifting, measure: measure.code,
      facts: Self.words(of: measure, mean).merging([
        "median": Self.written(median), "limit": Self.written(limit),
      ]) { first, _ in first })
  }

  private func implausible(_ measure: Measure, _ trace: StreamTrace) -> DeviceFinding? {
    guard !measure.range.contains(trace.value) else { return nil }
    return DeviceFinding(
      ailment: .implausible, measure: measure.code,
      facts: Self.words(of: measure, trace.value).merging([
        "least": Self.written(measure.range.lowerBound),
        "greatest": Self.written(measure.range.upperBound),
      ]) { first, _ in first })
  }

  /// By the measure that should tell most often.
  private func rarelyUsed(_ device: DeviceFacts) -> DeviceFinding? {
    let regular = zip(device.kind.measures, device.traces).filter { $0.0.intervalSeconds > 0 }
    guard
      let (measure, trace) = regular.min(by: { $0.0.intervalSeconds < $1.0.intervalSeconds }),
      trace.recentMilliseconds >= Self.toldMillisecondsMin
    else { return nil }
    let expected =
      Double(trace.recentMilliseconds) / Double(Int64(measure.intervalSeconds) * Duration.second)
    let share = Double(trace.recentCount) / max(1, expected)
    guard share < Self.toldShareMin else { return nil }
    return DeviceFinding(
      ailment: .rarelyUsed, measure: measure.code,
      facts: ["measure": measure.title, "percent": Self.written((share * 100).rounded())])
  }

  private func oftenWrong(_ alarms: AlarmTally) -> DeviceFinding? {
    let judged = alarms.confirmed + alarms.notConfirmed
    guard judged >= Self.judgedMin,
      Double(alarms.notConfirmed) >= Self.wrongShareMin * Double(judged)
    else { return nil }
    return DeviceFinding(
      ailment: .oftenWrong,
      facts: [
        "judged": "\(judged)", "wrong": "\(alarms.notConfirmed)",
        "days": "\(AlarmTally.daysStandard)",
      ])
  }

  private func calibration(of device: DeviceFacts) -> DeviceFinding? {
    guard let limit = device.kind.calibrationDays,
      let text = attribute("calibrated", device) ?? attribute("installed", device),
      let date = Self.date(text)
    else { return nil }
    let today = (now.milliseconds + offsetMilliseconds) / Duration.day
    let over = Int(today) - date.daysSinceEpoch - limit
    guard over > 0 else { return nil }
    return DeviceFinding(
      ailment: .calibrationOverdue, facts: ["date": text, "days": "\(over)"])
  }

  /// A day as attributes hold it, for example `2026-05-31`; nil for anything else.
  private static func date(_ text: String) -> CivilDate? {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 3, let year = parts[0], let month = parts[1], let day = parts[2] else {
      return nil
    }
    return CivilDate(year: year, month: month, day: day)
  }

  private func attribute(_ name: String, _ device: DeviceFacts) -> String? {
    device.attributes.first { $0.name == name }?.value
  }

  private static func words(of measure: Measure, _ value: Double) -> [String: String] {
    ["measure": measure.title, "unit": measure.unit, "value": written(value)]
  }

  /// At most one decimal, none where it is 0.
  private static func written(_ number: Double) -> String {
    guard abs(number) < 1e15 else { return "\(number)" }
    let tenths = Int64((abs(number) * 10).rounded())
    let sign = number < 0 && tenths > 0 ? "-" : ""
    return tenths % 10 == 0 ? "\(sign)\(tenths / 10)" : "\(sign)\(tenths / 10).\(tenths % 10)"
  }
}

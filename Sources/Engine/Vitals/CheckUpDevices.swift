import City
import Evaluating
import Pack
import Ports

/// Devices that are not well at the end of a period.
extension VitalDesk {
  /// Devices that a report looks at; with more none is judged, since each is read hour by hour.
  static let devicesExaminedMax = 20_000
  /// Days before the end that are read.
  static let devicesDays: Int64 = 14
  /// Devices that are named of each ailment.
  static let devicesNamed = 12
  /// What hours tell of. How often a device speaks, and when it was calibrated, they do not.
  private static let ailments: [DeviceAilment] = [
    .offline, .stuck, .drifting, .implausible, .oftenWrong,
  ]

  /// The ailments by how grave they are, each with its devices; by the hours told and the alarms up
  /// to the end of the period, or up to the newest hour that any device told.
  func deviceLines(_ period: Period) async throws(CheckUpFault) -> [CheckUp.DeviceLine] {
    guard let perception, perception.table.devices.count <= Self.devicesExaminedMax,
      let observedFrom = book.observationsFrom, observedFrom < period.to
    else { return [] }
    let from = max(
      observedFrom, period.to.advanced(byMilliseconds: -Self.devicesDays * Duration.day))
    var facts: [DeviceFacts] = []
    var newest = from
    let tallies = alarmTallies(before: period.to)
    for device in perception.table.devices {
      var traces: [StreamTrace] = []
      for stream in device.streams {
        let trace = try await trace(stream, from, period.to, perception)
        newest = max(newest, trace.latestAt ?? newest)
        traces.append(trace)
      }
      facts.append(
        DeviceFacts(
          kind: device.kind, attributes: device.thing.attributes, traces: traces,
          alarms: tallies[device.thing.id] ?? AlarmTally()))
    }
    // The newest hour may not be over, and who speaks every ten minutes has not spoken in it yet:
    // whoever spoke in the hour before it is not silent.
    let lastWhole = min(period.to, newest).advanced(byMilliseconds: -Duration.hour)
    let health = DeviceHealth(
      now: max(from, lastWhole), offsetMilliseconds: book.offsetMilliseconds, beganAt: from,
      medians: DeviceHealth.medians(of: facts))
    return lines(zip(perception.table.devices, facts).map { ($0, $1, health.findings(of: $1)) })
  }

  private func trace(
    _ stream: StreamNumber, _ from: Instant, _ to: Instant, _ perception: Perception
  ) async throws(CheckUpFault) -> StreamTrace {
    do throws(StoreFault) {
      let series = try await perception.observations.series(
        SeriesQuery(
          stream: stream, from: from, to: to, resolution: .hour,
          pointsMax: Int(Self.hoursRead)))
      var trace = StreamTrace()
      for point in series.points {
        // An hour of one value is that value; else its mean, which no two hours have in common.
        trace.take(point.least == point.greatest ? point.least : point.mean, at: point.at)
      }
      return trace
    } catch {
      throw .store(error)
    }
  }

  private func alarmTallies(before end: Instant) -> [ID<Thing>: AlarmTally] {
    let since = end.advanced(byMilliseconds: -Int64(AlarmTally.daysStandard) * Duration.day)
    var tallies: [ID<Thing>: AlarmTally] = [:]
    for alarm in alarms.values where alarm.state.openedAt >= since && alarm.state.openedAt < end {
      guard let device = alarm.device else { continue }
      tallies[device, default: AlarmTally()].add(alarm.state)
    }
    return tallies
  }

  private func lines(
    _ judged: [(device: Device, facts: DeviceFacts, findings: [DeviceFinding])]
  ) -> [CheckUp.DeviceLine] {
    Self.ailments.compactMap { ailment in
      guard let word = engine.catalogue.healthWord(ailment) else { return nil }
      let ill = judged.compactMap { device, facts, findings in
        findings.first { $0.ailment == ailment }.map { (device, facts, $0) }
      }
      guard !ill.isEmpty else { return nil }
      return CheckUp.DeviceLine(
        ailment: word.name, remedy: word.remedy, grade: word.grade, count: ill.count,
        devices: ill.prefix(Self.devicesNamed).map { device, facts, finding in
          (
            device.thing.name, finding.sentence(word.say), since(finding, device, facts),
            device.thing.owner.innermost.flatMap { engine.directory.units[$0]?.name } ?? ""
          )
        })
    }.sorted { $0.grade.rank > $1.grade.rank }
  }

  private func since(
    _ finding: DeviceFinding, _ device: Device, _ facts: DeviceFacts
  ) -> Instant? {
    switch finding.ailment {
    case .offline:
      return facts.traces.compactMap(\.latestAt).max()?.advanced(byMilliseconds: Duration.hour)
    case .stuck:
      let place = device.kind.measures.firstIndex { $0.code == finding.measure }
      guard let trace = place.map({ facts.traces[$0] }), let latest = trace.latestAt else {
        return nil
      }
      return latest.advanced(byMilliseconds: -trace.unchangedMilliseconds)
    default: return nil
    }
  }
}

package import City
import Discovering
package import Evaluating
package import Pack
package import Ports

/// Why no order was made for a device.
package enum CareFault: Error, Equatable {
  case notFound
  /// Nothing of this sort is wrong with it, or no pack speaks of it.
  case healthy
  case intake(IntakeFault)
  case store(StoreFault)

  package var code: String {
    switch self {
    case .notFound: "device.not_found"
    case .healthy: "device.healthy"
    case .intake(let fault): fault.code
    case .store(let fault): fault.code
    }
  }
}

/// A device with what is wrong with it.
package struct DeviceStanding: Sendable {
  package let device: Device
  package let findings: [DeviceFinding]
}

/// Which devices are not well, how far rules can be relied upon, and orders to have devices mended.
package actor DeviceCare {
  /// What was judged is shown for so long before it is judged again, in milliseconds.
  package static let freshMilliseconds: Int64 = 5_000
  /// Alarms looked back upon; the oldest beyond are left out.
  package static let alarmsMax = 100_000
  /// A longer note is refused.
  package static let noteMax = 500

  private let perception: Perception
  private var judged: (at: Instant, standings: [DeviceStanding])?
  private var listed: (at: Instant, alarms: [Alarm])?

  package init(perception: Perception) {
    self.perception = perception
  }

  private var engine: Engine { perception.engine }

  /// All devices with which something is wrong, the newest device first.
  package func standings() async throws(StoreFault) -> [DeviceStanding] {
    let now = engine.time.now
    if let judged, now.millisecondsSince(judged.at) < Self.freshMilliseconds {
      return judged.standings
    }
    let tallies = try await tallies(days: AlarmTally.daysStandard) { $0.device }
    let (traces, beganAt) = await perception.traces.all
    // Until the log is read every device would seem silent.
    let isCurrent = await perception.traces.isCurrent
    let devices = perception.table.devices
    let words = Set(engine.catalogue.health.map(\.ailment))
    let facts = devices.map { device in
      DeviceFacts(
        kind: device.kind, attributes: device.thing.attributes,
        traces: !isCurrent
          ? []
          : device.streams.map { stream in
            let number = Int(stream.rawValue)
            return number < traces.count ? traces[number] : StreamTrace()
          }, alarms: tallies[device.thing.id] ?? AlarmTally())
    }
    let health = DeviceHealth(
      now: now, offsetMilliseconds: Int64(engine.settings.offsetMinutes) * Duration.minute,
      beganAt: beganAt, medians: DeviceHealth.medians(of: facts))
    var standings: [DeviceStanding] = []
    for (device, facts) in zip(devices, facts).reversed() {
      // What no pack has words for nobody could read.
      let findings = health.findings(of: facts).filter { words.contains($0.ailment) }
      guard !findings.isEmpty else { continue }
      standings.append(DeviceStanding(device: device, findings: findings))
    }
    judged = (now, standings)
    return standings
  }

  /// What became of alarms, by whatever `key` names.
  ///
  /// - Parameters:
  ///   - days: alarms opened within so many days.
  ///   - scope: alarms beyond it do not count.
  ///   - key: nil leaves an alarm out.
  package func tallies<Key: Hashable>(
    days: Int, scope: Scope = .everything, by key: @Sendable (Alarm) -> Key?
  ) async throws(StoreFault) -> [Key: AlarmTally] {
    let since = engine.time.now.advanced(byMilliseconds: -Int64(days) * Duration.day)
    var tallies: [Key: AlarmTally] = [:]
    for alarm in try await alarms()
    where alarm.state.openedAt >= since && scope.holds(area: alarm.area, unit: alarm.owner) {
      guard let key = key(alarm) else { continue }
      tallies[key, default: AlarmTally()].add(alarm.state)
    }
    return tallies
  }

  private func alarms() async throws(StoreFault) -> [Alarm] {
    let now = engine.time.now
    if let listed, now.millisecondsSince(listed.at) < Self.freshMilliseconds {
      return listed.alarms
    }
    var alarms: [Alarm] = []
    var before: Int64?
    repeat {
      let page = try await engine.store.alarms(
        AlarmQuery(
          scope: .everything, page: PageRequest(limit: PageRequest.limitMax, before: before)))
      alarms += page.elements
      before = page.next
    } while before != nil && alarms.count < Self.alarmsMax
    listed = (now, alarms)
    return alarms
  }

  /// Reports what is wrong with a device, so that its owner gets an order.
  ///
  /// The same ailment of the same device on the same day is reported once.
  package func order(
    _ id: ID<Thing>, for ailment: DeviceAilment, note: String, by actor: Actor, request: String,
    scope: Scope
  ) async throws(CareFault) -> IntakeOutcome {
    let found: [DeviceStanding]
    do throws(StoreFault) {
      found = try await standings()
    } catch {
      throw .store(error)
    }
    guard let device = perception.table.device(id),
      scope.holds(area: device.thing.area, unit: device.thing.owner)
    else { throw .notFound }
    guard let word = engine.catalogue.healthWord(ailment),
      let finding = found.first(where: { $0.device.thing.id == id })?.findings
        .first(where: { $0.ailment == ailment })
    else { throw .healthy }
    let now = engine.time.now
    let date = engine.civilDate(of: now)
    var draft = SignalDraft()
    draft.externalID = "device:\(id.rawValue):\(ailment.rawValue):\(date.daysSinceEpoch)"
    draft.title = String("\(device.thing.name) · \(word.name)".prefix(SignalLimits.titleMax))
    draft.text = [finding.sentence(word.say), word.remedy, note].filter { !$0.isEmpty }
      .joined(separator: "\n")
    draft.item = word.item
    draft.address = device.thing.address
    draft.thing = String(id.rawValue)
    draft.longitude = device.thing.position?.longitude
    draft.latitude = device.thing.position?.latitude
    draft.occurredAt = now
    // The same however often it is pressed: what came in is that somebody wants the order.
    let incoming = IncomingSignal(
      channel: .system, draft: draft, raw: Array(draft.externalID.utf8))
    do throws(IntakeFault) {
      return try await Intake(engine: engine).take(incoming, by: actor, request: request)
    } catch {
      throw .intake(error)
    }
  }
}

import City
import Demonstration
import Engine
import Pack
import Ports
import StoreObservations

/// The devices' past: what they said, the alarms that rules made of it, and what staff did.
struct DemonstrationPast {
  let engine: Engine
  let folder: String
  /// That of the engine: it stands where the past has got to.
  let clock: DemonstrationClock
  let script: DemonstrationScript
  let player: DemonstrationPlayer

  /// Tells all of it, in the order of time, through the same path as a running server.
  func tell() async throws -> DemonstrationMaker.Counts {
    var counts = DemonstrationMaker.Counts()
    guard !script.plan.devices.isEmpty else { return counts }
    defer { clock.release() }
    do throws(StoreFault) {
      counts.observations = try await observe()
      try await count(&counts)
      counts.cases = try await alarmed().count
    } catch {
      throw WorkFault(message: "the devices' past: \(error)")
    }
    clock.release()
    counts.steps = try await handle()
    return counts
  }

  /// - Returns: how many observations were made.
  private func observe() async throws(StoreFault) -> Int {
    let devices = DemonstrationDevices(
      plan: script.plan, offsetMinutes: engine.settings.offsetMinutes)
    let end = script.plan.endingAt
    let beginning = end.advanced(byMilliseconds: -devices.pastMilliseconds)
    clock.hold(at: beginning)
    let store = try SegmentedObservationStore(
      folder: folder + "/" + ObservationFolder.name, time: clock)
    defer { store.close() }
    let perception = try await Perception(engine: engine, observations: store)
    let follower = PerceptionFollower(
      perception: perception, rules: engine.catalogue.rules,
      links: try await DeviceLinks.load(engine, perception.table))
    let progress = Progress("observations")
    var from = beginning
    while from < end {
      let to = min(end, from.advanced(byMilliseconds: DemonstrationDevices.spanMilliseconds))
      clock.hold(at: to.advanced(byMilliseconds: perception.settings.slackMilliseconds))
      try await devices.send(from: from, to: to, through: perception)
      while try await follower.step() {}
      from = to
      progress.show(
        from.millisecondsSince(beginning), of: end.millisecondsSince(beginning))
    }
    try await follower.rest()
    try await store.seal()
    try await store.merge()
    return perception.accepted
  }

  private func count(_ counts: inout DemonstrationMaker.Counts) async throws(StoreFault) {
    var before: Int64?
    repeat {
      let page = try await engine.store.alarms(
        AlarmQuery(
          scope: .everything, page: PageRequest(limit: PageRequest.limitMax, before: before)))
      counts.alarms += page.elements.count
      counts.signals += page.elements.count { $0.state.signal != nil }
      before = page.next
    } while before != nil
  }

  /// Staff take the steps whose time came before the end of the past.
  /// - Returns: how many.
  private func handle() async throws -> Int {
    var steps = 0
    for var current in try await alarmed() {
      while steps < Self.stepsMax, let step = script.pastStep(for: current) {
        let at = current.state.since.advanced(byMilliseconds: step.afterMilliseconds)
        do throws(DeskFault) {
          current = try await player.take(step, on: current.id, at: at)
          steps += 1
        } catch {
          // The engine knows better than the script; the case stays where it is.
          break
        }
      }
    }
    return steps
  }

  /// Steps in all, should the script never end.
  private static let stepsMax = 1_000_000

  private func alarmed() async throws(StoreFault) -> [Case] {
    var cases: [Case] = []
    var before: Int64?
    repeat {
      var query = CaseQuery(
        scope: .everything, page: PageRequest(limit: PageRequest.limitMax, before: before))
      query.open = true
      query.channel = .device
      let page = try await engine.store.cases(query)
      cases += page.elements
      before = page.next
    } while before != nil
    return cases
  }
}

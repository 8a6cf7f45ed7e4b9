package import City
import Dispatching
import Handling
import Pack
package import Ports

/// Takes the steps that flows leave to the engine: a check by the sensor itself, and naming who
/// shall check.
///
/// It follows the journal for cases that come to a stage with such a step and for alarms of the
/// sensors that they wait for, and looks at a case again when its time comes. What it knows follows
/// from the tables, so that a restart goes on; every step is decided anew by the desk, from the
/// case as it then is.
package actor MachineSteps {
  /// Entries read at a time.
  static let entriesMax = 512
  /// Cases looked at between two looks at the journal.
  static let casesMax = 128
  /// Cases read at a time when it begins.
  static let pageMax = 500
  /// How often it looks at the journal.
  static let restMilliseconds: Int64 = 1_000
  /// When it looks again at a case for which nobody, or no fresh reading, was there.
  static let againMilliseconds = 2 * Duration.minute
  /// Entries that a start reads for where people were last.
  static let backMax: Int64 = 20_000
  /// Its name in the journal.
  package static let name = "machine"

  private let engine: Engine
  /// When a device was heard of last; nil where nobody listens, and the alarm's end must do.
  private let heard: (@Sendable (ID<Thing>) -> Instant?)?
  /// Stages that a step of the engine's leaves, of any flow.
  private let stages: Set<String>
  /// Actions that are taken on the spot, in some flow.
  private let spotActions: Set<String>
  private var schedule = ClockSchedule()
  /// Cases whose sensors show an alarm, by the sensors.
  private var waiting: [CaseSensors.Sensor: Set<ID<Case>>] = [:]
  private var position: Int64 = 0

  /// - Parameter heard: when a device was last heard of. A sensor that fell silent after its alarm
  ///   ended says nothing of the time since; without this it is taken at its word.
  package init(engine: Engine, heard: (@Sendable (ID<Thing>) -> Instant?)? = nil) {
    self.engine = engine
    self.heard = heard
    let edges = engine.catalogue.flows.flatMap(\.edges)
    stages = Set(edges.filter { $0.machine != nil }.map(\.from))
    spotActions = Set(edges.filter(\.onSpot).map(\.action))
  }

  /// Follows until the task is cancelled.
  package func run() async {
    await Following.run(
      restMilliseconds: Self.restMilliseconds,
      begin: { () async throws(StoreFault) in try await self.begin() },
      turn: { () async throws(StoreFault) in try await self.turn() })
  }

  /// Reads the cases that stand where the engine may have something to do, and where people were.
  package func begin() async throws(StoreFault) {
    schedule = ClockSchedule()
    waiting = [:]
    position = try await engine.store.lastSequence()
    try await readBack()
    guard !stages.isEmpty else { return }
    var before: Int64?
    repeat {
      var query = CaseQuery(
        scope: .everything, page: PageRequest(limit: Self.pageMax, before: before))
      query.open = true
      query.stages = stages
      let page = try await engine.store.cases(query)
      for found in page.elements { schedule.watch(found.id, at: engine.time.now.minute) }
      before = page.next
    } while before != nil
  }

  /// Follows the journal to its end and does what is due now.
  /// - Returns: how many steps were taken.
  @discardableResult
  package func turn() async throws(StoreFault) -> Int {
    var taken = 0
    repeat {
      try await follow()
      let due = schedule.due(at: engine.time.now, limit: Self.casesMax)
      for id in due { taken += try await look(id) ? 1 : 0 }
      if due.isEmpty { break }
    } while true
    return taken
  }

  // MARK: The journal

  private func follow() async throws(StoreFault) {
    while try await engine.store.lastSequence() > position {
      let entries = try await engine.store.entries(after: position, limit: Self.entriesMax)
      guard let last = entries.last else { return }
      let now = engine.time.now.minute
      for fact in entries.lazy.flatMap(\.facts) {
        switch fact {
        case .caseMoved(let id, let state):
          let isOurs = state.closedAt == nil && stages.contains(state.stage)
          schedule.watch(id, at: isOurs ? now : nil)
        case .alarm(let alarm):
          guard let cases = waiting.removeValue(forKey: CaseSensors.sensor(of: alarm)) else {
            continue
          }
          for id in cases { schedule.watch(id, at: now) }
        default: break
        }
      }
      try await see(entries)
      position = last.sequence
    }
  }

  /// From the newest entry backwards, for as long as any of a piece is fresh: what is older says
  /// nothing of where people are.
  private func readBack() async throws(StoreFault) {
    let oldest = max(0, position - Self.backMax)
    var end = position
    while end > oldest {
      let start = max(oldest, end - Int64(Self.entriesMax))
      let entries = try await engine.store.entries(after: start, limit: Int(end - start))
      guard entries.contains(where: { isFresh($0.at) }) else { return }
      try await see(entries)
      end = start
    }
  }

  private func isFresh(_ instant: Instant) -> Bool {
    engine.time.now.millisecondsSince(instant) <= Whereabouts.freshMilliseconds
  }

  /// Who was where, by what he did there.
  private func see(_ entries: [JournalEntry]) async throws(StoreFault) {
    for fact in entries.lazy.flatMap(\.facts) {
      switch fact {
      case .step(let step):
        guard let staff = step.staff, let found = try await spot(of: step) else { continue }
        engine.whereabouts.saw(staff, at: found, step.at)
      case .patrol(let patrol):
        for stop in patrol.stops {
          guard let finding = stop.finding, let place = stop.position else { continue }
          engine.whereabouts.saw(finding.staff, at: place, finding.at)
        }
      default: break
      }
    }
  }

  /// The place of a case on which somebody did what is done on the spot; nil for other steps.
  private func spot(of step: Step) async throws(StoreFault) -> Position? {
    guard isFresh(step.at), spotActions.contains(step.action),
      let found = try await engine.store.load(step.case),
      engine.catalogue.flow(found.flow)?.edges(from: step.from).contains(where: {
        $0.onSpot && $0.action == step.action
      }) ?? false
    else { return nil }
    return found.filing.position
  }

  // MARK: One case

  /// - Returns: whether a step was taken.
  private func look(_ id: ID<Case>) async throws(StoreFault) -> Bool {
    schedule.watch(id, at: nil)
    guard let found = try await engine.store.load(id), found.state.closedAt == nil,
      let flow = engine.catalogue.flow(found.flow)
    else { return false }
    for edge in flow.edges(from: found.state.stage) {
      switch edge.machine {
      case .sensorClear: if try await takeByWord(edge, found) { return true }
      case .nearestChecker: if try await takeByDistance(edge, found) { return true }
      case nil: break
      }
    }
    return false
  }

  /// Checks by what the sensors say, or remembers what it waits for.
  private func takeByWord(_ edge: FlowEdge, _ found: Case) async throws(StoreFault) -> Bool {
    let item = found.state.item.flatMap { engine.catalogue.item(code: $0) }
    guard let limit = item?.sensorClear,
      let word = try await CaseSensors(engine: engine).word(of: found)
    else { return false }
    guard let since = word.clearSince else {
      for alarm in word.alarms where alarm.state.clearedAt == nil {
        waiting[CaseSensors.sensor(of: alarm), default: []].insert(found.id)
      }
      return false
    }
    let unit = found.state.unit.innermost
    let until = engine.workingTime.deadline(
      from: since, limit: limit, hours: engine.unitHours(unit)
    ).instant
    guard until <= engine.time.now else {
      schedule.watch(found.id, at: until)
      return false
    }
    guard isFresh(word, since: until) else {
      schedule.watch(found.id, at: engine.time.now.advanced(byMilliseconds: Self.againMilliseconds))
      return false
    }
    let alarm = word.alarms.max { ($0.state.clearedAt ?? since) < ($1.state.clearedAt ?? since) }
    var device = ""
    if let id = alarm?.device { device = try await engine.store.load(id)?.name ?? "" }
    let rule = engine.catalogue.rules.first { $0.code == alarm?.rule }?.name ?? ""
    return try await take(
      edge, found, ["rule": rule, "device": device, "cleared": engine.localText(since)])
  }

  /// Whether every device was heard of after the time was over.
  private func isFresh(_ word: CaseSensors.Word, since until: Instant) -> Bool {
    guard let heard else { return true }
    return word.alarms.compactMap(\.device).allSatisfy { device in
      heard(device).map { $0 >= until } ?? false
    }
  }

  private func takeByDistance(_ edge: FlowEdge, _ found: Case) async throws(StoreFault) -> Bool {
    guard found.state.checker == nil else { return false }
    guard let best = try await bestOnDuty(for: found) else {
      schedule.watch(found.id, at: engine.time.now.advanced(byMilliseconds: Self.againMilliseconds))
      return false
    }
    var values = ["staff": engine.directory.staff[best.staff]?.name ?? "", "metres": "?"]
    for reason in best.reasons {
      switch reason {
      case .distance(let metres, _): values["metres"] = String(metres)
      case .load(let orders): values["open"] = String(orders)
      default: break
      }
    }
    return try await take(edge, found, values, naming: best.staff)
  }

  /// The best of those who may check it and are on duty now.
  private func bestOnDuty(for found: Case) async throws(StoreFault) -> PersonChoice? {
    let desk = CheckerDesk(engine: engine)
    // Whether anybody is there at all, before each is looked at.
    guard try await desk.isAnybodyOnDuty(for: found) else { return nil }
    let dossier = try await engine.store.dossier(
      of: found.id, handling: engine.catalogue.handlingActions)
    return try await desk.choices(for: found, handlers: dossier?.handlers ?? [])
      .first { $0.reasons.contains(.onDuty) }
  }

  /// Takes a step as the engine; where somebody came first, or it is refused, the case is looked at
  /// again when it moves.
  private func take(
    _ edge: FlowEdge, _ found: Case, _ values: [String: String], naming staff: ID<Staff>? = nil
  ) async throws(StoreFault) -> Bool {
    var order = StepOrder(action: edge.action)
    order.version = found.state.version
    order.note = Placeholders.filled(edge.words, values)
    order.staff = staff
    do throws(DeskFault) {
      _ = try await Desk(engine: engine).take(
        order, on: found.id, by: .engine, as: .engine(Self.name), request: "")
      return true
    } catch {
      switch error {
      case .store(let fault): throw fault
      case .crowded, .refused(.staleVersion):
        schedule.watch(found.id, at: engine.time.now.minute)
      case .refused(.sensorNotClear(let until?)):
        schedule.watch(found.id, at: until)
      default: break
      }
      return false
    }
  }
}

extension Instant {
  /// The full minute that this moment lies in, so that a schedule of minutes takes it at once.
  fileprivate var minute: Instant {
    Instant(milliseconds: milliseconds / Duration.minute * Duration.minute)
  }
}

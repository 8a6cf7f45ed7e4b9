import City
package import Demonstration
import Handling
package import Pack

/// A district in virtual time: cases arrive, people with shifts and skills take them through the
/// flow of the packs, and every step is decided as the engine decides it.
///
/// One thread, no clock, no randomness but the seed's: the same settings and packs give the same
/// result.
package struct FlowSimulation {
  /// Share of a limit beyond which a light is yellow.
  package static let yellowShare = 0.8

  private let settings: SimulationSettings
  private let plan: DemonstrationPlan
  private let catalogue: Catalogue
  private let demand: Demand
  private let time: WorkingTime
  private let offset: Int64
  private let hours: [ID<Unit>: WorkingHours]
  private let ways: [FlowReference: [String: [Work.Way]]]
  private let centre: UnitPath
  private var crews: CrewPlan
  private var running: [Crew]
  private var random: DemonstrationRandom
  private var events = Heap<Happening>()
  private var serial = 0
  private var slots: [OpenCase] = []
  private var free: [Int] = []
  private var open = 0
  private var lastID: Int64 = 0
  private var result = SimulationResult()

  /// nil where the packs have no items or the district no grids.
  package init?(
    plan: DemonstrationPlan, catalogue: Catalogue, settings: SimulationSettings,
    offsetMinutes: Int
  ) {
    guard let demand = Demand(plan: plan, catalogue: catalogue, seed: settings.seed) else {
      return nil
    }
    self.settings = settings
    self.plan = plan
    self.catalogue = catalogue
    self.demand = demand
    time = WorkingTime(years: catalogue.calendarYears, offsetMinutes: offsetMinutes)
    offset = Int64(offsetMinutes) * Duration.minute
    hours = Dictionary(
      plan.units.map { unit in
        (unit.id, CrewPlan.hours(of: demand.path(of: unit.id) ?? .none, plan, catalogue))
      }
    ) { first, _ in first }
    ways = Dictionary(
      catalogue.flows.map { flow in (flow.reference, Work.ways(of: flow)) }
    ) { _, later in later }
    centre = plan.units.first { $0.kind == .centre }.flatMap { demand.path(of: $0.id) } ?? .none
    crews = CrewPlan(demand: demand, plan: plan, catalogue: catalogue, settings: settings)
    running = crews.crews
    random = DemonstrationRandom(seed: settings.seed, stream: 42)
  }

  /// How many people the crews have together.
  package var people: Int { running.reduce(0) { $0 + $1.workers.count } }

  /// Runs the whole time.
  /// - Parameter progress: told after each simulated day how many of all days are done.
  package mutating func run(progress: (Int) -> Void) -> SimulationResult {
    for day in 0..<settings.days {
      let date = CivilDate(daysSinceEpoch: settings.firstDay.daysSinceEpoch + day)
      result.days.append(SimulationResult.Day(date: date))
      let midnight = Int64(date.daysSinceEpoch) * Duration.day - offset
      for arrival in Demand.arrivals(
        weekday: date.weekday - 1, perDay: settings.perDay, &random)
      {
        advance(to: midnight + arrival)
        file(at: Instant(milliseconds: midnight + arrival), date)
      }
      advance(to: midnight + Duration.day)
      result.days[day].open = open
      progress(day + 1)
    }
    finish()
    return result
  }

  // MARK: Time

  /// Something that comes at its time: a piece of work ends, or a crew wakes.
  private struct Happening: Comparable, Sendable {
    let at: Int64
    let serial: Int
    let crew: Int
    /// The worker who ends a piece of work, and the case's slot; nil where somebody comes on duty.
    let work: (worker: Int, slot: Int)?

    static func < (left: Happening, right: Happening) -> Bool {
      (left.at, left.serial) < (right.at, right.serial)
    }

    static func == (left: Happening, right: Happening) -> Bool { left.serial == right.serial }
  }

  private struct OpenCase {
    var `case`: Case
    let item: Item
    let flow: Flow
    /// Whom the responsibility list names.
    let unit: UnitPath
    var order: WorkOrder?
    var handlers: Set<ID<Staff>> = []
    var way: Work.Way?
  }

  private mutating func advance(to moment: Int64) {
    while let next = events.first, next.at <= moment {
      _ = events.removeFirst()
      let now = Instant(milliseconds: next.at)
      if let work = next.work {
        running[next.crew].workers[work.worker].isBusy = false
        take(slot: work.slot, by: running[next.crew].workers[work.worker].actor, at: now)
      } else {
        running[next.crew].wakeAt = nil
      }
      serve(next.crew, at: now)
    }
  }

  private mutating func schedule(_ at: Int64, crew: Int, work: (worker: Int, slot: Int)?) {
    serial += 1
    events.insert(Happening(at: at, serial: serial, crew: crew, work: work))
  }

  // MARK: Cases

  private mutating func newID() -> Int64 {
    lastID += 1
    return lastID
  }

  private mutating func file(at now: Instant, _ date: CivilDate) {
    let problem = demand.problem(&random)
    let reference = catalogue.currentFlow(code: problem.item.flow)
    guard let flow = catalogue.flow(reference) else { return }
    result.cases += 1
    result.days[result.days.count - 1].filed += 1
    let id = ID<Case>(newID())
    let filing = CaseFiling(
      number: CaseNumber(date: date, serial: result.days[result.days.count - 1].filed),
      event: ID(id.rawValue), channel: .hotline, title: "", text: "", address: "", position: nil,
      thing: nil, reporter: nil, filedAt: now, flow: reference)
    var state = CaseState(
      stage: flow.start, item: problem.item.code, grade: problem.item.grade, area: problem.area,
      unit: .none, handler: nil, due: nil, order: nil, since: now, closedAt: nil, verdict: nil,
      version: 0, reworks: 0, returns: 0)
    state.clocks = ClockRule(flow: flow, time: time) { [standard = catalogue.defaultHours] _ in
      standard
    }.clocksAtFiling(at: now, item: problem.item)
    let unit = problem.unit == .none ? centre : problem.unit
    let opened = OpenCase(
      case: Case(id: id, filing: filing, state: state), item: problem.item, flow: flow, unit: unit)
    open += 1
    let slot: Int
    if let reused = free.popLast() {
      slots[reused] = opened
      slot = reused
    } else {
      slot = slots.count
      slots.append(opened)
    }
    if problem.isSure,
      let way = ways[reference]?[flow.start]?.first(where: { $0.move == .dispatch })
    {
      slots[slot].way = way
      take(slot: slot, by: .engine, at: now)
    } else {
      goOn(slot, at: now)
    }
  }

  /// Hands the case to whoever does the next thing.
  private mutating func goOn(_ slot: Int, at now: Instant) {
    let state = slots[slot].case.state
    guard
      let ways = ways[slots[slot].case.flow]?[state.stage],
      let way = Work.choose(
        ways, reworks: state.reworks, returns: state.returns, &random),
      let place = crews.place(of: way.edge, unit: state.unit, area: state.area)
    else { return }
    slots[slot].way = way
    serial += 1
    let due = state.due?.milliseconds ?? now.milliseconds
    running[place].queue.insert(
      Crew.Task(due: due, serial: serial, slot: slot, since: now.milliseconds))
    serve(place, at: now)
    if running[place].queue.count > running[place].queueMost {
      running[place].queueMost = running[place].queue.count
      running[place].queueMostAt = now.milliseconds
    }
  }

  /// Gives waiting work to free people on duty; where there are none, waits for the next.
  private mutating func serve(_ place: Int, at now: Instant) {
    while let task = running[place].queue.first {
      let category = slots[task.slot].item.category
      guard let worker = running[place].free(at: now, category: category, time: time) else {
        if running[place].wakeAt == nil,
          let wake = running[place].nextDuty(from: now, time: time)
        {
          running[place].wakeAt = wake.milliseconds
          schedule(wake.milliseconds, crew: place, work: nil)
        }
        return
      }
      _ = running[place].queue.removeFirst()
      begin(task, crew: place, worker: worker, at: now)
    }
  }

  private mutating func begin(_ task: Crew.Task, crew: Int, worker: Int, at now: Instant) {
    guard let way = slots[task.slot].way else { return }
    let median = Work.minutes(of: way.move)
    let pace = running[crew].workers[worker].pace(for: slots[task.slot].item.category)
    let minutes = pace * Normal.time(median: median.median, spread: median.spread, &random)
    let worked = max(Int64(minutes * Double(Duration.minute)), 1)
    running[crew].workers[worker].isBusy = true
    running[crew].workers[worker].workedMilliseconds += worked
    running[crew].tasks += 1
    running[crew].waitedMilliseconds += now.milliseconds - task.since
    let end = time.moment(
      afterWorking: worked, from: now, hours: running[crew].workers[worker].hours)
    schedule(end.milliseconds, crew: crew, work: (worker, task.slot))
  }

  // MARK: Steps

  private static let photo = EvidenceFile(
    file: FileDigest(Digest(bytes: [UInt8](repeating: 1, count: Digest.byteCount))), form: .photo)
  private static let document = EvidenceFile(
    file: FileDigest(Digest(bytes: [UInt8](repeating: 2, count: Digest.byteCount))), form: .document
  )

  private mutating func take(slot: Int, by actor: StepActor, at now: Instant) {
    let held = slots[slot]
    guard let way = held.way else { return }
    let unit = way.move == .dispatch ? held.unit : nil
    let request = StepRequest(
      action: way.edge.action, expectedVersion: nil, note: way.edge.action,
      evidence: [Self.photo, Self.document], unit: unit, staff: nil, staffUnit: nil, item: nil,
      at: now)
    let context = StepContext(
      case: held.case, order: held.order, handlers: held.handlers, flow: held.flow,
      item: held.item,
      hours: { [hours, standard = catalogue.defaultHours] unit in
        unit.flatMap { hours[$0] } ?? standard
      }, time: time,
      newOrder: ID(newID()))
    let outcome: StepOutcome
    do throws(StepRefusal) {
      outcome = try StepDecision.decide(request, by: actor, in: context)
    } catch {
      result.refused += 1
      return
    }
    follow(outcome, slot: slot, by: actor, at: now)
  }

  private mutating func follow(
    _ outcome: StepOutcome, slot: Int, by actor: StepActor, at now: Instant
  ) {
    let before = slots[slot].case.state
    let after = outcome.case.state
    slots[slot].case = outcome.case
    slots[slot].order = outcome.orders.last { $0.id == after.order } ?? slots[slot].order
    if let staff = actor.staff,
      outcome.effects.contains(where: { $0 == .accept || $0 == .report })
    {
      slots[slot].handlers.insert(staff)
    }
    result.steps += 1
    result.reworks += after.reworks - before.reworks
    result.returns += after.returns - before.returns
    result.mix(outcome.case.id.rawValue)
    result.mix(now.milliseconds)
    for byte in outcome.step.action.utf8 { result.mix(Int64(byte)) }
    guard after.closedAt != nil else { return goOn(slot, at: now) }
    result.closed += 1
    result.days[result.days.count - 1].closed += 1
    judge(slots[slot].order, due: after.due, until: nil)
    open -= 1
    slots[slot].way = nil
    free.append(slot)
  }

  // MARK: The end

  /// Counts the light of a case: at its report, or now.
  private mutating func judge(_ order: WorkOrder?, due: Instant?, until now: Instant?) {
    guard let order, let due, let seen = order.reportedAt ?? now else { return }
    let limit = due.millisecondsSince(order.openedAt)
    let used = seen.millisecondsSince(order.openedAt)
    if used > limit {
      result.lights.red += 1
      result.late += 1
    } else if Double(used) > Double(limit) * Self.yellowShare {
      result.lights.yellow += 1
    } else {
      result.lights.green += 1
    }
  }

  private mutating func finish() {
    let begin = Int64(settings.firstDay.daysSinceEpoch) * Duration.day - offset
    let from = Instant(milliseconds: begin)
    let end = Instant(milliseconds: begin + Int64(settings.days) * Duration.day)
    for held in slots where held.case.state.closedAt == nil {
      judge(held.order, due: held.case.state.due, until: end)
    }
    let units = Dictionary(plan.units.map { ($0.id.rawValue, $0.name) }) { first, _ in first }
    let areas = Dictionary(plan.areas.map { ($0.id.rawValue, $0.name) }) { first, _ in first }
    let centreName = centre.innermost.flatMap { units[$0.rawValue] } ?? ""
    result.loads = running.map { crew in
      let worked = crew.workers.reduce(Int64(0)) { $0 + $1.workedMilliseconds }
      let onDuty = crew.workers.reduce(Int64(0)) {
        $0 + time.workedMilliseconds(from: from, to: end, hours: $1.hours)
      }
      return SimulationResult.Load(
        name: units[crew.key.home] ?? areas[crew.key.home] ?? centreName, post: crew.key.post,
        people: crew.workers.count, busyShare: Double(worked) / Double(max(onDuty, 1)),
        tasks: crew.tasks,
        waitMinutes: Double(crew.waitedMilliseconds) / Double(max(crew.tasks, 1))
          / Double(Duration.minute),
        queueMost: crew.queueMost, queueMostAt: Instant(milliseconds: crew.queueMostAt),
        queueAtEnd: crew.queue.count)
    }.sorted { ($0.waitMinutes, $1.name) > ($1.waitMinutes, $0.name) }
  }
}

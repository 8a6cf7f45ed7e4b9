import City
import Discovering
import Dispatching
import Geography
import Handling
import Pack
package import Ports

/// Makes the rounds of plans when their period begins, and reports what was not looked at when it
/// ends. Persons say what they found by `PatrolActs`.
///
/// It holds no state but the day that it looked at: what was made is known by its key, so that an
/// engine which ends in between goes on where it was.
package actor PatrolDesk {
  /// Things of one plan that rounds are made of.
  static let thingsMax = 20_000
  /// How often it looks at the clock.
  static let restMilliseconds: Int64 = 1_000
  /// Names that a report of a missed round holds.
  static let namesMax = 10

  let engine: Engine
  private var day: Int?

  package init(engine: Engine) {
    self.engine = engine
  }

  /// Makes rounds and misses them until the task is cancelled.
  package func run() async {
    guard !engine.catalogue.patrols.isEmpty else { return }
    await Following.run(
      restMilliseconds: Self.restMilliseconds,
      begin: { () async throws(StoreFault) in self.day = nil },
      turn: { () async throws(StoreFault) in try await self.turn() })
  }

  /// Ends what is over, then makes what is due, where a new day began.
  /// - Returns: how many rounds were made and missed, and what became of the reports.
  @discardableResult
  package func turn() async throws(StoreFault) -> (
    made: Int, missed: Int, reports: [IntakeOutcome]
  ) {
    let today = engine.civilDate(of: engine.time.now)
    guard day != today.daysSinceEpoch else { return (0, 0, []) }
    var (made, missed) = (0, 0)
    var reports: [IntakeOutcome] = []
    for plan in engine.catalogue.patrols {
      let ended = try await end(plan)
      missed += ended.count
      reports += ended.reports
      made += try await make(plan, on: today)
    }
    day = today.daysSinceEpoch
    return (made, missed, reports)
  }

  private func start(of date: CivilDate) -> Instant {
    Instant(
      milliseconds: Int64(date.daysSinceEpoch) * Duration.day
        - Int64(engine.settings.offsetMinutes) * Duration.minute)
  }

  // MARK: Making

  private func make(
    _ plan: PatrolPlan, on today: CivilDate
  ) async throws(StoreFault) -> Int {
    let period = plan.every.days(holding: today)
    let (from, due) = (start(of: period.from), start(of: period.until))
    var byUnit: [UnitPath: [Thing]] = [:]
    for thing in try await things(of: plan) {
      guard
        let unit = engine.directory.responsibility.unit(
          duty: plan.duty, plan.place, area: thing.area, thing: thing)
      else { continue }
      byUnit[unit, default: []].append(thing)
    }
    var made = 0
    func number(_ unit: UnitPath) -> Int64 { unit.innermost?.rawValue ?? 0 }
    for (unit, things) in byUnit.sorted(by: { number($0.key) < number($1.key) }) {
      // Made already: what was filed since then is looked at in the next period.
      let first = Patrol.key(plan.code, unit, from, 1)
      guard try await engine.store.patrol(key: first) == nil else { continue }
      let patrols = rounds(plan, unit, things, from: from, due: due)
      // All of a unit come together, so that the first one tells whether they were made.
      do throws(StoreFault) {
        _ = try await engine.store.commit(
          ChangeSet(
            kind: "patrol.made", at: engine.time.now, actor: .engine("patrols"),
            subject: SubjectReference(kind: "patrol", id: patrols.first?.id.rawValue ?? 0),
            request: "", conditions: patrols.map { .patrolAbsent(key: $0.key) },
            facts: patrols.map { .patrol($0) }))
        made += patrols.count
      } catch {
        guard case .conflict = error else { throw error }
      }
    }
    return made
  }

  private func things(of plan: PatrolPlan) async throws(StoreFault) -> [Thing] {
    var things: [Thing] = []
    guard let model = plan.model else {
      var before: Int64?
      repeat {
        var query = ThingQuery(
          scope: .everything, page: PageRequest(limit: PageRequest.limitMax, before: before))
        query.kind = plan.kind
        let page = try await engine.store.things(query)
        things += page.elements
        before = page.next
      } while before != nil && things.count < Self.thingsMax
      return Array(things.prefix(Self.thingsMax))
    }
    for grade in plan.grades {
      var from: Int? = 0
      while let start = from, things.count < Self.thingsMax {
        var query = GradingQuery(scope: .everything, model: model, from: start)
        query.grade = grade
        let page = try await engine.store.gradings(query)
        for grading in page.elements {
          if let thing = try await engine.store.load(grading.thing) { things.append(thing) }
        }
        from = page.next.map(Int.init)
      }
    }
    return things
  }

  /// The rounds of one unit: one way through all its things, cut where a round is full. Things
  /// without a place come last.
  private func rounds(
    _ plan: PatrolPlan, _ unit: UnitPath, _ things: [Thing], from: Instant, due: Instant
  ) -> [Patrol] {
    let things = things.sorted { $0.code < $1.code }
    let placed = things.filter { $0.position != nil }
    let way = route(placed).order.map { placed[$0] } + things.filter { $0.position == nil }
    return stride(from: 0, to: way.count, by: plan.stops).enumerated().map { index, start in
      let part = Array(way[start..<min(start + plan.stops, way.count)])
      // A stretch of a good way may have a better order of its own.
      let located = part.filter { $0.position != nil }
      let (order, metres) = route(located)
      let stops =
        order.map { located[$0] } + part.filter { $0.position == nil }
      return Patrol(
        id: engine.newID(), plan: plan.code, area: common(part.map(\.area)), unit: unit,
        part: index + 1, from: from, due: due, metres: Int(metres.rounded()),
        stops: stops.map { Patrol.Stop(thing: $0.id, name: $0.name, position: $0.position) })
    }
  }

  private func route(_ things: [Thing]) -> (order: [Int], metres: Double) {
    guard let origin = things.first?.position else { return ([], 0) }
    let frame = LocalFrame(origin: origin)
    return RouteOrder.route(things.compactMap(\.position).map(frame.point(of:)))
  }

  /// The smallest area that holds all.
  private func common(_ paths: [AreaPath]) -> AreaPath {
    guard let first = paths.first else { return .outside }
    let shared = first.areas.enumerated().prefix { index, area in
      paths.allSatisfy { $0.areas.count > index && $0.areas[index] == area }
    }
    return shared.last.map { engine.directory.path(of: $0.element) } ?? .outside
  }

  // MARK: Ending

  private func end(
    _ plan: PatrolPlan
  ) async throws(StoreFault) -> (count: Int, reports: [IntakeOutcome]) {
    var count = 0
    var reports: [IntakeOutcome] = []
    while true {
      var query = PatrolQuery(
        scope: .everything, plan: plan.code,
        page: PageRequest(limit: PageRequest.limitMax, before: nil))
      query.lateAt = engine.time.now
      let page = try await engine.store.patrols(query)
      var ended = 0
      for patrol in page.elements {
        guard let missed = patrol.missed else { continue }
        // Reported first: whoever ends in between reports again under the same id.
        if let report = try await report(patrol, plan) { reports.append(report) }
        do throws(StoreFault) {
          _ = try await engine.store.commit(
            ChangeSet(
              kind: "patrol.missed", at: engine.time.now, actor: .engine("patrols"),
              subject: SubjectReference(kind: "patrol", id: patrol.id.rawValue), request: "",
              conditions: [.patrolVersion(patrol.id, patrol.version)],
              facts: [.patrol(missed)]))
          ended += 1
        } catch {
          guard case .conflict = error else { throw error }
        }
      }
      count += ended
      if ended == 0 { return (count, reports) }
    }
  }

  private func report(
    _ patrol: Patrol, _ plan: PatrolPlan
  ) async throws(StoreFault) -> IntakeOutcome? {
    let left = patrol.left
    let unit = patrol.unit.innermost.flatMap { engine.directory.units[$0]?.name } ?? ""
    var draft = SignalDraft()
    draft.externalID = "\(patrol.id.rawValue)/missed"
    draft.item = plan.missedItem
    draft.thing = left.first.map { String($0.thing.rawValue) }
    draft.title = String(
      plan.missed(unit: unit, names: left.prefix(1).map(\.name)).prefix(SignalLimits.titleMax))
    draft.text = plan.missed(unit: unit, names: left.prefix(Self.namesMax).map(\.name))
    return try await engine.tell(draft, by: "patrols")
  }
}

extension Engine {
  /// Tells the loop of something the engine found itself. What the loop refuses is only listed.
  /// - Throws: where the loop could not take it now.
  func tell(_ draft: SignalDraft, by name: String) async throws(StoreFault) -> IntakeOutcome? {
    do throws(IntakeFault) {
      return try await Intake(engine: self).take(
        IncomingSignal(channel: .system, draft: draft, raw: Array(draft.externalID.utf8)),
        by: .engine(name), request: "")
    } catch {
      switch error {
      case .store(let fault): throw fault
      case .crowded: throw .busy
      case .refused, .rival, .unknownThing, .sealing: return nil
      }
    }
  }
}

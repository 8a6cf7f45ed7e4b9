package import City
import Handling
import Pack
package import Ports

/// An order whose holder's shift is over.
package struct LeftOrder: Sendable {
  package let order: WorkOrder
  package let `case`: Case
  package let holder: Staff
  /// When his shift ended.
  package let since: Instant
  /// Who is on duty and takes it over; nil = nobody of the post is.
  package let next: Staff?
}

/// Hands open orders over when shifts of the roster change, as the flows say.
package struct ShiftDesk: Sendable {
  /// How far back an ended shift is looked at.
  package static let backMilliseconds = 7 * Duration.day
  /// Orders of one person that are looked at.
  static let ordersMax = PageRequest.limitMax
  /// People whose shift is over and whose orders are looked at, the first by id.
  package static let staffMax = 2_000
  /// Its name in the journal.
  package static let name = "shifts"

  let engine: Engine
  /// Actions that give an order to a person, or by which he takes it.
  private let giving: Set<String>

  package init(engine: Engine) {
    self.engine = engine
    giving = Set(
      engine.catalogue.flows.flatMap(\.edges).filter { edge in
        edge.effects.contains { [.dispatch, .assign, .accept].contains($0) }
      }.map(\.action) + [HandOver.action])
  }

  /// Ids of the duties that run now.
  package func running() async throws(StoreFault) -> Set<ID<Duty>> {
    let now = engine.time.now
    let duties = try await engine.store.duties(from: now, to: now.advanced(byMilliseconds: 1))
    return Set(duties.filter { $0.from < $0.to }.map(\.id))
  }

  /// Orders that somebody left when his shift ended, each with who takes it over, in the order of
  /// holders and ids.
  package func left() async throws(StoreFault) -> [LeftOrder] {
    guard engine.catalogue.flows.contains(where: { $0.handsOver != nil }) else { return [] }
    let now = engine.time.now
    let directory = engine.directory
    let duties = try await engine.store.duties(
      from: now.advanced(byMilliseconds: -Self.backMilliseconds),
      to: now.advanced(byMilliseconds: 1))
    var loads = try await loads(of: duties, at: now)
    let people = loads.keys.compactMap { directory.staff[$0] }.sorted { $0.id < $1.id }
    var found: [LeftOrder] = []
    let ended = ShiftRule.ended(duties, at: now).sorted { $0.key < $1.key }
    for (staff, end) in ended.prefix(Self.staffMax) {
      guard let holder = directory.staff[staff] else { continue }
      for order in try await open(of: staff) {
        guard let other = try await left(order, since: end) else { continue }
        let next = ShiftRule.next(
          for: order, of: holder, among: people, loads: loads, path: directory.path(of:))
        if let next { loads[next.id, default: 0] += 1 }
        found.append(
          LeftOrder(order: order, case: other, holder: holder, since: end, next: next))
      }
    }
    return found
  }

  /// Hands over what is left and has somebody who takes it.
  /// - Returns: how many orders were given, and whether others came between: then some may be left.
  package func handOver() async throws(StoreFault) -> (given: Int, isWhole: Bool) {
    var (given, isWhole) = (0, true)
    // One entry for each giver, receiver and flow: the words are the flow's.
    var bundles: [Bundle: [WorkOrder]] = [:]
    for left in try await left() {
      guard let next = left.next else { continue }
      let bundle = Bundle(from: left.holder.id, to: next.id, flow: left.case.flow)
      bundles[bundle, default: []].append(left.order)
    }
    for (bundle, orders) in bundles.sorted(by: { $0.key < $1.key }) {
      guard let rule = engine.catalogue.flow(bundle.flow)?.handsOver else { continue }
      let names = [bundle.from, bundle.to].map { engine.directory.staff[$0]?.name ?? "" }
      do throws(StoreFault) {
        given += try await HandOver(engine: engine).commit(
          orders, to: bundle.to,
          reason: Placeholders.filled(rule.words, ["from": names[0], "to": names[1]]),
          by: HandOver.Giver(staff: nil, unit: .none, actor: .engine(Self.name)), request: ""
        ).count
      } catch {
        // Somebody stepped meanwhile: the next look decides anew.
        guard case .conflict = error else { throw error }
        isWhole = false
      }
    }
    return (given, isWhole)
  }

  private struct Bundle: Hashable, Comparable {
    let from: ID<Staff>
    let to: ID<Staff>
    let flow: FlowReference

    static func < (left: Self, right: Self) -> Bool {
      (left.from, left.to, left.flow.code, left.flow.version)
        < (right.from, right.to, right.flow.code, right.flow.version)
    }
  }

  /// Those on duty who are not away, with how many orders each has.
  private func loads(
    of duties: [Duty], at now: Instant
  ) async throws(StoreFault) -> [ID<Staff>: Int] {
    let away = Set(
      try await engine.store.absences(endingAfter: now).filter { $0.holds(at: now) }.map(\.staff))
    let present = Set(
      duties.filter { $0.from <= now && now < $0.to && !away.contains($0.staff) }.map(\.staff))
    var loads: [ID<Staff>: Int] = [:]
    for staff in present { loads[staff] = try await open(of: staff).count }
    return loads
  }

  private func open(of staff: ID<Staff>) async throws(StoreFault) -> [WorkOrder] {
    var query = OrderQuery(
      scope: .everything, page: PageRequest(limit: Self.ordersMax, before: nil))
    query.staff = staff
    query.states = [.open, .accepted]
    return try await engine.store.orders(query).elements.sorted { $0.id < $1.id }
  }

  /// The order's case, where the order is left.
  private func left(_ order: WorkOrder, since end: Instant) async throws(StoreFault) -> Case? {
    guard let found = try await engine.store.load(order.case),
      let flow = engine.catalogue.flow(found.flow)
    else { return nil }
    var steps: [Step] = []
    if found.state.since > end {
      steps = try await engine.store.steps(
        of: found.id, from: max(0, found.state.version - ShiftRule.stepsMax),
        limit: ShiftRule.stepsMax)
    }
    let isLeft = ShiftRule.isLeft(
      order, of: found, in: flow, since: end, steps: steps, giving: giving)
    return isLeft ? found : nil
  }
}

/// Hands over whenever a shift begins or ends, once each; also what was left while it did not run.
package actor ShiftWatch {
  /// How often it looks at the roster.
  static let restMilliseconds: Int64 = 20_000

  private let desk: ShiftDesk
  private var seen: Set<ID<Duty>>?

  package init(engine: Engine) {
    desk = ShiftDesk(engine: engine)
  }

  /// Watches until the task is cancelled.
  package func run() async {
    await Following.run(
      restMilliseconds: Self.restMilliseconds,
      begin: { () async throws(StoreFault) in self.seen = nil },
      turn: { () async throws(StoreFault) in try await self.turn() })
  }

  /// Hands over where the shifts that run are others than at the last look.
  /// - Returns: how many orders were given.
  @discardableResult
  package func turn() async throws(StoreFault) -> Int {
    let running = try await desk.running()
    guard running != seen else { return 0 }
    let outcome = try await desk.handOver()
    seen = outcome.isWhole ? running : nil
    return outcome.given
  }
}

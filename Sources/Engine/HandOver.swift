package import City
import Pack
package import Ports

/// Why nothing was handed over, or nobody noted as away.
package enum HandOverFault: Error, Equatable {
  case unknownStaff
  /// Neither his own, nor of a unit whose head the caller is.
  case notYours
  /// More orders than are handed over at once.
  case tooMany(max: Int)
  case refused(field: String, rule: String, facts: [String: String])
  case crowded
  case store(StoreFault)

  package var code: String {
    switch self {
    case .unknownStaff: "staff.unknown"
    case .notYours: "staff.not_yours"
    case .tooMany: "hand_over.too_many"
    case .refused: "hand_over.refused"
    case .crowded: "case.crowded"
    case .store(let fault): fault.code
    }
  }
}

/// Gives all open orders of one person to another at the change of a shift (交接班), whole or not at
/// all, as one entry of the journal with a step on each case.
package struct HandOver: Sendable {
  /// What the step is called; it is of every flow, and leaves the stage as it is.
  package static let action = "handOver"
  /// Orders handed over at once.
  package static let ordersMax = PageRequest.limitMax
  /// Characters of the reason.
  package static let reasonMax = 200

  let engine: Engine

  package init(engine: Engine) {
    self.engine = engine
  }

  /// Whether a caller may say of a person who works in his place: himself, or whoever holds a post
  /// that replies or supervises in his unit or one above it.
  func check(_ caller: Caller, over person: Staff) throws(HandOverFault) {
    if person.id == caller.staff.id { return }
    let rules = engine.catalogue.supervision
    guard !rules.repliers.union(rules.supervisors).isDisjoint(with: caller.posts),
      engine.directory.path(of: person.unit).lies(in: caller.staff.unit)
    else { throw .notYours }
  }

  /// - Returns: the orders as they stand now.
  package func take(
    from giver: ID<Staff>, to receiver: ID<Staff>, reason: String, by caller: Caller,
    request: String
  ) async throws(HandOverFault) -> [WorkOrder] {
    let directory = engine.directory
    guard let from = directory.staff[giver], let to = directory.staff[receiver] else {
      throw .unknownStaff
    }
    try check(caller, over: from)
    guard to.active, giver != receiver else {
      throw .refused(field: "to", rule: "staff.unknown", facts: [:])
    }
    guard (1...Self.reasonMax).contains(reason.count) else {
      throw .refused(
        field: "reason", rule: "text.length",
        facts: ["min": "1", "max": String(Self.reasonMax)])
    }
    for _ in 0..<engine.settings.attemptsMax {
      let orders = try await open(of: giver)
      for order in orders {
        guard let unit = order.unit.innermost, directory.path(of: to.unit).lies(in: unit) else {
          throw .refused(
            field: "to", rule: "step.staff_not_of_unit",
            facts: ["case": String(order.case.rawValue)])
        }
      }
      guard !orders.isEmpty else { return [] }
      do throws(StoreFault) {
        return try await commit(
          orders, to: receiver, reason: reason,
          by: Giver(staff: caller.staff.id, unit: caller.unit, actor: caller.actor),
          request: request)
      } catch {
        guard case .conflict = error else { throw .store(error) }
      }
    }
    throw .crowded
  }

  private func open(of staff: ID<Staff>) async throws(HandOverFault) -> [WorkOrder] {
    var query = OrderQuery(
      scope: .everything, page: PageRequest(limit: Self.ordersMax, before: nil))
    query.staff = staff
    query.states = [.open, .accepted, .reported, .disputed]
    let final = query
    let page = try await stored { () throws(StoreFault) in try await engine.store.orders(final) }
    guard page.next == nil else { throw .tooMany(max: Self.ordersMax) }
    return page.elements.filter { $0.endedAt == nil }.sorted { $0.id < $1.id }
  }

  /// Who hands over: somebody, or the engine at the end of a shift.
  struct Giver {
    let staff: ID<Staff>?
    let unit: UnitPath
    let actor: Actor
  }

  /// - Throws: `conflict` where a case moved meanwhile; then nothing is handed over.
  func commit(
    _ orders: [WorkOrder], to receiver: ID<Staff>, reason: String, by giver: Giver,
    request: String
  ) async throws(StoreFault) -> [WorkOrder] {
    var facts: [Fact] = []
    var conditions: [Condition] = []
    var changed: [WorkOrder] = []
    var states: [ID<Case>: CaseState] = [:]
    let now = engine.time.now
    for order in orders {
      guard let found = try await engine.store.load(order.case) else { continue }
      if states[found.id] == nil {
        conditions.append(.caseVersion(found.id, found.state.version))
      }
      var state = states[found.id] ?? found.state
      let at = max(now, state.since)
      let step = Step(
        case: found.id, sequence: state.version, action: Self.action, from: state.stage,
        to: state.stage, at: at, staff: giver.staff, unit: giver.unit, note: reason,
        evidence: [], tookMilliseconds: at.millisecondsSince(state.since))
      if state.order == order.id { state.handler = receiver }
      state.version += 1
      state.since = at
      states[found.id] = state
      let moved = order.given(to: receiver)
      changed.append(moved)
      facts += [.caseMoved(found.id, state), .step(step), .order(moved)]
    }
    _ = try await engine.store.commit(
      ChangeSet(
        kind: "orders.handed_over", at: now, actor: giver.actor,
        subject: SubjectReference(kind: "staff", id: receiver.rawValue), request: request,
        conditions: conditions, facts: facts))
    return changed
  }

  func stored<Answer>(
    _ body: () async throws(StoreFault) -> Answer
  ) async throws(HandOverFault) -> Answer {
    do throws(StoreFault) {
      return try await body()
    } catch {
      throw .store(error)
    }
  }
}

extension WorkOrder {
  fileprivate func given(to staff: ID<Staff>) -> WorkOrder {
    var order = WorkOrder(
      id: id, case: `case`, unit: unit, staff: staff, state: state, openedAt: openedAt, due: due,
      acceptedAt: acceptedAt, reportedAt: reportedAt, endedAt: endedAt)
    order.parent = parent
    return order
  }
}

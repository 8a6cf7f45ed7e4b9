import City
import Handling
import Pack
package import Ports

/// Moves deadlines that were counted before the calendar of their year was known.
///
/// Run it when packs changed. Only such deadlines move: what an item or a unit's hours have become
/// since does not touch a case that is running.
package struct CalendarRecount: Sendable {
  /// Cases read at a time.
  static let pageMax = 200
  /// Steps of a case looked at; the latest dispatch lies among them.
  static let stepsMax = 5_000

  let engine: Engine

  package init(engine: Engine) {
    self.engine = engine
  }

  /// - Returns: how many deadlines moved; each is an entry of the journal.
  package func run() async throws(StoreFault) -> Int {
    var moved = 0
    var before: Int64?
    repeat {
      var query = CaseQuery(
        scope: .everything, page: PageRequest(limit: Self.pageMax, before: before))
      query.open = true
      let page = try await engine.store.cases(query)
      for found in page.elements where found.state.due != nil {
        if try await recount(found) { moved += 1 }
      }
      before = page.next
    } while before != nil
    return moved
  }

  private func recount(_ found: Case) async throws(StoreFault) -> Bool {
    guard let due = found.state.due, let flow = engine.catalogue.flow(found.filing.flow),
      let limit = found.state.item.flatMap({ engine.catalogue.item(code: $0) })?.handleClock?.limit
    else { return false }
    let steps = try await engine.store.steps(of: found.id, from: 0, limit: Self.stepsMax)
    guard let dispatched = DeadlineRecount.dispatchedAt(steps: steps, flow: flow) else {
      return false
    }
    let hours = engine.hours(of: found.state.unit)
    func deadline(_ years: [CalendarYear]) -> Instant {
      WorkingTime(years: years, offsetMinutes: engine.settings.offsetMinutes)
        .deadline(from: dispatched, limit: limit, hours: hours).instant
    }
    let years = engine.catalogue.calendarYears
    let now = deadline(years)
    guard now != due else { return false }
    // The stored deadline must follow from a shorter calendar, or it is not the calendar's doing.
    let first = engine.civilDate(of: dispatched).year - 1
    let last = engine.civilDate(of: due).year
    guard first <= last,
      (first...last).contains(where: { known in deadline(years.filter { $0.year <= known }) == due }
      )
    else { return false }
    return try await save(found, due: now)
  }

  private func save(_ found: Case, due: Instant) async throws(StoreFault) -> Bool {
    var state = found.state
    state.due = due
    var facts: [Fact] = [.caseMoved(found.id, state)]
    if let id = state.order, let order = try await engine.store.load(id) {
      facts.append(.order(order.due(due)))
    }
    do throws(StoreFault) {
      _ = try await engine.store.commit(
        ChangeSet(
          kind: "case.due_moved", at: engine.time.now, actor: .engine("calendar"),
          subject: SubjectReference(kind: "case", id: found.id.rawValue), request: "",
          conditions: [.caseVersion(found.id, state.version)], facts: facts))
      return true
    } catch {
      // Whoever stepped meanwhile will be met by the next recount.
      if case .conflict = error { return false }
      throw error
    }
  }
}

extension WorkOrder {
  /// The same order with another deadline.
  fileprivate func due(_ due: Instant) -> WorkOrder {
    WorkOrder(
      id: id, case: `case`, unit: unit, staff: staff, state: state, openedAt: openedAt, due: due,
      acceptedAt: acceptedAt, reportedAt: reportedAt, endedAt: endedAt)
  }
}

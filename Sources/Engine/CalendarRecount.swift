package import City
package import Handling
import Pack
package import Ports

/// Moves deadlines that were counted before the calendar of their year was known, and says which
/// ones would move if everything were counted anew.
///
/// Run it when packs changed. Only deadlines that a shorter calendar gave move by themselves: what
/// an item or a unit's hours have become since does not touch a case that is running.
package struct CalendarRecount: Sendable {
  /// Cases read at a time.
  static let pageMax = 200
  /// Moves that one question answers.
  package static let movesMax = 10_000

  let engine: Engine

  package init(engine: Engine) {
    self.engine = engine
  }

  /// - Returns: how many cases had a deadline moved; each is an entry of the journal.
  package func run() async throws(StoreFault) -> Int {
    var moved = 0
    var before: Int64?
    repeat {
      let page = try await open(before: before, within: .everything)
      for found in page.elements where try await recount(found) { moved += 1 }
      before = page.next
    } while before != nil
    return moved
  }

  /// The running deadlines of open cases that today's calendars, hours, items and flows would set
  /// otherwise; at most `movesMax`. Nothing is changed.
  package func moves(
    within scope: Scope
  ) async throws(StoreFault) -> [(case: Case, move: DeadlineMove)] {
    var moves: [(case: Case, move: DeadlineMove)] = []
    var before: Int64?
    repeat {
      let page = try await open(before: before, within: scope)
      for found in page.elements {
        guard let flow = engine.catalogue.flow(found.flow) else { continue }
        let order = try await order(of: found)
        moves += engine.clockRule(flow).moves(of: found, order: order, item: item(of: found))
          .map { (found, $0) }
      }
      before = moves.count < Self.movesMax ? page.next : nil
    } while before != nil
    return Array(moves.prefix(Self.movesMax))
  }

  private func open(before: Int64?, within scope: Scope) async throws(StoreFault) -> Page<Case> {
    var query = CaseQuery(scope: scope, page: PageRequest(limit: Self.pageMax, before: before))
    query.open = true
    return try await engine.store.cases(query)
  }

  private func item(of found: Case) -> Item? {
    found.state.item.flatMap { engine.catalogue.item(code: $0) }
  }

  /// The order of a case that keeps no clocks of its own; nil where it is not needed.
  private func order(of found: Case) async throws(StoreFault) -> WorkOrder? {
    guard found.state.clocks.isEmpty, let id = found.state.order else { return nil }
    return try await engine.store.load(id)
  }

  private func recount(_ found: Case) async throws(StoreFault) -> Bool {
    guard let flow = engine.catalogue.flow(found.flow) else { return false }
    let order = try await order(of: found)
    let item = item(of: found)
    let rule = engine.clockRule(flow)
    let moves = rule.moves(of: found, order: order, item: item)
      .filter { gaveShorterCalendar($0, found, order, flow, item) }
    guard !moves.isEmpty else { return false }
    var state = found.state
    state.clocks = rule.clocks(of: state, order: order).map { clock in
      var clock = clock
      if let move = moves.first(where: { $0.clock == clock.name }) { clock.due = move.after }
      return clock
    }
    if let move = moves.first(where: { $0.clock == flow.deadlineClock?.code }) {
      state.due = move.after
    }
    return try await save(found, state)
  }

  /// Whether the stored deadline follows from a shorter calendar; if not, it is not the
  /// calendar's doing.
  private func gaveShorterCalendar(
    _ move: DeadlineMove, _ found: Case, _ order: WorkOrder?, _ flow: Flow, _ item: Item?
  ) -> Bool {
    guard let stored = move.before,
      let clock = engine.clockRule(flow).clocks(of: found.state, order: order)
        .first(where: { $0.name == move.clock })
    else { return false }
    let first = engine.civilDate(of: clock.startedAt).year - 1
    let last = engine.civilDate(of: stored).year
    guard first <= last else { return false }
    return (first...last).contains { known in
      let years = engine.catalogue.calendarYears.filter { $0.year <= known }
      let time = WorkingTime(years: years, offsetMinutes: engine.settings.offsetMinutes)
      return ClockRule(flow: flow, time: time, hours: engine.unitHours)
        .due(of: clock, item: item)?.instant == stored
    }
  }

  private func save(_ found: Case, _ state: CaseState) async throws(StoreFault) -> Bool {
    var facts: [Fact] = [.caseMoved(found.id, state)]
    if let id = state.order, let due = state.due, due != found.state.due,
      let order = try await engine.store.load(id)
    {
      facts.append(.order(order.due(by: due)))
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

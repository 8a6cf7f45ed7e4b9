import City
import Handling
import Pack
package import Ports

/// Tells when lights of clocks change: each once, in the journal, also after a restart.
///
/// It follows the journal for the cases that moved, and looks at nothing else until a minute comes
/// in which a light changes. What is told is decided anew from the case as it then is, under the
/// condition that nobody told it before.
package actor ClockWatch {
  /// Entries read at a time.
  static let entriesMax = 512
  /// Cases looked at in one change set.
  static let casesMax = 128
  /// Cases read at a time when it begins.
  static let pageMax = 500
  /// How often it looks at the time.
  static let restMilliseconds: Int64 = 500

  private let engine: Engine
  private var schedule = ClockSchedule()
  private var position: Int64 = 0

  package init(engine: Engine) {
    self.engine = engine
  }

  /// How many cases have a light to change.
  package var count: Int { schedule.count }

  /// Watches every open case, then tells what changes, until the task is cancelled.
  package func run() async {
    await Following.run(
      restMilliseconds: Self.restMilliseconds,
      begin: { () async throws(StoreFault) in try await self.begin() },
      turn: { () async throws(StoreFault) in try await self.turn() })
  }

  /// Reads all open cases.
  package func begin() async throws(StoreFault) {
    schedule = ClockSchedule()
    position = try await engine.store.lastSequence()
    var before: Int64?
    repeat {
      var query = CaseQuery(
        scope: .everything, page: PageRequest(limit: Self.pageMax, before: before))
      query.open = true
      let page = try await engine.store.cases(query)
      for found in page.elements { watch(found) }
      before = page.next
    } while before != nil
  }

  /// Follows the journal to its end and tells what is due now.
  /// - Returns: how many lights were told.
  @discardableResult
  package func turn() async throws(StoreFault) -> Int {
    try await follow()
    var told = 0
    while true {
      let due = schedule.due(at: engine.time.now, limit: Self.casesMax)
      guard !due.isEmpty else { return told }
      told += try await tell(due)
    }
  }

  private func follow() async throws(StoreFault) {
    while try await engine.store.lastSequence() > position {
      let entries = try await engine.store.entries(after: position, limit: Self.entriesMax)
      guard let last = entries.last else { return }
      // A case that moved several times is looked at once, as it came to be.
      var filed: [ID<Case>: Case] = [:]
      var moved: [ID<Case>: CaseState] = [:]
      for fact in entries.lazy.flatMap(\.facts) {
        switch fact {
        case .caseFiled(let found): filed[found.id] = found
        case .caseMoved(let id, let state):
          if let known = filed[id] {
            filed[id] = known.moved(to: state)
          } else {
            moved[id] = state
          }
        default: break
        }
      }
      for (_, found) in filed.sorted(by: { $0.key < $1.key }) { watch(found) }
      for (id, state) in moved.sorted(by: { $0.key < $1.key }) { try await watch(id, state) }
      position = last.sequence
    }
  }

  /// A case that moved; one whose clocks all stand needs no look at its filing.
  private func watch(_ id: ID<Case>, _ state: CaseState) async throws(StoreFault) {
    guard state.closedAt == nil, state.clocks.contains(where: { $0.stoppedAt == nil }) else {
      schedule.watch(id, at: nil)
      return
    }
    if let found = try await engine.store.load(id) { watch(found) }
  }

  /// Watches a case for its next change after `passed`; with nil for the first of all, which may
  /// lie behind and is then looked at at once.
  private func watch(_ found: Case, after passed: Instant? = nil) {
    let next = changes(of: found).first { change in passed.map { change.at > $0 } ?? true }
    schedule.watch(found.id, at: next?.at)
  }

  /// What the running clocks of a case will show, in the order of time.
  private func changes(of found: Case) -> [ClockWarning] {
    guard found.state.closedAt == nil, let flow = engine.catalogue.flow(found.flow) else {
      return []
    }
    let rule = engine.clockRule(flow)
    let item = found.state.item.flatMap { engine.catalogue.item(code: $0) }
    return found.state.clocks.filter { $0.stoppedAt == nil }
      .flatMap { clock in
        rule.changes(of: clock, item: item).map {
          ClockWarning(
            case: found.id, clock: clock.name, startedAt: clock.startedAt, light: $0.light,
            due: $0.due, at: $0.at)
        }
      }
      .sorted { $0.at < $1.at }
  }

  /// What each clock shows now: of several lights that came at once, only the gravest is told.
  private func latest(_ changes: [ClockWarning], at now: Instant) -> [ClockWarning] {
    var latest: [String: ClockWarning] = [:]
    for change in changes where change.at <= now { latest[change.clock] = change }
    return latest.values.sorted { ($0.at, $0.clock) < ($1.at, $1.clock) }
  }

  private func tell(_ cases: [ID<Case>]) async throws(StoreFault) -> Int {
    let now = engine.time.now
    var warnings: [ClockWarning] = []
    var conditions: [Condition] = []
    for id in cases {
      guard let found = try await engine.store.load(id) else { continue }
      let known = Set(try await engine.store.warnings(of: id).map(\.key))
      let fresh = latest(changes(of: found), at: now).filter { !known.contains($0.key) }
      watch(found, after: now)
      guard !fresh.isEmpty else { continue }
      warnings += fresh
      conditions.append(.caseVersion(id, found.state.version))
      conditions += fresh.map { .warningAbsent($0.key) }
    }
    guard !warnings.isEmpty else { return 0 }
    do throws(StoreFault) {
      try await commit(warnings, conditions, at: now)
      return warnings.count
    } catch {
      guard case .conflict = error else { throw error }
      // Somebody stepped meanwhile: each case alone, so that one does not hold up the others.
      if cases.count == 1 {
        let minute = now.milliseconds / Duration.minute * Duration.minute
        schedule.watch(cases[0], at: Instant(milliseconds: minute))
        try await follow()
        return 0
      }
      var told = 0
      for id in cases { told += try await tell([id]) }
      return told
    }
  }

  private func commit(
    _ warnings: [ClockWarning], _ conditions: [Condition], at now: Instant
  ) async throws(StoreFault) {
    let subject =
      Set(warnings.map(\.case)).count == 1 ? warnings.first?.case.rawValue ?? 0 : 0
    _ = try await engine.store.commit(
      ChangeSet(
        kind: "case.warned", at: now, actor: .engine("clocks"),
        subject: SubjectReference(kind: "case", id: subject), request: "",
        conditions: conditions, facts: warnings.map { .warned($0) }))
  }
}

import City
import Discovering
import Handling
import Pack
package import Ports

/// Keeps the ledgers of packs: opens lines as gradings and cases come, reopens what comes back, and
/// strikes what turned out to be none. Persons strike off by `LedgerActs`.
///
/// Follows the journal; looks at everything that is grave or open once when it begins, so that a
/// ledger which a pack brings anew has its lines.
package actor LedgerDesk {
  /// Entries read at a time.
  static let entriesMax = 512
  /// How often it looks at the journal.
  static let restMilliseconds: Int64 = 500
  /// How often it looks for lines that are late.
  static let lateMilliseconds: Int64 = Duration.minute
  /// Lines it remembers to have told of as late; more, and some are told again, which the intake
  /// knows by their id.
  static let toldMax = 100_000

  let engine: Engine
  private let graded: [String: [Ledger]]
  private let filed: [String: [Ledger]]
  private var position: Int64?
  /// When late lines were looked for last, and which were told of, by the id of the report.
  private var lookedAt: Instant?
  private var told: Set<String> = []

  package init(engine: Engine) {
    self.engine = engine
    var graded: [String: [Ledger]] = [:]
    var filed: [String: [Ledger]] = [:]
    for ledger in engine.catalogue.ledgers {
      switch ledger.source {
      case .graded(let model, _): graded[model, default: []].append(ledger)
      case .cases(let items): for item in items { filed[item, default: []].append(ledger) }
      }
    }
    self.graded = graded
    self.filed = filed
  }

  /// Follows until the task is cancelled.
  package func run() async {
    guard !engine.catalogue.ledgers.isEmpty else { return }
    await Following.run(
      restMilliseconds: Self.restMilliseconds,
      turn: { () async throws(StoreFault) in
        try await self.turn()
        try await self.tellLate()
      })
  }

  /// Follows the journal to its end.
  /// - Returns: how many lines were opened, reopened or voided.
  @discardableResult
  package func turn() async throws(StoreFault) -> Int {
    var changed = 0
    if position == nil {
      let last = try await engine.store.lastSequence()
      changed += try await sweep()
      position = last
    }
    while let from = position, try await engine.store.lastSequence() > from {
      let entries = try await engine.store.entries(after: from, limit: Self.entriesMax)
      guard let last = entries.last else { break }
      for fact in entries.lazy.flatMap(\.facts) {
        switch fact {
        case .graded(let grading): changed += try await take(grading, isNew: true)
        case .caseFiled(let filed): changed += try await take(filed)
        case .caseMoved(let id, let state):
          guard isListed(state) else { continue }
          guard let found = try await engine.store.load(id) else { continue }
          changed += try await take(found)
        default: break
        }
      }
      position = last.sequence
    }
    return changed
  }

  // MARK: Late

  /// Reports every open line whose day has passed, once for each day it was given: the report's id
  /// is that of the line with its day, and the intake takes an id once, before and after a restart.
  /// - Returns: what became of those that were reported now; nothing within a minute of the last
  ///   look.
  @discardableResult
  package func tellLate() async throws(StoreFault) -> [IntakeOutcome] {
    let now = engine.time.now
    if let lookedAt, now.milliseconds - lookedAt.milliseconds < Self.lateMilliseconds { return [] }
    var outcomes: [IntakeOutcome] = []
    for ledger in engine.catalogue.ledgers where ledger.late != nil {
      var before: Int64?
      repeat {
        var query = LedgerQuery(
          scope: .everything, ledger: ledger.code,
          page: PageRequest(limit: PageRequest.limitMax, before: before))
        query.lateAt = now
        let page = try await engine.store.ledgerEntries(query)
        for entry in page.elements {
          guard let id = Self.lateID(entry), !told.contains(id) else { continue }
          let draft = try await lateReport(id, entry, ledger)
          if let outcome = try await engine.tell(draft, by: "ledgers") { outcomes.append(outcome) }
          if told.count >= Self.toldMax { told.removeAll() }
          told.insert(id)
        }
        before = page.next
      } while before != nil && !Task.isCancelled
    }
    lookedAt = now
    return outcomes
  }

  /// The report's id of a line that is late on its day; nil for one without a day.
  private static func lateID(_ entry: LedgerEntry) -> String? {
    entry.due.map { "\(entry.id.rawValue)/late/\($0.milliseconds)" }
  }

  private func lateReport(
    _ id: String, _ entry: LedgerEntry, _ ledger: Ledger
  ) async throws(StoreFault) -> SignalDraft {
    var draft = SignalDraft()
    draft.externalID = id
    let unit = entry.unit.innermost.flatMap { engine.directory.units[$0]?.name } ?? ""
    draft.item = ledger.late?.item
    draft.thing = entry.thing.map { String($0.rawValue) }
    draft.address = entry.address
    draft.text = ledger.lateWords(title: entry.title, unit: unit)
    draft.title = String(draft.text.prefix(SignalLimits.titleMax))
    // A case without a thing has a place of its own.
    if entry.thing == nil, let id = entry.case,
      let place = try await engine.store.load(id)?.filing.position
    {
      draft.longitude = place.longitude
      draft.latitude = place.latitude
    }
    return draft
  }

  private func isListed(_ state: CaseState) -> Bool {
    state.item.map { filed[$0] != nil } ?? false
  }

  // MARK: Everything

  private func sweep() async throws(StoreFault) -> Int {
    var changed = 0
    for model in graded.keys.sorted() {
      var from: Int? = 0
      while let start = from, !Task.isCancelled {
        let query = GradingQuery(scope: .everything, model: model, from: start)
        let page = try await engine.store.gradings(query)
        for grading in page.elements { changed += try await take(grading, isNew: false) }
        from = page.next.map(Int.init)
      }
    }
    guard !filed.isEmpty else { return changed }
    var before: Int64?
    repeat {
      var query = CaseQuery(
        scope: .everything, page: PageRequest(limit: PageRequest.limitMax, before: before))
      query.open = true
      let page = try await engine.store.cases(query)
      for found in page.elements where isListed(found.state) { changed += try await take(found) }
      before = page.next
    } while before != nil && !Task.isCancelled
    return changed
  }

  // MARK: One

  private func take(_ grading: Grading, isNew: Bool) async throws(StoreFault) -> Int {
    var changed = 0
    for ledger in graded[grading.model] ?? [] {
      guard case .graded(_, let least) = ledger.source, grading.grade.rank >= least.rank,
        let thing = try await engine.store.load(grading.thing)
      else { continue }
      let key = LedgerEntry.key(ledger.code, thing: thing.id, case: nil)
      let words = grading.reasons.joined(separator: " ")
      if let entry = try await engine.store.ledgerEntry(key: key) {
        // What was struck off comes back only where it had been milder in between.
        guard isNew, entry.state == .struck, let last = entry.acts.last, grading.at > last.at,
          try await wasMilder(before: grading, than: least),
          var next = entry.returned(words, at: engine.time.now, due: due(ledger))
        else { continue }
        next.area = thing.area
        next.unit = thing.owner
        changed += try await save(
          next, "ledger.reopened", [.ledgerVersion(entry.id, entry.version)])
      } else {
        let entry = LedgerEntry(
          id: engine.newID(), ledger: ledger.code, thing: thing.id, case: nil, title: thing.name,
          address: thing.address, area: thing.area, unit: thing.owner, due: due(ledger),
          opened: opened(words))
        changed += try await save(entry, "ledger.opened", [.ledgerAbsent(key: key)])
      }
    }
    return changed
  }

  private func wasMilder(
    before grading: Grading, than least: Grade
  ) async throws(StoreFault) -> Bool {
    let history = try await engine.store.gradings(of: grading.thing, limit: GradeDesk.historyMax)
    let before = history.filter { $0.model == grading.model && $0.id < grading.id }
      .max { $0.id < $1.id }
    return before.map { $0.grade.rank < least.rank } ?? true
  }

  private func take(_ found: Case) async throws(StoreFault) -> Int {
    var changed = 0
    for ledger in found.state.item.flatMap({ filed[$0] }) ?? [] {
      let key = LedgerEntry.key(ledger.code, thing: found.filing.thing, case: found.id)
      let isNone = found.state.verdict == .notConfirmed || found.state.verdict == .void
      if let entry = try await engine.store.ledgerEntry(key: key) {
        guard isNone, let next = entry.voided(at: engine.time.now) else { continue }
        changed += try await save(next, "ledger.voided", [.ledgerVersion(entry.id, entry.version)])
      } else if !isNone {
        let entry = LedgerEntry(
          id: engine.newID(), ledger: ledger.code, thing: found.filing.thing, case: found.id,
          title: "\(found.filing.number.text) \(found.filing.title)",
          address: found.filing.address, area: found.state.area, unit: found.state.unit,
          due: due(ledger), opened: opened(""))
        changed += try await save(entry, "ledger.opened", [.ledgerAbsent(key: key)])
      }
    }
    return changed
  }

  private func opened(_ words: String) -> LedgerEntry.Act {
    LedgerEntry.Act(
      form: .opened, at: engine.time.now, staff: nil,
      words: String(words.prefix(LedgerEntry.wordsMax)), files: [])
  }

  private func due(_ ledger: Ledger) -> Instant? { ledger.due(from: engine.time.now) }

  /// A person who came first is right; the next look at the journal sees what he did.
  private func save(
    _ entry: LedgerEntry, _ kind: String, _ conditions: [Condition]
  ) async throws(StoreFault) -> Int {
    do throws(StoreFault) {
      _ = try await engine.store.commit(
        ChangeSet(
          kind: kind, at: engine.time.now, actor: .engine("ledgers"),
          subject: SubjectReference(kind: "ledger", id: entry.id.rawValue), request: "",
          conditions: conditions, facts: [.ledgerEntry(entry)]))
      return 1
    } catch {
      if case .conflict = error { return 0 }
      throw error
    }
  }
}

extension Ledger {
  /// By when a line that is opened now must be struck off.
  func due(from now: Instant) -> Instant? {
    days.map { now.advanced(byMilliseconds: Int64($0) * Duration.day) }
  }
}

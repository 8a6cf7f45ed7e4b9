package import City
package import Handling
import Pack
package import Ports

/// Why a line of a ledger was not changed.
package enum LedgerFault: Error, Equatable {
  /// There is no such line, or its ledger is out of force.
  case unknown
  case refused(LedgerRefusal)
  /// Somebody else changes the same line over and over.
  case crowded
  case store(StoreFault)

  package var code: String {
    switch self {
    case .unknown: "ledger.unknown"
    case .refused(let refusal): refusal.code
    case .crowded: "ledger.crowded"
    case .store(let fault): fault.code
    }
  }
}

/// What persons do to lines of ledgers: load, decide, save. It holds no state.
package struct LedgerActs: Sendable {
  /// What may be done.
  package enum Action: String, CaseIterable, Sendable { case strike, reopen }

  /// Open cases at a thing that a refusal names.
  static let namedMax = 20

  let engine: Engine

  package init(engine: Engine) {
    self.engine = engine
  }

  /// Strikes a line off, or reopens it. Personal details in `words` are masked.
  package func take(
    _ action: Action, on id: ID<LedgerEntry>, words: String, files: [EvidenceFile],
    by staff: ID<Staff>, posts: [String], as actor: Actor, request: String
  ) async throws(LedgerFault) -> LedgerEntry {
    for _ in 0..<engine.settings.attemptsMax {
      do throws(LedgerFault) {
        let words = try await stored { () throws(StoreFault) in
          try await PersonalNote(engine: engine).masked(words, of: nil)
        }
        let step = LedgerStep(
          staff: staff, posts: posts, words: words, files: files, at: engine.time.now)
        return try await attempt(action, on: id, step, as: actor, request: request)
      } catch {
        guard case .store(.conflict) = error else { throw error }
      }
    }
    throw .crowded
  }

  private func attempt(
    _ action: Action, on id: ID<LedgerEntry>, _ step: LedgerStep, as actor: Actor,
    request: String
  ) async throws(LedgerFault) -> LedgerEntry {
    let found = try await stored { () throws(StoreFault) in try await engine.store.load(id) }
    guard let entry = found, let ledger = engine.catalogue.ledger(code: entry.ledger) else {
      throw .unknown
    }
    let open = try await stored { () throws(StoreFault) -> [CaseNumber] in
      action == .strike ? try await openCases(at: entry) : []
    }
    var next = try decided(action, entry, step, ledger, open)
    let subject = try await stored { () throws(StoreFault) in try await thing(of: entry) }
    if let subject {
      next.area = subject.area
      next.unit = subject.owner
    }
    let changes = ChangeSet(
      kind: action == .strike ? "ledger.struck" : "ledger.reopened", at: step.at, actor: actor,
      subject: SubjectReference(kind: "ledger", id: id.rawValue), request: request,
      conditions: [.ledgerVersion(id, entry.version)], facts: [.ledgerEntry(next)])
    _ = try await stored { () throws(StoreFault) in try await engine.store.commit(changes) }
    return next
  }

  private func stored<Answer>(
    _ body: () async throws(StoreFault) -> Answer
  ) async throws(LedgerFault) -> Answer {
    do throws(StoreFault) {
      return try await body()
    } catch {
      throw .store(error)
    }
  }

  private func decided(
    _ action: Action, _ entry: LedgerEntry, _ step: LedgerStep, _ ledger: Ledger,
    _ open: [CaseNumber]
  ) throws(LedgerFault) -> LedgerEntry {
    do throws(LedgerRefusal) {
      switch action {
      case .strike: return try entry.struck(by: step, in: ledger, open: open)
      case .reopen:
        return try entry.reopened(by: step, in: ledger, due: ledger.due(from: step.at))
      }
    } catch {
      throw .refused(error)
    }
  }

  private func thing(of entry: LedgerEntry) async throws(StoreFault) -> Thing? {
    guard entry.case == nil, let id = entry.thing else { return nil }
    return try await engine.store.load(id)
  }

  /// Cases that keep a line standing: its own, else those at its thing.
  private func openCases(at entry: LedgerEntry) async throws(StoreFault) -> [CaseNumber] {
    if let id = entry.case {
      guard let found = try await engine.store.load(id), found.state.closedAt == nil else {
        return []
      }
      return [found.filing.number]
    }
    guard let thing = entry.thing else { return [] }
    var query = CaseQuery(
      scope: .everything, page: PageRequest(limit: Self.namedMax, before: nil))
    query.thing = thing
    query.open = true
    return try await engine.store.cases(query).elements.map(\.filing.number)
  }
}

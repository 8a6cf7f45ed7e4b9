package import City
import Language
import Pack
package import Ports

/// Where one person's data is and who saw it (个人信息档案).
package struct PersonFile: Sendable {
  package let reporter: ID<Reporter>
  /// Whether name, number and messages can still be opened; false once the key was destroyed.
  package let isHeld: Bool
  /// What he reported, the newest first, at most `PersonFileDesk.recordsMax`.
  package let signals: [Signal]
  /// The cases of it.
  package let cases: [Case]
  /// Who saw his name and number, the newest first, at most `PersonFileDesk.recordsMax`.
  package let reveals: [Reveal]
  /// What he agreed to and took back, the oldest first.
  package let consents: [ConsentRecord]
  /// Who read this file before, the newest first.
  package let readings: [JournalEntry]
  /// When his data ends by the rule of retention; nil while a case is open, or without a rule.
  package let endsAt: Instant?
}

/// Why a person's file was not shown.
package enum PersonFileFault: Error, Equatable {
  case unknown
  case store(StoreFault)

  package var code: String {
    switch self {
    case .unknown: "person.unknown"
    case .store(let fault): fault.code
    }
  }
}

/// Shows whoever answers a person what is kept of him. It is on record before the answer goes out.
package struct PersonFileDesk: Sendable {
  /// Reports, reveals and readings that are shown.
  package static let recordsMax = 500
  /// Characters of the reason.
  package static let reasonMax = 200
  /// The kind of the entry that says who read a file.
  static let readKind = "person.file_read"

  let engine: Engine

  package init(engine: Engine) {
    self.engine = engine
  }

  /// - Parameters:
  ///   - contact: a phone number in any writing; nil where the case names him.
  ///   - number: of a case that he reported; nil where the contact names him.
  package func read(
    contact: String?, case number: CaseNumber?, reason: String, by caller: Caller, request: String
  ) async throws(PersonFileFault) -> PersonFile {
    let found: PersonFile?
    do throws(StoreFault) {
      if let reporter = try await find(contact, number) {
        found = try await file(of: reporter, reason, caller, request)
      } else {
        found = nil
      }
    } catch {
      throw .store(error)
    }
    guard let found else { throw .unknown }
    return found
  }

  private func find(
    _ contact: String?, _ number: CaseNumber?
  ) async throws(StoreFault) -> Reporter? {
    if let contact {
      let hash = engine.sealing.blindHash(PersonalData.contact(contact))
      return try await engine.store.reporter(contactHash: hash)
    }
    guard let number, let found = try await engine.store.case(number: number),
      let id = found.filing.reporter
    else { return nil }
    return try await engine.store.load(id)
  }

  private func file(
    of reporter: Reporter, _ reason: String, _ caller: Caller, _ request: String
  ) async throws(StoreFault) -> PersonFile {
    let store = engine.store
    let page = PageRequest(limit: Self.recordsMax, before: nil)
    let subject = SubjectReference(kind: "reporter", id: reporter.id.rawValue)
    var earlier = JournalQuery(page: page)
    earlier.subject = subject
    earlier.kind = Self.readKind
    let readings = try await store.entries(earlier).elements
    _ = try await store.commit(
      ChangeSet(
        kind: Self.readKind, at: engine.time.now, actor: caller.actor, subject: subject,
        request: request, conditions: [], facts: [.note(reason)]))
    var query = SignalQuery(scope: .everything, page: page)
    query.reporter = reporter.id
    let signals = try await store.signals(query).elements
    var cases: [ID<Case>: Case] = [:]
    for event in Set(signals.compactMap(\.event)) {
      guard let id = try await store.load(event)?.case, let found = try await store.load(id) else {
        continue
      }
      cases[id] = found
    }
    var seen = RevealQuery(page: page)
    seen.reporter = reporter.id
    let reveals = try await store.reveals(seen).elements
    let consents = try await ConsentDesk(engine: engine).records(of: reporter.id)
    return PersonFile(
      reporter: reporter.id, isHeld: reporter.details != nil, signals: signals,
      cases: cases.values.sorted { $0.id > $1.id }, reveals: reveals,
      consents: consents, readings: readings, endsAt: end(of: signals, Array(cases.values)))
  }

  private func end(of signals: [Signal], _ cases: [Case]) -> Instant? {
    guard let rule = engine.catalogue.retention.first(where: { $0.data == .callers }),
      let days = rule.days, cases.allSatisfy({ $0.state.closedAt != nil }),
      let last = (signals.map(\.receivedAt) + cases.compactMap(\.state.closedAt)).max()
    else { return nil }
    return last.advanced(byMilliseconds: Int64(days) * Duration.day)
  }
}

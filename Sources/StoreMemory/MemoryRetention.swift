package import City
package import Ports

// What came to its end, and the certificates of it.
extension MemoryStore {
  package func certificates(_ page: PageRequest) -> Page<Certificate> {
    Self.page(tables.certificates.values, page) { $0.id.rawValue }
  }

  package func expired(
    _ data: RetainedData, before: Instant, after: Int64, limit: Int
  ) -> ExpiredRecords {
    guard limit > 0 else { return ExpiredRecords(records: [], next: nil) }
    switch data {
    case .callers:
      let looked = tables.reporters.values.filter { $0.details != nil && $0.id.rawValue > after }
        .sorted { $0.id < $1.id }.prefix(limit)
      let records = looked.compactMap { reporter -> ExpiredRecord? in
        let signals = tables.signals.values.filter { $0.reporter == reporter.id }
        guard !signals.contains(where: { holds($0, before) }) else { return nil }
        return ExpiredRecord(
          name: String(reporter.id.rawValue),
          at: signals.map(\.receivedAt).max() ?? Instant(milliseconds: 0),
          subject: reporter.subject)
      }
      return ExpiredRecords(
        records: records, next: looked.count == limit ? looked.last?.id.rawValue : nil)
    case .messages:
      let looked = tables.signals.values.filter { signal in
        signal.reporter == nil && signal.id.rawValue > after && subject(of: signal) != nil
      }.sorted { $0.id < $1.id }.prefix(limit)
      let records = looked.filter { !holds($0, before) }.map { signal in
        ExpiredRecord(
          name: String(signal.id.rawValue), at: signal.receivedAt, subject: subject(of: signal))
      }
      return ExpiredRecords(
        records: records, next: looked.count == limit ? looked.last?.id.rawValue : nil)
    case .sessions:
      let found = tables.endedSessions(before).sorted {
        $0.expiresAt == $1.expiresAt
          ? HexText.write($0.secretHash) < HexText.write($1.secretHash)
          : $0.expiresAt < $1.expiresAt
      }
      return rows(
        found.map {
          ExpiredRecord(name: HexText.write($0.secretHash), at: $0.expiresAt, subject: nil)
        }, limit)
    case .notices:
      let found = tables.toldNotices(before).sorted { ($0.at, $0.id) < ($1.at, $1.id) }
      return rows(
        found.map { ExpiredRecord(name: String($0.id.rawValue), at: $0.at, subject: nil) }, limit)
    case .observations, .cases, .files, .journal: return ExpiredRecords(records: [], next: nil)
    }
  }

  package func consents(of reporter: ID<Reporter>) -> [Consent] {
    tables.consents.values.filter { $0.reporter == reporter }.sorted { $0.id < $1.id }
      .suffix(Consent.recordsMax)
  }

  package func namedFiles(before: Instant, from: FileLook, limit: Int) -> NamedFiles {
    guard limit > 0 else { return NamedFiles(ended: [], held: [], next: nil) }
    var (ended, held): (Set<FileDigest>, Set<FileDigest>) = ([], [])
    let next: FileLook?
    switch from {
    case .reports(let after):
      let looked = tables.signals.values.filter { $0.id > after }.sorted { $0.id < $1.id }
        .prefix(limit)
      for signal in looked {
        if holds(signal, before) {
          held.formUnion(signal.evidence)
        } else {
          ended.formUnion(signal.evidence)
        }
      }
      next = looked.count == limit ? looked.last.map { .reports(after: $0.id) } : .firstStep
    case .steps(let found, let after):
      let looked = tables.steps.values.flatMap(\.values)
        .filter { ($0.case, $0.sequence) > (found, after) }
        .sorted { ($0.case, $0.sequence) < ($1.case, $1.sequence) }.prefix(limit)
      for step in looked {
        let closed = tables.cases[step.case]?.state.closedAt
        if let closed, closed < before {
          ended.formUnion(step.evidence)
        } else {
          held.formUnion(step.evidence)
        }
      }
      next =
        looked.count == limit ? looked.last.map { .steps(of: $0.case, after: $0.sequence) } : nil
    }
    return NamedFiles(ended: ended.inOrder, held: held.inOrder, next: next)
  }

  package func filesKept(_ files: Set<FileDigest>) -> Set<FileDigest> {
    var kept = Set(tables.exhibits.values.map(\.file))
    kept.formUnion(tables.ledgerEntries.values.flatMap { $0.acts.flatMap(\.files) })
    kept.formUnion(
      tables.patrols.values.flatMap { $0.stops.flatMap { $0.finding?.files ?? [] } })
    kept.formUnion(tables.taskReports.values.flatMap(\.proof))
    return kept.intersection(files)
  }

  private func rows(_ records: [ExpiredRecord], _ limit: Int) -> ExpiredRecords {
    ExpiredRecords(records: Array(records.prefix(limit)), next: nil)
  }

  /// A report keeps its reporter while it is young, or its case is open or was closed lately.
  private func holds(_ signal: Signal, _ before: Instant) -> Bool {
    if signal.receivedAt >= before { return true }
    guard let event = signal.event.flatMap({ tables.events[$0] }),
      let found = event.case.flatMap({ tables.cases[$0] })
    else { return false }
    return found.state.closedAt.map { $0 >= before } ?? true
  }

  /// Whose key opens what a signal came as; nil where nothing is left to open.
  private func subject(of signal: Signal) -> ID<Subject>? {
    guard case .sealed(let sealed) = signal.raw, !sealed.bytes.isEmpty else { return nil }
    return sealed.subject
  }
}

extension MemoryTables {
  func endedSessions(_ before: Instant) -> [Credential] {
    credentials.values.filter { $0.form == .session && $0.expiresAt < before }
  }

  mutating func add(_ consent: Consent, _ undo: inout [UndoStep]) throws(Clash) {
    guard consents[consent.id] == nil else { throw .keyTaken("consent id") }
    put(\.consents, consent.id, consent, &undo)
  }

  func toldNotices(_ before: Instant) -> [Notice] {
    notices.values.filter { $0.state != .waiting && $0.at < before }
  }
}

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
          ? HexName.text($0.secretHash) < HexName.text($1.secretHash)
          : $0.expiresAt < $1.expiresAt
      }
      return rows(
        found.map {
          ExpiredRecord(name: HexName.text($0.secretHash), at: $0.expiresAt, subject: nil)
        }, limit)
    case .notices:
      let found = tables.toldNotices(before).sorted { ($0.at, $0.id) < ($1.at, $1.id) }
      return rows(
        found.map { ExpiredRecord(name: String($0.id.rawValue), at: $0.at, subject: nil) }, limit)
    case .observations, .cases, .files, .journal: return ExpiredRecords(records: [], next: nil)
    }
  }

  package func filesEnded(before: Instant) -> [FileDigest] {
    var held = Set(tables.exhibits.values.map(\.file))
    held.formUnion(tables.ledgerEntries.values.flatMap { $0.acts.flatMap(\.files) })
    held.formUnion(
      tables.patrols.values.flatMap { $0.stops.flatMap { $0.finding?.files ?? [] } })
    held.formUnion(tables.taskReports.values.flatMap(\.proof))
    var ended: Set<FileDigest> = []
    for signal in tables.signals.values {
      if holds(signal, before) {
        held.formUnion(signal.evidence)
      } else {
        ended.formUnion(signal.evidence)
      }
    }
    for (id, steps) in tables.steps {
      let closed = tables.cases[id]?.state.closedAt
      let files = steps.values.flatMap(\.evidence)
      if let closed, closed < before { ended.formUnion(files) } else { held.formUnion(files) }
    }
    return ended.subtracting(held).sorted {
      $0.digest.bytes.lexicographicallyPrecedes($1.digest.bytes)
    }
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

  func toldNotices(_ before: Instant) -> [Notice] {
    notices.values.filter { $0.state != .waiting && $0.at < before }
  }
}

/// Names of hashes, as certificates have them.
enum HexName {
  private static let digits = Array("0123456789abcdef".utf8)

  static func text(_ digest: Digest) -> String {
    String(
      decoding: digest.bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] },
      as: UTF8.self)
  }
}

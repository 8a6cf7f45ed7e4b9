import CSQLite
import City
import Ports
import Records

/// Writes groups of change sets: conditions, journal entry and tables, all in one transaction.
struct JournalWriter {
  /// One database holds one chain.
  static let chain: Int64 = 1

  private let connection: Connection
  /// Of the entries that it writes.
  private let algorithm: EntryAlgorithm
  private var facts: FactWriter
  private let log: LogLength
  private(set) var sequence: Int64
  private var previous: Digest

  struct Outcome {
    var results: [Result<Receipt, StoreFault>] = []
    var entries: [JournalEntry] = []
  }

  init(
    connection: Connection, algorithm: EntryAlgorithm = .sha256
  ) throws(SQLiteFault) {
    self.connection = connection
    self.algorithm = algorithm
    facts = FactWriter(connection: connection)
    log = LogLength(watching: connection)
    let last = try connection.row(
      "SELECT sequence, hash FROM journal WHERE sequence = (SELECT max(sequence) FROM journal)"
    ) { (sequence: $0.integer(0), hash: $0.digest(1)) }
    sequence = last?.sequence ?? 0
    previous = last?.hash ?? EntryHash.origin
  }

  /// Writes the group; either all that hold their conditions are on disk afterwards, or none is.
  ///
  /// First without savepoints, which copy every page that a change set touches: facts that
  /// contradict the tables are rare. Where some do, the group is written anew, each change set
  /// within its own.
  mutating func write(_ group: [(changes: ChangeSet, body: [UInt8])]) -> Outcome {
    let before = (sequence, previous)
    do throws(SQLiteFault) {
      do throws(SQLiteFault) {
        return try write(group, guarded: false)
      } catch {
        guard Self.isContradiction(error) else { throw error }
        undo(to: before)
        return try write(group, guarded: true)
      }
    } catch {
      undo(to: before)
      let fault = StoreFault.unavailable(detail: "\(error.code): \(error.message)")
      return Outcome(results: group.map { _ in .failure(fault) }, entries: [])
    }
  }

  private mutating func write(
    _ group: [(changes: ChangeSet, body: [UInt8])], guarded: Bool
  ) throws(SQLiteFault) -> Outcome {
    var outcome = Outcome()
    try connection.run("BEGIN IMMEDIATE")
    for (changes, body) in group {
      let entry: Result<JournalEntry, StoreFault>
      if let broken = try brokenCondition(changes) {
        entry = .failure(.conflict(broken))
      } else if guarded {
        entry = try writeGuarded(changes, body)
      } else {
        entry = .success(try write(changes, body))
      }
      if case .success(let entry) = entry { outcome.entries.append(entry) }
      outcome.results.append(entry.map { Receipt(sequence: $0.sequence) })
    }
    try facts.finish()
    try connection.run("COMMIT")
    return outcome
  }

  private mutating func undo(to before: (sequence: Int64, previous: Digest)) {
    try? connection.execute("ROLLBACK")
    facts.restore(TallyChanges())
    (sequence, previous) = before
  }

  private func brokenCondition(_ changes: ChangeSet) throws(SQLiteFault) -> Condition? {
    let check = ConditionCheck(connection: connection, rows: facts.rows)
    for condition in changes.conditions where !(try check.holds(condition)) { return condition }
    return nil
  }

  private mutating func write(
    _ changes: ChangeSet, _ body: [UInt8]
  ) throws(SQLiteFault) -> JournalEntry {
    let entry = try append(changes, body)
    for fact in changes.facts { try facts.apply(fact) }
    return entry
  }

  /// A full disk ends the whole group; facts that contradict the tables end only this change set.
  private mutating func writeGuarded(
    _ changes: ChangeSet, _ body: [UInt8]
  ) throws(SQLiteFault) -> Result<JournalEntry, StoreFault> {
    let before = (sequence, previous, facts.tallies)
    try connection.run("SAVEPOINT change")
    do throws(SQLiteFault) {
      let entry = try write(changes, body)
      try connection.run("RELEASE change")
      return .success(entry)
    } catch {
      guard Self.isContradiction(error) else { throw error }
      try connection.run("ROLLBACK TO change")
      try connection.run("RELEASE change")
      sequence = before.0
      previous = before.1
      facts.restore(before.2)
      return .failure(.inconsistent(detail: error.message))
    }
  }

  /// Whether facts contradict the tables, and not the disk or the file.
  private static func isContradiction(_ fault: SQLiteFault) -> Bool {
    fault.code & 0xFF == SQLITE_CONSTRAINT || fault.code & 0xFF == SQLITE_ERROR
  }

  private mutating func append(
    _ changes: ChangeSet, _ body: [UInt8]
  ) throws(SQLiteFault) -> JournalEntry {
    let header = EntryHeader(
      chain: Self.chain, sequence: sequence + 1, kind: changes.kind, version: FactCoding.version,
      at: changes.at, actor: changes.actor, subject: changes.subject, request: changes.request,
      algorithm: algorithm.rawValue)
    let hash = EntryHash.hash(header, body: body, previous: previous)
    try connection.run(
      """
      INSERT INTO journal (sequence, chain, kind, version, at, actor, subject_kind, subject_id,
      request, algorithm, hash, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        .integer(header.sequence), .integer(header.chain), .text(header.kind),
        .integer(Int64(header.version)), .integer(header.at.milliseconds),
        .text(ActorCoding.text(header.actor)), .text(header.subject.kind),
        .integer(header.subject.id), .text(header.request), .text(header.algorithm),
        .blob(hash.bytes), .blob(body),
      ])
    sequence += 1
    previous = hash
    return JournalEntry(
      sequence: sequence, hash: hash, kind: changes.kind, at: changes.at, actor: changes.actor,
      subject: changes.subject, request: changes.request, facts: changes.facts)
  }

  /// Starts the write-ahead log over once it is long; the checkpoint thread has copied most of it by then.
  func startLogOver(beyond pages: Int) {
    guard log.pages > pages else { return }
    sqlite3_wal_checkpoint_v2(connection.handle, nil, SQLITE_CHECKPOINT_RESTART, nil, nil)
    try? Writer.fitCache(of: connection)
  }
}

/// How long the write-ahead log was after the latest commit of a connection.
final class LogLength {
  fileprivate(set) var pages = 0

  /// The connection must not outlive this.
  init(watching connection: Connection) {
    sqlite3_wal_hook(
      connection.handle,
      { context, _, _, pages in
        if let context {
          Unmanaged<LogLength>.fromOpaque(context).takeUnretainedValue().pages = Int(pages)
        }
        return SQLITE_OK
      }, Unmanaged.passUnretained(self).toOpaque())
  }
}

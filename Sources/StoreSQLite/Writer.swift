import City
import JSONText
import Ports
import Records
import Synchronization
import Threads

/// The one writer: takes what waits and writes it in one transaction; the flusher puts it on disk and answers all.
final class Writer: Sendable {
  /// Change sets that may wait; one more is told that the store is busy.
  static let waitingMax = 65_536
  /// Change sets that share one flush.
  static let groupMax = 512
  /// The write-ahead log is started over when it has grown to this many pages of 4 KiB.
  static let logPagesMax = 65_536
  /// The page of 4 KiB that holds the byte at which SQLite locks.
  static let lockingPage: Int64 = 262_145
  static let smallCacheKibibytes = 16_384
  static let largeCacheKibibytes = 32_768

  struct Waiting: Sendable {
    let changes: ChangeSet
    /// The facts as the journal stores them.
    let body: [UInt8]
    let continuation: CheckedContinuation<Result<Receipt, StoreFault>, Never>
  }

  private struct Line {
    var waiting: [Waiting] = []
    var closed = false

    mutating func takeFirst(_ max: Int) -> [Waiting] {
      var group: [Waiting] = []
      // Nearly always it is all of them, which are handed over as they are.
      swap(&group, &waiting)
      if group.count > max {
        waiting = Array(group[max...])
        group.removeLast(group.count - max)
      }
      return group
    }
  }

  private let signalling = Signalling()
  private let line = Mutex(Line())
  private let flusher: Flusher
  private let dossiers: RecentDossiers
  private let thread = Mutex<DedicatedThread?>(nil)

  init(
    path: String, algorithm: EntryAlgorithm, recent: RecentEntries, dossiers: RecentDossiers
  ) throws(SQLiteFault) {
    self.dossiers = dossiers
    let journal = try JournalWriter(connection: Writer.open(path), algorithm: algorithm)
    recent.start(at: journal.sequence)
    flusher = try Flusher(logPath: path + "-wal", recent: recent)
    let box = Handed(journal)
    thread.withLock { thread in
      thread = DedicatedThread { [self] in run(box.take()) }
    }
  }

  /// Opens the writing connection and brings the schema up to date.
  static func open(_ path: String) throws(SQLiteFault) -> Connection {
    let connection = try Connection(path: path, gathers: true)
    try connection.execute(
      """
      PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 0;
      PRAGMA foreign_keys = OFF; PRAGMA temp_store = MEMORY;
      """)
    try Schema.migrate(connection)
    try fitCache(of: connection)
    return connection
  }

  /// Keeps as many pages as suit the size of the database.
  ///
  /// A small one lies in the system's memory anyway, and as long as it has fewer pages than
  /// SQLite's locking page (at 1 GiB), a commit that balanced a tree looks at every page kept.
  static func fitCache(of connection: Connection) throws(SQLiteFault) {
    let pages = try connection.row("PRAGMA page_count") { $0.integer(0) } ?? 0
    let kibibytes = pages > lockingPage ? largeCacheKibibytes : smallCacheKibibytes
    try connection.execute("PRAGMA cache_size = -\(kibibytes)")
  }

  func commit(_ changes: ChangeSet) async -> Result<Receipt, StoreFault> {
    var writer = JSONWriter()
    FactCoding.encode(changes.facts, into: &writer)
    let body = writer.take()
    return await withCheckedContinuation { continuation in
      let waiting = Waiting(changes: changes, body: body, continuation: continuation)
      let refusal: StoreFault? = signalling.locked {
        line.withLock { line -> StoreFault? in
          if line.closed { return .unavailable(detail: "the store is closed") }
          if line.waiting.count >= Self.waitingMax { return .busy }
          line.waiting.append(waiting)
          return nil
        }
      }
      if let refusal {
        continuation.resume(returning: .failure(refusal))
      } else {
        signalling.wakeOne()
      }
    }
  }

  /// Writes what waits, then ends the thread.
  func close() {
    signalling.locked { line.withLock { $0.closed = true } }
    signalling.wakeAll()
    thread.withLock { thread in
      thread?.join()
      thread = nil
    }
    flusher.close()
  }

  private func run(_ journal: JournalWriter) {
    var journal = journal
    while let group = nextGroup() {
      let outcome = journal.write(group.map { ($0.changes, $0.body) })
      // Before anybody hears of the commit: who then looks finds what he did.
      for entry in outcome.entries { dossiers.follow(entry.facts) }
      flusher.flush(Flusher.Written(group: group, outcome: outcome))
      journal.startLogOver(beyond: Self.logPagesMax)
    }
  }

  /// nil when closed and nothing waits.
  private func nextGroup() -> [Waiting]? {
    signalling.locked {
      while true {
        let taken: [Waiting]? = line.withLock { line in
          if line.waiting.isEmpty { return line.closed ? [] : nil }
          return line.takeFirst(Self.groupMax)
        }
        if let taken { return taken.isEmpty ? nil : taken }
        signalling.wait()
      }
    }
  }
}

/// Hands a value that is not Sendable to the one thread that uses it from then on.
// Sendable by hand: it is taken exactly once, before which nobody else touches it.
final class Handed<Value>: @unchecked Sendable {
  private var value: Value?
  init(_ value: Value) { self.value = value }
  func take() -> Value {
    guard let value else { preconditionFailure("taken twice") }
    self.value = nil
    return value
  }
}

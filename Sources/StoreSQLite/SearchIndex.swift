import City
import Language
import Ports
import Records
import Synchronization
import Threads

/// The index of words, in a file of its own: it follows the journal and remembers how far it came.
///
/// It can be thrown away at any time; it is made again from the journal.
final class SearchIndex: Sendable {
  /// Entries indexed in one transaction.
  static let batchMax = 4_096
  /// How long changes may gather before they are indexed, unless somebody asks.
  static let gatherMilliseconds = 400

  private struct State {
    var followed: Int64 = 0
    var asked: Int64 = 0
    var closed = false
    var failed: String?
    var waiting: [(sequence: Int64, continuation: CheckedContinuation<Bool, Never>)] = []
  }

  private let signalling = Signalling()
  private let state = Mutex(State())
  private let recent: RecentEntries
  private let thread = Mutex<DedicatedThread?>(nil)

  init(path: String, journalPath: String, recent: RecentEntries) throws(SQLiteFault) {
    self.recent = recent
    let writer = try SearchWriter(path: path, journalPath: journalPath)
    state.withLock { $0.followed = writer.followed }
    let box = Handed(writer)
    thread.withLock { thread in
      thread = DedicatedThread { [self] in run(box.take()) }
    }
  }

  /// Returns once everything up to `sequence` can be found; false where the index cannot follow.
  func reach(_ sequence: Int64) async -> Bool {
    await withCheckedContinuation { continuation in
      let answer: Bool? = signalling.locked {
        state.withLock { state in
          if state.followed >= sequence { return true }
          if state.closed || state.failed != nil { return false }
          state.waiting.append((sequence, continuation))
          state.asked = max(state.asked, sequence)
          return nil
        }
      }
      if let answer { continuation.resume(returning: answer) } else { signalling.wakeAll() }
    }
  }

  func close() {
    signalling.locked { state.withLock { $0.closed = true } }
    signalling.wakeAll()
    thread.withLock { thread in
      thread?.join()
      thread = nil
    }
  }

  private func run(_ writer: SearchWriter) {
    var writer = writer
    while waitForWork() {
      do throws(SQLiteFault) {
        let behind = recent.last - writer.followed
        if behind > 0 { try writer.follow(recent, limit: Self.batchMax) }
        answer(followed: writer.followed, failed: nil)
      } catch {
        answer(followed: writer.followed, failed: error.message)
      }
    }
    answer(followed: writer.followed, failed: "closed")
  }

  /// false when closed.
  private func waitForWork() -> Bool {
    signalling.locked {
      let urgent = state.withLock { $0.closed || $0.asked > $0.followed }
      if !urgent { signalling.wait(milliseconds: Self.gatherMilliseconds) }
      return !state.withLock { $0.closed }
    }
  }

  private func answer(followed: Int64, failed: String?) {
    let woken = state.withLock { state in
      state.followed = followed
      state.failed = failed
      let woken = state.waiting.filter { failed != nil || $0.sequence <= followed }
      state.waiting.removeAll { failed != nil || $0.sequence <= followed }
      return woken
    }
    for waiter in woken { waiter.continuation.resume(returning: waiter.sequence <= followed) }
  }
}

/// Writes words of cases and things into the index.
struct SearchWriter {
  private let connection: Connection
  private let journal: Connection
  private(set) var followed: Int64

  init(path: String, journalPath: String) throws(SQLiteFault) {
    connection = try Connection(path: path)
    // The index may lose its newest transactions in a crash: it then follows from where it stands.
    try connection.execute(
      """
      PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -32768;
      CREATE TABLE IF NOT EXISTS followed (one INTEGER PRIMARY KEY, sequence INTEGER NOT NULL);
      INSERT OR IGNORE INTO followed VALUES (1, 0);
      CREATE VIRTUAL TABLE IF NOT EXISTS case_words USING fts5
        (words, content = '', columnsize = 0, tokenize = "ascii tokenchars '-'");
      CREATE VIRTUAL TABLE IF NOT EXISTS thing_words USING fts5
        (words, columnsize = 0, tokenize = "ascii tokenchars '-'");
      """)
    followed = try connection.row("SELECT sequence FROM followed") { $0.integer(0) } ?? 0
    journal = try Connection(path: journalPath, readOnly: true)
  }

  /// Indexes the entries that come next, at most `limit`.
  mutating func follow(_ recent: RecentEntries, limit: Int) throws(SQLiteFault) {
    let entries: [JournalEntry]
    if let held = recent.entries(after: followed, limit: limit) {
      entries = held
    } else {
      entries = try EntryTable.entries(after: followed, limit: limit, on: journal)
    }
    guard let last = entries.last else { return }
    try connection.run("BEGIN IMMEDIATE")
    do throws(SQLiteFault) {
      for entry in entries {
        for fact in entry.facts { try index(fact) }
      }
      try connection.run("UPDATE followed SET sequence = ?", [.integer(last.sequence)])
      try connection.run("COMMIT")
      followed = last.sequence
    } catch {
      try? connection.execute("ROLLBACK")
      throw error
    }
  }

  private func index(_ fact: Fact) throws(SQLiteFault) {
    switch fact {
    case .caseFiled(let filed):
      let filing = filed.filing
      let words = SearchWords.indexed([
        filing.number.text, filing.title, filing.text, filing.address,
      ])
      try connection.run(
        "INSERT INTO case_words (rowid, words) VALUES (?, ?)", [filed.id.sql, .text(words)])
    case .thing(let thing):
      let words = SearchWords.indexed([thing.name, thing.code, thing.address])
      try connection.run("DELETE FROM thing_words WHERE rowid = ?", [thing.id.sql])
      try connection.run(
        "INSERT INTO thing_words (rowid, words) VALUES (?, ?)", [thing.id.sql, .text(words)])
    default: break
    }
  }
}

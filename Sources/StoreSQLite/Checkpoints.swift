import CSQLite
import Synchronization
import Threads

/// Copies the write-ahead log into the database now and then, on a thread of its own, so that no commit waits for it.
final class Checkpoints: Sendable {
  static let intervalMilliseconds = 1_500

  private let signalling = Signalling()
  private let closed = Mutex(false)
  private let thread = Mutex<DedicatedThread?>(nil)

  init(path: String) throws(SQLiteFault) {
    let connection = try Connection(path: path)
    // A connection that never read does not know that there is a log, and copies nothing.
    try connection.run("PRAGMA schema_version")
    let box = Handed(connection)
    thread.withLock { thread in
      thread = DedicatedThread { [self] in run(on: box.take()) }
    }
  }

  func close() {
    signalling.locked { closed.withLock { $0 = true } }
    signalling.wakeAll()
    thread.withLock { thread in
      thread?.join()
      thread = nil
    }
  }

  private func run(on connection: Connection) {
    while waited() {
      sqlite3_wal_checkpoint_v2(connection.handle, nil, SQLITE_CHECKPOINT_PASSIVE, nil, nil)
    }
    sqlite3_wal_checkpoint_v2(connection.handle, nil, SQLITE_CHECKPOINT_TRUNCATE, nil, nil)
  }

  /// false when closed.
  private func waited() -> Bool {
    signalling.locked {
      if closed.withLock({ $0 }) { return false }
      signalling.wait(milliseconds: Self.intervalMilliseconds)
      return !closed.withLock { $0 }
    }
  }
}

import Foundation
import Testing

@testable import StoreSQLite

/// What a commit adds to the log goes out in one piece, and all of it before the commit ends.
@Suite("the gathered log")
struct LogGatheringTests {
  private static func count(_ connection: Connection) throws -> Int64? {
    try connection.row("SELECT count(*) FROM pages") { $0.integer(0) }
  }

  private static func writing(_ path: String) throws -> Connection {
    let connection = try Connection(path: path, gathers: true)
    try connection.execute(
      """
      PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 0;
      CREATE TABLE IF NOT EXISTS pages (id INTEGER PRIMARY KEY, body BLOB)
      """)
    return connection
  }

  /// Adds rows of about a page each in one transaction.
  private static func add(_ rows: Int, to connection: Connection) throws {
    try connection.run("BEGIN")
    for _ in 0..<rows {
      try connection.run("INSERT INTO pages (body) VALUES (zeroblob(3900))")
    }
  }

  @Test("other connections, and whoever finds the files after a crash, see every commit")
  func everyCommitIsThere() throws {
    let scratch = try Scratch("log")
    let writer = try Self.writing(scratch.database)
    let reader = try Connection(path: scratch.database, readOnly: true)
    var stored: Int64 = 0
    // From less than one call takes to several of them.
    for rows in [1, 2, 29, 30, 31, 32, 33, 61, 62, 63, 64, 65, 200, 1] {
      try Self.add(rows, to: writer)
      #expect(try Self.count(reader) == stored)
      try writer.run("COMMIT")
      stored += Int64(rows)
      #expect(try Self.count(reader) == stored)
      let crashed = try Scratch("crashed")
      for suffix in ["", "-wal"] {
        try FileManager.default.copyItem(
          atPath: scratch.database + suffix, toPath: crashed.database + suffix)
      }
      let found = try Connection(path: crashed.database)
      #expect(try Self.count(found) == stored)
      #expect(try found.row("PRAGMA integrity_check") { $0.text(0) } == "ok")
    }
  }

  @Test("a transaction larger than the cache is read back, undone and done")
  func spilled() throws {
    let scratch = try Scratch("log")
    let writer = try Self.writing(scratch.database)
    let reader = try Connection(path: scratch.database, readOnly: true)
    try writer.execute("PRAGMA cache_size = 10")
    try Self.add(100, to: writer)
    #expect(try Self.count(writer) == 100)
    #expect(try Self.count(reader) == 0)
    try writer.run("ROLLBACK")
    try Self.add(3, to: writer)
    try writer.run("COMMIT")
    try Self.add(100, to: writer)
    try writer.run("UPDATE pages SET body = zeroblob(3000) WHERE id % 2 = 0")
    try writer.run("COMMIT")
    #expect(try Self.count(reader) == 103)
    #expect(try reader.row("PRAGMA integrity_check") { $0.text(0) } == "ok")
  }

  @Test("the log can be started over")
  func startedOver() throws {
    let scratch = try Scratch("log")
    let writer = try Self.writing(scratch.database)
    for _ in 0..<3 {
      try Self.add(40, to: writer)
      try writer.run("COMMIT")
      try writer.execute("PRAGMA wal_checkpoint(RESTART)")
    }
    try writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    let reader = try Connection(path: scratch.database, readOnly: true)
    #expect(try Self.count(reader) == 120)
  }
}

import City
import Ports
import StoreConformance
import Testing

@testable import StoreSQLite

@Suite("steps from one schema to the next")
struct MigrationTests {
  @Test("every step is taken once, in a file made by each earlier program")
  func migrates() throws {
    for start in 0...Schema.migrations.count {
      let scratch = try Scratch()
      do {
        let old = try Connection(path: scratch.database)
        try Schema.migrate(old, with: Array(Schema.migrations.prefix(start)))
        #expect(try version(old) == Int64(start))
      }
      let connection = try Writer.open(scratch.database)
      #expect(try version(connection) == Int64(Schema.migrations.count))
      let fresh = try Writer.open(scratch.path + "/fresh.sqlite")
      #expect(try tables(connection) == tables(fresh), "from schema \(start)")
      try Schema.migrate(connection)
      #expect(try tables(connection) == tables(fresh))
    }
  }

  @Test("what a file of the first schema holds is there after the step to the newest")
  func keeps() async throws {
    let scratch = try Scratch()
    do {
      let old = try Connection(path: scratch.database)
      try Schema.migrate(old, with: Array(Schema.migrations.prefix(1)))
      try old.run("BEGIN")
      var journal = try JournalWriter(connection: old)
      try old.run("COMMIT")
      let outcome = journal.write([(Town.founding, JournalBody.bytes(Town.founding))])
      #expect(outcome.entries.count == 1)
    }
    let store = try SQLiteStore(folder: scratch.path)
    #expect(try await store.areas() == Town.areas.sorted { $0.id < $1.id })
    _ = try await store.commit(Town.change([.event(Town.event(1))]))
    #expect(try await store.lastSequence() == 2)
    store.close()
    let findings = try Verification(folder: scratch.path) { _, _ in }.verify()
    #expect(findings.intact && findings.tablesEqual == true)
  }

  @Test("a step that fails leaves the file as it was")
  func fails() throws {
    let scratch = try Scratch()
    let connection = try Connection(path: scratch.database)
    try Schema.migrate(connection)
    let before = try tables(connection)
    #expect(throws: SQLiteFault.self) {
      try Schema.migrate(
        connection,
        with: Schema.migrations + ["CREATE TABLE extra (id INTEGER); CREATE TABLE cases (id)"])
    }
    #expect(try tables(connection) == before)
    #expect(try version(connection) == Int64(Schema.migrations.count))
    // The connection is not left inside the transaction that failed.
    try Schema.migrate(connection, with: Schema.migrations + ["CREATE TABLE extra (id INTEGER)"])
    #expect(try version(connection) == Int64(Schema.migrations.count) + 1)
  }

  @Test("a file of a newer program is refused, untouched, and the error says so")
  func newer() throws {
    let scratch = try Scratch()
    do {
      let connection = try Writer.open(scratch.database)
      try connection.execute("PRAGMA user_version = 99")
    }
    do throws(StoreFault) {
      _ = try SQLiteStore(folder: scratch.path)
      Issue.record("opened")
    } catch {
      guard case .unavailable(let detail) = error else { throw error }
      #expect(detail.contains("newer program: schema 99"))
    }
    #expect(try version(Connection(path: scratch.database)) == 99)
  }

  @Test("what is no database is refused")
  func foreign() throws {
    let scratch = try Scratch()
    FileWriter.write(Array("this is a text, and no database at all".utf8), to: scratch.database)
    #expect(throws: StoreFault.self) { try SQLiteStore(folder: scratch.path) }
  }

  private func version(_ connection: Connection) throws -> Int64? {
    try connection.row("PRAGMA user_version") { $0.integer(0) }
  }

  private func tables(_ connection: Connection) throws -> [String] {
    try connection.rows("SELECT type || name || coalesce(sql, '') FROM sqlite_schema ORDER BY 1") {
      $0.text(0)
    }
  }
}

import CSQLite
import City
import Ports
import Records
import StoreConformance
import Testing

@testable import StoreSQLite

@Suite("a journal that was tampered with")
struct TamperTests {
  static let seed: UInt64 = 77
  static let changes = 60

  /// One attack on the entries of a database, and which entry is named.
  struct Attack: Sendable, CustomTestStringConvertible {
    let name: String
    /// Run with the number of an entry.
    let sql: @Sendable (Int64) -> String
    let names: Named
    var testDescription: String { name }

    /// Which entry is found broken.
    enum Named: Sendable {
      case attacked
      case constant(Int64)
    }

    init(
      _ name: String, names: Named = .attacked, _ sql: @escaping @Sendable (Int64) -> String
    ) {
      self.name = name
      self.sql = sql
      self.names = names
    }

    func broken(_ sequence: Int64) -> Int64 {
      switch names {
      case .attacked: sequence
      case .constant(let number): number
      }
    }
  }

  static let attacks = [
    Attack("one byte of the body") { sequence in
      "UPDATE journal SET body = CAST(replace(CAST(body AS TEXT), 'a', 'b') AS BLOB) WHERE sequence = \(sequence)"
    },
    Attack("one byte of the hash") { sequence in
      "UPDATE journal SET hash = CAST(substr(hash, 1, 31) || x'00' AS BLOB) WHERE sequence = \(sequence)"
    },
    Attack("a short hash") { "UPDATE journal SET hash = x'01' WHERE sequence = \($0)" },
    Attack("the actor") { "UPDATE journal SET actor = 'staff:777' WHERE sequence = \($0)" },
    Attack("an actor that is none") { "UPDATE journal SET actor = '?' WHERE sequence = \($0)" },
    Attack("the time") { "UPDATE journal SET at = at + 1 WHERE sequence = \($0)" },
    Attack("the kind") { "UPDATE journal SET kind = kind || 'x' WHERE sequence = \($0)" },
    Attack("the subject") {
      "UPDATE journal SET subject_id = subject_id + 1 WHERE sequence = \($0)"
    },
    Attack("the request") { "UPDATE journal SET request = 'other' WHERE sequence = \($0)" },
    Attack("the chain") { "UPDATE journal SET chain = 2 WHERE sequence = \($0)" },
    Attack("the version") { "UPDATE journal SET version = 9 WHERE sequence = \($0)" },
    Attack("the algorithm") { "UPDATE journal SET algorithm = 'md5' WHERE sequence = \($0)" },
    Attack("the number") { sequence in
      "UPDATE journal SET sequence = 1000000 WHERE sequence = \(sequence)"
    },
    Attack("an entry taken out") { "DELETE FROM journal WHERE sequence = \($0)" },
    Attack("two entries swapped") { sequence in
      """
      UPDATE journal SET sequence = -1 WHERE sequence = \(sequence);
      UPDATE journal SET sequence = \(sequence) WHERE sequence = \(sequence + 1);
      UPDATE journal SET sequence = \(sequence + 1) WHERE sequence = -1
      """
    },
    Attack("an entry before the first", names: .constant(0)) { sequence in
      """
      INSERT INTO journal SELECT 0, chain, kind, version, at, actor, subject_kind, subject_id,
      request, algorithm, hash, body FROM journal WHERE sequence = \(sequence)
      """
    },
  ]

  @Test("the first broken entry is named, and nothing is rebuilt from it", arguments: attacks)
  func named(_ attack: Attack) async throws {
    var source = SeededSource(seed: Self.seed)
    for _ in 0..<3 {
      let scratch = try Scratch()
      let last = try await scratch.history(seed: Self.seed, changes: Self.changes)
      let sequence = Int64(source.number(2...Int(last) - 1))
      try change(scratch.database, attack.sql(sequence))
      let verification = Verification(folder: scratch.path) { _, _ in }
      let findings = try verification.verify()
      #expect(findings.firstBroken == attack.broken(sequence), "seed \(Self.seed), \(sequence)")
      #expect(findings.tablesEqual == nil)
      let before = try SQLiteStore.tableDigests(folder: scratch.path)
      #expect(try verification.rebuild().firstBroken == attack.broken(sequence))
      #expect(try SQLiteStore.tableDigests(folder: scratch.path) == before)
    }
  }

  @Test("the last entries taken away leave a whole chain, and tables that do not follow from it")
  func cut() async throws {
    let scratch = try Scratch()
    let last = try await scratch.history(seed: Self.seed, changes: Self.changes)
    try change(scratch.database, "DELETE FROM journal WHERE sequence > \(last - 5)")
    let findings = try Verification(folder: scratch.path) { _, _ in }.verify()
    #expect(findings.entries == last - 5)
    #expect(findings.firstBroken == nil)
    #expect(findings.tablesEqual == false)
    #expect(!findings.differing.isEmpty)
  }

  /// Hashes of some entries, as they were signed and kept elsewhere.
  private func anchors(_ path: String, _ sequences: [Int64]) throws -> [Int64: Digest] {
    let connection = try Connection(path: path)
    var hashes: [Int64: Digest] = [:]
    for sequence in sequences {
      hashes[sequence] = try EntryTable.stored(after: sequence - 1, limit: 1, on: connection)
        .first?.hash
    }
    return hashes
  }

  @Test("a folder rolled back to an earlier state is told by anchors alone")
  func rolledBack() async throws {
    let whole = try Scratch()
    let short = try Scratch()
    let last = try await whole.history(seed: Self.seed, changes: Self.changes)
    let cut = try await short.history(seed: Self.seed, changes: Self.changes / 2)
    #expect(cut < last)
    let known = try anchors(whole.database, [1, cut / 2, last])
    #expect(try Verification(folder: short.path) { _, _ in }.verify().tablesEqual == true)
    let findings = try Verification(folder: short.path, anchors: known) { _, _ in }.verify()
    #expect(findings.firstBroken == cut + 1)
    #expect(findings.provenUpTo == cut / 2)
    let sound = try Verification(folder: whole.path, anchors: known) { _, _ in }.verify()
    #expect(sound.intact && sound.tablesEqual == true && sound.provenUpTo == last)
  }

  @Test("a chain written anew with right hashes is told by anchors alone")
  func writtenAnew() async throws {
    let scratch = try Scratch()
    let last = try await scratch.history(seed: Self.seed, changes: Self.changes)
    let known = try anchors(scratch.database, [5, 20, last])
    let connection = try Connection(path: scratch.database)
    let entries = try EntryTable.stored(after: 0, limit: Int(last), on: connection)
    var previous = EntryHash.origin
    for entry in entries {
      let old = entry.header
      let actor: Actor = old.sequence == 12 ? .local("nobody") : old.actor
      let header = EntryHeader(
        chain: old.chain, sequence: old.sequence, kind: old.kind, version: old.version, at: old.at,
        actor: actor, subject: old.subject, request: old.request, algorithm: old.algorithm)
      previous = EntryHash.hash(header, body: entry.body, previous: previous)
      try connection.run(
        "UPDATE journal SET actor = ?, hash = ? WHERE sequence = ?",
        [.text(ActorCoding.text(actor)), .blob(previous.bytes), .integer(old.sequence)])
    }
    #expect(try Verification(folder: scratch.path) { _, _ in }.verify().intact)
    let findings = try Verification(folder: scratch.path, anchors: known) { _, _ in }.verify()
    #expect(findings.firstBroken == 20)
    #expect(findings.provenUpTo == 5)
  }

  @Test("a row changed beside the journal is found, and made right by a rebuild")
  func tables() async throws {
    let scratch = try Scratch()
    _ = try await scratch.history(seed: Self.seed, changes: Self.changes)
    let before = try SQLiteStore.tableDigests(folder: scratch.path)
    try change(scratch.database, "UPDATE events SET title = 'x'; DELETE FROM steps")
    let verification = Verification(folder: scratch.path) { _, _ in }
    let findings = try verification.verify()
    #expect(findings.intact && findings.tablesEqual == false)
    #expect(findings.differing == ["events", "steps"])
    #expect(try verification.rebuild().tablesEqual == false)
    #expect(try SQLiteStore.tableDigests(folder: scratch.path) == before)
    #expect(try verification.verify().tablesEqual == true)
  }

  private func change(_ path: String, _ sql: String) throws {
    let connection = try Connection(path: path)
    try connection.execute(sql)
    #expect(sqlite3_total_changes(connection.handle) > 0)
  }
}

package import City
import Glibc
package import Ports
import Records
import SearchStore

/// What a walk over journal and tables found.
package struct Findings: Equatable, Sendable {
  package let entries: Int64
  /// The first entry whose hash, number or predecessor does not fit; nil where the chain is whole.
  package let firstBroken: Int64?
  /// Whether tables made anew from the journal equal the stored ones; nil where the chain is broken.
  package let tablesEqual: Bool?
  /// Tables that differ, by name.
  package let differing: [String]
  /// The last anchor up to which the chain is the one that was signed; 0 where none is, nil where
  /// none was asked for.
  package var provenUpTo: Int64?

  package var intact: Bool { firstBroken == nil }
}

/// Proves that the tables follow from the journal, or makes them anew from it.
///
/// The folder must not be open in a server.
package struct Verification {
  /// Entries read at a time.
  static let runMax = 10_000

  let folder: String
  /// Told after each run: entries done, entries in all.
  let progress: (Int64, Int64) -> Void

  /// Entries whose hash is known from elsewhere, by number.
  let anchors: [Int64: Digest]

  /// - Parameter anchors: hashes that were signed and kept elsewhere; an entry with another hash
  ///   was written anew, and one that is not there was taken away.
  package init(
    folder: String, anchors: [Int64: Digest] = [:], progress: @escaping (Int64, Int64) -> Void
  ) {
    self.folder = folder
    self.anchors = anchors
    self.progress = progress
  }

  private var path: String { folder + "/" + SQLiteStore.fileName }
  private var anewPath: String { path + ".anew" }

  /// Walks the chain and compares the tables.
  package func verify() throws(StoreFault) -> Findings {
    try guarded { () throws(SQLiteFault) in
      defer { removeFiles(anewPath) }
      return try replay(keepingJournal: false)
    }
  }

  /// Makes the tables anew from an intact journal and puts them in place of the stored ones.
  ///
  /// The answer says whether the old ones were equal. With a broken chain nothing is changed.
  package func rebuild() throws(StoreFault) -> Findings {
    try guarded { () throws(SQLiteFault) in
      let findings = try replay(keepingJournal: true)
      guard findings.intact else {
        removeFiles(anewPath)
        return findings
      }
      // The new file holds the only journal from here on: it is on disk before it takes the place.
      guard Self.flush(anewPath) else {
        throw SQLiteFault(code: errno, message: "the new tables could not be flushed")
      }
      removeFiles(path, keepingMain: true)
      guard rename(anewPath, path) == 0, Self.flush(folder) else {
        throw SQLiteFault(code: errno, message: "the new tables could not be put in place")
      }
      removeFiles(anewPath)
      SearchStore.discard(folder: folder + "/" + SearchStore.folderName)
      return findings
    }
  }

  private func guarded<Answer>(
    _ body: () throws(SQLiteFault) -> Answer
  ) throws(StoreFault) -> Answer {
    do throws(SQLiteFault) {
      return try body()
    } catch {
      throw .unavailable(detail: "\(error.code): \(error.message)")
    }
  }

  private func replay(keepingJournal: Bool) throws(SQLiteFault) -> Findings {
    removeFiles(anewPath)
    let stored = try Writer.open(path)
    let busy = try stored.row("PRAGMA wal_checkpoint(TRUNCATE)") { $0.integer(0) }
    guard busy == 0 else {
      throw SQLiteFault(code: 5, message: "another process reads the database; try again")
    }
    let anew = try Connection(path: anewPath)
    try anew.execute(
      "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -131072;")
    try Schema.migrate(anew)
    let total = try stored.row("SELECT count(*) FROM journal", [], { $0.integer(0) }) ?? 0
    let broken = try walk(stored, into: anew, total: total)
    let proof = try compare(stored, total: total)
    let first = [broken, proof.broken].compactMap { $0 }.min()
    guard first == nil else {
      return Findings(
        entries: total, firstBroken: first, tablesEqual: nil, differing: [],
        provenUpTo: proof.provenUpTo)
    }
    if keepingJournal {
      try anew.run("ATTACH ? AS stored", [.text(path)])
      try anew.run("INSERT INTO journal SELECT * FROM stored.journal ORDER BY sequence")
      try anew.run("DETACH stored")
    }
    var differing: [String] = []
    for table in TableList.all where try table.digest(stored) != table.digest(anew) {
      differing.append(table.name)
    }
    return Findings(
      entries: total, firstBroken: nil, tablesEqual: differing.isEmpty, differing: differing,
      provenUpTo: proof.provenUpTo)
  }

  /// Compares entries with the hashes that are known from elsewhere. Of a chain that was written
  /// anew, the first entry that differs lies after the last one proven; the one named here is the
  /// first that is shown to differ.
  private func compare(
    _ stored: Connection, total: Int64
  ) throws(SQLiteFault) -> (broken: Int64?, provenUpTo: Int64?) {
    guard !anchors.isEmpty else { return (nil, nil) }
    var proven: Int64 = 0
    for (sequence, hash) in anchors.sorted(by: { $0.key < $1.key }) {
      guard sequence <= total else { return (total + 1, proven) }
      let found = try stored.row(
        "SELECT hash FROM journal WHERE sequence = ?", [.integer(sequence)]
      ) { $0.blob(0) }
      guard found == hash.bytes else { return (sequence, proven) }
      proven = sequence
    }
    return (nil, proven)
  }

  /// - Returns: the number of the first broken entry, or nil.
  private func walk(
    _ stored: Connection, into anew: Connection, total: Int64
  ) throws(SQLiteFault) -> Int64? {
    var facts = FactWriter(connection: anew)
    var previous = EntryHash.origin
    var sequence: Int64 = 0
    while true {
      // The first run begins below 1, so that nothing hides before the first entry.
      let start = sequence == 0 ? Int64.min : sequence
      let run = try EntryTable.stored(after: start, limit: Self.runMax, on: stored)
      if run.isEmpty { return nil }
      try anew.run("BEGIN")
      for entry in run {
        let expected = EntryHash.hash(entry.header, body: entry.body, previous: previous)
        guard entry.header.sequence == sequence + 1, entry.hash == expected,
          EntryAlgorithm(rawValue: entry.header.algorithm) != nil,
          let decoded = try? FactCoding.decode(entry.body, version: entry.header.version)
        else {
          try anew.run("COMMIT")
          return min(entry.header.sequence, sequence + 1)
        }
        for fact in decoded { try facts.apply(fact) }
        previous = entry.hash
        sequence += 1
      }
      try facts.finish()
      try anew.run("COMMIT")
      progress(sequence, total)
    }
  }

  /// Flushes a file or folder.
  private static func flush(_ path: String) -> Bool {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return false }
    defer { close(file) }
    return fsync(file) == 0
  }

  private func removeFiles(_ path: String, keepingMain: Bool = false) {
    for suffix in (keepingMain ? [] : [""]) + ["-wal", "-shm", "-journal"] { unlink(path + suffix) }
  }
}

/// The tables that follow from the journal, with the key that orders their rows.
struct TableList {
  let name: String
  let key: String
  let condition: String

  static let all: [TableList] = [
    TableList("areas", "id"), TableList("units", "id"), TableList("staff", "id"),
    TableList("duties", "id"), TableList("accounts", "id"),
    TableList("credentials", "secret_hash"), TableList("packs", "id, version, digest"),
    TableList("alarms", "id"), TableList("resemblances", "id"),
    TableList("topics", "id"), TableList("documents", "id"), TableList("followers", "follower"),
    TableList("models", "id"), TableList("model_uses", "subject"),
    TableList("choices", "case_id"), TableList("words", "text"),
    TableList("maintenance", "id"), TableList("grants", "id"), TableList("reveals", "id"),
    TableList("judgements", "signal"), TableList("warnings", "id"), TableList("periods", "id"),
    TableList("appeals", "id"), TableList("views", "id"), TableList("task_reports", "id"),
    TableList("exhibits", "id"), TableList("custody", "id"),
    TableList("supervisions", "id"), TableList("notices", "id"), TableList("absences", "id"),
    TableList("certificates", "id"), TableList("consents", "id"),
    TableList("series_parts", "id"),
    TableList("ledger_entries", "id"), TableList("patrols", "id"),
    TableList("things", "id"), TableList("links", "from_thing, to_thing, kind"),
    TableList("reporters", "id"), TableList("erasures", "subject"), TableList("signals", "id"),
    TableList("events", "id"),
    TableList("cases", "id"), TableList("steps", "case_id, sequence"), TableList("orders", "id"),
    TableList("clock_warnings", "case_id, clock, started_at, light, due"),
    TableList("gradings", "id"),
    TableList("scores", "month, unit, street, item"),
    // A tally that came back to nothing may or may not still have its row.
    TableList("tallies", "dimension, key, stage", where: "count <> 0"),
  ]

  private init(_ name: String, _ key: String, where condition: String = "1") {
    self.name = name
    self.key = key
    self.condition = condition
  }

  /// Digest of all rows in key order.
  func digest(_ connection: Connection) throws(SQLiteFault) -> Digest {
    var digest = TableDigest()
    let statement = try Statement(
      "SELECT * FROM \(name) WHERE \(condition) ORDER BY \(key)", on: connection)
    while try statement.step() {
      let row = statement.row
      for column in 0..<row.columnCount {
        switch row.value(column) {
        case .null: digest.addNull()
        case .integer(let number): digest.add(number)
        case .real(let number): digest.add(number)
        case .text(let text): digest.add(text)
        case .blob(let bytes): digest.add(bytes)
        }
      }
      digest.endRow()
    }
    return digest.finish()
  }
}

extension SQLiteStore {
  /// Digest of every table, in the order of their names; equal stores give equal answers.
  package static func tableDigests(folder: String) throws(StoreFault) -> [String: Digest] {
    do throws(SQLiteFault) {
      let connection = try Connection(path: folder + "/" + fileName, readOnly: true)
      var digests: [String: Digest] = [:]
      for table in TableList.all { digests[table.name] = try table.digest(connection) }
      return digests
    } catch {
      throw .unavailable(detail: error.message)
    }
  }

  /// Writes a consistent copy of the database of `folder` to a new file, while it may be in use.
  package static func copy(folder: String, to file: String) throws(StoreFault) {
    do throws(SQLiteFault) {
      let connection = try Connection(path: folder + "/" + fileName, readOnly: true)
      try connection.run("VACUUM INTO ?", [.text(file)])
    } catch {
      throw .unavailable(detail: "\(error.code): \(error.message)")
    }
  }
}

import City
import Ports
import Records

/// Reads the journal's table.
enum EntryTable {
  /// A stored entry, its body as it lies on disk.
  struct Stored {
    let header: EntryHeader
    let hash: Digest
    let body: [UInt8]
  }

  static func stored(
    after sequence: Int64, limit: Int, on connection: Connection
  ) throws(SQLiteFault) -> [Stored] {
    try connection.rows(
      """
      SELECT sequence, chain, kind, version, at, actor, subject_kind, subject_id, request,
      algorithm, hash, body FROM journal WHERE sequence > ? ORDER BY sequence LIMIT ?
      """, [.integer(sequence), .integer(Int64(max(limit, 0)))]
    ) { row in
      Stored(
        header: EntryHeader(
          chain: row.integer(1), sequence: row.integer(0), kind: row.text(2),
          version: Int(row.integer(3)), at: row.instant(4),
          actor: ActorCoding.actor(row.text(5)) ?? .engine("unknown"),
          subject: SubjectReference(kind: row.text(6), id: row.integer(7)), request: row.text(8),
          algorithm: row.text(9)),
        hash: hash(row.blob(10)), body: row.blob(11))
    }
  }

  /// A hash of another length is no hash: it reads as one that no entry has.
  private static func hash(_ bytes: [UInt8]) -> Digest {
    let fits = bytes.count == Digest.byteCount
    return Digest(bytes: fits ? bytes : [UInt8](repeating: 0, count: Digest.byteCount))
  }

  static func entries(
    after sequence: Int64, limit: Int, on connection: Connection
  ) throws(SQLiteFault) -> [JournalEntry] {
    var entries: [JournalEntry] = []
    for stored in try stored(after: sequence, limit: limit, on: connection) {
      let facts: [Fact]
      do {
        facts = try FactCoding.decode(stored.body, version: stored.header.version)
      } catch {
        throw SQLiteFault(
          code: 11, message: "entry \(stored.header.sequence) cannot be read: \(error)")
      }
      entries.append(
        JournalEntry(
          sequence: stored.header.sequence, hash: stored.hash, kind: stored.header.kind,
          at: stored.header.at, actor: stored.header.actor, subject: stored.header.subject,
          request: stored.header.request, facts: facts))
    }
    return entries
  }
}

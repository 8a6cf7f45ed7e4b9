package import City

/// An entry as it lies in the journal.
package struct StoredEntry: Equatable, Sendable {
  package let header: EntryHeader
  package let hash: Digest
  package let body: [UInt8]

  package init(header: EntryHeader, hash: Digest, body: [UInt8]) {
    self.header = header
    self.hash = hash
    self.body = body
  }
}

/// How far a chain was read: the number and hash of the latest entry.
package struct ChainHead: Equatable, Sendable {
  package let chain: Int64
  /// 0 before the first entry.
  package let sequence: Int64
  package let hash: Digest

  package init(chain: Int64, sequence: Int64, hash: Digest) {
    self.chain = chain
    self.sequence = sequence
    self.hash = hash
  }

  /// Before the first entry of a chain.
  package static func start(of chain: Int64) -> ChainHead {
    ChainHead(chain: chain, sequence: 0, hash: EntryHash.origin)
  }
}

/// What is wrong with the first broken entry of a run.
package enum EntryFault: Error, Equatable, Sendable {
  /// The entry that must come next is missing, or another stands in its place.
  case sequence(expected: Int64, found: Int64)
  case chain(sequence: Int64, found: Int64)
  /// The entry names a hash algorithm that this program does not know.
  case algorithm(sequence: Int64, found: String)
  /// Header, body or the entry before it are not what was hashed.
  case hash(sequence: Int64)
  /// The hash holds, but the body cannot be read.
  case body(sequence: Int64, FactCodingFault)

  /// The number that the broken entry has, or should have.
  package var sequence: Int64 {
    switch self {
    case .sequence(let expected, _): expected
    case .chain(let sequence, _), .algorithm(let sequence, _), .hash(let sequence),
      .body(let sequence, _):
      sequence
    }
  }

  /// Operators and tools switch on this. Once released it never changes.
  package var code: String {
    switch self {
    case .sequence: "journal.sequence"
    case .chain: "journal.chain"
    case .algorithm: "journal.algorithm"
    case .hash: "journal.hash"
    case .body: "journal.body"
    }
  }
}

/// Walks along a chain. A value: a long journal is read in runs, the head carries over.
package struct EntryReading: Sendable {
  /// The latest entry found whole.
  package private(set) var head: ChainHead

  package init(after head: ChainHead) {
    self.head = head
  }

  /// Checks that `entry` is the next of the chain and unchanged; then it becomes the head.
  package mutating func check(_ entry: StoredEntry) throws(EntryFault) {
    let header = entry.header
    let expected = head.sequence + 1
    guard header.sequence == expected else {
      throw .sequence(expected: expected, found: header.sequence)
    }
    guard header.chain == head.chain else {
      throw .chain(sequence: expected, found: header.chain)
    }
    guard EntryAlgorithm(rawValue: header.algorithm) != nil else {
      throw .algorithm(sequence: expected, found: header.algorithm)
    }
    let hash = EntryHash.hash(header, body: entry.body, previous: head.hash)
    guard hash == entry.hash else { throw .hash(sequence: expected) }
    head = ChainHead(chain: head.chain, sequence: expected, hash: hash)
  }

  /// The first broken entry of a run, in the order given; nil where all are whole.
  ///
  /// - Parameter decoding: whether bodies must be readable as well.
  package mutating func firstBroken(
    of entries: some Sequence<StoredEntry>, decoding: Bool = false
  ) -> EntryFault? {
    for entry in entries {
      let before = head
      do throws(EntryFault) {
        try check(entry)
        if decoding { try Self.read(entry) }
      } catch {
        head = before
        return error
      }
    }
    return nil
  }

  private static func read(_ entry: StoredEntry) throws(EntryFault) {
    do throws(FactCodingFault) {
      _ = try FactCoding.decode(entry.body, version: entry.header.version)
    } catch {
      throw .body(sequence: entry.header.sequence, error)
    }
  }
}

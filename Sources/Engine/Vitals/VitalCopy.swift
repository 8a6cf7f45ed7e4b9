import City
import Evaluating
import Pack
import Ports

/// The copies that a start begins with: of all cases, so that it need not read the whole journal, and
/// of what was counted from them, so that it need not count them all.
extension VitalDesk {
  static let copyName = "cases"
  static let countsName = "counts"
  /// A copy is written anew when the entries since the last are at least this part of all.
  static let copyPart: Int64 = 10

  /// Takes the copy where there is one and the journal is the one that it was made of.
  func readCopy() async throws(StoreFault) {
    copied = 0
    guard let keeping else { return }
    var head: CopyHead?
    var book = Self.emptyCases(engine)
    var index = 0
    let isWhole = keeping.load(Self.copyName) { words in
      defer { index += 1 }
      guard index > 0 else {
        head = CopyHead(words)
        return head != nil
      }
      return book.take(chunk: words, at: index - 1)
    }
    guard isWhole, let head,
      let entry = try await engine.store.entries(after: head.position - 1, limit: 1).first,
      entry.sequence == head.position, entry.hash == head.hash
    else { return }
    let counted = counts(of: book, at: head)
    try await begin(with: book, counted: counted, others: head.others, at: entry)
    copied = head.position
  }

  /// What was counted from the cases of a copy; nil where it is not at hand, or was counted by other
  /// packs or for other places.
  private func counts(of cases: CaseBook, at head: CopyHead) -> VitalBook? {
    guard let keeping else { return nil }
    var book = Self.emptyBook(engine)
    let wanted = countsHead(book, at: head)
    var isHead = true
    let isWhole = keeping.load(Self.countsName) { words in
      defer { isHead = false }
      return isHead ? words == wanted : book.take(chunk: words)
    }
    guard isWhole, !isHead else { return nil }
    book.know(casesFrom: cases.rows.lazy.map(\.filedAt).min().map(Instant.init(milliseconds:)))
    return book
  }

  /// Says of which cases, packs and places counts are.
  private func countsHead(_ book: VitalBook, at head: CopyHead) -> [Int64] {
    var words = head.words + book.copyKey
    words.put(engine.catalogue.packs) { $0.digest.bytes.map { Int64($0) } }
    return words
  }

  /// Writes a copy where enough came since the last.
  func keepCopy() {
    guard let keeping, let hash, let copied,
      position - copied >= max(copyEvery, position / Self.copyPart)
    else { return }
    let head = CopyHead(position: position, hash: hash, others: others)
    // Where they cannot be written, it is tried again when as much more came.
    self.copied = position
    _ = keeping.save(Self.copyName, chunks: 1 + cases.chunkCount) { index in
      index == 0 ? head.words : cases.chunk(index - 1)
    }
    let parts = book.parts
    _ = keeping.save(Self.countsName, chunks: 1 + parts.count) { index in
      index == 0 ? countsHead(book, at: head) : book.chunk(parts[index - 1])
    }
  }
}

/// Where in the journal a copy stands.
struct CopyHead {
  let position: Int64
  let hash: Digest
  let others: [ClosedRange<Int64>]

  init(position: Int64, hash: Digest, others: [ClosedRange<Int64>]) {
    self.position = position
    self.hash = hash
    self.others = others
  }

  init?(_ words: [Int64]) {
    var words = words[...]
    guard let position = words.popFirst(),
      let bytes = words.takeList({ $0.first.map { UInt8(truncatingIfNeeded: $0) } }),
      bytes.count == Digest.byteCount,
      let others = words.takeList({ $0.count == 2 && $0[0] <= $0[1] ? $0[0]...$0[1] : nil })
    else { return nil }
    self.init(position: position, hash: Digest(bytes: bytes), others: others)
  }

  var words: [Int64] {
    var words = [position]
    words.put(hash.bytes) { [Int64($0)] }
    words.put(others) { [$0.lowerBound, $0.upperBound] }
    return words
  }
}

import City
import Pack

/// Why a snapshot cannot be used.
package enum RuleSnapshotFault: Error, Equatable {
  case otherProgram, damaged
}

extension RuleShard {
  /// Bytes before the tables: format, program, clock and counts.
  private static let headWords = 8
  private static let format: UInt64 = 1

  /// All running state. With the place in the log up to which the shard has looked it makes a
  /// restart exact: restore, then feed the log from there.
  package func snapshot() -> [UInt8] {
    let head: [UInt64] = [
      Self.format, digest, UInt64(bitPattern: clock), UInt64(counts.taken),
      UInt64(counts.evaluations), UInt64(counts.repeated), UInt64(counts.late),
      UInt64(counts.notFinite),
    ]
    var bytes: [UInt8] = []
    var check = StateDigest()
    bytes.reserveCapacity((head.count + 1) * 8 + tables.reduce(0) { $0 + $1.bytes })
    for word in head { append(word, to: &bytes) }
    for table in tables {
      bytes.append(contentsOf: UnsafeRawBufferPointer(start: table.start, count: table.bytes))
      for word in table.elements { check.add(UInt64(bitPattern: word)) }
    }
    append(check.value, to: &bytes)
    return bytes
  }

  /// - Throws: where the bytes are damaged or of another program; the shard is as new then.
  package func restore(_ snapshot: [UInt8]) throws(RuleSnapshotFault) {
    clear()
    let length = tables.reduce(0) { $0 + $1.bytes } + (Self.headWords + 1) * 8
    guard snapshot.count >= Self.headWords * 8 else { throw .damaged }
    let head = (0..<Self.headWords).map { word(snapshot, $0) }
    guard head[0] == Self.format, head[1] == digest else { throw .otherProgram }
    guard snapshot.count == length else { throw .damaged }
    var check = StateDigest()
    var place = Self.headWords
    for table in tables {
      for index in 0..<table.count {
        let word = word(snapshot, place)
        check.add(word)
        table.start[index] = Int64(bitPattern: word)
        place += 1
      }
    }
    guard check.value == word(snapshot, place) else {
      clear()
      throw .damaged
    }
    clock = Int64(bitPattern: head[2])
    counts.taken = Int(truncatingIfNeeded: head[3])
    counts.evaluations = Int(truncatingIfNeeded: head[4])
    counts.repeated = Int(truncatingIfNeeded: head[5])
    counts.late = Int(truncatingIfNeeded: head[6])
    counts.notFinite = Int(truncatingIfNeeded: head[7])
  }

  private var tables: [FlatArray<Int64>] {
    [latest, dues, state] + (waiting.map { [$0.state] } ?? [])
  }

  private func append(_ word: UInt64, to bytes: inout [UInt8]) {
    for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: word >> (8 * shift))) }
  }

  private func word(_ bytes: [UInt8], _ index: Int) -> UInt64 {
    bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: 8 * index, as: UInt64.self) }
  }

  // MARK: Starting without a snapshot

  /// Opens, without saying so, what was open when no snapshot fits (other rules, other streams).
  /// Call it once, before the log is fed from `RuleProgram.warmMilliseconds` before its end on; the
  /// changes that come out meanwhile are those the journal has already, by key and kind. Episodes
  /// of rules or streams that are no more are passed over.
  /// - Returns: the episodes that no rule carries on; the caller closes them.
  package func adopt(_ open: [OpenEpisode]) -> [OpenEpisode] {
    open.filter { episode in
      guard let cell = cell(of: episode.key) else { return true }
      let block = blocks + Int(cells[cell].block)
      let word = words + Int(cells[cell].state)
      let steps = levels + block.pointee.firstLevel
      let rank = episode.grade.rank
      let level = (0..<block.pointee.levels).last { Grade.allCases[steps[$0].grade].rank <= rank } ?? 0
      word[CellWord.opened] = episode.key.openedAt.milliseconds
      word[CellWord.state] = word[CellWord.state] & ~StateBits.level | Int64(level + 1)
      if block.pointee.form == .silence {
        let last = episode.key.openedAt.milliseconds - Int64(steps[0].raise)
        (word[block.pointee.base], word[block.pointee.base + 1]) = (last, last)
        if level + 1 < block.pointee.levels { due[cell] = last + Int64(steps[level + 1].raise) }
      }
      return false
    }
  }

  private func cell(of key: EpisodeKey) -> Int? {
    func fits(_ cell: Int) -> Bool {
      let block = blocks[Int(cells[cell].block)]
      return block.base > 0 && plan.rules[Int(block.rule)].code == key.rule
    }
    switch key.subject {
    case .area(let area):
      return (plan.firstGroupCell..<plan.cells.count).first {
        plan.groupAreas[$0 - plan.firstGroupCell] == area && fits($0)
      }
    case .stream(let stream):
      guard Int(stream.rawValue) < plan.slotOf.count else { return nil }
      let slot = plan.slotOf.start[Int(stream.rawValue)]
      guard slot != ShardPlan.noSlot else { return nil }
      let first = Int(plan.slots.start[Int(slot)].firstCell)
      return (first..<Int(plan.slots.start[Int(slot) + 1].firstCell)).first(where: fits)
    }
  }
}

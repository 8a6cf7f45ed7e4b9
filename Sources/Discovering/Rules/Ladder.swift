import City
import Pack

typealias BlockPointer = UnsafeMutablePointer<RuleBlock>
typealias WordPointer = UnsafeMutablePointer<Int64>

/// Bits of the state word.
enum StateBits {
  static let level: Int64 = 0xFF
  static let pending: Int64 = 0x100
  /// Panes that ended, up to `panesMost`, begin here.
  static let panesShift: Int64 = 9
  static let panesMost: Int64 = 0x7F
  static let panes = panesMost << panesShift
  /// Empty windows in a row begin here.
  static let emptyShift: Int64 = 16
  static let ladder = level | pending
}

extension RuleBlock {
  /// Writes what a cell holds before its first observation.
  func clear(_ word: WordPointer) {
    for place in 0..<words { word[place] = 0 }
    guard base > 0 else { return }
    for level in 0..<levels { word[CellWord.since + level] = noSince }
    switch form {
    case .panes, .samples: word[base] = noTime
    case .silence: word[base] = noTime
    case .rate, .stuck: word[base + 2] = noTime
    case .several: (word[base + 1], word[base + 3]) = (noTime, neverDue)
    case .sequence: word[base + 1] = noTime
    case .neighbours: word[base + 2] = noTime
    case .fence: (word[base + 2], word[base + 4]) = (noTime, noTime)
    default: break
    }
  }

  /// In a word of `since`: the level is neither passed nor left.
  var noSince: Int64 { countsRuns ? 0 : noTime }
}

extension RuleShard {
  /// Holds what a form computed against the levels.
  /// - Parameters:
  ///   - scalar: multiplied by the block's sign.
  ///   - from: where the window began; elsewhere the same as `time`.
  @inline(__always)
  func climb(
    _ cell: Int, _ block: BlockPointer, _ word: WordPointer, _ scalar: Double, _ time: Int64,
    _ value: Double?, _ changes: inout [AlarmChange]
  ) {
    // Nearly always nothing is open, nothing pending, and nothing passed.
    if word[CellWord.state] & StateBits.ladder == 0
      && !(scalar > levels[block.pointee.firstLevel].raise)
    {
      return
    }
    climbSteps(cell, block, word, scalar, time, time, value, &changes)
  }

  @inline(never)
  func climbSteps(
    _ cell: Int, _ block: BlockPointer, _ word: WordPointer, _ scalar: Double, _ time: Int64,
    _ from: Int64, _ value: Double?, _ changes: inout [AlarmChange]
  ) {
    let level = Int(word[CellWord.state] & StateBits.level)
    let steps = levels + block.pointee.firstLevel
    let runs = block.pointee.countsRuns
    var isPending = false
    for index in 0..<block.pointee.levels {
      let isPast = index >= level ? scalar > steps[index].raise : scalar < steps[index].clear
      let place = CellWord.since + index
      if !isPast {
        word[place] = block.pointee.noSince
        continue
      }
      isPending = true
      if runs { word[place] += 1 } else if word[place] == noTime { word[place] = time }
    }
    if !runs { word[block.pointee.base] = Int64(bitPattern: scalar.bitPattern) }
    word[CellWord.state] =
      word[CellWord.state] & ~StateBits.pending | (isPending ? StateBits.pending : 0)
    if isPending {
      settleScalar(cell, block, word, scalar, time, from, value, &changes)
    } else if !runs {
      due[cell] = formDue(block, word)
    }
  }

  /// Looks whether a hold has run out, with the last value computed.
  func settle(
    _ cell: Int, _ block: BlockPointer, _ word: WordPointer, _ time: Int64, _ from: Int64,
    _ value: Double?, _ changes: inout [AlarmChange]
  ) {
    let scalar = Double(bitPattern: UInt64(bitPattern: word[block.pointee.base]))
    let last = value ?? (block.pointee.form == .value ? scalar * block.pointee.sign : nil)
    settleScalar(cell, block, word, scalar, time, from, last, &changes)
  }

  private func settleScalar(
    _ cell: Int, _ block: BlockPointer, _ word: WordPointer, _ scalar: Double, _ time: Int64,
    _ from: Int64, _ value: Double?, _ changes: inout [AlarmChange]
  ) {
    let level = Int(word[CellWord.state] & StateBits.level)
    let steps = levels + block.pointee.firstLevel
    var target = level
    for index in (level..<block.pointee.levels).reversed()
    where isReady(block, word, index, steps[index].hold, time) {
      target = index + 1
      break
    }
    if target > level && isBlocked(cell, block, time) {
      for index in level..<target where isReady(block, word, index, steps[index].hold, time) {
        word[CellWord.since + index] = block.pointee.countsRuns ? 0 : time
      }
      target = level
    }
    if target == level {
      for index in 0..<level where isReady(block, word, index, steps[index].clearHold, time) {
        target = index
        break
      }
    }
    if target != level {
      let isRise = target > level
      let decisive = isRise ? target - 1 : target
      let since = block.pointee.countsRuns ? from : word[CellWord.since + decisive]
      let limit = (isRise ? steps[decisive].raise : steps[decisive].clear) * block.pointee.sign
      for index in min(level, target)..<max(level, target) {
        word[CellWord.since + index] = block.pointee.noSince
      }
      let facts = AlarmFacts(
        value: scalar * block.pointee.sign, limit: limit, since: Instant(milliseconds: since),
        lastValue: value)
      move(cell, block, word, to: target, time, facts, &changes)
    }
    refresh(cell, block, word)
  }

  /// Marks whether anything is pending, and when a hold runs out.
  private func refresh(_ cell: Int, _ block: BlockPointer, _ word: WordPointer) {
    let level = Int(word[CellWord.state] & StateBits.level)
    let steps = levels + block.pointee.firstLevel
    var isPending = false
    var next = neverDue
    for index in 0..<block.pointee.levels
    where word[CellWord.since + index] != block.pointee.noSince {
      isPending = true
      let hold = index >= level ? steps[index].hold : steps[index].clearHold
      if hold > 0 { next = min(next, word[CellWord.since + index] &+ hold) }
    }
    word[CellWord.state] =
      word[CellWord.state] & ~StateBits.pending | (isPending ? StateBits.pending : 0)
    if !block.pointee.countsRuns { due[cell] = min(next, formDue(block, word)) }
  }

  private func isReady(
    _ block: BlockPointer, _ word: WordPointer, _ index: Int, _ hold: Int64, _ time: Int64
  ) -> Bool {
    let since = word[CellWord.since + index]
    if block.pointee.countsRuns { return since >= hold }
    return since != noTime && time - since >= hold
  }

  /// What the form itself waits for, besides holds.
  private func formDue(_ block: BlockPointer, _ word: WordPointer) -> Int64 {
    switch block.pointee.form {
    case .flapping: flappingDue(block, word)
    case .several: membersDue(block, word)
    default: neverDue
    }
  }

  func isBlocked(_ cell: Int, _ block: BlockPointer, _ time: Int64) -> Bool {
    plan.conditions.blocks(
      cell: cell, rule: Int(block.pointee.rule), at: time, words: words, dues: due)
  }

  /// Sets the level and says so.
  func move(
    _ cell: Int, _ block: BlockPointer, _ word: WordPointer, to target: Int, _ time: Int64,
    _ facts: AlarmFacts, _ changes: inout [AlarmChange]
  ) {
    let level = Int(word[CellWord.state] & StateBits.level)
    if level == 0 { word[CellWord.opened] = time }
    word[CellWord.state] = word[CellWord.state] & ~StateBits.level | Int64(target)
    let kind: AlarmChange.Kind =
      level == 0 ? .opened : target == 0 ? .cleared : target > level ? .raised : .lowered
    let shown = levels[block.pointee.firstLevel + max(target, target == 0 ? level : 1) - 1]
    changes.append(
      AlarmChange(
        key: EpisodeKey(
          rule: plan.rules[Int(block.pointee.rule)].code, subject: subject(of: cell),
          openedAt: Instant(milliseconds: word[CellWord.opened])),
        kind: kind, grade: Grade.allCases[shown.grade],
        at: Instant(milliseconds: time), facts: facts))
  }

  func subject(of cell: Int) -> AlarmSubject {
    guard let slot = plan.slot(ofCell: cell) else {
      return .area(plan.groupAreas[cell - plan.firstGroupCell])
    }
    return .stream(StreamNumber(plan.numbers.start[slot]))
  }
}

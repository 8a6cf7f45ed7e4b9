import City
import Pack

/// Forms that look at one stream. What stands behind the common words is said at each.
extension RuleShard {
  // MARK: Silence: last heard, and from when on the span counts.

  @inline(__always)
  func hear(
    _ cell: Int, _ block: BlockPointer, _ word: WordPointer, _ time: Int64,
    _ changes: inout [AlarmChange]
  ) {
    let base = word + block.pointee.base
    if word[CellWord.state] & StateBits.level != 0 { hearAgain(cell, block, word, time, &changes) }
    (base[0], base[1]) = (time, time)
    due[cell] = time + Int64(levels[block.pointee.firstLevel].raise)
  }

  private func hearAgain(
    _ cell: Int, _ block: BlockPointer, _ word: WordPointer, _ time: Int64,
    _ changes: inout [AlarmChange]
  ) {
    let last = word[block.pointee.base]
    let level = Int(word[CellWord.state] & StateBits.level)
    let facts = AlarmFacts(
      value: Double(time - last), limit: levels[block.pointee.firstLevel + level - 1].raise,
      since: Instant(milliseconds: last), lastValue: nil)
    move(cell, block, word, to: 0, time, facts, &changes)
  }

  func fallSilent(
    _ cell: Int, _ block: BlockPointer, _ word: WordPointer, _ time: Int64,
    _ changes: inout [AlarmChange]
  ) {
    let base = word + block.pointee.base
    let steps = levels + block.pointee.firstLevel
    let level = Int(word[CellWord.state] & StateBits.level)
    if isBlocked(cell, block, time) {
      base[1] = time
      due[cell] = time + max(Int64(steps[level].raise), 1)
      return
    }
    let facts = AlarmFacts(
      value: Double(time - base[0]), limit: steps[level].raise,
      since: Instant(milliseconds: base[0]), lastValue: nil)
    move(cell, block, word, to: level + 1, time, facts, &changes)
    due[cell] =
      level + 1 < block.pointee.levels
      ? max(base[1] + Int64(steps[level + 1].raise), time + 1) : neverDue
  }

  // MARK: Rate: last computed, value and time of the observation before.

  @inline(__always)
  func followRate(
    _ cell: Int, _ block: BlockPointer, _ word: WordPointer, _ time: Int64, _ value: Double,
    _ changes: inout [AlarmChange]
  ) {
    let base = word + block.pointee.base
    let before = base[2]
    let passed = before == noTime ? Int64.max : time - before
    if passed < max(block.pointee.step, 1) { return }
    let change = value - Double(bitPattern: UInt64(bitPattern: base[1]))
    base[1] = Int64(bitPattern: value.bitPattern)
    base[2] = time
    if passed > block.pointee.within { return }
    let rate = change / Double(passed) * Double(block.pointee.span)
    let scalar = block.pointee.isAbsolute ? abs(rate) : rate
    climb(cell, block, word, scalar * block.pointee.sign, time, value, &changes)
  }

  // MARK: Stuck: last computed, the value that has not changed, and since when.

  func followStuck(
    _ cell: Int, _ block: BlockPointer, _ word: WordPointer, _ time: Int64, _ value: Double,
    _ changes: inout [AlarmChange]
  ) {
    let base = word + block.pointee.base
    let anchor = Double(bitPattern: UInt64(bitPattern: base[1]))
    if base[2] == noTime || abs(value - anchor) > block.pointee.limitHigh {
      base[1] = Int64(bitPattern: value.bitPattern)
      base[2] = time
    }
    climb(
      cell, block, word, Double(time - base[2]) * block.pointee.sign, time, value, &changes)
  }

  // MARK: Flapping: last computed; side of the level (1 below, 2 above) and, from bit 8, how many
  // crossings are kept; place of the oldest; then their times in a ring.

  func followFlapping(
    _ cell: Int, _ block: BlockPointer, _ word: WordPointer, _ time: Int64, _ value: Double,
    _ changes: inout [AlarmChange]
  ) {
    let base = word + block.pointee.base
    dropCrossings(block, base, upTo: time - block.pointee.span)
    let level = block.pointee.limitHigh
    let before = base[1] & 0xFF
    let side: Int64 = value > level ? 2 : value < level ? 1 : before
    base[1] = base[1] & ~0xFF | side
    if before != 0 && side != before {
      let places = block.pointee.places
      if base[1] >> 8 == Int64(places) {
        base[2] = (base[2] + 1) % Int64(places)
        base[1] -= 0x100
      }
      base[3 + (Int(base[2]) + Int(base[1] >> 8)) % places] = time
      base[1] += 0x100
    }
    climbSteps(
      cell, block, word, Double(base[1] >> 8) * block.pointee.sign, time, time, value, &changes)
  }

  func expireFlapping(
    _ cell: Int, _ block: BlockPointer, _ word: WordPointer, _ time: Int64,
    _ changes: inout [AlarmChange]
  ) {
    let base = word + block.pointee.base
    guard flappingDue(block, word) <= time else {
      settle(cell, block, word, time, time, nil, &changes)
      return
    }
    dropCrossings(block, base, upTo: time - block.pointee.span)
    climbSteps(
      cell, block, word, Double(base[1] >> 8) * block.pointee.sign, time, time, nil, &changes)
  }

  /// When the oldest crossing is forgotten.
  func flappingDue(_ block: BlockPointer, _ word: WordPointer) -> Int64 {
    let base = word + block.pointee.base
    guard base[1] >> 8 > 0 else { return neverDue }
    return base[3 + Int(base[2])] + block.pointee.span
  }

  private func dropCrossings(_ block: BlockPointer, _ base: WordPointer, upTo time: Int64) {
    while base[1] >> 8 > 0 && base[3 + Int(base[2])] <= time {
      base[2] = (base[2] + 1) % Int64(block.pointee.places)
      base[1] -= 0x100
    }
  }
}

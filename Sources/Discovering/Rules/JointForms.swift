import City
import Pack

/// Forms that look at several streams together. What stands behind the common words is said at
/// each; a helper's first word names the cell that it reports to.
extension RuleShard {
  // MARK: Several of an area: last computed, newest time, how many meet the condition, and the
  // earliest time at which one of them did. A member's words: the group's cell; when it met it.

  func reportMember(
    _ block: BlockPointer, _ word: WordPointer, _ time: Int64, _ value: Double,
    _ changes: inout [AlarmChange]
  ) {
    let cell = Int(word[0])
    if due[cell] <= time { fire(cell, upTo: time, &changes) }
    let group = blocks + Int(cells[cell].block)
    let state = words + Int(cells[cell].state)
    let base = state + group.pointee.base
    base[1] = max(base[1], time)
    let isMet = value * block.pointee.conditionSign > block.pointee.conditionLimit
    let counts = isMet && time > base[1] - group.pointee.span
    base[2] += (counts ? 1 : 0) - (word[1] != noTime ? 1 : 0)
    word[1] = counts ? time : noTime
    if counts { base[3] = min(base[3], time) }
    if base[2] == 0 { base[3] = neverDue }
    climbSteps(
      cell, group, state, Double(base[2]) * group.pointee.sign, base[1], base[1], nil, &changes)
  }

  func membersDue(_ block: BlockPointer, _ word: WordPointer) -> Int64 {
    let earliest = word[block.pointee.base + 3]
    return earliest == neverDue ? neverDue : earliest + block.pointee.span
  }

  func expireMembers(
    _ cell: Int, _ block: BlockPointer, _ word: WordPointer, _ time: Int64,
    _ changes: inout [AlarmChange]
  ) {
    let base = word + block.pointee.base
    guard membersDue(block, word) <= time else {
      settle(cell, block, word, time, time, nil, &changes)
      return
    }
    var count: Int64 = 0
    var earliest = neverDue
    for member in plan.groupMembers[cell - plan.firstGroupCell] where words[member + 1] != noTime {
      if words[member + 1] + block.pointee.span <= time {
        words[member + 1] = noTime
      } else {
        count += 1
        earliest = min(earliest, words[member + 1])
      }
    }
    (base[1], base[2], base[3]) = (max(base[1], time), count, earliest)
    climbSteps(
      cell, block, word, Double(count) * block.pointee.sign, time, time, nil, &changes)
  }

  // MARK: First, then second: last computed (1 while the second holds after a first), when the
  // first was last met.

  func noteFirst(_ block: BlockPointer, _ word: WordPointer, _ time: Int64, _ value: Double) {
    guard value * block.pointee.conditionSign > block.pointee.conditionLimit else { return }
    let home = cells[Int(word[0])]
    let base = words + Int(home.state) + blocks[Int(home.block)].base
    base[1] = max(base[1], time)
  }

  func followSequence(
    _ cell: Int, _ block: BlockPointer, _ word: WordPointer, _ time: Int64, _ value: Double,
    _ changes: inout [AlarmChange]
  ) {
    let base = word + block.pointee.base
    let isMet = value * block.pointee.conditionSign > block.pointee.conditionLimit
    let held = Double(bitPattern: UInt64(bitPattern: base[0])) * block.pointee.sign == 1
    let follows =
      base[1] != noTime && base[1] <= time && time - base[1] <= block.pointee.span
    let scalar: Double = isMet && (held || follows) ? 1 : 0
    climbSteps(
      cell, block, word, scalar * block.pointee.sign, time, time, value, &changes)
  }

  // MARK: Neighbours: last computed, own value and its time, place and number of the near ones.

  func compare(
    _ cell: Int, _ block: BlockPointer, _ word: WordPointer, _ time: Int64, _ value: Double,
    _ changes: inout [AlarmChange]
  ) {
    let base = word + block.pointee.base
    base[1] = Int64(bitPattern: value.bitPattern)
    base[2] = time
    var near: [Double] = []
    for index in Int(base[3])..<Int(base[3] + base[4]) {
      let other = words + plan.nearPlaces[index]
      guard other[2] != noTime, other[2] > time - block.pointee.span else { continue }
      near.append(Double(bitPattern: UInt64(bitPattern: other[1])))
    }
    guard near.count >= max(block.pointee.places, 1) else { return }
    near.sort()
    let middle = near.count / 2
    let median = near.count % 2 == 1 ? near[middle] : (near[middle - 1] + near[middle]) / 2
    climb(
      cell, block, word, abs(value - median) * block.pointee.sign, time, value, &changes)
  }

  // MARK: Fences: last computed, longitude and its time, latitude and its time. A position is
  // complete when both bear the same time.

  func locate(
    _ cell: Int, longitude: Double?, latitude: Double?, _ time: Int64,
    _ changes: inout [AlarmChange]
  ) {
    let block = blocks + Int(cells[cell].block)
    let word = words + Int(cells[cell].state)
    let base = word + block.pointee.base
    if let longitude { (base[1], base[2]) = (Int64(bitPattern: longitude.bitPattern), time) }
    if let latitude { (base[3], base[4]) = (Int64(bitPattern: latitude.bitPattern), time) }
    guard base[2] == base[4], let fence = plan.fences[Int(cells[cell].block)] else { return }
    if due[cell] <= time { fire(cell, upTo: time, &changes) }
    let scalar = fence.scalar(
      longitude: Double(bitPattern: UInt64(bitPattern: base[1])),
      latitude: Double(bitPattern: UInt64(bitPattern: base[3])))
    climb(cell, block, word, scalar * block.pointee.sign, time, nil, &changes)
  }

  /// The other measure of a position, or of a device whose silence is watched as a whole.
  func reportPartner(
    _ word: WordPointer, _ time: Int64, _ value: Double, _ changes: inout [AlarmChange]
  ) {
    let cell = Int(word[0])
    let block = blocks + Int(cells[cell].block)
    if block.pointee.form == .fence {
      locate(cell, longitude: nil, latitude: value, time, &changes)
      return
    }
    let state = words + Int(cells[cell].state)
    guard time > state[block.pointee.base] else { return }
    if due[cell] <= time { fire(cell, upTo: time, &changes) }
    hear(cell, block, state, time, &changes)
  }
}

import City
import Pack

/// Windows of aggregates: a pane is one step long and keeps a number and a count, so that no
/// observation has to be kept.
///
/// Words behind the common ones: start of the newest pane, then number and count of each pane.
extension RuleShard {
  @inline(__always)
  func addToPane(
    _ cell: Int, _ block: BlockPointer, _ word: WordPointer, _ time: Int64, _ value: Double,
    _ changes: inout [AlarmChange]
  ) {
    let base = word + block.pointee.base
    if base[0] == noTime { openPane(cell, block, base, time) }
    let pane = block.pointee.places == 1 ? base + 1 : self.pane(block, base)
    let count = pane[1]
    let before = Double(bitPattern: UInt64(bitPattern: pane[0]))
    let after: Double
    switch block.pointee.aggregate {
    case .least: after = count == 0 ? value : min(before, value)
    case .greatest: after = count == 0 ? value : max(before, value)
    default: after = before + value
    }
    pane[0] = Int64(bitPattern: after.bitPattern)
    pane[1] = count + 1
    if block.pointee.isByCount && count + 1 == block.pointee.within {
      closeCounted(cell, block, word, time, value, &changes)
    }
  }

  private func openPane(_ cell: Int, _ block: BlockPointer, _ base: WordPointer, _ time: Int64) {
    if block.pointee.isByCount {
      base[0] = time
      return
    }
    base[0] = start(ofPaneAt: time, block)
    due[cell] = base[0] + block.pointee.step
    // A first observation at the very start of a pane: none of it was before the stream.
    let word = base - block.pointee.base
    if base[0] == time && word[CellWord.state] & StateBits.panes == 0 {
      word[CellWord.state] |= 1 << StateBits.panesShift
    }
  }

  /// Counts a pane that ends.
  ///
  /// - Returns: whether the window that ends with it says anything: of a stream that began within
  ///   it, that little was counted or summed up says nothing.
  private func endsWholePane(_ block: BlockPointer, _ word: WordPointer) -> Bool {
    let ended = (word[CellWord.state] & StateBits.panes) >> StateBits.panesShift
    if ended < StateBits.panesMost { word[CellWord.state] += 1 << StateBits.panesShift }
    guard block.pointee.sign < 0 else { return true }
    switch block.pointee.aggregate {
    case .count, .sum: return ended >= Int64(block.pointee.places)
    default: return true
    }
  }

  func start(ofPaneAt time: Int64, _ block: BlockPointer) -> Int64 {
    floorMultiple(time + plan.offset, block.pointee.step) - plan.offset
  }

  private func pane(_ block: BlockPointer, _ base: WordPointer) -> WordPointer {
    let number = (base[0] + plan.offset) / block.pointee.step
    let place = Int(number % Int64(block.pointee.places))
    return base + 1 + 2 * (place < 0 ? place + block.pointee.places : place)
  }

  /// The newest pane ends at `time`: says what the window that ends there comes to.
  func closePane(
    _ cell: Int, _ block: BlockPointer, _ word: WordPointer, _ time: Int64, _ end: Int64,
    _ changes: inout [AlarmChange]
  ) {
    let base = word + block.pointee.base
    let (scalar, count) = windowScalar(block, base)
    let isWhole = endsWholePane(block, word)
    if isWhole && (count > 0 || block.pointee.aggregate == .count) {
      climbSteps(
        cell, block, word, scalar * block.pointee.sign, time, time - block.pointee.span, nil,
        &changes)
    }
    base[0] = time
    let next = self.pane(block, base)
    let isEmpty = count - next[1] == 0
    (next[0], next[1]) = (0, 0)
    if isEmpty && block.pointee.aggregate != .count {
      base[0] = noTime
      due[cell] = neverDue
      return
    }
    let empty = count == 0 ? word[CellWord.state] >> StateBits.emptyShift + 1 : 0
    word[CellWord.state] =
      word[CellWord.state] & (StateBits.ladder | StateBits.panes)
      | empty << StateBits.emptyShift
    // So many empty windows in a row changed all that they can change, unless what they would
    // change is kept back for a time.
    if empty > runsMax(block) && time < end
      && !plan.conditions.mayBlock(cell: cell, rule: Int(block.pointee.rule))
    {
      base[0] = start(ofPaneAt: end, block)
    }
    due[cell] = base[0] + block.pointee.step
  }

  private func runsMax(_ block: BlockPointer) -> Int64 {
    var most: Int64 = 0
    for index in 0..<block.pointee.levels {
      let step = levels[block.pointee.firstLevel + index]
      most = max(most, step.hold, step.clearHold)
    }
    return (most + 1) * Int64(block.pointee.levels + 1) + Int64(block.pointee.places)
  }

  private func windowScalar(
    _ block: BlockPointer, _ base: WordPointer
  ) -> (scalar: Double, count: Int64) {
    var number = 0.0
    var count: Int64 = 0
    // From the oldest pane to the newest, so that sums are those of the observations in order.
    let newest = block.pointee.isByCount ? 0 : (base[0] + plan.offset) / block.pointee.step
    for age in (0..<block.pointee.places).reversed() {
      let place = Int((newest - Int64(age)) % Int64(block.pointee.places))
      let pane = base + 1 + 2 * (place < 0 ? place + block.pointee.places : place)
      guard pane[1] > 0 else { continue }
      let value = Double(bitPattern: UInt64(bitPattern: pane[0]))
      switch block.pointee.aggregate {
      case .least: number = count == 0 ? value : min(number, value)
      case .greatest: number = count == 0 ? value : max(number, value)
      default: number = count == 0 ? value : number + value
      }
      count += pane[1]
    }
    switch block.pointee.aggregate {
    case .mean: return (count > 0 ? number / Double(count) : 0, count)
    case .count: return (Double(count), count)
    default: return (number, count)
    }
  }

  private func closeCounted(
    _ cell: Int, _ block: BlockPointer, _ word: WordPointer, _ time: Int64, _ value: Double,
    _ changes: inout [AlarmChange]
  ) {
    let base = word + block.pointee.base
    let (scalar, _) = windowScalar(block, base)
    climbSteps(
      cell, block, word, scalar * block.pointee.sign, time, base[0], value, &changes)
    (base[0], base[1], base[2]) = (noTime, 0, 0)
  }
}

/// Windows of which every observation is looked at (percentile, distinct), kept in a ring.
///
/// Words behind the common ones: start of the newest pane, place of the oldest sample, how many
/// there are, then time and value of each.
extension RuleShard {
  func addSample(
    _ cell: Int, _ block: BlockPointer, _ word: WordPointer, _ time: Int64, _ value: Double,
    _ changes: inout [AlarmChange]
  ) {
    let base = word + block.pointee.base
    if base[0] == noTime { openPane(cell, block, base, time) }
    let places = Int64(block.pointee.places)
    if base[2] == places {
      base[1] = (base[1] + 1) % places
      base[2] -= 1
    }
    let sample = base + 3 + 2 * Int((base[1] + base[2]) % places)
    sample[0] = time
    sample[1] = Int64(bitPattern: value.bitPattern)
    base[2] += 1
    guard block.pointee.isByCount, base[2] == block.pointee.within else { return }
    let scalar = sampleScalar(block, base)
    climbSteps(
      cell, block, word, scalar * block.pointee.sign, time, base[0], value, &changes)
    (base[0], base[1], base[2]) = (noTime, 0, 0)
  }

  func closeSamples(
    _ cell: Int, _ block: BlockPointer, _ word: WordPointer, _ time: Int64,
    _ changes: inout [AlarmChange]
  ) {
    let base = word + block.pointee.base
    dropSamples(block, base, before: time - block.pointee.span)
    if base[2] > 0 {
      climbSteps(
        cell, block, word, sampleScalar(block, base) * block.pointee.sign, time,
        time - block.pointee.span, nil, &changes)
    }
    dropSamples(block, base, before: time + block.pointee.step - block.pointee.span)
    base[0] = base[2] == 0 ? noTime : time
    due[cell] = base[2] == 0 ? neverDue : time + block.pointee.step
  }

  private func dropSamples(_ block: BlockPointer, _ base: WordPointer, before time: Int64) {
    let places = Int64(block.pointee.places)
    while base[2] > 0 && base[3 + 2 * Int(base[1])] < time {
      base[1] = (base[1] + 1) % places
      base[2] -= 1
    }
  }

  private func sampleScalar(_ block: BlockPointer, _ base: WordPointer) -> Double {
    let count = Int(base[2])
    var values = (0..<count).map { index in
      let place = (Int(base[1]) + index) % block.pointee.places
      return Double(bitPattern: UInt64(bitPattern: base[4 + 2 * place]))
    }
    values.sort()
    guard block.pointee.aggregate == .percentile else {
      return Double(values.indices.count { $0 == 0 || values[$0] != values[$0 - 1] })
    }
    let rank = (block.pointee.limitLow / 100 * Double(count)).rounded(.up)
    return values[min(max(Int(rank) - 1, 0), count - 1)]
  }
}

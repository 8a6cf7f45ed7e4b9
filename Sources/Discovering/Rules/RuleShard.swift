package import City
import Pack

/// The running state of the rules over one part of the streams. Not to be used from two threads at
/// once; shards know nothing of each other, so there is nothing to lock.
///
/// **Order.** Rules see each stream's observations in rising time. Without allowed lateness one
/// that is not later than the newest before it is not looked at: at the same time it is a repeated
/// one (the first stands), before it a late one. With allowed lateness an observation waits until
/// one of its stream, or `advance`, lies that much later, and what comes meanwhile is put in order.
/// Between streams there is no order but that of the log.
///
/// **Time.** What is due by time alone (a hold, silence, a window's end) bears the moment at which
/// it was due, however late anybody looks: an observation at `t` first lets everything fall due of
/// its own cell up to and including `t`. So the same observations and advances in the same order
/// give the same changes, and where no observation comes later than an advance said, the changes of
/// an episode do not even depend on when `advance` was called.
package final class RuleShard: @unchecked Sendable {
  // Sendable by hand: the caller uses it from one thread at a time; nothing in it is shared.

  /// What became of observations.
  package struct Counts: Hashable, Sendable {
    package var taken = 0
    /// Observations read by rules bound to their stream, one for each such rule.
    package var evaluations = 0
    /// Same stream and time as one before: the first stands.
    package var repeated = 0
    /// Earlier than one of their stream that rules have seen, beyond the allowed lateness.
    package var late = 0
    /// Not finite.
    package var notFinite = 0
  }

  package internal(set) var counts = Counts()
  let plan: ShardPlan
  let digest: UInt64
  /// By slot: the time of the newest observation.
  let latest: FlatArray<Int64>
  /// By cell: when it wants to be looked at though no observation comes.
  let dues: FlatArray<Int64>
  let state: FlatArray<Int64>
  /// Observations that wait for late ones.
  let waiting: WaitingRoom?
  var clock = noTime

  // The tables of the plan, at hand.
  let cells: UnsafeMutablePointer<PlanCell>
  let blocks: UnsafeMutablePointer<RuleBlock>
  let levels: UnsafeMutablePointer<BlockLevel>
  let words: UnsafeMutablePointer<Int64>
  let due: UnsafeMutablePointer<Int64>

  /// - Parameter shard: from 0 below `program.shards`.
  package init(_ program: RuleProgram, shard: Int) {
    plan = program.plans[shard]
    digest = program.digest
    latest = FlatArray(repeating: noTime, count: plan.numbers.count)
    dues = FlatArray(repeating: neverDue, count: plan.cells.count)
    state = FlatArray(repeating: 0, count: plan.words)
    waiting = plan.lateness.isEmpty ? nil : WaitingRoom(plan)
    cells = plan.cells.start
    blocks = plan.blocks.start
    levels = plan.levels.start
    words = state.start
    due = dues.start
    clear()
  }

  /// Looks at observations in the order of the log; those of other shards' streams, or of none, are
  /// passed over. Changes are appended in the order in which they were decided.
  package func take(
    _ observations: UnsafeBufferPointer<Observation>, into changes: inout [AlarmChange]
  ) {
    for observation in observations {
      observe(
        observation.stream.rawValue, observation.at.milliseconds, observation.value, &changes)
    }
  }

  /// The same from columns; all three are equally long. Times are milliseconds UTC.
  package func take(
    streams: UnsafeBufferPointer<UInt32>, times: UnsafeBufferPointer<Int64>,
    values: UnsafeBufferPointer<Double>, into changes: inout [AlarmChange]
  ) {
    precondition(streams.count == times.count && times.count == values.count)
    for index in 0..<streams.count {
      observe(streams[index], times[index], values[index], &changes)
    }
  }

  /// Lets time pass: silence, holds that need no observation, ends of windows. The caller says that
  /// it expects no observation at or before `time` any more: the clock less what devices and lines
  /// may take. An earlier one that comes all the same is still looked at.
  package func advance(to time: Instant, into changes: inout [AlarmChange]) {
    let time = min(time.milliseconds, Self.timeMax)
    guard time > clock else { return }
    clock = time
    let first = changes.count
    waiting?.release(before: time) { slot, time, value in
      observeWaited(slot, time, value, &changes)
    }
    for cell in 0..<plan.cells.count where due[cell] <= time {
      let lateness = blocks[Int(cells[cell].block)].lateness
      if due[cell] <= time - lateness { fire(cell, upTo: time - lateness, &changes) }
    }
    guard changes.count > first + 1 else { return }
    changes[first...].sort { $0.at < $1.at }
  }

  /// The year 10000: times beyond are no times.
  static let timeMax: Int64 = 253_402_300_800_000

  /// Bytes of everything kept for the streams, tables included.
  package var bytes: Int {
    plan.bytes + latest.bytes + dues.bytes + state.bytes + (waiting?.bytes ?? 0)
  }

  // MARK: One observation

  @inline(__always)
  private func observe(
    _ stream: UInt32, _ time: Int64, _ value: Double, _ changes: inout [AlarmChange]
  ) {
    guard Int(stream) < plan.slotOf.count else { return }
    let slot = Int(plan.slotOf.start[Int(stream)])
    guard slot != Int(ShardPlan.noSlot) else { return }
    guard value.isFinite, abs(time) <= Self.timeMax else {
      counts.notFinite += 1
      return
    }
    let first = plan.slots.start[slot]
    let end = Int(plan.slots.start[slot + 1].firstCell)
    let newest = latest.start[slot]
    if time > newest {
      latest.start[slot] = time
      counts.taken += 1
      counts.evaluations += end - Int(first.firstCell)
      for cell in Int(first.firstCell)..<Int(first.firstCell + first.immediate) {
        step(cell, time, value, &changes)
      }
    } else if Int(first.firstCell + first.immediate) == end {
      if time == newest { counts.repeated += 1 } else { counts.late += 1 }
      return
    }
    guard Int(first.firstCell + first.immediate) < end else { return }
    wait(slot, time, value, isNewest: time > newest, &changes)
  }

  private func wait(
    _ slot: Int, _ time: Int64, _ value: Double, isNewest: Bool, _ changes: inout [AlarmChange]
  ) {
    guard let waiting else { return }
    switch waiting.admit(slot, time, value) {
    case .repeated: counts.repeated += 1
    case .late: counts.late += 1
    case .admitted: if !isNewest { counts.taken += 1 }
    }
    waiting.release(slot) { time, value in observeWaited(slot, time, value, &changes) }
  }

  private func observeWaited(
    _ slot: Int, _ time: Int64, _ value: Double, _ changes: inout [AlarmChange]
  ) {
    let first = plan.slots.start[slot]
    let end = Int(plan.slots.start[slot + 1].firstCell)
    for cell in Int(first.firstCell + first.immediate)..<end { step(cell, time, value, &changes) }
  }

  /// Lets one cell read one observation.
  @inline(__always)
  private func step(
    _ cell: Int, _ time: Int64, _ value: Double, _ changes: inout [AlarmChange]
  ) {
    if due[cell] <= time { fire(cell, upTo: time, &changes) }
    let place = cells[cell]
    let block = blocks + Int(place.block)
    let word = words + Int(place.state)
    switch block.pointee.form {
    case .value:
      climb(cell, block, word, value * block.pointee.sign, time, value, &changes)
    case .panes: addToPane(cell, block, word, time, value, &changes)
    case .silence: hear(cell, block, word, time, &changes)
    case .rate: followRate(cell, block, word, time, value, &changes)
    default: stepSeldom(cell, block, word, time, value, &changes)
    }
  }

  /// The forms that few streams have, kept apart from the loop that all run through.
  @inline(never)
  private func stepSeldom(
    _ cell: Int, _ block: UnsafeMutablePointer<RuleBlock>, _ word: UnsafeMutablePointer<Int64>,
    _ time: Int64, _ value: Double, _ changes: inout [AlarmChange]
  ) {
    switch block.pointee.form {
    case .samples: addSample(cell, block, word, time, value, &changes)
    case .stuck: followStuck(cell, block, word, time, value, &changes)
    case .flapping: followFlapping(cell, block, word, time, value, &changes)
    case .range:
      let isOutside = value < block.pointee.limitLow || value > block.pointee.limitHigh
      climb(cell, block, word, (isOutside ? 1 : 0) * block.pointee.sign, time, value, &changes)
    case .member: reportMember(block, word, time, value, &changes)
    case .first: noteFirst(block, word, time, value)
    case .sequence: followSequence(cell, block, word, time, value, &changes)
    case .neighbours: compare(cell, block, word, time, value, &changes)
    case .fence: locate(cell, longitude: value, latitude: nil, time, &changes)
    case .partner: reportPartner(word, time, value, &changes)
    case .value, .panes, .silence, .rate, .several: break
    }
  }

  // MARK: Time

  /// Lets everything of one cell fall due up to and including a moment.
  @inline(never)
  func fire(_ cell: Int, upTo end: Int64, _ changes: inout [AlarmChange]) {
    let block = blocks + Int(cells[cell].block)
    let word = words + Int(cells[cell].state)
    while due[cell] <= end {
      let time = due[cell]
      switch block.pointee.form {
      case .panes: closePane(cell, block, word, time, end, &changes)
      case .samples: closeSamples(cell, block, word, time, &changes)
      case .silence: fallSilent(cell, block, word, time, &changes)
      case .flapping: expireFlapping(cell, block, word, time, &changes)
      case .several: expireMembers(cell, block, word, time, &changes)
      default: settle(cell, block, word, time, time, nil, &changes)
      }
    }
  }

  /// Everything as it was before the first observation.
  func clear() {
    for place in 0..<state.count { words[place] = 0 }
    for slot in 0..<latest.count { latest.start[slot] = noTime }
    for cell in 0..<plan.cells.count {
      due[cell] = neverDue
      let block = blocks + Int(cells[cell].block)
      block.pointee.clear(words + Int(cells[cell].state))
    }
    for (place, word) in plan.constants { words[place] = word }
    waiting?.clear()
    counts = Counts()
    clock = noTime
  }
}

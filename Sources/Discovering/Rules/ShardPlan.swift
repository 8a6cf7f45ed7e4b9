import City
import Pack

/// One rule on one stream or group: what to compute and where its running state begins.
struct PlanCell: BitwiseCopyable {
  let block: UInt32
  let state: UInt32
}

/// Where the cells of one stream begin; they end where those of the next one do.
struct PlanSlot: BitwiseCopyable {
  var firstCell: UInt32
  /// How many of them look at once; the others wait for late observations.
  var immediate: UInt32
}

/// What one shard has to compute, in flat tables.
final class ShardPlan: Sendable {
  let blocks: FlatArray<RuleBlock>
  let levels: FlatArray<BlockLevel>
  let rules: [Rule]
  /// Milliseconds from UTC to the city's own time.
  let offset: Int64
  /// By stream number: the slot in this shard, or `noSlot`.
  let slotOf: FlatArray<UInt32>
  /// One more than there are slots.
  let slots: FlatArray<PlanSlot>
  /// Number of the stream of each slot.
  let numbers: FlatArray<UInt32>
  let cells: FlatArray<PlanCell>
  /// From here on, cells are those of groups.
  let firstGroupCell: Int
  let groupAreas: [ID<Area>]
  /// For each group, where the state of its members begins.
  let groupMembers: [[Int]]
  let words: Int
  /// Words that are not 0 or "no time" at the start, by place.
  let constants: [(place: Int, word: Int64)]
  /// Places of state of near cells; a neighbours cell holds its range.
  let nearPlaces: [Int]
  let fences: [Int: FenceShape]
  let conditions: CellConditions
  /// By slot, for streams whose rules allow lateness.
  let lateness: [Int: Int64]

  static let noSlot = UInt32.max

  init(_ binding: RuleBinding, streams: [Int]) {
    var draft = PlanDraft(binding, streams)
    draft.layStreams()
    draft.layGroups()
    draft.tieHelpers()
    draft.tieNeighbours()
    blocks = FlatArray(draft.blocks)
    levels = FlatArray(draft.levels)
    rules = binding.rules
    offset = Int64(binding.world.offsetMinutes) * Duration.minute
    let most = streams.map { binding.world.streams[$0].number.rawValue }.max() ?? 0
    slotOf = FlatArray(repeating: Self.noSlot, count: streams.isEmpty ? 0 : Int(most) + 1)
    numbers = FlatArray(
      streams.map { binding.world.streams[$0].number.rawValue })
    for slot in 0..<numbers.count { slotOf.start[Int(numbers.start[slot])] = UInt32(slot) }
    slots = FlatArray(draft.slots)
    cells = FlatArray(draft.cells)
    firstGroupCell = draft.firstGroupCell
    groupAreas = draft.groups.map { binding.groups[$0].area }
    groupMembers = draft.groupMembers
    words = draft.words
    constants = draft.constants
    nearPlaces = draft.nearPlaces
    fences = draft.fences
    conditions = CellConditions(binding, draft)
    lateness = draft.lateness
  }

  /// Bytes that hold what this shard knows of its streams, without running state.
  var bytes: Int {
    slotOf.bytes + slots.bytes + numbers.bytes + cells.bytes
      + nearPlaces.count * MemoryLayout<Int>.stride
  }

  func add(to digest: inout StateDigest) {
    digest.add(UInt64(words))
    for slot in 0..<numbers.count { digest.add(UInt64(numbers.start[slot])) }
    for cell in 0..<cells.count {
      digest.add(UInt64(blocks.start[Int(cells.start[cell].block)].rule))
      digest.add(UInt64(cells.start[cell].state))
    }
  }

  /// The slot of a cell; nil for a group's.
  func slot(ofCell cell: Int) -> Int? {
    guard cell < firstGroupCell else { return nil }
    var (low, high) = (0, numbers.count)
    while low + 1 < high {
      let middle = (low + high) / 2
      if Int(slots.start[middle].firstCell) <= cell { low = middle } else { high = middle }
    }
    return low
  }
}

/// The tables of a plan while they are laid out.
struct PlanDraft {
  struct CellKey: Hashable {
    let rule: Int
    let stream: Int
  }
  let binding: RuleBinding
  let streams: [Int]
  var blocks: [RuleBlock] = []
  var levels: [BlockLevel] = []
  var slots: [PlanSlot] = []
  var cells: [PlanCell] = []
  var firstGroupCell = 0
  var groups: [Int] = []
  var groupMembers: [[Int]] = []
  var words = 0
  var constants: [(place: Int, word: Int64)] = []
  var nearPlaces: [Int] = []
  var fences: [Int: FenceShape] = [:]
  var lateness: [Int: Int64] = [:]
  /// Own cells by rule and stream; those of groups by rule and group.
  var cellOf: [CellKey: Int] = [:]
  private var groupCell: [Int: Int] = [:]
  private var blockOf: [String: Int] = [:]
  private var pendingHelpers: [(cell: Int, rule: Int, of: Int)] = []
  private var pendingMembers: [(cell: Int, group: Int)] = []

  init(_ binding: RuleBinding, _ streams: [Int]) {
    self.binding = binding
    self.streams = streams
  }

  /// The block of a rule in a part; made at its first use.
  private mutating func block(_ rule: Int, _ role: BlockForm?) -> Int {
    let key = "\(rule) \(role?.rawValue ?? .max)"
    if let known = blockOf[key] { return known }
    let source = binding.rules[rule]
    let block = RuleBlock(source, index: rule, firstLevel: levels.count, role: role)
    levels += source.levels.map {
      BlockLevel(
        raise: $0.raise * block.sign, clear: $0.clear * block.sign,
        hold: block.countsRuns ? max($0.hold, 1) : $0.hold,
        clearHold: block.countsRuns ? max($0.clearHold, 1) : $0.clearHold,
        grade: Grade.allCases.firstIndex(of: $0.grade) ?? 0)
    }
    if case .fence(let fence, _) = source.form {
      fences[blocks.count] = FenceShape(fence, areas: binding.world.areas)
    }
    blockOf[key] = blocks.count
    blocks.append(block)
    return blocks.count - 1
  }

  private mutating func cell(_ block: Int) -> Int {
    cells.append(PlanCell(block: UInt32(block), state: UInt32(words)))
    words += blocks[block].words
    return cells.count - 1
  }

  mutating func layStreams() {
    for (slot, stream) in streams.enumerated() {
      let bounds = binding.bounds[stream]
      let rules = binding.rules
      let waits = { (bound: Bound) in rules[bound.rule].latenessMilliseconds > 0 }
      let first = cells.count
      let immediate = bounds.filter { !waits($0) }
      for bound in immediate + bounds.filter(waits) { lay(bound, stream) }
      slots.append(
        PlanSlot(firstCell: UInt32(first), immediate: UInt32(immediate.count)))
      let most = bounds.map { binding.rules[$0.rule].latenessMilliseconds }.max() ?? 0
      if most > 0 { lateness[slot] = most }
    }
    slots.append(PlanSlot(firstCell: UInt32(cells.count), immediate: 0))
    firstGroupCell = cells.count
  }

  private mutating func lay(_ bound: Bound, _ stream: Int) {
    switch bound.part {
    case .own:
      let made = cell(block(bound.rule, nil))
      cellOf[CellKey(rule: bound.rule, stream: stream)] = made
    case .member(let group):
      pendingMembers.append((cell(block(bound.rule, .member)), group))
    case .helper(let of, let role):
      pendingHelpers.append((cell(block(bound.rule, role)), bound.rule, of))
    }
  }

  mutating func layGroups() {
    for (made, group) in pendingMembers {
      let index = groupCell[group] ?? layGroup(group)
      let state = Int(cells[made].state)
      constants.append((state, Int64(index)))
      constants.append((state + 1, noTime))
      groupMembers[index - firstGroupCell].append(state)
    }
  }

  private mutating func layGroup(_ group: Int) -> Int {
    let made = cell(block(binding.groups[group].rule, nil))
    groupCell[group] = made
    groups.append(group)
    groupMembers.append([])
    return made
  }

  /// The first word of a helper names the cell it reports to.
  mutating func tieHelpers() {
    for (made, rule, of) in pendingHelpers {
      let home = cellOf[CellKey(rule: rule, stream: of)] ?? made
      constants.append((Int(cells[made].state), Int64(home)))
    }
  }

  mutating func tieNeighbours() {
    for (key, cell) in cellOf.sorted(by: { $0.value < $1.value }) {
      let block = blocks[Int(cells[cell].block)]
      guard block.form == .neighbours else { continue }
      let near = binding.neighbours[.init(rule: key.rule, stream: key.stream)] ?? []
      let base = Int(cells[cell].state) + block.base
      constants.append((base + 3, Int64(nearPlaces.count)))
      constants.append((base + 4, Int64(near.count)))
      for other in near {
        guard let cell = cellOf[CellKey(rule: key.rule, stream: other)] else { continue }
        nearPlaces.append(Int(cells[cell].state) + block.base)
      }
    }
  }
}

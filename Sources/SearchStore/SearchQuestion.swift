import City
import Ports

/// A query made ready: what to look for and what may be seen.
struct SearchQuestion {
  let parts: [[UInt16]]
  /// The pairs of characters that all must be there.
  let keys: [UInt32]
  /// Whether the pairs alone do not prove a match.
  let needsText: Bool
  let query: SearchQuery
  /// By number of the path, and by kind: 1 where it may be seen.
  let areas: [UInt8]
  let units: [UInt8]
  let open: [UInt8]
  /// By kind: 1 where hits are wanted.
  let wanted: [UInt8]

  static let kindsMax = 16

  init(_ query: SearchQuery, folding: SearchFolding, areas: PathTable, units: PathTable) {
    self.query = query
    parts = folding.parts(of: query.words)
    var keys: Set<UInt32> = []
    for part in parts {
      for (first, second) in zip(part, part.dropFirst()) {
        keys.insert(UInt32(first) << 16 | UInt32(second))
      }
    }
    self.keys = keys.sorted()
    needsText = parts.contains { $0.count != 2 }
    let (all, none) = ([UInt8](repeating: 1, count: areas.paths.count), [UInt8]())
    func nobody(_ table: PathTable) -> [UInt8] { none + table.paths.map { _ in 0 } }
    switch query.scope {
    case .everything: (self.areas, self.units) = (all, nobody(units))
    case .area(let id): (self.areas, self.units) = (areas.holding(id.rawValue), nobody(units))
    case .unit(let id): (self.areas, self.units) = (nobody(areas), units.holding(id.rawValue))
    case .areaOrUnit(let area, let unit):
      (self.areas, self.units) = (areas.holding(area.rawValue), units.holding(unit.rawValue))
    }
    open = Self.flags(query.openKinds)
    wanted =
      query.kinds.isEmpty
      ? [UInt8](repeating: 1, count: Self.kindsMax)
      : Self.flags(query.kinds)
  }

  private static func flags(_ kinds: Set<SearchKind>) -> [UInt8] {
    var flags = [UInt8](repeating: 0, count: kindsMax)
    for kind in kinds { flags[Int(kind.rawValue)] = 1 }
    return flags
  }
}

/// The best documents so far, and how many there are of each kind.
struct SearchCollector {
  struct Entry {
    var score: Int32
    let time: Int64
    let id: Int64
    let segment: Int32
    let row: UInt32

    /// Whether it stands behind `other`.
    @inline(__always) func isWorse(than other: Entry) -> Bool {
      if score != other.score { return score < other.score }
      if time != other.time { return time < other.time }
      return id < other.id
    }
  }

  let capacity: Int
  /// A heap with the worst on top.
  private(set) var entries: [Entry] = []
  var counts = [Int](repeating: 0, count: SearchQuestion.kindsMax)

  init(capacity: Int) {
    self.capacity = capacity
    entries.reserveCapacity(capacity)
  }

  /// A smaller score cannot come in any more.
  var scoreMin: Int32 { entries.count < capacity ? .min : entries[0].score }

  mutating func offer(_ entry: Entry) {
    if entries.count < capacity {
      entries.append(entry)
      var child = entries.count - 1
      while child > 0, entries[child].isWorse(than: entries[(child - 1) / 2]) {
        entries.swapAt(child, (child - 1) / 2)
        child = (child - 1) / 2
      }
    } else if entries[0].isWorse(than: entry) {
      entries[0] = entry
      sink()
    }
  }

  private mutating func sink() {
    var parent = 0
    while true {
      var worst = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < entries.count {
        if entries[child].isWorse(than: entries[worst]) { worst = child }
      }
      if worst == parent { return }
      entries.swapAt(parent, worst)
      parent = worst
    }
  }

  /// The best first.
  var sorted: [Entry] { entries.sorted { $1.isWorse(than: $0) } }
}

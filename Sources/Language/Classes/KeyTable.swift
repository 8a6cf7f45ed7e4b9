/// Numbers the keys of grams in the order in which they come: a table with open addressing, since
/// millions are looked up one by one.
struct KeyTable: Sendable {
  private static let empty: UInt64 = 0

  /// A key and its number side by side: each look at another place of memory costs more than all
  /// else.
  private struct Slot {
    var key: UInt64
    var number: Int32
  }

  private(set) var count = 0
  private var slots: [Slot]
  private var mask: Int

  /// - Parameter capacity: how many keys it takes before it grows.
  init(capacity: Int = 1_024) {
    var size = 1_024
    while size < capacity * 2 { size *= 2 }
    slots = [Slot](repeating: Slot(key: Self.empty, number: 0), count: size)
    mask = size - 1
  }

  /// The number of a key; nil where it is not in the table.
  @inline(__always)
  func number(of key: UInt64) -> Int32? {
    slots.withUnsafeBufferPointer { slots in
      var place = Int(truncatingIfNeeded: key >> 8) & mask
      while true {
        let slot = slots[place]
        if slot.key == key { return slot.number }
        if slot.key == Self.empty { return nil }
        place = (place + 1) & mask
      }
    }
  }

  /// The number of a key, given anew where it was not there.
  mutating func add(_ key: UInt64) -> Int32 {
    if count * 2 >= slots.count { grow() }
    var place = Int(truncatingIfNeeded: key >> 8) & mask
    while slots[place].key != Self.empty {
      if slots[place].key == key { return slots[place].number }
      place = (place + 1) & mask
    }
    slots[place] = Slot(key: key, number: Int32(count))
    count += 1
    return slots[place].number
  }

  /// The keys in the order of their numbers.
  var ordered: [UInt64] {
    var ordered = [UInt64](repeating: Self.empty, count: count)
    for slot in slots where slot.key != Self.empty { ordered[Int(slot.number)] = slot.key }
    return ordered
  }

  private mutating func grow() {
    let before = ordered
    self = KeyTable(capacity: before.count * 2)
    for key in before { _ = add(key) }
  }
}

/// Numbers the keys of grams in the order in which they come: a table with open addressing, since
/// millions are looked up one by one.
struct KeyTable: Sendable {
  private static let empty: UInt64 = 0
  private(set) var count = 0
  private var keys: [UInt64]
  private var numbers: [Int32]
  private var mask: Int

  /// - Parameter capacity: how many keys it takes before it grows.
  init(capacity: Int = 1_024) {
    var size = 1_024
    while size < capacity * 2 { size *= 2 }
    keys = [UInt64](repeating: Self.empty, count: size)
    numbers = [Int32](repeating: 0, count: size)
    mask = size - 1
  }

  /// The number of a key; nil where it is not in the table.
  @inline(__always)
  func number(of key: UInt64) -> Int32? {
    keys.withUnsafeBufferPointer { keys in
      var place = Int(truncatingIfNeeded: key >> 8) & mask
      while keys[place] != Self.empty {
        if keys[place] == key { return numbers[place] }
        place = (place + 1) & mask
      }
      return nil
    }
  }

  /// The number of a key, given anew where it was not there.
  mutating func add(_ key: UInt64) -> Int32 {
    if count * 2 >= keys.count { grow() }
    var place = Int(truncatingIfNeeded: key >> 8) & mask
    while keys[place] != Self.empty {
      if keys[place] == key { return numbers[place] }
      place = (place + 1) & mask
    }
    keys[place] = key
    numbers[place] = Int32(count)
    count += 1
    return numbers[place]
  }

  /// The keys in the order of their numbers.
  var ordered: [UInt64] {
    var ordered = [UInt64](repeating: Self.empty, count: count)
    for (place, key) in keys.enumerated() where key != Self.empty {
      ordered[Int(numbers[place])] = key
    }
    return ordered
  }

  private mutating func grow() {
    let before = ordered
    self = KeyTable(capacity: before.count * 2)
    for key in before { _ = add(key) }
  }
}

import City
import Pack

/// One quantity in all places, by the hour or the day.
struct QuantityCells: Sendable {
  let merge: QuantityMerge
  /// Length of a bucket in milliseconds: an hour, or a day of the city's time.
  let width: Int64
  private let places: Int
  private let empty: Float
  private var first = 0
  /// From the bucket `first` on; nil = nothing happened.
  private var blocks: ContiguousArray<ContiguousArray<Float>?> = []

  init(merge: QuantityMerge, width: Int64, places: Int) {
    self.merge = merge
    self.width = width
    self.places = places
    empty = merge == .greatest ? -.infinity : 0
  }

  /// Buckets that hold something lie within this range.
  var buckets: Range<Int> { first..<first + blocks.count }

  mutating func add(_ amount: Double, places: [Int32], bucket: Int) {
    let index = block(of: bucket)
    let amount = Float(amount)
    // Taken out meanwhile, so that it is looked at once whether it stands elsewhere too.
    var block = blocks[index]!
    blocks[index] = nil
    for place in places {
      let old = block[Int(place)]
      block[Int(place)] = merge == .greatest ? max(old, amount) : old + amount
    }
    blocks[index] = block
  }

  /// All places of one bucket at once.
  mutating func add(_ amounts: ContiguousArray<Float>, bucket: Int) {
    let index = slot(of: bucket)
    guard blocks[index] != nil else {
      let isSame = index > 0 && blocks[index - 1] == amounts
      blocks[index] = isSame ? blocks[index - 1] : amounts
      return
    }
    for place in 0..<places {
      let old = blocks[index]![place]
      blocks[index]![place] = merge == .greatest ? max(old, amounts[place]) : old + amounts[place]
    }
  }

  /// Lets neighbouring buckets that hold the same stand in memory once: hours that are due, and
  /// hours in which all devices spoke, are mostly like the hour before.
  mutating func settle(_ range: Range<Int>) {
    for bucket in range.clamped(to: buckets) where bucket > first {
      let index = bucket - first
      guard blocks[index] != nil, blocks[index] == blocks[index - 1] else { continue }
      blocks[index] = blocks[index - 1]
    }
  }

  /// Empties buckets, so that they can be measured anew.
  mutating func clear(_ range: Range<Int>) {
    for bucket in range.clamped(to: buckets) { blocks[bucket - first] = nil }
  }

  /// What came together in a place over buckets; of a stock what there was at their end.
  /// nil where a greatest has nothing to be greatest of.
  func value(place: Int, over range: Range<Int>) -> Double? {
    let from = merge == .stock ? buckets.lowerBound : range.lowerBound
    let wanted = (min(from, range.upperBound)..<range.upperBound).clamped(to: buckets)
    var result = Double(empty)
    for bucket in wanted {
      guard let value = blocks[bucket - first]?[place] else { continue }
      result = merge == .greatest ? max(result, Double(value)) : result + Double(value)
    }
    return result == -.infinity ? nil : result
  }

  // MARK: Copies

  /// The values of some buckets as words: of each bucket that has any its number, how many they are,
  /// and the values, the place in the upper half of a word and the bits of the value in the lower.
  func put(_ range: Range<Int>, into words: inout [Int64]) {
    for bucket in range.clamped(to: buckets) {
      guard let block = blocks[bucket - first] else { continue }
      let head = words.count
      words += [Int64(bucket), 0]
      for (place, value) in block.enumerated() where value != empty {
        words.append(Int64(place) << 32 | Int64(value.bitPattern))
      }
      words[head + 1] = Int64(words.count - head - 2)
      if words[head + 1] == 0 { words.removeLast(2) }
    }
  }

  /// Takes in what `put` wrote.
  ///
  /// - Returns: false where these are no such words.
  mutating func take(_ words: ArraySlice<Int64>) -> Bool {
    var words = words
    while let bucket = words.popFirst() {
      guard let count = words.popFirst(), (1...Int64(places)).contains(count), count <= words.count
      else { return false }
      let index = block(of: Int(bucket))
      for word in words.prefix(Int(count)) {
        let place = Int(word >> 32)
        guard (0..<places).contains(place) else { return false }
        blocks[index]![place] = Float(bitPattern: UInt32(truncatingIfNeeded: word))
      }
      words.removeFirst(Int(count))
    }
    return true
  }

  private mutating func block(of bucket: Int) -> Int {
    let index = slot(of: bucket)
    if blocks[index] == nil { blocks[index] = ContiguousArray(repeating: empty, count: places) }
    return index
  }

  /// The place of a bucket's block, which may be empty yet.
  private mutating func slot(of bucket: Int) -> Int {
    if blocks.isEmpty { first = bucket }
    if bucket < first {
      blocks.insert(contentsOf: repeatElement(nil, count: first - bucket), at: 0)
      first = bucket
    }
    while bucket >= first + blocks.count { blocks.append(nil) }
    return bucket - first
  }
}

/// What is known of one sentence before any label is chosen: the features of its tokens and of every
/// run of tokens that could be one segment.
///
/// A feature is a 64-bit key. Runs are numbered by where they end, then by length, both rising; a run
/// is at most `segmentLengthMax` tokens long.
package struct FeatureLattice: Sendable {
  package let tokenCount: Int
  package let segmentLengthMax: Int
  private(set) var tokenKeys: [UInt64] = []
  private(set) var tokenStarts: [Int32] = [0]
  private(set) var segmentKeys: [UInt64] = []
  private(set) var segmentStarts: [Int32] = [0]

  /// An empty lattice; the caller then adds every token and every run, in order.
  package init(tokenCount: Int, segmentLengthMax: Int) {
    self.tokenCount = tokenCount
    self.segmentLengthMax = max(1, segmentLengthMax)
  }

  /// The next token's features.
  package mutating func addToken(_ keys: [UInt64]) {
    tokenKeys += keys
    tokenStarts.append(Int32(tokenKeys.count))
  }

  /// The next run's features, in the order of `forEachRun`.
  package mutating func addRun(_ keys: [UInt64]) {
    segmentKeys += keys
    segmentStarts.append(Int32(segmentKeys.count))
  }

  /// Every run that could be a segment, in the order in which runs are numbered.
  package func forEachRun(_ body: (_ start: Int, _ end: Int) -> Void) {
    guard tokenCount > 0 else { return }
    for end in 1...tokenCount {
      for length in 1...min(segmentLengthMax, end) { body(end - length, end) }
    }
  }
}

/// A run of tokens with its label, as an index into the model's labels.
package struct LabelledRun: Hashable, Sendable {
  package let start: Int
  /// One past the last token.
  package let end: Int
  package let label: Int

  package init(start: Int, end: Int, label: Int) {
    (self.start, self.end, self.label) = (start, end, label)
  }
}

/// Mixes numbers into feature keys.
package enum FeatureKey {
  /// One key of a template number and one value.
  @inline(__always)
  package static func mix(_ key: UInt64, _ value: UInt64) -> UInt64 {
    var mixed = (key ^ value) &* 0x9E37_79B9_7F4A_7C15
    mixed ^= mixed >> 32
    return (mixed &+ key) &* 0xD6E8_FEB8_6659_FD93 ^ (mixed >> 29)
  }
}

/// Gives each feature key a number, in the order of first sight. Open addressing: the keys are
/// already mixed.
struct FeatureTable: Sendable {
  private var keys: [UInt64]
  private var numbers: [Int32]
  private(set) var count = 0

  init() {
    keys = Array(repeating: 0, count: 1 << 16)
    numbers = Array(repeating: -1, count: 1 << 16)
  }

  /// The number of a key, or nil when it was never added.
  func number(of key: UInt64) -> Int32? {
    let number = numbers[slot(of: key)]
    return number < 0 ? nil : number
  }

  /// The number of a key, which is new if the key is.
  mutating func add(_ key: UInt64) -> Int32 {
    let position = slot(of: key)
    if numbers[position] >= 0 { return numbers[position] }
    let number = Int32(count)
    keys[position] = key
    numbers[position] = number
    count += 1
    if count * 2 > keys.count { grow() }
    return number
  }

  private func slot(of key: UInt64) -> Int {
    let mask = keys.count - 1
    var position = Int(truncatingIfNeeded: key >> 7) & mask
    while numbers[position] >= 0, keys[position] != key { position = (position + 1) & mask }
    return position
  }

  private mutating func grow() {
    let (oldKeys, oldNumbers) = (keys, numbers)
    keys = Array(repeating: 0, count: oldKeys.count * 2)
    numbers = Array(repeating: -1, count: oldKeys.count * 2)
    for (key, number) in zip(oldKeys, oldNumbers) where number >= 0 {
      let position = slot(of: key)
      (keys[position], numbers[position]) = (key, number)
    }
  }
}

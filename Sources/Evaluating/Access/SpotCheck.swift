/// Which entries an auditor looks at: drawn by a seed, so that everybody draws the same.
package enum SpotCheck {
  /// Entries of one sample.
  package static let countMax = 200

  /// Different numbers of a range, evenly drawn, in their order; the whole range where it holds no more.
  ///
  /// The numbers come from SplitMix64 beginning with the seed. Each is the remainder of a draw by
  /// the size of the range, and one that came already is drawn again.
  package static func numbers(seed: UInt64, count: Int, in range: ClosedRange<Int64>) -> [Int64] {
    let size = UInt64(range.upperBound - range.lowerBound) + 1
    guard UInt64(max(count, 0)) < size else { return Array(range) }
    var state = seed
    var drawn: Set<Int64> = []
    while drawn.count < count {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = state
      mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      mixed ^= mixed >> 31
      drawn.insert(range.lowerBound + Int64(mixed % size))
    }
    return drawn.sorted()
  }
}

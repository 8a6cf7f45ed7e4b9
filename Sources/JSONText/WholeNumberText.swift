/// Whole numbers as decimal digits.
package enum WholeNumberText {
  /// As many bytes as any number takes with its sign.
  private static let bytesMax = 20

  /// Puts the digits of `value` behind what is there, after a minus where it is negative.
  package static func append(_ value: Int64, to bytes: inout [UInt8]) {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: bytesMax) { digits in
      var at = bytesMax
      var rest = value.magnitude
      // Two at a time: the numbers of records have eighteen.
      while rest >= 10 {
        let pair = UInt8(truncatingIfNeeded: rest % 100)
        rest /= 100
        at -= 2
        digits[at] = UInt8(ascii: "0") + pair / 10
        digits[at + 1] = UInt8(ascii: "0") + pair % 10
      }
      if rest > 0 || at == bytesMax {
        at -= 1
        digits[at] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest)
      }
      if value < 0 {
        at -= 1
        digits[at] = UInt8(ascii: "-")
      }
      bytes.append(contentsOf: UnsafeBufferPointer(rebasing: digits[at..<bytesMax]))
    }
  }
}

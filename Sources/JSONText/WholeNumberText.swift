/// Whole numbers as decimal digits.
package enum WholeNumberText {
  /// As many bytes as any number takes with its sign.
  private static let bytesMax = 20

  /// Puts the digits of `value` behind what is there, after a minus where it is negative.
  package static func append(_ value: Int64, to bytes: inout [UInt8]) {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: bytesMax) { digits in
      var at = bytesMax
      var rest = value.magnitude
      repeat {
        at -= 1
        digits[at] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
        rest /= 10
      } while rest > 0
      if value < 0 {
        at -= 1
        digits[at] = UInt8(ascii: "-")
      }
      bytes.append(contentsOf: UnsafeBufferPointer(rebasing: digits[at..<bytesMax]))
    }
  }
}

extension JSONReader {
  /// Doubles hold every whole number up to here exactly.
  private static let mantissaExactMax: UInt64 = 1 << 53
  /// Powers of ten that doubles hold exactly.
  private static let powersExact: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
  ]

  /// Reads digits, at least one; returns how many. Digits that fit are added to `mantissa`.
  @inline(__always)
  private mutating func digits(
    into mantissa: inout UInt64, overflowed: inout Bool, start: Int
  ) throws(JSONFault) -> Int {
    let first = at
    while at < count {
      let digit = base[at] &- UInt8(ascii: "0")
      guard digit <= 9 else { break }
      if mantissa >= 922_337_203_685_477_580 {
        let (product, high) = mantissa.multipliedReportingOverflow(by: 10)
        let (sum, carry) = product.addingReportingOverflow(UInt64(digit))
        overflowed = overflowed || high || carry
        mantissa = sum
      } else {
        mantissa = mantissa &* 10 &+ UInt64(digit)
      }
      at += 1
    }
    guard at > first else { throw .malformed(offset: start, rule: .number) }
    return at - first
  }

  /// Reads a number: exactly as an integer where it is one, else as the nearest double.
  mutating func number() throws(JSONFault) -> JSON {
    let start = at
    var mantissa: UInt64 = 0
    var overflowed = false
    let negative = base[at] == UInt8(ascii: "-")
    if negative { at += 1 }
    let leadingZero = at < count && base[at] == UInt8(ascii: "0")
    let whole = try digits(into: &mantissa, overflowed: &overflowed, start: start)
    guard !leadingZero || whole == 1 else { throw .malformed(offset: start, rule: .number) }

    var scale = 0
    var isWhole = true
    if at < count, base[at] == UInt8(ascii: ".") {
      at += 1
      isWhole = false
      scale = -(try digits(into: &mantissa, overflowed: &overflowed, start: start))
    }
    if at < count, base[at] | 0x20 == UInt8(ascii: "e") {
      at += 1
      isWhole = false
      scale += try exponent(start: start)
    }
    if isWhole, !overflowed, let integer = Self.signed(mantissa, negative: negative) {
      return .integer(integer)
    }
    if !overflowed, mantissa <= Self.mantissaExactMax, abs(scale) < Self.powersExact.count {
      let power = Self.powersExact[abs(scale)]
      let magnitude = scale < 0 ? Double(mantissa) / power : Double(mantissa) * power
      return .number(negative ? -magnitude : magnitude)
    }
    return .number(try nearest(start: start))
  }

  private static func signed(_ magnitude: UInt64, negative: Bool) -> Int64? {
    guard negative else { return Int64(exactly: magnitude) }
    guard magnitude <= Int64.min.magnitude else { return nil }
    return Int64(truncatingIfNeeded: 0 &- magnitude)
  }

  /// The power of ten after `e`. Absurd powers are clamped: only their being absurd matters.
  private mutating func exponent(start: Int) throws(JSONFault) -> Int {
    var negative = false
    if at < count, base[at] == UInt8(ascii: "-") || base[at] == UInt8(ascii: "+") {
      negative = base[at] == UInt8(ascii: "-")
      at += 1
    }
    var power: UInt64 = 0
    var overflowed = false
    _ = try digits(into: &power, overflowed: &overflowed, start: start)
    let clamped = overflowed ? 1_000_000 : Int(min(power, 1_000_000))
    return negative ? -clamped : clamped
  }

  /// Correctly rounded, by the standard library; it does not look at the locale.
  private func nearest(start: Int) throws(JSONFault) -> Double {
    let bytes = UnsafeBufferPointer(start: base + start, count: at - start)
    guard let value = Double(String(decoding: bytes, as: UTF8.self)) else {
      throw .malformed(offset: start, rule: .number)
    }
    guard value.isFinite else { throw .malformed(offset: start, rule: .numberRange) }
    return value
  }
}

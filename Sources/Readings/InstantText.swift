import City

/// Moments as devices write them.
package enum InstantText {
  /// Reads `2026-01-31T08:00:00.5+08:00`: a date, a time with minutes at least, and a zone.
  ///
  /// - Returns: milliseconds since 1970 UTC; nil for anything else. Digits beyond milliseconds
  ///   are dropped.
  package static func milliseconds(_ bytes: UnsafeBufferPointer<UInt8>) -> Int64? {
    func digits(_ start: Int, _ count: Int) -> Int? {
      guard start + count <= bytes.count else { return nil }
      var number = 0
      for index in start..<start + count {
        let digit = bytes[index] &- 0x30
        guard digit <= 9 else { return nil }
        number = number * 10 + Int(digit)
      }
      return number
    }
    guard bytes.count >= 17, let year = digits(0, 4), bytes[4] == 0x2D, let month = digits(5, 2),
      bytes[7] == 0x2D, let day = digits(8, 2), bytes[10] | 0x20 == 0x74 || bytes[10] == 0x20,
      let hour = digits(11, 2), bytes[13] == 0x3A, let minute = digits(14, 2), hour < 24,
      minute < 60, let date = CivilDate(year: year, month: month, day: day)
    else { return nil }
    var at = 16
    var second = 0
    var fraction: Int64 = 0
    if bytes[at] == 0x3A {
      guard let stated = digits(17, 2), stated <= 60 else { return nil }
      second = stated
      at = 19
      if at < bytes.count, bytes[at] == 0x2E {
        at += 1
        var unit: Int64 = 100
        let start = at
        while at < bytes.count, bytes[at] &- 0x30 <= 9 {
          fraction += Int64(bytes[at] &- 0x30) * unit
          unit /= 10
          at += 1
        }
        guard at > start else { return nil }
      }
    }
    guard let zone = offsetMinutes(bytes, at, digits) else { return nil }
    let minutes = Int64(date.daysSinceEpoch) * 1_440 + Int64(hour * 60 + minute - zone)
    return minutes * Duration.minute + Int64(second) * Duration.second + fraction
  }

  private static func offsetMinutes(
    _ bytes: UnsafeBufferPointer<UInt8>, _ at: Int, _ digits: (Int, Int) -> Int?
  ) -> Int? {
    guard at < bytes.count else { return nil }
    if bytes[at] | 0x20 == 0x7A { return at + 1 == bytes.count ? 0 : nil }
    guard bytes[at] == 0x2B || bytes[at] == 0x2D, let hours = digits(at + 1, 2), hours < 24 else {
      return nil
    }
    let colon = at + 3 < bytes.count && bytes[at + 3] == 0x3A ? 1 : 0
    guard let minutes = digits(at + 3 + colon, 2), minutes < 60,
      at + 5 + colon == bytes.count
    else { return nil }
    return (bytes[at] == 0x2D ? -1 : 1) * (hours * 60 + minutes)
  }
}

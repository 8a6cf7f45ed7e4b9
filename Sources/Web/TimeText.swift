package import City

/// RFC 3339, as the API reads and writes times.
package enum TimeText {
  /// Bytes of a time as it is written.
  private static let length = 24

  /// UTC with milliseconds, for example `2026-11-20T06:19:00.000Z`.
  package static func write(_ instant: Instant) -> String {
    let days = floorDivided(instant.milliseconds, by: Duration.day)
    let date = CivilDate(daysSinceEpoch: Int(days))
    let rest = instant.milliseconds - days * Duration.day
    return String(unsafeUninitializedCapacity: length) { bytes in
      var end = 0
      func add(_ number: Int64, _ width: Int, then mark: Unicode.Scalar) {
        var left = number
        for place in stride(from: end + width - 1, through: end, by: -1) {
          bytes[place] = UInt8(ascii: "0") + UInt8(left % 10)
          left /= 10
        }
        bytes[end + width] = UInt8(ascii: mark)
        end += width + 1
      }
      add(Int64(date.year), 4, then: "-")
      add(Int64(date.month), 2, then: "-")
      add(Int64(date.day), 2, then: "T")
      add(rest / Duration.hour, 2, then: ":")
      add(rest % Duration.hour / Duration.minute, 2, then: ":")
      add(rest % Duration.minute / Duration.second, 2, then: ".")
      add(rest % Duration.second, 3, then: "Z")
      return end
    }
  }

  /// Reads `2026-11-20T14:19:00[.fraction](Z|+08:00)`; digits beyond milliseconds are cut. nil for anything else.
  package static func read(_ text: String) -> Instant? {
    var reader = Reader(bytes: Array(text.utf8))
    guard let year = reader.number(4), reader.take("-"), let month = reader.number(2),
      reader.take("-"), let day = reader.number(2), reader.take("T") || reader.take("t"),
      let hour = reader.number(2), reader.take(":"), let minute = reader.number(2),
      reader.take(":"), let second = reader.number(2), hour < 24, minute < 60, second < 60,
      let date = CivilDate(year: year, month: month, day: day)
    else { return nil }
    let fraction = reader.take(".") ? reader.fraction() : 0
    guard let fraction, let offset = reader.offset(), reader.isAtEnd else { return nil }
    let seconds = Int64(hour * 3_600 + minute * 60 + second)
    return Instant(
      milliseconds: Int64(date.daysSinceEpoch) * Duration.day + seconds * Duration.second
        + fraction - offset)
  }

  private static func floorDivided(_ number: Int64, by divisor: Int64) -> Int64 {
    number >= 0 ? number / divisor : (number - divisor + 1) / divisor
  }

  private struct Reader {
    let bytes: [UInt8]
    var index = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { index == bytes.count }

    mutating func take(_ mark: Character) -> Bool {
      guard index < bytes.count, bytes[index] == mark.asciiValue else { return false }
      index += 1
      return true
    }

    mutating func digit() -> Int? {
      guard index < bytes.count, (48...57).contains(bytes[index]) else { return nil }
      defer { index += 1 }
      return Int(bytes[index] - 48)
    }

    mutating func number(_ width: Int) -> Int? {
      var number = 0
      for _ in 0..<width {
        guard let digit = digit() else { return nil }
        number = number * 10 + digit
      }
      return number
    }

    mutating func fraction() -> Int64? {
      guard var milliseconds = digit().map({ Int64($0) * 100 }) else { return nil }
      var scale: Int64 = 10
      while let digit = digit() {
        milliseconds += Int64(digit) * scale
        scale /= 10
      }
      return milliseconds
    }

    /// Milliseconds east of UTC.
    mutating func offset() -> Int64? {
      if take("Z") || take("z") { return 0 }
      let sign: Int64
      if take("+") { sign = 1 } else if take("-") { sign = -1 } else { return nil }
      guard let hours = number(2), take(":"), let minutes = number(2), hours < 24, minutes < 60
      else { return nil }
      return sign * (Int64(hours) * Duration.hour + Int64(minutes) * Duration.minute)
    }
  }
}

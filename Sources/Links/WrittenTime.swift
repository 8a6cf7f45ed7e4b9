package import City

/// Why a time in a file cannot be taken.
package enum TimeFault: Error, Equatable {
  /// It is in no form that is known.
  case form
  /// There is no such day or hour.
  case impossible
  case tooEarly
  case inFuture

  /// Clients switch on this. Once released it never changes.
  package var code: String {
    switch self {
    case .form: "time.form"
    case .impossible: "time.impossible"
    case .tooEarly: "time.too_early"
    case .inFuture: "time.in_future"
    }
  }
}

/// A day and time of day as written, before any zone is applied.
package struct WrittenTime: Hashable, Sendable {
  package let date: CivilDate
  /// 0 to 86,400,000; the last is midnight at the end of the day (24:00).
  package let millisecondOfDay: Int64
  /// Minutes east of Greenwich where the text states them.
  package let offsetMinutes: Int?

  package init(date: CivilDate, millisecondOfDay: Int64, offsetMinutes: Int?) {
    precondition((0...Duration.day).contains(millisecondOfDay))
    self.date = date
    self.millisecondOfDay = millisecondOfDay
    self.offsetMinutes = offsetMinutes
  }

  /// Reads one of the forms that `docs/import.md` lists.
  ///
  /// - Throws: `.form` or `.impossible`.
  package static func read(_ text: String) throws(TimeFault) -> WrittenTime {
    var text = text
    return try text.withUTF8 { bytes in
      Result { () throws(TimeFault) in
        var reader = WrittenTimeReader(bytes: bytes)
        return try reader.read()
      }
    }.get()
  }
}

/// Walks over the bytes of one written time.
private struct WrittenTimeReader {
  private static let yearDigits = 4
  private static let serialDigits = 5
  private static let compactDateDigits = 8
  private static let compactDigits = 14
  private static let fractionDigitsMax = 9
  private static let offsetMinutesMax = 18 * 60
  /// Day 0 of spreadsheets, 1899-12-30, in days since 1970-01-01.
  private static let serialEpoch = -25_569
  private static let secondsOfDay: Int64 = 86_400

  let bytes: UnsafeBufferPointer<UInt8>
  var at = 0

  init(bytes: UnsafeBufferPointer<UInt8>) {
    self.bytes = bytes
  }

  mutating func read() throws(TimeFault) -> WrittenTime {
    skipSpace()
    let (first, digits) = try number(digitsMax: Self.compactDigits)
    let date: CivilDate
    switch digits {
    case Self.compactDigits:
      return try compact(date: first / 1_000_000, time: first % 1_000_000)
    case Self.compactDateDigits: return try compact(date: first, time: 0)
    case Self.serialDigits: return try serial(day: first)
    case Self.yearDigits: date = try yearFirst(first)
    case 1...2: date = try monthFirst(first)
    default: throw .form
    }
    let isGlued = take("日") || take("号")
    let separatorStart = at
    let hasLetter = takeLetter("T")
    if !hasLetter { skipSpace() }
    guard at < bytes.count || hasLetter else {
      return WrittenTime(date: date, millisecondOfDay: 0, offsetMinutes: nil)
    }
    guard isGlued || at > separatorStart else { throw .form }
    let milliseconds = try timeOfDay()
    skipSpace()
    let offset = try offset()
    skipSpace()
    guard at == bytes.count else { throw .form }
    return WrittenTime(date: date, millisecondOfDay: milliseconds, offsetMinutes: offset)
  }

  /// `2026-04-11`, `2012/1/19`, `2012.1.19`, `2012年1月19`.
  private mutating func yearFirst(_ year: Int) throws(TimeFault) -> CivilDate {
    if take("年") {
      let (month, _) = try number(digitsMax: 2)
      guard take("月") else { throw .form }
      let (day, _) = try number(digitsMax: 2)
      return try civil(year, month, day)
    }
    guard let mark = peek,
      mark == UInt8(ascii: "-") || mark == UInt8(ascii: "/")
        || mark == UInt8(ascii: ".")
    else { throw .form }
    at += 1
    let (month, _) = try number(digitsMax: 2)
    guard peek == mark else { throw .form }
    at += 1
    let (day, _) = try number(digitsMax: 2)
    return try civil(year, month, day)
  }

  /// `02/28/2023`: month, day, year, as American files have it, never day first.
  private mutating func monthFirst(_ month: Int) throws(TimeFault) -> CivilDate {
    guard take("/") else { throw .form }
    let (day, _) = try number(digitsMax: 2)
    guard take("/") else { throw .form }
    let (year, digits) = try number(digitsMax: Self.yearDigits)
    guard digits == Self.yearDigits else { throw .form }
    return try civil(year, month, day)
  }

  /// `20260411` and `20260411232840`.
  private mutating func compact(date: Int, time: Int) throws(TimeFault) -> WrittenTime {
    skipSpace()
    guard at == bytes.count else { throw .form }
    return WrittenTime(
      date: try civil(date / 10_000, date / 100 % 100, date % 100),
      millisecondOfDay: try milliseconds(
        hour: time / 10_000, minute: time / 100 % 100, second: time % 100),
      offsetMinutes: nil)
  }

  /// `45012.5`: days since the end of 1899, as spreadsheets keep dates; to the nearest second.
  private mutating func serial(day: Int) throws(TimeFault) -> WrittenTime {
    var fraction = 0.0
    if take(".") {
      var scale = 0.1
      guard let digit = peek, Self.isDigit(digit) else { throw .form }
      while let digit = peek, Self.isDigit(digit) {
        fraction += Double(digit - UInt8(ascii: "0")) * scale
        scale /= 10
        at += 1
      }
    }
    skipSpace()
    guard at == bytes.count else { throw .form }
    let seconds = Int64((fraction * Double(Self.secondsOfDay)).rounded())
    return WrittenTime(
      date: CivilDate(daysSinceEpoch: day + Self.serialEpoch),
      millisecondOfDay: seconds * Duration.second, offsetMinutes: nil)
  }

  /// `17:19`, `17:19:55.120`, `5:19 PM`, `下午5:19`, `17时19分`, `17时`.
  private mutating func timeOfDay() throws(TimeFault) -> Int64 {
    var half = dayHalf()
    skipSpace()
    let (writtenHour, _) = try number(digitsMax: 2)
    var hour = writtenHour
    var minute = 0
    var second = 0
    var fraction: Int64 = 0
    let isWordHour = take("时") || take("時") || take("点")
    guard isWordHour || takeColon() else { throw .form }
    if !isWordHour || isDigitNext {
      (minute, _) = try number(digitsMax: 2)
      let isWordMinute = take("分")
      if isWordMinute ? isDigitNext : takeColon() {
        (second, _) = try number(digitsMax: 2)
        if take(".") || take(",") { fraction = try fractionMilliseconds() }
        _ = take("秒")
      }
    }
    skipSpace()
    half = half ?? dayHalf()
    if let half {
      guard (1...12).contains(hour) else { throw .impossible }
      hour = hour % 12 + half
    }
    return try milliseconds(hour: hour, minute: minute, second: second) + fraction
  }

  /// 0 for the first half of the day, 12 for the second, nil where the text does not say.
  private mutating func dayHalf() -> Int? {
    if take("上午") || take("AM") || take("am") { return 0 }
    if take("下午") || take("PM") || take("pm") { return 12 }
    return nil
  }

  private mutating func fractionMilliseconds() throws(TimeFault) -> Int64 {
    let (value, digits) = try number(digitsMax: Self.fractionDigitsMax)
    var nanoseconds = Int64(value)
    for _ in digits..<Self.fractionDigitsMax { nanoseconds *= 10 }
    return nanoseconds / 1_000_000
  }

  /// `Z`, `+08:00`, `+0800`, `-05`.
  private mutating func offset() throws(TimeFault) -> Int? {
    if takeLetter("Z") { return 0 }
    guard let sign = peek, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else {
      return nil
    }
    at += 1
    var (hours, digits) = try number(digitsMax: 4)
    var minutes = 0
    switch digits {
    case 4: (hours, minutes) = (hours / 100, hours % 100)
    case 2: if take(":") { (minutes, digits) = try number(digitsMax: 2) }
    default: throw .form
    }
    let offset = hours * 60 + minutes
    guard minutes < 60, offset <= Self.offsetMinutesMax else { throw .impossible }
    return sign == UInt8(ascii: "-") ? -offset : offset
  }

  private func civil(_ year: Int, _ month: Int, _ day: Int) throws(TimeFault) -> CivilDate {
    guard let date = CivilDate(year: year, month: month, day: day) else { throw .impossible }
    return date
  }

  private func milliseconds(hour: Int, minute: Int, second: Int) throws(TimeFault) -> Int64 {
    let isMidnightAtEnd = hour == 24 && minute == 0 && second == 0
    guard hour < 24 || isMidnightAtEnd, minute < 60, second < 60 else { throw .impossible }
    return Int64(hour) * Duration.hour + Int64(minute) * Duration.minute
      + Int64(second) * Duration.second
  }

  private var peek: UInt8? { at < bytes.count ? bytes[at] : nil }
  private var isDigitNext: Bool { peek.map(Self.isDigit) ?? false }
  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  /// Reads all digits that stand here, at least one and at most `digitsMax`.
  private mutating func number(digitsMax: Int) throws(TimeFault) -> (value: Int, digits: Int) {
    let start = at
    var value = 0
    while let byte = peek, Self.isDigit(byte), at - start < digitsMax {
      value = value * 10 + Int(byte - UInt8(ascii: "0"))
      at += 1
    }
    guard at > start, !isDigitNext else { throw .form }
    return (value, at - start)
  }

  private mutating func skipSpace() {
    while let byte = peek, byte == 0x20 || byte == 0x09 { at += 1 }
  }

  private mutating func takeColon() -> Bool { take(":") || take("：") }

  private mutating func takeLetter(_ upper: Unicode.Scalar) -> Bool {
    guard let byte = peek, byte & 0xDF == UInt8(ascii: upper) else { return false }
    at += 1
    return true
  }

  private mutating func take(_ word: StaticString) -> Bool {
    let length = word.utf8CodeUnitCount
    guard bytes.count - at >= length else { return false }
    for index in 0..<length where bytes[at + index] != word.utf8Start[index] { return false }
    at += length
    return true
  }
}

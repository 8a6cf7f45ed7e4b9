import City
import Links
import Testing

@Suite("times as files write them")
struct WrittenTimeTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let text: String
    /// Year, month, day, millisecond of the day, offset in minutes; or the fault.
    let expected: Result<WrittenTime, TimeFault>
    var testDescription: String { text }

    init(_ text: String, _ day: (Int, Int, Int), _ clock: (Int, Int, Int, Int), _ offset: Int?) {
      self.text = text
      let (hour, minute, second, milliseconds) = clock
      expected = WrittenTimeTests.written(
        day, Int64(((hour * 60 + minute) * 60 + second) * 1_000 + milliseconds), offset)
    }

    init(_ text: String, _ fault: TimeFault) {
      self.text = text
      expected = .failure(fault)
    }
  }

  static func written(
    _ day: (Int, Int, Int), _ milliseconds: Int64, _ offset: Int?
  ) -> Result<WrittenTime, TimeFault> {
    guard let date = CivilDate(year: day.0, month: day.1, day: day.2) else {
      preconditionFailure("the table names a day that does not exist")
    }
    return .success(WrittenTime(date: date, millisecondOfDay: milliseconds, offsetMinutes: offset))
  }

  static let understood = [
    Case("2026-04-11T23:28:40.000", (2026, 4, 11), (23, 28, 40, 0), nil),
    Case("2026-04-11T23:28:40Z", (2026, 4, 11), (23, 28, 40, 0), 0),
    Case("2026-04-11t23:28:40.999z", (2026, 4, 11), (23, 28, 40, 999), 0),
    Case("2026-04-11T23:28:40.123456789+08:00", (2026, 4, 11), (23, 28, 40, 123), 480),
    Case("2026-04-11 23:28:40-05:30", (2026, 4, 11), (23, 28, 40, 0), -330),
    Case("2026-04-15 03:11:01+00", (2026, 4, 15), (3, 11, 1, 0), 0),
    Case("2026-04-15 03:11:01 +0800", (2026, 4, 15), (3, 11, 1, 0), 480),
    Case("2026-04-11T23:28", (2026, 4, 11), (23, 28, 0, 0), nil),
    Case("2026-04-11", (2026, 4, 11), (0, 0, 0, 0), nil),
    Case("2012/1/19 17:19:55", (2012, 1, 19), (17, 19, 55, 0), nil),
    Case("2012-1-9 7:9", (2012, 1, 9), (7, 9, 0, 0), nil),
    Case("2012.1.19 17:19", (2012, 1, 19), (17, 19, 0, 0), nil),
    Case("2012/1/19 下午5:19:55", (2012, 1, 19), (17, 19, 55, 0), nil),
    Case("2012/1/19 上午12:05", (2012, 1, 19), (0, 5, 0, 0), nil),
    Case("2012/1/19 17：19：55", (2012, 1, 19), (17, 19, 55, 0), nil),
    Case("2012年1月19日 17时19分", (2012, 1, 19), (17, 19, 0, 0), nil),
    Case("2012年1月19日17时19分55秒", (2012, 1, 19), (17, 19, 55, 0), nil),
    Case("2012年01月19日17:19", (2012, 1, 19), (17, 19, 0, 0), nil),
    Case("2012年1月19日 17点", (2012, 1, 19), (17, 0, 0, 0), nil),
    Case("2012年1月19日", (2012, 1, 19), (0, 0, 0, 0), nil),
    Case("02/28/2023 11:45:00 PM", (2023, 2, 28), (23, 45, 0, 0), nil),
    Case("02/28/2023 12:00:00 AM", (2023, 2, 28), (0, 0, 0, 0), nil),
    Case("2/3/2023 12:30 pm", (2023, 2, 3), (12, 30, 0, 0), nil),
    Case("02/28/2023", (2023, 2, 28), (0, 0, 0, 0), nil),
    Case("20260411", (2026, 4, 11), (0, 0, 0, 0), nil),
    Case("20260411232840", (2026, 4, 11), (23, 28, 40, 0), nil),
    Case("45012", (2023, 3, 27), (0, 0, 0, 0), nil),
    Case("45012.524305555555", (2023, 3, 27), (12, 35, 0, 0), nil),
    Case("  2026-04-11 24:00  ", (2026, 4, 11), (24, 0, 0, 0), nil),
    Case("2024-02-29 00:00:00", (2024, 2, 29), (0, 0, 0, 0), nil),
  ]

  static let refused = [
    Case("2023-02-29 00:00:00", .impossible), Case("2026-13-01", .impossible),
    Case("2026-04-31", .impossible), Case("13/31/2023", .impossible),
    Case("2026-04-11 24:00:01", .impossible), Case("2026-04-11 12:60", .impossible),
    Case("2026-04-11 12:00:60", .impossible), Case("2026-04-11 13:00 PM", .impossible),
    Case("2026-04-11 0:00 AM", .impossible), Case("0000-01-01", .impossible),
    Case("2026-04-11T00:00:00+19:00", .impossible), Case("2026-04-11T00:00:00+08:60", .impossible),
    Case("", .form), Case("昨天", .form), Case("2026", .form), Case("2026-04", .form),
    Case("2026-04/11", .form), Case("2026-04-11x", .form), Case("2026-04-11T", .form),
    Case("2026-04-11T12", .form), Case("2026-04-11T12:", .form), Case("2026-04-1112:00", .form),
    Case("2026-04-11T12:00:00.", .form), Case("2026-04-11T12:00:00+8", .form),
    Case("2026-04-11T12:00:00Zulu", .form), Case("11.4.2026", .form), Case("1/2/26", .form),
    Case("2012年1月", .form), Case("12345678901234567890", .form), Case("45012.", .form),
    Case("2026-04-11 123:00", .form), Case("N/A", .form),
  ]

  @Test("a known form gives its day and clock", arguments: understood)
  func understands(_ row: Case) {
    let read = Result { () throws(TimeFault) in try WrittenTime.read(row.text) }
    #expect(read == row.expected)
  }

  @Test("anything else is refused", arguments: refused)
  func refuses(_ row: Case) {
    let read = Result { () throws(TimeFault) in try WrittenTime.read(row.text) }
    #expect(read == row.expected)
  }

  @Test("every prefix and every single changed byte is read or refused, never more")
  func survives() {
    var outcomes = 0
    for text in Self.understood.map(\.text) {
      let bytes = Array(text.utf8)
      for index in bytes.indices {
        for byte in [0x00, 0x20, 0x30, 0x39, 0x3A, 0x2D, 0xE5, 0xFF] as [UInt8] {
          var changed = bytes
          changed[index] = byte
          for candidate in [changed, Array(bytes[..<index])] {
            let read = Result { () throws(TimeFault) in
              try WrittenTime.read(String(decoding: candidate, as: UTF8.self))
            }
            if case .success(let written) = read {
              #expect((0...Duration.day).contains(written.millisecondOfDay))
            }
            outcomes += 1
          }
        }
      }
    }
    #expect(outcomes > 5_000)
  }
}

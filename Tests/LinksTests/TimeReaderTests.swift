import City
import Foundation
import Links
import Testing

@Suite("times of one file")
struct TimeReaderTests {
  static let now = "2026-11-20T12:00:00Z"

  static func instant(_ text: String) throws -> Instant {
    let written = try WrittenTime.read(text)
    let offset = try #require(written.offsetMinutes)
    return Instant(
      milliseconds: Int64(written.date.daysSinceEpoch) * Duration.day + written.millisecondOfDay
        - Int64(offset) * Duration.minute)
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let zone: String
    let text: String
    /// In UTC, or the fault.
    let expected: Result<String, TimeFault>
    var testDescription: String { "\(text) \(zone)" }

    init(_ zone: String, _ text: String, _ expected: String) {
      (self.zone, self.text, self.expected) = (zone, text, .success(expected))
    }

    init(_ zone: String, _ text: String, _ fault: TimeFault) {
      (self.zone, self.text, expected) = (zone, text, .failure(fault))
    }
  }

  static let cases = [
    Case("Asia/Shanghai", "2012/1/19 17:19:55", "2012-01-19T09:19:55Z"),
    Case("Asia/Shanghai", "2012/1/19 17:19:55Z", "2012-01-19T17:19:55Z"),
    Case("America/New_York", "2026-04-11T23:28:40.000", "2026-04-12T03:28:40Z"),
    Case("America/New_York", "01/15/2023 11:45:00 PM", "2023-01-16T04:45:00Z"),
    // The clocks go forward: 02:30 does not exist, and moves to 03:30.
    Case("America/New_York", "2026-03-08 01:59:59.999", "2026-03-08T06:59:59.999Z"),
    Case("America/New_York", "2026-03-08 02:00", "2026-03-08T07:00:00Z"),
    Case("America/New_York", "2026-03-08 02:30", "2026-03-08T07:30:00Z"),
    Case("America/New_York", "2026-03-08 03:00", "2026-03-08T07:00:00Z"),
    // The clocks go back: 01:30 comes twice, and is the first.
    Case("America/New_York", "2025-11-02 00:59:59", "2025-11-02T04:59:59Z"),
    Case("America/New_York", "2025-11-02 01:00", "2025-11-02T05:00:00Z"),
    Case("America/New_York", "2025-11-02 01:59:59", "2025-11-02T05:59:59Z"),
    Case("America/New_York", "2025-11-02 02:00", "2025-11-02T07:00:00Z"),
    Case("Australia/Lord_Howe", "2026-04-05 01:45", "2026-04-04T14:45:00Z"),
    Case("Pacific/Apia", "2011-12-29 12:00", "2011-12-29T22:00:00Z"),
    Case("Pacific/Apia", "2011-12-31 12:00", "2011-12-30T22:00:00Z"),
    Case("Asia/Shanghai", "2026-11-20 20:05:00", "2026-11-20T12:05:00Z"),
    Case("Asia/Shanghai", "2026-11-20 20:05:01", .inFuture),
    Case("Asia/Shanghai", "1990-01-01 08:00", "1990-01-01T00:00:00Z"),
    Case("Asia/Shanghai", "1990-01-01 07:59", .tooEarly),
    Case("UTC", "1900-01-01", .tooEarly),
    Case("UTC", "soon", .form),
  ]

  @Test("the zone, its gaps and overlaps, and the span are kept", arguments: cases)
  func reads(_ row: Case) throws {
    var reader = try TimeReader(zone: row.zone, now: try Self.instant(Self.now))
    // Twice, so that what was remembered answers as what was asked.
    for _ in 0..<2 {
      let read = Result { () throws(TimeFault) in try reader.read(row.text) }
      switch row.expected {
      case .success(let text): #expect(read == .success(try Self.instant(text)))
      case .failure(let fault): #expect(read == .failure(fault))
      }
    }
  }

  static let zones = [
    "Asia/Shanghai", "America/New_York", "Europe/London", "Australia/Lord_Howe", "Asia/Kathmandu",
    "America/St_Johns", "Pacific/Chatham", "Africa/Casablanca",
  ]

  @Test("a moment's clock time leads back to it, or to the first with that clock", arguments: zones)
  func zoneClock(_ name: String) throws {
    print("seed 11")
    var numbers = SeededNumbers(seed: 11)
    var clock = try ZoneClock(name: name)
    let zone = try #require(TimeZone(identifier: name))
    func offset(_ milliseconds: Int64) -> Int64 {
      let date = Date(timeIntervalSince1970: Double(milliseconds) / 1_000)
      return Int64(zone.secondsFromGMT(for: date)) * 1_000
    }
    for _ in 0..<3_000 {
      let moment = Int64.random(in: 631_152_000...1_900_000_000, using: &numbers) * 1_000
      let shown = moment + offset(moment)
      let read = clock.instant(clock: shown).milliseconds
      #expect(read + offset(read) == shown)
      #expect(read <= moment && moment - read < Duration.day)
    }
  }

  @Test("an empty text is no time")
  func empty() throws {
    var reader = try TimeReader(zone: "Asia/Shanghai", now: try Self.instant(Self.now))
    #expect(try reader.read("") == nil)
  }

  @Test("a zone that nobody knows is refused")
  func unknownZone() {
    #expect(throws: ImportFault.zoneUnknown("Mars/Olympus")) {
      try TimeReader(zone: "Mars/Olympus", now: Instant(milliseconds: 0))
    }
  }
}

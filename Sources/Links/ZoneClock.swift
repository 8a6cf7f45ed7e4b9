package import City
import Foundation

/// Turns the clock time of a zone into moments.
///
/// Clock times that a change of the clocks leaves out (a gap) are read by the offset before the
/// change, which moves them forward; times that come twice (an overlap) are the first of the two.
/// Asking the system costs microseconds, so that each day is asked once and remembered.
package struct ZoneClock {
  /// What the clocks of one day do.
  private struct DayRule {
    let offsetBefore: Int64
    let offsetAfter: Int64
    /// UTC milliseconds of the change; `Int64.max` on the many days without one.
    let change: Int64
  }

  /// Beyond this the memory is emptied; a hundred years of days fit.
  private static let daysMax = 40_000
  private let zone: TimeZone
  private var rules: [Int64: DayRule] = [:]
  private var latestDay = Int64.min
  private var latestRule = DayRule(offsetBefore: 0, offsetAfter: 0, change: .max)

  /// - Parameter name: an IANA name, for example `Asia/Shanghai`.
  /// - Throws: `.zoneUnknown`.
  package init(name: String) throws(ImportFault) {
    guard let zone = TimeZone(identifier: name) else { throw .zoneUnknown(name) }
    self.zone = zone
  }

  /// The moment at which the zone's clocks show `milliseconds`, counted as if they ran in UTC.
  package mutating func instant(clock milliseconds: Int64) -> Instant {
    let rule = rule(ofDay: Self.day(milliseconds))
    let before = milliseconds - rule.offsetBefore
    let after = milliseconds - rule.offsetAfter
    return Instant(milliseconds: before < rule.change || after < rule.change ? before : after)
  }

  private mutating func rule(ofDay day: Int64) -> DayRule {
    if day == latestDay { return latestRule }
    latestDay = day
    if let known = rules[day] {
      latestRule = known
      return known
    }
    if rules.count >= Self.daysMax { rules.removeAll(keepingCapacity: true) }
    latestRule = asked(day)
    rules[day] = latestRule
    return latestRule
  }

  /// Looks for a change within the day and the days beside it: offsets reach to 18 hours.
  private func asked(_ day: Int64) -> DayRule {
    // The window is narrowed to what the day's clock can mean under the offsets at its ends.
    let offsetBefore = offset(at: (day - 1) * Duration.day)
    let offsetAfter = offset(at: (day + 2) * Duration.day)
    guard offsetBefore != offsetAfter else {
      return DayRule(offsetBefore: offsetBefore, offsetAfter: offsetAfter, change: .max)
    }
    var low = (day - 1) * Duration.day
    var high = (day + 2) * Duration.day
    while high - low > Duration.second {
      let middle = Self.wholeSeconds((low + high) / 2)
      if offset(at: middle) == offsetBefore { low = middle } else { high = middle }
    }
    return DayRule(offsetBefore: offsetBefore, offsetAfter: offsetAfter, change: high)
  }

  private func offset(at milliseconds: Int64) -> Int64 {
    let date = Date(timeIntervalSince1970: Double(milliseconds) / Double(Duration.second))
    return Int64(zone.secondsFromGMT(for: date)) * Duration.second
  }

  private static func day(_ milliseconds: Int64) -> Int64 {
    milliseconds >= 0
      ? milliseconds / Duration.day : (milliseconds - Duration.day + 1) / Duration.day
  }

  private static func wholeSeconds(_ milliseconds: Int64) -> Int64 {
    milliseconds / Duration.second * Duration.second
  }
}

/// Reads the times of one file: its forms, its zone, and the span that times may lie in.
package struct TimeReader {
  /// Clocks of other systems differ by so much that we believe them.
  package static let futureToleranceMilliseconds = 5 * Duration.minute
  /// 1990-01-01T00:00:00Z; nothing older is a problem of today's city.
  package static let earliest = Instant(milliseconds: 631_152_000_000)

  private var clock: ZoneClock
  private let latest: Instant

  /// - Parameters:
  ///   - zone: IANA name of the zone of times without an offset.
  ///   - now: times more than five minutes later are refused.
  /// - Throws: `.zoneUnknown`.
  package init(zone: String, now: Instant) throws(ImportFault) {
    clock = try ZoneClock(name: zone)
    latest = now.advanced(byMilliseconds: Self.futureToleranceMilliseconds)
  }

  /// The moment that a text names; nil where it is empty.
  ///
  /// - Throws: `TimeFault`.
  package mutating func read(_ text: String) throws(TimeFault) -> Instant? {
    guard !text.isEmpty else { return nil }
    let written = try WrittenTime.read(text)
    let milliseconds =
      Int64(written.date.daysSinceEpoch) * Duration.day + written.millisecondOfDay
    let instant =
      if let offset = written.offsetMinutes {
        Instant(milliseconds: milliseconds - Int64(offset) * Duration.minute)
      } else {
        clock.instant(clock: milliseconds)
      }
    guard instant >= Self.earliest else { throw .tooEarly }
    guard instant <= latest else { throw .inFuture }
    return instant
  }
}

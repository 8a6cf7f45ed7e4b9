package import City

/// Which times a channel may name.
package enum TimeRule {
  /// Clocks of channels differ by so much that we believe them.
  package static let futureToleranceMilliseconds = 5 * Duration.minute
  /// 1990-01-01T00:00:00Z; nothing older is a problem of today's city.
  package static let earliest = Instant(milliseconds: 631_152_000_000)

  /// - Throws: `TimeRefusal` where the time lies more than five minutes ahead of `now`, or before
  ///   1990.
  package static func check(_ occurredAt: Instant, now: Instant) throws(TimeRefusal) {
    guard occurredAt >= earliest else { throw .tooEarly(earliest: earliest) }
    let latest = now.advanced(byMilliseconds: futureToleranceMilliseconds)
    guard occurredAt <= latest else { throw .inFuture(latest: latest) }
  }
}

/// Why a time was refused.
package enum TimeRefusal: Error, Equatable {
  case inFuture(latest: Instant)
  case tooEarly(earliest: Instant)

  /// Clients switch on this. Once released it never changes.
  package var code: String {
    switch self {
    case .inFuture: "time.in_future"
    case .tooEarly: "time.too_early"
    }
  }

  /// What a person needs to know to mend it; instants in milliseconds since 1970.
  package var facts: [String: String] {
    switch self {
    case .inFuture(let latest): ["latest": String(latest.milliseconds)]
    case .tooEarly(let earliest): ["earliest": String(earliest.milliseconds)]
    }
  }
}

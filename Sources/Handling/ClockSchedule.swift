package import City

/// Which cases have a light to change, and in which minute: buckets of minutes, so that a minute
/// costs what comes due in it and nothing else.
///
/// A case stands in the bucket of its next change only. One that moved stays in its old bucket
/// until that minute comes, and is then seen to be elsewhere.
package struct ClockSchedule: Sendable {
  /// Cases watched; beyond, a district has lost count of its open cases.
  package static let casesMax = 8_000_000

  private var buckets: [Int64: [ID<Case>]] = [:]
  private var next: [ID<Case>: Int64] = [:]
  /// The first minute that may hold somebody.
  private var earliest = Int64.max

  package init() {}

  /// How many cases are watched.
  package var count: Int { next.count }

  /// Makes room for so many cases at once.
  package mutating func reserve(_ cases: Int) { next.reserveCapacity(cases) }

  /// Watches a case for its next change, instead of the one that it was watched for; with nil no
  /// longer.
  /// - Returns: false where `casesMax` are watched already.
  @discardableResult
  package mutating func watch(_ id: ID<Case>, at instant: Instant?) -> Bool {
    guard let instant else {
      next[id] = nil
      return true
    }
    // Rounded up: a light is never told before its time.
    let minute = Self.minute(instant)
    guard next[id] != minute else { return true }
    guard next.count < Self.casesMax || next[id] != nil else { return false }
    next[id] = minute
    buckets[minute, default: []].append(id)
    earliest = min(earliest, minute)
    return true
  }

  /// Takes out the cases whose change has come by now, each once, the longest overdue first; at
  /// most `limit`.
  package mutating func due(at now: Instant, limit: Int) -> [ID<Case>] {
    let last = now.milliseconds / Duration.minute
    var found: [ID<Case>] = []
    while earliest <= last, found.count < limit {
      guard var bucket = buckets.removeValue(forKey: earliest) else {
        step(to: last)
        continue
      }
      while let id = bucket.popLast() {
        guard next[id] == earliest else { continue }
        next[id] = nil
        found.append(id)
        if found.count == limit { break }
      }
      if !bucket.isEmpty { buckets[earliest] = bucket }
    }
    return found
  }

  /// The moment before which nothing comes due; nil where nothing is watched.
  package var nextDue: Instant? {
    earliest == .max ? nil : Instant(milliseconds: earliest * Duration.minute)
  }

  private mutating func step(to last: Int64) {
    // After a long silence the buckets are fewer than the minutes.
    if last - earliest > Int64(buckets.count) {
      earliest = buckets.keys.min() ?? .max
    } else {
      earliest += 1
      if buckets.isEmpty { earliest = .max }
    }
  }

  private static func minute(_ instant: Instant) -> Int64 {
    (instant.milliseconds + Duration.minute - 1) / Duration.minute
  }
}

package import City
package import Ports
import Synchronization

/// A clock that tests set.
package final class SetClock: TimeSource {
  private let at: Mutex<Instant>

  package init(_ at: Instant) {
    self.at = Mutex(at)
  }

  package var now: Instant { at.withLock { $0 } }

  /// Sets it forward.
  package func advance(_ milliseconds: Int64) {
    at.withLock { $0 = $0.advanced(byMilliseconds: milliseconds) }
  }
}

/// Observations as believable sensors give them, with all that goes wrong: late, repeated with
/// another value, gaps, jitter, values of no few decimals.
package struct ObservationMaker {
  /// 2026-03-01T00:00:00Z.
  package static let start: Int64 = 1_772_323_200_000
  private var source: SeededSource
  private var time = start
  private let streams: Int

  package init(seed: UInt64, streams: Int) {
    source = SeededSource(seed: seed)
    self.streams = streams
  }

  /// Keys for the streams.
  package static func keys(_ count: Int) -> [StreamKey] {
    (0..<count).map {
      StreamKey(thing: ID(Int64(1_000 + $0 / 2)), measure: $0 % 2 == 0 ? "level" : "flow")
    }
  }

  /// The next batch; time goes on by a minute or so, sometimes by hours.
  package mutating func batch(_ count: Int) -> [Observation] {
    time += source.chance(10) ? Int64(source.number(0...7_200_000)) : 61_000
    return (0..<count).map { _ in
      let stream = source.number(0...streams - 1)
      var at = time + Int64(source.number(0...59_000))
      if source.chance(5) { at -= Int64(source.number(0...90_000_000)) }
      if source.chance(20) { at = at / 60_000 * 60_000 }
      return Observation(
        stream: StreamNumber(UInt32(stream)), at: Instant(milliseconds: at), value: value(stream))
    }
  }

  private mutating func value(_ stream: Int) -> Double {
    switch stream % 5 {
    case 0: Double(source.number(0...1))
    case 1: Double(source.number(-400...6_000)) / 10
    case 2: Double(source.number(0...1_000_000)) / 7
    case 3: source.chance(90) ? 21.5 : Double(source.number(0...1_000)) / 1_000
    default: Double(sign: .plus, exponent: source.number(-300...300), significand: 1.5)
    }
  }

  /// Questions about the time that the batches came over.
  package mutating func query() -> SeriesQuery {
    let from = Self.start - 90_000_000 + Int64(source.number(0...200_000_000))
    return SeriesQuery(
      stream: StreamNumber(UInt32(source.number(0...streams - 1))),
      from: Instant(milliseconds: from),
      to: Instant(milliseconds: from + Int64(source.number(0...300_000_000))),
      resolution: source.pick([nil, .raw, .minute, .hour, .day]),
      pointsMax: source.pick([1, 3, 50, 1_000, 100_000]))
  }

  /// True in `percent` of a hundred draws.
  package mutating func chance(_ percent: Int) -> Bool { source.chance(percent) }

  /// A number of the range.
  package mutating func number(_ range: ClosedRange<Int>) -> Int { source.number(range) }
}

extension Series {
  /// Whether both say the same; means within what the order of adding may differ by.
  package func agrees(with other: Series) -> Bool {
    guard resolution == other.resolution, points.count == other.points.count else { return false }
    return zip(points, other.points).allSatisfy { one, two in
      one.at == two.at && one.count == two.count && one.least == two.least
        && one.greatest == two.greatest && one.last == two.last
        && (one.mean - two.mean).magnitude
          <= 1e-9 * max(1, one.least.magnitude, one.greatest.magnitude)
    }
  }
}

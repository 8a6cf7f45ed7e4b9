package import City

/// Devices that send but are not registered (前厅): kept so that somebody can register them.
package struct Lobby: Sendable {
  /// Devices that wait at most; what comes beyond is counted only.
  package static let guestsMax = 10_000
  /// A longer code is cut: it is none of ours.
  package static let codeBytesMax = 128

  /// One device that waits.
  package struct Guest: Sendable, Equatable {
    package let code: String
    package let firstSeen: Instant
    package var lastSeen: Instant
    package var count: Int
    /// The measure that it named last.
    package var measure: String
    /// The way by which it came last, for example `mqtt`.
    package var source: String
  }

  private var guests: [String: Guest] = [:]
  /// Readings of devices that found no place.
  package private(set) var turnedAway = 0

  package init() {}

  /// Counts one observation of a device that is not registered.
  package mutating func see(_ code: String, measure: String, source: String, at now: Instant) {
    let code = code.utf8.count > Self.codeBytesMax ? String(code.prefix(32)) : code
    if guests[code] != nil {
      guests[code]?.lastSeen = now
      guests[code]?.count += 1
      guests[code]?.measure = measure
      guests[code]?.source = source
    } else if guests.count < Self.guestsMax {
      guests[code] = Guest(
        code: code, firstSeen: now, lastSeen: now, count: 1, measure: measure, source: source)
    } else {
      turnedAway += 1
    }
  }

  /// Lets those go who are registered by now.
  package mutating func release(_ isRegistered: (String) -> Bool) {
    guests = guests.filter { !isRegistered($0.key) }
  }

  /// Those seen last come first.
  package var list: [Guest] {
    guests.values.sorted { ($1.lastSeen, $0.code) < ($0.lastSeen, $1.code) }
  }
}

/// How often each reason turned readings away, with the newest samples.
package struct RefusalBook: Sendable {
  /// Samples kept for each reason.
  package static let samplesMax = 20

  /// One thing that was turned away.
  package struct Sample: Sendable, Equatable {
    package let at: Instant
    package let source: String
    package let text: String
  }

  package private(set) var counts: [ReadingRefusal: Int] = [:]
  package private(set) var samples: [ReadingRefusal: [Sample]] = [:]

  package init() {}

  /// Counts a refusal, and keeps the first of each second as a sample.
  package mutating func note(
    _ reason: ReadingRefusal, _ text: @autoclosure () -> String, source: String, at now: Instant
  ) {
    counts[reason, default: 0] += 1
    // A flood of faults must not become a flood of samples: the first of each second is kept.
    if let last = samples[reason]?.last, now.millisecondsSince(last.at) < Duration.second,
      samples[reason]?.count ?? 0 >= Self.samplesMax
    {
      return
    }
    var kept = samples[reason] ?? []
    if kept.count >= Self.samplesMax { kept.removeFirst() }
    kept.append(Sample(at: now, source: source, text: text()))
    samples[reason] = kept
  }
}

/// Holds each device to its rate: a bucket of readings that fills with time.
struct FloodGate {
  /// Readings a second that one device may send for long.
  static let ratePerSecond = 100.0
  /// Readings that it may send at once, after a pause.
  static let burstMax = 20_000.0

  private var left: [Float]
  private var filledAt: [Int64]

  init(devices: Int) {
    left = [Float](repeating: Float(Self.burstMax), count: devices)
    filledAt = [Int64](repeating: 0, count: devices)
  }

  /// Whether one more reading of the device may pass.
  @inline(__always)
  mutating func admits(_ device: Int, at now: Instant) -> Bool {
    let elapsed = now.milliseconds - filledAt[device]
    if elapsed > 0 {
      let gained = Float(Double(elapsed) / 1_000 * Self.ratePerSecond)
      left[device] = min(Float(Self.burstMax), left[device] + gained)
      filledAt[device] = now.milliseconds
    }
    guard left[device] >= 1 else { return false }
    left[device] -= 1
    return true
  }
}

import City

/// What somebody does without a sign-in, as far as it is limited.
enum PublicAct: CaseIterable, Hashable {
  /// Asking for places, items and problems near by.
  case ask
  /// Getting and answering a challenge.
  case challenge
  /// Sending pictures and reports.
  case send
  /// Asking what became of a report, and judging it.
  case follow

  /// How many times within how long one address may do it. An office or a mobile network may stand
  /// behind one address, so the limits are wide; they keep floods out, the challenge keeps machines out.
  var limit: (times: Int, milliseconds: Int64) {
    switch self {
    case .ask: (240, Duration.minute)
    case .challenge: (60, 10 * Duration.minute)
    case .send: (80, Duration.hour)
    case .follow: (60, 10 * Duration.minute)
    }
  }
}

/// Counts what each address does, and the wrong guesses at each receipt. Pure: the time comes in.
struct VisitorBook: Sendable {
  /// Addresses and receipts remembered at once; newcomers beyond must wait until windows end.
  static let keysMax = 50_000
  /// Wrong phone tails for one number within the window before it must wait: there are 10,000 tails.
  static let guessesMax = 5
  static let guessWindowMilliseconds = 15 * Duration.minute

  private enum Key: Hashable {
    case visitor(PublicAct, String)
    case receipt(String)
  }
  private struct Window {
    let ends: Instant
    var times: Int
  }
  private var windows: [Key: Window] = [:]

  /// Counts one act.
  ///
  /// - Returns: nil where it may go on, else the seconds to wait, at least 1.
  mutating func admit(_ act: PublicAct, from address: String, at now: Instant) -> Int64? {
    let limit = act.limit
    return count(.visitor(act, Self.network(address)), limit.times, limit.milliseconds, at: now)
  }

  /// Whoever has one address of IPv6 has the 2^64 beside it: these count as one.
  static func network(_ address: String) -> String {
    guard address.contains(":") else { return address }
    let sides = address.split(separator: "::", maxSplits: 1, omittingEmptySubsequences: false)
    let head = sides[0].split(separator: ":").map(String.init)
    guard sides.count == 2 else { return head.prefix(4).joined(separator: ":") }
    let tail = sides[1].split(separator: ":").map(String.init)
    let zeros = [String](repeating: "0", count: max(0, 8 - head.count - tail.count))
    return (head + zeros + tail).prefix(4).joined(separator: ":")
  }

  /// Seconds until a receipt may be guessed at again; nil where it may now.
  func closed(_ number: String, at now: Instant) -> Int64? {
    guard let window = windows[.receipt(number)], window.ends > now,
      window.times >= Self.guessesMax
    else { return nil }
    return Self.seconds(from: now, to: window.ends)
  }

  /// Notes a wrong guess.
  mutating func missed(_ number: String, at now: Instant) {
    _ = count(.receipt(number), Self.guessesMax, Self.guessWindowMilliseconds, at: now)
  }

  private mutating func count(
    _ key: Key, _ timesMax: Int, _ milliseconds: Int64, at now: Instant
  ) -> Int64? {
    if var window = windows[key], window.ends > now {
      guard window.times < timesMax else { return Self.seconds(from: now, to: window.ends) }
      window.times += 1
      windows[key] = window
      return nil
    }
    if windows.count >= Self.keysMax, windows[key] == nil {
      windows = windows.filter { $0.value.ends > now }
      guard windows.count < Self.keysMax else { return Self.fullSeconds }
    }
    windows[key] = Window(ends: now.advanced(byMilliseconds: milliseconds), times: 1)
    return nil
  }

  /// How long newcomers wait while the book is full.
  static let fullSeconds: Int64 = 60

  private static func seconds(from now: Instant, to end: Instant) -> Int64 {
    max(1, (end.millisecondsSince(now) + Duration.second - 1) / Duration.second)
  }
}

import City

/// Challenges that wait for their answer, and the passes that right answers earned.
/// Pure: ids, answers and the time come in. It is forgotten when the process ends.
struct ChallengeBook: Sendable {
  static let challengeMilliseconds = 5 * Duration.minute
  static let passMilliseconds = 30 * Duration.minute
  static let challengesMax = 20_000
  static let passesMax = 20_000
  /// Files that one pass may send.
  static let filesMax = 6
  /// Times that a pass may send its report: the first, and again where no answer came.
  static let sendingsMax = 6

  /// What must be done to show that somebody is there.
  enum Form: Equatable, Sendable {
    /// Reading the digits of a picture, drawn from this seed.
    case picture(digits: String, seed: UInt64)
    /// For who cannot see the picture: a number that, written behind the challenge's id and a colon,
    /// gives a SHA-256 with so many leading zero bits. It takes a browser some seconds.
    case work(bits: Int)
  }

  private struct Challenge {
    let form: Form
    let ends: Instant
  }
  private struct Pass {
    let ends: Instant
    var files = 0
    var sendings = 0
  }
  private var challenges: [String: Challenge] = [:]
  private var passes: [String: Pass] = [:]

  /// - Returns: when it ends; nil where too many wait.
  mutating func pose(_ form: Form, id: String, at now: Instant) -> Instant? {
    if challenges.count >= Self.challengesMax {
      challenges = challenges.filter { $0.value.ends > now }
      guard challenges.count < Self.challengesMax else { return nil }
    }
    let ends = now.advanced(byMilliseconds: Self.challengeMilliseconds)
    challenges[id] = Challenge(form: form, ends: ends)
    return ends
  }

  /// What the challenge asks; nil where it is unknown, answered or over.
  func form(of id: String, at now: Instant) -> Form? {
    guard let challenge = challenges[id], challenge.ends > now else { return nil }
    return challenge.form
  }

  /// Takes the challenge away: each may be answered once, rightly or not.
  mutating func take(_ id: String, at now: Instant) -> Form? {
    guard let challenge = challenges.removeValue(forKey: id), challenge.ends > now else {
      return nil
    }
    return challenge.form
  }

  /// - Returns: when the pass ends; nil where too many are out.
  mutating func issue(_ pass: String, at now: Instant) -> Instant? {
    if passes.count >= Self.passesMax {
      passes = passes.filter { $0.value.ends > now }
      guard passes.count < Self.passesMax else { return nil }
    }
    let ends = now.advanced(byMilliseconds: Self.passMilliseconds)
    passes[pass] = Pass(ends: ends)
    return ends
  }

  /// What a pass is shown for.
  enum Use { case file, sending }

  /// - Returns: whether the pass holds for one more of them.
  mutating func use(_ pass: String, for use: Use, at now: Instant) -> Bool {
    guard var held = passes[pass], held.ends > now else { return false }
    switch use {
    case .file:
      guard held.files < Self.filesMax else { return false }
      held.files += 1
    case .sending:
      guard held.sendings < Self.sendingsMax else { return false }
      held.sendings += 1
    }
    passes[pass] = held
    return true
  }
}

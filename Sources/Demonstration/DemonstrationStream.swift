package import City
import Pack

/// New signals for a running demonstration, one about every four and a half seconds.
package struct DemonstrationStream: Sendable {
  private let script: DemonstrationScript
  private let seed: UInt64
  private var random: DemonstrationRandom
  private var serial = 0
  /// The latest problems: some of them are reported again.
  private var recent: [Problem] = []

  package static let delayMillisecondsRange = 3_000...6_000
  private static let recentMax = 12
  private static let repeatShare = 0.065

  init(script: DemonstrationScript, seed: UInt64) {
    self.script = script
    self.seed = seed
    random = DemonstrationRandom(seed: seed, stream: 40)
  }

  /// The next signal, as of `now`, and how long to wait before asking again.
  ///
  /// Its external id holds `now` and a serial, so that a restarted stream never repeats one.
  package mutating func next(
    at now: Instant
  ) -> (signal: DemonstrationSignal, delayMilliseconds: Int64) {
    serial += 1
    let externalID = "DEMO-LIVE-\(now.milliseconds)-\(serial)"
    let delay = Int64(random.int(in: Self.delayMillisecondsRange))
    if random.chance(Self.repeatShare), !recent.isEmpty {
      let problem = random.pick(recent)
      let straying = min(9, problem.item.joinMetres / 3)
      let signal = script.reporting.signal(
        of: problem, at: now, externalID: externalID, straying: straying, &random)
      return (signal, delay)
    }
    let problem = script.reporting.problem(&random)
    if recent.count == Self.recentMax { recent.removeFirst() }
    recent.append(problem)
    let signal = script.reporting.signal(
      of: problem, at: now, externalID: externalID, straying: 0, &random)
    return (signal, delay)
  }
}

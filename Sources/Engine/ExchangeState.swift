package import City
package import Ports

/// How an exchange of tickets goes, since this process began.
package struct ExchangeState: Equatable, Sendable {
  /// Refused rows that are remembered, the newest.
  package static let refusalsMax = 50

  /// What became of tickets.
  package enum Outcome: String, CaseIterable, Sendable {
    case opened, joined, repeated
    /// The same id with another report: both are kept.
    case rival
    case refused
    /// Closed on the other side already: taken in as history.
    case history
  }

  /// A row that was not taken.
  package struct Refused: Equatable, Sendable {
    package let at: Instant
    package let refusal: ForeignRefusal
  }

  package let terms: ExchangeTerms
  package var counts: [Outcome: Int] = [:]
  /// Messages that were pushed and not looked at, by the refusal's code.
  package var pushesRefused: [String: Int] = [:]
  package var refused: [Refused] = []
  package var askedAt: Instant?
  package var succeededAt: Instant?
  /// What went wrong last; empty after a success.
  package var fault = ""
  /// In a row, now.
  package var failures = 0
  /// Ever.
  package var failuresTotal = 0
  /// nil where nothing is asked for.
  package var nextAt: Instant?

  init(terms: ExchangeTerms) {
    self.terms = terms
  }

  /// Counts what came. A row that was refused before, for the same reason, is a repeated one.
  /// - Returns: what was refused for the first time.
  mutating func count(_ told: [ToldRow], at now: Instant) -> [ForeignRefusal] {
    var fresh: [ForeignRefusal] = []
    for row in told {
      guard let refusal = row.refusal else {
        counts[row.outcome, default: 0] += 1
        continue
      }
      let isKnown = refused.contains {
        !refusal.ticket.isEmpty && $0.refusal.ticket == refusal.ticket
          && $0.refusal.field == refusal.field && $0.refusal.rule == refusal.rule
      }
      counts[isKnown ? .repeated : .refused, default: 0] += 1
      if !isKnown {
        fresh.append(refusal)
        refused.append(Refused(at: now, refusal: refusal))
      }
    }
    refused.removeFirst(max(0, refused.count - Self.refusalsMax))
    return fresh
  }

  mutating func succeed(at now: Instant) {
    succeededAt = now
    fault = ""
    failures = 0
    nextAt = askedAt?.advanced(byMilliseconds: terms.pull?.intervalMilliseconds ?? 0)
  }

  /// - Parameter chance: from 0 up to 1.
  mutating func fail(_ detail: String, at now: Instant, chance: Double) {
    fault = String(detail.prefix(Notice.answerMax))
    failures += 1
    failuresTotal += 1
    guard let interval = terms.pull?.intervalMilliseconds else { return }
    nextAt = now.advanced(
      byMilliseconds: Self.wait(after: failures, interval: interval, chance: chance))
  }

  /// The longest wait after failures, in milliseconds; an interval that is longer stays.
  static let waitMax = Duration.hour

  /// How long to wait after failures in a row: twice as long each time, and a little more or less,
  /// so that not all come back at once.
  /// - Parameter chance: from 0 up to 1; spreads the wait from nine tenths to eleven tenths.
  static func wait(after failures: Int, interval: Int64, chance: Double) -> Int64 {
    let doubled = interval << Int64(min(max(failures - 1, 0), 12))
    let wait = max(interval, min(doubled, waitMax))
    return wait * 9 / 10 + Int64(Double(wait / 5) * chance)
  }
}

/// What became of one ticket, for whoever sent it.
package struct ToldRow: Equatable, Sendable {
  package let row: Int
  /// The other system's own id; empty where the row had none that could be read.
  package let ticket: String
  package let outcome: ExchangeState.Outcome
  /// nil where there is no case of it.
  package var number: CaseNumber?
  package var refusal: ForeignRefusal?
}

/// What became of the rows of one file. Every row is counted under exactly one of accepted,
/// repeated and refused.
package struct ImportSummary: Equatable, Sendable {
  package private(set) var accepted = 0
  package private(set) var repeated = 0
  package private(set) var refused = 0
  /// Accepted rows for which no item was found; they are not refused.
  package private(set) var unclassified = 0
  /// Refused rows by rule.
  package private(set) var reasons: [String: Int] = [:]
  /// Accepted rows by what is strange about them; a row may have several doubts.
  package private(set) var doubts: [TicketDoubt: Int] = [:]

  package init() {}

  package var rows: Int { accepted + repeated + refused }

  /// A row that became a record.
  package mutating func accept(isUnclassified: Bool = false, doubts: Set<TicketDoubt> = []) {
    accepted += 1
    if isUnclassified { unclassified += 1 }
    for doubt in doubts { self.doubts[doubt, default: 0] += 1 }
  }

  /// A row that was there before, with the same content.
  package mutating func `repeat`() { repeated += 1 }

  /// A row that was not taken, by us or later by the engine.
  package mutating func refuse(rule: String) {
    refused += 1
    reasons[rule, default: 0] += 1
  }
}

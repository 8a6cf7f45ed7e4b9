/// Kinds of data that have a purpose and an end (留存).
package enum RetainedData: String, CaseIterable, Sendable {
  /// Who reported: names, numbers, and the messages as they came, sealed for each person.
  case callers
  /// Messages as they came, of reports that name nobody.
  case messages
  /// Sessions of people who signed in.
  case sessions
  /// What was told to whom.
  case notices
  /// What devices measured.
  case observations
  /// Cases, their steps and scores.
  case cases
  /// Pictures and documents of reports and steps, kept by content.
  case files
  /// The journal itself, and who saw whom.
  case journal

  /// Whether it can end by itself. The others are the record of what the city did, and stay.
  package var mayEnd: Bool {
    switch self {
    case .callers, .messages, .sessions, .notices, .observations, .files: true
    case .cases, .journal: false
    }
  }
}

/// That data came to its end (销毁证明): what, how many, by which rule.
///
/// Rows of `sessions` and `notices` end with it; keys of persons were destroyed before it, and
/// their `erased` stands in the same entry.
package struct Certificate: Hashable, Sendable {
  /// Records that one names; what is more gets another.
  package static let recordsMax = 1_000

  package let id: ID<Certificate>
  /// Code of the pack's rule.
  package let rule: String
  package let data: RetainedData
  package let at: Instant
  /// What was older than this came to its end.
  package let before: Instant
  package let count: Int
  /// SHA-256 of the names of all records, one a line, each line with its end, in their order.
  package let digest: Digest

  package init(
    id: ID<Certificate>, rule: String, data: RetainedData, at: Instant, before: Instant,
    count: Int, digest: Digest
  ) {
    self.id = id
    self.rule = rule
    self.data = data
    self.at = at
    self.before = before
    self.count = count
    self.digest = digest
  }
}

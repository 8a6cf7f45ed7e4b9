/// What a reporter says of how his problem was solved (评价): himself, or asked by somebody of ours.
///
/// One report has one judgement; once given it stands.
package struct Judgement: Hashable, Sendable {
  /// Characters of `words`.
  package static let wordsMax = 500

  /// The report whose reporter judges.
  package let signal: ID<Signal>
  package let `case`: ID<Case>
  package let at: Instant
  /// Who asked him; nil = he said so by himself.
  package let staff: ID<Staff>?
  /// Whether the unit got in touch with him before it acted (先行联系); nil = not asked.
  package let contacted: Bool?
  /// Whether the problem is gone (实际解决).
  package let solved: Bool
  package let satisfaction: Satisfaction
  /// Personal details are masked in it.
  package let words: String

  package init(
    signal: ID<Signal>, case: ID<Case>, at: Instant, staff: ID<Staff>?, contacted: Bool?,
    solved: Bool, satisfaction: Satisfaction, words: String
  ) {
    self.signal = signal
    self.case = `case`
    self.at = at
    self.staff = staff
    self.contacted = contacted
    self.solved = solved
    self.satisfaction = satisfaction
    self.words = words
  }
}

/// How content a reporter is (满意度).
package enum Satisfaction: String, CaseIterable, Sendable {
  case satisfied
  /// Mostly content; counts as content in scores.
  case fairly
  case dissatisfied

  /// Whether scores count it as content.
  package var isContent: Bool { self != .dissatisfied }
}

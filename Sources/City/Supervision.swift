/// What somebody above does about a case that goes wrong (督办): he reminds, orders, or looks again.
package struct Supervision: Hashable, Sendable {
  /// Characters of what is said, replied and remarked.
  package static let wordsMax = 500
  /// People that one is addressed to.
  package static let receiversMax = 50
  /// How often one reply after the other may be refused.
  package static let refusalsMax = 20

  /// What is done.
  package enum Form: String, CaseIterable, Sendable {
    /// Says that time runs out; wants no answer (催办).
    case reminder
    /// Wants a reply by a day (督办单).
    case order
    /// A closed case looked at again (抽查).
    case spotCheck
  }

  /// How far it came.
  package enum State: String, CaseIterable, Sendable {
    case open, replied, ended
  }

  /// How it ended.
  package enum Outcome: String, CaseIterable, Sendable {
    /// The reply will do, or the closed case is as it should be.
    case accepted
    /// The closed case is not as it should be.
    case faulty
    /// Taken back by who made it.
    case withdrawn
  }

  package let id: ID<Supervision>
  package let `case`: ID<Case>
  package let form: Form
  /// Code of the line of the pack's ladder that made it; empty where a person did.
  package let line: String
  /// What it was made for. A case has one of each line and cause.
  package let cause: String
  /// Where the case lay and who had it then: who may see it.
  package let area: AreaPath
  package let unit: UnitPath
  package let receivers: [ID<Staff>]
  /// Who made it; nil = the engine by its rules.
  package let staff: ID<Staff>?
  package let at: Instant
  /// Personal details are masked in it.
  package let words: String
  /// By when a reply is due; nil = none is wanted.
  package let due: Instant?
  package var state: State
  package var reply: SupervisionReply?
  package var outcome: Outcome?
  /// Who ended it, when, and what he said.
  package var ending: SupervisionReply?
  /// How many replies were refused.
  package var refusals = 0
  /// Changes with every change; a change is made on the version that it was decided on.
  package var version = 1

  package init(
    id: ID<Supervision>, case: ID<Case>, form: Form, line: String, cause: String, area: AreaPath,
    unit: UnitPath, receivers: [ID<Staff>], staff: ID<Staff>?, at: Instant, words: String,
    due: Instant?, state: State
  ) {
    self.id = id
    self.case = `case`
    self.form = form
    self.line = line
    self.cause = cause
    self.area = area
    self.unit = unit
    self.receivers = receivers
    self.staff = staff
    self.at = at
    self.words = words
    self.due = due
    self.state = state
  }

  /// What there is only one of.
  package struct Key: Hashable, Sendable {
    package let `case`: ID<Case>
    package let line: String
    package let cause: String

    package init(case: ID<Case>, line: String, cause: String) {
      self.case = `case`
      self.line = line
      self.cause = cause
    }
  }

  package var key: Key { Key(case: `case`, line: line, cause: cause) }
}

/// What somebody said of a supervision.
package struct SupervisionReply: Hashable, Sendable {
  package let at: Instant
  /// nil = the engine.
  package let staff: ID<Staff>?
  /// Personal details are masked in it.
  package let words: String

  package init(at: Instant, staff: ID<Staff>?, words: String) {
    self.at = at
    self.staff = staff
    self.words = words
  }
}

/// A graded statement that something is coming (预警), with area, validity and measures.
package struct Warning: Hashable, Sendable {
  /// Measures that one warning names.
  package static let measuresMax = 20
  /// Changes kept of one warning; the newest take the place of the middle ones.
  package static let changesMax = 200
  /// Signals that a plan opens for one warning.
  package static let signalsMax = 200
  /// Messages of another system that speak of one warning.
  package static let messagesMax = 100

  /// What it was issued for.
  package enum Source: String, CaseIterable, Sendable {
    /// Open alarms of devices.
    case alarms
    /// A vital sign out of its band.
    case vital
    /// What a vital sign is expected to come to.
    case forecast
    /// Another warning of which this one is the usual consequence.
    case chain
    case person
    /// A message of another system in the Common Alerting Protocol.
    case message
  }

  package let id: ID<Warning>
  /// Unique: the same warning again is not issued twice.
  package let key: String
  /// Code of a kind of the packs; nil where another system warns of what no pack knows.
  package let kind: String?
  package let title: String
  /// Where it holds: this area and all below it.
  package let area: AreaPath
  package let issuedAt: Instant
  package let source: Source
  /// The warning of which it is the consequence.
  package let cause: ID<Warning>?
  /// The system that sent it; empty for our own.
  package let sender: String
  package let state: WarningState

  package init(
    id: ID<Warning>, key: String, kind: String?, title: String, area: AreaPath,
    issuedAt: Instant, source: Source, cause: ID<Warning>?, sender: String, state: WarningState
  ) {
    self.id = id
    self.key = key
    self.kind = kind
    self.title = title
    self.area = area
    self.issuedAt = issuedAt
    self.source = source
    self.cause = cause
    self.sender = sender
    self.state = state
  }

  /// The same warning, as it stands now.
  package func becoming(_ state: WarningState) -> Warning {
    Warning(
      id: id, key: key, kind: kind, title: title, area: area, issuedAt: issuedAt,
      source: source, cause: cause, sender: sender, state: state)
  }

  /// Whether it stands at a moment: neither lifted nor over.
  package func stands(at moment: Instant) -> Bool {
    state.liftedAt == nil && moment < state.to
  }
}

/// How a warning stands.
package struct WarningState: Hashable, Sendable {
  package var grade: Grade
  /// When what it warns of is expected from …
  package var from: Instant
  /// … up to, not including.
  package var to: Instant
  /// Why, in words that a person reads.
  package var why: String
  /// What to do, in the order of their weight.
  package var measures: [String]
  /// The oldest first.
  package var changes: [WarningChange]
  /// What its plan reported as signals, each of which has its case.
  package var signals: [ID<Signal>] = []
  /// Names of the messages that said so, where another system did.
  package var messages: [String] = []
  package var liftedAt: Instant?
  package var version = 1

  package init(
    grade: Grade, from: Instant, to: Instant, why: String, measures: [String],
    changes: [WarningChange]
  ) {
    self.grade = grade
    self.from = from
    self.to = to
    self.why = why
    self.measures = measures
    self.changes = changes
  }

  /// Adds a change; of too many the first and the newest are kept.
  package mutating func add(_ change: WarningChange) {
    if changes.count >= Warning.changesMax { changes.remove(at: 1) }
    changes.append(change)
  }
}

/// One change of a warning.
package struct WarningChange: Hashable, Sendable {
  /// What became of it.
  package enum Kind: String, CaseIterable, Sendable {
    case issued, raised, lowered, prolonged, lifted
  }

  package let kind: Kind
  /// The grade from then on; of a lifted one the last.
  package let grade: Grade
  package let at: Instant
  /// nil = the engine, or another system.
  package let staff: ID<Staff>?
  package let why: String

  package init(kind: Kind, grade: Grade, at: Instant, staff: ID<Staff>?, why: String) {
    self.kind = kind
    self.grade = grade
    self.at = at
    self.staff = staff
    self.why = why
  }
}

/// A period whose scores were frozen (考核周期): its numbers stay as they were on that day.
package struct EvaluationPeriod: Hashable, Sendable {
  /// Lines of one table.
  package static let linesMax = 5_000

  package let id: ID<EvaluationPeriod>
  /// Code of the formula.
  package let formula: String
  package let from: Instant
  /// Not included.
  package let to: Instant
  package let frozenAt: Instant
  package let staff: ID<Staff>?
  /// The journal's number up to which was counted: from these entries every number follows again.
  package let sequence: Int64
  package let lines: [FrozenLine]

  package init(
    id: ID<EvaluationPeriod>, formula: String, from: Instant, to: Instant, frozenAt: Instant,
    staff: ID<Staff>?, sequence: Int64, lines: [FrozenLine]
  ) {
    self.id = id
    self.formula = formula
    self.from = from
    self.to = to
    self.frozenAt = frozenAt
    self.staff = staff
    self.sequence = sequence
    self.lines = lines
  }

  /// Unique: a period is frozen once by a formula.
  package var key: String { "\(formula) \(from.milliseconds) \(to.milliseconds)" }
}

/// One that is judged, as the frozen table has it.
package struct FrozenLine: Hashable, Sendable {
  /// Id or code of whoever is judged.
  package let key: String
  package let name: String
  /// nil = nothing to judge.
  package let points: Double?
  package let adjusted: Double?
  package let parts: [FrozenPart]

  package init(
    key: String, name: String, points: Double?, adjusted: Double?, parts: [FrozenPart]
  ) {
    self.key = key
    self.name = name
    self.points = points
    self.adjusted = adjusted
    self.parts = parts
  }
}

/// One part of a frozen line.
package struct FrozenPart: Hashable, Sendable {
  package let code: String
  package let count: Double
  package let per: Double
  package let rate: Double?
  package let points: Double?

  package init(code: String, count: Double, per: Double, rate: Double?, points: Double?) {
    self.code = code
    self.count = count
    self.per = per
    self.rate = rate
    self.points = points
  }
}

/// What a unit says against one case of its score (申诉), and what became of it.
package struct Appeal: Hashable, Sendable {
  package enum State: String, CaseIterable, Sendable { case open, upheld, refused }
  /// Characters of the reason and of the answer.
  package static let wordsMax = 500
  /// Appeals of one period.
  package static let appealsMax = 1_000

  package let id: ID<Appeal>
  package let period: ID<EvaluationPeriod>
  /// Who is judged, as the frozen line has it.
  package let key: String
  /// The case that should not have counted.
  package let `case`: ID<Case>
  package let reason: String
  package let at: Instant
  package let staff: ID<Staff>
  package var state = State.open
  package var decidedAt: Instant?
  /// Somebody else than who appealed.
  package var decidedBy: ID<Staff>?
  package var answer = ""
  /// The line without the cases of all appeals that were upheld up to this one.
  package var corrected: FrozenLine?
  package var version = 1

  package init(
    id: ID<Appeal>, period: ID<EvaluationPeriod>, key: String, case: ID<Case>, reason: String,
    at: Instant, staff: ID<Staff>
  ) {
    self.id = id
    self.period = period
    self.key = key
    self.case = `case`
    self.reason = reason
    self.at = at
    self.staff = staff
  }
}

/// A question to the cross table that somebody keeps (分析视图).
package struct SavedView: Hashable, Sendable {
  package static let nameMax = 100
  package static let questionMax = 2_000
  /// Views of one person.
  package static let viewsMax = 200

  package let id: ID<SavedView>
  package let staff: ID<Staff>
  package let name: String
  /// The query of the route, as it stands in its address.
  package let question: String
  /// Whether others may use it; what they see is cut to their own scope.
  package let isShared: Bool
  package let isRemoved: Bool
  package let at: Instant

  package init(
    id: ID<SavedView>, staff: ID<Staff>, name: String, question: String, isShared: Bool,
    isRemoved: Bool, at: Instant
  ) {
    self.id = id
    self.staff = staff
    self.name = name
    self.question = question
    self.isShared = isShared
    self.isRemoved = isRemoved
    self.at = at
  }
}

/// What a unit reports of a yearly task or indicator (任务进展).
package struct TaskReport: Hashable, Sendable {
  package static let noteMax = 500
  package static let proofMax = 20

  package let id: ID<TaskReport>
  /// Code of the goal in the packs.
  package let goal: String
  /// Code of its milestone that is reached; nil = a value alone.
  package let milestone: String?
  /// What the indicator came to; nil = a milestone alone.
  package let value: Double?
  package let note: String
  package let proof: [FileDigest]
  package let at: Instant
  package let staff: ID<Staff>?

  package init(
    id: ID<TaskReport>, goal: String, milestone: String?, value: Double?, note: String,
    proof: [FileDigest], at: Instant, staff: ID<Staff>?
  ) {
    self.id = id
    self.goal = goal
    self.milestone = milestone
    self.value = value
    self.note = note
    self.proof = proof
    self.at = at
    self.staff = staff
  }
}

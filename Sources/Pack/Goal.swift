package import City

/// A yearly indicator or task (年度指标、任务) with who answers for it.
package struct Goal: Hashable, Sendable {
  /// What sort of goal it is.
  package enum Form: String, CaseIterable, Sendable {
    /// A number with a target.
    case indicator
    /// Work with milestones.
    case task
  }

  package let code: String
  package let name: String
  package let form: Form
  /// Code of the duty whose unit answers for it.
  package let duty: String
  /// The year's target; nil for a task.
  package let target: Double?
  package let unit: String
  /// Whether less than the target is short of it, or more.
  package let worse: RuleSide
  /// The vital that says what the indicator came to; nil = the unit reports it.
  package let vital: String?
  /// In the order of their days.
  package let milestones: [GoalMilestone]
  /// What shows that it was reached.
  package let proof: String
  package let why: String

  package init(
    code: String, name: String, form: Form, duty: String, target: Double?, unit: String,
    worse: RuleSide, vital: String?, milestones: [GoalMilestone], proof: String, why: String
  ) {
    self.code = code
    self.name = name
    self.form = form
    self.duty = duty
    self.target = target
    self.unit = unit
    self.worse = worse
    self.vital = vital
    self.milestones = milestones
    self.proof = proof
    self.why = why
  }
}

/// What is to be reached by a day.
package struct GoalMilestone: Hashable, Sendable {
  package let code: String
  package let name: String
  package let due: CivilDate
  /// What the indicator should have come to by then; nil = nothing in particular.
  package let value: Double?

  package init(code: String, name: String, due: CivilDate, value: Double?) {
    self.code = code
    self.name = name
    self.due = due
    self.value = value
  }
}

// What is wrong with goals.
extension PackLint {
  mutating func checkGoals() {
    for (index, goal) in pack.goals.enumerated() {
      let subject = PackSubject(.goals, index)
      require(goal.duty, in: Set(known.duties.keys), "duty", subject)
      if let vital = goal.vital { require(vital, in: known.vitals, "vital", subject) }
      if goal.form == .indicator, goal.target == nil {
        report(.goalForm, subject, ["code": goal.code, "detail": "an indicator needs a target"])
      }
      if goal.form == .task, goal.milestones.isEmpty {
        report(.goalForm, subject, ["code": goal.code, "detail": "a task needs milestones"])
      }
      let days = goal.milestones.map(\.due)
      if days != days.sorted() {
        report(
          .goalForm, subject,
          ["code": goal.code, "detail": "milestones must stand in the order of their days"])
      }
      if Set(goal.milestones.map(\.code)).count < goal.milestones.count {
        report(
          .goalForm, subject, ["code": goal.code, "detail": "two milestones have one code"])
      }
    }
  }
}

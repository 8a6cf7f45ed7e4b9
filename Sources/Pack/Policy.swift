package import City

/// What a household is entitled to, and when (政策): conditions and an amount as data.
package struct Policy: Equatable, Sendable {
  package let code: String
  package let name: String
  /// Code of the kind that it is about.
  package let kind: String
  /// First day; of several versions of one code, the newest that has begun counts (从新).
  package let from: CivilDate
  /// Last day; nil = until it is changed.
  package let to: CivilDate?
  /// Policies of one group are not had together: the highest amount counts (从高、不重复).
  package let group: String?
  /// How grave the need is that it answers.
  package let grade: Grade
  /// All must hold.
  package let conditions: [RiskCondition]
  package let amount: PolicyAmount
  /// At most that, in yuan; nil = no limit.
  package let most: Double?
  /// Field with the amount had before this policy began: whoever had more keeps the difference
  /// (锁定差额，继续发放); nil = nothing is kept.
  package let locked: String?
  /// The document that says so, for users.
  package let source: String

  package init(
    code: String, name: String, kind: String, from: CivilDate, to: CivilDate?, group: String?,
    grade: Grade, conditions: [RiskCondition], amount: PolicyAmount, most: Double?,
    locked: String?, source: String
  ) {
    self.code = code
    self.name = name
    self.kind = kind
    self.from = from
    self.to = to
    self.group = group
    self.grade = grade
    self.conditions = conditions
    self.amount = amount
    self.most = most
    self.locked = locked
    self.source = source
  }
}

/// How much a policy gives, in yuan.
package enum PolicyAmount: Equatable, Sendable {
  case fixed(Double)
  /// So much for each one counted in a field.
  case each(Double, field: String)
  /// What lacks to a standard for each head.
  case topUp(standard: Double, income: String, heads: String)
  /// A share in per cent of what is left of a cost after others paid, beyond a threshold.
  case share(percent: Double, cost: String, less: [String], beyond: Double)

  /// The fields that it needs.
  package var fields: [String] {
    switch self {
    case .fixed: []
    case .each(_, let field): [field]
    case .topUp(_, let income, let heads): [income, heads]
    case .share(_, let cost, let less, _): [cost] + less
    }
  }
}

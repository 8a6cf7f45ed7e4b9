package import City

/// How things of one kind are graded by risk (风险模型): declared in a pack or learned from a file,
/// and evaluated the same way.
package struct RiskModel: Equatable, Sendable {
  /// What the score is made of.
  package enum Form: String, CaseIterable, Sendable {
    /// The sum of points.
    case weighted
    /// The sum of points as the logarithm of odds; the score is the probability in per cent.
    case logistic
    /// No score: rules alone say the grade.
    case rules
  }

  package let code: String
  package let name: String
  /// Code of the kind whose things are graded.
  package let kind: String
  package let form: Form
  /// What the sum begins with.
  package let base: Double
  package let factors: [RiskFactor]
  /// Whatever they say, the grade is at least that.
  package let rules: [RiskRule]
  /// From grave to mild; the last one holds what no other does.
  package let lines: [RiskLine]
  /// Code of the item that a grave grade is reported under; nil = it is only listed.
  package let item: String?
  /// The mildest grade that is reported.
  package let signalFrom: Grade
  /// Why it grades so, for users.
  package let why: String

  package init(
    code: String, name: String, kind: String, form: Form, base: Double, factors: [RiskFactor],
    rules: [RiskRule], lines: [RiskLine], item: String?, signalFrom: Grade, why: String
  ) {
    self.code = code
    self.name = name
    self.kind = kind
    self.form = form
    self.base = base
    self.factors = factors
    self.rules = rules
    self.lines = lines
    self.item = item
    self.signalFrom = signalFrom
    self.why = why
  }

  /// How people call a grade in this model, for example 高; nil where no line has it.
  package func name(of grade: Grade) -> String? { lines.first { $0.grade == grade }?.name }
}

/// One thing that counts for a risk.
package struct RiskFactor: Equatable, Sendable {
  package let code: String
  package let title: String
  package let input: RiskInput
  package let scale: RiskScale
  /// What counts where the input is not known; it is named as missing.
  package let missing: Double
  package let why: String

  package init(
    code: String, title: String, input: RiskInput, scale: RiskScale, missing: Double, why: String
  ) {
    self.code = code
    self.title = title
    self.input = input
    self.scale = scale
    self.missing = missing
    self.why = why
  }
}

/// What a risk looks at.
package enum RiskInput: Hashable, Sendable {
  /// A field of the thing, by name.
  case field(String)
  /// Whole days since the date in a field; negative where it lies ahead.
  case daysSince(field: String)
  /// How many cases of these items (all where empty) were filed at the thing within so many days.
  case cases(items: [String], days: Int)
}

/// How a value becomes points.
package enum RiskScale: Equatable, Sendable {
  /// The points of the highest step that the number reaches; 0 below the first.
  case steps([RiskStep])
  /// Points for texts, and for all others; `true` and `false` for what either is or is not.
  case words([String: Double], other: Double)
  /// Points for each unit of the number, which is first cut to the range.
  case slope(points: Double, range: ClosedRange<Double>)
  /// Points at knots with rising values, on straight lines between, flat beyond.
  case curve([RiskStep])
}

/// Points from a value on.
package struct RiskStep: Equatable, Sendable {
  package let from: Double
  package let points: Double

  package init(from: Double, points: Double) {
    self.from = from
    self.points = points
  }
}

/// A condition that makes a grade the mildest one possible.
package struct RiskRule: Equatable, Sendable {
  /// All must hold.
  package let conditions: [RiskCondition]
  package let grade: Grade
  package let why: String

  package init(conditions: [RiskCondition], grade: Grade, why: String) {
    self.conditions = conditions
    self.grade = grade
    self.why = why
  }
}

/// What one input must be. An input that is not known fulfils `absent` alone.
package struct RiskCondition: Hashable, Sendable {
  /// How the value is looked at.
  package enum Test: Hashable, Sendable {
    case least(Double)
    case below(Double)
    case oneOf([String])
    case absent
  }
  package let input: RiskInput
  package let test: Test

  package init(input: RiskInput, test: Test) {
    self.input = input
    self.test = test
  }
}

/// Where a grade begins.
package struct RiskLine: Equatable, Sendable {
  package let grade: Grade
  package let name: String
  /// The least score; nil = reached by rules alone, and for the last line by all the rest.
  package let from: Double?

  package init(grade: Grade, name: String, from: Double?) {
    self.grade = grade
    self.name = name
    self.from = from
  }
}

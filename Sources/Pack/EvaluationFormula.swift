import City

/// How the work of units, streets or others is judged (评效口径): parts that make a hundred points.
package struct EvaluationFormula: Hashable, Sendable {
  /// Points of all parts together.
  package static let pointsMax = 100

  /// Whose work is judged.
  package enum Subject: String, CaseIterable, Sendable {
    case unit, street, person, item, channel
  }

  package let code: String
  package let name: String
  package let subject: Subject
  package let parts: [EvaluationPart]
  package let why: String

  package init(
    code: String, name: String, subject: Subject, parts: [EvaluationPart], why: String
  ) {
    self.code = code
    self.name = name
    self.subject = subject
    self.parts = parts
    self.why = why
  }
}

/// One part of a formula: a rate, and what it is worth.
package struct EvaluationPart: Hashable, Sendable {
  package let code: String
  package let name: String
  package let count: CaseQuantity
  package let per: CaseQuantity
  /// The rate that brings all points, and the one that brings none; linear between.
  package let full: Double
  package let zero: Double
  package let points: Int

  package init(
    code: String, name: String, count: CaseQuantity, per: CaseQuantity, full: Double,
    zero: Double, points: Int
  ) {
    self.code = code
    self.name = name
    self.count = count
    self.per = per
    self.full = full
    self.zero = zero
    self.points = points
  }
}

// What is wrong with formulas.
extension PackLint {
  mutating func checkEvaluations() {
    for (index, formula) in pack.evaluations.enumerated() {
      let subject = PackSubject(.evaluations, index)
      let sum = formula.parts.reduce(0) { $0 + $1.points }
      if sum != EvaluationFormula.pointsMax {
        report(
          .evaluationPoints, subject,
          ["code": formula.code, "sum": String(sum), "max": String(EvaluationFormula.pointsMax)])
      }
      for part in formula.parts {
        if part.full == part.zero {
          report(.evaluationPart, subject, ["code": part.code])
        }
        for cases in [part.count, part.per] {
          if cases.moment == .open || cases.moment == .overdue {
            report(.evaluationStock, subject, ["code": part.code])
          }
          for item in cases.items { require(item, in: known.items, "item", subject) }
          for code in cases.categories {
            require(code, in: known.categories, "category", subject)
          }
        }
      }
    }
  }
}

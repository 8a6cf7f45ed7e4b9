package import City
package import Pack

extension RiskModel {
  /// What its factors, rules and days look at.
  package var inputs: [RiskInput] {
    factors.map(\.input) + rules.flatMap { $0.conditions.map(\.input) }
  }

  /// Whether what it says may change though nothing happens.
  package var followsDays: Bool {
    inputs.contains { input in
      switch input {
      case .field: false
      case .daysSince, .cases: true
      }
    }
  }

  /// How many days back it looks at cases; nil = it looks at none.
  package var caseDaysMax: Int? {
    inputs.compactMap { if case .cases(_, let days) = $0 { days } else { nil } }.max()
  }

  /// What is to be kept of a thing: nil where the grade and its rules stay and the score moved by
  /// less than a point, so that what rises a little every day is not written every day.
  package func grading(
    of thing: Thing, _ assessment: RiskAssessment, after before: Grading?, id: ID<Grading>,
    at: Instant
  ) -> Grading? {
    let score = Self.thousandths(assessment.score)
    let reasons = assessment.rules.map { rules[$0].why }
    if let before, before.grade == assessment.grade, before.reasons == reasons,
      abs(before.score - score) < 1_000, before.area == thing.area, before.owner == thing.owner
    {
      return nil
    }
    return Grading(
      id: id, thing: thing.id, model: code, kind: kind, area: thing.area, owner: thing.owner,
      grade: assessment.grade, score: score,
      shares: assessment.contributions.map {
        Grading.Share(factor: $0.factor, thousandths: Self.thousandths($0.points))
      }, reasons: reasons, at: at)
  }

  /// Whether a grading is to be reported under the model's item: it became graver than it was, and
  /// grave enough. What is graded for the first time became so from nothing.
  package func isReported(_ grading: Grading, after before: Grading?) -> Bool {
    item != nil && grading.grade.rank >= signalFrom.rank
      && before.map { grading.grade.rank > $0.grade.rank } ?? true
  }

  private static func thousandths(_ points: Double) -> Int {
    Int((min(max(points, -1e9), 1e9) * 1_000).rounded())
  }
}

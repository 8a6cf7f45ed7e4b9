package import City
package import Pack

/// What a risk may ask of one thing on one day.
package struct ThingRisk: Sendable {
  private let attributes: [String: String]
  private let forms: [String: KindField.Form]
  private let today: CivilDate
  private let cases: @Sendable (_ items: [String], _ days: Int) -> Int

  /// - Parameter cases: how many cases of these items (all where empty) were filed at the thing
  ///   within so many days.
  package init(
    _ attributes: [Attribute], of kind: Kind, today: CivilDate,
    cases: @escaping @Sendable (_ items: [String], _ days: Int) -> Int
  ) {
    self.attributes = Dictionary(attributes.map { ($0.name, $0.value) }) { _, last in last }
    forms = Dictionary(kind.fields.map { ($0.name, $0.form) }) { first, _ in first }
    self.today = today
    self.cases = cases
  }

  /// What is known; nil where the thing has no such attribute, or one that its form cannot read.
  package func value(_ input: RiskInput) -> RiskValue? {
    switch input {
    case .field(let name):
      guard let text = attributes[name], !text.isEmpty else { return nil }
      return forms[name] == .number ? Double(text).map { .number($0) } : .text(text)
    case .daysSince(let name):
      return attributes[name].flatMap(Self.date).map {
        .number(Double(today.daysSinceEpoch - $0.daysSinceEpoch))
      }
    case .cases(let items, let days): return .number(Double(cases(items, days)))
    }
  }

  /// Reads `2026-01-31`.
  private static func date(_ text: String) -> CivilDate? {
    let parts = text.split(separator: "-").compactMap { Int($0) }
    return parts.count == 3 ? CivilDate(year: parts[0], month: parts[1], day: parts[2]) : nil
  }
}

/// A grade that a thing has had.
package struct RiskGrading: Equatable, Sendable {
  package let at: Instant
  package let grade: Grade
  package let score: Double

  package init(at: Instant, grade: Grade, score: Double) {
    self.at = at
    self.grade = grade
    self.score = score
  }
}

/// The graded list of one model with the history of its grades (分级清单).
package struct RiskList: Sendable {
  /// Grades that are remembered of one thing; older ones are forgotten first.
  package static let historyMax = 64

  /// A grade that changed.
  package struct Change: Equatable, Sendable {
    /// nil = it was not graded before.
    package let before: Grade?
    package let after: Grade

    package init(before: Grade?, after: Grade) {
      self.before = before
      self.after = after
    }

    /// Whether it became graver.
    package var isGraver: Bool { before.map { after.rank > $0.rank } ?? true }
  }

  private var histories: [ID<Thing>: [RiskGrading]] = [:]
  private var counts: [Grade: Int] = [:]

  package init() {}

  /// Takes what the model says of a thing now; nil where its grade stays.
  package mutating func take(
    _ assessment: RiskAssessment, of thing: ID<Thing>, at: Instant
  ) -> Change? {
    var history = histories[thing] ?? []
    let before = history.last?.grade
    guard before != assessment.grade else { return nil }
    history.append(RiskGrading(at: at, grade: assessment.grade, score: assessment.score))
    histories[thing] = Array(history.suffix(Self.historyMax))
    if let before { counts[before, default: 0] -= 1 }
    counts[assessment.grade, default: 0] += 1
    return Change(before: before, after: assessment.grade)
  }

  /// The grade of a thing now; nil where it was never graded.
  package func grade(of thing: ID<Thing>) -> Grade? { histories[thing]?.last?.grade }

  /// Its grades, oldest first.
  package func history(of thing: ID<Thing>) -> [RiskGrading] { histories[thing] ?? [] }

  /// How many things have a grade.
  package func count(_ grade: Grade) -> Int { counts[grade] ?? 0 }
}

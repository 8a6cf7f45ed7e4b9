/// What a risk model says of a thing from a moment on (分级).
package struct Grading: Hashable, Sendable {
  /// What one factor counted.
  package struct Share: Hashable, Sendable {
    /// Code of the factor.
    package let factor: String
    /// In thousandths of a point.
    package let thousandths: Int

    package init(factor: String, thousandths: Int) {
      self.factor = factor
      self.thousandths = thousandths
    }
  }

  package let id: ID<Grading>
  package let thing: ID<Thing>
  /// Code of the risk model.
  package let model: String
  /// Code of the thing's kind.
  package let kind: String
  /// Where the thing lay.
  package let area: AreaPath
  /// Who answered for it.
  package let owner: UnitPath
  package let grade: Grade
  /// Thousandths of a point, or of one per cent; 0 in a model of rules alone.
  package let score: Int
  /// In the order of the model's factors.
  package let shares: [Share]
  /// Why rules raised the grade, in the words of the pack at that time.
  package let reasons: [String]
  package let at: Instant
  /// When another one of the same model took its place; nil = it holds.
  package var until: Instant?

  package init(
    id: ID<Grading>, thing: ID<Thing>, model: String, kind: String, area: AreaPath,
    owner: UnitPath, grade: Grade, score: Int, shares: [Share], reasons: [String], at: Instant,
    until: Instant? = nil
  ) {
    self.id = id
    self.thing = thing
    self.model = model
    self.kind = kind
    self.area = area
    self.owner = owner
    self.grade = grade
    self.score = score
    self.shares = shares
    self.reasons = reasons
    self.at = at
    self.until = until
  }

  /// What holds only once at a time.
  package struct Key: Hashable, Sendable {
    package let thing: ID<Thing>
    package let model: String
  }

  package var key: Key { Key(thing: thing, model: model) }
}

package import City
package import Pack

/// The score of a check-up: 100 points, and what each vital took of them.
package struct CheckUpScore: Hashable, Sendable {
  package static let pointsMax = 100.0

  /// One side of the city.
  package struct Aspect: Hashable, Sendable {
    package let code: String
    package let name: String
    /// 0 to 100; nil where none of its vitals has a number.
    package let points: Double?
    /// How many of its vitals have a number, of how many.
    package let measured: Int
    package let vitals: Int
  }

  /// What a vital took of the whole.
  package struct Deduction: Hashable, Sendable {
    /// Place in the list of vitals.
    package let vital: Int
    package let grade: Grade
    /// Of the 100 points of the whole.
    package let points: Double
  }

  /// nil where nothing has a number.
  package let points: Double?
  package let aspects: [Aspect]
  /// The largest first; together they are what is missing to 100.
  package let deductions: [Deduction]

  /// Sides count by their weights, and within a side vitals by theirs. What has no number is left
  /// out, and so is a side without any: nothing is scored on what is not known.
  package init(
    aspects: [VitalAspect], vitals: [Vital], states: [VitalState], losses: [Grade: Double]
  ) {
    var found: [Aspect] = []
    var losers: [(vital: Int, grade: Grade, share: Double, aspect: Int)] = []
    for (number, aspect) in aspects.enumerated() {
      let own = states.filter { vitals[$0.vital].aspect == aspect.code }
      let measured = own.filter { $0.reading.value != nil }
      let weight = measured.reduce(0) { $0 + vitals[$1.vital].weight }
      var lost = 0.0
      for state in measured {
        guard let grade = state.grade, let loss = losses[grade], loss > 0 else { continue }
        let share = loss * Double(vitals[state.vital].weight) / Double(weight)
        lost += share
        losers.append((state.vital, grade, share, number))
      }
      found.append(
        Aspect(
          code: aspect.code, name: aspect.name,
          points: measured.isEmpty ? nil : Self.pointsMax * (1 - lost), measured: measured.count,
          vitals: own.count))
    }
    self.aspects = found
    let weights = zip(aspects, found).map { $1.points == nil ? 0 : Double($0.weight) }
    let total = weights.reduce(0, +)
    guard total > 0 else {
      points = nil
      deductions = []
      return
    }
    points = zip(found, weights).reduce(0) { $0 + ($1.0.points ?? 0) * $1.1 } / total
    deductions = losers.map {
      Deduction(
        vital: $0.vital, grade: $0.grade,
        points: Self.pointsMax * $0.share * weights[$0.aspect] / total)
    }.sorted { ($1.points, $0.vital) < ($0.points, $1.vital) }
  }
}

package import City

/// What is warned of (预警事项): when, in which grade, what is done, and when it came true.
package struct WarningKind: Hashable, Sendable {
  /// Conditions of one kind.
  package static let conditionsMax = 50
  /// Lines of one plan.
  package static let planMax = 50

  /// The categories of the Common Alerting Protocol, by its own words.
  package enum Category: String, CaseIterable, Sendable {
    case geological = "Geo"
    case weather = "Met"
    case safety = "Safety"
    case security = "Security"
    case rescue = "Rescue"
    case fire = "Fire"
    case health = "Health"
    case environment = "Env"
    case transport = "Transport"
    case infrastructure = "Infra"
    case hazardousMatter = "CBRNE"
    case other = "Other"
  }

  package let code: String
  package let name: String
  package let category: Category
  /// At which level of the area tree it is watched.
  package let level: AreaLevel
  /// Any of these; the gravest that holds gives the grade. Empty = only people, other systems and
  /// chains warn of it.
  package let conditions: [WarningCondition]
  /// How long a warning holds without being renewed.
  package let validHours: Int
  /// How long a condition must no longer hold before the warning is lowered or lifted.
  package let calmMinutes: Int
  package let plan: [WarningPlanLine]
  package let measures: [WarningMeasure]
  /// By what is told afterwards whether it came true; nil = it is not scored.
  package let truth: WarningTruth?
  /// By these words in an event's name a message of another system is known to mean it.
  package let words: [String]
  /// What a chain says of it; `{cause}` is the name of the warning before.
  package let say: String
  package let why: String

  package init(
    code: String, name: String, category: Category, level: AreaLevel,
    conditions: [WarningCondition], validHours: Int, calmMinutes: Int, plan: [WarningPlanLine],
    measures: [WarningMeasure], truth: WarningTruth?, words: [String], say: String, why: String
  ) {
    self.code = code
    self.name = name
    self.category = category
    self.level = level
    self.conditions = conditions
    self.validHours = validHours
    self.calmMinutes = calmMinutes
    self.plan = plan
    self.measures = measures
    self.truth = truth
    self.words = words
    self.say = say
    self.why = why
  }

  /// The measures of a grade, in their order.
  package func measures(at grade: Grade) -> [String] {
    measures.filter { $0.from.rank <= grade.rank }.map(\.text)
  }
}

/// What must hold for a grade.
package struct WarningCondition: Hashable, Sendable {
  /// What is looked at.
  package enum Test: Hashable, Sendable {
    /// So many alarms of these rules are open, each at least of this grade.
    case alarms(rules: [String], from: Grade, least: Int)
    /// The vital has reached this grade.
    case vital(code: String, from: Grade)
    /// The vital is expected to reach this grade within so many of its hours or days.
    case forecast(code: String, from: Grade, steps: Int)
  }
  package let grade: Grade
  package let test: Test
  /// The sentence, with `{count}`, `{value}`, `{unit}`, `{low}`, `{high}`, `{steps}`, `{name}`.
  package let say: String

  package init(grade: Grade, test: Test, say: String) {
    self.grade = grade
    self.test = test
    self.say = say
  }
}

/// What a warning reports as a signal, from a grade on.
package struct WarningPlanLine: Hashable, Sendable {
  package let from: Grade
  package let item: String
  package let text: String

  package init(from: Grade, item: String, text: String) {
    self.from = from
    self.item = item
    self.text = text
  }
}

/// What is to be done, from a grade on.
package struct WarningMeasure: Hashable, Sendable {
  package let from: Grade
  package let text: String

  package init(from: Grade, text: String) {
    self.from = from
    self.text = text
  }
}

/// What shows that what was warned of has come: so many cases of these items, or alarms of these
/// rules, in the warning's area.
package struct WarningTruth: Hashable, Sendable {
  package let items: [String]
  package let rules: [String]
  /// Alarms below this grade do not count.
  package let from: Grade
  /// So many within `graceHours` of each other are one occurrence.
  package let least: Int
  /// So long after a warning's end an occurrence still is what it warned of; and so long without
  /// one, the next is another occurrence.
  package let graceHours: Int

  package init(items: [String], rules: [String], from: Grade, least: Int, graceHours: Int) {
    self.items = items
    self.rules = rules
    self.from = from
    self.least = least
    self.graceHours = graceHours
  }
}

/// A link of a hazard chain (灾害链): one warning announces the next.
package struct HazardLink: Hashable, Sendable {
  /// Codes of kinds of warnings.
  package let from: String
  package let to: String
  /// How long after the one the other usually comes.
  package let lagMinutes: Int
  /// How many grades milder than its cause; below blue there is none.
  package let drop: Int
  package let why: String

  package init(from: String, to: String, lagMinutes: Int, drop: Int, why: String) {
    self.from = from
    self.to = to
    self.lagMinutes = lagMinutes
    self.drop = drop
    self.why = why
  }

  /// The grade that a cause of this grade announces; nil = too mild for any.
  package func grade(after cause: Grade) -> Grade? {
    Grade.allCases.first { $0.rank == cause.rank - drop }
  }
}

// What is wrong with warnings and chains.
extension PackLint {
  mutating func checkWarnings(_ dependencies: [Pack]) {
    for (index, kind) in pack.warnings.enumerated() {
      let subject = PackSubject(.warnings, index)
      for condition in kind.conditions {
        switch condition.test {
        case .alarms(let rules, _, _):
          for rule in rules { require(rule, in: known.rules, "rule", subject) }
        case .vital(let code, _), .forecast(let code, _, _):
          require(code, in: known.vitals, "vital", subject)
        }
      }
      for line in kind.plan { require(line.item, in: known.items, "item", subject) }
      guard let truth = kind.truth else { continue }
      for item in truth.items { require(item, in: known.items, "item", subject) }
      for rule in truth.rules { require(rule, in: known.rules, "rule", subject) }
      if truth.items.isEmpty && truth.rules.isEmpty {
        report(.warningTruth, subject, ["code": kind.code])
      }
    }
    checkLinks(dependencies)
  }

  private mutating func checkLinks(_ dependencies: [Pack]) {
    let links = dependencies.flatMap(\.hazardLinks) + pack.hazardLinks
    for (index, link) in pack.hazardLinks.enumerated() {
      let subject = PackSubject(.hazardLinks, index)
      for code in [link.from, link.to] { require(code, in: known.warnings, "warning", subject) }
      if Self.reaches(link.from, from: link.to, links) {
        report(.hazardCircle, subject, ["code": link.from])
      }
    }
  }

  /// Whether links lead from one kind to another, or both are the same.
  private static func reaches(_ wanted: String, from start: String, _ links: [HazardLink]) -> Bool {
    var open = [start]
    var seen: Set<String> = []
    while let code = open.popLast() {
      if code == wanted { return true }
      guard seen.insert(code).inserted else { continue }
      open += links.filter { $0.from == code }.map(\.to)
    }
    return false
  }
}

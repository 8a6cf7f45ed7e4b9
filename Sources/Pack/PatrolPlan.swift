package import City

/// What is looked at again and again, by whom and how often (巡查计划、定期检查).
package struct PatrolPlan: Equatable, Sendable {
  /// Stops of one round.
  package static let stopsRange = 1...Patrol.stopsMax

  /// How often everything is looked at once.
  package enum Period: String, CaseIterable, Sendable {
    case day, week, month, quarter, year
  }

  package let code: String
  package let name: String
  /// Code of the kind of things that are looked at …
  package let kind: String
  /// … and, where a model is named, only those that it grades as one of `grades`.
  package let model: String?
  package let grades: [Grade]
  package let every: Period
  /// Which unit goes, found as for an item.
  package let duty: String
  package let place: ResponsibilityRule.Place
  /// Codes of the posts that may say what they found.
  package let posts: [String]
  /// Places of one round at most; a unit with more things goes several rounds.
  package let stops: Int
  /// Under which item the engine reports what was not looked at in time, and in which words:
  /// `{plan}`, `{unit}`, `{count}` and `{names}` are filled in.
  package let missedItem: String
  package let missedWords: String
  /// Under which item a fault that was found is reported; nil = it is only kept.
  package let faultItem: String?
  /// Shown to users.
  package let why: String

  package init(
    code: String, name: String, kind: String, model: String?, grades: [Grade], every: Period,
    duty: String, place: ResponsibilityRule.Place, posts: [String], stops: Int,
    missedItem: String, missedWords: String, faultItem: String?, why: String
  ) {
    self.code = code
    self.name = name
    self.kind = kind
    self.model = model
    self.grades = grades
    self.every = every
    self.duty = duty
    self.place = place
    self.posts = posts
    self.stops = stops
    self.missedItem = missedItem
    self.missedWords = missedWords
    self.faultItem = faultItem
    self.why = why
  }

  /// What is said of a round that was not finished.
  package func missed(unit: String, names: [String]) -> String {
    let values = [
      "plan": name, "unit": unit, "count": String(names.count),
      "names": names.joined(separator: " "),
    ]
    return values.sorted { $0.key < $1.key }.reduce(missedWords) { text, value in
      text.replacing("{\(value.key)}", with: value.value)
    }
  }
}

extension PatrolPlan.Period {
  /// The period that holds a day: its first day, and the first day after it. Weeks begin on Monday.
  package func days(holding date: CivilDate) -> (from: CivilDate, until: CivilDate) {
    switch self {
    case .day: return (date, CivilDate(daysSinceEpoch: date.daysSinceEpoch + 1))
    case .week:
      // The first of January 1970 was a Thursday.
      let sinceMonday = ((date.daysSinceEpoch + 3) % 7 + 7) % 7
      let monday = date.daysSinceEpoch - sinceMonday
      return (CivilDate(daysSinceEpoch: monday), CivilDate(daysSinceEpoch: monday + 7))
    case .month: return span(date, from: date.month, months: 1)
    case .quarter: return span(date, from: (date.month - 1) / 3 * 3 + 1, months: 3)
    case .year: return span(date, from: 1, months: 12)
    }
  }

  private func span(
    _ date: CivilDate, from month: Int, months: Int
  ) -> (from: CivilDate, until: CivilDate) {
    let end = month + months
    let wraps = end > 12
    let first = CivilDate(year: date.year, month: month, day: 1)
    let next = CivilDate(
      year: wraps ? date.year + 1 : date.year, month: wraps ? end - 12 : end, day: 1)
    return (first ?? date, next ?? date)
  }
}

extension PackLint {
  mutating func checkPatrols() {
    for (index, plan) in pack.patrols.enumerated() {
      let subject = PackSubject(.patrols, index)
      require(plan.kind, in: known.kinds, "kind", subject)
      if let model = plan.model {
        require(model, in: known.risks, "risk model", subject)
        for grade in plan.grades {
          guard let found = pack.risks.first(where: { $0.code == model }),
            found.name(of: grade) == nil
          else { continue }
          report(.riskLines, subject, ["code": model, "detail": "no line has the plan's grade"])
        }
      }
      require(plan.duty, in: Set(known.duties.keys), "duty", subject)
      require(plan.missedItem, in: known.items, "item", subject)
      if let item = plan.faultItem { require(item, in: known.items, "item", subject) }
      for post in plan.posts { require(post, in: Set(known.posts.keys), "post", subject) }
    }
  }
}

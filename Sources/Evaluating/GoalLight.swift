package import City
package import Pack

/// How a yearly indicator or task stands (亮灯).
package struct GoalStanding: Equatable, Sendable {
  /// A milestone is near when its day is this close.
  package static let nearDays = 30

  /// The lights, from good to bad.
  package enum Light: String, CaseIterable, Sendable {
    /// All of it is reached.
    case reached
    case green
    /// A milestone is near and not reached.
    case yellow
    /// A milestone's day has passed and it is not reached.
    case red
  }

  package let light: Light
  /// Codes of milestones that are reached.
  package let reached: Set<String>
  /// What the indicator came to; nil = not known.
  package let value: Double?

  /// - Parameters:
  ///   - reports: of this goal, the oldest first.
  ///   - measured: what the goal's vital came to; takes the place of what was reported.
  package init(_ goal: Goal, reports: [TaskReport], measured: Double?, today: CivilDate) {
    let value = measured ?? reports.last { $0.value != nil }?.value
    self.value = value
    var reached = Set(reports.compactMap(\.milestone))
    func isEnough(_ wanted: Double) -> Bool {
      value.map { goal.worse == .below ? $0 >= wanted : $0 <= wanted } ?? false
    }
    for milestone in goal.milestones {
      if let wanted = milestone.value, isEnough(wanted) { reached.insert(milestone.code) }
    }
    self.reached = reached
    let open = goal.milestones.filter { !reached.contains($0.code) }
    if goal.target.map(isEnough) ?? (goal.form == .task && open.isEmpty) {
      light = .reached
    } else if open.contains(where: { $0.due < today }) {
      light = .red
    } else if open.contains(where: {
      $0.due.daysSinceEpoch - today.daysSinceEpoch <= Self.nearDays
    }) {
      light = .yellow
    } else {
      light = .green
    }
  }
}

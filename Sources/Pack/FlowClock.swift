package import City

/// A limit that a flow puts on its cases: what moves it, how long it is, when it warns.
package struct FlowClock: Equatable, Sendable {
  package let code: String
  package let name: String
  /// Each of the moments that move it; where several fit one step, the first of: drops, starts,
  /// pauses, resumes, stops, continues.
  package let moments: [ClockMoment: FlowMoments]
  /// The item's clock of this name says the limit; nil = none does.
  package let itemClock: String?
  /// The limit where no item says one; nil = then the clock runs without a deadline.
  package let limit: TimeLimit?
  /// The longest that one pause holds it; after that it runs again by itself.
  package let pauseMax: TimeLimit?
  /// The most that one extension may add; nil = it is never extended.
  package let extensionMax: TimeLimit?
  /// Shares of the limit, in percent, from which on it shows yellow and red.
  package let yellowPercent: Int
  package let redPercent: Int
  /// Whether this is the deadline that lists show and scores judge by; one clock of a flow is.
  package let isDeadline: Bool
  /// Whether its stop is the first contact with whoever reported, where that is no acceptance.
  package var isContact = false
  /// The first that an action brings, and that coming to a stage does.
  private let byAction: [String: ClockMoment]
  private let byStage: [String: ClockMoment]

  package init(
    code: String, name: String, moments: [ClockMoment: FlowMoments], itemClock: String?,
    limit: TimeLimit?, pauseMax: TimeLimit?, extensionMax: TimeLimit?, yellowPercent: Int,
    redPercent: Int, isDeadline: Bool
  ) {
    self.code = code
    self.name = name
    self.moments = moments
    self.itemClock = itemClock
    self.limit = limit
    self.pauseMax = pauseMax
    self.extensionMax = extensionMax
    self.yellowPercent = yellowPercent
    self.redPercent = redPercent
    self.isDeadline = isDeadline
    byAction = Self.first(of: moments, at: \.actions)
    byStage = Self.first(of: moments, at: \.stages)
  }

  private static func first(
    of moments: [ClockMoment: FlowMoments], at names: KeyPath<FlowMoments, Set<String>>
  ) -> [String: ClockMoment] {
    ClockMoment.allCases.reduce(into: [:]) { found, moment in
      for name in moments[moment]?[keyPath: names] ?? [] where found[name] == nil {
        found[name] = moment
      }
    }
  }

  /// How long it runs for a case of this item; nil where nothing says so.
  package func limit(for item: Item?) -> TimeLimit? {
    itemClock.flatMap { name in item?.clocks.first { $0.name == name }?.limit } ?? limit
  }

  /// What a step does to it; nil where it does nothing.
  package func moment(action: String, entering stage: String?) -> ClockMoment? {
    guard let entered = stage.flatMap({ byStage[$0] }) else { return byAction[action] }
    guard let acted = byAction[action] else { return entered }
    return ClockMoment.allCases.first { $0 == acted || $0 == entered }
  }
}

/// What may happen to a clock, in the order in which it is asked.
package enum ClockMoment: String, CaseIterable, Sendable {
  /// The run is forgotten: it was somebody else's after all.
  case drops
  /// A new run begins, whatever was before.
  case starts
  case pauses, resumes, stops
  /// A stopped run goes on as though it had never been stopped.
  case continues
}

/// When something happens: at these actions, and on coming to these stages.
package struct FlowMoments: Equatable, Sendable {
  package let actions: Set<String>
  package let stages: Set<String>

  package init(actions: Set<String>, stages: Set<String>) {
    self.actions = actions
    self.stages = stages
  }
}

/// A reason that an action may be given (原因).
package struct FlowReason: Equatable, Sendable {
  package let code: String
  package let name: String

  package init(code: String, name: String) {
    self.code = code
    self.name = name
  }
}

/// One line of an action's form (表单).
package struct FlowField: Equatable, Sendable {
  package let code: String
  package let name: String
  /// The answers that there are; empty = any text.
  package let choices: [String]
  package let isRequired: Bool
  /// What choices say of the result in a reporter's name, by choice; a choice that is not here says
  /// nothing.
  package var says: [String: JudgementWord] = [:]

  package init(code: String, name: String, choices: [String], isRequired: Bool) {
    self.code = code
    self.name = name
    self.choices = choices
    self.isRequired = isRequired
  }
}

/// What an answer of a form says in a reporter's name, as his own page would.
package enum JudgementWord: String, CaseIterable, Sendable {
  case solved, unsolved, satisfied, fairly, dissatisfied

  /// nil where it speaks of content.
  package var isSolved: Bool? {
    switch self {
    case .solved: true
    case .unsolved: false
    case .satisfied, .fairly, .dissatisfied: nil
    }
  }

  /// nil where it speaks of the result.
  package var satisfaction: Satisfaction? { Satisfaction(rawValue: rawValue) }
}

extension FlowClock {
  /// The clock of a flow that names none.
  static func handling(along edges: [FlowEdge]) -> FlowClock {
    func actions(_ effect: FlowEffect) -> FlowMoments {
      FlowMoments(
        actions: Set(edges.filter { $0.effects.contains(effect) }.map(\.action)), stages: [])
    }
    return FlowClock(
      code: "handle", name: "",
      moments: [
        .drops: actions(.giveBack), .starts: actions(.dispatch), .stops: actions(.report),
        .continues: actions(.rework),
      ], itemClock: "handle", limit: nil, pauseMax: nil, extensionMax: nil, yellowPercent: 50,
      redPercent: 80, isDeadline: true)
  }
}

package import City
package import Pack

/// Moves a running case to another version of its flow (流程换版): pure, from the flow's table.
package enum FlowMigration {
  /// What the step is called; it is of every flow.
  package static let action = "migrate"

  /// Why a case stays with the version that it has.
  package enum Refusal: Error, Equatable {
    /// A closed case is history.
    case closed
    /// It follows another flow or version than the one to be replaced.
    case otherFlow(FlowReference)
    /// The new version says nothing of the old one.
    case notReplaced(FlowReference)
    /// The new version has no stage, or only a final one, for where the case stands.
    case noCounterpart(stage: String)
    /// An extension was asked for, and nobody could decide it there.
    case extensionAsked(stage: String)
    /// Units have parts of the case, and could not end them there.
    case openParts(stage: String)

    /// Clients switch on this. Once released it never changes.
    package var code: String {
      switch self {
      case .closed: "migration.closed"
      case .otherFlow: "migration.other_flow"
      case .notReplaced: "migration.not_replaced"
      case .noCounterpart: "migration.no_counterpart"
      case .extensionAsked: "migration.extension_asked"
      case .openParts: "migration.open_parts"
      }
    }

    /// The stage that it is about; nil where it is about none.
    package var stage: String? {
      switch self {
      case .noCounterpart(let stage), .extensionAsked(let stage), .openParts(let stage): stage
      case .closed, .otherFlow, .notReplaced: nil
      }
    }
  }

  /// What is known of a case when it shall move.
  package struct Standing: Sendable {
    package let `case`: Case
    /// The order that the case's state names; nil where it names none.
    package let order: WorkOrder?
    package let hasOpenParts: Bool
    package let item: Item?

    package init(case: Case, order: WorkOrder?, hasOpenParts: Bool, item: Item?) {
      self.case = `case`
      self.order = order
      self.hasOpenParts = hasOpenParts
      self.item = item
    }
  }

  /// What moving changes; written whole or not at all.
  package struct Outcome: Equatable, Sendable {
    package let `case`: Case
    package let step: Step
    /// The case's order, where its deadline moved.
    package let order: WorkOrder?
  }

  /// Where a case would come to stand.
  package static func stage(
    of standing: Standing, from version: Int, to flow: Flow
  ) throws(Refusal) -> String {
    let state = standing.case.state
    let current = standing.case.flow
    if state.closedAt != nil { throw .closed }
    guard current == FlowReference(code: flow.code, version: version) else {
      throw .otherFlow(current)
    }
    guard let replacement = flow.replaces.first(where: { $0.version == version }) else {
      throw .notReplaced(current)
    }
    let stage = replacement.stages[state.stage] ?? state.stage
    guard flow.stages.contains(where: { $0.code == stage && !$0.isFinal }) else {
      throw .noCounterpart(stage: state.stage)
    }
    func offers(_ effect: FlowEffect) -> Bool {
      flow.edges(from: stage).contains { $0.effects.contains(effect) }
    }
    if state.asked != nil, !offers(.grantExtension) { throw .extensionAsked(stage: stage) }
    if standing.hasOpenParts, !offers(.finishPart) { throw .openParts(stage: stage) }
    return stage
  }

  /// Moves one case; its clocks go on by the rule's flow.
  /// - Parameter actor: who does it, in the case's history.
  package static func decide(
    _ standing: Standing, from version: Int, by rule: ClockRule, actor: StepActor, note: String,
    at moment: Instant
  ) throws(Refusal) -> Outcome {
    let stage = try stage(of: standing, from: version, to: rule.flow)
    let before = standing.case.state
    let at = max(moment, before.since)
    var state = before
    state.flow = FlowReference(code: rule.flow.code, version: rule.flow.version)
    state.stage = stage
    state.clocks = rule.clocks(
      rule.clocks(of: before, order: standing.order), comingTo: stage, at: at,
      unit: before.unit.innermost, item: standing.item)
    state.due = rule.flow.deadlineClock.flatMap { deadline in
      state.clocks.first { $0.name == deadline.code }?.due
    }
    state.version += 1
    state.since = at
    var step = Step(
      case: standing.case.id, sequence: before.version, action: action, from: before.stage,
      to: stage, at: at, staff: actor.staff, unit: actor.unit, note: note, evidence: [],
      tookMilliseconds: at.millisecondsSince(before.since))
    step.flow = state.flow
    let order = standing.order.flatMap { order in
      order.endedAt == nil && order.due != state.due ? order.due(by: state.due) : nil
    }
    return Outcome(case: standing.case.moved(to: state), step: step, order: order)
  }
}

extension WorkOrder {
  /// The same order with another deadline.
  package func due(by due: Instant?) -> WorkOrder {
    var order = WorkOrder(
      id: id, case: `case`, unit: unit, staff: staff, state: state, openedAt: openedAt, due: due,
      acceptedAt: acceptedAt, reportedAt: reportedAt, endedAt: endedAt)
    order.parent = parent
    return order
  }
}

import City
import Evaluating
import Handling
import Pack
import Ports

/// What a reporter said when he was called back, as the form of the step has it, becomes his
/// judgement when the case is closed: it counts as if he had given it on his own page.
struct CallBackJudging {
  /// Reports of one problem, and newest steps of a case, that are looked at.
  static let signalsMax = 500
  static let stepsMax = 500

  let engine: Engine

  /// What closing a case adds; nothing where nobody was called back, where he said too little, or
  /// where he judged before.
  func judgement(
    closing outcome: StepOutcome, of before: Case
  ) async throws(StoreFault) -> (judgement: Judgement, score: ScoreChange?)? {
    let after = outcome.case
    guard before.state.closedAt == nil, after.state.closedAt != nil,
      let flow = engine.catalogue.flow(after.flow)
    else { return nil }
    let fields = flow.speakingFields
    guard !fields.isEmpty else { return nil }
    let steps = try await engine.store.steps(
      of: before.id, from: max(0, outcome.step.sequence - Self.stepsMax), limit: Self.stepsMax)
    guard let said = Self.said(steps + [outcome.step], fields) else { return nil }
    let judged = try await engine.store.judgements(of: before.id)
    let signals = try await engine.store.signals(
      of: before.filing.event, limit: Self.signalsMax
    ).filter(\.channel.isOfPeople)
    let named = signals.first { $0.reporter != nil && $0.reporter == before.filing.reporter }
    guard let report = named ?? signals.first, !judged.contains(where: { $0.signal == report.id })
    else { return nil }
    let judgement = Judgement(
      signal: report.id, case: before.id, at: said.step.at, staff: said.step.staff,
      contacted: nil, solved: said.solved, satisfaction: said.satisfaction, words: "")
    return (
      judgement,
      ScoreRule.change(
        judgement, of: after.state, offsetMinutes: engine.settings.offsetMinutes)
    )
  }

  /// The newest call; whoever was not reached then said nothing, whatever he said before.
  private static func said(
    _ steps: [Step], _ fields: [String: [FlowField]]
  ) -> (step: Step, solved: Bool, satisfaction: Satisfaction)? {
    guard let step = steps.last(where: { fields[$0.action] != nil }) else { return nil }
    let words = (fields[step.action] ?? []).compactMap { field in
      step.answers[field.code].flatMap { field.says[$0] }
    }
    guard let solved = words.compactMap(\.isSolved).first,
      let satisfaction = words.compactMap(\.satisfaction).first
    else { return nil }
    return (step, solved, satisfaction)
  }
}

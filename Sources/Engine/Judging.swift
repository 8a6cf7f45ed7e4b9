package import City
import Evaluating
package import Ports

/// What a reporter says, in the words of whoever sends it.
package struct JudgementDraft: Sendable {
  package var contacted: Bool?
  package var solved: Bool
  package var satisfaction: Satisfaction
  package var words = ""

  package init(solved: Bool, satisfaction: Satisfaction) {
    self.solved = solved
    self.satisfaction = satisfaction
  }
}

/// Why a judgement was not taken.
package enum JudgingFault: Error, Equatable {
  case unknownCase
  /// No report of this case.
  case unknownReport
  /// Nothing to judge yet.
  case notClosed
  /// This report was judged before; what was said first stands.
  case given
  case words(max: Int)
  case store(StoreFault)

  package var code: String {
    switch self {
    case .unknownCase: "case.unknown"
    case .unknownReport: "judgement.no_report"
    case .notClosed: "judgement.not_closed"
    case .given: "judgement.given"
    case .words: "judgement.words"
    case .store(let fault): fault.code
    }
  }
}

/// Takes what reporters say of closed cases, into journal and scores.
package struct Judging: Sendable {
  let engine: Engine

  package init(engine: Engine) {
    self.engine = engine
  }

  /// Keeps the judgement of one report.
  ///
  /// - Parameters:
  ///   - staff: who asked the reporter; nil = he said so by himself.
  ///   - moment: when he said so; nil = now.
  package func take(
    _ draft: JudgementDraft, of report: ID<Signal>, on id: ID<Case>, staff: ID<Staff>?,
    by actor: Actor, request: String, at moment: Instant?
  ) async throws(JudgingFault) -> Judgement {
    guard draft.words.count <= Judgement.wordsMax else { throw .words(max: Judgement.wordsMax) }
    guard let found = try await ask({ store throws(StoreFault) in try await store.load(id) }) else {
      throw .unknownCase
    }
    guard found.state.closedAt != nil else { throw .notClosed }
    let signal = try await ask { store throws(StoreFault) in try await store.load(report) }
    guard let signal, signal.event == found.filing.event else { throw .unknownReport }
    let words = try await ask { _ throws(StoreFault) in
      try await PersonalNote(engine: engine).masked(draft.words, of: signal.reporter)
    }
    let judgement = Judgement(
      signal: report, case: id, at: moment ?? engine.time.now, staff: staff,
      contacted: draft.contacted,
      solved: draft.solved, satisfaction: draft.satisfaction, words: words)
    let score = ScoreRule.change(
      judgement, of: found.state, offsetMinutes: engine.settings.offsetMinutes)
    let changes = ChangeSet(
      kind: "case.judged", at: judgement.at, actor: actor,
      subject: SubjectReference(kind: "case", id: id.rawValue), request: request,
      conditions: [.judgementAbsent(report)],
      facts: [.judgement(judgement)] + (score.map { [.score($0)] } ?? []))
    _ = try await ask { store throws(StoreFault) in try await store.commit(changes) }
    return judgement
  }

  private func ask<Answer>(
    _ question: (any Store) async throws(StoreFault) -> Answer
  ) async throws(JudgingFault) -> Answer {
    do throws(StoreFault) {
      return try await question(engine.store)
    } catch {
      if case .conflict(.judgementAbsent) = error { throw .given }
      throw .store(error)
    }
  }
}

import City
import Language
import Pack
import Ports

/// What entries of the journal mean to the systems that tickets came from.
struct ExchangeReporting {
  /// The name of its notices among templates.
  static let template = "exchange"
  /// Reports of one case that are looked at, and steps for the newest reply.
  static let signalsMax = 500
  static let stepsMax = 500

  let engine: Engine
  let exchanging: any TicketExchanging

  /// - Returns: what is owed, in the order of the entries.
  func notices(of entries: [JournalEntry]) async throws(StoreFault) -> [Notice] {
    let told = exchanging.terms.filter { $0.reports != nil }
    guard !told.isEmpty else { return [] }
    let stages = Set(told.flatMap { $0.reports?.stages ?? [] })
    var notices: [Notice] = []
    for entry in entries {
      for case .step(let step) in entry.facts where step.from != step.to && stages.contains(step.to)
      {
        // History is told by the other side, not to it.
        let moved = entry.facts.contains {
          if case .caseMoved(step.case, _) = $0 { true } else { false }
        }
        if moved { notices += try await self.notices(of: step, told) }
      }
    }
    return notices
  }

  private func notices(
    of step: Step, _ told: [ExchangeTerms]
  ) async throws(StoreFault) -> [Notice] {
    guard let found = try await engine.store.load(step.case) else { return [] }
    let signals = try await engine.store.signals(of: found.filing.event, limit: Self.signalsMax)
    var notices: [Notice] = []
    var steps: [Step]?
    var judgements: [Judgement]?
    for terms in told where terms.reports?.stages.contains(step.to) == true {
      for signal in signals where signal.channel == terms.channel {
        guard signal.externalID.hasPrefix(terms.profile + ":") else { continue }
        if steps == nil {
          steps = try await engine.store.steps(
            of: step.case, from: max(0, step.sequence - Self.stepsMax), limit: Self.stepsMax + 1)
        }
        if judgements == nil {
          judgements = try await engine.store.judgements(of: step.case)
        }
        var report = TicketReport(
          ticket: String(signal.externalID.dropFirst(terms.profile.count + 1)),
          number: found.filing.number.text, stage: step.to, at: step.at)
        report.unit = step.unit.innermost.flatMap { engine.directory.units[$0]?.name } ?? ""
        report.reply = engine.rooms.masked(reply(steps ?? [], until: step, terms))
        report.verdict = isClosing(step, found) ? found.state.verdict : nil
        report.judgement = judgements?.first { $0.signal == signal.id }
        notices.append(notice(report, terms, found))
      }
    }
    return notices
  }

  /// Whether the case was closed by this step.
  private func isClosing(_ step: Step, _ found: Case) -> Bool {
    let stage = engine.catalogue.flow(found.flow)?.stages.first { $0.code == step.to }
    return stage?.isFinal == true
  }

  /// The newest words that answer the citizen; empty where there are none yet.
  private func reply(_ steps: [Step], until last: Step, _ terms: ExchangeTerms) -> String {
    for step in steps.reversed() where step.sequence <= last.sequence {
      for place in terms.reports?.replies ?? [] where place.action == step.action {
        let words = place.field.map { step.answers[$0] ?? "" } ?? step.note
        if !words.isEmpty { return words }
      }
    }
    return ""
  }

  private func notice(_ report: TicketReport, _ terms: ExchangeTerms, _ found: Case) -> Notice {
    let now = engine.time.now
    return Notice(
      id: engine.newID(), template: Self.template, channel: terms.code, staff: nil,
      case: found.id, title: String("\(report.ticket) \(report.stage)".prefix(Notice.titleMax)),
      text: String(exchanging.body(of: report, for: terms.code).prefix(Notice.reportMax)),
      link: "/case/" + report.number, at: now, state: .waiting, next: now)
  }
}

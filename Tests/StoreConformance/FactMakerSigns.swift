import City
import Ports

// Scores, early warnings, frozen scores, appeals, views and reports of tasks.
extension FactMaker {
  mutating func sign(_ index: Int) -> Fact {
    switch index {
    case 33: .warning(earlyWarning())
    case 34:
      .period(
        EvaluationPeriod(
          id: id(), formula: text(), from: instant(), to: instant(), frozenAt: instant(),
          staff: optional { $0.id() }, sequence: long(),
          lines: (0..<source.number(0...3)).map { _ in line() }))
    case 35: .appeal(appeal())
    case 36:
      .view(
        SavedView(
          id: id(), staff: id(), name: text(), question: text(), isShared: flag(),
          isRemoved: flag(), at: instant()))
    default:
      .taskReport(
        TaskReport(
          id: id(), goal: text(), milestone: optional { $0.text() },
          value: optional { $0.amount() }, note: text(), proof: files(), at: instant(),
          staff: optional { $0.id() }))
    }
  }

  private mutating func earlyWarning() -> Warning {
    var state = WarningState(
      grade: source.pick(Grade.allCases), from: instant(), to: instant(), why: text(),
      measures: texts(),
      changes: (0..<source.number(0...3)).map { _ in
        WarningChange(
          kind: source.pick(WarningChange.Kind.allCases), grade: source.pick(Grade.allCases),
          at: instant(), staff: optional { $0.id() }, why: text())
      })
    state.signals = (0..<source.number(0...3)).map { _ in id() }
    state.messages = texts()
    state.liftedAt = optional { $0.instant() }
    state.version = integer()
    return Warning(
      id: id(), key: text(), kind: optional { $0.text() }, title: text(), area: areaPath(),
      issuedAt: instant(), source: source.pick(Warning.Source.allCases),
      cause: optional { $0.id() }, sender: text(), state: state)
  }

  private mutating func line() -> FrozenLine {
    FrozenLine(
      key: text(), name: text(), points: optional { $0.amount() },
      adjusted: optional { $0.amount() },
      parts: (0..<source.number(0...2)).map { _ in
        FrozenPart(
          code: text(), count: amount(), per: amount(), rate: optional { $0.amount() },
          points: optional { $0.amount() })
      })
  }

  private mutating func appeal() -> Appeal {
    var appeal = Appeal(
      id: id(), period: id(), key: text(), case: id(), reason: text(), at: instant(), staff: id())
    appeal.state = source.pick(Appeal.State.allCases)
    appeal.decidedAt = optional { $0.instant() }
    appeal.decidedBy = optional { $0.id() }
    appeal.answer = text()
    appeal.corrected = optional { $0.line() }
    appeal.version = integer()
    return appeal
  }

  private mutating func amount() -> Double {
    source.pick([0, 1, -1.5, 0.1, 1e-12, 1e15, Double.random(in: -1e6...1e6, using: &source)])
  }

  mutating func score() -> ScoreChange {
    var counts = ScoreCounts()
    counts.dispatched = integer()
    counts.closed = integer()
    counts.closedInTime = integer()
    counts.reworks = integer()
    counts.returns = integer()
    counts.notConfirmed = integer()
    counts.judged = integer()
    counts.content = integer()
    counts.solved = integer()
    counts.handlingMilliseconds = long()
    counts.weight = long()
    counts.weightInTime = long()
    return ScoreChange(
      key: ScoreKey(
        unit: id(), street: optional { $0.id() }, item: optional { $0.text() }, month: integer()),
      counts: counts)
  }
}

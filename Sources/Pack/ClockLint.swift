import City

extension PackLint {
  /// The clocks of a flow; a flow that names none has handling alone, and nothing to check.
  mutating func checkClocks(_ index: Int) {
    let flow = pack.flows[index]
    guard !flow.clocks.isEmpty else { return }
    let subject = PackSubject(.flows, index)
    let deadlines = flow.clocks.count(where: \.isDeadline)
    if deadlines != 1 {
      report(.clockDeadlines, subject, ["code": flow.code, "count": String(deadlines)])
    }
    var codes: Set<String> = []
    for (clockIndex, clock) in flow.clocks.enumerated() {
      let subject = PackSubject(.flows, index, .clock, clockIndex)
      if !codes.insert(clock.code).inserted {
        report(.codeTwice, subject, ["what": "clock", "code": clock.code])
      }
      checkMoments(of: clock, flow, subject)
      if clock.yellowPercent >= clock.redPercent {
        report(.clockShares, subject, ["code": clock.code])
      }
      let isPaused = clock.moments[.pauses] != nil
      if isPaused != (clock.pauseMax != nil) || isPaused != (clock.moments[.resumes] != nil) {
        report(.clockPause, subject, ["code": clock.code])
      }
    }
    checkCover(index)
  }

  private mutating func checkMoments(
    of clock: FlowClock, _ flow: Flow, _ subject: PackSubject
  ) {
    let actions = Set(flow.edges.map(\.action))
    let stages = Set(flow.stages.map(\.code))
    for moment in ClockMoment.allCases {
      guard let when = clock.moments[moment] else { continue }
      let strangers = when.actions.subtracting(actions).union(when.stages.subtracting(stages))
      for stranger in strangers.sorted() {
        report(
          .clockMoment, subject,
          ["code": clock.code, "moment": moment.rawValue, "value": stranger])
      }
    }
  }

  /// However a case came to a stage, a clock must run there. A paused clock runs too: its pause
  /// ends by itself.
  private mutating func checkCover(_ index: Int) {
    let flow = pack.flows[index]
    let finals = Set(flow.stages.filter(\.isFinal).map(\.code))
    let start = FlowCover(
      stage: flow.start,
      running: Set(
        flow.clocks.filter { $0.moments[.starts]?.stages.contains(flow.start) ?? false }
          .map(\.code)))
    var seen: Set<FlowCover> = [start]
    var waiting = [start]
    var bare: Set<String> = []
    while let cover = waiting.popLast() {
      if cover.running.isEmpty, !finals.contains(cover.stage) { bare.insert(cover.stage) }
      for edge in flow.edges(from: cover.stage) {
        let next = cover.after(edge, flow.clocks)
        if seen.insert(next).inserted { waiting.append(next) }
      }
    }
    for (stageIndex, stage) in flow.stages.enumerated() where bare.contains(stage.code) {
      report(
        .stageNoClock, PackSubject(.flows, index, .stage, stageIndex), ["stage": stage.code])
    }
  }
}

/// A stage with the clocks that run there.
private struct FlowCover: Hashable {
  let stage: String
  let running: Set<String>

  func after(_ edge: FlowEdge, _ clocks: [FlowClock]) -> FlowCover {
    var running = running
    let closes = edge.effects.contains { if case .close = $0 { true } else { false } }
    for clock in clocks {
      switch clock.moment(action: edge.action, entering: edge.from == edge.to ? nil : edge.to) {
      case .starts, .continues: running.insert(clock.code)
      case .stops, .drops: running.remove(clock.code)
      case .pauses, .resumes, nil: break
      }
    }
    return FlowCover(stage: edge.to, running: closes ? [] : running)
  }
}

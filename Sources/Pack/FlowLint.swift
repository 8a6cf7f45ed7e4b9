import City

extension PackLint {
  mutating func checkFlows() {
    for index in pack.flows.indices {
      checkStages(index)
      checkEdges(index)
      checkWays(index)
      checkClocks(index)
      checkReplacements(index)
      checkMachine(index)
      checkHandOver(index)
    }
  }

  /// What the engine takes by itself says so in words, and is what it looks for.
  private mutating func checkMachine(_ index: Int) {
    for (edgeIndex, edge) in pack.flows[index].edges.enumerated() {
      let subject = PackSubject(.flows, index, .edge, edgeIndex)
      func refuse(_ needs: String) {
        report(.edgeMachine, subject, ["action": edge.action, "needs": needs])
      }
      if edge.guards.contains(.sensorClear) != (edge.machine == .sensorClear) {
        refuse("the guard sensorClear")
      }
      if edge.machine == .nearestChecker, !edge.effects.contains(.assignChecker) {
        refuse("the effect assignChecker")
      }
      if edge.words.isEmpty != (edge.machine == nil) {
        refuse("words")
      }
      for name in Placeholders.names(in: edge.words)
      where !(edge.machine?.placeholders.contains(name) ?? false) {
        report(.referenceUnknown, subject, ["what": "placeholder", "code": name])
      }
    }
  }

  private mutating func checkHandOver(_ index: Int) {
    let flow = pack.flows[index]
    guard let rule = flow.handsOver else { return }
    let subject = PackSubject(.flows, index)
    let stages = Set(flow.stages.filter { !$0.isFinal }.map(\.code))
    for stage in rule.stages.sorted() {
      require(stage, in: stages, "stage in which work goes on", subject)
    }
    for name in Placeholders.names(in: rule.words)
    where !FlowHandOver.placeholders.contains(name) {
      report(.referenceUnknown, subject, ["what": "placeholder", "code": name])
    }
  }

  /// What is moved comes from an earlier version, once each, and to stages in which work goes on.
  private mutating func checkReplacements(_ index: Int) {
    let flow = pack.flows[index]
    let subject = PackSubject(.flows, index)
    let stages = Set(flow.stages.filter { !$0.isFinal }.map(\.code))
    var versions: Set<Int> = []
    for replacement in flow.replaces {
      let version = String(replacement.version)
      if replacement.version >= flow.version {
        report(.flowReplaces, subject, ["code": flow.code, "version": version])
      }
      if !versions.insert(replacement.version).inserted {
        report(.codeTwice, subject, ["what": "replaced version", "code": version])
      }
      for stage in Set(replacement.stages.values).sorted() {
        require(stage, in: stages, "stage in which work goes on", subject)
      }
    }
  }

  private mutating func checkStages(_ index: Int) {
    let flow = pack.flows[index]
    let subject = PackSubject(.flows, index)
    var codes: Set<String> = []
    for (stageIndex, stage) in flow.stages.enumerated()
    where !codes.insert(stage.code).inserted {
      report(
        .codeTwice, PackSubject(.flows, index, .stage, stageIndex),
        ["what": "stage", "code": stage.code])
    }
    require(flow.start, in: codes, "stage", subject)
    if !flow.stages.contains(where: \.isFinal) {
      report(.flowNoFinal, subject, ["code": flow.code])
    }
    if !flow.edges.contains(where: { $0.effects.contains(.dispatch) }) {
      report(.flowNoDispatch, subject, ["code": flow.code])
    }
  }

  private mutating func checkEdges(_ index: Int) {
    let flow = pack.flows[index]
    let stages = Set(flow.stages.map(\.code))
    let finals = Set(flow.stages.filter(\.isFinal).map(\.code))
    var pairs: Set<[String]> = []
    for (edgeIndex, edge) in flow.edges.enumerated() {
      let subject = PackSubject(.flows, index, .edge, edgeIndex)
      let facts = ["action": edge.action, "stage": edge.from]
      require(edge.from, in: stages, "stage", subject)
      require(edge.to, in: stages, "stage", subject)
      let reopens = edge.effects.contains(.reopen)
      if finals.contains(edge.from), !reopens { report(.stageFinalLeft, subject, facts) }
      if reopens, !finals.contains(edge.from) {
        report(.edgeReopens, subject, facts)
      }
      if edge.posts.isEmpty { report(.edgeNobody, subject, facts) }
      if !pairs.insert([edge.from, edge.action]).inserted {
        report(.edgeTwice, subject, facts)
      }
      for code in edge.posts.sorted() {
        guard let post = known.posts[code] else {
          report(.referenceUnknown, subject, ["what": "post", "code": code])
          continue
        }
        if !post.permissions.contains(.handle) {
          report(.edgePostCannotHandle, subject, ["post": code, "action": edge.action])
        }
      }
      let closes = edge.effects.contains { if case .close = $0 { true } else { false } }
      if stages.contains(edge.to), closes != finals.contains(edge.to), !reopens || closes {
        report(.edgeCloses, subject, facts)
      }
    }
  }

  /// Every stage must lie on a way from the start to an end.
  private mutating func checkWays(_ index: Int) {
    let flow = pack.flows[index]
    let forward = flow.edges.map { ($0.from, $0.to) }
    let reached = Self.closure(of: [flow.start], along: forward)
    let finals = flow.stages.filter(\.isFinal).map(\.code)
    let ending = Self.closure(of: finals, along: forward.map { ($1, $0) })
    for (stageIndex, stage) in flow.stages.enumerated() {
      let subject = PackSubject(.flows, index, .stage, stageIndex)
      let facts = ["stage": stage.code]
      if !reached.contains(stage.code) { report(.stageUnreachable, subject, facts) }
      if stage.isFinal { continue }
      if flow.edges(from: stage.code).isEmpty {
        report(.stageDeadEnd, subject, facts)
      } else if !finals.isEmpty, !ending.contains(stage.code) {
        report(.stageNoWayOut, subject, facts)
      }
    }
  }

  private static func closure(
    of start: [String], along edges: [(from: String, to: String)]
  ) -> Set<String> {
    var reached = Set(start)
    var waiting = start
    while let stage = waiting.popLast() {
      for edge in edges where edge.from == stage && reached.insert(edge.to).inserted {
        waiting.append(edge.to)
      }
    }
    return reached
  }
}

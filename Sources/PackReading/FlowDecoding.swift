import City
import Pack

extension PackDecoder {
  mutating func decodeFlow(_ node: Node) {
    let keys = [
      "code", "version", "name", "start", "stages", "edges", "clocks", "replaces",
      "handsOver",
    ]
    guard let table = TableReader(node, "flow", keys: keys, list) else { return }
    let index = draft.flows.count
    var stages: [FlowStage] = []
    for stageNode in table.requiredNodes("stages") {
      guard let stage = decodeStage(stageNode) else { continue }
      draft.places[PackSubject(.flows, index, .stage, stages.count)] = stageNode.place
      stages.append(stage)
    }
    var edges: [FlowEdge] = []
    for edgeNode in table.requiredNodes("edges") {
      guard let edge = decodeEdge(edgeNode) else { continue }
      draft.places[PackSubject(.flows, index, .edge, edges.count)] = edgeNode.place
      edges.append(edge)
    }
    let clocks = decodeFlowClocks(table, flow: index)
    let version = table.number("version", PackLimits.versionRange)
    guard let code = table.code("code"), let name = table.text("name"),
      let start = table.code("start"), let version
    else { return }
    draft.places[PackSubject(.flows, index)] = node.place
    var flow = Flow(
      code: code, version: version, name: name, stages: stages, start: start, edges: edges,
      clocks: clocks)
    flow.replaces = table.nodes("replaces").compactMap(decodeReplacement)
    flow.handsOver = table.optional("handsOver").flatMap(decodeHandOver)
    draft.flows.append(flow)
  }

  private func decodeHandOver(_ node: Node) -> FlowHandOver? {
    let keys = ["stages", "words", "why"]
    guard let table = TableReader(node, "hand-over", keys: keys, list) else { return nil }
    _ = table.required("stages")
    let stages = Set(table.codes("stages"))
    let words = table.text("words", max: PackLimits.nameMax)
    guard let words, let why = table.text("why", max: PackLimits.sentenceMax) else { return nil }
    return FlowHandOver(stages: stages, words: words, why: why)
  }

  private func decodeReplacement(_ node: Node) -> FlowReplacement? {
    let keys = ["version", "stages", "why"]
    guard let table = TableReader(node, "replacement", keys: keys, list) else { return nil }
    var stages: [String: String] = [:]
    for stageNode in table.nodes("stages") {
      guard let line = TableReader(stageNode, "stage", keys: ["from", "to"], list) else { continue }
      guard let from = line.code("from"), let to = line.code("to") else { continue }
      stages[from] = to
    }
    let version = table.number("version", PackLimits.versionRange)
    guard let version, let why = table.text("why", max: PackLimits.sentenceMax) else { return nil }
    return FlowReplacement(version: version, stages: stages, why: why)
  }

  private func decodeStage(_ node: Node) -> FlowStage? {
    let keys = ["code", "name", "isFinal"]
    guard let table = TableReader(node, "stage", keys: keys, list) else { return nil }
    let isFinal = table.flag("isFinal", standard: false)
    guard let code = table.code("code"), let name = table.text("name"), let isFinal else {
      return nil
    }
    return FlowStage(code: code, name: name, isFinal: isFinal)
  }

  private func decodeEdge(_ node: Node) -> FlowEdge? {
    let keys = [
      "action", "name", "from", "to", "posts", "requires", "requiresItemEvidence", "guards",
      "effects", "why", "reasons", "timesMax", "within", "form",
      "mark", "machine", "words", "onSpot",
    ]
    guard let table = TableReader(node, "edge", keys: keys, list) else { return nil }
    let requires = table.words("requires", Requirement.self)
    let itemEvidence = table.flag("requiresItemEvidence", standard: false)
    let guards = table.words("guards", FlowGuard.self)
    let effects = table.nodes("effects").compactMap(decodeEffect)
    let posts = table.codes("posts")
    let why = table.text("why", max: PackLimits.sentenceMax)
    let reasons = decodeReasons(table)
    let timesMax = table.optional("timesMax").map {
      table.number(of: $0, "timesMax", PackLimits.timesRange)
    }
    let within = table.optional("within").flatMap { decodeLimit($0, "within") }
    let machine = table.optional("machine").flatMap {
      table.word(of: $0, "machine", FlowMachine.self)
    }
    let onSpot = table.flag("onSpot", standard: false)
    guard let action = table.code("action"), let name = table.text("name"),
      let from = table.code("from"), let to = table.code("to"), let itemEvidence, let why,
      let onSpot
    else { return nil }
    var edge = FlowEdge(
      action: action, name: name, from: from, to: to, posts: Set(posts), requires: Set(requires),
      requiresItemEvidence: itemEvidence, guards: Set(guards), effects: effects, why: why)
    edge.reasons = reasons
    edge.timesMax = timesMax.flatMap(\.self)
    edge.within = within
    edge.form = decodeForm(table)
    if table.optional("mark") != nil { edge.mark = table.word("mark", CaseMark.self) }
    edge.machine = machine
    edge.words = table.optional("words") == nil ? "" : table.text("words") ?? ""
    edge.onSpot = onSpot
    return edge
  }

  /// The effects that stand alone; `close` brings its verdict.
  private static let effects: [(word: String, effect: FlowEffect)] = [
    ("dispatch", .dispatch), ("accept", .accept), ("assign", .assign), ("report", .report),
    ("rework", .rework), ("giveBack", .giveBack), ("reclassify", .reclassify),
    ("askExtension", .askExtension), ("grantExtension", .grantExtension),
    ("refuseExtension", .refuseExtension), ("reopen", .reopen), ("split", .split),
    ("finishPart", .finishPart), ("disputePart", .disputePart), ("upholdPart", .upholdPart),
    ("releasePart", .releasePart), ("takeBack", .takeBack), ("passUp", .passUp),
    ("vouch", .vouch), ("call", .call), ("assignChecker", .assignChecker),
  ]

  private func decodeEffect(_ node: Node) -> FlowEffect? {
    if case .table = node.content {
      guard let table = TableReader(node, "effect", keys: ["close"], list) else { return nil }
      return table.word("close", ClosingVerdict.self).map { .close($0.verdict) }
    }
    guard let table = TableReader(Node(.table([]), at: node.place), "effect", keys: [], list),
      let text = table.text(of: node, "effects", max: PackLimits.sentenceMax)
    else { return nil }
    if let known = Self.effects.first(where: { $0.word == text }) { return known.effect }
    let allowed = Self.effects.map(\.word) + ["close: passed"]
    list.report(
      .valueNotAllowed, node.place,
      ["key": "effects", "value": text, "allowed": allowed.joined(separator: ", ")])
    return nil
  }
}

/// The verdicts that end a case.
enum ClosingVerdict: String, CaseIterable {
  case passed, notConfirmed, void

  var verdict: Verdict {
    switch self {
    case .passed: .passed
    case .notConfirmed: .notConfirmed
    case .void: .void
    }
  }
}

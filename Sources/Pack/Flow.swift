package import City

/// The table of stages and actions that a case follows (流程).
package struct Flow: Equatable, Sendable {
  package let code: String
  package let version: Int
  package let name: String
  package let stages: [FlowStage]
  /// The stage of a case just filed.
  package let start: String
  package let edges: [FlowEdge]
  /// The limits on its cases; empty = handling alone, as long as the item says.
  package let clocks: [FlowClock]
  /// Earlier versions whose running cases may be moved to this one.
  package var replaces: [FlowReplacement] = []
  /// What becomes of orders at the end of a shift; nil = they stay with whoever has them.
  package var handsOver: FlowHandOver?
  /// The clocks, or, of a flow that names none, the one that every flow has: handling, from the
  /// dispatch to the report, as long as the item says.
  package let runningClocks: [FlowClock]
  /// The clock that lists show and scores judge by; nil where none is marked.
  package let deadlineClock: FlowClock?
  /// The fields of a form that speak for the reporter, by action; only of forms that have some.
  package let speakingFields: [String: [FlowField]]
  private let leading: [String: [FlowEdge]]

  package init(
    code: String, version: Int, name: String, stages: [FlowStage], start: String,
    edges: [FlowEdge], clocks: [FlowClock] = []
  ) {
    self.code = code
    self.version = version
    self.name = name
    self.stages = stages
    self.start = start
    self.edges = edges
    self.clocks = clocks
    runningClocks = clocks.isEmpty ? [.handling(along: edges)] : clocks
    deadlineClock = runningClocks.first(where: \.isDeadline)
    leading = Dictionary(grouping: edges, by: \.from)
    var speakingFields: [String: [FlowField]] = [:]
    for edge in edges {
      let fields = edge.form.filter { !$0.says.isEmpty }
      if !fields.isEmpty { speakingFields[edge.action] = fields }
    }
    self.speakingFields = speakingFields
  }

  /// The edges that lead out of a stage, in the flow's order; empty where none does.
  package func edges(from stage: String) -> [FlowEdge] { leading[stage] ?? [] }
}

extension Flow {
  /// The edge by which a case ordinarily goes on from a stage, whoever may take it; nil where it
  /// ends.
  ///
  /// The first in the flow's order that leads to a later stage, sets nothing aside and needs no
  /// reason; from a stage that has none, as a suspension, the first that leads out of it.
  package func wayOn(from stage: String) -> FlowEdge? {
    guard let place = stages.firstIndex(where: { $0.code == stage }), !stages[place].isFinal
    else { return nil }
    let ways = edges(from: stage).filter { $0.to != stage }
    let later = Set(stages[(place + 1)...].map(\.code))
    return ways.first { later.contains($0.to) && !$0.setsAside && $0.reasons.isEmpty }
      ?? ways.first
  }
}

extension FlowEdge {
  /// Whether it closes a case as nothing that had to be done.
  fileprivate var setsAside: Bool {
    effects.contains(.close(.void)) || effects.contains(.close(.notConfirmed))
  }
}

extension Flow {
  /// Codes of the posts that check a case at a stage: they take what no handler may, and end nothing
  /// by it.
  package func checkPosts(at stage: String) -> Set<String> {
    edges.reduce(into: []) { posts, edge in
      let closes = edge.effects.contains { if case .close = $0 { true } else { false } }
      guard edge.from == stage, edge.guards.contains(.notHandler), !closes else { return }
      posts.formUnion(edge.posts)
    }
  }
}

/// Which orders go to the next on duty when a person's shift ends (交接班).
package struct FlowHandOver: Equatable, Sendable {
  /// Only orders of cases that stand in one of these.
  package let stages: Set<String>
  /// What the step says; `{from}` and `{to}` are filled in with names.
  package let words: String
  package let why: String

  /// What the words may name.
  package static let placeholders: Set<String> = ["from", "to"]

  package init(stages: Set<String>, words: String, why: String) {
    self.stages = stages
    self.words = words
    self.why = why
  }
}

/// Where the running cases of an earlier version come to stand (流程换版).
package struct FlowReplacement: Equatable, Sendable {
  /// The earlier version.
  package let version: Int
  /// By the earlier version's stages; a stage that is not named keeps its code.
  package let stages: [String: String]
  package let why: String

  package init(version: Int, stages: [String: String], why: String) {
    self.version = version
    self.stages = stages
    self.why = why
  }
}

/// Where a case may stand (环节).
package struct FlowStage: Equatable, Sendable {
  package let code: String
  package let name: String
  /// No action leads out of it.
  package let isFinal: Bool

  package init(code: String, name: String, isFinal: Bool) {
    self.code = code
    self.name = name
    self.isFinal = isFinal
  }
}

/// What leads from one stage to another, who may do it and what it takes.
package struct FlowEdge: Equatable, Sendable {
  package let action: String
  package let name: String
  package let from: String
  package let to: String
  package let posts: Set<String>
  package let requires: Set<Requirement>
  /// The item's own evidence is required besides.
  package let requiresItemEvidence: Bool
  package let guards: Set<FlowGuard>
  package let effects: [FlowEffect]
  package let why: String
  /// The step must name one of these; empty = it names none.
  package var reasons: [FlowReason] = []
  /// How often one case may take it; nil = as often as it comes there.
  package var timesMax: Int?
  /// What rates remember of a case that took it; nil = nothing.
  package var mark: CaseMark?
  /// What the step fills in.
  package var form: [FlowField] = []
  /// How long after coming to the stage it may still be taken; nil = for ever.
  package var within: TimeLimit?
  /// When the engine takes it by itself; nil = only people do.
  package var machine: FlowMachine?
  /// What the engine says when it takes it.
  package var words = ""
  /// Whoever takes it stands at the place of the case.
  package var onSpot = false

  package init(
    action: String, name: String, from: String, to: String, posts: Set<String>,
    requires: Set<Requirement>, requiresItemEvidence: Bool, guards: Set<FlowGuard>,
    effects: [FlowEffect], why: String
  ) {
    self.action = action
    self.name = name
    self.from = from
    self.to = to
    self.posts = posts
    self.requires = requires
    self.requiresItemEvidence = requiresItemEvidence
    self.guards = guards
    self.effects = effects
    self.why = why
  }
}

/// What rates remember of a case: somebody says that it is unreasonable or beyond duty (认定).
package enum CaseMark: String, CaseIterable, Sendable {
  /// Somebody said so.
  case doubted
  /// Another one looked, and it is.
  case upheld
}

/// What makes the engine take an edge by itself.
package enum FlowMachine: String, CaseIterable, Sendable {
  /// The sensors whose alarms the case speaks of have been clear for as long as the item says.
  case sensorClear
  /// Nobody is named to check the case, and somebody on duty could: the nearest.
  case nearestChecker

  /// What the edge's words may name.
  package var placeholders: Set<String> {
    switch self {
    case .sensorClear: ["rule", "device", "cleared"]
    case .nearestChecker: ["staff", "metres", "open"]
    }
  }
}

/// What a step must bring along.
package enum Requirement: String, CaseIterable, Sendable {
  case note, photo, document, unit, staff, item
  /// One of the groups that can be called.
  case group
  /// One of the edge's reasons.
  case reason
  /// By how much a deadline shall move.
  case limit
  /// The case's evidence answers its checklist; it goes with the order.
  case evidence
}

/// What must hold between the actor and the case.
package enum FlowGuard: String, CaseIterable, Sendable {
  /// The actor's unit is the case's unit, or lies above it.
  case ownUnit
  /// Whoever handled the case may not do this.
  case notHandler
  /// The actor's unit, or one below it, has an open part of the case.
  case partUnit
  /// No part of the case is open any more.
  case partsDone
  /// Only the engine, after the report, once the case's sensors stayed clear for long enough.
  case sensorClear
}

/// What a step does besides changing the stage.
package enum FlowEffect: Equatable, Sendable {
  /// Gives the case to the unit named in the step, opens its order and starts the handling clock.
  case dispatch
  case accept
  /// Names the person within the unit.
  case assign
  case report
  /// Sends the order back to its unit with the same deadline.
  case rework
  /// Takes the order back: the case waits for dispatch again.
  case giveBack
  case close(Verdict)
  /// Changes the item; the deadline follows.
  case reclassify
  /// Asks for a later deadline; the clock runs on until somebody decides.
  case askExtension
  /// Moves the deadline by what was asked for, or by what the step says.
  case grantExtension
  case refuseExtension
  /// Gives a part of the case to the unit named in the step (协办), as long as the step or the
  /// deadline says.
  case split
  /// Ends the part of the actor's unit.
  case finishPart
  /// Says that the part is not the unit's own.
  case disputePart
  /// The centre rules: the part of the unit named stays with it, or is taken back.
  case upholdPart, releasePart
  /// Takes up a closed case again: it waits for dispatch.
  case reopen
  /// Takes the case back from its unit, which did nothing wrong: it waits for dispatch again.
  case takeBack
  /// Gives the case to the unit above the one that has it; its clocks go on.
  case passUp
  /// Calls the group named in the step: each member unit gets a part, or is told.
  case call
  /// Names the person who shall check; never one who handled.
  case assignChecker
  /// Changes nothing: whoever takes it says so for himself, and may not be the one who checks it.
  case vouch
}

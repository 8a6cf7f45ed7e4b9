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
  /// What the step fills in.
  package var form: [FlowField] = []
  /// How long after coming to the stage it may still be taken; nil = for ever.
  package var within: TimeLimit?

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

/// What a step must bring along.
package enum Requirement: String, CaseIterable, Sendable {
  case note, photo, document, unit, staff, item
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
  /// Changes nothing: whoever takes it says so for himself, and may not be the one who checks it.
  case vouch
}

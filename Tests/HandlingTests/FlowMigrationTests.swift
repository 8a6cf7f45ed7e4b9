import City
import Pack
import Testing

@testable import Handling

/// Running cases that come to follow another version of their flow.
struct FlowMigrationTests {
  typealias Fixture = ClockFixture

  /// The second version: dispatched cases are called waiting, checking is gone, another clock runs.
  private static func second(_ replaces: [FlowReplacement] = replacement) -> Flow {
    let first = Fixture.flow
    func renamed(_ stage: String) -> String { stage == "dispatched" ? "waiting" : stage }
    let stages = first.stages.filter { $0.code != "checking" }.map {
      FlowStage(code: renamed($0.code), name: "", isFinal: $0.isFinal)
    }
    var edges = first.edges.filter { $0.from != "checking" && $0.to != "checking" }.map { edge in
      var moved = FlowEdge(
        action: edge.action, name: "", from: renamed(edge.from), to: renamed(edge.to),
        posts: edge.posts, requires: edge.requires, requiresItemEvidence: false,
        guards: edge.guards, effects: edge.effects, why: "")
      moved.reasons = edge.reasons
      return moved
    }
    edges.append(
      StepFixture.edge("finish", "handling", "closed", ["handler"], [.close(.passed)]))
    var clocks = first.clocks.filter { $0.code == "whole" || $0.code == "handle" }
    clocks.append(
      FlowClock(
        code: "pick-up", name: "",
        moments: [.starts: FlowMoments(actions: [], stages: ["waiting"])], itemClock: nil,
        limit: TimeLimit(amount: 1, measure: .workingHours), pauseMax: nil, extensionMax: nil,
        yellowPercent: 50, redPercent: 80, isDeadline: false))
    var flow = Flow(
      code: "standard", version: 2, name: "", stages: stages, start: "filed", edges: edges,
      clocks: clocks)
    flow.replaces = replaces
    return flow
  }

  private static let replacement = [
    FlowReplacement(version: 1, stages: ["dispatched": "waiting"], why: "")
  ]

  /// A case that took these actions, ten minutes apart.
  private static func file(_ actions: [String]) throws -> CaseFile {
    var file = Fixture.file(filedAt: StepFixture.begin)
    for (number, action) in actions.enumerated() {
      var request = StepFixture.request(
        action, at: Int64(number + 1) * 10, unit: StepFixture.drains)
      if action == "suspend" { request.reason = "weather" }
      if action == "ask" { request.limit = TimeLimit(amount: 1, measure: .workingDays) }
      try file.take(request, by: Fixture.actor(for: action))
    }
    return file
  }

  private static func rule(_ flow: Flow) -> ClockRule {
    ClockRule(flow: flow, time: CaseFile.time, hours: Fixture.hours)
  }

  private static func move(
    _ file: CaseFile, to flow: Flow = second(), hasOpenParts: Bool = false, from version: Int = 1
  ) throws(FlowMigration.Refusal) -> FlowMigration.Outcome {
    try FlowMigration.decide(
      FlowMigration.Standing(
        case: file.current, order: file.order, hasOpenParts: hasOpenParts, item: file.item),
      from: version, by: rule(flow), actor: Fixture.dispatcher, note: "换版",
      at: StepFixture.minute(120))
  }

  struct Row: Sendable, CustomTestStringConvertible {
    let actions: [String]
    let stage: String
    /// Clocks of the case afterwards.
    let clocks: [String]
    var testDescription: String { actions.joined(separator: ", ") }
  }

  @Test(
    "a case comes to the stage that the table names, and its clocks go on",
    arguments: [
      Row(actions: [], stage: "filed", clocks: ["whole"]),
      Row(actions: ["dispatch"], stage: "waiting", clocks: ["whole", "handle", "pick-up"]),
      Row(actions: ["dispatch", "accept"], stage: "handling", clocks: ["whole", "handle"]),
      Row(
        actions: ["dispatch", "accept", "suspend"], stage: "suspended",
        clocks: ["whole", "handle"]),
      Row(actions: ["dispatch", "accept", "ask"], stage: "handling", clocks: ["whole", "handle"]),
    ])
  func moves(_ row: Row) throws {
    let file = try Self.file(row.actions)
    let before = file.current.state
    let outcome = try Self.move(file)
    let after = outcome.case.state
    #expect(after.stage == row.stage)
    #expect(after.clocks.map(\.name) == row.clocks)
    #expect(outcome.case.flow == FlowReference(code: "standard", version: 2))
    #expect(outcome.case.filing.flow == FlowReference(code: "standard", version: 1))
    #expect(after.version == before.version + 1)
    #expect(after.due == before.due, "the deadline of the same clock is the same")
    #expect(after.asked == before.asked)
    #expect(outcome.step.action == FlowMigration.action)
    #expect(outcome.step.from == before.stage)
    #expect(outcome.step.sequence == before.version)
    // The steps alone say the same clocks, by the version that was in force at each.
    let recounted = Self.rule(Self.second()).clocks(
      of: outcome.case, steps: file.steps + [outcome.step], item: file.item,
      flows: { $0.version == 1 ? Fixture.flow : Self.second() })
    #expect(recounted == after.clocks)
  }

  @Test("the next step is taken by the new version")
  func nextStep() throws {
    var file = try Self.file(["dispatch", "accept"])
    let outcome = try Self.move(file)
    file.current = outcome.case
    file.steps.append(outcome.step)
    file.flow = Self.second()
    #expect(throws: StepRefusal.self) {
      try file.take(StepFixture.request("report", at: 130), by: Fixture.handler)
    }
    try file.take(StepFixture.request("finish", at: 130), by: Fixture.handler)
    #expect(file.current.state.verdict == .passed)
    let recounted = Self.rule(Self.second()).clocks(
      of: file.current, steps: file.steps, item: file.item,
      flows: { $0.version == 1 ? Fixture.flow : Self.second() })
    #expect(recounted == file.current.state.clocks)
  }

  @Test("what has no place in the new version stays, and says why")
  func refusals() throws {
    let first = FlowReference(code: "standard", version: 1)
    let checking = try Self.file(["dispatch", "accept", "report"])
    #expect(throws: FlowMigration.Refusal.noCounterpart(stage: "checking")) {
      try Self.move(checking)
    }
    let closed = try Self.file(["dispatch", "accept", "report", "close"])
    #expect(throws: FlowMigration.Refusal.closed) { try Self.move(closed) }
    let handling = try Self.file(["dispatch", "accept"])
    #expect(throws: FlowMigration.Refusal.notReplaced(first)) {
      try Self.move(handling, to: Self.second([]))
    }
    #expect(throws: FlowMigration.Refusal.otherFlow(first)) { try Self.move(handling, from: 3) }
    #expect(throws: FlowMigration.Refusal.openParts(stage: "handling")) {
      try Self.move(handling, hasOpenParts: true)
    }
    let waiting = [
      FlowReplacement(version: 1, stages: ["handling": "waiting"], why: "")
    ]
    let asked = try Self.file(["dispatch", "accept", "ask"])
    #expect(throws: FlowMigration.Refusal.extensionAsked(stage: "waiting")) {
      try Self.move(asked, to: Self.second(waiting))
    }
    let final = [FlowReplacement(version: 1, stages: ["handling": "closed"], why: "")]
    #expect(throws: FlowMigration.Refusal.noCounterpart(stage: "handling")) {
      try Self.move(handling, to: Self.second(final))
    }
  }
}

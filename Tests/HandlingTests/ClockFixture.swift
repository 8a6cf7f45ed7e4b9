import City
import Pack

@testable import Handling

/// A flow whose clocks use everything that clocks can do, over units of different hours.
enum ClockFixture {
  typealias Fixture = StepFixture

  static let flow = Flow(
    code: "standard", version: 1, name: "",
    stages: ["filed", "dispatched", "handling", "suspended", "checking", "closed"].map {
      FlowStage(code: $0, name: "", isFinal: $0 == "closed")
    }, start: "filed", edges: edges, clocks: clocks)

  private static let edges: [FlowEdge] = {
    var edges = [
      Fixture.edge("dispatch", "filed", "dispatched", ["dispatcher"], [.dispatch]),
      Fixture.edge("reassign", "handling", "dispatched", ["dispatcher"], [.dispatch]),
      Fixture.edge("accept", "dispatched", "handling", ["handler"], [.accept]),
      Fixture.edge("giveBack", "handling", "filed", ["handler"], [.giveBack]),
      Fixture.edge("reclassify", "handling", "handling", ["dispatcher"], [.reclassify]),
      Fixture.edge("suspend", "handling", "suspended", ["handler"], []),
      Fixture.edge("resume", "suspended", "handling", ["handler"], []),
      Fixture.edge("ask", "handling", "handling", ["handler"], [.askExtension]),
      Fixture.edge("grant", "handling", "handling", ["dispatcher"], [.grantExtension]),
      Fixture.edge("grant", "suspended", "suspended", ["dispatcher"], [.grantExtension]),
      Fixture.edge("refuse", "handling", "handling", ["dispatcher"], [.refuseExtension]),
      Fixture.edge("report", "handling", "checking", ["handler"], [.report]),
      Fixture.edge("rework", "checking", "handling", ["inspector"], [.rework]),
      Fixture.edge("close", "checking", "closed", ["inspector"], [.close(.passed)]),
      Fixture.edge("void", "suspended", "closed", ["dispatcher"], [.close(.void)]),
      Fixture.edge("reopen", "closed", "filed", ["dispatcher"], [.reopen]),
    ]
    for index in edges.indices {
      if edges[index].action == "suspend" {
        edges[index].reasons = [FlowReason(code: "weather", name: "")]
        edges[index].timesMax = 4
      }
      if edges[index].action == "giveBack" {
        edges[index].within = TimeLimit(amount: 6, measure: .workingHours)
      }
    }
    return edges
  }()

  private static let clocks = [
    clock(
      "whole", [.starts: (["reopen"], ["filed"])],
      limit: TimeLimit(amount: 4, measure: .days)),
    clock(
      "accept", [.starts: (["dispatch", "reassign"], []), .stops: ([], ["handling"])],
      limit: TimeLimit(amount: 2, measure: .workingHours)),
    clock(
      "handle",
      [
        .drops: ([], ["filed"]), .starts: (["dispatch", "reassign"], []),
        .pauses: (["suspend"], []), .resumes: (["resume"], []), .stops: (["report"], []),
        .continues: (["rework"], []),
      ], itemClock: "handle", pauseMax: TimeLimit(amount: 3, measure: .workingDays),
      extensionMax: TimeLimit(amount: 5, measure: .workingDays), isDeadline: true),
    clock(
      "care",
      [
        .starts: (["dispatch", "reassign"], []), .pauses: ([], ["suspended"]),
        .resumes: ([], ["handling"]), .stops: ([], ["checking", "filed"]),
      ], limit: TimeLimit(amount: 40, measure: .hours),
      pauseMax: TimeLimit(amount: 2, measure: .days)),
    clock(
      "verify", [.starts: ([], ["checking"]), .stops: ([], ["handling"])],
      limit: TimeLimit(amount: 1, measure: .workingDays)),
  ]

  private static func clock(
    _ code: String, _ moments: [ClockMoment: ([String], [String])], itemClock: String? = nil,
    limit: TimeLimit? = nil, pauseMax: TimeLimit? = nil, extensionMax: TimeLimit? = nil,
    isDeadline: Bool = false
  ) -> FlowClock {
    FlowClock(
      code: code, name: code,
      moments: moments.mapValues { FlowMoments(actions: Set($0.0), stages: Set($0.1)) },
      itemClock: itemClock, limit: limit, pauseMax: pauseMax, extensionMax: extensionMax,
      yellowPercent: 50, redPercent: 80, isDeadline: isDeadline)
  }

  static let items: [String: Item] = [
    "water": Fixture.water,
    "tree": item("tree", TimeLimit(amount: 3, measure: .workingDays)),
    "lamp": item("lamp", TimeLimit(amount: 50, measure: .hours)),
  ]

  private static func item(_ code: String, _ limit: TimeLimit) -> Item {
    Item(
      code: code, name: "", category: "", filing: "", closing: "", grade: .yellow,
      clocks: [ItemClock(name: "handle", limit: limit)], responsibility: [], evidence: [],
      weight: 1_000, words: [], joinMetres: 0, joinMilliseconds: 0, automatic: true,
      flow: "standard", dataClass: .internal)
  }

  /// Office hours, but for one unit that works on Saturdays and one that works at night.
  static let hours: @Sendable (ID<Unit>?) -> WorkingHours = { unit in
    switch unit {
    case Fixture.parks.innermost: CalendarFixture.street
    case Fixture.team.innermost: CalendarFixture.night
    default: CalendarFixture.office
    }
  }

  static func file(filedAt: Instant) -> CaseFile {
    var file = CaseFile()
    file.flow = flow
    file.items = items
    file.hours = hours
    let filed = StepFixture.filed()
    let filing = CaseFiling(
      number: filed.filing.number, event: filed.filing.event, channel: .hotline, title: "",
      text: "", address: "", position: nil, thing: nil, reporter: nil, filedAt: filedAt,
      flow: filed.filing.flow)
    var state = filed.state
    state.since = filedAt
    file.current = Case(id: filed.id, filing: filing, state: state)
    state.clocks = file.rule().clocksAtFiling(at: filedAt, item: file.item)
    file.current = file.current.moved(to: state)
    return file
  }

  static let dispatcher = Fixture.dispatcher
  static let handler = Fixture.actor(20, ["handler"], Fixture.centre)
  static let inspector = Fixture.inspector

  static func actor(for action: String) -> StepActor {
    switch action {
    case "accept", "giveBack", "suspend", "resume", "ask", "report": handler
    case "rework", "close": inspector
    default: dispatcher
    }
  }
}

import City
import Pack
import Testing

@testable import Handling

struct StepDecisionTests {
  typealias Fixture = StepFixture

  /// A case brought to a stage along the shortest way.
  static func file(at stage: String) throws -> CaseFile {
    var file = CaseFile()
    let way: [(String, StepRequest, StepActor)] = [
      ("dispatched", Fixture.request("dispatch", at: 10, unit: Fixture.drains), Fixture.dispatcher),
      ("handling", Fixture.request("accept", at: 20), Fixture.handler),
      ("checking", Fixture.request("report", at: 30), Fixture.handler),
      ("checked", Fixture.request("pass", at: 40), Fixture.inspector),
      ("closed", Fixture.request("close", at: 50), Fixture.dispatcher),
    ]
    for (reached, request, actor) in way where file.current.state.stage != stage {
      try file.take(request, by: actor)
      #expect(file.current.state.stage == reached)
    }
    #expect(file.current.state.stage == stage)
    return file
  }

  struct Refused: Sendable, CustomTestStringConvertible {
    let name: String
    let stage: String
    let request: StepRequest
    let actor: StepActor
    let refusal: StepRefusal
    var testDescription: String { name }
  }

  static let refused: [Refused] = [
    Refused(
      name: "unknown action", stage: "filed", request: Fixture.request("fly", at: 99),
      actor: Fixture.dispatcher,
      refusal: .noEdge(
        from: "filed", action: "fly", possible: ["dispatch", "reclassify", "void"])),
    Refused(
      name: "wrong stage", stage: "filed", request: Fixture.request("accept", at: 99),
      actor: Fixture.handler,
      refusal: .noEdge(from: "filed", action: "accept", possible: [])),
    Refused(
      name: "closed for ever", stage: "closed", request: Fixture.request("void", at: 99),
      actor: .engine, refusal: .noEdge(from: "closed", action: "void", possible: [])),
    Refused(
      name: "wrong post", stage: "filed",
      request: Fixture.request("dispatch", at: 99, unit: Fixture.drains), actor: Fixture.handler,
      refusal: .notYourPost(allowed: ["dispatcher"])),
    Refused(
      name: "another unit's case", stage: "dispatched",
      request: Fixture.request("accept", at: 99), actor: Fixture.stranger,
      refusal: .notYourUnit),
    Refused(
      name: "a team below, not assigned", stage: "dispatched",
      request: Fixture.request("accept", at: 99), actor: Fixture.worker, refusal: .notYourUnit),
    Refused(
      name: "stale", stage: "handling", request: Fixture.request("report", at: 99, version: 1),
      actor: Fixture.handler, refusal: .staleVersion(expected: 1, current: 2)),
    Refused(
      name: "ahead of us", stage: "handling",
      request: Fixture.request("report", at: 99, version: 3), actor: Fixture.handler,
      refusal: .staleVersion(expected: 3, current: 2)),
    Refused(
      name: "back in time", stage: "handling", request: Fixture.request("report", at: 19),
      actor: Fixture.handler,
      refusal: .timeBeforeLastStep(at: Fixture.minute(19), last: Fixture.minute(20))),
    Refused(
      name: "dispatch to nobody", stage: "filed", request: Fixture.request("dispatch", at: 99),
      actor: Fixture.dispatcher, refusal: .missing([.unit])),
    Refused(
      name: "dispatch to no path", stage: "filed",
      request: Fixture.request("dispatch", at: 99, unit: UnitPath.none),
      actor: Fixture.dispatcher, refusal: .missing([.unit])),
    Refused(
      name: "the item's photo", stage: "handling",
      request: Fixture.request("report", at: 99, evidence: [Fixture.document]),
      actor: Fixture.handler, refusal: .missing([.photo])),
    Refused(
      name: "the engine shows proof too", stage: "handling",
      request: Fixture.request("report", at: 99, evidence: []), actor: .engine,
      refusal: .missing([.photo])),
    Refused(
      name: "a blank note", stage: "dispatched",
      request: Fixture.request("giveBack", at: 99, note: " 　\n"), actor: Fixture.handler,
      refusal: .missing([.note])),
    Refused(
      name: "all that is missing at once", stage: "handling",
      request: Fixture.request("reassign", at: 99, note: ""), actor: Fixture.dispatcher,
      refusal: .missing([.note, .unit])),
    Refused(
      name: "no item to become", stage: "filed", request: Fixture.request("reclassify", at: 99),
      actor: Fixture.dispatcher, refusal: .missing([.item])),
    Refused(
      name: "nobody to assign", stage: "handling", request: Fixture.request("assign", at: 99),
      actor: Fixture.handler, refusal: .missing([.staff])),
    Refused(
      name: "a person of another unit", stage: "handling",
      request: Fixture.request("assign", at: 99, staff: 40, staffUnit: Fixture.parks),
      actor: Fixture.handler, refusal: .staffNotOfUnit),
    Refused(
      name: "a person of no unit", stage: "handling",
      request: Fixture.request("assign", at: 99, staff: 40), actor: Fixture.handler,
      refusal: .staffNotOfUnit),
    Refused(
      name: "the same unit again", stage: "handling",
      request: Fixture.request("reassign", at: 99, unit: Fixture.drains),
      actor: Fixture.dispatcher, refusal: .sameUnit),
    Refused(
      name: "a long note", stage: "handling",
      request: Fixture.request("report", at: 99, note: String(repeating: "长", count: 2_001)),
      actor: Fixture.handler, refusal: .noteTooLong(length: 2_001, max: 2_000)),
    Refused(
      name: "NUL in the note", stage: "handling",
      request: Fixture.request("report", at: 99, note: "a\u{0}b"), actor: Fixture.handler,
      refusal: .noteNotText),
    Refused(
      name: "too many files", stage: "handling",
      request: Fixture.request(
        "report", at: 99, evidence: Array(repeating: Fixture.photo, count: 21)),
      actor: Fixture.handler, refusal: .tooMuchEvidence(count: 21, max: 20)),
  ]

  @Test("a step is refused and nothing changes", arguments: refused)
  func refusal(_ row: Refused) throws {
    var file = try Self.file(at: row.stage)
    let before = file.current
    #expect(throws: row.refusal) { try file.take(row.request, by: row.actor) }
    #expect(file.current == before)
  }

  @Test("whoever handled may not check, whatever his post")
  func separation() throws {
    var file = CaseFile()
    try file.take(
      Fixture.request("dispatch", at: 1, unit: Fixture.drains), by: Fixture.dispatcher)
    try file.take(Fixture.request("accept", at: 2), by: Fixture.both)
    try file.take(
      Fixture.request("assign", at: 3, staff: 21, staffUnit: Fixture.team), by: Fixture.both)
    try file.take(Fixture.request("report", at: 4), by: Fixture.worker)
    for action in ["pass", "rework", "notConfirmed"] {
      #expect(throws: StepRefusal.handlerMayNotVerify) {
        try file.take(Fixture.request(action, at: 5), by: Fixture.both)
      }
    }
    #expect(StepDecision.possible(for: Fixture.both, in: file.context()).isEmpty)
    #expect(
      StepDecision.possible(for: Fixture.inspector, in: file.context()).map(\.edge.action)
        == ["pass", "rework", "notConfirmed"])
    // The engine handled nothing, so it may.
    try file.take(Fixture.request("pass", at: 5), by: .engine)
  }

  @Test(
    "what a case waits for comes first, and is told from what one may also do",
    arguments: [
      ("filed", Fixture.dispatcher, ["dispatch"]), ("dispatched", Fixture.handler, ["accept"]),
      ("dispatched", Fixture.dispatcher, []), ("handling", Fixture.handler, ["report"]),
      ("checking", Fixture.inspector, ["pass"]), ("checked", Fixture.dispatcher, ["close"]),
    ])
  func leading(stage: String, actor: StepActor, actions: [String]) throws {
    let offers = StepDecision.possible(for: actor, in: try Self.file(at: stage).context())
    #expect(!offers.isEmpty)
    #expect(offers.prefix { $0.leads }.map(\.edge.action) == actions)
    #expect(offers.filter(\.leads).count == actions.count)
  }

  @Test("what nobody asked for is not offered, and what was asked for comes first")
  func idle() throws {
    var file = CaseFile()
    file.flow = ClockFixture.flow
    func offered(_ actor: StepActor) -> [String] {
      StepDecision.possible(for: actor, in: file.context()).map(\.edge.action)
    }
    try file.take(
      Fixture.request("dispatch", at: 0, unit: Fixture.drains), by: Fixture.dispatcher)
    try file.take(Fixture.request("accept", at: 1), by: Fixture.handler)
    #expect(offered(Fixture.dispatcher) == ["reassign", "reclassify"])
    #expect(offered(Fixture.handler) == ["report", "giveBack", "suspend", "ask"])
    var request = Fixture.request("ask", at: 2)
    request.limit = TimeLimit(amount: 1, measure: .workingDays)
    try file.take(request, by: Fixture.handler)
    #expect(offered(Fixture.dispatcher) == ["grant", "reassign", "reclassify", "refuse"])
    #expect(!offered(Fixture.handler).contains("ask"))
    #expect(ClockFixture.flow.wayOn(from: "suspended")?.action == "resume")
    #expect(ClockFixture.flow.wayOn(from: "closed") == nil)
  }

  @Test("an order is needed where its duty is acted on")
  func noOrder() {
    var file = CaseFile()
    file.flow = Flow(
      code: "odd", version: 1, name: "", stages: [], start: "filed",
      edges: [FlowEffect.accept, .report, .rework, .giveBack, .assign].map {
        Fixture.edge("\($0)", "filed", "filed", ["dispatcher"], [$0])
      })
    for edge in file.flow.edges {
      #expect(throws: StepRefusal.noOrder) {
        try file.take(
          Fixture.request(edge.action, at: 1, staff: 1, staffUnit: Fixture.centre),
          by: Fixture.dispatcher)
      }
    }
  }

  @Test("refusals carry a stable code, a field and their facts")
  func codes() {
    let all: [(StepRefusal, String, String?)] = [
      (.noEdge(from: "a", action: "b", possible: ["c"]), "step.no_edge", "action"),
      (.notYourPost(allowed: ["a"]), "step.not_your_post", nil),
      (.notYourUnit, "step.not_your_unit", nil),
      (.handlerMayNotVerify, "step.handler_may_not_verify", nil),
      (.missing([.document, .photo]), "step.missing", "evidence"),
      (.missing([.unit]), "step.missing", "unit"),
      (.staleVersion(expected: 1, current: 2), "step.stale_version", "version"),
      (.noteTooLong(length: 3, max: 2), "step.note_too_long", "note"),
      (.noteNotText, "step.note_not_text", "note"),
      (.tooMuchEvidence(count: 3, max: 2), "step.too_much_evidence", "evidence"),
      (.staffNotOfUnit, "step.staff_not_of_unit", "staff"),
      (.sameUnit, "step.same_unit", "unit"),
      (.noOrder, "step.no_order", "action"),
      (.unknownItem("x"), "step.unknown_item", "item"),
      (.unknownUnit("x"), "step.unknown_unit", "unit"),
      (.unknownStaff("x"), "step.unknown_staff", "staff"),
    ]
    for (refusal, code, field) in all {
      #expect(refusal.code == code)
      #expect(refusal.field == field)
    }
    #expect(Set(all.map(\.0.code)).count == 15)
    #expect(StepRefusal.missing([.document, .photo]).facts == ["missing": "photo,document"])
    #expect(
      StepRefusal.staleVersion(expected: 1, current: 2).facts == ["expected": "1", "current": "2"])
  }
}

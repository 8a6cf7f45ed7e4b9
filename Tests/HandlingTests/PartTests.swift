import City
import Pack
import Testing

@testable import Handling

/// Main and assisting units on one case.
struct PartTests {
  typealias Fixture = StepFixture

  private static let flow: Flow = {
    var edges = Fixture.edges.filter { $0.action != "report" }
    edges.append(
      Fixture.edge(
        "report", "handling", "checking", ["handler"], [.report], guards: [.ownUnit, .partsDone]))
    for (action, effect, guards) in [
      ("assist", FlowEffect.split, Set<FlowGuard>()), ("split", .split, [.partUnit]),
      ("finishPart", .finishPart, [.partUnit]), ("disputePart", .disputePart, [.partUnit]),
      ("upholdPart", .upholdPart, []), ("releasePart", .releasePart, []),
    ] {
      edges.append(
        Fixture.edge(
          action, "handling", "handling", ["handler", "dispatcher"], [effect], guards: guards))
    }
    return Flow(
      code: "standard", version: 1, name: "", stages: Fixture.flow.stages, start: "filed",
      edges: edges)
  }()

  private static let police = UnitPath([ID(1), ID(6)])
  private static let gardener = Fixture.actor(40, ["handler"], Fixture.parks)
  private static let officer = Fixture.actor(60, ["handler"], police)

  private static func handling() throws -> CaseFile {
    var file = CaseFile()
    file.flow = flow
    try file.take(
      Fixture.request("dispatch", at: 0, unit: Fixture.drains), by: Fixture.dispatcher)
    try file.take(Fixture.request("accept", at: 1), by: Fixture.handler)
    return file
  }

  private static func parts(_ file: CaseFile) -> [WorkOrder] {
    file.orders.values.filter { $0.parent != nil }.sorted { $0.id < $1.id }
  }

  @Test("a report waits for every part and says whose are open")
  func waits() throws {
    var file = try Self.handling()
    var request = Fixture.request("assist", at: 2, unit: Fixture.parks)
    request.limit = TimeLimit(amount: 2, measure: .hours)
    try file.take(request, by: Fixture.dispatcher)
    try file.take(Fixture.request("assist", at: 3, unit: Self.police), by: Fixture.dispatcher)
    let parts = Self.parts(file)
    #expect(parts.map(\.unit) == [Fixture.parks, Self.police])
    #expect(parts.map(\.parent) == [file.current.state.order, file.current.state.order])
    #expect(parts.first?.due == Fixture.minute(122), "as long as the step says")
    #expect(parts.last?.due == file.current.state.due, "else as long as the case has")
    #expect(throws: StepRefusal.openParts([ID(4), ID(6)])) {
      try file.take(Fixture.request("report", at: 4), by: Fixture.handler)
    }
    try file.take(Fixture.request("finishPart", at: 5), by: Self.gardener)
    #expect(throws: StepRefusal.openParts([ID(6)])) {
      try file.take(Fixture.request("report", at: 6), by: Fixture.handler)
    }
    try file.take(Fixture.request("finishPart", at: 7), by: Self.officer)
    try file.take(Fixture.request("report", at: 8), by: Fixture.handler)
    #expect(Self.parts(file).map(\.state) == [.done, .done])
    #expect(Self.parts(file).map(\.staff) == [ID(40), ID(60)])
    #expect(file.current.state.stage == "checking")
  }

  @Test("a part is split downward and reported upward; nothing goes round in circles")
  func split() throws {
    var file = try Self.handling()
    try file.take(Fixture.request("assist", at: 2, unit: Fixture.parks), by: Fixture.dispatcher)
    #expect(throws: StepRefusal.noPart) {
      try file.take(Fixture.request("split", at: 3, unit: Self.police), by: Self.officer)
    }
    try file.take(Fixture.request("split", at: 3, unit: Self.police), by: Self.gardener)
    let parts = Self.parts(file)
    #expect(parts.last?.parent == parts.first?.id)
    for unit in [Fixture.drains, Fixture.parks, Self.police] {
      #expect(throws: StepRefusal.unitHasPart) {
        try file.take(Fixture.request("split", at: 4, unit: unit), by: Self.officer)
      }
    }
    #expect(throws: StepRefusal.openParts([ID(6)])) {
      try file.take(Fixture.request("finishPart", at: 5), by: Self.gardener)
    }
    try file.take(Fixture.request("finishPart", at: 6), by: Self.officer)
    try file.take(Fixture.request("finishPart", at: 7), by: Self.gardener)
    #expect(Self.parts(file).allSatisfy { $0.state == .done })
  }

  @Test("a unit disagrees, and the centre rules")
  func dispute() throws {
    var file = try Self.handling()
    try file.take(Fixture.request("assist", at: 2, unit: Fixture.parks), by: Fixture.dispatcher)
    #expect(throws: StepRefusal.noPart) {
      try file.take(
        Fixture.request("upholdPart", at: 3, unit: Fixture.parks), by: Fixture.dispatcher)
    }
    try file.take(Fixture.request("disputePart", at: 4), by: Self.gardener)
    #expect(Self.parts(file).map(\.state) == [.disputed])
    #expect(throws: StepRefusal.openParts([ID(4)])) {
      try file.take(Fixture.request("report", at: 5), by: Fixture.handler)
    }
    try file.take(
      Fixture.request("upholdPart", at: 6, unit: Fixture.parks), by: Fixture.dispatcher)
    #expect(Self.parts(file).map(\.state) == [.accepted])
    try file.take(Fixture.request("split", at: 7, unit: Self.police), by: Self.gardener)
    try file.take(
      Fixture.request("releasePart", at: 8, unit: Fixture.parks), by: Fixture.dispatcher)
    #expect(Self.parts(file).map(\.state) == [.withdrawn, .withdrawn], "with what hangs on it")
    try file.take(Fixture.request("report", at: 9), by: Fixture.handler)
  }

  @Test("who gives the case back, or sets it aside, ends its parts")
  func ends() throws {
    for (action, actor) in [("giveBack", Fixture.handler), ("void", Fixture.dispatcher)] {
      var file = try Self.handling()
      try file.take(Fixture.request("assist", at: 2, unit: Fixture.parks), by: Fixture.dispatcher)
      try file.take(Fixture.request(action, at: 3), by: actor)
      #expect(Self.parts(file).map(\.state) == [.withdrawn])
    }
  }

  @Test("no more parts than the limit")
  func most() throws {
    var file = try Self.handling()
    for number in 0..<PartChange.partsMax {
      let unit = UnitPath([ID(1), ID(Int64(100 + number))])
      try file.take(Fixture.request("assist", at: 2, unit: unit), by: Fixture.dispatcher)
    }
    #expect(throws: StepRefusal.partsTooMany(max: PartChange.partsMax)) {
      try file.take(Fixture.request("assist", at: 3, unit: Self.police), by: Fixture.dispatcher)
    }
  }

  @Test("a form wants its fields, knows its choices and nothing else")
  func form() throws {
    var edges = Fixture.edges
    for index in edges.indices where edges[index].action == "accept" {
      edges[index].form = [
        FlowField(code: "contact", name: "", choices: ["yes", "no"], isRequired: true),
        FlowField(code: "text", name: "", choices: [], isRequired: false),
      ]
    }
    var file = CaseFile()
    file.flow = Flow(
      code: "standard", version: 1, name: "", stages: Fixture.flow.stages, start: "filed",
      edges: edges)
    try file.take(
      Fixture.request("dispatch", at: 0, unit: Fixture.drains), by: Fixture.dispatcher)
    let long = String(repeating: "x", count: 501)
    let rows: [([String: String], StepRefusal)] = [
      ([:], .answersMissing(["contact"])), (["contact": " "], .answersMissing(["contact"])),
      (["contact": "maybe"], .answerNotAllowed(field: "contact", allowed: ["yes", "no"])),
      (["contact": "yes", "phone": "1"], .unknownAnswer("phone")),
      (["contact": "yes", "text": long], .answerTooLong(field: "text", max: 500)),
    ]
    for (answers, refusal) in rows {
      var request = Fixture.request("accept", at: 1)
      request.answers = answers
      #expect(throws: refusal) { try file.take(request, by: Fixture.handler) }
    }
    var request = Fixture.request("accept", at: 1)
    request.answers = ["contact": "yes"]
    try file.take(request, by: Fixture.handler)
    #expect(file.steps.last?.answers == ["contact": "yes"])
  }
}

import City
import Pack

@testable import Handling

/// A flow with every effect, and a small city around it.
enum StepFixture {
  static let flow = Flow(
    code: "standard", version: 1, name: "",
    stages: ["filed", "dispatched", "handling", "checking", "checked", "closed", "void"].map {
      FlowStage(code: $0, name: "", isFinal: $0 == "closed" || $0 == "void")
    }, start: "filed", edges: edges)

  static let edges: [FlowEdge] =
    [
      edge("dispatch", "filed", "dispatched", ["dispatcher"], [.dispatch]),
      edge("accept", "dispatched", "handling", ["handler"], [.accept], guards: [.ownUnit]),
      edge(
        "assign", "handling", "handling", ["handler"], [.assign], guards: [.ownUnit],
        requires: [.staff]),
      edge(
        "report", "handling", "checking", ["handler"], [.report], guards: [.ownUnit],
        itemEvidence: true),
      edge("pass", "checking", "checked", ["inspector"], [], guards: [.notHandler]),
      edge(
        "rework", "checking", "handling", ["inspector"], [.rework], guards: [.notHandler],
        requires: [.note]),
      edge(
        "notConfirmed", "checking", "closed", ["inspector"], [.close(.notConfirmed)],
        guards: [.notHandler], requires: [.photo]),
      edge("close", "checked", "closed", ["dispatcher"], [.close(.passed)]),
    ]
    + ["dispatched", "handling"].flatMap { stage in
      [
        edge(
          "reassign", stage, "dispatched", ["dispatcher"], [.dispatch], requires: [.note, .unit]),
        edge(
          "giveBack", stage, "filed", ["handler"], [.giveBack], guards: [.ownUnit],
          requires: [.note]),
      ]
    }
    + ["filed", "dispatched", "handling"].flatMap { stage in
      [
        edge("reclassify", stage, stage, ["dispatcher"], [.reclassify], requires: [.item]),
        edge("void", stage, "void", ["dispatcher"], [.close(.void)], requires: [.note]),
      ]
    }

  static func edge(
    _ action: String, _ from: String, _ to: String, _ posts: Set<String>,
    _ effects: [FlowEffect], guards: Set<FlowGuard> = [], requires: Set<Requirement> = [],
    itemEvidence: Bool = false
  ) -> FlowEdge {
    FlowEdge(
      action: action, name: "", from: from, to: to, posts: posts, requires: requires,
      requiresItemEvidence: itemEvidence, guards: guards, effects: effects, why: "")
  }

  static func item(_ code: String, hours: Int, grade: Grade = .yellow) -> Item {
    Item(
      code: code, name: "", category: "", filing: "", closing: "", grade: grade,
      clocks: [
        ItemClock(name: "handle", limit: TimeLimit(amount: hours, measure: .workingHours))
      ], responsibility: [], evidence: [.photo], weight: 1_000, words: [], joinMetres: 0,
      joinMilliseconds: 0, automatic: true, flow: "standard", dataClass: .internal)
  }
  static let water = item("water", hours: 4)
  static let tree = item("tree", hours: 8, grade: .blue)

  static let centre = UnitPath([ID(1)])
  static let drains = UnitPath([ID(1), ID(2)])
  static let team = UnitPath([ID(1), ID(2), ID(3)])
  static let parks = UnitPath([ID(1), ID(4)])

  static let dispatcher = actor(10, ["dispatcher"], centre)
  static let handler = actor(20, ["handler"], drains)
  static let worker = actor(21, ["handler"], team)
  static let stranger = actor(40, ["handler"], parks)
  static let inspector = actor(30, ["inspector"], centre)
  /// Handles and inspects: may do both, but not for one case.
  static let both = actor(50, ["handler", "inspector"], drains)

  static func actor(_ id: Int64, _ posts: Set<String>, _ unit: UnitPath) -> StepActor {
    StepActor(staff: ID(id), posts: posts, unit: unit, isEngine: false)
  }

  static let photo = EvidenceFile(file: file(1), form: .photo)
  static let document = EvidenceFile(file: file(2), form: .document)

  static func file(_ byte: UInt8) -> FileDigest {
    FileDigest(Digest(bytes: [UInt8](repeating: byte, count: Digest.byteCount)))
  }

  /// A Friday, 09:00.
  static let begin = CalendarFixture.at(2026, "1120", 9)

  static func minute(_ minute: Int64) -> Instant {
    begin.advanced(byMilliseconds: minute * Duration.minute)
  }

  static func filed() -> Case {
    Case(
      id: ID(1_000),
      filing: CaseFiling(
        number: CaseNumber(date: CalendarFixture.date(2026, "1120"), serial: 1), event: ID(900),
        channel: .hotline, title: "", text: "", address: "", position: nil, thing: nil,
        reporter: nil, filedAt: begin, flow: FlowReference(code: "standard", version: 1)),
      state: CaseState(
        stage: "filed", item: "water", grade: .yellow, area: .outside, unit: .none,
        handler: nil, due: nil, order: nil, since: begin, closedAt: nil, verdict: nil,
        version: 0, reworks: 0, returns: 0))
  }

  static func request(
    _ action: String, at minute: Int64, note: String = "说明", evidence: [EvidenceFile] = [photo],
    unit: UnitPath? = nil, staff: Int64? = nil, staffUnit: UnitPath? = nil, item: Item? = nil,
    version: Int? = nil
  ) -> StepRequest {
    StepRequest(
      action: action, expectedVersion: version, note: note, evidence: evidence, unit: unit,
      staff: staff.map { ID($0) }, staffUnit: staffUnit, item: item, at: Self.minute(minute))
  }
}

/// A case with everything that was written of it, as a store would keep it.
struct CaseFile {
  var current = StepFixture.filed()
  var orders: [ID<WorkOrder>: WorkOrder] = [:]
  var steps: [Step] = []
  var eventState: EventState = .open
  var flow = StepFixture.flow
  private var serial: Int64 = 5_000

  var items = ["water": StepFixture.water, "tree": StepFixture.tree]

  var hours: @Sendable (ID<Unit>?) -> WorkingHours = { _ in CalendarFixture.office }
  static let time = WorkingTime(years: CalendarFixture.years)

  /// The item that the case has now.
  var item: Item? { current.state.item.flatMap { items[$0] } }

  func rule(_ time: WorkingTime = time) -> ClockRule {
    ClockRule(flow: flow, time: time, hours: hours)
  }

  var order: WorkOrder? { current.state.order.flatMap { orders[$0] } }
  var openOrders: [WorkOrder] {
    orders.values.filter { [.open, .accepted, .reported].contains($0.state) }
  }

  func context() -> StepContext {
    let handlers = steps.filter { ["accept", "report"].contains($0.action) }.compactMap(\.staff)
    return StepContext(
      case: current, order: order, handlers: Set(handlers), flow: flow,
      item: current.state.item.flatMap { items[$0] }, hours: { [hours] in hours($0) },
      time: Self.time, newOrder: ID(serial),
      parts: orders.values.filter { $0.parent != nil && $0.endedAt == nil }
        .sorted { $0.id < $1.id })
  }

  @discardableResult
  mutating func take(
    _ request: StepRequest, by actor: StepActor
  ) throws(StepRefusal) -> StepOutcome {
    let outcome = try StepDecision.decide(request, by: actor, in: context())
    current = outcome.case
    steps.append(outcome.step)
    for order in outcome.orders { orders[order.id] = order }
    if let state = outcome.eventState { eventState = state }
    serial += 1
    return outcome
  }
}

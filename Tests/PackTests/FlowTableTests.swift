import City
import Foundation
import Handling
import Pack
import PackReading
import Testing

/// Every stage × action × post of every shipped flow, tried against the engine.
@Suite("The table of flows")
struct FlowTableTests {
  private static let packs = String(CorePack.folder.dropLast("/core".count))
  private static let catalogue = PackReader.readAll(packsFolder: packs).catalogue
  private static let own = UnitPath([ID(1), ID(2)])
  private static let other = UnitPath([ID(1), ID(3)])
  private static let next = UnitPath([ID(1), ID(4)])
  private static let third = UnitPath([ID(1), ID(5)])
  private static let begin = Instant(milliseconds: 1_795_154_400_000)
  private static let time = WorkingTime(years: catalogue?.calendarYears ?? [])

  @Test("docs/flow-table.md says what the packs say")
  func page() throws {
    let catalogue = try #require(Self.catalogue)
    let flows = catalogue.flows.filter { catalogue.currentFlow(code: $0.code) == $0.reference }
    let path = String(Self.packs.dropLast("packs".count)) + "docs/flow-table.md"
    let stored = try String(contentsOfFile: path, encoding: .utf8)
    #expect(
      stored == FlowTable.page(flows, catalogue: catalogue) + "\n",
      "run `civicloop flow table > docs/flow-table.md`")
  }

  @Test("every action from every stage by every post does what the table says, or is refused")
  func combinations() throws {
    let catalogue = try #require(Self.catalogue)
    var tried = 0
    var taken = 0
    for flow in catalogue.flows {
      let actions = Set(flow.edges.map(\.action)).sorted()
      for stage in flow.stages {
        // What no edge leads on from needs no way of its own.
        var standing = try Walk(flow, catalogue)
        try standing.go(to: stage.code, for: nil)
        for action in actions {
          for post in catalogue.posts.map(\.code) {
            tried += 1
            if try Self.attempt(action, by: post, standing, catalogue) { taken += 1 }
          }
        }
      }
    }
    print("tried \(tried), taken \(taken)")
    #expect(tried > 2_000 && taken > 60)
  }

  @Test("every stage but the last ones has a way on, which sets nothing aside where another leads")
  func waysOn() throws {
    let catalogue = try #require(Self.catalogue)
    for flow in catalogue.flows {
      for stage in flow.stages {
        let way = flow.wayOn(from: stage.code)
        #expect((way == nil) == stage.isFinal, "\(flow.code) \(stage.name)")
      }
    }
    let standard = try #require(catalogue.flow(catalogue.currentFlow(code: "standard")))
    let ticket = try #require(catalogue.flow(catalogue.currentFlow(code: "hotline-ticket")))
    let ways = [
      (standard, "handling", "report"), (standard, "suspended", "resume"),
      (standard, "checking", "pass"), (ticket, "working", "finish"),
    ]
    for (flow, stage, action) in ways { #expect(flow.wayOn(from: stage)?.action == action) }
  }

  /// - Returns: whether the table has such an edge for this post.
  private static func attempt(
    _ action: String, by post: String, _ standing: Walk, _ catalogue: Catalogue
  ) throws -> Bool {
    let (flow, stage) = (standing.flow, standing.case.state.stage)
    let edges = flow.edges.filter { $0.from == stage && $0.action == action }
    let edge = edges.first { $0.posts.contains(post) }
    var walk = standing
    if edge != nil {
      walk = try Walk(flow, catalogue)
      try walk.go(to: stage, for: edge)
    }
    let before = walk.case
    let unit = edge?.guards.contains(.partUnit) ?? false ? next : own
    let isMachine = edge?.guards.contains(.sensorClear) ?? false
    let person = StepActor(staff: ID(90), posts: [post], unit: unit, isEngine: false)
    let actor = isMachine ? .engine : person
    let got = walk.refusal(of: action, by: actor)
    let place = "\(flow.code) \(flow.version): \(post) \(action) at \(stage)"
    guard let edge else {
      let expected = edges.isEmpty ? "step.no_edge" : "step.not_your_post"
      #expect(got?.code == expected, "\(place)")
      #expect(walk.case == before, "\(place)")
      return false
    }
    #expect(got == nil, "\(place): \(String(describing: got))")
    #expect(walk.case.state.stage == edge.to, "\(place)")
    // The guards: another unit's people, and whoever handled the case.
    for rule in edge.guards {
      var guarded = try Walk(flow, catalogue)
      try guarded.go(to: stage, for: edge)
      switch rule {
      case .ownUnit:
        let stranger = StepActor(staff: ID(91), posts: [post], unit: other, isEngine: false)
        #expect(guarded.refusal(of: action, by: stranger)?.code == "step.not_your_unit")
      case .partUnit:
        let stranger = StepActor(staff: ID(91), posts: [post], unit: other, isEngine: false)
        #expect(guarded.refusal(of: action, by: stranger)?.code == "step.no_part")
      case .partsDone:
        guard let assist = flow.edges.first(where: { $0.from == stage && $0.opensPart }) else {
          continue
        }
        #expect(guarded.refusal(of: assist.action, by: .engine) == nil)
        #expect(guarded.refusal(of: action, by: actor)?.code == "step.open_parts")
      case .sensorClear:
        #expect(guarded.refusal(of: action, by: person)?.code == "step.machine_only")
        guarded.clearSince = nil
        #expect(guarded.refusal(of: action, by: actor)?.code == "step.sensor_not_clear")
      case .notHandler:
        guarded.handlers = [ID(90)]
        #expect(guarded.refusal(of: action, by: actor)?.code == "step.handler_may_not_verify")
      }
    }
    // What it needs: with nothing shown, it says what is missing.
    var bare = try Walk(flow, catalogue)
    try bare.go(to: stage, for: edge)
    bare.showsNothing = true
    let needs = !edge.requires.isEmpty || edge.requiresItemEvidence || !edge.reasons.isEmpty
    if needs { #expect(bare.refusal(of: action, by: actor)?.code == "step.missing", "\(place)") }
    return true
  }

  /// A case that is brought from stage to stage by the engine.
  private struct Walk {
    let flow: Flow
    let catalogue: Catalogue
    let item: Item
    /// An hour before the case was filed.
    var clearSince: Instant? = begin.advanced(byMilliseconds: -Duration.hour)
    var `case`: Case
    var order: WorkOrder?
    var handlers: Set<ID<Staff>> = []
    var parts: [WorkOrder] = []
    var showsNothing = false
    private var minute: Int64 = 0

    init(_ flow: Flow, _ catalogue: Catalogue) throws {
      self.flow = flow
      self.catalogue = catalogue
      var item = try #require(catalogue.items.first { $0.evidence.contains(.photo) })
      item.sensorClear = TimeLimit(amount: 30, measure: .minutes)
      self.item = item
      let filing = CaseFiling(
        number: CaseNumber(date: CivilDate(daysSinceEpoch: 20_000), serial: 1), event: ID(1),
        channel: .hotline, title: "", text: "", address: "", position: nil, thing: nil,
        reporter: nil, filedAt: begin, flow: flow.reference)
      var state = CaseState(
        stage: flow.start, item: item.code, grade: item.grade, area: .outside, unit: .none,
        handler: nil, due: nil, order: nil, since: begin, closedAt: nil, verdict: nil, version: 0,
        reworks: 0, returns: 0)
      let hours = catalogue.defaultHours
      state.clocks = ClockRule(
        flow: flow, time: time, hours: { _ in hours }
      ).clocksAtFiling(at: begin, item: item)
      self.case = Case(id: ID(1), filing: filing, state: state)
    }

    /// By the shortest way that opens an order before it leaves the start.
    mutating func go(to stage: String, for wanted: FlowEdge?) throws {
      var ways: [String: [FlowEdge]] = [flow.start: []]
      var waiting = [flow.start]
      while !waiting.isEmpty {
        let from = waiting.removeFirst()
        for edge in flow.edges where edge.from == from && ways[edge.to] == nil {
          ways[edge.to] = ways[from, default: []] + [edge]
          waiting.append(edge.to)
        }
      }
      for edge in try #require(ways[stage]) {
        if let refusal = refusal(of: edge.action, by: .engine) { throw refusal }
      }
      for effect in wanted?.preparations ?? [] {
        let edge = try #require(
          flow.edges.first { $0.from == stage && $0.effects.contains(effect) })
        if let refusal = refusal(of: edge.action, by: .engine) { throw refusal }
      }
    }

    /// Takes a step with everything that it may want; nil where it was taken.
    mutating func refusal(of action: String, by actor: StepActor) -> StepRefusal? {
      minute += 1
      let edge = flow.edges.first { $0.from == `case`.state.stage && $0.action == action }
      let limit = flow.deadlineClock?.extensionMax.map { TimeLimit(amount: 1, measure: $0.measure) }
      var request = StepRequest(
        action: action, expectedVersion: nil, note: showsNothing ? "" : "note",
        evidence: showsNothing ? [] : Self.evidence,
        unit: showsNothing ? nil : unit(for: edge),
        staff: showsNothing ? nil : ID(7),
        staffUnit: order?.unit ?? own, item: showsNothing ? nil : item,
        at: begin.advanced(byMilliseconds: minute * Duration.second))
      if edge?.effects.contains(.dispatch) ?? false, !showsNothing {
        request = dispatching(request)
      }
      for field in edge?.form ?? [] where !showsNothing {
        request.answers[field.code] = field.choices.first ?? "1"
      }
      request.reason = showsNothing ? nil : edge?.reasons.first?.code
      request.limit = showsNothing || edge?.effects.contains(.askExtension) != true ? nil : limit
      let hours = catalogue.defaultHours
      let context = StepContext(
        case: `case`, order: order, handlers: handlers, flow: flow, item: item,
        hours: { _ in hours }, time: time, newOrder: ID(minute), parts: parts,
        clearSince: clearSince)
      request.staffPosts = showsNothing ? [] : Set(catalogue.posts.map(\.code))
      request.call = showsNothing ? nil : call
      do throws(StepRefusal) {
        let outcome = try StepDecision.decide(request, by: actor, in: context)
        `case` = outcome.case
        for part in outcome.orders where part.parent != nil {
          parts.removeAll { $0.id == part.id }
          if part.endedAt == nil { parts.append(part) }
        }
        if let id = outcome.case.state.order {
          order = outcome.orders.first { $0.id == id } ?? order
        } else {
          order = nil
        }
        return nil
      } catch {
        return error
      }
    }

    /// A group of one unit that has nothing of the case.
    private var call: GroupCall {
      GroupCall(
        code: "group",
        members: [GroupCall.Member(unit: third, order: ID(9_000 + minute), limit: nil)])
    }

    /// One that has nothing of the case yet; for a ruling, the one that has a part.
    private func unit(for edge: FlowEdge?) -> UnitPath {
      let rules = edge?.effects.contains { $0 == .upholdPart || $0 == .releasePart } ?? false
      if order?.unit != own { return own }
      return rules || parts.isEmpty ? next : third
    }

    /// A dispatch names no person: which unit he is of would decide.
    private func dispatching(_ request: StepRequest) -> StepRequest {
      StepRequest(
        action: request.action, expectedVersion: nil, note: request.note,
        evidence: request.evidence, unit: request.unit, staff: nil, staffUnit: nil, item: nil,
        at: request.at)
    }

    private static let evidence = [
      EvidenceFile(file: file(1), form: .photo), EvidenceFile(file: file(2), form: .document),
    ]

    private static func file(_ byte: UInt8) -> FileDigest {
      FileDigest(Digest(bytes: [UInt8](repeating: byte, count: Digest.byteCount)))
    }
  }
}

extension FlowEdge {
  fileprivate var opensPart: Bool { effects.contains(.split) }

  /// What must have been done before this can be.
  fileprivate var preparations: [FlowEffect] {
    if effects.contains(.grantExtension) || effects.contains(.refuseExtension) {
      return [.askExtension]
    }
    if effects.contains(.upholdPart) { return [.split, .disputePart] }
    return guards.contains(.partUnit) || effects.contains(.releasePart) ? [.split] : []
  }
}

import City
import Pack
import Testing

@testable import Handling

struct ClockHistoryTests {
  typealias Fixture = ClockFixture

  static let historiesMax = 10_000
  private static let walks: [String: ClockWalk] = [
    "office": ClockWalk(CalendarFixture.office), "street": ClockWalk(CalendarFixture.street),
    "night": ClockWalk(CalendarFixture.night),
  ]

  @Test("deadlines of random histories equal a walk by minutes, and what the steps say")
  func histories() throws {
    let seed: UInt64 = 20_261_121
    print("seed \(seed)")
    var random = SeededGenerator(seed: seed)
    var compared = 0
    var seen: [String: Int] = [:]
    for number in 0..<Self.historiesMax {
      // From October to the next autumn: every holiday of a year lies between.
      let minute = Int64.random(in: 0..<330 * 1_440, using: &random)
      var file = Fixture.file(
        filedAt: ClockWalk.base.advanced(byMilliseconds: minute * Duration.minute))
      Self.live(&file, &random, &seen)
      let state = file.current.state
      let recounted = file.rule().clocks(of: file.current, steps: file.steps, item: file.item)
      guard state.clocks == recounted else {
        Issue.record("history \(number): the steps say \(recounted), the case \(state.clocks)")
        return
      }
      for clock in state.clocks {
        compared += 1
        let slow = Self.due(of: clock, file)
        if clock.due.map(ClockWalk.minute) != slow {
          Issue.record(
            "history \(number), \(clock.name): \(String(describing: slow)), \(clock), \(file.steps)"
          )
          return
        }
      }
    }
    print("compared \(compared); steps \(seen.sorted { $0.key < $1.key })")
    #expect(compared > 20_000)
    for action in ["suspend", "resume", "grant", "reclassify", "rework", "reopen", "reassign"] {
      #expect(seen[action, default: 0] > 500, "histories hold enough of \(action)")
    }
  }

  /// Some steps at random minutes; those that are refused change nothing.
  private static func live(
    _ file: inout CaseFile, _ random: inout SeededGenerator, _ seen: inout [String: Int]
  ) {
    for _ in 0..<Int.random(in: 1...14, using: &random) {
      let stage = file.current.state.stage
      let edges = Fixture.flow.edges.filter { $0.from == stage }
      guard var edge = edges.randomElement(using: &random) else { return }
      // What was asked for is decided more often than chance would have it.
      if file.current.state.asked != nil, let grant = edges.first(where: { $0.action == "grant" }) {
        edge = Bool.random(using: &random) ? grant : edge
      }
      let gap = Int.random(in: 0..<4, using: &random) > 0 ? 90 : 4_000
      let at = file.current.state.since.advanced(
        byMilliseconds: Int64.random(in: 0...Int64(gap), using: &random) * Duration.minute)
      let units = [StepFixture.drains, StepFixture.parks, StepFixture.team]
      var request = StepRequest(
        action: edge.action, expectedVersion: nil, note: "", evidence: [],
        unit: units.randomElement(using: &random), staff: nil, staffUnit: nil,
        item: Fixture.items.sorted { $0.key < $1.key }.randomElement(using: &random)?.value, at: at)
      request.reason = edge.reasons.first?.code
      request.limit =
        edge.action == "ask" || Bool.random(using: &random)
        ? TimeLimit(amount: Int.random(in: 1...6, using: &random), measure: .workingDays) : nil
      do throws(StepRefusal) {
        try file.take(request, by: Fixture.actor(for: edge.action))
        seen[edge.action, default: 0] += 1
      } catch {
        seen["refused " + error.code, default: 0] += 1
      }
    }
  }

  /// The deadline of a run as the walk has it, from the steps and a table of its own.
  private static func due(of clock: Clock, _ file: CaseFile) -> Int? {
    let limits: [String: TimeLimit?] = [
      "whole": TimeLimit(amount: 4, measure: .days),
      "accept": TimeLimit(amount: 2, measure: .workingHours),
      "handle": file.item?.clocks.first?.limit,
      "care": TimeLimit(amount: 40, measure: .hours),
      "verify": TimeLimit(amount: 1, measure: .workingDays),
    ]
    guard let limit = limits[clock.name] ?? nil, let walk = walks[hoursName(clock, file)] else {
      return nil
    }
    var changes: [(Int, ClockWalk.Change)] = []
    let pauses = ["handle": "suspend", "care": "suspend"][clock.name]
    var asked: TimeLimit?
    for step in file.steps where step.at >= clock.startedAt {
      let minute = ClockWalk.minute(step.at)
      let isStart = step.at == clock.startedAt && ["dispatch", "reassign"].contains(step.action)
      if isStart {
        changes = []
        continue
      }
      let isOver = clock.stoppedAt.map { step.at > $0 } ?? false
      if isOver { continue }
      switch step.action {
      case "suspend" where pauses != nil: changes.append((minute, .pause))
      case "resume" where pauses != nil: changes.append((minute, .resume))
      case "void" where pauses != nil: changes.append((minute, .resume))
      case "ask": asked = step.limit
      case "grant" where clock.name == "handle":
        if let more = step.limit ?? asked { changes.append((minute, .extend(more))) }
      default: break
      }
    }
    let pauseMax =
      clock.name == "handle"
      ? TimeLimit(amount: 3, measure: .workingDays) : TimeLimit(amount: 2, measure: .days)
    return walk.end(
      start: ClockWalk.minute(clock.startedAt), limit: limit, changes: changes, pauseMax: pauseMax)
  }

  /// The hours of the unit that had the case when the clock started.
  private static func hoursName(_ clock: Clock, _ file: CaseFile) -> String {
    var unit: UnitPath?
    for step in file.steps where step.at <= clock.startedAt {
      switch step.action {
      case "dispatch", "reassign": unit = step.given
      case "giveBack", "reopen": unit = nil
      default: break
      }
    }
    return Fixture.hours(unit?.innermost).code
  }
}

struct ClockRefusalTests {
  typealias Fixture = ClockFixture

  /// A case that is handled by a unit in office hours since Friday 09:00, four working hours long.
  private static func handling() throws -> CaseFile {
    var file = Fixture.file(filedAt: StepFixture.begin)
    try file.take(
      StepFixture.request("dispatch", at: 0, unit: StepFixture.drains), by: Fixture.dispatcher)
    try file.take(StepFixture.request("accept", at: 10), by: Fixture.handler)
    return file
  }

  private static func request(
    _ action: String, at minute: Int64, reason: String? = nil, limit: Int? = nil,
    measure: TimeLimit.Measure = .workingDays
  ) -> StepRequest {
    var request = StepFixture.request(action, at: minute)
    request.reason = reason
    request.limit = limit.map { TimeLimit(amount: $0, measure: measure) }
    return request
  }

  @Test("a pause needs one of its reasons, moves the deadline, and ends by itself")
  func pause() throws {
    var file = try Self.handling()
    let due = CalendarFixture.at(2026, "1120", 14)
    #expect(file.current.state.due == due)
    #expect(throws: StepRefusal.missing([.reason])) {
      try file.take(Self.request("suspend", at: 60), by: Fixture.handler)
    }
    #expect(throws: StepRefusal.unknownReason("lazy", allowed: ["weather"])) {
      try file.take(Self.request("suspend", at: 60, reason: "lazy"), by: Fixture.handler)
    }
    try file.take(Self.request("suspend", at: 60, reason: "weather"), by: Fixture.handler)
    // Three hours are left, and the pause may last to the close of the third working day.
    #expect(file.current.state.due == CalendarFixture.at(2026, "1126", 12))
    let clock = try #require(file.current.state.clocks.first { $0.name == "handle" })
    let rule = file.rule()
    #expect(rule.state(of: clock, at: StepFixture.minute(61)) == .paused)
    #expect(rule.pauseEnd(of: clock) == CalendarFixture.at(2026, "1125", 17, 30))
    #expect(rule.state(of: clock, at: CalendarFixture.at(2026, "1125", 17, 30)) == .running)
    try file.take(Self.request("resume", at: 90), by: Fixture.handler)
    #expect(file.current.state.due == due.advanced(byMilliseconds: 30 * Duration.minute))
    #expect(file.steps.last?.reason == nil)
    #expect(file.steps.dropLast().last?.reason == "weather")
  }

  @Test("what is overdue is not paused, and nothing is paused more often than the flow lets it")
  func pauseLimits() throws {
    var file = try Self.handling()
    let late: Int64 = 5 * 60
    #expect(throws: StepRefusal.clockOverdue(due: CalendarFixture.at(2026, "1120", 14))) {
      try file.take(Self.request("suspend", at: late, reason: "weather"), by: Fixture.handler)
    }
    for turn in 0..<4 {
      let minute = Int64(20 + turn * 2)
      try file.take(Self.request("suspend", at: minute, reason: "weather"), by: Fixture.handler)
      try file.take(Self.request("resume", at: minute + 1), by: Fixture.handler)
    }
    #expect(throws: StepRefusal.tooOften(action: "suspend", max: 4)) {
      try file.take(Self.request("suspend", at: 40, reason: "weather"), by: Fixture.handler)
    }
  }

  @Test("an extension is asked for in time, decided by another, and no longer than the flow says")
  func extend() throws {
    var file = try Self.handling()
    let before = file.current.state.due
    #expect(throws: StepRefusal.noExtensionAsked) {
      try file.take(Self.request("grant", at: 20), by: Fixture.dispatcher)
    }
    #expect(throws: StepRefusal.missing([.limit])) {
      try file.take(Self.request("ask", at: 20), by: Fixture.handler)
    }
    let most = TimeLimit(amount: 5, measure: .workingDays)
    for (amount, measure) in [(6, TimeLimit.Measure.workingDays), (1, .days)] {
      let asked = TimeLimit(amount: amount, measure: measure)
      #expect(throws: StepRefusal.extensionTooLong(asked: asked, max: most)) {
        try file.take(
          Self.request("ask", at: 20, limit: amount, measure: measure), by: Fixture.handler)
      }
    }
    try file.take(Self.request("ask", at: 20, limit: 2), by: Fixture.handler)
    #expect(file.current.state.due == before, "asking moves nothing")
    #expect(file.current.state.asked?.limit == TimeLimit(amount: 2, measure: .workingDays))
    #expect(throws: StepRefusal.extensionAsked) {
      try file.take(Self.request("ask", at: 21, limit: 1), by: Fixture.handler)
    }
    let both = StepFixture.actor(20, ["dispatcher"], StepFixture.centre)
    #expect(throws: StepRefusal.askerMayNotDecide) {
      try file.take(Self.request("grant", at: 22), by: both)
    }
    try file.take(Self.request("grant", at: 22, limit: 1), by: Fixture.dispatcher)
    // Less than asked for: one working day after Friday's deadline.
    #expect(file.current.state.due == CalendarFixture.at(2026, "1123", 17, 30))
    #expect(file.order?.due == file.current.state.due)
    #expect(file.current.state.asked == nil)
    #expect(file.steps.last?.limit == TimeLimit(amount: 1, measure: .workingDays))
    let overdue = CalendarFixture.at(2026, "1123", 17, 30)
    #expect(throws: StepRefusal.clockOverdue(due: overdue)) {
      try file.take(Self.request("ask", at: 6 * 1_440, limit: 1), by: Fixture.handler)
    }
  }

  @Test("a report makes void what was asked for")
  func askedThenReported() throws {
    var file = try Self.handling()
    try file.take(Self.request("ask", at: 20, limit: 2), by: Fixture.handler)
    try file.take(Self.request("report", at: 30), by: Fixture.handler)
    #expect(file.current.state.asked == nil)
  }

  @Test("giving back is for the first working hours")
  func within() throws {
    var file = try Self.handling()
    // Accepted at 09:10: six working hours end at 16:10.
    let until = CalendarFixture.at(2026, "1120", 16, 10)
    #expect(throws: StepRefusal.tooLate(action: "giveBack", until: until)) {
      try file.take(Self.request("giveBack", at: 431), by: Fixture.handler)
    }
    try file.take(Self.request("giveBack", at: 430), by: Fixture.handler)
    #expect(file.current.state.due == nil)
    #expect(file.current.state.clocks.map(\.name) == ["whole", "accept", "care"])
  }

  @Test("a case taken up again waits for dispatch, and its clocks begin anew")
  func reopen() throws {
    var file = try Self.handling()
    try file.take(Self.request("report", at: 30), by: Fixture.handler)
    try file.take(Self.request("close", at: 40), by: Fixture.inspector)
    #expect(file.current.state.clocks.allSatisfy { $0.stoppedAt != nil })
    try file.take(Self.request("reopen", at: 50), by: Fixture.dispatcher)
    let state = file.current.state
    #expect(state.closedAt == nil && state.verdict == nil && state.order == nil)
    #expect(state.unit == .none && state.due == nil)
    #expect(state.clocks.first?.startedAt == StepFixture.minute(50))
    #expect(file.eventState == .open)
    try file.take(
      StepFixture.request("dispatch", at: 60, unit: StepFixture.drains), by: Fixture.dispatcher)
    #expect(file.current.state.due == CalendarFixture.at(2026, "1120", 15))
  }

  @Test("lights turn at their shares of the working time")
  func lights() throws {
    let file = try Self.handling()
    let clock = try #require(file.current.state.clocks.first { $0.name == "handle" })
    let rule = file.rule()
    let changes = rule.changes(of: clock, item: file.item)
    // Four hours from 09:00, lunch between: half at 11:00, four fifths at 13:12.
    #expect(changes.map(\.light) == [.yellow, .red, .overdue])
    #expect(
      changes.map(\.at)
        == [
          CalendarFixture.at(2026, "1120", 11), CalendarFixture.at(2026, "1120", 13, 12),
          CalendarFixture.at(2026, "1120", 14),
        ])
    let rows: [(Instant, Light)] = [
      (StepFixture.minute(119), .green), (CalendarFixture.at(2026, "1120", 11), .yellow),
      (CalendarFixture.at(2026, "1120", 13, 12), .red),
      (CalendarFixture.at(2026, "1120", 13, 59), .red),
      (CalendarFixture.at(2026, "1120", 14), .overdue),
    ]
    for (at, light) in rows { #expect(rule.light(of: clock, item: file.item, at: at) == light) }
  }
}

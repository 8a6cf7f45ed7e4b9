import City
import Demonstration
import Pack
import Testing

struct DemonstrationScriptTests {
  static let plan = makePlan(seed: 7)
  static let script = DemonstrationScript(plan: plan, pack: SamplePack.pack)
  static let posts = Dictionary(uniqueKeysWithValues: plan.staff.map { ($0.id, $0) })

  @Test("the past follows time, names nobody real and repeats itself a little")
  func signals() throws {
    let cases = Array(Self.script.history)
    #expect(cases.count == 4_000)
    let times = cases.map(\.signal.occurredAt)
    #expect(zip(times, times.dropFirst()).allSatisfy { $0 <= $1 })
    #expect(times.allSatisfy { $0 < pastEnd && pastEnd.millisecondsSince($0) <= 90 * Duration.day })
    let all = cases.flatMap { [$0.signal] + $0.repeats }
    #expect(Set(all.map(\.externalID)).count == all.count)
    let share = Double(all.count - cases.count) / Double(all.count)
    // One item of five never joins, so that it is never repeated.
    #expect((0.03...0.08).contains(share), "\(share)")
    for past in cases {
      var last = past.signal.occurredAt
      for again in past.repeats {
        #expect(again.occurredAt > last && again.occurredAt < pastEnd)
        last = again.occurredAt
        guard let here = past.signal.position, let there = again.position else { continue }
        #expect(here.metres(to: there) < 50 || here.metres(to: there) > 2_000)
      }
    }
    for signal in all {
      #expect(!signal.text.isEmpty && !signal.title.isEmpty && !signal.address.isEmpty)
      if let reporter = signal.reporter {
        #expect(reporter.phone.count == 11 && reporter.phone.hasPrefix("1990000"))
      }
    }
    #expect(Set(all.map(\.channel)) == Set(Channel.allCases))
    #expect(all.contains { $0.position == nil } && all.contains { $0.item == nil })
    #expect(all.contains { $0.thing != nil })
  }

  @Test("people report by day and on weekdays")
  func rhythm() {
    var byHour = [Int](repeating: 0, count: 24)
    var byWeekday = [Int](repeating: 0, count: 8)
    for past in Self.script.history {
      let local = past.signal.occurredAt.milliseconds + 8 * Duration.hour
      byHour[Int(local % Duration.day / Duration.hour)] += 1
      byWeekday[CivilDate(daysSinceEpoch: Int(local / Duration.day)).weekday] += 1
    }
    #expect(byHour[9] > 10 * byHour[3])
    #expect(byWeekday[3] > byWeekday[7])
  }

  @Test("steps follow the flow, by staff who may take them")
  func steps() throws {
    var ends: [String: Int] = [:]
    var actions: [String: Int] = [:]
    for past in Self.script.history {
      var stage = SamplePack.flow.start
      var after: Int64 = 0
      var handler: ID<Staff>?
      for step in past.steps() {
        let edge = try #require(
          SamplePack.flow.edges.first { $0.from == stage && $0.action == step.action })
        #expect(step.from == edge.from && step.to == edge.to)
        #expect(edge.posts.contains(step.post))
        #expect(Self.posts[step.staff]?.posts.contains(step.post) == true)
        #expect(step.afterMilliseconds > after)
        #expect(past.signal.occurredAt.advanced(byMilliseconds: step.afterMilliseconds) < pastEnd)
        #expect(!edge.requires.contains(.unit) || step.unit != nil)
        #expect(!edge.requires.contains(.staff) || step.assignee != nil)
        #expect(!edge.requires.contains(.item) || step.item != nil)
        #expect(!edge.requiresItemEvidence || step.photos > 0)
        #expect(!edge.guards.contains(.notHandler) || step.staff != handler)
        if step.action == "accept" { handler = step.staff }
        stage = step.to
        after = step.afterMilliseconds
        actions[step.action, default: 0] += 1
      }
      ends[stage, default: 0] += 1
    }
    // Most are closed, some void, and some stand in every stage on the way.
    #expect(ends["closed", default: 0] > 3_500)
    for stage in SamplePack.flow.stages { #expect(ends[stage.code, default: 0] > 0, "\(ends)") }
    // Made-up reports name the right item: nobody corrects it.
    for edge in SamplePack.flow.edges where !edge.effects.contains(.reclassify) {
      #expect(actions[edge.action, default: 0] > 0, "\(actions)")
    }
  }

  @Test("a case that the engine has dispatched goes on from there")
  func fromLaterStage() throws {
    let past = Self.script.history[10]
    let steps = past.steps(from: "dispatched")
    #expect(steps.first?.from == "dispatched")
    #expect(past.steps(from: "closed").isEmpty)
  }

  @Test("most cases are handled in time, some late")
  func lateness() {
    var late = 0
    var reported = 0
    for past in Self.script.history {
      let steps = past.steps()
      guard let accept = steps.first(where: { $0.action == "accept" }),
        let report = steps.first(where: { $0.action == "report" })
      else { continue }
      reported += 1
      if report.afterMilliseconds - accept.afterMilliseconds > 8 * Duration.hour { late += 1 }
    }
    #expect((0.03...0.15).contains(Double(late) / Double(reported)))
  }

  @Test("dispatch goes by the rules: thing's owner, street, district")
  func units() throws {
    let units = Dictionary(uniqueKeysWithValues: Self.plan.units.map { ($0.id, $0) })
    for past in Self.script.history {
      guard let step = past.steps().first(where: { $0.unit != nil }), past.item != "refund",
        step.from == "filed", past.steps().first?.action == "dispatch"
      else { continue }
      let unit = try #require(step.unit.flatMap { units[$0] })
      switch past.item {
      case "garbage":
        #expect(unit.duties.contains("street-sanitation"))
      case "lamp-out": #expect(unit.duties.contains("lighting"))
      case "manhole": #expect(unit.duties.contains("drainage"))
      default: #expect(unit.duties.contains("traffic-police"))
      }
    }
  }

  @Test("the same seed tells the same past, whichever case is asked for first")
  func seeds() {
    func mark(_ seed: UInt64) -> UInt64 {
      let script = DemonstrationScript(
        plan: makePlan(seed: seed, things: 500, cases: 300), pack: SamplePack.pack)
      return digest(script.history.map { "\($0.signal)\($0.repeats)\($0.steps())" })
    }
    #expect(mark(5) == mark(5))
    #expect(mark(5) != mark(6))
    let history = Self.script.history
    #expect(history[77].signal == Array(history.prefix(78)).last?.signal)
  }

  @Test("live signals keep coming, at their pace, and sometimes again")
  func stream() {
    var stream = Self.script.stream(seed: 1)
    var twin = Self.script.stream(seed: 1)
    var now = pastEnd
    var ids: Set<String> = []
    for _ in 0..<500 {
      let (signal, delay) = stream.next(at: now)
      #expect(twin.next(at: now).signal == signal)
      #expect((3_000...6_000).contains(delay))
      #expect(signal.occurredAt == now)
      ids.insert(signal.externalID)
      now = now.advanced(byMilliseconds: delay)
    }
    #expect(ids.count == 500)
  }

  /// Plays a case as an engine would, as far as the step that `next` gives.
  private static func play(
    id: Int64, item: String?, from start: Instant, next: (Case) -> DemonstrationStep?
  ) -> (stage: String, steps: [DemonstrationStep]) {
    var state = CaseState(
      stage: "filed", item: item, grade: .yellow, area: .outside, unit: .none, handler: nil,
      due: nil, order: nil, since: start, closedAt: nil, verdict: nil, version: 0, reworks: 0,
      returns: 0)
    let filing = CaseFiling(
      number: CaseNumber(date: CivilDate(daysSinceEpoch: 0), serial: 1), event: ID(1),
      channel: .hotline, title: "", text: "", address: "", position: nil, thing: nil,
      reporter: nil, filedAt: start, flow: FlowReference(code: "ordinary", version: 1))
    var steps: [DemonstrationStep] = []
    while let step = next(Case(id: ID(id), filing: filing, state: state)), steps.count < 40 {
      steps.append(step)
      if let unit = step.unit { state.unit = UnitPath([plan.units[0].id, unit]) }
      if let item = step.item, step.action == "reclassify" { state.item = item }
      if step.action == "accept" { state.handler = step.staff }
      if step.action == "rework" { state.reworks += 1 }
      if step.action == "return" {
        state.returns += 1
        state.unit = .none
      }
      state.since = state.since.advanced(byMilliseconds: step.afterMilliseconds)
      state.stage = step.to
      state.version += 1
    }
    return (state.stage, steps)
  }

  @Test("simulated staff bring a live case to its end")
  func live() throws {
    let unit = try #require(
      Self.plan.units.first { $0.duties.contains("greening-sanitation") })
    for serial in 1...200 as ClosedRange<Int64> {
      let (stage, steps) = Self.play(id: serial, item: "garbage", from: pastEnd) {
        Self.script.nextStep(for: $0)
      }
      #expect(stage == "closed" || stage == "void")
      for step in steps {
        #expect((1_000...120_000).contains(step.afterMilliseconds))
        if step.action == "dispatch" { #expect(step.unit == unit.id) }
        #expect(step.action != "reclassify", "what says what it is about keeps its item")
        if step.action == "report" { #expect(step.photos > 0) }
      }
    }
  }

  @Test("a past case is played on whatever the engine found; one without an item gets it first")
  func pastAsStored() throws {
    var ends: [String: Int] = [:]
    var classified = 0
    for past in Self.script.history.prefix(600) {
      let (stage, steps) = Self.play(
        id: 1, item: nil, from: past.signal.occurredAt
      ) { past.nextStep(for: $0) }
      let sum = steps.reduce(0) { $0 + $1.afterMilliseconds }
      #expect(past.signal.occurredAt.advanced(byMilliseconds: sum) < pastEnd)
      if let first = steps.first, first.action == "reclassify" {
        #expect(first.item == past.item)
        classified += 1
      }
      ends[stage, default: 0] += 1
    }
    #expect(ends["closed", default: 0] > 540, "\(ends)")
    #expect(classified > 580)
  }
}

import City
import Engine
import Handling
import LoopFixture
import Pack
import Ports
import Testing

/// Why a step was refused; nil where it was taken.
private func refusal(
  _ loop: Loop, _ action: String, _ id: ID<Case>, _ person: Person,
  _ change: (inout StepOrder) -> Void = { _ in }
) async -> StepRefusal? {
  do throws(DeskFault) {
    try await loop.step(action, on: id, by: person, change)
    return nil
  } catch {
    guard case .refused(let refusal) = error else {
      Issue.record("\(error)")
      return nil
    }
    return refusal
  }
}

@Suite struct DeskTests {
  @Test(arguments: StoreKind.allCases)
  func aCaseLivesFromFilingToScore(kind: StoreKind) async throws {
    try await Loop.with(kind) { loop in
      let id = try await loop.file("1")
      try await loop.bring(id, to: "closed")
      let closed = try await loop.load(id)
      #expect(closed.state.stage == "closed")
      #expect(closed.state.verdict == .passed)
      #expect(closed.state.version == 5)
      let minute = Duration.minute
      #expect(closed.state.closedAt == Loop.start.advanced(byMilliseconds: 5 * minute))
      #expect(closed.state.due == Loop.start.advanced(byMilliseconds: minute + 4 * Duration.hour))
      let steps = try await loop.store.steps(of: id, from: 0, limit: 100)
      #expect(steps.map(\.action) == ["dispatch", "accept", "report", "pass", "close"])
      #expect(steps.map(\.sequence) == [0, 1, 2, 3, 4])
      #expect(steps.map(\.tookMilliseconds) == [minute, minute, minute, minute, minute])
      #expect(
        steps.map(\.staff) == [
          Person.dispatcher.id, Person.officer.id, Person.officer.id, Person.inspector.id,
          Person.dispatcher.id,
        ])
      let orders = try await loop.store.orders(of: id)
      #expect(orders.map(\.state) == [.done])
      #expect(orders.first?.acceptedAt == Loop.start.advanced(byMilliseconds: 2 * minute))
      #expect(orders.first?.reportedAt == Loop.start.advanced(byMilliseconds: 3 * minute))
      #expect(try await loop.load(closed.filing.event).state == .closed)
      let score = try await loop.score(of: District.police)
      #expect(score.dispatched == 1)
      #expect(score.closed == 1)
      #expect(score.closedInTime == 1)
      #expect(score.weight == 800)
      #expect(score.weightInTime == 800)
      #expect(score.handlingMilliseconds == 4 * minute)
    }
  }

  struct BadStep: Sendable, CustomTestStringConvertible {
    /// Where the case stands; `filed` needs nothing.
    let stage: String
    let person: Person
    let action: String
    let expected: String
    let change: @Sendable (inout StepOrder) -> Void
    var testDescription: String { "\(action) at \(stage) by \(person): \(expected)" }

    init(
      _ stage: String, _ person: Person, _ action: String, _ expected: String,
      _ change: @escaping @Sendable (inout StepOrder) -> Void = { _ in }
    ) {
      self.stage = stage
      self.person = person
      self.action = action
      self.expected = expected
      self.change = change
    }
  }

  static let badSteps: [BadStep] = [
    BadStep("filed", .officer, "accept", "step.no_edge"),
    BadStep("filed", .dispatcher, "no-such-action", "step.no_edge"),
    BadStep("closed", .dispatcher, "close", "step.no_edge"),
    BadStep("filed", .receptionist, "dispatch", "step.not_your_post") {
      $0.unit = District.police
    },
    BadStep("dispatched", .inspector, "accept", "step.not_your_post"),
    BadStep("dispatched", .lampWorker, "accept", "step.not_your_unit"),
    BadStep("dispatched", .stationOfficer, "accept", "step.not_your_unit"),
    BadStep("filed", .dispatcher, "dispatch", "step.missing"),
    BadStep("handling", .officer, "report", "step.missing"),
    BadStep("handling", .officer, "report", "step.missing") { $0.note = " \n" },
    BadStep("checking", .inspector, "rework", "step.missing"),
    BadStep("filed", .dispatcher, "dispatch", "step.unknown_unit") { $0.unit = ID(999_999) },
    BadStep("handling", .officerHead, "assign", "step.unknown_staff") { $0.staff = ID(999_999) },
    BadStep("handling", .officerHead, "assign", "step.staff_not_of_unit") {
      $0.staff = Person.lampWorker.id
    },
    BadStep("filed", .dispatcher, "reclassify", "step.unknown_item") { $0.item = "no-such-item" },
    BadStep("dispatched", .dispatcher, "reassign", "step.same_unit") {
      $0.unit = District.police
      $0.note = "再派"
    },
    BadStep("handling", .officer, "report", "step.stale_version") {
      $0.note = "好了"
      $0.version = 1
    },
    BadStep("handling", .officer, "report", "step.note_too_long") {
      $0.note = String(repeating: "长", count: StepDecision.noteMax + 1)
    },
    BadStep("handling", .officer, "report", "step.note_not_text") { $0.note = "好\u{0}了" },
  ]

  @Test(arguments: badSteps)
  func whatMayNotBeIsRefusedAndChangesNothing(bad: BadStep) async throws {
    try await Loop.with(.memory) { loop in
      let id = try await loop.file("1")
      if bad.stage != "filed" { try await loop.bring(id, to: bad.stage) }
      let before = try await loop.load(id)
      let sequence = try await loop.store.lastSequence()
      let refused = await refusal(loop, bad.action, id, bad.person, bad.change)
      #expect(refused?.code == bad.expected)
      #expect(try await loop.load(id) == before)
      #expect(try await loop.store.lastSequence() == sequence)
    }
  }

  @Test func aStaleVersionIsToldTheCurrentOne() async throws {
    try await Loop.with(.memory) { loop in
      let id = try await loop.file("1")
      try await loop.bring(id, to: "handling")
      let refused = await refusal(loop, "report", id, .officer) {
        $0.note = "好了"
        $0.version = 1
      }
      #expect(refused == .staleVersion(expected: 1, current: 2))
    }
  }

  @Test func whoeverHandledMayNotCheck() async throws {
    try await Loop.with(.memory) { loop in
      let both = Staff(
        id: Person.officer.id, code: "officer", name: "officer", unit: District.police,
        posts: ["handler", "inspector"], area: nil, active: true)
      _ = try await loop.store.commit(Loop.change([.staff(both)], at: Loop.start))
      try await loop.engine.reloadDirectory()
      let id = try await loop.file("1")
      try await loop.bring(id, to: "checking")
      let actor = StepActor(
        staff: both.id, posts: ["handler", "inspector"], unit: Person.officer.unitPath,
        isEngine: false)
      await #expect(throws: DeskFault.refused(.handlerMayNotVerify)) {
        try await loop.desk.take(
          StepOrder(action: "pass"), on: id, by: actor, as: .staff(both.id), request: "")
      }
      try await loop.step("pass", on: id, by: .inspector)
    }
  }

  @Test func anUnknownCaseAndOneOutsideTheScopeAreTheSame() async throws {
    try await Loop.with(.memory) { loop in
      let id = try await loop.file("1")
      for (target, scope) in [
        (ID<Case>(999), Scope.everything), (id, .area(District.east)), (id, .unit(District.police)),
      ] {
        await #expect(throws: DeskFault.unknownCase) {
          try await loop.step("dispatch", on: target, by: .dispatcher, within: scope) {
            $0.unit = District.police
          }
        }
      }
    }
  }

  @Test func itsItemsEvidenceIsAskedFor() async throws {
    try await Loop.with(.memory) { loop in
      let id = try await loop.file("1", item: TestItem.lamp)
      try await loop.step("accept", on: id, by: .lampWorker)
      let refused = await refusal(loop, "report", id, .lampWorker) { $0.note = "换好了" }
      #expect(refused == .missing([.photo]))
      let picture = FileDigest(Digest(bytes: [UInt8](repeating: 9, count: Digest.byteCount)))
      try await loop.step("report", on: id, by: .lampWorker) {
        $0.note = "换好了"
        $0.evidence = [EvidenceFile(file: picture, form: .photo)]
      }
      let steps = try await loop.store.steps(of: id, from: 2, limit: 1)
      #expect(steps.first?.evidence == [picture])
    }
  }

  @Test(arguments: StoreKind.allCases)
  func returnedAndReassignedOrdersKeepTheirTrace(kind: StoreKind) async throws {
    try await Loop.with(kind) { loop in
      let id = try await loop.file("1")
      try await loop.bring(id, to: "dispatched")
      try await loop.step("giveBack", on: id, by: .officer) { $0.note = "不归我们管" }
      var found = try await loop.load(id)
      #expect(found.state.stage == "filed")
      #expect(found.state.unit == .none)
      #expect(found.state.due == nil)
      #expect(found.state.returns == 1)
      try await loop.step("dispatch", on: id, by: .dispatcher) { $0.unit = District.lighting }
      try await loop.step("reassign", on: id, by: .dispatcher) {
        $0.unit = District.police
        $0.note = "派错了"
      }
      found = try await loop.load(id)
      #expect(found.state.unit.innermost == District.police)
      let orders = try await loop.store.orders(of: id)
      #expect(orders.map(\.state) == [.returned, .withdrawn, .open])
      #expect(
        orders.map { $0.unit.innermost } == [
          .some(District.police), District.lighting, District.police,
        ])
      let score = try await loop.score(of: District.police)
      #expect(score.dispatched == 2)
      #expect(score.returns == 1)
    }
  }

  @Test func reworkCountsAndItsVerdictFollows() async throws {
    try await Loop.with(.memory) { loop in
      let id = try await loop.file("1")
      try await loop.bring(id, to: "checking")
      try await loop.step("rework", on: id, by: .inspector) { $0.note = "还在响" }
      #expect(try await loop.load(id).state.reworks == 1)
      try await loop.step("report", on: id, by: .officer) { $0.note = "这次停了" }
      // Later than its four hours.
      loop.clock.advance(5 * Duration.hour)
      try await loop.step("pass", on: id, by: .inspector)
      try await loop.step("close", on: id, by: .dispatcher)
      let score = try await loop.score(of: District.police)
      #expect(score.reworks == 1)
      #expect(score.closed == 1)
    }
  }

  @Test(arguments: StoreKind.allCases)
  func aVoidCaseEndsItsEventAndOrder(kind: StoreKind) async throws {
    try await Loop.with(kind) { loop in
      let first = try await loop.send(Loop.signal("1"))
      let id = try #require(first.case)
      try await loop.bring(id, to: "handling")
      #expect(
        await refusal(loop, "void", id, .dispatcher) { $0.note = "测试" }?.code
          == "step.not_your_post")
      #expect(await refusal(loop, "void", id, .dutyOfficer)?.code == "step.missing")
      try await loop.step("void", on: id, by: .dutyOfficer) { $0.note = "测试" }
      let found = try await loop.load(id)
      #expect(found.state.stage == "void")
      #expect(found.state.verdict == .void)
      #expect(try await loop.load(first.event).state == .void)
      #expect(try await loop.store.orders(of: id).map(\.state) == [.withdrawn])
      // What comes later is a problem of its own.
      #expect(try await loop.send(Loop.signal("2")).kind == .opened)
    }
  }

  @Test func aReclassifiedCaseTakesItsEventAlong() async throws {
    try await Loop.with(.memory) { loop in
      let first = try await loop.send(Loop.signal("1"))
      try await loop.step("reclassify", on: try #require(first.case), by: .dispatcher) {
        $0.item = TestItem.fireworks
      }
      #expect(try await loop.load(first.event).item == TestItem.fireworks)
      #expect(try await loop.send(Loop.signal("2", item: TestItem.fireworks)).kind == .joined)
    }
  }

  @Test func stepsThatRaceAreTakenOnceEach() async throws {
    try await Loop.with(.sqlite) { loop in
      let id = try await loop.file("1")
      try await loop.bring(id, to: "dispatched")
      let taken = await withTaskGroup(of: Bool.self) { group in
        for _ in 0..<16 {
          group.addTask { await refusal(loop, "accept", id, .officer) == nil }
        }
        return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(taken == 1)
      #expect(try await loop.load(id).state.version == 2)
    }
  }
}

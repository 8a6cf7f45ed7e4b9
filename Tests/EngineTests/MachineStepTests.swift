import City
import Engine
import Handling
import LoopFixture
import Pack
import Ports
import Testing
import Vault

/// Steps that the engine takes by itself: checks by the sensor, and naming who shall check.
@Suite struct MachineStepTests {
  private static let level = Sensing.rule(
    "water-level", .value, [RuleLevel(grade: .yellow, raise: 150, clear: 120)],
    item: "road-flooding")
  private static let photo = EvidenceFile(
    file: FileDigest(Digest(bytes: [UInt8](repeating: 7, count: Digest.byteCount))), form: .photo)

  /// A gauge, what reads it, and a case that came of it.
  private struct Flood {
    let loop: Loop
    let sensing: Sensing
    let follower: PerceptionFollower
    private(set) var id: ID<Case>

    init(_ loop: Loop) async throws {
      self.loop = loop
      sensing = try await Sensing(loop, gauges: 1, rules: [level])
      follower = sensing.follower()
      id = ID(0)
      try await read(400)
      let cases = try await loop.store.cases(
        CaseQuery(scope: .everything, page: PageRequest(limit: 10, before: nil)))
      id = try #require(cases.elements.first).id
      try await loop.step("dispatch", on: id, by: .dispatcher) { $0.unit = District.police }
      try await loop.step("accept", on: id, by: .officer)
    }

    /// Minutes pass, then the gauge tells a depth.
    func read(_ depth: Double, after minutes: Int64 = 1) async throws {
      loop.clock.advance(minutes * Duration.minute)
      _ = try await sensing.send([(gauge: 0, at: loop.clock.now, value: depth)])
      try await Sensing.run(follower)
    }

    func report() async throws {
      try await loop.step("report", on: id, by: .officer) {
        $0.note = "已抽排"
        $0.evidence = [photo]
      }
    }

    /// As a server that has just been started has it.
    func machine() async throws -> MachineSteps {
      let perception = sensing.perception
      let machine = MachineSteps(engine: loop.engine) { perception.lastSeen($0) }
      try await machine.begin()
      return machine
    }

    var stage: String {
      get async throws { try await loop.load(id).state.stage }
    }
  }

  @Test("the sensor checks after the report, when it stayed clear; an alarm again begins anew")
  func sensor() async throws {
    for kind in StoreKind.allCases {
      try await Loop.with(kind) { loop in
        let flood = try await Flood(loop)
        var machine = try await flood.machine()
        // Clear for two hours, and nobody reported: nothing.
        try await flood.read(20)
        try await flood.read(20, after: 120)
        #expect(try await machine.turn() == 0)
        #expect(try await flood.stage == "handling")
        try await flood.read(400)
        try await flood.report()
        #expect(try await machine.turn() == 0)
        try await flood.read(20)
        #expect(try await machine.turn() == 0)
        // Again after twenty minutes, and clear again: the time begins anew.
        try await flood.read(400, after: 20)
        #expect(try await machine.turn() == 0)
        try await flood.read(20)
        let cleared = loop.clock.now
        #expect(try await machine.turn() == 0)
        try await flood.read(20, after: 29)
        #expect(try await machine.turn() == 0)
        // A restart, and a gauge that has said nothing since.
        machine = try await flood.machine()
        #expect(try await machine.turn() == 0)
        loop.clock.advance(2 * Duration.minute)
        #expect(try await machine.turn() == 0)
        #expect(try await flood.stage == "checking")
        try await flood.read(20, after: 2)
        #expect(try await machine.turn() == 1)
        #expect(try await flood.stage == "checked")
        let step = try #require(
          try await loop.store.steps(of: flood.id, from: 0, limit: 50).last)
        #expect(step.action == "sensorPass" && step.staff == nil)
        #expect(step.note.contains(Sensing.code(0)) && step.note.contains("道路积水"))
        #expect(step.note.contains(loop.engine.localText(cleared)))
        let entries = try await loop.store.entries(after: 0, limit: 10_000)
        #expect(
          entries.last { $0.kind == "case.step" }?.actor == .engine(MachineSteps.name))
        #expect(try await machine.turn() == 0)
        let closed = try await loop.step("close", on: flood.id, by: .dispatcher)
        #expect(closed.state.verdict == .passed)
      }
    }
  }

  @Test("by hand nobody takes the sensor's word, and a waiting alarm is waited for after a restart")
  func waiting() async throws {
    try await Loop.with(.memory) { loop in
      let flood = try await Flood(loop)
      try await flood.report()
      let machine = try await flood.machine()
      #expect(try await machine.turn() == 0)
      await #expect(throws: DeskFault.refused(.machineOnly)) {
        try await loop.step("sensorPass", on: flood.id, by: .system)
      }
      // The engine itself is refused while the alarm stands.
      await #expect(throws: DeskFault.refused(.sensorNotClear(until: nil))) {
        try await loop.desk.take(
          StepOrder(action: "sensorPass"), on: flood.id, by: .engine,
          as: .engine(MachineSteps.name), request: "")
      }
      try await flood.read(20)
      #expect(try await machine.turn() == 0)
      try await flood.read(20, after: 31)
      #expect(try await machine.turn() == 1)
      #expect(try await flood.stage == "checked")
    }
  }

  // MARK: Who checks

  private static func inspector(
    _ id: Int64, _ unit: ID<City.Unit> = District.centre, _ posts: [String] = ["inspector"]
  ) -> Fact {
    .staff(
      Staff(
        id: ID(id), code: "i\(id)", name: "核查\(id)", unit: unit, posts: posts, area: nil,
        active: true))
  }

  private static func onDuty(_ id: Int64, _ loop: Loop, hours: Int64 = 8) -> Fact {
    .duty(
      Duty(
        id: ID(id + 1_000), staff: ID(id), unit: District.centre, from: Loop.start,
        to: Loop.start.advanced(byMilliseconds: hours * Duration.hour)))
  }

  private static func add(_ facts: [Fact], to loop: Loop) async throws {
    _ = try await loop.store.commit(Loop.change(facts, at: loop.clock.now))
    try await loop.engine.reloadDirectory()
  }

  private static func position(_ place: (longitude: Double, latitude: Double)) throws -> Position {
    try #require(Position(longitude: place.longitude, latitude: place.latitude))
  }

  @Test("the nearest on duty is named, then the one with less at hand; never the handler")
  func nearest() async throws {
    try await Loop.with(.sqlite) { loop in
      try await Self.add(
        [
          Self.inspector(301), Self.inspector(302), Self.inspector(304),
          Self.inspector(303, District.police, ["handler", "inspector"]),
          Self.onDuty(301, loop), Self.onDuty(302, loop), Self.onDuty(303, loop),
        ], to: loop)
      let west = try Self.position(District.inWest)
      let east = try Self.position(District.inEast)
      let both = StepActor(
        staff: ID(303), posts: ["handler", "inspector"],
        unit: UnitPath([District.centre, District.police]), isEngine: false)
      // He who handled stands nearest, 304 is off duty.
      loop.engine.whereabouts.saw(ID(303), at: west, loop.clock.now)
      loop.engine.whereabouts.saw(ID(304), at: west, loop.clock.now)
      loop.engine.whereabouts.saw(ID(301), at: east, loop.clock.now)
      loop.engine.whereabouts.saw(ID(302), at: west, loop.clock.now)
      let machine = MachineSteps(engine: loop.engine)
      try await machine.begin()
      let id = try await loop.file("1")
      try await loop.step("dispatch", on: id, by: .dispatcher) { $0.unit = District.police }
      func take(_ action: String) async throws -> Case {
        var order = StepOrder(action: action)
        order.note = "好"
        return try await loop.desk.take(
          order, on: id, by: both, as: .staff(ID(303)), request: "test")
      }
      _ = try await take("accept")
      _ = try await take("report")
      #expect(try await machine.turn() == 1)
      #expect(try await loop.load(id).state.checker == ID(302))
      let step = try #require(try await loop.store.steps(of: id, from: 0, limit: 50).last)
      #expect(step.action == "assignCheck" && step.note.contains("核查302"))
      #expect(try await machine.turn() == 0)
      // Equally near: the other has less at hand.
      loop.engine.whereabouts.saw(ID(301), at: west, loop.clock.now)
      let second = try await loop.file("2", at: District.inEast)
      try await loop.bring(second, to: "checking")
      #expect(try await machine.turn() == 1)
      #expect(try await loop.load(second).state.checker == ID(301))
      // Whoever is named, another inspector may check; who handled may not.
      await #expect(throws: DeskFault.refused(.handlerMayNotVerify)) { try await take("pass") }
      #expect(try await loop.step("pass", on: id, by: .inspector).state.stage == "checked")
    }
  }

  @Test("nobody on duty: nobody is named until somebody is")
  func nobody() async throws {
    try await Loop.with(.memory) { loop in
      let machine = MachineSteps(engine: loop.engine)
      try await machine.begin()
      let id = try await loop.file("1")
      try await loop.bring(id, to: "checking")
      #expect(try await machine.turn() == 0)
      try await Self.add([Self.inspector(301), Self.onDuty(301, loop)], to: loop)
      loop.clock.advance(3 * Duration.minute)
      #expect(try await machine.turn() == 1)
      #expect(try await loop.load(id).state.checker == ID(301))
    }
  }

  @Test("where somebody was follows from what he did on the spot, also after a restart")
  func whereabouts() async throws {
    try await Loop.with(.sqlite) { loop in
      let machine = MachineSteps(engine: loop.engine)
      try await machine.begin()
      let id = try await loop.file("1", at: District.inEast)
      try await loop.bring(id, to: "checked")
      try await machine.turn()
      let east = try Self.position(District.inEast)
      #expect(loop.engine.whereabouts.position(of: Person.inspector.id, at: loop.clock.now) == east)
      #expect(loop.engine.whereabouts.position(of: Person.officer.id, at: loop.clock.now) == east)
      #expect(
        loop.engine.whereabouts.position(of: Person.dispatcher.id, at: loop.clock.now) == nil,
        "a desk says nothing of a place")
      let again = try await Engine(
        store: loop.store, sealing: loop.keys, secrets: PasswordDesk(cost: .least),
        time: loop.clock, catalogue: Loop.catalogue, settings: EngineSettings())
      try await MachineSteps(engine: again).begin()
      #expect(again.whereabouts.position(of: Person.inspector.id, at: loop.clock.now) == east)
      loop.clock.advance(Whereabouts.freshMilliseconds + Duration.minute)
      #expect(again.whereabouts.position(of: Person.inspector.id, at: loop.clock.now) == nil)
    }
  }
}

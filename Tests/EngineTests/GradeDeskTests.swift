import City
import Engine
import Evaluating
import LoopFixture
import Pack
import Ports
import Testing

/// Things are graded by the engine when what is known of them changes, and what is grave is reported.
@Suite struct GradeDeskTests {
  private static let kind = "self-built-house"
  private static let model = "self-built-appraisal"

  private static func save(
    _ loop: Loop, _ code: String, _ attributes: [String: String]
  ) async throws -> Thing {
    var entry = ThingEntry(kind: kind, code: code)
    entry.name = "\(code) house"
    entry.longitude = District.inWest.longitude
    entry.latitude = District.inWest.latitude
    entry.attributes = attributes.merging(["floors": "2"]) { given, _ in given }
    return try await MasterData(engine: loop.engine)
      .save(entry, by: .local("test"), request: "").thing
  }

  private static func grades(_ loop: Loop, _ thing: Thing) async throws -> [Grade] {
    try await loop.store.gradings(of: thing.id, limit: 100)
      .filter { $0.model == model }.map(\.grade)
  }

  @Test(arguments: StoreKind.allCases)
  func aChangedThingIsGradedAnewAndReportedOnce(kind: StoreKind) async throws {
    try await Loop.with(kind) { loop in
      let desk = GradeDesk(engine: loop.engine)
      try await desk.turn()
      let thing = try await Self.save(loop, "h1", ["appraisal": "A"])
      let first = try await desk.turn()
      #expect(Set(first.map(\.grading.thing)) == [thing.id])
      #expect(first.allSatisfy { $0.report == nil && $0.before == nil })
      #expect(try await Self.grades(loop, thing) == [.blue])
      _ = try await Self.save(loop, "h1", ["appraisal": "D"])
      let second = try await desk.turn()
      let graver = try #require(second.first { $0.grading.model == Self.model })
      #expect(graver.before?.grade == .blue)
      #expect(graver.report?.kind == .opened)
      #expect(try await Self.grades(loop, thing) == [.red, .blue])
      let filed = try await loop.load(try #require(graver.report?.case))
      #expect(filed.filing.thing == thing.id)
      #expect(filed.filing.channel == .system)
      // Nothing changed, and another desk over the same store finds nothing either.
      #expect(try await desk.turn().isEmpty)
      #expect(try await GradeDesk(engine: loop.engine).turn().isEmpty)
      // What stays grave is not told again.
      _ = try await Self.save(loop, "h1", ["appraisal": "D", "people": "3"])
      #expect(try await desk.turn().allSatisfy { $0.grading.model != Self.model })
    }
  }

  @Test func whatWasSavedWhileNobodyLookedIsGradedAtTheStart() async throws {
    try await Loop.with(.memory) { loop in
      let things = try await [
        Self.save(loop, "h1", ["appraisal": "B"]), Self.save(loop, "h2", ["appraisal": "D"]),
      ]
      try await GradeDesk(engine: loop.engine).turn()
      #expect(try await Self.grades(loop, things[0]) == [.yellow])
      #expect(try await Self.grades(loop, things[1]) == [.red])
    }
  }

  @Test func datesComeNearerThoughNothingHappens() async throws {
    try await Loop.with(.memory) { loop in
      var entry = ThingEntry(kind: "office-building", code: "b1")
      entry.name = "b1"
      let today = loop.engine.civilDate(of: loop.clock.now)
      entry.attributes = ["floors": "9", "inspected": today.text]
      let thing = try await MasterData(engine: loop.engine)
        .save(entry, by: .local("test"), request: "").thing
      let desk = GradeDesk(engine: loop.engine)
      try await desk.turn()
      func due() async throws -> Grade? {
        try await loop.store.gradings(of: thing.id, limit: 10)
          .first { $0.model == "building-visit-due" }?.grade
      }
      #expect(try await due() == .blue)
      loop.clock.advance(92 * Duration.day)
      try await desk.turn()
      #expect(try await due() == .yellow)
    }
  }

  @Test func aScoreThatCreepsIsNotWrittenEveryDay() throws {
    let line = RiskLine(grade: .blue, name: "low", from: nil)
    let factor = RiskFactor(
      code: "age", title: "age", input: .field("age"),
      scale: .slope(points: 0.25, range: 0...100), missing: 0, why: "")
    let model = RiskModel(
      code: "m", name: "m", kind: "k", form: .weighted, base: 0, factors: [factor], rules: [],
      lines: [line], item: nil, signalFrom: .red, why: "")
    let thing = Thing(
      id: ID(1), kind: "k", code: "c", name: "n", address: "", area: .outside, owner: .none,
      geometry: nil, position: nil, attributes: [], version: 1)
    func grading(_ age: Double, after before: Grading?) -> Grading? {
      model.grading(
        of: thing, model.assess { _ in .number(age) }, after: before, id: ID(2),
        at: Instant(milliseconds: 0))
    }
    let first = try #require(grading(10, after: nil))
    #expect(first.score == 2_500)
    #expect(first.shares == [Grading.Share(factor: "age", thousandths: 2_500)])
    #expect(grading(13, after: first) == nil)
    #expect(grading(14, after: first)?.score == 3_500)
  }
}

import City
import Engine
import Handling
import JSONText
import Pack
import Ports

/// `civicloop bench step`: what one step costs on a case with a long history.
///
/// The steps go through the desk, as those of the API do. Measured are steps on the case as the
/// server has it that filed it (warm), and as one has it that was started anew (cold).
enum BenchStep {
  static let command = Command(
    name: "bench step", summary: "one step on a case with many earlier steps",
    usage: "bench step [--steps 5000] [--measured 500] [--data DIR]",
    example: "civicloop bench step --steps 5000 --data ./bench",
    options: ["steps", "measured"]
  ) { arguments in try await run(arguments) }

  private static let centre = ID<Unit>(11)
  private static let main = ID<Unit>(12)
  private static let other = ID<Unit>(13)
  private static let found = ID<Case>(1)

  private static func run(_ arguments: Arguments) async throws -> Int32 {
    let earlier = try arguments.integer("steps", 5_000, in: 0...100_000)
    let measured = try arguments.integer("measured", 500, in: 5...10_000)
    var turn = 0
    let warm = try await opened(arguments.data) { folder in
      guard folder.engine.directory.units.isEmpty else {
        throw WorkFault(message: "\(folder.path) is not empty; a benchmark wants a new folder")
      }
      try await file(folder.engine)
      _ = try await take(earlier, &turn, folder.engine)
      return try await take(measured, &turn, folder.engine)
    }
    let (cold, orders) = try await opened(arguments.data) { folder in
      let part = try await take(measured, &turn, folder.engine)
      return (part, try await folder.engine.store.orders(of: found).count)
    }
    Output.result { writer in
      writer.member("steps", earlier)
      writer.member("orders", orders)
      for (name, part) in [("warm", warm), ("cold", cold)] {
        writer.object(name) { writer in
          writer.member("p50Milliseconds", part.milliseconds[part.milliseconds.count / 2])
          writer.member("p99Milliseconds", part.milliseconds[part.milliseconds.count * 99 / 100])
          writer.member("processorMilliseconds", part.processor)
          writer.member("firstMilliseconds", part.first.clock)
          writer.member("firstProcessorMilliseconds", part.first.processor)
        }
      }
    }
    return 0
  }

  /// Gives up the folder's lock when it is done, so that it can be opened anew.
  private static func opened<Answer>(
    _ path: String, _ body: (DataFolder) async throws -> Answer
  ) async throws -> Answer {
    let folder = try await DataFolder.open(path, note: "bench", clock: SystemClock())
    do {
      let answer = try await body(folder)
      await folder.close()
      return answer
    } catch {
      await folder.close()
      throw error
    }
  }

  private struct Part {
    /// By the clock, in rising order.
    let milliseconds: [Double]
    /// Processor time of all threads, a step.
    let processor: Double
    /// The first step alone.
    let first: (clock: Double, processor: Double)
  }

  /// One case with the main unit, handled.
  private static func file(_ engine: Engine) async throws {
    let item = engine.catalogue.items.first { !$0.automatic && $0.flow == "standard" }
    guard let item else { throw WorkFault(message: "the packs hold no item for the benchmark") }
    let now = engine.time.now
    let units: [Fact] = [centre, main, other].map { id in
      .unit(
        Unit(
          id: id, parent: id == centre ? nil : centre,
          kind: id == centre ? .centre : .department, code: "bench-\(id.rawValue)",
          name: "bench-\(id.rawValue)", area: nil, hours: "", duties: []))
    }
    let staff: [Fact] = [main, other].map { unit in
      .staff(
        Staff(
          id: person(of: unit), code: "bench-\(unit.rawValue)", name: "bench", unit: unit,
          posts: ["handler"], area: nil, active: true))
    }
    let state = CaseState(
      stage: "filed", item: item.code, grade: item.grade, area: .outside, unit: .none,
      handler: nil, due: nil, order: nil, since: now, closedAt: nil, verdict: nil, version: 0,
      reworks: 0, returns: 0)
    let filing = CaseFiling(
      number: CaseNumber(date: engine.civilDate(of: now), serial: 1), event: ID(1),
      channel: .system, title: "", text: "", address: "", position: nil, thing: nil,
      reporter: nil, filedAt: now, flow: engine.catalogue.currentFlow(code: item.flow))
    let event = Event(
      id: ID(1), item: item.code, title: "", address: "", position: nil, area: .outside,
      thing: nil, firstAt: now, lastAt: now, signals: 1, state: .open, case: found,
      mergedInto: nil, version: 0)
    let filed = Case(id: found, filing: filing, state: state)
    _ = try await engine.store.commit(
      ChangeSet(
        kind: "bench.case", at: now, actor: .engine("bench"),
        subject: SubjectReference(kind: "case", id: found.rawValue), request: "", conditions: [],
        facts: units + staff + [.event(event), .caseFiled(filed)]))
    try await engine.reloadDirectory()
    var dispatch = StepOrder(action: "dispatch")
    dispatch.unit = main
    _ = try await step(dispatch, as: "duty-officer", of: centre, engine)
    _ = try await step(StepOrder(action: "accept"), as: "handler", of: main, engine)
  }

  private static func person(of unit: ID<Unit>) -> ID<Staff> { ID(unit.rawValue + 100) }

  private static func step(
    _ order: StepOrder, as post: String, of unit: ID<Unit>, _ engine: Engine
  ) async throws -> Case {
    let actor = StepActor(
      staff: person(of: unit), posts: [post], unit: engine.directory.path(of: unit),
      isEngine: false)
    return try await Desk(engine: engine).take(
      order, on: found, by: actor, as: .staff(person(of: unit)), request: "bench")
  }

  /// Talks, parts given to another unit and ended by it, and keys, in turn.
  private static func take(
    _ count: Int, _ turn: inout Int, _ engine: Engine
  ) async throws -> Part {
    var milliseconds: [Double] = []
    let before = OwnUsage.processorSeconds
    var afterFirst = before
    var first = 0.0
    for number in 0..<count {
      let timed = Stopwatch()
      try await next(turn, engine)
      milliseconds.append(timed.seconds * 1_000)
      if number == 0 { (first, afterFirst) = (milliseconds[0], OwnUsage.processorSeconds) }
      turn += 1
    }
    let processor = OwnUsage.processorSeconds - before
    milliseconds.sort()
    return Part(
      milliseconds: milliseconds.isEmpty ? [0] : milliseconds,
      processor: processor * 1_000 / Double(max(count, 1)),
      first: (first, (afterFirst - before) * 1_000))
  }

  private static func next(_ turn: Int, _ engine: Engine) async throws {
    var order: StepOrder
    let post: String
    let unit: ID<Unit>
    switch turn % 4 {
    case 0:
      order = StepOrder(action: "assist")
      order.unit = other
      (post, unit) = ("duty-officer", centre)
    case 1: (order, post, unit) = (StepOrder(action: "finishPart"), "handler", other)
    default:
      order = StepOrder(action: "contact")
      order.key = turn % 4 == 2 ? "bench-\(turn)" : ""
      (post, unit) = ("handler", main)
    }
    order.note = "step \(turn)"
    _ = try await step(order, as: post, of: unit, engine)
  }
}

import City
import Engine
import Glibc
import JSONText
import Pack
import Ports

/// `civicloop bench clocks`: what a million running limits cost, and how soon a light is told.
///
/// Time is virtual: the clock stands at one full minute after another, and each minute is told
/// before the next begins. The share of a core is the processor time of all threads over the
/// minutes that passed in the city.
enum BenchClocks {
  static let command = Command(
    name: "bench clocks", summary: "what running limits cost, and how soon lights are told",
    usage: "bench clocks [--open 1000000] [--minutes 60] [--data DIR]",
    example: "civicloop bench clocks --open 1000000 --data ./bench",
    options: ["open", "minutes"]
  ) { arguments in try await run(arguments) }

  /// 2026-11-16T09:00 in UTC+8, a Monday.
  private static let begin = Instant(milliseconds: 1_794_790_800_000)
  /// Over so many days the first lights of all cases are spread.
  private static let spreadDays: Int64 = 5
  private static let casesPerChange = 500

  private static func run(_ arguments: Arguments) async throws -> Int32 {
    let count = try arguments.integer("open", 1_000_000, in: 1...4_000_000)
    let minutes = try arguments.integer("minutes", 60, in: 1...1_440)
    let clock = DemonstrationClock()
    clock.hold(at: begin)
    let folder = try await DataFolder.open(arguments.data, note: "bench", clock: clock)
    let engine = folder.engine
    let filling = Stopwatch()
    try await fill(count, engine)
    Output.say("\(count) open cases filed in \(Int(filling.seconds)) s")
    let watch = ClockWatch(engine: engine)
    let starting = Stopwatch()
    try await watch.begin()
    let startSeconds = starting.seconds
    // What follows the store settles first, so that its work is not counted as the clocks'.
    try await settle(engine)
    let before = OwnUsage.processorSeconds
    var latencies: [Double] = []
    var told = 0
    for minute in 1...minutes {
      clock.hold(at: begin.advanced(byMilliseconds: Int64(minute) * Duration.minute))
      let turn = Stopwatch()
      told += try await watch.turn()
      latencies.append(turn.seconds * 1_000)
    }
    let processor = OwnUsage.processorSeconds - before
    let watched = await watch.count
    await folder.close()
    latencies.sort()
    let share = processor / Double(minutes * 60)
    Output.say(
      "\(told) lights in \(minutes) minutes; the slowest minute took \(latencies.last ?? 0) ms")
    Output.result { writer in
      writer.member("open", count)
      writer.member("watched", watched)
      writer.member("minutes", minutes)
      writer.member("told", told)
      writer.member("p50Milliseconds", latencies[latencies.count / 2])
      writer.member("maxMilliseconds", latencies.last ?? 0)
      writer.member("coreShare", share)
      writer.member("startSeconds", startSeconds)
      writer.member("residentMegabytes", OwnUsage.peakMegabytes)
    }
    return 0
  }

  private static func settle(_ engine: Engine) async throws {
    var last = OwnUsage.processorSeconds
    while true {
      try await Task.sleep(for: .seconds(2))
      let now = OwnUsage.processorSeconds
      if now - last < 0.05 { return }
      last = now
    }
  }

  private static func fill(_ count: Int, _ engine: Engine) async throws {
    let items = engine.catalogue.items
    guard let item = items.first(where: { $0.handleClock?.limit.measure == .hours }),
      let limit = item.handleClock?.limit
    else { throw WorkFault(message: "the packs hold no item whose limit is in hours") }
    let flow = engine.catalogue.currentFlow(code: item.flow)
    let length = Int64(limit.amount) * Duration.hour
    let progress = Progress("cases")
    for first in stride(from: 0, to: count, by: casesPerChange) {
      let facts = (first..<min(first + casesPerChange, count)).map { number in
        // The first light, at half of the limit, falls on a moment of the days that follow.
        let spread = spreadDays * Duration.day
        let yellow = begin.advanced(
          byMilliseconds: Int64(Double(spread) * Double(number) / Double(count)) + 1)
        return Fact.caseFiled(
          filed(number, item, flow, from: yellow.advanced(byMilliseconds: -length / 2), length))
      }
      _ = try await engine.store.commit(
        ChangeSet(
          kind: "bench.cases", at: begin, actor: .engine("bench"),
          subject: SubjectReference(kind: "case", id: 0), request: "", conditions: [],
          facts: facts))
      progress.show(Int64(first), of: Int64(count))
    }
  }

  private static func filed(
    _ number: Int, _ item: Item, _ flow: FlowReference, from start: Instant, _ length: Int64
  ) -> Case {
    let due = start.advanced(byMilliseconds: length)
    var state = CaseState(
      stage: "handling", item: item.code, grade: item.grade, area: .outside, unit: .none,
      handler: nil, due: due, order: nil, since: start, closedAt: nil, verdict: nil, version: 2,
      reworks: 0, returns: 0)
    state.clocks = [Clock(name: "handle", startedAt: start, unit: nil, due: due)]
    return Case(
      id: ID(Int64(number + 1)),
      filing: CaseFiling(
        number: CaseNumber(
          date: CivilDate(daysSinceEpoch: 20_000 + number / 90_000), serial: number % 90_000 + 1),
        event: ID(Int64(number + 1)), channel: .system, title: "", text: "", address: "",
        position: nil, thing: nil, reporter: nil, filedAt: start, flow: flow),
      state: state)
  }
}

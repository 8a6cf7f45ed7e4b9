import City
import Demonstration
import JSONText
import Pack
import Simulating

/// `civicloop flow simulate`: the demonstration district's people at work in virtual time.
enum FlowSimulate {
  /// A Monday whose year's calendar the packs know.
  private static let firstDay = "2026-01-05"
  private static let offsetMinutes = 480
  /// Crews shown to people.
  private static let shown = 12
  private static let barLength = 20

  static let command = Command(
    name: "flow simulate", summary: "people at work in virtual time: lights, load, piles",
    usage: "flow simulate [--days 90] [--perDay 5000] [--seed 7] [--crew PERCENT] [--from DATE]",
    example: "civicloop flow simulate --days 90 --perDay 5000 --seed 7",
    options: ["days", "perDay", "seed", "crew", "from"]
  ) { arguments in try run(arguments) }

  private static func run(_ arguments: Arguments) throws -> Int32 {
    _ = try arguments.expect()
    let settings = try settings(arguments)
    let catalogue = try Packs.load(Home.find())
    let start = Instant(
      milliseconds: Int64(settings.firstDay.daysSinceEpoch) * Duration.day)
    var lastID: Int64 = 0
    let plan = DemonstrationPlan(
      seed: settings.seed, things: 0, devices: 0, cases: 0, days: 1, endingAt: start
    ) { _ in
      lastID += 1
      return lastID
    }
    guard
      var simulation = FlowSimulation(
        plan: plan, catalogue: catalogue, settings: settings, offsetMinutes: offsetMinutes)
    else { throw WorkFault(message: "the packs hold no items: nothing can be reported") }
    let people = simulation.people
    let progress = Progress("simulating")
    let watch = Stopwatch()
    let result = simulation.run { progress.show(Int64($0), of: Int64(settings.days)) }
    let seconds = watch.seconds
    tell(result, people: people)
    write(result, people: people, seconds: seconds)
    return 0
  }

  private static func settings(_ arguments: Arguments) throws -> SimulationSettings {
    var settings = SimulationSettings(firstDay: try arguments.day("from", firstDay))
    settings.days = try arguments.integer("days", 90, in: SimulationSettings.daysRange)
    settings.perDay = try arguments.integer("perDay", 5_000, in: SimulationSettings.perDayRange)
    settings.seed = UInt64(try arguments.integer("seed", 7, in: 0...Int.max))
    settings.crew = try arguments.integer("crew", 100, in: SimulationSettings.crewRange)
    guard settings.days * settings.perDay <= SimulationSettings.casesMax else {
      throw UsageFault(
        message: "--days times --perDay is at most \(SimulationSettings.casesMax) cases")
    }
    return settings
  }

  /// Where work piles up, as bars.
  private static func tell(_ result: SimulationResult, people: Int) {
    Output.say(
      "\(result.cases) cases, \(result.closed) closed, \(result.late) late; \(people) people; "
        + "lights green \(result.lights.green), yellow \(result.lights.yellow), "
        + "red \(result.lights.red)")
    Output.say("longest waits (mean minutes a task waited · busy share of the time on duty):")
    for load in result.loads.prefix(shown) {
      let full = min(max(Int((load.busyShare * Double(barLength)).rounded()), 0), barLength)
      let bar =
        String(repeating: "█", count: full) + String(repeating: "░", count: barLength - full)
      Output.say(
        "  \(bar) \(Int((load.busyShare * 100).rounded())) %  \(Int(load.waitMinutes.rounded())) min"
          + "  \(load.name) (\(load.post), \(load.people)) queue ≤ \(load.queueMost),"
          + " \(load.queueAtEnd) at the end")
    }
  }

  private static func write(_ result: SimulationResult, people: Int, seconds: Double) {
    Output.result { writer in
      writer.member("cases", result.cases)
      writer.member("closed", result.closed)
      writer.member("late", result.late)
      writer.member("seconds", seconds)
      let hex = String(result.digest, radix: 16)
      writer.member("digest", String(repeating: "0", count: 16 - hex.count) + hex)
      writer.member("open", result.days.last?.open ?? 0)
      writer.member("steps", result.steps)
      writer.member("reworks", result.reworks)
      writer.member("returns", result.returns)
      writer.member("refused", result.refused)
      writer.member("people", people)
      writer.name("lights")
      writer.beginObject()
      writer.member("green", result.lights.green)
      writer.member("yellow", result.lights.yellow)
      writer.member("red", result.lights.red)
      writer.endObject()
      writer.name("loads")
      writer.beginArray()
      for load in result.loads.prefix(shown) {
        writer.beginObject()
        writer.member("name", load.name)
        writer.member("post", load.post)
        writer.member("people", load.people)
        writer.member("busyShare", load.busyShare)
        writer.member("tasks", load.tasks)
        writer.member("waitMinutes", load.waitMinutes)
        writer.member("queueMost", load.queueMost)
        writer.member("queueAtEnd", load.queueAtEnd)
        writer.endObject()
      }
      writer.endArray()
    }
  }
}

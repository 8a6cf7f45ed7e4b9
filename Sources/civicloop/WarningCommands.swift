import City
import Engine
import Evaluating
import JSONText
import Pack
import Ports

/// `civicloop warnings …`: how good the warnings of a period were, or would have been.
enum WarningCommands {
  static let commands = [score, replay]

  private static let replay = Command(
    name: "warnings replay", summary: "what would have been warned of over a past, and how well",
    usage: "warnings replay --from DATE --to DATE [--every MINUTES] [--as LOGIN] [--data DIR]",
    example: "civicloop warnings replay --from 2026-11-01 --to 2026-11-20 --data ./data",
    options: ["from", "to", "every", "as"]
  ) { arguments in try await runReplay(arguments) }

  private static func runReplay(_ arguments: Arguments) async throws -> Int32 {
    _ = try arguments.expect()
    let minutes = try arguments.integer(
      "every", VitalDesk.replayMinutesUsual, in: VitalDesk.replayMinutesRange)
    let watch = Stopwatch()
    let folder = try await DataFolder.open(arguments.data, note: "warnings", clock: SystemClock())
    do {
      let period = try CheckUpCommand.period(arguments, folder.engine)
      guard period.milliseconds <= Int64(VitalDesk.replayDaysMax) * Duration.day else {
        throw UsageFault(message: "a replay goes over \(VitalDesk.replayDaysMax) days at most")
      }
      let caller = try await LocalCaller.find(arguments["as"], in: folder)
      guard caller.scope == .everything else {
        throw UsageFault(message: "a replay is of the whole district: --as somebody who sees it")
      }
      try await LocalCaller.record("warnings.replayed", "", caller, in: folder)
      let days = period.milliseconds / Duration.day
      Output.say("looking at \(days) days every \(minutes) minutes, as if they came one by one")
      let (warnings, lines) = try await CheckUpCommand.withDesk(folder) { desk in
        await desk.replay(over: period, everyMinutes: minutes)
      }
      let directory = folder.engine.directory
      let offset = Int64(folder.engine.settings.offsetMinutes) * Duration.minute
      await folder.close()
      for warning in warnings {
        let place = warning.area.innermost.flatMap { directory.areas[$0]?.name } ?? ""
        let day = NumberText.day(warning.issuedAt, offsetMilliseconds: offset)
        Output.say("\(day) \(place) \(warning.title): \(warning.state.why)")
      }
      let missed = lines.reduce(0) { $0 + $1.score.missed.count }
      Output.say("\(warnings.count) warnings; \(missed) times something came without one")
      Output.result { writer in
        writer.member("warnings", warnings.count)
        write(lines, to: &writer)
        writer.member("seconds", watch.seconds)
      }
      return 0
    } catch {
      await folder.close()
      throw error
    }
  }

  private static func write(_ lines: [WarningScoreLine], to writer: inout JSONWriter) {
    writer.member("issued", lines.reduce(0) { $0 + $1.score.judged.count })
    writer.member("hits", lines.reduce(0) { $0 + $1.score.hits })
    writer.member("false", lines.reduce(0) { $0 + $1.score.falseOnes })
    writer.member("missed", lines.reduce(0) { $0 + $1.score.missed.count })
    writer.member("late", lines.reduce(0) { $0 + $1.score.late })
    writer.name("kinds")
    writer.beginArray()
    for line in lines { write(line, to: &writer) }
    writer.endArray()
  }

  private static let score = Command(
    name: "warnings score", summary: "how good the early warnings of a period were",
    usage: "warnings score --from DATE --to DATE [--as LOGIN] [--data DIR]",
    example: "civicloop warnings score --from 2026-11-01 --to 2026-11-30 --data ./data",
    options: ["from", "to", "as"]
  ) { arguments in try await run(arguments) }

  private static func run(_ arguments: Arguments) async throws -> Int32 {
    _ = try arguments.expect()
    let folder = try await DataFolder.open(arguments.data, note: "warnings", clock: SystemClock())
    do {
      let period = try CheckUpCommand.period(arguments, folder.engine)
      let caller = try await LocalCaller.find(arguments["as"], in: folder)
      try await LocalCaller.record("warnings.scored", "", caller, in: folder)
      let desk = VitalDesk(
        engine: folder.engine, perception: nil, keeping: folder.derived)
      try await desk.follow()
      let lines = try await desk.warningScores(over: period, scope: caller.scope)
      await folder.close()
      Output.result { writer in write(lines, to: &writer)
      }
      return 0
    } catch {
      await folder.close()
      throw error
    }
  }

  private static func write(_ line: WarningScoreLine, to writer: inout JSONWriter) {
    let score = line.score
    writer.beginObject()
    writer.member("kind", line.kind.code)
    writer.member("issued", score.judged.count)
    writer.member("hits", score.hits)
    writer.member("false", score.falseOnes)
    writer.member("missed", score.missed.count)
    writer.member("late", score.late)
    writer.member("precision", score.precision)
    writer.member("warnedShare", score.warnedShare)
    writer.member("leadMinutes", score.leadMilliseconds.map { $0 / Duration.minute })
    writer.endObject()
  }
}

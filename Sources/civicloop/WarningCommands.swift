import City
import Engine
import Evaluating
import JSONText
import Pack
import Ports

/// `civicloop warnings score`: how good the warnings of a period were.
enum WarningCommands {
  static let command = Command(
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
      Output.result { writer in
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

import JSONText
import Pack
import Trials

/// `civicloop eval duplicates`: how well repeated reports of one problem are found.
enum EvalDuplicates {
  static let command = Command(
    name: "eval duplicates", summary: "repeated reports found, judged on a city's own marks",
    usage: "eval duplicates --file F --profile NAME|FILE --from DATE --to DATE",
    example:
      "civicloop eval duplicates --file tickets.csv --profile chicago311 --from 2013-01-01 --to 2013-12-31",
    options: ["file", "profile", "from", "to"]
  ) { arguments in try run(arguments) }

  private static func run(_ arguments: Arguments) throws -> Int32 {
    guard let file = arguments["file"], let name = arguments["profile"],
      let from = arguments["from"], let to = arguments["to"]
    else { throw UsageFault(message: "--file, --profile, --from and --to are needed") }
    let profile = try profile(name)
    let watch = Stopwatch()
    do throws(TrialFault) {
      let figures = try DuplicatesTrial.run(path: file, profile: profile, from: from, to: to)
      let seconds = watch.seconds
      Output.result { writer in
        writer.member("precision", figures.precision)
        writer.member("recall", figures.recall)
        writer.member("f1", figures.f1)
        writer.member("pairs", figures.pairs)
        writer.member("rowsPerSecond", Double(figures.rows) / max(seconds, 0.001))
        writer.member("rows", figures.rows)
        writer.member("learnedFrom", figures.learnedFrom)
      }
    } catch {
      throw WorkFault(message: error.message)
    }
    return 0
  }

  private static func profile(_ name: String) throws -> TicketProfile {
    if let known = try Packs.load(Home.find()).profile(code: name) { return known }
    guard Home.isFile(name) else { throw UsageFault(message: "there is no profile \(name)") }
    return try Packs.profile(file: name)
  }
}

import City
import Engine
import JSONText
import Links
import Ports

/// `civicloop import series`: values that another system keeps, for vitals and for the weather of
/// cross tables.
enum ImportSeries {
  static let command = Command(
    name: "import series", summary: "a series of another system: time, area, value",
    usage: "import series NAME --file FILE.csv [--strict] [--data DIR]",
    example: "civicloop import series rain --file rain.csv --data ./data",
    options: ["file"], flags: ["strict"]
  ) { arguments in try await run(arguments) }

  /// Refused rows told on the terminal.
  private static let shownMax = 20

  private static func run(_ arguments: Arguments) async throws -> Int32 {
    let name = try arguments.expect("NAME")[0]
    guard let file = arguments["file"] else { throw UsageFault(message: "--file is missing") }
    guard FileText.exists(file) else { throw WorkFault(message: "\(file): there is no such file") }
    let read: MasterFile<SeriesDraft>
    let stream = try ImportFile.stream(file)
    do throws(ImportFault) {
      read = try SeriesFile.read(stream: stream)
    } catch {
      throw WorkFault(message: "\(file): \(error.code) \(ImportTickets.text(error.facts))")
    }
    let watch = Stopwatch()
    let folder = try await DataFolder.open(arguments.data, note: "import", clock: SystemClock())
    var refusals = read.refusals.map { "row \($0.row): \($0.field) \($0.rule) \($0.value)" }
    let taken: Int
    do {
      let offset = Int64(folder.engine.settings.offsetMinutes) * Duration.minute
      var drafts: [SeriesDraft] = []
      var entries: [SeriesEntry] = []
      for draft in read.drafts {
        do throws(TimeFault) {
          let at = try instant(draft.time, offset)
          entries.append(SeriesEntry(area: draft.area, at: at, value: draft.value))
          drafts.append(draft)
        } catch {
          refusals.append("row \(draft.row): time \(error.code) \(draft.time)")
        }
      }
      let left = try await MasterData(engine: folder.engine).save(
        series: name, entries, by: .local("import"), request: "")
      for place in left {
        refusals.append("row \(drafts[place].row): area area.unknown \(drafts[place].area)")
      }
      taken = entries.count - left.count
      await folder.close()
    } catch {
      await folder.close()
      throw WorkFault(message: reason(error, name))
    }
    for refusal in refusals.prefix(shownMax) { Output.say(refusal) }
    if refusals.count > shownMax { Output.say("… and \(refusals.count - shownMax) rows more") }
    Output.say("\(name): \(taken) of \(read.rows) values taken, \(refusals.count) refused")
    Output.result { writer in
      writer.member("series", name)
      writer.member("rows", read.rows)
      writer.member("taken", taken)
      writer.member("refused", refusals.count)
      writer.member("seconds", watch.seconds)
    }
    let isNone = taken == 0 && !refusals.isEmpty
    return isNone || (arguments.has("strict") && !refusals.isEmpty) ? 1 : 0
  }

  private static func reason(_ fault: MasterFault, _ name: String) -> String {
    guard case .refused = fault else { return "\(name): \(fault.code)" }
    return "`\(name)` is no name of a series: lower case letters, digits and dashes, a letter first"
  }

  /// Times without a zone are the city's.
  private static func instant(_ text: String, _ offset: Int64) throws(TimeFault) -> Instant {
    let written = try WrittenTime.read(text)
    let zone = written.offsetMinutes.map { Int64($0) * Duration.minute } ?? offset
    return Instant(
      milliseconds: Int64(written.date.daysSinceEpoch) * Duration.day + written.millisecondOfDay
        - zone)
  }
}

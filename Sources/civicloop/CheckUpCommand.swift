import City
import Engine
import Evaluating
import JSONText
import Ports
import Reports
import StoreObservations

/// `civicloop checkup`: the check-up report of a period.
enum CheckUpCommand {
  static let command = Command(
    name: "checkup", summary: "the city check-up report of a period",
    usage:
      "checkup --from DATE --to DATE --out FILE.html|.pdf|.xlsx [--as LOGIN] [--as-of TIME] [--data DIR]",
    example: "civicloop checkup --from 2026-11-09 --to 2026-11-15 --out week.html --data ./data",
    options: ["from", "to", "out", "as", "as-of"]
  ) { arguments in try await run(arguments) }

  private enum Form: String, CaseIterable { case html, pdf, xlsx }

  private static func run(_ arguments: Arguments) async throws -> Int32 {
    guard let out = arguments["out"],
      let form = Form.allCases.first(where: { out.hasSuffix("." + $0.rawValue) })
    else { throw UsageFault(message: "--out is a file that ends in .html, .pdf or .xlsx") }
    let watch = Stopwatch()
    let clock = try DemonstrationClock(arguments["as-of"])
    let folder = try await DataFolder.open(arguments.data, note: "checkup", clock: clock)
    do {
      let period = try period(arguments, folder.engine)
      let caller = try await LocalCaller.find(arguments["as"], in: folder)
      guard caller.scope == .everything else {
        throw UsageFault(message: "the report is on the whole district: --as somebody who sees it")
      }
      let number = try await LocalCaller.record("checkup.made", out, caller, in: folder)
      let opened = watch.seconds
      let made = try await make(period, folder)
      let measured = watch.seconds
      try write(made.document, form, out, LocalCaller.mark(caller, number, in: folder))
      await folder.close()
      result(made.checkUp, watch, opened, measured)
      return 0
    } catch {
      await folder.close()
      throw error
    }
  }

  private static func result(
    _ checkUp: CheckUp, _ watch: Stopwatch, _ opened: Double, _ measured: Double
  ) {
    Output.result {
      $0.member("vitals", checkUp.lines.filter { $0.state.reading.value != nil }.count)
      $0.member("red", checkUp.count(.red))
      $0.member("orange", checkUp.count(.orange))
      $0.member("yellow", checkUp.count(.yellow))
      $0.member("blue", checkUp.count(.blue))
      $0.member("unmeasurable", checkUp.lines.filter { $0.state.reading.value == nil }.count)
      $0.member("score", checkUp.score.points)
      $0.member("hotSpots", checkUp.spots.count)
      $0.member("openSeconds", opened)
      $0.member("measureSeconds", measured - opened)
      $0.member("seconds", watch.seconds)
    }
  }

  private static func make(
    _ period: Period, _ folder: DataFolder
  ) async throws -> (checkUp: CheckUp, document: ReportDocument) {
    try await withDesk(folder) { desk in
      do {
        return try await desk.checkUp(period)
      } catch let fault as CheckUpFault {
        throw WorkFault(message: "no report: \(fault.code)")
      }
    }
  }

  /// Asks the numbers of a folder something, brought up to now, with its observations where there
  /// are any.
  static func withDesk<Answer: Sendable>(
    _ folder: DataFolder, _ ask: (VitalDesk) async throws -> Answer
  ) async throws -> Answer {
    // Without observations the vitals that rest on them say so; an empty folder is not made for it.
    let path = folder.path + "/observations"
    var store: SegmentedObservationStore?
    var perception: Perception?
    do throws(StoreFault) {
      if FileText.exists(path) {
        let opened = try SegmentedObservationStore(folder: path, time: folder.engine.time)
        store = opened
        perception = try await Perception(engine: folder.engine, observations: opened)
      }
    } catch {
      throw WorkFault(message: "observations cannot be opened: \(error)")
    }
    defer { store?.close() }
    let desk = VitalDesk(
      engine: folder.engine, perception: perception, keeping: folder.derived)
    try await desk.refresh()
    return try await ask(desk)
  }

  private static func write(
    _ document: ReportDocument, _ form: Form, _ out: String, _ mark: String
  ) throws {
    do {
      switch form {
      case .html:
        guard FileText.write(HTMLReport.bytes(of: document), to: out) else {
          throw ReportFault.unavailable(detail: "\(out) cannot be written")
        }
      case .pdf: try PDFReport.write(document, mark: mark, to: out)
      case .xlsx: try XLSXReport.write(document, mark: mark, to: out)
      }
    } catch let ReportFault.unavailable(detail) {
      throw WorkFault(message: detail)
    }
  }

  /// Both days belong to it.
  static func period(_ arguments: Arguments, _ engine: Engine) throws -> Period {
    let offset = Int64(engine.settings.offsetMinutes) * Duration.minute
    guard let from = arguments["from"].flatMap(date), let to = arguments["to"].flatMap(date),
      let period = Period(
        from: Instant(milliseconds: Int64(from.daysSinceEpoch) * Duration.day - offset),
        to: Instant(milliseconds: Int64(to.daysSinceEpoch + 1) * Duration.day - offset))
    else {
      throw UsageFault(message: "--from and --to are days as 2026-11-09, the first not the later")
    }
    return period
  }

  static func date(_ text: String) -> CivilDate? {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 3, let year = parts[0], let month = parts[1], let day = parts[2] else {
      return nil
    }
    return CivilDate(year: year, month: month, day: day)
  }
}

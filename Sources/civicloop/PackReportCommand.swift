import City
import Engine
import Evaluating
import JSONText
import Pack
import Ports
import Reports
import StoreObservations

/// `civicloop pack report`: what a scenario owes half-monthly, monthly or yearly, as a file.
enum PackReportCommand {
  static let command = Command(
    name: "pack report", summary: "a pack's report of a half month, month or year as a file",
    usage:
      "pack report PACK --period halfMonth|month|year --out FILE.html|.xlsx [--day DATE] "
      + "[--code REPORT] [--as LOGIN] [--data DIR]",
    example: "civicloop pack report street-trees --period month --day 2026-11-02 --out month.xlsx",
    options: ["period", "out", "day", "code", "as"]
  ) { arguments in try await run(arguments) }

  private static func run(_ arguments: Arguments) async throws -> Int32 {
    let id = try arguments.expect("PACK")[0]
    guard let out = arguments["out"], out.hasSuffix(".html") || out.hasSuffix(".xlsx") else {
      throw UsageFault(message: "--out is a file that ends in .html or .xlsx")
    }
    let day = try arguments["day"].map { text in
      guard let date = CheckUpCommand.date(text) else {
        throw UsageFault(message: "--day is a day as 2026-11-02")
      }
      return date
    }
    let folder = try await DataFolder.open(arguments.data, note: "report", clock: SystemClock())
    do {
      let report = try report(id, arguments, folder.engine.catalogue)
      let caller = try await LocalCaller.find(arguments["as"], in: folder)
      let number = try await LocalCaller.record("report.made", report.code, caller, in: folder)
      let engine = folder.engine
      let question = PackReportQuestion(
        report, day: day, today: engine.civilDate(of: engine.time.now), place: nil,
        scope: caller.scope, thingScope: caller.thingScope)
      let figures = try await write(
        question, to: out, LocalCaller.mark(caller, number, in: folder), folder)
      await folder.close()
      Output.result { writer in
        writer.member("report", report.code)
        writer.member("from", figures.from.text)
        writer.member("to", figures.to.text)
        writer.member("vitals", figures.vitals.count)
        writer.member("items", figures.cases.count)
        writer.member("filed", figures.cases.reduce(0) { $0 + $1.cell.count })
      }
      return 0
    } catch {
      await folder.close()
      throw error
    }
  }

  /// The report that is meant: the only one of the period, or that which `--code` names.
  private static func report(
    _ id: String, _ arguments: Arguments, _ catalogue: Catalogue
  ) throws -> PackReport {
    guard let pack = catalogue.packs.first(where: { $0.id == id }) else {
      throw WorkFault(message: "there is no pack \(id)")
    }
    let spans = PackReport.Span.allCases.map(\.rawValue)
    if let text = arguments["period"], !spans.contains(text) {
      throw UsageFault(message: "--period is one of \(spans.joined(separator: ", "))")
    }
    let found = pack.reports.filter { report in
      arguments["period"].map { $0 == report.every.rawValue } ?? true
        && arguments["code"].map { $0 == report.code } ?? true
    }
    guard found.count == 1 else {
      let codes = pack.reports.map { "\($0.code) (\($0.every.rawValue))" }
      throw UsageFault(
        message: "--period or --code must name one of: \(codes.joined(separator: ", "))")
    }
    return found[0]
  }

  private static func write(
    _ question: PackReportQuestion, to out: String, _ mark: String, _ folder: DataFolder
  ) async throws -> PackReportFigures {
    let (figures, document) = try await CheckUpCommand.withDesk(folder) { desk in
      do throws(PackReportFault) {
        let figures = try await desk.figures(of: question)
        return (figures, try await desk.document(of: figures))
      } catch {
        throw WorkFault(message: "no report: \(error)")
      }
    }
    do {
      let isPage = out.hasSuffix(".html")
      let bytes =
        isPage ? TableReport.html(document) : try TableReport.workbook(document, mark: mark)
      guard FileText.write(bytes, to: out) else {
        throw ReportFault.unavailable(detail: "\(out) cannot be written")
      }
    } catch let ReportFault.unavailable(detail) {
      throw WorkFault(message: detail)
    }
    return figures
  }
}

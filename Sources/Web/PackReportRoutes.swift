import City
import Engine
import Evaluating
import HTTPServing
import JSONText
import Pack
import Ports
import Reports

/// The reports that scenarios owe: half-monthly, monthly, yearly, as packs declare them.
enum PackReportRoutes {
  /// As what a report is answered.
  private enum Form: String, CaseIterable { case json, html, xlsx }

  static func routes(_ context: WebContext) -> [Route] {
    [
      Route(
        .get, "/packs/:id/reports/:code", .permission([.read]),
        "One report over the span that holds a day; without a day the last one that is over",
        query: [
          .init(name: "day", type: "string"), .init(name: "area", type: "string"),
          .init(name: "unit", type: "string"),
          .init(name: "form", type: "string", allowed: Form.allCases.map(\.rawValue)),
        ]
      ) { call throws(Problem) in try await one(call, context) }
    ]
  }

  private static func one(_ call: Call, _ context: WebContext) async throws(Problem) -> HTTPResponse
  {
    let engine = context.engine
    guard let pack = engine.catalogue.packs.first(where: { $0.id == call.capture("id") }),
      let report = pack.reports.first(where: { $0.code == call.capture("code") })
    else { throw .notFound }
    let form: Form = try call.word("form") ?? .json
    let caller = try call.caller
    let question = PackReportQuestion(
      report, day: try day(call), today: engine.civilDate(of: engine.time.now),
      place: try VitalRoutes.wanted(call), scope: caller.scope,
      thingScope: ThingRoutes.scope(caller))
    let desk = try await VitalRoutes.fresh(context)
    let figures = try await asProblem(Problem.init) { () throws(PackReportFault) in
      try await desk.figures(of: question)
    }
    guard form != .json else {
      return Answer.object { write(figures, context, to: &$0) }
    }
    let document = try await asProblem(Problem.init) { () throws(PackReportFault) in
      try await desk.document(of: figures)
    }
    try await record(report, form, call, context)
    return try answer(document, report, form, mark: ViewerMark.words(call, context))
  }

  private static func day(_ call: Call) throws(Problem) -> CivilDate? {
    guard let text = call.filter("day") else { return nil }
    let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 3, let year = parts[0], let month = parts[1], let day = parts[2],
      let date = CivilDate(year: year, month: month, day: day)
    else { throw .field("day", "date.form") }
    return date
  }

  /// Whoever takes a report away is on record.
  private static func record(
    _ report: PackReport, _ form: Form, _ call: Call, _ context: WebContext
  ) async throws(Problem) {
    let engine = context.engine
    let actor = try call.caller.actor
    _ = try await stored { () throws(StoreFault) in
      try await engine.store.commit(
        ChangeSet(
          kind: "report.made", at: engine.time.now, actor: actor,
          subject: SubjectReference(kind: "folder", id: 0), request: call.id, conditions: [],
          facts: [.note("\(report.code) \(form.rawValue)")]))
    }
  }

  private static func answer(
    _ document: TableDocument, _ report: PackReport, _ form: Form, mark: String
  ) throws(Problem) -> HTTPResponse {
    let bytes: [UInt8]
    do throws(ReportFault) {
      bytes =
        form == .html
        ? TableReport.html(document) : try TableReport.workbook(document, mark: mark)
    } catch {
      throw Problem(error)
    }
    let media = form == .html ? ReportForm.html.mediaType : ReportForm.xlsx.mediaType
    var headers = [("Content-Type", media), ("Cache-Control", "no-store")]
    if form != .html {
      headers.append(
        ("Content-Disposition", "attachment; filename=\"\(report.code).\(form.rawValue)\""))
    }
    return HTTPResponse(status: 200, headers: headers, body: .bytes(bytes))
  }

  // MARK: Writing

  private static func write(
    _ figures: PackReportFigures, _ context: WebContext, to writer: inout JSONWriter
  ) {
    writer.member("code", figures.report.code)
    writer.member("title", figures.report.title)
    writer.member("every", figures.report.every.rawValue)
    writer.member("from", figures.from.text)
    writer.member("to", figures.to.text)
    writer.objects("vitals", figures.vitals) { found, writer in
      VitalRoutes.members(found.vital, found.state, context, to: &writer)
    }
    writer.objects("cases", figures.cases) { found, writer in
      writer.member("item", found.item)
      writer.member("name", found.name)
      writer.member("filed", found.cell.count)
      writer.member("closed", found.cell.closed)
      writer.member("inTime", found.cell.inTime)
      writer.member("reworked", found.cell.reworked)
    }
    let lines = figures.grades.flatMap { found in
      found.model.lines.map { (found.model, $0, found.counts[$0.grade] ?? 0) }
    }
    writer.objects("grades", lines) { found, writer in
      writer.member("model", found.0.code)
      writer.member("title", found.0.name)
      writer.member("grade", found.1.grade.rawValue)
      writer.member("name", found.1.name)
      writer.member("count", found.2)
    }
  }
}

extension Problem {
  init(_ fault: PackReportFault) {
    switch fault {
    case .place(let fault): self.init(fault)
    case .table(let fault): self.init(fault)
    case .texts(let fault): self.init(fault)
    case .store(let fault): self.init(fault)
    }
  }
}

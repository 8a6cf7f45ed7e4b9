import City
import Engine
import Evaluating
import HTTPServing
import JSONText
import Pack
import Ports

/// The reports that scenarios owe: half-monthly, monthly, yearly, as packs declare them.
enum PackReportRoutes {
  static func routes(_ context: WebContext) -> [Route] {
    [
      Route(
        .get, "/packs/:id/reports/:code", .permission([.read]),
        "One report over the span that holds a day; without a day the last one that is over",
        query: [
          .init(name: "day", type: "string"), .init(name: "area", type: "string"),
          .init(name: "unit", type: "string"),
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
    let span = try days(call, report, engine)
    guard let period = Period(from: start(of: span.from, engine), to: start(of: span.to, engine))
    else { throw .field("day", "time.range") }
    let (desk, number) = try await VitalRoutes.desk(call, context)
    let states = await desk.states(number, over: period)
    let cases = try await table(report, period, call, context, desk)
    var counts: [(model: RiskModel, counts: [Grade: Int])] = []
    for code in report.models {
      guard let model = engine.catalogue.risks.first(where: { $0.code == code }) else { continue }
      var query = GradingQuery(scope: ThingRoutes.scope(try call.caller), model: code)
      query.area = try call.id("area")
      let asked = query
      counts.append(
        (
          model,
          try await stored { () throws(StoreFault) in try await engine.store.gradingCounts(asked) }
        ))
    }
    return Answer.object { writer in
      writer.member("code", report.code)
      writer.member("title", report.title)
      writer.member("every", report.every.rawValue)
      writer.member("from", span.from.text)
      // The last day that counts.
      writer.member("to", CivilDate(daysSinceEpoch: span.to.daysSinceEpoch - 1).text)
      writer.name("vitals")
      writer.beginArray()
      for code in report.vitals {
        guard let state = states.first(where: { engine.catalogue.vitals[$0.vital].code == code })
        else { continue }
        writer.beginObject()
        VitalRoutes.members(engine.catalogue.vitals[state.vital], state, context, to: &writer)
        writer.endObject()
      }
      writer.endArray()
      write(cases, of: report, engine, to: &writer)
      write(counts, to: &writer)
    }
  }

  private static func days(
    _ call: Call, _ report: PackReport, _ engine: Engine
  ) throws(Problem) -> (from: CivilDate, to: CivilDate) {
    guard let text = call.filter("day") else {
      return report.every.lastDays(before: engine.civilDate(of: engine.time.now))
    }
    let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 3, let year = parts[0], let month = parts[1], let day = parts[2],
      let date = CivilDate(year: year, month: month, day: day)
    else { throw .field("day", "date.form") }
    return report.every.days(holding: date)
  }

  private static func start(of date: CivilDate, _ engine: Engine) -> Instant {
    Instant(
      milliseconds: Int64(date.daysSinceEpoch) * Duration.day
        - Int64(engine.settings.offsetMinutes) * Duration.minute)
  }

  /// Cases of the report's items that were filed in the span, by item.
  private static func table(
    _ report: PackReport, _ period: Period, _ call: Call, _ context: WebContext,
    _ desk: VitalDesk
  ) async throws(Problem) -> CrossTable? {
    guard !report.items.isEmpty else { return nil }
    var filter = CrossTable.Filter()
    filter.period = period
    filter.items = Set(report.items)
    let (asked, place, scope) = (filter, try VitalRoutes.wanted(call), try call.caller.scope)
    return try await asProblem(Problem.init) { () throws(CrossTable.Fault) in
      try await desk.crossTable(
        rows: .item, columns: .channel, filter: asked, place: place, scope: scope)
    }
  }

  // MARK: Writing

  private static func write(
    _ table: CrossTable?, of report: PackReport, _ engine: Engine, to writer: inout JSONWriter
  ) {
    writer.name("cases")
    writer.beginArray()
    for code in report.items {
      var sum = CrossTable.Cell()
      if let table, let row = table.rows.firstIndex(of: code) {
        for column in table.columns.indices {
          let cell = table.cell(row: row, column: column)
          sum.count += cell.count
          sum.closed += cell.closed
          sum.inTime += cell.inTime
          sum.reworked += cell.reworked
        }
      }
      writer.beginObject()
      writer.member("item", code)
      writer.member("name", engine.catalogue.item(code: code)?.name)
      writer.member("filed", sum.count)
      writer.member("closed", sum.closed)
      writer.member("inTime", sum.inTime)
      writer.member("reworked", sum.reworked)
      writer.endObject()
    }
    writer.endArray()
  }

  private static func write(
    _ counts: [(model: RiskModel, counts: [Grade: Int])], to writer: inout JSONWriter
  ) {
    writer.name("grades")
    writer.beginArray()
    for (model, counts) in counts {
      for line in model.lines {
        writer.beginObject()
        writer.member("model", model.code)
        writer.member("title", model.name)
        writer.member("grade", line.grade.rawValue)
        writer.member("name", line.name)
        writer.member("count", counts[line.grade] ?? 0)
        writer.endObject()
      }
    }
    writer.endArray()
  }
}

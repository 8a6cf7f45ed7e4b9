import City
import Engine
import Evaluating
import HTTPServing
import JSONText
import Pack
import Ports

/// Vital signs, and the cross table of cases.
enum VitalRoutes {
  private static let span: [Route.Parameter] = [
    .init(name: "from", type: "string"), .init(name: "to", type: "string"),
    .init(name: "area", type: "string"), .init(name: "unit", type: "string"),
  ]

  static func routes(_ context: WebContext) -> [Route] {
    let dimensions = CrossTable.Dimension.allCases.map(\.rawValue)
    return [
      Route(
        .get, "/vitals", .permission([.read]),
        "All vitals of a place, over a period or each over its last hour or day", query: span
      ) { call throws(Problem) in try await list(call, context) },
      Route(
        .get, "/vitals/:code", .permission([.read]),
        "One vital: its series, its band, and what moved it", query: span
      ) { call throws(Problem) in try await one(call, context) },
      Route(
        .get, "/analysis", .permission([.read]), "Cases by two dimensions, with lift",
        query: [
          .init(name: "rows", type: "string", required: true, allowed: dimensions),
          .init(name: "columns", type: "string", required: true, allowed: dimensions),
          .init(name: "item", type: "string"),
          .init(name: "channel", type: "string", allowed: Channel.allCases.map(\.rawValue)),
        ] + span
      ) { call throws(Problem) in try await analysis(call, context) },
    ]
  }

  // MARK: Questions

  private static func list(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let (desk, place) = try await desk(call, context)
    let states = await desk.states(place, over: try period(call))
    let vitals = context.engine.catalogue.vitals
    return Answer.list(states) { state, writer in
      writer.beginObject()
      members(vitals[state.vital], state, context, to: &writer)
      writer.endObject()
    }
  }

  private static func one(_ call: Call, _ context: WebContext) async throws(Problem) -> HTTPResponse
  {
    let (desk, place) = try await desk(call, context)
    let period = try period(call)
    let detail = try await asProblem(Problem.init) { () throws(VitalFault) in
      try await desk.detail(call.capture("code"), place, over: period)
    }
    return Answer.object { writer in
      members(detail.vital, detail.state, context, to: &writer)
      writer.member("why", detail.vital.why)
      writer.member("advice", detail.vital.advice)
      if let cause = detail.cause { write(cause, context, to: &writer) }
      writer.name("series")
      writer.beginArray()
      for step in detail.series {
        writer.beginObject()
        writer.member("at", TimeText.write(step.period.from))
        write(step.reading, to: &writer)
        writer.endObject()
      }
      writer.endArray()
    }
  }

  private static func analysis(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    guard let rows: CrossTable.Dimension = try call.word("rows") else {
      throw .field("rows", "field.required")
    }
    guard let columns: CrossTable.Dimension = try call.word("columns") else {
      throw .field("columns", "field.required")
    }
    var filter = CrossTable.Filter()
    filter.period = try period(call)
    filter.channel = try call.word("channel")
    if let item = call.filter("item") { filter.items = [item] }
    let desk = try await fresh(context)
    let (given, place, scope) = (filter, try wanted(call), try call.caller.scope)
    let table = try await asProblem(Problem.init) { () throws(CrossTable.Fault) in
      try await desk.crossTable(
        rows: rows, columns: columns, filter: given, place: place, scope: scope)
    }
    return Answer.object { writer in
      writer.member("total", table.total)
      names("rows", table.rows, rows, context, to: &writer)
      names("columns", table.columns, columns, context, to: &writer)
      writer.name("cells")
      writer.beginArray()
      for (row, _) in table.rows.enumerated() {
        for (column, _) in table.columns.enumerated() {
          let cell = table.cell(row: row, column: column)
          guard cell.count > 0 else { continue }
          write(cell, row, column, table.lift(row: row, column: column), to: &writer)
        }
      }
      writer.endArray()
    }
  }

  /// The desk, up to date, and the place that is asked for.
  static func desk(_ call: Call, _ context: WebContext) async throws(Problem)
    -> (VitalDesk, Int)
  {
    let desk = try await fresh(context)
    let (place, scope) = (try wanted(call), try call.caller.scope)
    let number = try await asProblem(Problem.init) { () throws(VitalFault) in
      try await desk.place(place, scope: scope)
    }
    return (desk, number)
  }

  /// The desk, up to date.
  static func fresh(_ context: WebContext) async throws(Problem) -> VitalDesk {
    let desk = context.vitals
    try await stored { () throws(StoreFault) in try await desk.refresh() }
    return desk
  }

  static func wanted(_ call: Call) throws(Problem) -> PlaceTable.Place? {
    if let area: ID<Area> = try call.id("area") { return .area(area) }
    if let unit: ID<Unit> = try call.id("unit") { return .unit(unit) }
    return nil
  }

  static func period(_ call: Call) throws(Problem) -> Period? {
    let (from, to) = (try call.instant("from"), try call.instant("to"))
    if from == nil && to == nil { return nil }
    guard let from else { throw .field("from", "field.required") }
    guard let to else { throw .field("to", "field.required") }
    guard let period = Period(from: from, to: to) else { throw .field("to", "period.order") }
    return period
  }

  // MARK: Answers

  static func members(
    _ vital: Vital, _ state: VitalState, _ context: WebContext, to writer: inout JSONWriter
  ) {
    writer.member("code", vital.code)
    writer.member("name", vital.name)
    writer.member("aspect", vital.aspect)
    writer.member("unit", vital.unit)
    writer.member("decimals", vital.decimals)
    writer.member("worse", vital.worse.rawValue)
    writer.member("from", TimeText.write(state.period.from))
    writer.member("to", TimeText.write(state.period.to))
    write(state.reading, to: &writer)
    writer.member("before", state.before)
    writer.member("grade", state.grade?.rawValue)
    writer.member("usual", state.band.usual)
    writer.member("deviation", state.band.deviation)
    writer.object("edges") { writer in
      for edge in state.band.edges { writer.member(edge.grade.rawValue, edge.beyond) }
    }
  }

  private static func write(_ reading: VitalReading, to writer: inout JSONWriter) {
    switch reading {
    case .value(let value):
      writer.member("value", value.value)
      writer.member("count", value.count)
      writer.member("per", value.per)
    case .not(let reason):
      writer.object("unmeasurable") { writer in
        writer.member("code", reason.code)
        switch reason {
        case .tooFew(let have, let need):
          writer.member("have", have)
          writer.member("need", need)
        case .beforeFirst(let from): writer.member("from", TimeText.write(from))
        case .gap(let share): writer.member("share", share)
        case .unknownField(let kind, let measure):
          writer.member("kind", kind)
          writer.member("measure", measure)
        case .noData, .nothingToDivide: break
        }
      }
    }
  }

  private static func write(
    _ cause: VitalCause, _ context: WebContext, to writer: inout JSONWriter
  ) {
    let directory = context.engine.directory
    writer.object("cause") { writer in
      writer.member("count", cause.count)
      writer.member("since", cause.since.map { TimeText.write($0) })
      for (name, movers) in [
        ("areas", cause.areas), ("items", cause.items), ("units", cause.units),
        ("devices", cause.devices),
      ] where !movers.isEmpty {
        writer.name(name)
        writer.beginArray()
        for mover in movers {
          writer.beginObject()
          switch mover.part {
          case .area(let id):
            writer.member("id", String(id.rawValue))
            writer.member("name", directory.areas[id]?.name)
          case .unit(let id):
            writer.member("id", String(id.rawValue))
            writer.member("name", directory.units[id]?.name)
          case .device(let id): writer.member("id", String(id.rawValue))
          case .item(let code):
            writer.member("id", code)
            writer.member("name", context.engine.catalogue.item(code: code)?.name)
          }
          writer.member("now", mover.now)
          writer.member("before", mover.before)
          writer.endObject()
        }
        writer.endArray()
      }
      writer.member("cases", cause.cases.map { String($0.rawValue) })
    }
  }

  private static func names(
    _ member: String, _ keys: [String], _ dimension: CrossTable.Dimension, _ context: WebContext,
    to writer: inout JSONWriter
  ) {
    let engine = context.engine
    writer.name(member)
    writer.beginArray()
    for key in keys {
      let name: String? =
        switch dimension {
        case .street, .neighbourhood: Int64(key).flatMap { engine.directory.areas[ID($0)]?.name }
        case .unit: Int64(key).flatMap { engine.directory.units[ID($0)]?.name }
        case .item: engine.catalogue.item(code: key)?.name
        case .category: engine.catalogue.category(code: key)?.name
        default: nil
        }
      writer.beginObject()
      writer.member("key", key)
      writer.member("name", name)
      writer.endObject()
    }
    writer.endArray()
  }

  private static func write(
    _ cell: CrossTable.Cell, _ row: Int, _ column: Int, _ lift: Double?,
    to writer: inout JSONWriter
  ) {
    writer.beginObject()
    writer.member("row", row)
    writer.member("column", column)
    writer.member("count", cell.count)
    writer.member("closed", cell.closed)
    writer.member("inTime", cell.inTime)
    writer.member("reworked", cell.reworked)
    writer.member("returned", cell.returned)
    writer.member("repeated", cell.repeated)
    writer.member("lift", lift)
    writer.endObject()
  }
}

extension Problem {
  init(_ fault: CrossTable.Fault) {
    switch fault {
    case .tooManyCells(let max):
      self = .field("rows", "analysis.too_many_cells", ["max": String(max)])
    }
  }

  init(_ fault: VitalFault) {
    switch fault {
    case .unknownVital, .unknownPlace: self = .notFound
    case .period:
      self = .field("to", fault.code, ["points": String(VitalDesk.pointsMax)])
    case .store(let fault): self.init(fault)
    }
  }
}

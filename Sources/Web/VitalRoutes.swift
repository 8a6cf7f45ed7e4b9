import City
import Engine
import Evaluating
import HTTPServing
import JSONText
import Pack
import Ports

/// Vital signs, and the cross table of cases.
enum VitalRoutes {
  static let span: [Route.Parameter] = [
    .init(name: "from", type: "string"), .init(name: "to", type: "string"),
    .init(name: "area", type: "string"), .init(name: "unit", type: "string"),
  ]

  static func routes(_ context: WebContext) -> [Route] {
    [
      Route(
        .get, "/vitals", .permission([.read]),
        "All vitals of a place, over a period or each over its last hour or day", query: span
      ) { call throws(Problem) in try await list(call, context) },
      Route(
        .get, "/vitals/:code", .permission([.read]),
        "One vital: its series, its band, what moved it, and what it is expected to come to",
        query: span + [.init(name: "forecast", type: "boolean")]
      ) { call throws(Problem) in try await one(call, context) },
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
    let isAsked = try call.flag("forecast") ?? false
    let outlooks = try await asProblem(Problem.init) { () throws(VitalFault) in
      isAsked ? try await desk.outlooks(detail.vital.code, place) : nil
    }
    return Answer.object { writer in
      members(detail.vital, detail.state, context, to: &writer)
      writer.member("why", detail.vital.why)
      if let outlooks { write(outlooks, to: &writer) }
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

  /// What is expected, with the trial of each step; empty where too little is known to try it.
  private static func write(_ outlooks: [VitalOutlook], to writer: inout JSONWriter) {
    writer.name("forecast")
    writer.beginArray()
    for outlook in outlooks {
      let forecast = outlook.forecast
      writer.beginObject()
      writer.member("ahead", outlook.ahead)
      writer.member("at", TimeText.write(outlook.period.from))
      writer.member("value", forecast.value)
      writer.member("low", forecast.low)
      writer.member("high", forecast.high)
      writer.member("grade", outlook.grade?.rawValue)
      writer.member("method", forecast.method.rawValue)
      writer.member("tried", forecast.tried)
      writer.member("covered", forecast.covered)
      writer.object("errors") { writer in
        for method in VitalForecast.Method.allCases {
          writer.member(method.rawValue, forecast.errors[method])
        }
      }
      writer.endObject()
    }
    writer.endArray()
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
        case .fieldMissing(let kind, let field):
          writer.member("kind", kind)
          writer.member("field", field)
        case .outlineChanged(let at): writer.member("at", TimeText.write(at))
        case .noData, .nothingToDivide, .tooLarge: break
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

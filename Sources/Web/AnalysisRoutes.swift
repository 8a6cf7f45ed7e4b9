import City
import Engine
import Evaluating
import HTTPServing
import JSONText
import Pack
import Ports

/// Fused analysis: cross tables, periods held against each other, ways between units, where to look
/// for causes, and views that people keep.
enum AnalysisRoutes {
  static func routes(_ context: WebContext) -> [Route] {
    let dimensions = CrossTable.Dimension.allCases.map(\.rawValue)
    let narrowing: [Route.Parameter] =
      [
        .init(name: "item", type: "string"),
        .init(name: "channel", type: "string", allowed: Channel.allCases.map(\.rawValue)),
      ] + VitalRoutes.span
    return [
      Route(
        .get, "/analysis", .permission([.read]),
        "Cases by two dimensions, with lift, also beside another period",
        query: [
          .init(name: "rows", type: "string", required: true, allowed: dimensions),
          .init(name: "columns", type: "string", required: true, allowed: dimensions),
          .init(name: "compareFrom", type: "string"), .init(name: "compareTo", type: "string"),
          .init(name: "weather", type: "string"),
        ] + narrowing
      ) { call throws(Problem) in try await table(call, context) },
      Route(
        .get, "/series", .permission([.read]),
        "Imported series: how many values, of how many areas, from when to when"
      ) { call throws(Problem) in try await series(call, context) },
      Route(
        .get, "/analysis/flows", .permission([.read]),
        "How many cases went from unit to unit, the commonest way first",
        query: [.init(name: "from", type: "string"), .init(name: "to", type: "string")]
      ) { call throws(Problem) in try await flows(call, context) },
      Route(
        .get, "/analysis/causes", .permission([.read]),
        "What comes together with a trouble more often than by chance",
        query: [
          .init(
            name: "trouble", type: "string", required: true,
            allowed: CauseCandidates.Trouble.allCases.map(\.rawValue))
        ] + narrowing
      ) { call throws(Problem) in try await causes(call, context) },
      Route(.get, "/analysis/views", .permission([.read]), "My saved views and shared ones") {
        call throws(Problem) in try await views(call, context)
      },
      Route(
        .post, "/analysis/views", .permission([.read]), "Keep a question to the cross table",
        body: [
          .init(name: "name", type: "string", required: true),
          .init(name: "question", type: "string", required: true),
          .init(name: "shared", type: "boolean"),
        ]
      ) { call throws(Problem) in try await save(call, context) },
      Route(.delete, "/analysis/views/:id", .permission([.read]), "Remove a view of mine") {
        call throws(Problem) in try await remove(call, context)
      },
    ]
  }

  // MARK: Questions

  private static func filter(_ call: Call) throws(Problem) -> CrossTable.Filter {
    var filter = CrossTable.Filter()
    filter.period = try VitalRoutes.period(call)
    filter.channel = try call.word("channel")
    if let item = call.filter("item") { filter.items = [item] }
    return filter
  }

  private static func compared(_ call: Call) throws(Problem) -> Period? {
    let (from, to) = (try call.instant("compareFrom"), try call.instant("compareTo"))
    if from == nil && to == nil { return nil }
    guard let from else { throw .field("compareFrom", "field.required") }
    guard let to else { throw .field("compareTo", "field.required") }
    guard let period = Period(from: from, to: to) else {
      throw .field("compareTo", "period.order")
    }
    return period
  }

  private static func table(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    guard let rows: CrossTable.Dimension = try call.word("rows") else {
      throw .field("rows", "field.required")
    }
    guard let columns: CrossTable.Dimension = try call.word("columns") else {
      throw .field("columns", "field.required")
    }
    let given = try filter(call)
    let weather = call.filter("weather")
    if weather == nil, rows == .weather || columns == .weather {
      throw .field("weather", "field.required")
    }
    var other = given
    other.period = try compared(call)
    let second = other
    let desk = try await VitalRoutes.fresh(context)
    if let weather, await !desk.series.has(weather) {
      throw .field("weather", "series.unknown")
    }
    let (place, scope) = (try VitalRoutes.wanted(call), try call.caller.scope)
    let (table, before) = try await asProblem(Problem.init) { () throws(CrossTable.Fault) in
      let table = try await desk.crossTable(
        rows: rows, columns: columns, filter: given, place: place, scope: scope,
        weather: weather)
      guard second.period != nil else { return (table, CrossTable?.none) }
      return (
        table,
        try await desk.crossTable(
          rows: rows, columns: columns, filter: second, place: place, scope: scope,
          weather: weather)
      )
    }
    return Answer.object { writer in
      writer.member("total", table.total)
      writer.member("totalBefore", before?.total)
      names("rows", table.rows, rows, context, to: &writer)
      names("columns", table.columns, columns, context, to: &writer)
      writer.name("cells")
      writer.beginArray()
      let old = before.map(Counts.init)
      for (row, rowKey) in table.rows.enumerated() {
        for (column, columnKey) in table.columns.enumerated() {
          let cell = table.cell(row: row, column: column)
          let past = old?[rowKey, columnKey]
          guard cell.count > 0 || past ?? 0 > 0 else { continue }
          write(
            cell, row, column, table.lift(row: row, column: column), before: past, to: &writer)
        }
      }
      writer.endArray()
      if let old { write(old.without(table), before?.total ?? 0, to: &writer) }
    }
  }

  /// What each cell of the other period held.
  private struct Counts {
    private struct Key: Hashable {
      let row: String
      let column: String
    }
    private var counts: [Key: Int] = [:]

    init(_ table: CrossTable) {
      for (row, rowKey) in table.rows.enumerated() {
        for (column, columnKey) in table.columns.enumerated() {
          let count = table.cell(row: row, column: column).count
          if count > 0 { counts[Key(row: rowKey, column: columnKey)] = count }
        }
      }
    }

    subscript(row: String, column: String) -> Int {
      counts[Key(row: row, column: column)] ?? 0
    }

    /// Cells whose row or column the table no longer has.
    func without(_ table: CrossTable) -> [(row: String, column: String, count: Int)] {
      let (rows, columns) = (Set(table.rows), Set(table.columns))
      return counts.filter { !rows.contains($0.key.row) || !columns.contains($0.key.column) }
        .map { ($0.key.row, $0.key.column, $0.value) }
        .sorted { ($0.row, $0.column) < ($1.row, $1.column) }
    }
  }

  private static func write(
    _ gone: [(row: String, column: String, count: Int)], _ total: Int,
    to writer: inout JSONWriter
  ) {
    writer.name("gone")
    writer.beginArray()
    for cell in gone {
      writer.beginObject()
      writer.member("row", cell.row)
      writer.member("column", cell.column)
      writer.member("before", cell.count)
      writer.endObject()
    }
    writer.endArray()
  }

  private static func series(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let desk = context.vitals
    let found = try await stored { () throws(StoreFault) in
      try await desk.follow()
      return await desk.series.summaries
    }
    return Answer.list(found) { (series: SeriesBook.Summary, writer) in
      writer.beginObject()
      writer.member("name", series.name)
      writer.member("values", series.count)
      writer.member("areas", series.areas)
      writer.member("from", TimeText.write(series.from))
      writer.member("to", TimeText.write(series.to))
      writer.endObject()
    }
  }

  private static func flows(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let (period, scope) = (try VitalRoutes.period(call), try call.caller.scope)
    let desk = context.vitals
    let flows = try await stored { () throws(StoreFault) in
      try await desk.follow()
      return await desk.flows(over: period, scope: scope)
    }
    let units = context.engine.directory.units
    return Answer.list(flows) { flow, writer in
      writer.beginObject()
      for (name, id) in [("from", flow.way.from), ("to", flow.way.to)] {
        writer.object(name) { writer in
          writer.member("id", String(id.rawValue))
          writer.member("name", units[id]?.name ?? "")
        }
      }
      writer.member("count", flow.count)
      writer.member("cases", flow.cases.map { String($0.rawValue) })
      writer.endObject()
    }
  }

  private static func causes(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    guard let trouble: CauseCandidates.Trouble = try call.word("trouble") else {
      throw .field("trouble", "field.required")
    }
    let given = try filter(call)
    let desk = context.vitals
    try await stored { () throws(StoreFault) in try await desk.follow() }
    let (place, scope) = (try VitalRoutes.wanted(call), try call.caller.scope)
    let found = try await asProblem(Problem.init) { () throws(CrossTable.Fault) in
      try await desk.causes(trouble, filter: given, place: place, scope: scope)
    }
    return Answer.object { writer in
      writer.member("count", found.count)
      writer.member("of", found.of)
      writer.name("candidates")
      writer.beginArray()
      for candidate in found.candidates {
        writer.beginObject()
        writer.member("dimension", candidate.dimension.rawValue)
        writer.member("key", candidate.key)
        writer.member("name", name(candidate.key, candidate.dimension, context))
        writer.member("count", candidate.count)
        writer.member("of", candidate.of)
        writer.member("lift", candidate.lift)
        writer.member("errors", candidate.errors)
        writer.endObject()
      }
      writer.endArray()
    }
  }

  // MARK: Views

  private static func views(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let own = try call.caller.staff.id
    let all = try await stored { () throws(StoreFault) in
      try await context.engine.store.views()
    }
    return Answer.list(all.filter { !$0.isRemoved && ($0.staff == own || $0.isShared) }) {
      write($0, own, context, to: &$1)
    }
  }

  private static func save(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let caller = try call.caller
    var body = try Body(call.request.body)
    let name = body.label("name", max: SavedView.nameMax)
    let question = body.label("question", max: SavedView.questionMax)
    let isShared = body.bool("shared") ?? false
    try body.finish()
    let engine = context.engine
    let view = SavedView(
      id: engine.newID(), staff: caller.staff.id, name: name, question: question,
      isShared: isShared, isRemoved: false, at: engine.time.now)
    let all = try await stored { () throws(StoreFault) in try await engine.store.views() }
    guard all.count(where: { $0.staff == caller.staff.id && !$0.isRemoved }) < SavedView.viewsMax
    else {
      throw Problem(
        status: 409, code: "view.too_many", facts: ["max": String(SavedView.viewsMax)])
    }
    try await commit(view, "view.saved", call, context)
    return Answer.object(status: 201) { members(view, caller.staff.id, context, to: &$0) }
  }

  private static func remove(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let id: ID<SavedView> = try call.capturedID("id")
    let own = try call.caller.staff.id
    let all = try await stored { () throws(StoreFault) in
      try await context.engine.store.views()
    }
    guard let view = all.first(where: { $0.id == id && $0.staff == own && !$0.isRemoved }) else {
      throw .notFound
    }
    let removed = SavedView(
      id: id, staff: own, name: view.name, question: view.question, isShared: view.isShared,
      isRemoved: true, at: context.engine.time.now)
    try await commit(removed, "view.removed", call, context)
    return HTTPResponse(status: 204)
  }

  private static func commit(
    _ view: SavedView, _ kind: String, _ call: Call, _ context: WebContext
  ) async throws(Problem) {
    let actor = try call.caller.actor
    _ = try await stored { () throws(StoreFault) in
      try await context.engine.store.commit(
        ChangeSet(
          kind: kind, at: context.engine.time.now, actor: actor,
          subject: SubjectReference(kind: "view", id: view.id.rawValue), request: call.id,
          conditions: [], facts: [.view(view)]))
    }
  }

  private static func write(
    _ view: SavedView, _ own: ID<Staff>, _ context: WebContext, to writer: inout JSONWriter
  ) {
    writer.beginObject()
    members(view, own, context, to: &writer)
    writer.endObject()
  }

  private static func members(
    _ view: SavedView, _ own: ID<Staff>, _ context: WebContext, to writer: inout JSONWriter
  ) {
    writer.member("id", String(view.id.rawValue))
    writer.member("name", view.name)
    writer.member("question", view.question)
    writer.member("shared", view.isShared)
    writer.member("mine", view.staff == own)
    Presenting(context.engine).staff("by", view.staff, to: &writer)
    writer.member("at", TimeText.write(view.at))
  }

  // MARK: Answers

  private static func name(
    _ key: String, _ dimension: CrossTable.Dimension, _ context: WebContext
  ) -> String? {
    let engine = context.engine
    return switch dimension {
    case .street, .neighbourhood: Int64(key).flatMap { engine.directory.areas[ID($0)]?.name }
    case .unit: Int64(key).flatMap { engine.directory.units[ID($0)]?.name }
    case .item: engine.catalogue.item(code: key)?.name
    case .category: engine.catalogue.category(code: key)?.name
    default: nil
    }
  }

  private static func names(
    _ member: String, _ keys: [String], _ dimension: CrossTable.Dimension, _ context: WebContext,
    to writer: inout JSONWriter
  ) {
    writer.name(member)
    writer.beginArray()
    for key in keys {
      writer.beginObject()
      writer.member("key", key)
      writer.member("name", name(key, dimension, context))
      writer.endObject()
    }
    writer.endArray()
  }

  private static func write(
    _ cell: CrossTable.Cell, _ row: Int, _ column: Int, _ lift: Double?, before: Int?,
    to writer: inout JSONWriter
  ) {
    writer.beginObject()
    writer.member("row", row)
    writer.member("column", column)
    writer.member("count", cell.count)
    writer.member("before", before)
    writer.member("closed", cell.closed)
    writer.member("inTime", cell.inTime)
    writer.member("reworked", cell.reworked)
    writer.member("returned", cell.returned)
    writer.member("repeated", cell.repeated)
    writer.member("lift", lift)
    writer.endObject()
  }
}

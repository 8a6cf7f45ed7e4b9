import City
import Ports
import SearchStore

/// Lists of everything but cases.
struct Listings {
  let connection: Connection
  let index: SearchStore

  func events(_ query: EventQuery) throws(SQLiteFault) -> Page<Event> {
    var filter = Filter()
    // An event is seen by its area, or by the unit that has its case.
    try cutEvents(&filter, to: query.scope)
    try filter.cut(area: query.area, table: "events", on: connection)
    if !query.states.isEmpty {
      filter.add("events.state", in: query.states.map(\.rawValue).sorted())
    }
    if let item = query.item { filter.add("events.item = ?", .text(item)) }
    var source: String?
    if let people = query.peopleMin {
      // As the index has it; few problems concern many people.
      filter.add(
        "events.state = 'open' AND events.people > 1 AND events.people >= ?",
        .integer(Int64(people)))
      source = "events INDEXED BY events_people"
    }
    return try PageReading(table: Table.events, id: { $0.id.rawValue })
      .page(filter, query.page, source: source, on: connection)
  }

  private func cutEvents(_ filter: inout Filter, to scope: Scope) throws(SQLiteFault) {
    let depths = Depths(connection: connection)
    func units(_ unit: ID<Unit>) throws(SQLiteFault) -> String? {
      try depths.unitColumn(unit).map {
        "EXISTS (SELECT 1 FROM cases WHERE cases.id = events.case_id AND cases.\($0) = ?)"
      }
    }
    switch scope {
    case .everything, .area:
      try filter.cut(to: scope, table: "events", units: false, on: connection)
    case .unit(let unit):
      guard let condition = try units(unit) else { return filter.addNothing() }
      filter.add(condition, unit.sql)
    case .areaOrUnit(let area, let unit):
      guard let condition = try units(unit), let column = try depths.areaColumn(area) else {
        return try filter.cut(to: .area(area), table: "events", units: false, on: connection)
      }
      filter.add("(events.\(column) = ? OR \(condition))", area.sql, unit.sql)
    }
  }

  func signals(_ query: SignalQuery) throws(SQLiteFault) -> Page<Signal> {
    var filter = Filter()
    try filter.cut(to: query.scope, table: "signals", units: false, on: connection)
    if let channel = query.channel { filter.add("signals.channel = ?", .text(channel.rawValue)) }
    if query.rivals { filter.add("signals.rival_of IS NOT NULL") }
    filter.add("signals.reporter", query.reporter)
    return try PageReading(table: Table.signals, id: { $0.id.rawValue })
      .page(filter, query.page, on: connection)
  }

  func orders(_ query: OrderQuery) throws(SQLiteFault) -> Page<WorkOrder> {
    var filter = Filter()
    try filter.cut(to: query.scope, table: "orders", units: true, on: connection)
    try filter.cut(unit: query.unit, table: "orders", on: connection)
    if !query.states.isEmpty {
      filter.add("orders.state", in: query.states.map(\.rawValue).sorted())
    }
    filter.add("orders.staff", query.staff)
    return try PageReading(table: Table.orders, id: { $0.id.rawValue })
      .page(filter, query.page, on: connection)
  }

  func things(_ query: ThingQuery) throws(SQLiteFault) -> Page<Thing> {
    var filter = Filter()
    try filter.cut(to: query.scope, table: "things", units: true, on: connection)
    try filter.cut(area: query.area, table: "things", on: connection)
    if let kind = query.kind { filter.add("things.kind = ?", .text(kind)) }
    var ids: [Int64]?
    if let words = query.words, words.contains(where: { !$0.isWhitespace }) {
      ids = index.ids(
        [.thing, .device], words: words, scope: query.scope, before: query.page.before)
    }
    if let near = query.near { return try things(near: near, query, filter, among: ids) }
    let reading = PageReading(table: Table.things, id: { $0.id.rawValue })
    guard let ids else { return try reading.page(filter, query.page, on: connection) }
    return try reading.page(filter, query.page, among: ids, on: connection)
  }

  /// Things within a radius, newest first: the box by index, the circle by distance.
  private func things(
    near: Position, _ query: ThingQuery, _ filter: Filter, among ids: [Int64]?
  ) throws(SQLiteFault) -> Page<Thing> {
    guard !filter.isNever else { return Page(elements: [], next: nil) }
    var filter = filter
    let latitudes = query.radiusMetres / (Position.earthRadiusMetres * Double.pi / 180)
    let longitudes = latitudes / max(1 - abs(near.latitude) / 90, 0.02)
    filter.add(
      "things.latitude BETWEEN ? AND ? AND things.longitude BETWEEN ? AND ?",
      .real(near.latitude - latitudes), .real(near.latitude + latitudes),
      .real(near.longitude - longitudes), .real(near.longitude + longitudes))
    if let before = query.page.before { filter.add("things.id < ?", .integer(before)) }
    let wanted = ids.map(Set.init)
    let found = try Table.things.all(
      where: "\(filter.text) ORDER BY id DESC", filter.values, on: connection
    ).filter { thing in
      (thing.position?.metres(to: near) ?? .infinity) <= query.radiusMetres
        && wanted?.contains(thing.id.rawValue) ?? true
    }
    let elements = Array(found.prefix(query.page.limit))
    return Page(
      elements: elements, next: found.count > elements.count ? elements.last?.id.rawValue : nil)
  }

  func scores(_ query: ScoreQuery) throws(SQLiteFault) -> [ScoreChange] {
    var conditions = "month BETWEEN ? AND ?"
    var values: [SQLValue] = [
      .integer(Int64(query.months.lowerBound)), .integer(Int64(query.months.upperBound)),
    ]
    let below =
      "unit IN (WITH RECURSIVE below (id) AS (SELECT ? UNION SELECT units.id FROM units "
      + "JOIN below ON units.parent = below.id) SELECT id FROM below)"
    let inside =
      "street IN (WITH RECURSIVE inside (id) AS (SELECT ? UNION SELECT areas.id FROM "
      + "areas JOIN inside ON areas.parent = inside.id) SELECT id FROM inside)"
    func add(_ condition: String, _ ids: SQLValue...) {
      conditions += " AND " + condition
      values += ids
    }
    if let unit = query.unit { add(below, unit.sql) }
    switch query.scope {
    case .everything: break
    case .area(let area): add(inside, area.sql)
    case .unit(let unit): add(below, unit.sql)
    case .areaOrUnit(let area, let unit): add("(\(inside) OR \(below))", area.sql, unit.sql)
    }
    return try connection.rows(
      "\(Table<ScoreChange>.selectSQL) WHERE \(conditions) ORDER BY month, unit, street, item",
      values, Table<ScoreChange>.read)
  }
}

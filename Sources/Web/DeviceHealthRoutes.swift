import City
import Engine
import Evaluating
import HTTPServing
import JSONText
import Pack
import Ports

/// Devices that are not well, orders to have them mended, and how far alarms can be relied upon.
enum DeviceHealthRoutes {
  static let daysRange = 1...366

  /// What alarms are counted by.
  enum Grouping: String, CaseIterable { case rule, model, device }

  static func routes(_ context: WebContext) -> [Route] {
    let ailments = DeviceAilment.allCases.map(\.rawValue)
    return [
      Route(
        .get, "/devices/health", .permission([.read]), "Devices that are not well, and why",
        query: [
          .init(name: "ailment", type: "string", allowed: ailments),
          .init(name: "kind", type: "string"), .init(name: "area", type: "string"),
          .init(name: "device", type: "string"),
        ] + Listing.parameters
      ) { call throws(Problem) in try await list(call, context) },
      Route(
        .get, "/devices/health/counts", .permission([.read]), "How many devices have which ailment"
      ) { call throws(Problem) in try await counts(call, context) },
      Route(
        .get, "/devices/precision", .permission([.read]),
        "What became of alarms, by rule, device model or device",
        query: [
          .init(
            name: "by", type: "string", required: true,
            allowed: Grouping.allCases.map(\.rawValue)),
          .init(name: "days", type: "integer"), .init(name: "limit", type: "integer"),
        ]
      ) { call throws(Problem) in try await precision(call, context) },
      Route(
        .post, "/devices/:id/order", .permission([.handle]), "Have a device mended by its owner",
        body: [
          .init(name: "ailment", type: "string", required: true, allowed: ailments),
          .init(name: "note", type: "string"),
        ]
      ) { call throws(Problem) in try await order(call, context) },
    ]
  }

  private static func care(_ context: WebContext) throws(Problem) -> DeviceCare {
    guard let care = context.care else { throw Problem(status: 503, code: "perception.off") }
    return care
  }

  private static func standings(
    _ call: Call, _ context: WebContext
  ) async throws(Problem) -> [DeviceStanding] {
    let care = try care(context)
    let scope = try call.caller.scope
    let all = try await stored { () throws(StoreFault) in try await care.standings() }
    return all.filter { scope.holds(area: $0.device.thing.area, unit: $0.device.thing.owner) }
  }

  private static func list(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let perception = try ObservationRoutes.perception(context)
    let page = try Listing.page(call)
    let ailment: DeviceAilment? = try call.word("ailment")
    let kind = call.filter("kind")
    let area: ID<Area>? = try call.id("area")
    let device: ID<Thing>? = try call.id("device")
    let found = try await standings(call, context).lazy.filter { standing in
      let thing = standing.device.thing
      return (page.before.map { thing.id.rawValue < $0 } ?? true)
        && (kind.map { thing.kind == $0 } ?? true)
        && (area.map { thing.area.lies(in: $0) } ?? true)
        && (device.map { thing.id == $0 } ?? true)
        && (ailment.map { asked in standing.findings.contains { $0.ailment == asked } } ?? true)
    }.prefix(page.limit + 1)
    let elements = Array(found.prefix(page.limit))
    let next = found.count > page.limit ? elements.last?.device.thing.id.rawValue : nil
    let presenting = Presenting(
      context.engine, fields: call.filter("fields"), for: try call.caller)
    return Answer.list(elements, next: next) { standing, writer in
      writer.beginObject()
      presenting.members(standing.device, perception, to: &writer)
      writer.name("findings")
      writer.beginArray()
      for finding in standing.findings { write(finding, context, &writer) }
      writer.endArray()
      writer.endObject()
    }
  }

  private static func write(
    _ finding: DeviceFinding, _ context: WebContext, _ writer: inout JSONWriter
  ) {
    let word = context.engine.catalogue.healthWord(finding.ailment)
    writer.beginObject()
    writer.member("ailment", finding.ailment.rawValue)
    writer.member("name", word?.name)
    writer.member("grade", word?.grade.rawValue)
    writer.member("measure", finding.measure)
    writer.member("why", word.map { finding.sentence($0.say) })
    writer.member("remedy", word?.remedy)
    writer.endObject()
  }

  private static func counts(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let perception = try ObservationRoutes.perception(context)
    let scope = try call.caller.scope
    let standings = try await standings(call, context)
    let devices = perception.table.devices.count {
      scope.holds(area: $0.thing.area, unit: $0.thing.owner)
    }
    var counts: [DeviceAilment: Int] = [:]
    for standing in standings {
      for ailment in Set(standing.findings.map(\.ailment)) { counts[ailment, default: 0] += 1 }
    }
    let isCurrent = await perception.traces.isCurrent
    return Answer.object { writer in
      // False while the server reads what devices told before it started.
      writer.member("current", isCurrent)
      writer.member("devices", devices)
      writer.member("unwell", standings.count)
      writer.name("ailments")
      writer.beginArray()
      for word in context.engine.catalogue.health {
        writer.beginObject()
        writer.member("ailment", word.ailment.rawValue)
        writer.member("name", word.name)
        writer.member("remedy", word.remedy)
        writer.member("devices", counts[word.ailment] ?? 0)
        writer.endObject()
      }
      writer.endArray()
    }
  }

  private static func precision(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let care = try care(context)
    let perception = try ObservationRoutes.perception(context)
    let scope = try call.caller.scope
    guard let grouping: Grouping = try call.word("by") else {
      throw .field("by", "field.required")
    }
    var days = AlarmTally.daysStandard
    if let text = call.filter("days") {
      guard let stated = Int(text), daysRange.contains(stated) else {
        throw .field(
          "days", "number.range",
          ["min": String(daysRange.lowerBound), "max": String(daysRange.upperBound)])
      }
      days = stated
    }
    let limit = try Listing.page(call).limit
    let table = perception.table
    let (lookBack, grouped) = (days, grouping)
    let tallies = try await stored { () throws(StoreFault) in
      try await care.tallies(days: lookBack, scope: scope) { alarm -> String? in
        switch grouped {
        case .rule: alarm.rule
        case .device: alarm.device.map { String($0.rawValue) }
        case .model:
          alarm.device.flatMap { table.device($0)?.thing }.map { thing in
            let model = thing.attributes.first { $0.name == "model" }?.value ?? ""
            return "\(thing.kind)/\(model)"
          }
        }
      }
    }
    let sorted = tallies.sorted { ($1.value.raised, $0.key) < ($0.value.raised, $1.key) }
    return Answer.list(Array(sorted.prefix(limit))) { entry, writer in
      writer.beginObject()
      writer.member("key", entry.key)
      writer.member("name", name(entry.key, grouped, table, context))
      write(entry.value, &writer)
      writer.endObject()
    }
  }

  private static func name(
    _ key: String, _ grouping: Grouping, _ table: DeviceTable, _ context: WebContext
  ) -> String? {
    let catalogue = context.engine.catalogue
    switch grouping {
    case .rule: return catalogue.rules.first { $0.code == key }?.name
    case .device: return Int64(key).flatMap { table.device(ID($0))?.thing.name }
    case .model:
      let parts = key.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
      let kind = catalogue.kind(code: String(parts[0]))?.name ?? String(parts[0])
      return "\(kind) \(parts.count > 1 ? String(parts[1]) : "")"
    }
  }

  private static func write(_ tally: AlarmTally, _ writer: inout JSONWriter) {
    writer.member("raised", tally.raised)
    writer.member("open", tally.open)
    writer.member("acknowledged", tally.acknowledged)
    writer.member("signalled", tally.signalled)
    writer.member("confirmed", tally.confirmed)
    writer.member("notConfirmed", tally.notConfirmed)
    writer.member("precision", tally.precision)
  }

  private static func order(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let care = try care(context)
    let id: ID<Thing> = try call.capturedID("id")
    let caller = try call.caller
    var body = try Body(call.request.body)
    let ailment: DeviceAilment? = body.word("ailment")
    if ailment == nil { _ = body.required("ailment") }
    let note = body.string("note") ?? ""
    if note.count > DeviceCare.noteMax {
      body.refuse("note", "text.too_long", ["max": String(DeviceCare.noteMax)])
    }
    try body.finish()
    guard let ailment else { throw .field("ailment", "field.required") }
    let outcome = try await asProblem(Problem.init) { () throws(CareFault) in
      try await care.order(
        id, for: ailment, note: note, by: caller.actor, request: call.id, scope: caller.scope)
    }
    return try await SignalRoutes.answer(outcome, context)
  }
}

extension Problem {
  init(_ fault: CareFault) {
    switch fault {
    case .notFound: self = .notFound
    case .healthy: self.init(status: 409, code: fault.code)
    case .intake(let fault): self.init(fault)
    case .store(let fault): self.init(fault)
    }
  }
}

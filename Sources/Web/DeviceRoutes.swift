import City
import Discovering
import Engine
import HTTPServing
import JSONText
import Pack
import Ports

/// Devices with their streams, those that wait in the lobby, and what was turned away.
enum DeviceRoutes {
  static func routes(_ context: WebContext) -> [Route] {
    [
      Route(
        .get, "/devices", .permission([.read]), "Devices, newest first",
        query: [
          .init(name: "kind", type: "string"), .init(name: "area", type: "string"),
          .init(name: "limit", type: "integer"), .init(name: "before", type: "string"),
          .init(name: "fields", type: "string"),
        ]
      ) { call throws(Problem) in try list(call, context) },
      Route(.get, "/devices/:id", .permission([.read]), "One device with its streams") {
        call throws(Problem) in try one(call, context)
      },
      Route(.get, "/lobby", .permission([.master]), "Devices that send and are not registered") {
        call throws(Problem) in try lobby(context)
      },
      Route(
        .post, "/lobby/register", .permission([.master]), "Register a device of the lobby",
        body: [
          .init(name: "device", type: "string", required: true),
          .init(name: "kind", type: "string", required: true),
          .init(name: "name", type: "string", required: true),
          .init(name: "address", type: "string"), .init(name: "longitude", type: "number"),
          .init(name: "latitude", type: "number"), .init(name: "owner", type: "string"),
          .init(name: "gateway", type: "string"), .init(name: "watches", type: "string"),
          .init(name: "attributes", type: "object"),
        ]
      ) { call throws(Problem) in try await register(call, context) },
      Route(.get, "/refusals", .permission([.master]), "Readings turned away, by reason") {
        call throws(Problem) in try refusals(context)
      },
      Route(
        .post, "/devices/reload", .permission([.master]), "Take changed devices into use now"
      ) { call throws(Problem) in
        let perception = try ObservationRoutes.perception(context)
        try await stored { () throws(StoreFault) in try await perception.reload() }
        return Answer.object { $0.member("devices", perception.table.devices.count) }
      },
    ]
  }

  private static func list(_ call: Call, _ context: WebContext) throws(Problem) -> HTTPResponse {
    let perception = try ObservationRoutes.perception(context)
    let scope = try call.caller.scope
    let page = try Listing.page(call)
    let kind = call.filter("kind")
    let area: ID<Area>? = try call.id("area")
    var found: [Device] = []
    // The table is in the order of ids; the newest stand last.
    for device in perception.table.devices.reversed() {
      guard page.before.map({ device.thing.id.rawValue < $0 }) ?? true,
        kind.map({ device.kind.code == $0 }) ?? true,
        area.map({ device.thing.area.lies(in: $0) }) ?? true,
        scope.holds(area: device.thing.area, unit: device.thing.owner)
      else { continue }
      found.append(device)
      if found.count > page.limit { break }
    }
    let elements = Array(found.prefix(page.limit))
    let presenting = Presenting(
      context.engine, fields: call.filter("fields"), for: try call.caller)
    return Answer.list(
      elements, next: found.count > page.limit ? elements.last?.thing.id.rawValue : nil
    ) { device, writer in
      writer.beginObject()
      presenting.members(device, perception, to: &writer)
      writer.endObject()
    }
  }

  private static func one(_ call: Call, _ context: WebContext) throws(Problem) -> HTTPResponse {
    let perception = try ObservationRoutes.perception(context)
    let id: ID<Thing> = try call.capturedID("id")
    let scope = try call.caller.scope
    guard let device = perception.table.device(id),
      scope.holds(area: device.thing.area, unit: device.thing.owner)
    else { throw .notFound }
    let presenting = Presenting(context.engine, for: try call.caller)
    return Answer.object { presenting.members(device, perception, to: &$0) }
  }

  private static func lobby(_ context: WebContext) throws(Problem) -> HTTPResponse {
    Answer.list(try ObservationRoutes.perception(context).lobby) { guest, writer in
      writer.beginObject()
      writer.member("device", guest.code)
      writer.member("firstSeen", TimeText.write(guest.firstSeen))
      writer.member("lastSeen", TimeText.write(guest.lastSeen))
      writer.member("count", guest.count)
      writer.member("measure", guest.measure)
      writer.member("source", guest.source)
      writer.endObject()
    }
  }

  /// A guest becomes a device, and what it sends from now on is taken.
  private static func register(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let perception = try ObservationRoutes.perception(context)
    let caller = try call.caller
    var body = try Body(call.request.body)
    let code = body.required("device")
    var thing = ThingEntry(kind: body.required("kind"), code: code)
    thing.name = body.required("name")
    thing.address = body.string("address") ?? ""
    thing.longitude = body.number("longitude")
    thing.latitude = body.number("latitude")
    thing.owner = body.string("owner")
    var entry = DeviceEntry(thing: thing)
    entry.gateway = body.string("gateway")
    entry.watches = body.string("watches")
    let kind = context.engine.catalogue.kind(code: thing.kind)
    entry.thing.attributes = body.object("attributes", Set(kind?.fields.map(\.name) ?? []))
    try body.finish()
    guard perception.lobby.contains(where: { $0.code == code }) else {
      throw .field("device", "lobby.unknown")
    }
    let final = entry
    let outcomes = try await stored { () throws(StoreFault) in
      try await DeviceImport(engine: context.engine).save([final], by: caller.actor)
    }
    if case .refused(let findings) = outcomes.first {
      throw Problem(
        status: 400, code: "request.invalid",
        findings: findings.map {
          Problem.Finding(field: $0.field, rule: $0.rule, facts: $0.facts)
        })
    }
    try await stored { () throws(StoreFault) in try await perception.reload() }
    guard let device = perception.table.devices.first(where: { $0.thing.code == code }) else {
      throw .notFound
    }
    let presenting = Presenting(context.engine, for: caller)
    return Answer.object(status: outcomes.first == .repeated ? 200 : 201) {
      presenting.members(device, perception, to: &$0)
    }
  }

  /// Every reason, also those that turned nothing away yet.
  private static func refusals(_ context: WebContext) throws(Problem) -> HTTPResponse {
    let book = try ObservationRoutes.perception(context).refusals
    let reasons = ReadingRefusal.allCases.sorted { $0.rawValue < $1.rawValue }
    return Answer.list(reasons) { reason, writer in
      writer.beginObject()
      writer.member("reason", reason.rawValue)
      writer.member("count", book.counts[reason] ?? 0)
      writer.name("samples")
      writer.beginArray()
      for sample in book.samples[reason] ?? [] {
        writer.beginObject()
        writer.member("at", TimeText.write(sample.at))
        writer.member("source", sample.source)
        writer.member("text", sample.text)
        writer.endObject()
      }
      writer.endArray()
      writer.endObject()
    }
  }
}

extension Presenting {
  func members(_ device: Device, _ perception: Perception, to writer: inout JSONWriter) {
    let thing = device.thing
    id("id", thing.id, to: &writer)
    text("kind", thing.kind, to: &writer)
    text("kindName", device.kind.name, to: &writer)
    text("code", thing.code, to: &writer)
    text("name", shown(ofThing: thing.name), to: &writer)
    text("address", shown(ofThing: thing.address), to: &writer)
    position(thing.position, to: &writer)
    area(thing.area, to: &writer)
    unit("owner", thing.owner, to: &writer)
    instant("lastSeen", perception.lastSeen(thing.id), to: &writer)
    guard wants("streams") else { return }
    writer.name("streams")
    writer.beginArray()
    for (measure, stream) in zip(device.kind.measures, device.streams) {
      writer.beginObject()
      writer.member("number", Int(stream.rawValue))
      writer.member("measure", measure.code)
      writer.member("title", measure.title)
      writer.member("unit", measure.unit)
      writer.member("intervalSeconds", measure.intervalSeconds)
      writer.endObject()
    }
    writer.endArray()
  }
}

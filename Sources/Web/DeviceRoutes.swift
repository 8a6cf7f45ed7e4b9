import City
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
    let presenting = Presenting(context.engine, fields: call.filter("fields"))
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
    let presenting = Presenting(context.engine)
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

  private static func refusals(_ context: WebContext) throws(Problem) -> HTTPResponse {
    let book = try ObservationRoutes.perception(context).refusals
    return Answer.list(book.counts.sorted { $0.key.rawValue < $1.key.rawValue }) { entry, writer in
      writer.beginObject()
      writer.member("reason", entry.key.rawValue)
      writer.member("count", entry.value)
      writer.name("samples")
      writer.beginArray()
      for sample in book.samples[entry.key] ?? [] {
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
    text("name", thing.name, to: &writer)
    text("address", thing.address, to: &writer)
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

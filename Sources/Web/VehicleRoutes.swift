import City
import Engine
import HTTPServing
import JSONText
import Pack
import Ports

/// Where vehicles are, by what they last said of themselves.
enum VehicleRoutes {
  /// What a device must measure to be on the map by itself.
  private static let (longitude, latitude, speed) = ("longitude", "latitude", "speed")
  /// A place that is older is nobody's place any more.
  static let freshMilliseconds = 30 * Duration.minute
  /// Vehicles of one answer, the newest devices first.
  static let vehiclesMax = 500
  /// Finer than any tracker sends; the last point is what counts.
  private static let pointsMax = 500

  static func routes(_ context: WebContext) -> [Route] {
    [
      Route(
        .get, "/vehicles", .permission([.read]),
        "Where vehicles are that said so within half an hour"
      ) { call throws(Problem) in try await list(call, context) }
    ]
  }

  private struct Vehicle {
    let device: Device
    let at: Instant
    let position: Position
    let speed: Double?
  }

  private static func list(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let perception = try ObservationRoutes.perception(context)
    let scope = try call.caller.scope
    let trackers = perception.table.devices.reversed().filter { device in
      stream(longitude, device) != nil && stream(latitude, device) != nil
        && scope.holds(area: device.thing.area, unit: device.thing.owner)
    }
    let now = context.engine.time.now
    let from = now.advanced(byMilliseconds: -freshMilliseconds)
    var vehicles: [Vehicle] = []
    for device in trackers.prefix(vehiclesMax) {
      let found = try await stored { () throws(StoreFault) in
        try await vehicle(device, from, now, perception)
      }
      if let found { vehicles.append(found) }
    }
    let final = vehicles
    let presenting = Presenting(context.engine, for: try call.caller)
    return Answer.list(final) { vehicle, writer in
      let thing = vehicle.device.thing
      writer.beginObject()
      presenting.id("id", thing.id, to: &writer)
      writer.member("name", presenting.shown(ofThing: thing.name))
      writer.member("kind", thing.kind)
      presenting.unit("owner", thing.owner, to: &writer)
      presenting.position(vehicle.position, to: &writer)
      writer.member("speed", vehicle.speed)
      presenting.instant("at", vehicle.at, to: &writer)
      writer.endObject()
    }
  }

  private static func stream(_ code: String, _ device: Device) -> StreamNumber? {
    device.kind.measures.firstIndex { $0.code == code }.map { device.streams[$0] }
  }

  private static func vehicle(
    _ device: Device, _ from: Instant, _ now: Instant, _ perception: Perception
  ) async throws(StoreFault) -> Vehicle? {
    func last(_ code: String) async throws(StoreFault) -> SeriesPoint? {
      guard let stream = stream(code, device) else { return nil }
      let query = SeriesQuery(
        stream: stream, from: from, to: now.advanced(byMilliseconds: 1), resolution: nil,
        pointsMax: pointsMax)
      return try await perception.observations.series(query).points.last
    }
    guard let east = try await last(longitude), let north = try await last(latitude),
      let position = Position(longitude: east.last, latitude: north.last)
    else { return nil }
    return Vehicle(
      device: device, at: max(east.at, north.at), position: position,
      speed: try await last(speed)?.last)
  }
}

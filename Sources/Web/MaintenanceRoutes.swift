import City
import Discovering
import Engine
import HTTPServing
import JSONText
import Ports

/// Times in which devices are worked on.
enum MaintenanceRoutes {
  static func routes(_ context: WebContext) -> [Route] {
    [
      Route(
        .get, "/devices/:id/maintenance", .permission([.read]),
        "Times in which a device is worked on, now and to come"
      ) { call throws(Problem) in try await list(call, context) },
      Route(
        .post, "/devices/:id/maintenance", .permission([.master]),
        "A device is worked on: it raises no alarm from … to …",
        body: [
          .init(name: "from", type: "string"), .init(name: "to", type: "string", required: true),
          .init(name: "reason", type: "string", required: true),
        ]
      ) { call throws(Problem) in try await plan(call, context) },
      Route(
        .post, "/devices/:id/maintenance/:time/end", .permission([.master]),
        "The work on a device is done"
      ) { call throws(Problem) in try await end(call, context) },
    ]
  }

  private static func device(_ call: Call, _ context: WebContext) throws(Problem) -> Device {
    let perception = try ObservationRoutes.perception(context)
    let id: ID<Thing> = try call.capturedID("id")
    let scope = try call.caller.scope
    guard let device = perception.table.device(id),
      scope.holds(area: device.thing.area, unit: device.thing.owner)
    else { throw .notFound }
    return device
  }

  private static func list(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let id = try device(call, context).thing.id
    let desk = MaintenanceDesk(engine: context.engine)
    let times = try await asProblem(Problem.init) { () throws(MaintenanceFault) in
      try await desk.current()
    }
    let presenting = Presenting(context.engine)
    return Answer.list(times.filter { $0.device == id }) { presenting.write($0, to: &$1) }
  }

  private static func plan(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let id = try device(call, context).thing.id
    let caller = try call.caller
    var body = try Body(call.request.body)
    let from = body.instant("from") ?? context.engine.time.now
    let to = body.requiredInstant("to")
    let reason = body.required("reason")
    try body.finish()
    guard let to else { throw .field("to", "field.required") }
    let time = try await asProblem(Problem.init) { () throws(MaintenanceFault) in
      try await MaintenanceDesk(engine: context.engine).plan(
        id, from: from, to: to, reason: reason, by: caller.staff.id, actor: caller.actor,
        request: call.id)
    }
    return answer(time, status: 201, context)
  }

  private static func end(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let id = try device(call, context).thing.id
    let number: ID<Maintenance> = try call.capturedID("time")
    let caller = try call.caller
    let time = try await asProblem(Problem.init) { () throws(MaintenanceFault) in
      try await MaintenanceDesk(engine: context.engine).end(
        number, of: id, actor: caller.actor, request: call.id)
    }
    return answer(time, status: 200, context)
  }

  private static func answer(
    _ time: Maintenance, status: Int, _ context: WebContext
  ) -> HTTPResponse {
    var writer = JSONWriter()
    Presenting(context.engine).write(time, to: &writer)
    return .json(writer.take(), status: status)
  }
}

extension Presenting {
  func write(_ time: Maintenance, to writer: inout JSONWriter) {
    writer.beginObject()
    id("id", time.id, to: &writer)
    id("device", time.device, to: &writer)
    instant("from", time.from, to: &writer)
    instant("to", time.to, to: &writer)
    text("reason", time.reason, to: &writer)
    staff("staff", time.staff, to: &writer)
    writer.endObject()
  }
}

extension Problem {
  init(_ fault: MaintenanceFault) {
    switch fault {
    case .notFound: self = .notFound
    case .range: self = .field("to", fault.code, ["days": String(Maintenance.daysMax)])
    case .reasonMissing: self = .field("reason", fault.code)
    case .reasonTooLong:
      self = .field("reason", fault.code, ["max": String(Maintenance.reasonMax)])
    case .store(let fault): self.init(fault)
    }
  }
}

package import City
package import Ports

/// Why a time of maintenance was not taken.
package enum MaintenanceFault: Error, Equatable, Sendable {
  case notFound
  /// It ends before it begins, is over already, or is longer than `Maintenance.daysMax` days.
  case range
  case reasonMissing
  case reasonTooLong
  case store(StoreFault)

  /// Clients switch on this. Once released it never changes.
  package var code: String {
    switch self {
    case .notFound: "maintenance.not_found"
    case .range: "maintenance.range"
    case .reasonMissing: "field.required"
    case .reasonTooLong: "text.too_long"
    case .store(let fault): fault.code
    }
  }
}

/// Times in which devices are worked on: said beforehand or at once, ended early, on record.
package struct MaintenanceDesk: Sendable {
  let engine: Engine

  package init(engine: Engine) {
    self.engine = engine
  }

  /// Says that a device is worked on; its rules take that up within seconds.
  package func plan(
    _ device: ID<Thing>, from: Instant, to: Instant, reason: String, by staff: ID<Staff>?,
    actor: Actor, request: String
  ) async throws(MaintenanceFault) -> Maintenance {
    let now = engine.time.now
    let length = to.millisecondsSince(from)
    guard length > 0, to > now, length <= Int64(Maintenance.daysMax) * Duration.day else {
      throw .range
    }
    guard reason.contains(where: { !$0.isWhitespace }) else { throw .reasonMissing }
    guard reason.count <= Maintenance.reasonMax else { throw .reasonTooLong }
    let time = Maintenance(
      id: engine.newID(), device: device, from: from, to: to, reason: reason, staff: staff)
    try await commit("maintenance.planned", time, actor, request)
    return time
  }

  /// Ends one now; one that is over already is not found.
  package func end(
    _ id: ID<Maintenance>, of device: ID<Thing>, actor: Actor, request: String
  ) async throws(MaintenanceFault) -> Maintenance {
    let now = engine.time.now
    guard let known = try await current().first(where: { $0.id == id && $0.device == device })
    else { throw .notFound }
    let ended = known.ended(at: now)
    try await commit("maintenance.ended", ended, actor, request)
    return ended
  }

  /// Those that are not over, in the order in which they were said.
  package func current() async throws(MaintenanceFault) -> [Maintenance] {
    do throws(StoreFault) {
      return try await engine.store.maintenance(endingAfter: engine.time.now)
    } catch {
      throw .store(error)
    }
  }

  private func commit(
    _ kind: String, _ time: Maintenance, _ actor: Actor, _ request: String
  ) async throws(MaintenanceFault) {
    do throws(StoreFault) {
      _ = try await engine.store.commit(
        ChangeSet(
          kind: kind, at: engine.time.now, actor: actor,
          subject: SubjectReference(kind: "thing", id: time.device.rawValue), request: request,
          conditions: [], facts: [.maintenance(time)]))
    } catch {
      throw .store(error)
    }
  }
}

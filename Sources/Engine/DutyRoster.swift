package import City
import Discovering
package import Ports

/// A duty as somebody enters it.
package struct DutyEntry: Sendable, Equatable {
  package let staff: ID<Staff>
  package let from: Instant
  package let to: Instant

  package init(staff: ID<Staff>, from: Instant, to: Instant) {
    self.staff = staff
    self.from = from
    self.to = to
  }
}

/// Who is on duty when: the roster as people plan it (值班表).
///
/// A duty is made for the unit that the person is of. It is not changed, but ended and made anew, so
/// that the journal tells who was to be there at any time.
package struct DutyRoster: Sendable {
  /// A watch over a whole holiday week.
  package static let longestMilliseconds = 8 * Duration.day
  /// Rosters are planned for so long ahead at most.
  package static let aheadMilliseconds = 366 * Duration.day
  /// What lies back longer is written down nowhere else and is not added afterwards.
  package static let backMilliseconds = 31 * Duration.day

  let engine: Engine

  package init(engine: Engine) {
    self.engine = engine
  }

  /// Puts somebody on duty.
  package func plan(
    _ entry: DutyEntry, by actor: Actor, request: String
  ) async throws(MasterFault) -> Duty {
    let now = engine.time.now
    let length = entry.to.millisecondsSince(entry.from)
    var findings: [SignalFinding] = []
    let staff = engine.directory.staff[entry.staff]
    if staff?.active != true {
      findings.append(SignalFinding(field: "staff", rule: "staff.unknown"))
    }
    if length <= 0 || length > Self.longestMilliseconds
      || entry.to.millisecondsSince(now) > Self.aheadMilliseconds
    {
      let days = String(Self.longestMilliseconds / Duration.day)
      findings.append(SignalFinding(field: "to", rule: "time.range", facts: ["daysMax": days]))
    }
    if now.millisecondsSince(entry.from) > Self.backMilliseconds {
      findings.append(SignalFinding(field: "from", rule: "time.range"))
    }
    guard findings.isEmpty, let staff else { throw .refused(findings) }
    let others = try await stored { () throws(StoreFault) in
      try await engine.store.duties(from: entry.from, to: entry.to)
    }
    if others.contains(where: { $0.staff == entry.staff && $0.from < $0.to }) {
      throw .refused([SignalFinding(field: "from", rule: "duty.overlap")])
    }
    let duty = Duty(
      id: engine.newID(), staff: staff.id, unit: staff.unit, from: entry.from, to: entry.to)
    try await save(duty, actor, request)
    return duty
  }

  /// One that is still to come, goes on, or was lately; nil where there is none.
  package func find(_ id: ID<Duty>) async throws(MasterFault) -> Duty? {
    let now = engine.time.now
    let found = try await stored { () throws(StoreFault) in
      try await engine.store.duties(
        from: now.advanced(byMilliseconds: -Self.backMilliseconds),
        to: now.advanced(byMilliseconds: Self.aheadMilliseconds))
    }
    return found.first { $0.id == id && $0.from < $0.to }
  }

  /// A duty that goes on ends now; one that has not begun is struck out: it lasts no time and is
  /// shown nowhere. One that is over stays as it was.
  package func end(
    _ duty: Duty, by actor: Actor, request: String
  ) async throws(MasterFault) -> Duty {
    let to = min(duty.to, max(duty.from, engine.time.now))
    let ended = Duty(id: duty.id, staff: duty.staff, unit: duty.unit, from: duty.from, to: to)
    guard ended != duty else { return duty }
    try await save(ended, actor, request)
    return ended
  }

  private func save(_ duty: Duty, _ actor: Actor, _ request: String) async throws(MasterFault) {
    _ = try await stored { () throws(StoreFault) in
      try await engine.store.commit(
        ChangeSet(
          kind: "duty.saved", at: engine.time.now, actor: actor,
          subject: SubjectReference(kind: "staff", id: duty.staff.rawValue), request: request,
          conditions: [], facts: [.duty(duty)]))
    }
  }

  private func stored<Answer>(
    _ ask: () async throws(StoreFault) -> Answer
  ) async throws(MasterFault) -> Answer {
    do throws(StoreFault) {
      return try await ask()
    } catch {
      throw .store(error)
    }
  }
}

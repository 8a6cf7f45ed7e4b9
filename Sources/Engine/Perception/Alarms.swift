package import City
package import Ports

/// Why an alarm was not changed.
package enum AlarmFault: Error, Equatable {
  case notFound
  case acknowledgedAlready
  /// A silence ends in the future, and not later than `Alarms.silenceDaysMax` days from now.
  case silenceRange
  case crowded
  case store(StoreFault)

  package var code: String {
    switch self {
    case .notFound: "alarm.not_found"
    case .acknowledgedAlready: "alarm.acknowledged_already"
    case .silenceRange: "alarm.silence_range"
    case .crowded: "alarm.crowded"
    case .store(let fault): fault.code
    }
  }
}

/// What people do with alarms, and what their cases say of them.
package struct Alarms: Sendable {
  /// The longest silence, in days.
  package static let silenceDaysMax: Int64 = 30

  let engine: Engine

  package init(engine: Engine) {
    self.engine = engine
  }

  /// Somebody has seen it.
  package func acknowledge(
    _ id: ID<Alarm>, by staff: ID<Staff>, actor: Actor, request: String, scope: Scope
  ) async throws(AlarmFault) -> Alarm {
    try await change(id, "alarm.acknowledged", actor, request, scope) {
      state, now throws(AlarmFault) in
      guard state.acknowledgedAt == nil else { throw .acknowledgedAlready }
      state.acknowledgedAt = now
      state.acknowledgedBy = staff
    }
  }

  /// Nobody is told of its changes up to a time.
  package func silence(
    _ id: ID<Alarm>, until: Instant, actor: Actor, request: String, scope: Scope
  ) async throws(AlarmFault) -> Alarm {
    try await change(id, "alarm.silenced", actor, request, scope) {
      state, now throws(AlarmFault) in
      let span = until.millisecondsSince(now)
      guard span > 0, span <= Self.silenceDaysMax * Duration.day else { throw .silenceRange }
      state.silencedUntil = until
    }
  }

  private func change(
    _ id: ID<Alarm>, _ kind: String, _ actor: Actor, _ request: String, _ scope: Scope,
    _ body: (inout AlarmState, Instant) throws(AlarmFault) -> Void
  ) async throws(AlarmFault) -> Alarm {
    for _ in 0..<engine.settings.attemptsMax {
      guard let stored = try await load(id), scope.holds(area: stored.area, unit: stored.owner)
      else { throw .notFound }
      var state = stored.state
      try body(&state, engine.time.now)
      state.version += 1
      let alarm = stored.becoming(state)
      do throws(StoreFault) {
        _ = try await engine.store.commit(
          ChangeSet(
            kind: kind, at: engine.time.now, actor: actor,
            subject: SubjectReference(kind: "alarm", id: id.rawValue), request: request,
            conditions: [.alarmVersion(id, stored.state.version)], facts: [.alarm(alarm)]))
        return alarm
      } catch {
        guard case .conflict = error else { throw .store(error) }
      }
    }
    throw .crowded
  }

  private func load(_ id: ID<Alarm>) async throws(AlarmFault) -> Alarm? {
    do throws(StoreFault) {
      return try await engine.store.load(id)
    } catch {
      throw .store(error)
    }
  }
}

/// Follows the journal: a closed case says whether its alarm was right.
package struct AlarmVerdicts: Sendable {
  /// Under this name its position is kept.
  package static let name = "alarm-verdicts"
  /// Entries read at once.
  static let runMax = 512
  /// Entries after which it says how far it came.
  static let tellEvery: Int64 = 5_000
  /// Signals of one event that are looked at.
  static let signalsMax = 1_000

  let engine: Engine

  package init(engine: Engine) {
    self.engine = engine
  }

  /// Follows until the task is cancelled or the store closes.
  package func follow() async {
    guard var hasAlarms = try? await hasAlarms(), var position = try? await begin(hasAlarms)
    else { return }
    var told = position
    while !Task.isCancelled {
      await engine.store.settled(after: position)
      guard !Task.isCancelled,
        let next = try? await step(after: position, hasAlarms: &hasAlarms), next > position
      else { return }
      position = next
      if position - told >= Self.tellEvery {
        guard (try? await tell(position)) != nil else { return }
        told = position
      }
    }
  }

  private func hasAlarms() async throws(StoreFault) -> Bool {
    let query = AlarmQuery(scope: .everything, page: PageRequest(limit: 1, before: nil))
    return !(try await engine.store.alarms(query).elements.isEmpty)
  }

  /// Where it reads on; where no alarm ever was, nothing before now speaks of one.
  private func begin(_ hasAlarms: Bool) async throws(StoreFault) -> Int64 {
    if let known = try await engine.store.position(of: Self.name) { return known.position }
    return hasAlarms ? 0 : try await engine.store.lastSequence()
  }

  /// Says how far it came: a restart reads on from there. What is read twice changes nothing.
  private func tell(_ position: Int64) async throws(StoreFault) {
    let now = engine.time.now
    _ = try await engine.store.commit(
      ChangeSet(
        kind: "alarm.verdicts_followed", at: now, actor: .engine(Self.name),
        subject: SubjectReference(kind: "follower", id: 0), request: "", conditions: [],
        facts: [.followed(FollowerPosition(follower: Self.name, position: position, at: now))]))
  }

  /// Takes the next entries of the journal.
  /// - Parameter hasAlarms: whether any alarm came before; true from the first on.
  /// - Returns: how far it came.
  package func step(
    after position: Int64, hasAlarms: inout Bool
  ) async throws(StoreFault) -> Int64 {
    let entries = try await engine.store.entries(after: position, limit: Self.runMax)
    for entry in entries {
      for fact in entry.facts {
        if case .alarm = fact { hasAlarms = true }
        guard hasAlarms, case .caseMoved(let id, let state) = fact, state.closedAt != nil,
          let verdict = Self.verdict(state.verdict)
        else { continue }
        try await mark(id, verdict, at: entry.at)
      }
    }
    return entries.last?.sequence ?? position
  }

  /// What a case's end says of the alarm; nil where it says nothing.
  static func verdict(_ verdict: Verdict?) -> AlarmVerdict? {
    switch verdict {
    case .passed: .confirmed
    case .notConfirmed: .notConfirmed
    case .rework, .void, nil: nil
    }
  }

  private func mark(
    _ id: ID<Case>, _ verdict: AlarmVerdict, at: Instant
  ) async throws(StoreFault) {
    guard let found = try await engine.store.load(id) else { return }
    let signals = try await engine.store.signals(
      of: found.filing.event, limit: Self.signalsMax)
    for signal in signals where signal.channel == .device {
      for _ in 0..<engine.settings.attemptsMax {
        guard let alarm = try await engine.store.alarm(of: signal.id),
          alarm.state.verdict != verdict
        else { break }
        var state = alarm.state
        state.verdict = verdict
        state.version += 1
        do throws(StoreFault) {
          _ = try await engine.store.commit(
            ChangeSet(
              kind: "alarm.judged", at: at, actor: .engine(Self.name),
              subject: SubjectReference(kind: "alarm", id: alarm.id.rawValue), request: "",
              conditions: [.alarmVersion(alarm.id, alarm.state.version)],
              facts: [
                .alarm(alarm.becoming(state))
              ]))
          break
        } catch {
          guard case .conflict = error else { throw error }
        }
      }
    }
  }
}

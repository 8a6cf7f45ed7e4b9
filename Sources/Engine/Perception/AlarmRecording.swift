import City
import Discovering
import Pack
import Ports

/// Writes what rules say of episodes: the alarm, and where the rule says so its signal.
///
/// Idempotent: the same change again, from a replay or a second instance, changes nothing.
struct AlarmRecording {
  let perception: Perception
  let program: RuleProgram

  private var engine: Engine { perception.engine }

  func record(_ change: AlarmChange) async throws(StoreFault) {
    guard let rule = program.rule(code: change.key.rule) else { return }
    let key = EpisodeText.write(change.key)
    var alarm: Alarm?
    for _ in 0..<engine.settings.attemptsMax {
      do throws(StoreFault) {
        alarm = try await attempt(change, rule, key)
        break
      } catch {
        guard case .conflict = error else { throw error }
      }
    }
    guard let alarm, change.kind != .cleared else { return }
    try await signal(alarm, change, rule)
  }

  /// The alarm as it stands after the change; nil where there is none to change.
  private func attempt(
    _ change: AlarmChange, _ rule: Rule, _ key: String
  ) async throws(StoreFault) -> Alarm? {
    guard let stored = try await engine.store.alarm(key: key) else {
      guard change.kind == .opened else { return nil }
      let alarm = opened(change, rule, key)
      try await commit("alarm.opened", alarm, .alarmAbsent(key: key))
      return alarm
    }
    guard Self.isNews(change, to: stored.state) else { return stored }
    let alarm = stored.becoming(after(change, rule, stored.state))
    try await commit(
      "alarm.\(change.kind.rawValue)", alarm, .alarmVersion(alarm.id, stored.state.version))
    return alarm
  }

  /// Whether a change says more than the alarm knows. Within an episode time never goes back.
  static func isNews(_ change: AlarmChange, to state: AlarmState) -> Bool {
    guard state.clearedAt == nil, change.kind != .opened else { return false }
    if change.at != state.changedAt { return change.at > state.changedAt }
    return switch change.kind {
    case .opened: false
    case .raised: change.grade.rank > state.grade.rank
    case .lowered: change.grade.rank < state.grade.rank
    case .cleared: true
    }
  }

  private func after(_ change: AlarmChange, _ rule: Rule, _ state: AlarmState) -> AlarmState {
    var next = state
    next.changedAt = change.at
    next.version += 1
    if change.kind == .cleared {
      next.clearedAt = change.at
    } else {
      next.grade = change.grade
      next.why = why(change, rule)
    }
    return next
  }

  private func opened(_ change: AlarmChange, _ rule: Rule, _ key: String) -> Alarm {
    let state = AlarmState(
      grade: change.grade, why: why(change, rule),
      openedAt: change.key.openedAt, changedAt: change.at)
    switch change.key.subject {
    case .stream(let stream):
      let found = perception.table.measure(of: stream)
      let thing = found?.device.thing
      return Alarm(
        id: engine.newID(), key: key, rule: rule.code, device: thing?.id,
        measure: found?.measure.code ?? "", area: thing?.area ?? .outside,
        owner: thing?.owner ?? .none, position: thing?.position, state: state)
    case .area(let area):
      return Alarm(
        id: engine.newID(), key: key, rule: rule.code, device: nil, measure: rule.measure,
        area: engine.directory.path(of: area), owner: .none, position: nil, state: state)
    }
  }

  /// Why, in words that a person reads.
  private func why(_ change: AlarmChange, _ rule: Rule) -> String {
    var names: [String: String] = ["rule": rule.name]
    switch change.key.subject {
    case .stream(let stream):
      if let (device, measure) = perception.table.measure(of: stream) {
        names["device"] = device.thing.name
        names["measure"] = measure.title
        names["unit"] = measure.unit
      }
    case .area(let area): names["area"] = engine.directory.areas[area]?.name
    }
    return AlarmSentence.text(of: change, by: rule, names: names)
  }

  private func commit(
    _ kind: String, _ alarm: Alarm, _ condition: Condition
  ) async throws(StoreFault) {
    _ = try await engine.store.commit(
      ChangeSet(
        kind: kind, at: engine.time.now, actor: .engine(PerceptionFollower.name),
        subject: SubjectReference(kind: "alarm", id: alarm.id.rawValue), request: "",
        conditions: [condition], facts: [.alarm(alarm)]))
  }

  // MARK: The signal

  /// An alarm grave enough becomes a signal, once: its key is the signal's own id.
  private func signal(
    _ alarm: Alarm, _ change: AlarmChange, _ rule: Rule
  ) async throws(StoreFault) {
    guard let item = rule.item, alarm.state.signal == nil,
      change.grade.rank >= rule.signalFrom.rank,
      alarm.state.silencedUntil.map({ $0 <= engine.time.now }) ?? true
    else { return }
    var draft = SignalDraft()
    draft.externalID = alarm.key
    draft.title = String(rule.name.prefix(SignalLimits.titleMax))
    draft.text = alarm.state.why
    draft.item = item
    draft.thing = alarm.device.map { String($0.rawValue) }
    draft.longitude = alarm.position?.longitude
    draft.latitude = alarm.position?.latitude
    draft.occurredAt = min(alarm.state.openedAt, engine.time.now)
    // What came in is the episode itself: the same bytes however often it is tried.
    let incoming = IncomingSignal(channel: .device, draft: draft, raw: Array(alarm.key.utf8))
    let outcome: IntakeOutcome
    do throws(IntakeFault) {
      outcome = try await Intake(engine: engine).take(
        incoming, by: .engine(PerceptionFollower.name), request: "")
    } catch {
      if case .store(let fault) = error { throw fault }
      // The words of the pack or the device do not make a signal: on record, and not tried again.
      perception.refuse(.malformed, "\(alarm.key): \(error.code)", from: "alarm")
      return
    }
    try await name(outcome.signal, of: alarm)
  }

  private func name(_ signal: ID<Signal>, of alarm: Alarm) async throws(StoreFault) {
    for _ in 0..<engine.settings.attemptsMax {
      guard let stored = try await engine.store.load(alarm.id), stored.state.signal == nil else {
        return
      }
      var state = stored.state
      state.signal = signal
      state.version += 1
      do throws(StoreFault) {
        try await commit(
          "alarm.signalled", stored.becoming(state),
          .alarmVersion(alarm.id, stored.state.version))
        return
      } catch {
        guard case .conflict = error else { throw error }
      }
    }
  }
}

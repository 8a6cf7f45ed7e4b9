import City
import Engine
import Pack
import Ports

// Alarms of a story: episodes of a rule at a device, without the observations that make them.
extension StoryPlay {
  /// The alarm that a device's signal was made of.
  mutating func raise(
    _ rule: String, of name: String, _ signal: ID<Signal>, _ effect: inout Effect
  ) async {
    let device: ID<Thing> = engine.newID()
    await open(rule, of: name, at: device, signal, &effect)
  }

  /// The alarm ends, or the same rule raises it anew at the same device.
  mutating func alarm(_ name: String, isCleared: Bool, _ effect: inout Effect) async {
    latest = cases[name] ?? latest
    guard let known = alarms[name] else {
      effect.refusal = "no alarm"
      return
    }
    guard isCleared else {
      return await open(known.rule, of: name, at: known.device, nil, &effect)
    }
    var state = known.state
    state.clearedAt = engine.time.now
    state.changedAt = engine.time.now
    state.version += 1
    await save(known.becoming(state), of: name, &effect)
  }

  private mutating func open(
    _ rule: String, of name: String, at device: ID<Thing>?, _ signal: ID<Signal>?,
    _ effect: inout Effect
  ) async {
    let now = engine.time.now
    let id: ID<Alarm> = engine.newID()
    var state = AlarmState(grade: .yellow, why: name, openedAt: now, changedAt: now)
    state.signal = signal
    let alarm = Alarm(
      id: id, key: "\(rule):\(name):\(id.rawValue)", rule: rule, device: device, measure: "",
      area: .outside, owner: .none, position: nil, state: state)
    await save(alarm, of: name, &effect)
  }

  private mutating func save(
    _ alarm: Alarm, of name: String, _ effect: inout Effect
  ) async {
    do throws(StoreFault) {
      _ = try await engine.store.commit(
        ChangeSet(
          kind: "story.alarm", at: engine.time.now, actor: .engine("story"),
          subject: SubjectReference(kind: "alarm", id: alarm.id.rawValue), request: "",
          conditions: [], facts: [.alarm(alarm)]))
      alarms[name] = alarm
    } catch {
      effect.refusal = error.code
    }
  }
}

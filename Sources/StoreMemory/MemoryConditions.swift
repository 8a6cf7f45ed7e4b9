import City
import Ports

extension MemoryTables {
  /// Whether what a decision took for granted still holds.
  func holds(_ condition: Condition) -> Bool {
    switch condition {
    case .caseVersion(let id, let version): cases[id]?.state.version == version
    case .eventVersion(let id, let version): events[id]?.version == version
    case .thingVersion(let id, let version): things[id]?.version == version
    case .alarmVersion(let id, let version): alarms[id]?.state.version == version
    case .resemblanceVersion(let id, let version): resemblances[id]?.version == version
    case .warningVersion(let id, let version): earlyWarnings[id]?.state.version == version
    case .appealVersion(let id, let version): appeals[id]?.version == version
    case .warningKeyAbsent(let key): warningKeys[key] == nil
    case .periodAbsent(let key): periodKeys[key] == nil
    case .supervisionVersion(let id, let version): supervisions[id]?.version == version
    case .supervisionAbsent(let key): supervisionKeys[key] == nil
    case .ledgerVersion(let id, let version): ledgerEntries[id]?.version == version
    case .ledgerAbsent(let key): ledgerKeys[key] == nil
    case .patrolVersion(let id, let version): patrols[id]?.version == version
    case .patrolAbsent(let key): patrolKeys[key] == nil
    case .alarmAbsent(let key): alarmKeys[key] == nil
    case .signalAbsent(let channel, let externalID):
      signalKeys[SignalKey(channel: channel, externalID: externalID)] == nil
    case .nothingNewer(let newest, let question):
      events(near: question).allSatisfy { event in newest.map { event.id <= $0 } ?? false }
    case .judgementAbsent(let signal): judgements[signal] == nil
    case .rivalAbsent(let signal, let digest):
      !signals.values.contains { $0.rivalOf == signal && $0.digest == digest }
    case .contactAbsent(let hash): contacts[hash] == nil
    case .warningAbsent(let key): warnings[key] == nil
    case .loginAbsent(let login): logins[login] == nil
    case .areaStands(let area): areas[area.id] == area
    case .unitStands(let unit): units[unit.id] == unit
    case .staffStands(let person): staff[person.id] == person
    case .codeAbsent(.area(let code)): areaCodes[code] == nil
    case .codeAbsent(.unit(let code)): unitCodes[code] == nil
    case .codeAbsent(.staff(let code)): staffCodes[code] == nil
    case .codeAbsent(.document(let code)): documentCodes[code] == nil
    case .codeAbsent(.thing(let kind, let code)):
      thingCodes[ThingKey(kind: kind, code: code)] == nil
    }
  }

  /// Open events that answer a question, the nearest first.
  func events(near question: NearbyQuestion) -> [Event] {
    events.values
      .filter { $0.state == .open && $0.item == question.item && $0.lastAt >= question.since }
      .map { (event: $0, metres: $0.position?.metres(to: question.position) ?? .infinity) }
      .filter { $0.metres <= question.radiusMetres }
      .sorted { ($0.metres, $0.event.id) < ($1.metres, $1.event.id) }
      .map(\.event)
  }
}

import City
package import Ports

/// Makes random histories of the town: change sets as the engine could send them, and some that a
/// store must refuse. The same seed makes the same history.
///
/// Ids come from 1…`idsMax` in no order, so that nothing relies on rows being added in the order of
/// ids. Tell `accept` what the store took: later changes build on it.
package struct HistoryMaker: Sendable {
  package static let idsMax = 80

  var source: SeededSource
  private var clock: Int64 = 0
  private var freeIDs: [String: [Int64]] = [:]
  var events: [ID<Event>: Event] = [:]
  var cases: [ID<Case>: Case] = [:]
  var orders: [ID<WorkOrder>: WorkOrder] = [:]
  var things: [ID<Thing>: Thing] = [:]
  var signals: [ID<Signal>: Signal] = [:]
  var reporters: [ID<Reporter>: Reporter] = [:]

  package init(seed: UInt64) {
    source = SeededSource(seed: seed)
  }

  /// Remembers what a store has accepted.
  package mutating func accept(_ changes: ChangeSet) {
    for fact in changes.facts {
      switch fact {
      case .event(let event): events[event.id] = event
      case .caseFiled(let filed): cases[filed.id] = filed
      case .caseMoved(let id, let state): cases[id] = cases[id]?.moved(to: state)
      case .order(let order): orders[order.id] = order
      case .thing(let thing): things[thing.id] = thing
      case .signal(let signal): signals[signal.id] = signal
      case .reporter(let reporter): reporters[reporter.id] = reporter
      default: break
      }
    }
  }

  /// The next change set.
  package mutating func next() -> ChangeSet {
    clock += Int64(source.number(100...900))
    let roll = source.number(0...99)
    let change: (facts: [Fact], conditions: [Condition]) =
      switch roll {
      case 0..<22: intake()
      case 22..<30: join()
      case 30..<60: step()
      case 60..<68: eventChange()
      case 68..<78: thingChange()
      case 78..<82: erasure()
      case 82..<92: masterChange()
      default: mistake()
      }
    let actors: [Actor] = [.staff(ID(2)), .engine("intake"), .local("root")]
    return ChangeSet(
      kind: "history.\(roll / 10)", at: now, actor: source.pick(actors),
      subject: SubjectReference(kind: "case", id: Int64(roll)), request: "r\(clock)",
      conditions: change.conditions, facts: change.facts)
  }

  var now: Instant { Town.morning.advanced(byMilliseconds: clock) }

  /// An id that was not drawn before, or, once all are, any.
  mutating func newID<Named>(_ kind: String) -> ID<Named> {
    var free = freeIDs[kind] ?? Array(1...Int64(Self.idsMax)).shuffled(using: &source)
    let id = free.popLast() ?? Int64(source.number(1...Self.idsMax))
    freeIDs[kind] = free
    return ID(id)
  }

  mutating func area() -> AreaPath {
    Town.area(source.pick([0, 1, 2, 11, 12, 111, 112, 121, 1111, 1112, 1211]))
  }

  mutating func unit() -> UnitPath { Town.unit(source.pick([0, 1, 2, 3, 21, 22, 31, 211])) }

  mutating func position() -> Position? {
    guard source.chance(85) else { return nil }
    return Town.point(
      east: Double(source.number(-600...600)), north: Double(source.number(-600...600)))
  }

  mutating func item() -> String? { source.pick(["road-flooding", "litter", "noise", nil]) }

  mutating func text() -> String {
    let pieces = ["真南路", "积水", "Road ", "路灯", "１２号", "，", "中山", "ＡＢ", "南", "abandoned "]
    return (0..<source.number(0...4)).map { _ in source.pick(pieces) }.joined()
  }
}

// What happens in the loop.
extension HistoryMaker {
  private mutating func intake() -> ([Fact], [Condition]) {
    let event: ID<Event> = newID("event")
    let signal: ID<Signal> = newID("signal")
    var facts: [Fact] = []
    var reporter: Reporter?
    if source.chance(40) {
      let id: ID<Reporter> = newID("reporter")
      reporter = Town.reporter(id.rawValue)
      facts.append(.reporter(Town.reporter(id.rawValue)))
    }
    let area = area()
    let item = item()
    let position = position()
    let filed: ID<Case>? = source.chance(80) ? newID("case") : nil
    var conditions: [Condition] = [
      .signalAbsent(channel: .hotline, externalID: "X\(signal.rawValue)")
    ]
    if let item, let position, source.chance(40) {
      conditions.append(
        .nothingNewer(
          than: source.chance(50) ? nil : ID(Int64(source.number(1...Self.idsMax))),
          NearbyQuestion(item: item, position: position, radiusMetres: 300, since: Town.morning)))
    }
    var opened = Event(
      id: event, item: item, title: text(), address: text(), position: position, area: area,
      thing: nil, firstAt: now, lastAt: now, signals: 1, state: .open, case: filed,
      mergedInto: nil, version: 1)
    opened.located = position.map { _ in Located(by: .number, confidence: 95) }
    opened.people = source.number(0...2)
    opened.repeatOf = source.chance(20) ? ID(Int64(source.number(1...Self.idsMax))) : nil
    opened.repeats = opened.repeatOf == nil ? 0 : 1
    facts += [
      .event(opened),
      .signal(
        self.signal(signal, event: event, area: area, position: position, reporter: reporter)),
    ]
    if let filed { facts.append(.caseFiled(self.filed(filed, event, area, item, reporter))) }
    return (facts, conditions)
  }

  private mutating func signal(
    _ id: ID<Signal>, event: ID<Event>?, area: AreaPath, position: Position?, reporter: Reporter?,
    rivalOf: ID<Signal>? = nil
  ) -> Signal {
    let raw: Payload =
      reporter.map { .sealed(Sealed(subject: $0.subject, bytes: [1, 2, 3])) } ?? .plain([4, 5])
    return Signal(
      id: id, channel: .hotline, externalID: "X\((rivalOf ?? id).rawValue)", receivedAt: now,
      occurredAt: now, item: item(), title: text(), text: text(), address: text(),
      position: position, area: area, thing: nil, reporter: reporter?.id, evidence: [], raw: raw,
      digest: Town.digest(Int64(source.number(1...5))), event: event, rivalOf: rivalOf)
  }

  private mutating func filed(
    _ id: ID<Case>, _ event: ID<Event>, _ area: AreaPath, _ item: String?, _ reporter: Reporter?
  ) -> Case {
    let filing = CaseFiling(
      number: CaseNumber(date: Town.day, serial: Int(id.rawValue)), event: event,
      channel: source.pick([.hotline, .citizen, .video]), title: text(), text: text(),
      address: text(), position: position(), thing: nil, reporter: reporter?.id, filedAt: now,
      flow: FlowReference(code: "core", version: 1))
    var state = Town.state(area: area)
    state.item = item
    state.grade = source.pick(Grade.allCases)
    state.since = now
    return Case(id: id, filing: filing, state: state)
  }

  private mutating func join() -> ([Fact], [Condition]) {
    guard let event = events.values.min(by: { $0.id < $1.id }) else { return ([.note("")], []) }
    let joined = changed(event, signals: event.signals + 1)
    let version = source.chance(85) ? event.version : event.version + 1
    if source.chance(30), let other = signals.keys.min() {
      return ([.signalJoined(other, event.id), .event(joined)], [.eventVersion(event.id, version)])
    }
    let id: ID<Signal> = newID("signal")
    let area = area()
    return (
      [
        .signal(signal(id, event: event.id, area: area, position: position(), reporter: nil)),
        .event(joined),
      ],
      [
        .signalAbsent(channel: .hotline, externalID: "X\(id.rawValue)"),
        .eventVersion(event.id, version),
      ]
    )
  }

  private func changed(
    _ event: Event, signals: Int? = nil, state: EventState? = nil, mergedInto: ID<Event>? = nil
  ) -> Event {
    Event(
      id: event.id, item: event.item, title: event.title, address: event.address,
      position: event.position, area: event.area, thing: event.thing, firstAt: event.firstAt,
      lastAt: now, signals: signals ?? event.signals, state: state ?? event.state,
      case: event.case, mergedInto: mergedInto, version: event.version + 1)
  }

  private mutating func eventChange() -> ([Fact], [Condition]) {
    let all = events.keys.sorted()
    guard !all.isEmpty, let event = events[source.pick(all)] else { return ([.note("")], []) }
    let state = source.pick(EventState.allCases)
    let target = state == .merged ? source.pick(all) : nil
    return (
      [.event(changed(event, state: state, mergedInto: target))],
      [.eventVersion(event.id, event.version)]
    )
  }

  private mutating func step() -> ([Fact], [Condition]) {
    let all = cases.keys.sorted()
    guard !all.isEmpty, let record = cases[source.pick(all)] else { return ([.note("")], []) }
    let before = record.state
    var state = before
    state.stage = source.pick(["filed", "dispatched", "handling", "checked", "closed"])
    state.unit = unit()
    state.handler = source.chance(50) ? ID(Int64(source.number(1...4))) : nil
    state.due = source.chance(70) ? now.advanced(byMilliseconds: 5_000) : nil
    state.since = now
    state.closedAt = state.stage == "closed" ? now : nil
    state.verdict = state.stage == "closed" ? .passed : nil
    state.version += 1
    if source.chance(15) { state.area = area() }
    if source.chance(15) { state.item = item() }
    var facts: [Fact] = [
      .step(
        Step(
          case: record.id, sequence: before.version, action: source.pick(["accept", "report"]),
          from: before.stage, to: state.stage, at: now, staff: state.handler, unit: state.unit,
          note: text(), evidence: [], tookMilliseconds: now.millisecondsSince(before.since)))
    ]
    if source.chance(60) {
      let order = before.order ?? newID("order")
      state.order = order
      facts.append(
        .order(
          WorkOrder(
            id: order, case: record.id, unit: state.unit, staff: state.handler,
            state: source.pick(WorkOrderState.allCases), openedAt: now, due: state.due,
            acceptedAt: nil, reportedAt: nil, endedAt: source.chance(30) ? now : nil)))
    }
    facts.append(.caseMoved(record.id, state))
    if let unit = state.unit.innermost, source.chance(50) {
      facts.append(
        .score(
          Town.score(
            unit: unit.rawValue, street: state.area[.street]?.rawValue, item: state.item,
            month: Town.month - source.number(0...2))))
    }
    let version = source.chance(85) ? before.version : before.version - 1
    return (facts, [.caseVersion(record.id, version)])
  }
}

// What happens around it.
extension HistoryMaker {
  private mutating func thingChange() -> ([Fact], [Condition]) {
    let all = things.keys.sorted()
    if source.chance(25), all.count > 1 {
      return ([.link(Link(from: source.pick(all), to: source.pick(all), kind: "feeds"))], [])
    }
    if source.chance(30), !all.isEmpty { return ([grading(of: source.pick(all))], []) }
    let isNew = all.isEmpty || source.chance(50)
    let id: ID<Thing> = isNew ? newID("thing") : source.pick(all)
    let version = things[id]?.version ?? 0
    let kind = source.pick(["lamp", "tree"])
    let thing = Town.thing(
      id.rawValue, kind: kind, name: "路灯" + text(), address: text(), area: area(), owner: unit(),
      position: position(), version: version + 1)
    return (
      [.thing(thing)],
      things[id] == nil
        ? [.codeAbsent(.thing(kind: kind, code: thing.code))] : [.thingVersion(id, version)]
    )
  }

  private mutating func grading(of thing: ID<Thing>) -> Fact {
    .graded(
      Grading(
        id: newID("grading"), thing: thing, model: source.pick(["age", "crowd"]), kind: "lamp",
        area: area(), owner: unit(), grade: source.pick(Grade.allCases),
        score: source.number(0...3) * 1_000,
        shares: [Grading.Share(factor: "floors", thousandths: source.number(-900...900))],
        reasons: source.chance(50) ? [text()] : [], at: now))
  }

  private mutating func erasure() -> ([Fact], [Condition]) {
    let all = reporters.keys.sorted()
    guard !all.isEmpty, let reporter = reporters[source.pick(all)] else { return ([.note("")], []) }
    return ([.erased(reporter.subject), .note("erased")], [])
  }

  private mutating func masterChange() -> ([Fact], [Condition]) {
    let id = Int64(source.number(1...Self.idsMax))
    switch source.number(0...15) {
    case 0: return ([.account(Town.account(id))], [.loginAbsent("login\(id)")])
    case 1:
      let credential = Credential(
        secretHash: Town.digest(id), form: .key, account: ID(Int64(source.number(1...5))),
        label: text(), createdAt: now, expiresAt: now, revoked: source.chance(30))
      return ([.credential(credential)], [])
    case 2:
      let duty = Duty(
        id: ID(id), staff: ID(1), unit: ID(21), from: now,
        to: now.advanced(byMilliseconds: Int64(source.number(1...20_000))))
      return ([.duty(duty)], [])
    case 3:
      let person = Staff(
        id: ID(Int64(source.number(1...4))), code: "S\(source.number(1...6))", name: text(),
        unit: ID(21), posts: ["handler", "checker"], area: ID(11), active: source.chance(80))
      return ([.staff(person)], [])
    case 4:
      return ([.pack(PackVersion(id: "core", version: Int(id), digest: Town.digest(id)))], [])
    case 5: return understood(id)
    case 6:
      let document = Document(
        id: ID(id), code: "D\(id)", title: text(), text: text(), kind: "policy", source: "",
        publishedAt: source.chance(50) ? now : nil)
      return ([.document(document)], source.chance(50) ? [.codeAbsent(.document("D\(id)"))] : [])
    case 7:
      let topic = HotTopic(
        id: ID(id), title: text(), cases: Array(cases.keys.sorted().prefix(5)), firstSeenAt: now,
        lastSeenAt: now)
      return ([.topic(topic)], [])
    case 8:
      let grant = Grant(
        id: ID(id), form: source.pick(Grant.Form.allCases), staff: ID(1), giver: ID(2),
        posts: ["handler"], isWide: source.chance(20), reason: text(), from: now,
        to: now.advanced(byMilliseconds: Int64(source.number(1...20_000))))
      return ([.grant(grant)], [])
    case 9:
      let reveal = Reveal(
        id: ID(id), at: now, staff: ID(Int64(source.number(1...3))),
        case: ID(Int64(source.number(1...5))), reporter: ID(Int64(source.number(1...5))),
        duty: source.pick(Reveal.Duty.allCases), reason: text(), isForeign: source.chance(30))
      return ([.reveal(reveal)], [])
    case 10: return judged()
    case 11: return signs(id)
    case 12: return supervised(id)
    case 13:
      let point = SeriesPart.Point(
        area: ID(11), at: now, value: Double(source.number(0...90)) / 8)
      let points = source.chance(80) ? [point] : []
      return ([.series(SeriesPart(id: ID(id), series: text(), points: points))], [])
    case 14: return listed(id)
    default: return ([.note(text())], [])
    }
  }

  /// What a reporter says of a case; a second time it is refused.
  private mutating func judged() -> ([Fact], [Condition]) {
    let (reports, filed) = (signals.keys.sorted(), cases.keys.sorted())
    guard !reports.isEmpty, !filed.isEmpty else { return ([.note("")], []) }
    let judgement = Judgement(
      signal: source.pick(reports), case: source.pick(filed), at: now,
      staff: source.chance(50) ? ID(1) : nil, contacted: source.chance(50) ? true : nil,
      solved: source.chance(50), satisfaction: source.pick(Satisfaction.allCases), words: text())
    return (
      [.judgement(judgement)], source.chance(80) ? [.judgementAbsent(judgement.signal)] : []
    )
  }

  /// A comparison of a report with a problem, new or decided.
  private mutating func understood(_ id: Int64) -> ([Fact], [Condition]) {
    let known = events.keys.sorted()
    guard !known.isEmpty else { return ([.note("")], []) }
    var found = Resemblance(
      id: ID(id), signal: ID(Int64(source.number(1...9))), event: source.pick(known),
      own: source.chance(70) ? source.pick(known) : nil, item: item() ?? "litter",
      likeness: source.number(0...1_000), traits: ["placeNear", "stillOpen"], at: now,
      state: source.pick(Resemblance.State.allCases))
    found.version = source.number(1...2)
    return (
      [.resemblance(found)],
      source.chance(30) ? [.resemblanceVersion(ID(id), source.number(1...2))] : []
    )
  }

  /// What a store must refuse, most of the time.
  private mutating func mistake() -> ([Fact], [Condition]) {
    let id = Int64(source.number(1...Self.idsMax))
    let before: Fact = .event(Town.event(id, version: 99))
    switch source.number(0...6) {
    case 0:
      return ([before, .caseMoved(ID(id), Town.state(stage: "lost"))], [.caseVersion(ID(id), -1)])
    case 1: return ([.caseMoved(ID(1_000 + id), Town.state())], [])
    case 2: return ([.note("x"), .signalJoined(ID(1_000 + id), ID(id))], [])
    case 3:
      guard let taken = cases.keys.min() else { return ([.note("x")], []) }
      return ([before, .caseFiled(Town.filed(taken.rawValue))], [])
    case 4:
      guard let taken = signals.keys.min() else { return ([.note("x")], []) }
      return ([.signal(Town.signal(taken.rawValue))], [])
    case 5:
      guard let taken = signals.values.filter({ $0.rivalOf == nil }).min(by: { $0.id < $1.id })
      else { return ([.note("x")], []) }
      let rival = signal(
        newID("signal"), event: nil, area: area(), position: nil, reporter: nil,
        rivalOf: taken.id)
      return ([.signal(rival)], [.rivalAbsent(taken.id, rival.digest)])
    default: return ([.reporter(Town.reporter(id, contact: 1))], [.contactAbsent(Town.digest(1))])
    }
  }
}

import City
import Ports

extension MemoryTables {
  /// One page of the rows that fit, the newest first.
  private func page<Row: Sendable>(
    _ rows: some Sequence<Row>, _ request: PageRequest, id: KeyPath<Row, Int64>,
    where fits: (Row) -> Bool
  ) -> Page<Row> {
    let found = rows.filter { row in
      (request.before.map { row[keyPath: id] < $0 } ?? true) && fits(row)
    }.sorted { $0[keyPath: id] > $1[keyPath: id] }
    let elements = Array(found.prefix(request.limit))
    return Page(
      elements: elements, next: found.count > elements.count ? elements.last?[keyPath: id] : nil)
  }

  func cases(_ query: CaseQuery) -> Page<Case> {
    let search = query.words.map(WordSearch.init)
    let judged = query.judged == nil ? [] : Set(judgements.values.map(\.case))
    return page(cases.values, query.page, id: \.id.rawValue) { record in
      query.scope.holds(place(record)) && Self.fits(record, query)
        && query.judged.map { judged.contains(record.id) == $0 } ?? true
        && search.map { $0.matches(Self.texts(of: record)) } ?? true
    }
  }

  private static func fits(_ record: Case, _ query: CaseQuery) -> Bool {
    let (filing, state) = (record.filing, record.state)
    // One line a filter; nil does not filter.
    let answers: [Bool?] = [
      query.stages.isEmpty ? nil : query.stages.contains(state.stage),
      query.item.map { state.item == $0 },
      query.unclassified ? state.item == nil : nil,
      query.grade.map { state.grade == $0 },
      query.channel.map { filing.channel == $0 },
      query.area.map { state.area.lies(in: $0) },
      query.unit.map { state.unit.lies(in: $0) },
      query.handler.map { state.handler == $0 },
      query.thing.map { filing.thing == $0 },
      query.open.map { (state.closedAt == nil) == $0 },
      query.outside ? state.area == .outside : nil,
      query.filedFrom.map { filing.filedAt >= $0 },
      query.filedTo.map { filing.filedAt < $0 },
      query.overdueAt.map { now in state.closedAt == nil && state.due.map { $0 < now } ?? false },
    ]
    return answers.allSatisfy { $0 ?? true }
  }

  private static func texts(of record: Case) -> [String] {
    let filing = record.filing
    return [filing.title, filing.text, filing.address, filing.number.text]
  }

  func events(_ query: EventQuery) -> Page<Event> {
    page(events.values, query.page, id: \.id.rawValue) { event in
      query.scope.holds(place(event))
        && (query.states.isEmpty || query.states.contains(event.state))
        && query.item.map { event.item == $0 } ?? true
        && query.area.map { event.area.lies(in: $0) } ?? true
        && query.peopleMin.map { event.state == .open && event.people >= max($0, 2) } ?? true
    }
  }

  func signals(_ query: SignalQuery) -> Page<Signal> {
    page(signals.values, query.page, id: \.id.rawValue) { signal in
      query.scope.holds(place(signal))
        && query.channel.map { signal.channel == $0 } ?? true
        && (!query.rivals || signal.rivalOf != nil)
        && query.reporter.map { signal.reporter == $0 } ?? true
    }
  }

  func orders(_ query: OrderQuery) -> Page<WorkOrder> {
    page(orders.values, query.page, id: \.id.rawValue) { order in
      query.scope.holds(place(order))
        && (query.states.isEmpty || query.states.contains(order.state))
        && query.unit.map { order.unit.lies(in: $0) } ?? true
        && query.staff.map { order.staff == $0 } ?? true
    }
  }

  func alarms(_ query: AlarmQuery) -> Page<Alarm> {
    page(alarms.values, query.page, id: \.id.rawValue) { alarm in
      let state = alarm.state
      return query.scope.holds(place(alarm))
        && query.open.map { (state.clearedAt == nil) == $0 } ?? true
        && query.acknowledged.map { (state.acknowledgedAt != nil) == $0 } ?? true
        && query.rule.map { alarm.rule == $0 } ?? true
        && query.device.map { alarm.device == $0 } ?? true
        && query.grade.map { state.grade == $0 } ?? true
        && query.verdict.map { state.verdict == $0 } ?? true
    }
  }

  func things(_ query: ThingQuery) -> Page<Thing> {
    let search = query.words.map(WordSearch.init)
    return page(things.values, query.page, id: \.id.rawValue) { thing in
      query.scope.holds(place(thing))
        && query.kind.map { thing.kind == $0 } ?? true
        && query.area.map { thing.area.lies(in: $0) } ?? true
        && query.near.map { near in
          thing.position.map { $0.metres(to: near) <= query.radiusMetres } ?? false
        } ?? true
        && search.map { $0.matches([thing.name, thing.code, thing.address]) } ?? true
    }
  }

  func scores(_ query: ScoreQuery) -> [ScoreChange] {
    func order(_ key: ScoreKey) -> (Int, Int64, Int64, String) {
      (key.month, key.unit.rawValue, key.street?.rawValue ?? 0, key.item ?? "")
    }
    return scores.filter { key, _ in
      let place = place(key)
      return query.months.contains(key.month) && query.scope.holds(place)
        && query.unit.map { place.unit.lies(in: $0) } ?? true
    }
    .sorted { order($0.key) < order($1.key) }
    .map { ScoreChange(key: $0.key, counts: $0.value) }
  }

  func counts(_ scope: Scope) -> CaseCounts {
    let held = cases.values.filter { scope.holds(place($0)) }
    return CaseCounts(byStage: Dictionary(grouping: held, by: \.state.stage).mapValues(\.count))
  }

  func duties(from: Instant, to: Instant) -> [Duty] {
    duties.values.filter { $0.from < to && $0.to > from }
      .sorted { ($0.from, $0.id) < ($1.from, $1.id) }
  }

  func credentials(of account: ID<Account>) -> [Credential] {
    credentials.values.filter { $0.account == account }.sorted { left, right in
      left.createdAt != right.createdAt
        ? left.createdAt > right.createdAt
        : left.secretHash.bytes.lexicographicallyPrecedes(right.secretHash.bytes)
    }
  }

  func credentials(of out: SignedOut) -> [Credential] {
    credentials.values.filter { credential in
      guard let source = credential.source else { return false }
      return out.subject.map { $0 == source.subject } ?? true
        && out.session.map { $0 == source.session } ?? true
    }.sorted { $0.secretHash.bytes.lexicographicallyPrecedes($1.secretHash.bytes) }
  }

  func links(of thing: ID<Thing>) -> [Link] {
    links.keys.filter { $0.from == thing || $0.to == thing }
      .sorted { ($0.from, $0.to, $0.kind) < ($1.from, $1.to, $1.kind) }
  }

  func orders(of id: ID<Case>) -> [WorkOrder] {
    orders.values.filter { $0.case == id }.sorted { $0.id < $1.id }
  }

  func dossier(of id: ID<Case>, handling actions: Set<String>) -> Dossier? {
    guard let record = cases[id], let event = events[record.filing.event] else { return nil }
    let taken = (steps[id] ?? [:]).values.filter { actions.contains($0.action) }
    return Dossier(
      case: record,
      orders: orders(of: id).filter { $0.endedAt == nil || $0.id == record.state.order },
      handlers: Set(taken.compactMap(\.staff)), event: event)
  }
}

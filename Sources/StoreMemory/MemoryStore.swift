package import City
package import Ports
import Records

/// A store that forgets everything when it goes: the plain statement of what every store does.
///
/// It answers lists by looking at every row; meant for tests and stories, not for a city.
package actor MemoryStore: Store {
  /// The one chain of a store.
  package static let chain: Int64 = 1

  var tables = MemoryTables()
  private var journal: [StoredEntry] = []
  private var waiting: [(after: Int64, continuation: CheckedContinuation<Void, Never>)] = []
  private var closed = false

  /// What the search box finds besides the records.
  private let fixed: [SearchDocument]

  /// Things of these kinds are found as devices.
  private let deviceKinds: Set<String>

  package init(fixed: [SearchDocument] = [], deviceKinds: Set<String> = []) {
    self.fixed = fixed
    self.deviceKinds = deviceKinds
  }

  /// Lets everyone go who waits for changes; later commits answer `unavailable`.
  package func close() {
    closed = true
    wake { _ in true }
  }

  package func commit(_ changes: ChangeSet) throws(StoreFault) -> Receipt {
    guard !closed else { throw .unavailable(detail: "the store is closed") }
    for condition in changes.conditions where !tables.holds(condition) {
      throw .conflict(condition)
    }
    let body = FactCoding.body(of: changes.facts)
    guard body.count <= FactCoding.bytesMax else {
      throw .inconsistent(detail: "the entry is larger than \(FactCoding.bytesMax) bytes")
    }
    do throws(MemoryTables.Clash) {
      try tables.apply(changes.facts)
    } catch {
      throw .inconsistent(detail: error.detail)
    }
    append(changes, body: body)
    return Receipt(sequence: Int64(journal.count))
  }

  private func append(_ changes: ChangeSet, body: [UInt8]) {
    let header = EntryHeader(
      chain: Self.chain, sequence: Int64(journal.count) + 1, kind: changes.kind,
      version: FactCoding.version, at: changes.at, actor: changes.actor,
      subject: changes.subject, request: changes.request, algorithm: EntryHash.algorithm)
    let previous = journal.last?.hash ?? EntryHash.origin
    let hash = EntryHash.hash(header, body: body, previous: previous)
    journal.append(StoredEntry(header: header, hash: hash, body: body))
    wake { $0 < header.sequence }
  }

  private func wake(_ isDue: (Int64) -> Bool) {
    let due = waiting.filter { isDue($0.after) }
    waiting.removeAll { isDue($0.after) }
    for waiter in due { waiter.continuation.resume() }
  }

  /// Whether tables made anew from the journal are the same as those held.
  package func rebuildsAlike() -> Bool {
    var reading = EntryReading(after: .start(of: Self.chain))
    guard reading.firstBroken(of: journal) == nil else { return false }
    var anew = MemoryTables()
    for entry in journal {
      guard let facts = try? FactCoding.decode(entry.body, version: entry.header.version),
        (try? anew.apply(facts)) != nil
      else { return false }
    }
    return anew == tables
  }
}

// Single records.
extension MemoryStore {
  package func load(_ id: ID<Case>) -> Case? { tables.cases[id] }
  package func load(_ id: ID<Event>) -> Event? { tables.events[id] }
  package func load(_ id: ID<Signal>) -> Signal? { tables.signals[id] }
  package func load(_ id: ID<WorkOrder>) -> WorkOrder? { tables.orders[id] }
  package func load(_ id: ID<Thing>) -> Thing? { tables.things[id] }
  package func load(_ id: ID<Reporter>) -> Reporter? { tables.reporters[id] }

  package func load(_ id: ID<Alarm>) -> Alarm? { tables.alarms[id] }
  package func alarm(key: String) -> Alarm? {
    tables.alarmKeys[key].flatMap { tables.alarms[$0] }
  }
  package func alarm(of signal: ID<Signal>) -> Alarm? {
    tables.alarmSignals[signal].flatMap { tables.alarms[$0] }
  }
  package func position(of follower: String) -> FollowerPosition? { tables.followers[follower] }

  package func signal(channel: Channel, externalID: String) -> Signal? {
    tables.signalKeys[.init(channel: channel, externalID: externalID)]
      .flatMap { tables.signals[$0] }
  }

  package func reporter(contactHash: Digest) -> Reporter? {
    tables.contacts[contactHash].flatMap { tables.reporters[$0] }
  }

  package func `case`(number: CaseNumber) -> Case? {
    tables.caseNumbers[number].flatMap { tables.cases[$0] }
  }

  package func thing(kind: String, code: String) -> Thing? {
    tables.thingCodes[.init(kind: kind, code: code)].flatMap { tables.things[$0] }
  }

  package func account(login: String) -> Account? {
    tables.logins[login].flatMap { tables.accounts[$0] }
  }

  package func account(_ id: ID<Account>) -> Account? { tables.accounts[id] }

  package func credential(secretHash: Digest) -> Credential? { tables.credentials[secretHash] }

  package func lastSerial(on date: CivilDate) -> Int {
    tables.caseNumbers.keys.filter { $0.date == date }.map(\.serial).max() ?? 0
  }

  package func dossier(of id: ID<Case>, handling actions: Set<String>) -> Dossier? {
    tables.dossier(of: id, handling: actions)
  }
}

// Lists.
extension MemoryStore {
  package func events(near question: NearbyQuestion, limit: Int) -> [Event] {
    Array(tables.events(near: question).prefix(max(limit, 0)))
  }

  package func steps(of id: ID<Case>, from: Int, limit: Int) -> [Step] {
    let steps = (tables.steps[id] ?? [:]).values.filter { $0.sequence >= from }
    return Array(steps.sorted { $0.sequence < $1.sequence }.prefix(max(limit, 0)))
  }

  package func step(of id: ID<Case>, from: Int, key: String) -> Step? {
    guard !key.isEmpty else { return nil }
    return (tables.steps[id] ?? [:]).values.filter { $0.sequence >= from && $0.key == key }
      .max { $0.sequence < $1.sequence }
  }

  package func orders(of id: ID<Case>) -> [WorkOrder] { tables.orders(of: id) }

  package func warnings(of id: ID<Case>) -> [ClockWarning] {
    tables.warnings.values.filter { $0.case == id }.sorted { one, other in
      let (first, second) = (one.clock.utf8, other.clock.utf8)
      if one.at != other.at { return one.at < other.at }
      if one.clock != other.clock { return first.lexicographicallyPrecedes(second) }
      if one.light != other.light { return one.light.rawValue < other.light.rawValue }
      return (one.due, one.startedAt) < (other.due, other.startedAt)
    }
  }

  package func signals(of id: ID<Event>, limit: Int) -> [Signal] {
    let signals = tables.signals.values.filter { $0.event == id }
    return Array(signals.sorted { $0.id < $1.id }.prefix(max(limit, 0)))
  }

  package func links(of id: ID<Thing>, limit: Int) -> [Link] {
    Array(tables.links(of: id).prefix(max(limit, 0)))
  }

  package func cases(_ query: CaseQuery) -> Page<Case> { tables.cases(query) }
  package func events(_ query: EventQuery) -> Page<Event> { tables.events(query) }
  package func signals(_ query: SignalQuery) -> Page<Signal> { tables.signals(query) }
  package func orders(_ query: OrderQuery) -> Page<WorkOrder> { tables.orders(query) }
  package func alarms(_ query: AlarmQuery) -> Page<Alarm> { tables.alarms(query) }
  package func things(_ query: ThingQuery) -> Page<Thing> { tables.things(query) }
  package func search(_ query: SearchQuery) -> SearchAnswer {
    MemorySearch(documents: tables.searchDocuments(deviceKinds: deviceKinds) + fixed).answer(query)
  }

  package func scores(_ query: ScoreQuery) -> [ScoreChange] { tables.scores(query) }
  package func counts(_ scope: Scope) -> CaseCounts { tables.counts(scope) }

  package func areas() -> [Area] { tables.areas.values.sorted { $0.id < $1.id } }
  package func units() -> [Unit] { tables.units.values.sorted { $0.id < $1.id } }
  package func staff() -> [Staff] { tables.staff.values.sorted { $0.id < $1.id } }

  package func models() -> [ModelVersion] { tables.models.values.sorted { $0.id < $1.id } }
  package func modelUses() -> [ModelUse] {
    tables.modelUses.values.sorted { $0.subject.rawValue < $1.subject.rawValue }
  }
  package func choice(of id: ID<Case>) -> MachineChoice? { tables.choices[id] }
  package func maintenance(endingAfter moment: Instant) -> [Maintenance] {
    tables.maintenance.values.filter { $0.to > moment }.sorted { $0.id < $1.id }
  }

  package func words() -> [LexiconWord] {
    tables.words.values.sorted { $0.text.utf8.lexicographicallyPrecedes($1.text.utf8) }
  }

  package func packs() -> Set<PackVersion> { Set(tables.packs.keys) }

  package func duties(from: Instant, to: Instant) -> [Duty] { tables.duties(from: from, to: to) }

  package func credentials(of out: SignedOut) -> [Credential] { tables.credentials(of: out) }

  package func credentials(of account: ID<Account>) -> [Credential] {
    tables.credentials(of: account)
  }
}

// The journal.
extension MemoryStore {
  package func lastSequence() -> Int64 { Int64(journal.count) }

  package func entries(
    after sequence: Int64, limit: Int
  ) throws(StoreFault) -> [JournalEntry] {
    let start = min(max(sequence, 0), Int64(journal.count))
    var entries: [JournalEntry] = []
    for stored in journal[Int(start)...].prefix(max(limit, 0)) {
      let header = stored.header
      do throws(FactCodingFault) {
        entries.append(
          JournalEntry(
            sequence: header.sequence, hash: stored.hash, kind: header.kind, at: header.at,
            actor: header.actor, subject: header.subject, request: header.request,
            facts: try FactCoding.decode(stored.body, version: header.version)))
      } catch {
        throw .unavailable(detail: "entry \(header.sequence) cannot be read: \(error.code)")
      }
    }
    return entries
  }

  package func changed(after sequence: Int64) async {
    guard !closed, sequence >= Int64(journal.count) else { return }
    await withCheckedContinuation { waiting.append((sequence, $0)) }
  }
}

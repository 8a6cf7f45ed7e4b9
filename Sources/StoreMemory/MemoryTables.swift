import City
import Ports

/// All tables as dictionaries by key, with the keys that must be unique beside them.
struct MemoryTables: Equatable, Sendable {
  /// Why facts were refused.
  enum Clash: Error, Equatable {
    case keyTaken(String)
    case notStored(String)

    /// For operators.
    var detail: String {
      switch self {
      case .keyTaken(let key): "another record has this \(key)"
      case .notStored(let what): "changed a \(what) that is not stored"
      }
    }
  }

  struct SignalKey: Hashable, Sendable {
    let channel: Channel
    let externalID: String
  }

  struct ThingKey: Hashable, Sendable {
    let kind: String
    let code: String
  }

  var areas: [ID<Area>: Area] = [:]
  var units: [ID<Unit>: Unit] = [:]
  var staff: [ID<Staff>: Staff] = [:]
  var duties: [ID<Duty>: Duty] = [:]
  var accounts: [ID<Account>: Account] = [:]
  var credentials: [Digest: Credential] = [:]
  var things: [ID<Thing>: Thing] = [:]
  var links: [Link: Bool] = [:]
  var reporters: [ID<Reporter>: Reporter] = [:]
  var signals: [ID<Signal>: Signal] = [:]
  var events: [ID<Event>: Event] = [:]
  var cases: [ID<Case>: Case] = [:]
  var steps: [ID<Case>: [Int: Step]] = [:]
  var orders: [ID<WorkOrder>: WorkOrder] = [:]
  var scores: [ScoreKey: ScoreCounts] = [:]
  var packs: [PackVersion: Bool] = [:]
  var alarms: [ID<Alarm>: Alarm] = [:]
  var followers: [String: FollowerPosition] = [:]
  var resemblances: [ID<Resemblance>: Resemblance] = [:]
  var topics: [ID<HotTopic>: HotTopic] = [:]
  var documents: [ID<Document>: Document] = [:]
  var models: [ID<ModelVersion>: ModelVersion] = [:]
  var modelUses: [ModelSubject: ModelUse] = [:]
  var choices: [ID<Case>: MachineChoice] = [:]
  var maintenance: [ID<Maintenance>: Maintenance] = [:]
  /// By bytes: texts that only look alike are two words.
  var words: [[UInt8]: LexiconWord] = [:]
  var grants: [ID<Grant>: Grant] = [:]
  var reveals: [ID<Reveal>: Reveal] = [:]

  var judgements: [ID<Signal>: Judgement] = [:]

  var warnings: [ClockWarning.Key: ClockWarning] = [:]
  var earlyWarnings: [ID<Warning>: Warning] = [:]
  var periods: [ID<EvaluationPeriod>: EvaluationPeriod] = [:]
  var appeals: [ID<Appeal>: Appeal] = [:]
  var views: [ID<SavedView>: SavedView] = [:]
  var taskReports: [ID<TaskReport>: TaskReport] = [:]
  var exhibits: [ID<Exhibit>: Exhibit] = [:]
  var custody: [ID<CustodyAct>: CustodyAct] = [:]

  var gradings: [ID<Grading>: Grading] = [:]
  /// What holds now.
  var currentGradings: [Grading.Key: ID<Grading>] = [:]

  var supervisions: [ID<Supervision>: Supervision] = [:]
  var supervisionKeys: [Supervision.Key: ID<Supervision>] = [:]
  var notices: [ID<Notice>: Notice] = [:]
  var absences: [ID<Absence>: Absence] = [:]
  var certificates: [ID<Certificate>: Certificate] = [:]
  var consents: [ID<Consent>: Consent] = [:]
  var seriesParts: [ID<SeriesPart>: SeriesPart] = [:]
  var ledgerEntries: [ID<LedgerEntry>: LedgerEntry] = [:]
  var ledgerKeys: [String: ID<LedgerEntry>] = [:]
  var patrols: [ID<Patrol>: Patrol] = [:]
  var patrolKeys: [String: ID<Patrol>] = [:]

  var areaCodes: [String: ID<Area>] = [:]
  var unitCodes: [String: ID<Unit>] = [:]
  var staffCodes: [String: ID<Staff>] = [:]
  var logins: [String: ID<Account>] = [:]
  var thingCodes: [ThingKey: ID<Thing>] = [:]
  var contacts: [Digest: ID<Reporter>] = [:]
  var signalKeys: [SignalKey: ID<Signal>] = [:]
  var caseNumbers: [CaseNumber: ID<Case>] = [:]
  var alarmKeys: [String: ID<Alarm>] = [:]
  var alarmSignals: [ID<Signal>: ID<Alarm>] = [:]
  var documentCodes: [String: ID<Document>] = [:]
  var warningKeys: [String: ID<Warning>] = [:]
  var periodKeys: [String: ID<EvaluationPeriod>] = [:]

  /// What a contact hash reads as after erasure.
  static let erasedHash = Digest(bytes: [UInt8](repeating: 0, count: Digest.byteCount))
}

/// One change to a dictionary, taken back.
typealias UndoStep = (inout MemoryTables) -> Void

extension MemoryTables {
  /// Applies facts in their order, all or none.
  mutating func apply(_ facts: [Fact]) throws(Clash) {
    var undo: [UndoStep] = []
    do throws(Clash) {
      for fact in facts { try apply(fact, &undo) }
    } catch {
      for step in undo.reversed() { step(&self) }
      throw error
    }
  }

  mutating func put<Key: Hashable & Sendable, Value: Sendable>(
    _ table: WritableKeyPath<MemoryTables, [Key: Value]>, _ key: Key, _ value: Value?,
    _ undo: inout [UndoStep]
  ) {
    let before = self[keyPath: table][key]
    self[keyPath: table][key] = value
    undo.append { $0[keyPath: table][key] = before }
  }

  /// Moves a unique key of one record; nil = has none.
  private mutating func claim<Key: Hashable & Sendable, Owner: Hashable & Sendable>(
    _ keys: WritableKeyPath<MemoryTables, [Key: Owner]>, _ name: String, from old: Key?,
    to new: Key?, by owner: Owner, _ undo: inout [UndoStep]
  ) throws(Clash) {
    guard old != new else { return }
    if let new {
      guard self[keyPath: keys][new] == nil else { throw .keyTaken(name) }
      put(keys, new, owner, &undo)
    }
    if let old { put(keys, old, nil, &undo) }
  }

  private mutating func apply(_ fact: Fact, _ undo: inout [UndoStep]) throws(Clash) {
    switch fact {
    case .area(let area):
      try claim(
        \.areaCodes, "area code", from: areas[area.id]?.code, to: area.code, by: area.id, &undo)
      put(\.areas, area.id, area, &undo)
    case .unit(let unit):
      try claim(
        \.unitCodes, "unit code", from: units[unit.id]?.code, to: unit.code, by: unit.id, &undo)
      put(\.units, unit.id, unit, &undo)
    case .staff(let person):
      try claim(
        \.staffCodes, "staff code", from: staff[person.id]?.code, to: person.code, by: person.id,
        &undo)
      put(\.staff, person.id, person, &undo)
    case .account(let account):
      try claim(
        \.logins, "login", from: accounts[account.id]?.login, to: account.login, by: account.id,
        &undo)
      put(\.accounts, account.id, account, &undo)
    case .credential(let credential):
      put(\.credentials, credential.secretHash, credential, &undo)
    case .thing(let thing):
      try claim(
        \.thingCodes, "thing code", from: things[thing.id].map(Self.key), to: Self.key(thing),
        by: thing.id, &undo)
      put(\.things, thing.id, thing, &undo)
    case .reporter(let reporter): try save(reporter, &undo)
    case .signal(let signal): try add(signal, &undo)
    case .signalJoined(let id, let event):
      guard let signal = signals[id] else { throw .notStored("signal") }
      put(\.signals, id, signal.reporting(event), &undo)
    case .event(let event): put(\.events, event.id, event, &undo)
    case .caseFiled(let filed):
      guard cases[filed.id] == nil else { throw .keyTaken("case id") }
      try claim(
        \.caseNumbers, "case number", from: nil, to: filed.filing.number, by: filed.id, &undo)
      put(\.cases, filed.id, filed, &undo)
    case .caseMoved(let id, let state):
      guard let before = cases[id] else { throw .notStored("case") }
      put(\.cases, id, before.moved(to: state), &undo)
    case .step(let step): try add(step, &undo)
    case .order(let order): put(\.orders, order.id, order, &undo)
    case .score(let change):
      put(\.scores, change.key, (scores[change.key] ?? ScoreCounts()) + change.counts, &undo)
    case .pack(let version): put(\.packs, version, true, &undo)
    case .alarm(let alarm): try save(alarm, &undo)
    case .followed(let position): put(\.followers, position.follower, position, &undo)
    case .document(let document): try save(document, &undo)
    case .duty, .link, .resemblance, .topic, .model, .modelUse, .choice, .word, .maintenance,
      .grant, .reveal, .appeal, .view, .notice, .absence, .series:
      save(fact, &undo)
    case .supervision, .ledgerEntry, .patrol: try saveKeyed(fact, &undo)
    case .warned(let warning): try add(warning, &undo)
    case .graded(let grading): try add(grading, &undo)
    case .judgement(let judgement): try add(judgement, &undo)
    case .warning(let warning): try save(warning, &undo)
    case .period(let period): try add(period, &undo)
    case .taskReport(let report): try add(report, &undo)
    case .exhibit, .custody: try addEvidence(fact, &undo)
    case .ended(let certificate): try add(certificate, &undo)
    case .consent(let consent): try add(consent, &undo)
    case .erased(let subject): try erase(subject, &undo)
    case .note: break
    }
  }

  private mutating func add(_ step: Step, _ undo: inout [UndoStep]) throws(Clash) {
    var taken = steps[step.case] ?? [:]
    guard taken.updateValue(step, forKey: step.sequence) == nil else {
      throw .keyTaken("step sequence")
    }
    put(\.steps, step.case, taken, &undo)
  }

  private mutating func save(_ alarm: Alarm, _ undo: inout [UndoStep]) throws(Clash) {
    let before = alarms[alarm.id]
    try claim(\.alarmKeys, "alarm key", from: before?.key, to: alarm.key, by: alarm.id, &undo)
    try claim(
      \.alarmSignals, "alarm signal", from: before?.state.signal, to: alarm.state.signal,
      by: alarm.id, &undo)
    put(\.alarms, alarm.id, alarm, &undo)
  }

  private mutating func save(_ warning: Warning, _ undo: inout [UndoStep]) throws(Clash) {
    try claim(
      \.warningKeys, "warning key", from: earlyWarnings[warning.id]?.key, to: warning.key,
      by: warning.id, &undo)
    put(\.earlyWarnings, warning.id, warning, &undo)
  }

  private mutating func add(_ report: TaskReport, _ undo: inout [UndoStep]) throws(Clash) {
    guard taskReports[report.id] == nil else { throw .keyTaken("task report id") }
    put(\.taskReports, report.id, report, &undo)
  }

  private mutating func add(_ period: EvaluationPeriod, _ undo: inout [UndoStep]) throws(Clash) {
    guard periods[period.id] == nil else { throw .keyTaken("period id") }
    try claim(\.periodKeys, "period", from: nil, to: period.key, by: period.id, &undo)
    put(\.periods, period.id, period, &undo)
  }

  private mutating func save(_ found: Supervision, _ undo: inout [UndoStep]) throws(Clash) {
    try claim(
      \.supervisionKeys, "supervision of this cause", from: supervisions[found.id]?.key,
      to: found.key, by: found.id, &undo)
    put(\.supervisions, found.id, found, &undo)
  }

  /// Records that take the place of those with the same id, and claim a key besides.
  private mutating func saveKeyed(_ fact: Fact, _ undo: inout [UndoStep]) throws(Clash) {
    switch fact {
    case .supervision(let found): try save(found, &undo)
    case .ledgerEntry(let entry): try save(entry, &undo)
    case .patrol(let patrol): try save(patrol, &undo)
    default: break
    }
  }

  private mutating func save(_ entry: LedgerEntry, _ undo: inout [UndoStep]) throws(Clash) {
    try claim(
      \.ledgerKeys, "line of this ledger", from: ledgerEntries[entry.id]?.key, to: entry.key,
      by: entry.id, &undo)
    put(\.ledgerEntries, entry.id, entry, &undo)
  }

  private mutating func save(_ patrol: Patrol, _ undo: inout [UndoStep]) throws(Clash) {
    try claim(
      \.patrolKeys, "round of this plan", from: patrols[patrol.id]?.key, to: patrol.key,
      by: patrol.id, &undo)
    put(\.patrols, patrol.id, patrol, &undo)
  }

  private mutating func save(_ document: Document, _ undo: inout [UndoStep]) throws(Clash) {
    try claim(
      \.documentCodes, "document code", from: documents[document.id]?.code, to: document.code,
      by: document.id, &undo)
    put(\.documents, document.id, document, &undo)
  }

  /// Records that take the place of those with the same key, and claim nothing else.
  private mutating func save(_ fact: Fact, _ undo: inout [UndoStep]) {
    switch fact {
    case .model(let version): put(\.models, version.id, version, &undo)
    case .modelUse(let use): put(\.modelUses, use.subject, use, &undo)
    case .choice(let choice): put(\.choices, choice.case, choice, &undo)
    case .word(let word): put(\.words, Array(word.text.utf8), word, &undo)
    case .maintenance(let time): put(\.maintenance, time.id, time, &undo)
    case .duty(let duty): put(\.duties, duty.id, duty, &undo)
    case .link(let link): put(\.links, link, true, &undo)
    case .resemblance(let found): put(\.resemblances, found.id, found, &undo)
    case .topic(let topic): put(\.topics, topic.id, topic, &undo)
    case .grant(let grant): put(\.grants, grant.id, grant, &undo)
    case .reveal(let reveal): put(\.reveals, reveal.id, reveal, &undo)
    case .appeal(let appeal): put(\.appeals, appeal.id, appeal, &undo)
    case .view(let view): put(\.views, view.id, view, &undo)
    case .notice(let notice): put(\.notices, notice.id, notice, &undo)
    case .absence(let absence): put(\.absences, absence.id, absence, &undo)
    case .series(let part): put(\.seriesParts, part.id, part, &undo)
    default: break
    }
  }

  private mutating func add(_ warning: ClockWarning, _ undo: inout [UndoStep]) throws(Clash) {
    guard warnings[warning.key] == nil else { throw .keyTaken("clock warning") }
    put(\.warnings, warning.key, warning, &undo)
  }

  private mutating func add(_ grading: Grading, _ undo: inout [UndoStep]) throws(Clash) {
    guard gradings[grading.id] == nil else { throw .keyTaken("grading id") }
    if let id = currentGradings[grading.key], var before = gradings[id] {
      before.until = grading.at
      put(\.gradings, id, before, &undo)
    }
    put(\.gradings, grading.id, grading, &undo)
    put(\.currentGradings, grading.key, grading.id, &undo)
  }

  private mutating func add(_ judgement: Judgement, _ undo: inout [UndoStep]) throws(Clash) {
    guard judgements[judgement.signal] == nil else { throw .keyTaken("judged report") }
    put(\.judgements, judgement.signal, judgement, &undo)
  }

  private mutating func add(_ signal: Signal, _ undo: inout [UndoStep]) throws(Clash) {
    guard signals[signal.id] == nil else { throw .keyTaken("signal id") }
    if signal.rivalOf == nil {
      let key = SignalKey(channel: signal.channel, externalID: signal.externalID)
      try claim(\.signalKeys, "channel and external id", from: nil, to: key, by: signal.id, &undo)
    }
    put(\.signals, signal.id, signal, &undo)
  }

  private mutating func save(
    _ reporter: Reporter, _ undo: inout [UndoStep]
  ) throws(Clash) {
    func findable(_ reporter: Reporter?) -> Digest? {
      reporter.flatMap { $0.contactHash == Self.erasedHash ? nil : $0.contactHash }
    }
    try claim(
      \.contacts, "contact hash", from: findable(reporters[reporter.id]), to: findable(reporter),
      by: reporter.id, &undo)
    put(\.reporters, reporter.id, reporter, &undo)
  }

  private mutating func add(
    _ certificate: Certificate, _ undo: inout [UndoStep]
  ) throws(Clash) {
    guard certificates[certificate.id] == nil else { throw .keyTaken("certificate id") }
    put(\.certificates, certificate.id, certificate, &undo)
    switch certificate.data {
    case .sessions:
      for ended in endedSessions(certificate.before) {
        put(\.credentials, ended.secretHash, nil, &undo)
      }
    case .notices:
      for told in toldNotices(certificate.before) { put(\.notices, told.id, nil, &undo) }
    default: break
    }
  }

  private mutating func erase(
    _ subject: ID<Subject>, _ undo: inout [UndoStep]
  ) throws(Clash) {
    for reporter in reporters.values.filter({ $0.subject == subject }) {
      try save(
        Reporter(
          id: reporter.id, subject: subject, contactHash: Self.erasedHash, details: nil), &undo)
    }
    for signal in signals.values {
      guard case .sealed(let sealed) = signal.raw, sealed.subject == subject else { continue }
      put(\.signals, signal.id, signal.withoutRaw(of: subject), &undo)
    }
    for consent in consents.values where consent.details.subject == subject {
      put(\.consents, consent.id, nil, &undo)
    }
  }

  static func key(_ thing: Thing) -> ThingKey { ThingKey(kind: thing.kind, code: thing.code) }
}

extension Signal {
  fileprivate func reporting(_ event: ID<Event>) -> Signal { copy(raw: raw, event: event) }

  fileprivate func withoutRaw(of subject: ID<Subject>) -> Signal {
    copy(raw: .sealed(Sealed(subject: subject, bytes: [])), event: event)
  }

  private func copy(raw: Payload, event: ID<Event>?) -> Signal {
    var copy = Signal(
      id: id, channel: channel, externalID: externalID, receivedAt: receivedAt,
      occurredAt: occurredAt, item: item, title: title, text: text, address: address,
      position: position, area: area, thing: thing, reporter: reporter, evidence: evidence,
      raw: raw, digest: digest, event: event, rivalOf: rivalOf)
    copy.located = located
    return copy
  }
}

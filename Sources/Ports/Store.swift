package import City

/// Where everything is kept: journal, tables, search index. What is committed survives a crash, and
/// every load sees it at once. Each promise here is tested on every store alike.
///
/// Lists are the newest first, by id, and cut to the query's scope:
/// - an area holds what has it in its area path; an order lies where its case lies now; a score
///   lies in its street and in the areas above it;
/// - a unit has what has it in its unit path (a thing: in its owner's); it has the events whose
///   case it has, and the scores of itself and of units below it. It has no signals.
///
/// A page's `next` is nil exactly where nothing more fits when it is asked. What is added while a
/// caller pages has a greater id, so that no page loses or repeats a row.
/// A `limit` below 1 gives nothing.
package protocol Store: Sendable {
  /// Checks the conditions, writes entry and tables, returns once both are on disk.
  /// Concurrent calls share one flush; they are applied one after another, in some order.
  ///
  /// Facts are applied in their order. Signals, cases, steps and evidence are only ever added. All other
  /// records take the place of the one with the same id (a credential: the same secret hash; a
  /// link: the same link). A score adds its counts to those stored.
  ///
  /// `erased` empties the sealed details and the contact hash of the subject's reporters (the hash
  /// reads as zero bytes and is found by nobody) and the sealed raw input of its signals. The
  /// journal keeps the ciphertext.
  /// - Throws: `conflict` with the first condition that does not hold; `inconsistent` where a fact
  ///   adds or gives a record a key that another has (id; case number; channel and external id of
  ///   signals that are no rivals; a clock's warning; case, line and cause of a supervision; the key of a line of a ledger and of a round; code of an area, unit, staff or thing; login; contact hash), or
  ///   moves what is not stored. Then nothing is written.
  func commit(_ changes: ChangeSet) async throws(StoreFault) -> Receipt

  func load(_ id: ID<Case>) async throws(StoreFault) -> Case?
  func load(_ id: ID<Event>) async throws(StoreFault) -> Event?
  func load(_ id: ID<Signal>) async throws(StoreFault) -> Signal?
  func load(_ id: ID<WorkOrder>) async throws(StoreFault) -> WorkOrder?
  func load(_ id: ID<Thing>) async throws(StoreFault) -> Thing?
  func load(_ id: ID<Reporter>) async throws(StoreFault) -> Reporter?

  func load(_ id: ID<Alarm>) async throws(StoreFault) -> Alarm?
  func alarm(key: String) async throws(StoreFault) -> Alarm?
  /// The alarm that a signal was made of; nil where it was made of none.
  func alarm(of signal: ID<Signal>) async throws(StoreFault) -> Alarm?
  /// nil where the follower never said how far it came.
  func position(of follower: String) async throws(StoreFault) -> FollowerPosition?

  /// The first signal of this key, never a rival.
  func signal(channel: Channel, externalID: String) async throws(StoreFault) -> Signal?
  func reporter(contactHash: Digest) async throws(StoreFault) -> Reporter?
  func `case`(number: CaseNumber) async throws(StoreFault) -> Case?
  func thing(kind: String, code: String) async throws(StoreFault) -> Thing?
  func account(login: String) async throws(StoreFault) -> Account?
  func account(_ id: ID<Account>) async throws(StoreFault) -> Account?
  func credential(secretHash: Digest) async throws(StoreFault) -> Credential?

  /// Open events that a new signal may join, the nearest first (of equally near ones the oldest), at
  /// most `limit`: of that item, with a position within the radius (great circle), whose last
  /// signal came at `since` or later.
  func events(near question: NearbyQuestion, limit: Int) async throws(StoreFault) -> [Event]
  /// Events of that item that were closed, with a position within the radius, whose last signal came
  /// at `since` or later: the newest first by id, at most `limit`. Of the problems of one hundred
  /// metres only the newest `closedNearbyMax` are looked at.
  func closedEvents(near question: NearbyQuestion, limit: Int) async throws(StoreFault) -> [Event]
  /// Whether somebody reports an event now.
  func hasReported(_ reporter: ID<Reporter>, _ event: ID<Event>) async throws(StoreFault) -> Bool
  /// What a report was compared with, the newest first.
  func resemblances(of signal: ID<Signal>, limit: Int) async throws(StoreFault) -> [Resemblance]
  /// Where the event is either of both, the newest first.
  func resemblances(of event: ID<Event>, limit: Int) async throws(StoreFault) -> [Resemblance]
  /// Of an item, the newest first.
  func resemblances(item: String, limit: Int) async throws(StoreFault) -> [Resemblance]
  func load(_ id: ID<Resemblance>) async throws(StoreFault) -> Resemblance?
  /// Topics that were seen at `since` or later, in the order of ids.
  func topics(since: Instant) async throws(StoreFault) -> [HotTopic]
  /// A part of an imported series as it came.
  func load(_ id: ID<SeriesPart>) async throws(StoreFault) -> SeriesPart?
  func load(_ id: ID<HotTopic>) async throws(StoreFault) -> HotTopic?
  func load(_ id: ID<Document>) async throws(StoreFault) -> Document?
  func document(code: String) async throws(StoreFault) -> Document?
  /// Steps of a case from a sequence number on.
  func steps(of id: ID<Case>, from: Int, limit: Int) async throws(StoreFault) -> [Step]
  /// The newest step of a case from a sequence number on that was sent under this key; nil where
  /// there is none, and for the empty key.
  func step(of id: ID<Case>, from: Int, key: String) async throws(StoreFault) -> Step?
  /// What was told of a case's clocks, in the order of time.
  func warnings(of id: ID<Case>) async throws(StoreFault) -> [ClockWarning]
  /// All orders of a case, the oldest first.
  func orders(of id: ID<Case>) async throws(StoreFault) -> [WorkOrder]
  /// Signals that report an event now, the oldest first.
  func signals(of id: ID<Event>, limit: Int) async throws(StoreFault) -> [Signal]
  /// What a signal that comes in is decided by, as it stands at one moment.
  func surroundings(of question: IntakeQuestion) async throws(StoreFault) -> IntakeSurroundings
  /// Links from and to a thing, in the order of from, to, kind.
  func links(of id: ID<Thing>, limit: Int) async throws(StoreFault) -> [Link]
  /// The highest serial used on a day; 0 where none.
  func lastSerial(on date: CivilDate) async throws(StoreFault) -> Int

  func cases(_ query: CaseQuery) async throws(StoreFault) -> Page<Case>
  func events(_ query: EventQuery) async throws(StoreFault) -> Page<Event>
  func signals(_ query: SignalQuery) async throws(StoreFault) -> Page<Signal>
  func orders(_ query: OrderQuery) async throws(StoreFault) -> Page<WorkOrder>
  /// An early warning is seen from wherever it holds: from its area, those below it and those above.
  func warnings(_ query: WarningQuery) async throws(StoreFault) -> Page<Warning>
  func load(_ id: ID<Warning>) async throws(StoreFault) -> Warning?
  func warning(key: String) async throws(StoreFault) -> Warning?
  /// All frozen periods, the newest first.
  func periods() async throws(StoreFault) -> [EvaluationPeriod]
  func load(_ id: ID<EvaluationPeriod>) async throws(StoreFault) -> EvaluationPeriod?
  /// Appeals of a period, the oldest first.
  func appeals(of period: ID<EvaluationPeriod>) async throws(StoreFault) -> [Appeal]
  func load(_ id: ID<Appeal>) async throws(StoreFault) -> Appeal?
  /// All saved views, removed ones too, in the order of their ids.
  func views() async throws(StoreFault) -> [SavedView]
  /// All reports of yearly tasks, in the order of their ids.
  func taskReports() async throws(StoreFault) -> [TaskReport]
  /// An alarm lies where its device lies; a unit has those of the devices that it owns.
  func alarms(_ query: AlarmQuery) async throws(StoreFault) -> Page<Alarm>
  func things(_ query: ThingQuery) async throws(StoreFault) -> Page<Thing>
  /// In the order of month, unit, street, item; those without street or item first.
  /// What the search box finds, the best first, with exact counts by kind. What may not be seen is
  /// left out before anything is counted. What was committed before the call is found.
  func search(_ query: SearchQuery) async throws(StoreFault) -> SearchAnswer
  func scores(_ query: ScoreQuery) async throws(StoreFault) -> [ScoreChange]
  func counts(_ scope: Scope) async throws(StoreFault) -> CaseCounts

  /// Whole trees and rosters, in the order of ids; small enough to be held in memory.
  func areas() async throws(StoreFault) -> [Area]
  func units() async throws(StoreFault) -> [Unit]
  func staff() async throws(StoreFault) -> [Staff]
  /// Duties that overlap the time from `from` up to, not including, `to`; in the order of their
  /// beginning, then of ids.
  func duties(from: Instant, to: Instant) async throws(StoreFault) -> [Duty]
  /// The newest first; of those made at once, in the order of the secret hash.
  func credentials(of account: ID<Account>) async throws(StoreFault) -> [Credential]

  /// Sessions of whoever left the system that signed him on; in the order of the secret hash.
  func credentials(of out: SignedOut) async throws(StoreFault) -> [Credential]

  /// Every version of every learned model, in the order of their ids.
  func models() async throws(StoreFault) -> [ModelVersion]
  /// What works now, in the order of the subjects' names; a subject without a line uses none.
  func modelUses() async throws(StoreFault) -> [ModelUse]
  /// Why the machine chose as it did; nil where it had nothing to choose.
  func choice(of id: ID<Case>) async throws(StoreFault) -> MachineChoice?
  func load(_ id: ID<LedgerEntry>) async throws(StoreFault) -> LedgerEntry?
  func ledgerEntry(key: String) async throws(StoreFault) -> LedgerEntry?
  /// A line lies where its thing or case lay at the last act, with the unit that answered for it.
  func ledgerEntries(_ query: LedgerQuery) async throws(StoreFault) -> Page<LedgerEntry>
  /// How many lines stand and are struck; the page does not matter.
  func ledgerCounts(_ query: LedgerQuery) async throws(StoreFault) -> [LedgerEntry.State: Int]
  func load(_ id: ID<Patrol>) async throws(StoreFault) -> Patrol?
  func patrol(key: String) async throws(StoreFault) -> Patrol?
  func patrols(_ query: PatrolQuery) async throws(StoreFault) -> Page<Patrol>

  func load(_ id: ID<Supervision>) async throws(StoreFault) -> Supervision?
  /// A supervision lies where its case lay when it was made, with the unit that had it then.
  func supervisions(_ query: SupervisionQuery) async throws(StoreFault) -> Page<Supervision>
  func load(_ id: ID<Notice>) async throws(StoreFault) -> Notice?
  /// Notices, the newest first; who may see them is the caller's to say.
  func notices(_ query: NoticeQuery) async throws(StoreFault) -> Page<Notice>
  /// Waiting notices whose time has come, the longest due first, then by id.
  func notices(dueAt moment: Instant, limit: Int) async throws(StoreFault) -> [Notice]
  /// Absences whose end lies after a moment, in the order of ids.
  func absences(endingAfter moment: Instant) async throws(StoreFault) -> [Absence]
  /// What its reporters say of a case, in the order of their reports.
  func judgements(of id: ID<Case>) async throws(StoreFault) -> [Judgement]
  func load(_ id: ID<Exhibit>) async throws(StoreFault) -> Exhibit?
  /// All evidence of a case, in the order of ids.
  func exhibits(of id: ID<Case>) async throws(StoreFault) -> [Exhibit]
  /// All evidence whose file this is, in the order of ids.
  func exhibits(holding file: FileDigest) async throws(StoreFault) -> [Exhibit]
  /// What became of a case's evidence, the newest first; nil = acts of every kind.
  func custody(
    of id: ID<Case>, kind: CustodyAct.Kind?, limit: Int
  ) async throws(StoreFault) -> [CustodyAct]
  /// Words that operators added, taken-back ones too, in the order of their bytes.
  func words() async throws(StoreFault) -> [LexiconWord]

  /// What models said of a thing, the newest first, also what does not hold any more.
  func gradings(of id: ID<Thing>, limit: Int) async throws(StoreFault) -> [Grading]
  /// What a model says of things now: the gravest first, of equal ones the highest score, then the
  /// newest. `next` is how many were told so far: what changes while a caller pages moves rows.
  func gradings(_ query: GradingQuery) async throws(StoreFault) -> Page<Grading>
  /// How many things have which grade now; the query's page does not matter.
  func gradingCounts(_ query: GradingQuery) async throws(StoreFault) -> [Grade: Int]

  /// Times in which devices are worked on that are not over at `moment`, in the order of their ids.
  func maintenance(endingAfter moment: Instant) async throws(StoreFault) -> [Maintenance]
  /// Accounts, the newest first.
  func accounts(_ page: PageRequest) async throws(StoreFault) -> Page<Account>
  /// Grants whose end lies after a moment, in the order of ids.
  func grants(endingAfter instant: Instant) async throws(StoreFault) -> [Grant]
  func load(_ id: ID<Grant>) async throws(StoreFault) -> Grant?
  /// Who saw whom, the newest first.
  func reveals(_ query: RevealQuery) async throws(StoreFault) -> Page<Reveal>

  /// Records that nothing holds any more: of callers and messages, whose reports all came before a
  /// moment and whose cases were closed before it; sessions that ended and notices told before it.
  /// - Parameters:
  ///   - after: callers and messages from here on, 0 at first; of them `limit` are looked at.
  ///   - limit: of sessions and notices so many are named, the oldest first.
  func expired(_ data: RetainedData, before: Instant, after: Int64, limit: Int)
    async throws(StoreFault) -> ExpiredRecords
  /// Files that the next `limit` reports or steps name, told apart by whether these still hold
  /// them: reports received before a moment, of cases closed before it, hold nothing.
  func namedFiles(before: Instant, from: FileLook, limit: Int) async throws(StoreFault)
    -> NamedFiles
  /// Which of these files evidence, lines of ledgers, rounds or goals name, whatever became of a
  /// case.
  func filesKept(_ files: Set<FileDigest>) async throws(StoreFault) -> Set<FileDigest>
  /// What a person agreed to or took back, the oldest first; the newest `Consent.recordsMax`.
  func consents(of reporter: ID<Reporter>) async throws(StoreFault) -> [Consent]
  /// Certificates of what came to its end, the newest first.
  func certificates(_ page: PageRequest) async throws(StoreFault) -> Page<Certificate>

  /// Every pack version that was ever in force.
  func packs() async throws(StoreFault) -> Set<PackVersion>

  /// Journal entries after a sequence number, in order, at most `limit`. The first has number 1, and
  /// there are no gaps; a commit's receipt names its entry.
  func entries(after sequence: Int64, limit: Int) async throws(StoreFault) -> [JournalEntry]
  /// Entries that fit, the newest first. At most `JournalQuery.lookedAtMax` entries are looked at;
  /// where more are left, `next` says where to go on, even of a page without elements.
  func entries(_ query: JournalQuery) async throws(StoreFault) -> Page<JournalEntry>
  /// 0 in an empty store.
  func lastSequence() async throws(StoreFault) -> Int64
  /// Returns once there is an entry after `sequence`, or the store was closed.
  func changed(after sequence: Int64) async
  /// A case with the orders that count now, its event and who took one of `actions` on it: what
  /// deciding a step needs, at once, whatever came before. nil where case or event is not stored.
  func dossier(of id: ID<Case>, handling actions: Set<String>) async throws(StoreFault) -> Dossier?
}

/// How many closed problems of one item are looked at within one hundred metres.
package let closedNearbyMax = 16

/// A case and what hangs on it.
package struct Dossier: Equatable, Sendable {
  package let `case`: Case
  /// Those that have not ended, and the one that the case's state names; the oldest first.
  package let orders: [WorkOrder]
  package let handlers: Set<ID<Staff>>
  package let event: Event

  package init(case: Case, orders: [WorkOrder], handlers: Set<ID<Staff>>, event: Event) {
    self.case = `case`
    self.orders = orders
    self.handlers = handlers
    self.event = event
  }
}

/// One line of the journal, as followers and auditors read it.
///
/// A class, though it never changes: each of the followers holds the same one.
package final class JournalEntry: Equatable, Sendable {
  package let sequence: Int64
  package let hash: Digest
  package let kind: String
  package let at: Instant
  package let actor: Actor
  package let subject: SubjectReference
  package let request: String
  package let facts: [Fact]

  package init(
    sequence: Int64, hash: Digest, kind: String, at: Instant, actor: Actor,
    subject: SubjectReference, request: String, facts: [Fact]
  ) {
    self.sequence = sequence
    self.hash = hash
    self.kind = kind
    self.at = at
    self.actor = actor
    self.subject = subject
    self.request = request
    self.facts = facts
  }

  package static func == (left: JournalEntry, right: JournalEntry) -> Bool {
    left === right
      || (left.sequence == right.sequence && left.hash == right.hash && left.kind == right.kind
        && left.at == right.at && left.actor == right.actor && left.subject == right.subject
        && left.request == right.request && left.facts == right.facts)
  }
}

/// How many cases stand where, for the heads of lists.
package struct CaseCounts: Equatable, Sendable {
  /// By stage code, within the scope; final stages too.
  package let byStage: [String: Int]

  package init(byStage: [String: Int]) {
    self.byStage = byStage
  }
}

/// How followers of the journal wait.
package enum Following {
  /// What a follower waits for the entries after the first one. Under load it then wakes a hundred
  /// times a second, not at every commit.
  package static let gatherMilliseconds = 10
}

extension Store {
  /// The same, asked one by one.
  package func surroundings(
    of question: IntakeQuestion
  ) async throws(StoreFault) -> IntakeSurroundings {
    let known = try await signal(channel: question.channel, externalID: question.externalID)
    if let known { return IntakeSurroundings(known: known) }
    var found = IntakeSurroundings()
    if let near = question.open {
      found.open = try await events(near: near, limit: question.openMax)
    }
    if let near = question.closed {
      found.closed = try await closedEvents(near: near, limit: 1).first
    }
    return found
  }

  /// Returns once there is an entry after `sequence`, and those right behind it had time to come,
  /// or the store was closed.
  package func settled(after sequence: Int64) async {
    await changed(after: sequence)
    try? await Task.sleep(for: .milliseconds(Following.gatherMilliseconds))
  }
}

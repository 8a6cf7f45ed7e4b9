package import City

/// What one decision changes, written whole or not at all, as one journal entry.
package struct ChangeSet: Equatable, Sendable {
  /// What was decided, for example `case.step`; stable, shown to auditors.
  package let kind: String
  package let at: Instant
  package let actor: Actor
  /// What it is about, for example `case` and the case's number.
  package let subject: SubjectReference
  /// The request that it came from; empty for the engine's own.
  package let request: String
  /// Must all hold at the moment of writing, else nothing is written. Checked in this order.
  package let conditions: [Condition]
  /// In the order in which they are applied.
  package let facts: [Fact]

  package init(
    kind: String, at: Instant, actor: Actor, subject: SubjectReference, request: String,
    conditions: [Condition], facts: [Fact]
  ) {
    self.kind = kind
    self.at = at
    self.actor = actor
    self.subject = subject
    self.request = request
    self.conditions = conditions
    self.facts = facts
  }
}

/// Who acts.
package enum Actor: Hashable, Sendable {
  case staff(ID<Staff>)
  /// The engine itself, by the name of the part that decided.
  case engine(String)
  /// The administrator of the data folder, from the command line.
  case local(String)
}

/// What an entry is about.
package struct SubjectReference: Hashable, Sendable {
  package let kind: String
  package let id: Int64

  package init(kind: String, id: Int64) {
    self.kind = kind
    self.id = id
  }
}

/// One change of the tables. Applying the same facts in the same order gives the same tables, always.
package indirect enum Fact: Equatable, Sendable {
  case area(Area)
  case unit(Unit)
  case staff(Staff)
  case duty(Duty)
  case account(Account)
  case credential(Credential)
  case thing(Thing)
  case link(Link)
  case reporter(Reporter)
  case signal(Signal)
  /// The signal reports another event from now on.
  case signalJoined(ID<Signal>, ID<Event>)
  case event(Event)
  case caseFiled(Case)
  case caseMoved(ID<Case>, CaseState)
  case step(Step)
  case order(WorkOrder)
  case score(ScoreChange)
  case pack(PackVersion)
  /// An alarm as it stands now; its key never changes.
  case alarm(Alarm)
  /// How far a follower of the log of observations came; takes the place of what it said before.
  case followed(FollowerPosition)
  /// What the machine thought of a report and a known problem, and what became of it.
  case resemblance(Resemblance)
  /// A hot topic as it was published last.
  case topic(HotTopic)
  case document(Document)
  /// A learned model that may be used.
  case model(ModelVersion)
  /// Takes the place of what was said of its subject before.
  case modelUse(ModelUse)
  /// Takes the place of what was said of its case before.
  case choice(MachineChoice)
  /// Takes the place of what was said of this word before.
  case word(LexiconWord)
  /// Takes the place of what was said of it before.
  case maintenance(Maintenance)
  /// Posts for a time; the same id again ends them earlier.
  case grant(Grant)
  case reveal(Reveal)
  /// What a reporter says of his case; a report has one.
  case judgement(Judgement)
  /// A light of a clock changed.
  case warned(ClockWarning)
  /// An early warning as it stands now; its key never changes.
  case warning(Warning)
  /// The scores of a period, kept as they are.
  case period(EvaluationPeriod)
  /// An appeal as it stands now.
  case appeal(Appeal)
  /// Takes the place of what was kept under its id before.
  case view(SavedView)
  case taskReport(TaskReport)
  /// What a model says of a thing from now on; what it said before ends with it.
  case graded(Grading)
  /// Takes the place of what was said of it before; a case has one of each line and cause.
  case supervision(Supervision)
  /// Takes the place of what was said of it before.
  case notice(Notice)
  /// The same id again ends it earlier.
  case absence(Absence)
  case exhibit(Exhibit)
  case custody(CustodyAct)
  /// Data came to its end: sessions and notices that it speaks of leave the tables with it.
  case ended(Certificate)
  /// Values of an imported series; they take the place of those of the same area and moment.
  case series(SeriesPart)
  /// Takes the place of what was said of it before; a ledger has one line of each thing or case.
  case ledgerEntry(LedgerEntry)
  /// Takes the place of what was said of it before; a unit has one of each plan, period and part.
  case patrol(Patrol)
  /// What a person agreed to, or took back.
  case consent(Consent)
  /// The subject's key is gone; its sealed values are dropped from the tables.
  case erased(ID<Subject>)
  /// Something worth a line in the journal that changes no table (a sign-in, an export).
  case note(String)
}

/// Which pack was in force from when on.
package struct PackVersion: Hashable, Sendable {
  package let id: String
  package let version: Int
  package let digest: Digest

  package init(id: String, version: Int, digest: Digest) {
    self.id = id
    self.version = version
    self.digest = digest
  }
}

/// What a decision took for granted.
package enum Condition: Equatable, Sendable {
  /// The case is stored, at this version.
  case caseVersion(ID<Case>, Int)
  case eventVersion(ID<Event>, Int)
  case thingVersion(ID<Thing>, Int)
  case alarmVersion(ID<Alarm>, Int)
  case resemblanceVersion(ID<Resemblance>, Int)
  case warningVersion(ID<Warning>, Int)
  case appealVersion(ID<Appeal>, Int)
  case supervisionVersion(ID<Supervision>, Int)
  /// No supervision of this case, line and cause is stored.
  case supervisionAbsent(Supervision.Key)
  case ledgerVersion(ID<LedgerEntry>, Int)
  /// No line of a ledger with this key is stored.
  case ledgerAbsent(key: String)
  case patrolVersion(ID<Patrol>, Int)
  /// No round with this key is stored.
  case patrolAbsent(key: String)
  /// No alarm of this episode is stored.
  case alarmAbsent(key: String)
  /// No signal with this key is stored.
  case signalAbsent(channel: Channel, externalID: String)
  /// Asked again, the question finds no event with a greater id than this; with nil, none at all.
  case nothingNewer(than: ID<Event>?, NearbyQuestion)
  /// No judgement of this report is stored.
  case judgementAbsent(ID<Signal>)
  /// No rival of this signal with this content is stored.
  case rivalAbsent(ID<Signal>, Digest)
  /// The reporter with this contact is not stored yet.
  case contactAbsent(Digest)
  case loginAbsent(String)
  /// Nobody was told this of this run of a clock.
  case warningAbsent(ClockWarning.Key)
  case codeAbsent(SubjectCode)
  /// The area is stored exactly so; likewise the unit and the person.
  case areaStands(Area)
  case unitStands(Unit)
  case staffStands(Staff)
  /// No early warning with this key is stored.
  case warningKeyAbsent(String)
  /// No frozen period with this key is stored.
  case periodAbsent(key: String)
}

/// A code that must be unique among its own.
package enum SubjectCode: Hashable, Sendable {
  case area(String)
  case unit(String)
  case staff(String)
  case thing(kind: String, code: String)
  case document(String)
}

/// Open events of one item near a place and time: what a new signal may join.
package struct NearbyQuestion: Hashable, Sendable {
  package let item: String
  package let position: Position
  package let radiusMetres: Double
  /// Only events whose last signal is not older.
  package let since: Instant

  package init(item: String, position: Position, radiusMetres: Double, since: Instant) {
    self.item = item
    self.position = position
    self.radiusMetres = radiusMetres
    self.since = since
  }
}

/// What a committed change set got.
package struct Receipt: Equatable, Sendable {
  package let sequence: Int64

  package init(sequence: Int64) {
    self.sequence = sequence
  }
}

/// Why a store did not write or answer; nothing of the change is kept.
package enum StoreFault: Error, Equatable {
  /// A condition did not hold: load and decide again.
  case conflict(Condition)
  /// The store cannot write now (disk full, closed). `detail` is for operators; it never reaches a client.
  case unavailable(detail: String)
  /// The store's waiting line is full; come back later.
  case busy
  /// A fact contradicts the tables (a key twice, a move of what is not stored): a mistake of the caller.
  case inconsistent(detail: String)

  package var code: String {
    switch self {
    case .conflict: "store.conflict"
    case .unavailable: "store.unavailable"
    case .busy: "store.busy"
    case .inconsistent: "store.inconsistent"
    }
  }
}

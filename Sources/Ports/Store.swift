package import City

/// Where everything is kept: journal, tables, search index. What is committed survives a crash, and
/// every load sees it at once. Each promise here is tested on every store alike.
package protocol Store: Sendable {
  /// Checks the conditions, writes entry and tables, returns once both are on disk.
  /// Concurrent calls share one flush; they are applied one after another, in some order.
  func commit(_ changes: ChangeSet) async throws(StoreFault) -> Receipt

  func load(_ id: ID<Case>) async throws(StoreFault) -> Case?
  func load(_ id: ID<Event>) async throws(StoreFault) -> Event?
  func load(_ id: ID<Signal>) async throws(StoreFault) -> Signal?
  func load(_ id: ID<WorkOrder>) async throws(StoreFault) -> WorkOrder?
  func load(_ id: ID<Thing>) async throws(StoreFault) -> Thing?
  func load(_ id: ID<Reporter>) async throws(StoreFault) -> Reporter?

  func signal(channel: Channel, externalID: String) async throws(StoreFault) -> Signal?
  func reporter(contactHash: Digest) async throws(StoreFault) -> Reporter?
  func `case`(number: CaseNumber) async throws(StoreFault) -> Case?
  func thing(kind: String, code: String) async throws(StoreFault) -> Thing?
  func account(login: String) async throws(StoreFault) -> Account?
  func account(_ id: ID<Account>) async throws(StoreFault) -> Account?
  func credential(secretHash: Digest) async throws(StoreFault) -> Credential?

  /// Open events that a new signal may join, the nearest first, at most `limit`.
  func events(near question: NearbyQuestion, limit: Int) async throws(StoreFault) -> [Event]
  /// Steps of a case from a sequence number on.
  func steps(of id: ID<Case>, from: Int, limit: Int) async throws(StoreFault) -> [Step]
  func orders(of id: ID<Case>) async throws(StoreFault) -> [WorkOrder]
  func signals(of id: ID<Event>, limit: Int) async throws(StoreFault) -> [Signal]
  func links(of id: ID<Thing>, limit: Int) async throws(StoreFault) -> [Link]
  /// The highest serial used on a day; 0 where none.
  func lastSerial(on date: CivilDate) async throws(StoreFault) -> Int

  func cases(_ query: CaseQuery) async throws(StoreFault) -> Page<Case>
  func events(_ query: EventQuery) async throws(StoreFault) -> Page<Event>
  func signals(_ query: SignalQuery) async throws(StoreFault) -> Page<Signal>
  func orders(_ query: OrderQuery) async throws(StoreFault) -> Page<WorkOrder>
  func things(_ query: ThingQuery) async throws(StoreFault) -> Page<Thing>
  func scores(_ query: ScoreQuery) async throws(StoreFault) -> [ScoreChange]
  func counts(_ scope: Scope) async throws(StoreFault) -> CaseCounts

  /// Whole trees and rosters; small enough to be held in memory.
  func areas() async throws(StoreFault) -> [Area]
  func units() async throws(StoreFault) -> [Unit]
  func staff() async throws(StoreFault) -> [Staff]
  func duties(from: Instant, to: Instant) async throws(StoreFault) -> [Duty]
  func credentials(of account: ID<Account>) async throws(StoreFault) -> [Credential]

  /// Journal entries after a sequence number, in order, at most `limit`.
  func entries(after sequence: Int64, limit: Int) async throws(StoreFault) -> [JournalEntry]
  func lastSequence() async throws(StoreFault) -> Int64
  /// Returns once there is an entry after `sequence`, or the store was closed.
  func changed(after sequence: Int64) async
  /// A case with its orders and who took one of `actions` on it: what deciding a step needs, at once.
  func dossier(of id: ID<Case>, handling actions: Set<String>) async throws(StoreFault) -> Dossier?
}

/// A case and what hangs on it.
package struct Dossier: Equatable, Sendable {
  package let `case`: Case
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
package struct JournalEntry: Equatable, Sendable {
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
}

/// How many cases stand where, for the heads of lists.
package struct CaseCounts: Equatable, Sendable {
  /// By stage code, within the scope; final stages too.
  package let byStage: [String: Int]

  package init(byStage: [String: Int]) {
    self.byStage = byStage
  }
}

import City
import Handling
import Pack
package import Ports

/// Climbs the ladder of supervision: follows the journal for lights that changed and problems that
/// many report, and the time for what comes after a deadline. Each line is made once.
package actor SupervisionWatch {
  /// Entries read at a time.
  static let entriesMax = 512
  /// Cases looked at between two looks at the journal.
  static let casesMax = 128
  /// Cases read at a time when it begins.
  static let pageMax = 500
  /// How often it looks at the journal.
  static let restMilliseconds: Int64 = 1_000
  /// Entries after which it says how far it came, though nothing was made.
  static let entriesBetweenPositions: Int64 = 20_000
  /// Its name among the followers.
  static let follower = "supervision"

  private let engine: Engine
  private let desk: SupervisionDesk
  private var schedule = ClockSchedule()
  private var position: Int64 = 0
  private var said: Int64 = 0

  package init(engine: Engine) {
    self.engine = engine
    desk = SupervisionDesk(engine: engine)
  }

  /// Follows until the task is cancelled.
  package func run() async {
    await Following.run(
      restMilliseconds: Self.restMilliseconds,
      begin: { () async throws(StoreFault) in try await self.begin() },
      turn: { () async throws(StoreFault) in try await self.turn() })
  }

  /// Goes on where it stopped, or now where it never was, and looks at all that is overdue.
  package func begin() async throws(StoreFault) {
    schedule = ClockSchedule()
    let last = try await engine.store.lastSequence()
    position = min(try await engine.store.position(of: Self.follower)?.position ?? last, last)
    said = position
    guard !engine.catalogue.supervision.ladder.isEmpty else { return }
    var before: Int64?
    repeat {
      var query = CaseQuery(
        scope: .everything, page: PageRequest(limit: Self.pageMax, before: before))
      query.overdueAt = engine.time.now
      let page = try await engine.store.cases(query)
      for found in page.elements { schedule.watch(found.id, at: found.state.due) }
      before = page.next
    } while before != nil
  }

  /// Follows the journal to its end and makes what is due now.
  /// - Returns: how many were made.
  @discardableResult
  package func turn() async throws(StoreFault) -> Int {
    var made = 0
    while try await engine.store.lastSequence() > position {
      let entries = try await engine.store.entries(after: position, limit: Self.entriesMax)
      guard let last = entries.last else { break }
      for id in Self.cases(in: entries, people: engine.catalogue.supervision.groupPeople) {
        made += try await look(id)
      }
      position = last.sequence
    }
    while true {
      let due = schedule.due(at: engine.time.now, limit: Self.casesMax)
      guard !due.isEmpty else { break }
      for id in due { made += try await look(id) }
    }
    if position - said >= Self.entriesBetweenPositions { try await sayPosition() }
    return made
  }

  /// Cases that may have come to a line, each once.
  private static func cases(in entries: [JournalEntry], people: Int?) -> [ID<Case>] {
    var found: [ID<Case>] = []
    for fact in entries.lazy.flatMap(\.facts) {
      switch fact {
      case .warned(let warning): found.append(warning.case)
      case .event(let event):
        guard let people, event.people >= people, event.state == .open, let id = event.case else {
          continue
        }
        found.append(id)
      default: break
      }
    }
    return Array(Set(found)).sorted()
  }

  private func look(_ id: ID<Case>) async throws(StoreFault) -> Int {
    guard let found = try await engine.store.load(id) else { return 0 }
    let (made, next) = try await desk.escalate(found, position: position)
    if made > 0 { said = position }
    schedule.watch(id, at: next)
    return made
  }

  private func sayPosition() async throws(StoreFault) {
    let now = engine.time.now
    _ = try await engine.store.commit(
      ChangeSet(
        kind: "supervision.followed", at: now, actor: .engine(Self.follower),
        subject: SubjectReference(kind: "follower", id: 0), request: "", conditions: [],
        facts: [
          .followed(FollowerPosition(follower: Self.follower, position: position, at: now))
        ]))
    said = position
  }
}

import City
import Ports
import Synchronization

/// The dossiers of the cases filed last and the reporters named last, kept beside the tables.
///
/// Whoever takes a step asks for the dossier that the step before has just changed, and every
/// commit makes the reading connections forget their pages: reading it from the tables is the
/// larger part of a step's cost. The writer brings these up to date after each commit, from the
/// same facts, so they say what the tables say. What came before the start is read from the tables.
final class RecentDossiers: Sendable {
  /// Cases kept, and as many reporters; the one that came longest ago goes first.
  static let casesMax = 4_096

  fileprivate struct Record {
    var `case`: Case
    var event: Event
    /// By id.
    var orders: [WorkOrder] = []
    var doers: [(action: String, staff: ID<Staff>)] = []
    /// By signal.
    var judgements: [Judgement] = []
    /// Whether some report may have been compared with the event, or the event with another.
    var isCompared: Bool
  }

  fileprivate struct State {
    var records: [ID<Case>: Record] = [:]
    var caseOfEvent: [ID<Event>: ID<Case>] = [:]
    var reporters: RecentValues<ID<Reporter>, Reporter>
    var caseLine: RecentLine<ID<Case>>
  }

  private let state: Mutex<State>

  init(casesMax: Int = casesMax) {
    state = Mutex(
      State(reporters: RecentValues(max: casesMax), caseLine: RecentLine(max: casesMax)))
  }

  /// How many cases are kept now.
  var count: Int { state.withLock { $0.records.count } }

  /// nil where the tables must be asked.
  func dossier(of id: ID<Case>, handling actions: Set<String>) -> Dossier? {
    guard let record = state.withLock({ $0.records[id] }) else { return nil }
    var handlers: Set<ID<Staff>> = []
    for doer in record.doers where actions.contains(doer.action) { handlers.insert(doer.staff) }
    let current = record.case.state.order
    return Dossier(
      case: record.case,
      orders: record.orders.filter { $0.endedAt == nil || $0.id == current }, handlers: handlers,
      event: record.event)
  }

  /// nil where the tables must be asked.
  func `case`(_ id: ID<Case>) -> Case? {
    state.withLock { $0.records[id]?.case }
  }

  /// All of a case, the oldest first; nil where the tables must be asked.
  func orders(of id: ID<Case>) -> [WorkOrder]? {
    state.withLock { $0.records[id]?.orders }
  }

  /// All of a case, by signal; nil where the tables must be asked.
  func judgements(of id: ID<Case>) -> [Judgement]? {
    state.withLock { $0.records[id]?.judgements }
  }

  /// Whether no resemblance names this event; false where the tables must be asked.
  func isUncompared(_ event: ID<Event>) -> Bool {
    state.withLock { state in
      guard let id = state.caseOfEvent[event] else { return false }
      return state.records[id]?.isCompared == false
    }
  }

  /// nil where the tables must be asked.
  func reporter(_ id: ID<Reporter>) -> Reporter? {
    state.withLock { $0.reporters[id] }
  }

  /// Takes over what one entry of the journal changed; call it in their order.
  func follow(_ facts: [Fact]) {
    state.withLock { state in
      for fact in facts {
        switch fact {
        case .caseFiled(let filed): state.add(filed, with: facts)
        case .caseMoved(let id, let moved):
          state.change(id) { $0.case = $0.case.moved(to: moved) }
        case .step(let step):
          guard let staff = step.staff else { break }
          state.change(step.case) { $0.doers.append((step.action, staff)) }
        case .order(let order): state.change(order.case) { $0.orders.put(order, by: \.id) }
        case .event(let event):
          guard let id = state.caseOfEvent[event.id] else { break }
          state.change(id) { $0.event = event }
        case .judgement(let judgement):
          state.change(judgement.case) { $0.judgements.put(judgement, by: \.signal) }
        case .resemblance(let found): for event in found.events { state.compare(event) }
        case .reporter(let reporter): state.reporters.keep(reporter, for: reporter.id)
        case .erased(let subject): state.forget(subject)
        case .area, .unit, .staff, .duty, .account, .credential, .thing, .link, .alarm, .followed,
          .topic, .document, .model, .modelUse, .choice, .word,
          .maintenance, .grant, .reveal, .warned, .warning, .period, .appeal, .view,
          .taskReport, .graded, .supervision, .notice, .absence, .exhibit, .custody, .ended,
          .series,
          .ledgerEntry, .patrol, .consent, .signal, .signalJoined, .score, .pack, .note:
          break
        }
      }
    }
  }
}

extension Array {
  /// Puts an element where its key has its place, instead of one of the same key that is there.
  fileprivate mutating func put<Key: Comparable>(_ element: Element, by key: (Element) -> Key) {
    guard let index = firstIndex(where: { key($0) >= key(element) }) else { return append(element) }
    if key(self[index]) == key(element) {
      self[index] = element
    } else {
      insert(element, at: index)
    }
  }
}

extension RecentDossiers.State {
  fileprivate mutating func change(
    _ id: ID<Case>, _ body: (inout RecentDossiers.Record) -> Void
  ) {
    guard let index = records.index(forKey: id) else { return }
    body(&records.values[index])
  }

  /// Keeps a case that came with its event; one that is history already nobody steps on.
  fileprivate mutating func add(_ filed: Case, with facts: [Fact]) {
    let eventID = filed.filing.event
    if let other = caseOfEvent[eventID] { records[other] = nil }
    caseOfEvent[eventID] = nil
    guard filed.state.closedAt == nil else { return }
    for case .event(let event) in facts.reversed() where event.id == eventID {
      if let gone = caseLine.append(filed.id), let record = records.removeValue(forKey: gone) {
        caseOfEvent[record.event.id] = nil
      }
      // An event that was there before may have been compared before.
      let isCompared =
        event.version > Event.firstVersion
        || facts.contains { fact in
          if case .resemblance(let found) = fact { found.events.contains(eventID) } else { false }
        }
      records[filed.id] = RecentDossiers.Record(case: filed, event: event, isCompared: isCompared)
      caseOfEvent[eventID] = filed.id
      return
    }
  }

  fileprivate mutating func compare(_ event: ID<Event>) {
    guard let id = caseOfEvent[event] else { return }
    change(id) { $0.isCompared = true }
  }

  /// The tables say what is left of somebody whose key is destroyed.
  fileprivate mutating func forget(_ subject: ID<Subject>) {
    reporters.removeAll { $0.subject == subject }
  }
}

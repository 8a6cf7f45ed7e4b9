import City
import Ports
import Synchronization

/// The dossiers of the cases filed last, kept beside the tables.
///
/// Whoever takes a step asks for the dossier that the step before has just changed, and every
/// commit makes the reading connections forget their pages: reading it from the tables is the
/// larger part of a step's cost. The writer brings these up to date after each commit, from the
/// same facts, so they say what the tables say. Cases filed before the start are read from the
/// tables.
final class RecentDossiers: Sendable {
  /// Cases kept; the one filed longest ago goes first.
  static let casesMax = 4_096

  fileprivate struct Record {
    var `case`: Case
    var event: Event
    /// By id.
    var orders: [WorkOrder] = []
    var doers: [(action: String, staff: ID<Staff>)] = []
  }

  fileprivate struct State {
    var records: [ID<Case>: Record] = [:]
    var caseOfEvent: [ID<Event>: ID<Case>] = [:]
    /// In the order of filing, from `oldest` around.
    var line: [ID<Case>] = []
    var oldest = 0
  }

  private let casesMax: Int
  private let state = Mutex(State())

  init(casesMax: Int = casesMax) {
    self.casesMax = casesMax
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

  /// All of a case, the oldest first; nil where the tables must be asked.
  func orders(of id: ID<Case>) -> [WorkOrder]? {
    state.withLock { $0.records[id]?.orders }
  }

  /// Takes over what one entry of the journal changed; call it in their order.
  func follow(_ facts: [Fact]) {
    state.withLock { state in
      for fact in facts {
        switch fact {
        case .caseFiled(let filed): state.add(filed, with: facts, casesMax: casesMax)
        case .caseMoved(let id, let moved):
          state.change(id) { $0.case = $0.case.moved(to: moved) }
        case .step(let step):
          guard let staff = step.staff else { break }
          state.change(step.case) { $0.doers.append((step.action, staff)) }
        case .order(let order): state.change(order.case) { $0.put(order) }
        case .event(let event):
          guard let id = state.caseOfEvent[event.id] else { break }
          state.change(id) { $0.event = event }
        case .area, .unit, .staff, .duty, .account, .credential, .thing, .link, .reporter, .alarm,
          .followed, .resemblance, .topic, .document, .model, .modelUse, .choice, .word,
          .maintenance, .grant, .reveal, .judgement, .warned, .warning, .period, .appeal, .view,
          .taskReport, .graded, .supervision, .notice, .absence, .exhibit, .custody, .ended,
          .series,
          .ledgerEntry, .patrol, .consent, .signal, .signalJoined, .score, .pack, .erased, .note:
          break
        }
      }
    }
  }
}

extension RecentDossiers.Record {
  fileprivate mutating func put(_ order: WorkOrder) {
    if let index = orders.firstIndex(where: { $0.id >= order.id }) {
      if orders[index].id == order.id {
        orders[index] = order
      } else {
        orders.insert(order, at: index)
      }
    } else {
      orders.append(order)
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
  fileprivate mutating func add(_ filed: Case, with facts: [Fact], casesMax: Int) {
    let eventID = filed.filing.event
    if let other = caseOfEvent[eventID] { records[other] = nil }
    caseOfEvent[eventID] = nil
    guard filed.state.closedAt == nil else { return }
    for case .event(let event) in facts.reversed() where event.id == eventID {
      makeRoom(for: filed.id, casesMax)
      records[filed.id] = RecentDossiers.Record(case: filed, event: event)
      caseOfEvent[eventID] = filed.id
      return
    }
  }

  private mutating func makeRoom(for id: ID<Case>, _ casesMax: Int) {
    guard line.count == casesMax else { return line.append(id) }
    if let gone = records.removeValue(forKey: line[oldest]) { caseOfEvent[gone.event.id] = nil }
    line[oldest] = id
    oldest = (oldest + 1) % line.count
  }
}

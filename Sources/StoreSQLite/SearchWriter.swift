import City
import Ports
import SearchStore

/// Turns journal entries into changes of the index.
struct SearchWriter {
  let index: SearchStore
  private let journal: Connection
  private var fixed: [SearchDocument]
  private var deviceKinds: Set<String>
  private var trees = SearchTrees()
  /// The files' sums are read once, when there is nothing else to do.
  private var isChecked = false

  init(
    index: SearchStore, journalPath: String, settings: SearchSettings
  ) throws(SQLiteFault) {
    self.index = index
    fixed = settings.fixed
    deviceKinds = settings.deviceKinds
    journal = try Connection(path: journalPath, readOnly: true)
  }

  /// Learns the trees, and puts in what no entry tells.
  mutating func begin() throws(SearchIndexFault) {
    _ = try learnTrees()
    try putFixed(besides: [])
  }

  /// Puts other documents in the place of those that no entry tells.
  mutating func renew(_ settings: SearchSettings) throws(SearchIndexFault) {
    let kinds = Set(fixed.map(\.kind))
    fixed = settings.fixed
    deviceKinds = settings.deviceKinds
    try putFixed(besides: kinds)
  }

  /// - Parameter kinds: which had such documents so far.
  private func putFixed(besides kinds: Set<SearchKind>) throws(SearchIndexFault) {
    var changes = fixed.map { SearchChange.put($0) }
    for kind in kinds.union(fixed.map(\.kind)) {
      let known = Set(fixed.filter { $0.kind == kind }.map(\.id))
      for id in index.ids(of: kind) where !known.contains(id) {
        changes.append(.removed(kind, id))
      }
    }
    if !changes.isEmpty { try apply(changes, through: index.followed) }
  }

  /// Indexes the entries that come next, at most `limit`.
  mutating func follow(_ recent: RecentEntries, limit: Int) throws(SearchIndexFault) {
    let entries: [JournalEntry]
    let followed = index.followed
    if let held = recent.entries(after: followed, limit: limit) {
      entries = held
    } else {
      do throws(SQLiteFault) {
        entries = try EntryTable.entries(after: followed, limit: limit, on: journal)
      } catch {
        throw SearchIndexFault(error)
      }
    }
    guard let last = entries.last else { return }
    var changes: [SearchChange] = []
    var hasMoved = false
    for entry in entries {
      for fact in entry.facts where try add(fact, to: &changes) { hasMoved = true }
    }
    // Whoever lies below a node that hangs elsewhere now has another path.
    if hasMoved {
      for fact in try learnTrees() { _ = try add(fact, to: &changes) }
    }
    try apply(changes, through: last.sequence)
  }

  /// Reads the trees as they stand now; all that lies in them, as facts.
  private mutating func learnTrees() throws(SearchIndexFault) -> [Fact] {
    do throws(SQLiteFault) {
      let areas = try Table<Area>.areas.all(where: "1", [], on: journal)
      let units = try Table<Unit>.units.all(where: "1", [], on: journal)
      for area in areas { trees.add(area) }
      for unit in units { trees.add(unit) }
      let staff = try Table<Staff>.staff.all(where: "1", [], on: journal)
      return areas.map { .area($0) } + units.map { .unit($0) } + staff.map { .staff($0) }
    } catch {
      throw SearchIndexFault(error)
    }
  }

  /// Everything on disk; and where a file does not hold what was written, all is made anew.
  mutating func rest() throws(SearchIndexFault) {
    try checkpoint()
    guard !isChecked else { return }
    isChecked = true
    guard !index.isWhole else { return }
    do throws(SearchStoreFault) { try index.clear() } catch { throw SearchIndexFault(error) }
    try begin()
  }

  func checkpoint() throws(SearchIndexFault) {
    do throws(SearchStoreFault) { try index.checkpoint() } catch { throw SearchIndexFault(error) }
  }

  private func apply(
    _ changes: [SearchChange], through sequence: Int64
  ) throws(SearchIndexFault) {
    do throws(SearchStoreFault) {
      try index.apply(changes, through: sequence)
    } catch {
      throw SearchIndexFault(error)
    }
  }

  /// - Returns: whether paths of others have changed too.
  private mutating func add(
    _ fact: Fact, to changes: inout [SearchChange]
  ) throws(SearchIndexFault) -> Bool {
    switch fact {
    case .caseFiled(let filed):
      changes.append(.put(SearchDocument(filed)))
      changes.append(.moved(filed.id, area: filed.state.area, unit: filed.state.unit))
    case .caseMoved(let id, let state):
      changes.append(.moved(id, area: state.area, unit: state.unit))
    case .event(let event): changes.append(.put(SearchDocument(event, unit: .none)))
    case .thing(let thing):
      changes.append(
        .put(SearchDocument(thing, isDevice: deviceKinds.contains(thing.kind))))
    case .document(let document): changes.append(.put(SearchDocument(document)))
    case .area(let area):
      let hasMoved = trees.add(area)
      changes.append(.put(SearchDocument(area, path: trees.path(of: area.id))))
      return hasMoved
    case .unit(let unit):
      let hasMoved = trees.add(unit)
      changes.append(
        .put(
          SearchDocument(
            unit, area: unit.area.map { trees.path(of: $0) } ?? .outside,
            path: trees.path(of: unit.id))))
      return hasMoved
    case .staff(let staff):
      changes.append(
        .put(
          SearchDocument(
            staff, area: staff.area.map { trees.path(of: $0) } ?? .outside,
            unit: trees.path(of: staff.unit))))
    case .erased(let subject):
      for reporter in try reporters(of: subject) { changes.append(.forgotten(reporter)) }
    case .duty, .account, .credential, .link, .reporter, .signal, .signalJoined, .step, .order,
      .alarm, .followed, .resemblance, .topic, .model, .modelUse, .choice, .word,
      .maintenance, .grant, .reveal, .judgement, .warned, .warning, .period, .appeal, .view,
      .taskReport, .graded, .supervision, .notice, .absence, .exhibit, .custody, .ended, .series,
      .ledgerEntry, .patrol, .consent, .score, .pack, .note:
      break
    }
    return false
  }

  private func reporters(of subject: ID<Subject>) throws(SearchIndexFault) -> [ID<Reporter>] {
    do throws(SQLiteFault) {
      return try journal.rows(
        "SELECT id FROM reporters WHERE subject = ?", [subject.sql]
      ) { row -> ID<Reporter> in row.id(0) }
    } catch {
      throw SearchIndexFault(error)
    }
  }
}

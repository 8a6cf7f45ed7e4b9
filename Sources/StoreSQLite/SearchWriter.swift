import City
import Ports
import SearchStore

/// Turns journal entries into changes of the index.
struct SearchWriter {
  let index: SearchStore
  private let journal: Connection
  private let fixed: [SearchDocument]
  private var trees = SearchTrees()
  /// The files' sums are read once, when there is nothing else to do.
  private var isChecked = false

  init(
    index: SearchStore, journalPath: String, settings: SearchSettings
  ) throws(SQLiteFault) {
    self.index = index
    fixed = settings.fixed
    journal = try Connection(path: journalPath, readOnly: true)
  }

  /// Learns the trees, and puts in what no entry tells.
  mutating func begin() throws(SearchIndexFault) {
    do throws(SQLiteFault) {
      for area in try Table<Area>.areas.all(where: "1", [], on: journal) { trees.add(area) }
      for unit in try Table<Unit>.units.all(where: "1", [], on: journal) { trees.add(unit) }
    } catch {
      throw SearchIndexFault(error)
    }
    var changes = fixed.map { SearchChange.put($0) }
    for kind in Set(fixed.map(\.kind)) {
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
    for entry in entries {
      for fact in entry.facts { try add(fact, to: &changes) }
    }
    try apply(changes, through: last.sequence)
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

  private mutating func add(
    _ fact: Fact, to changes: inout [SearchChange]
  ) throws(SearchIndexFault) {
    switch fact {
    case .caseFiled(let filed):
      changes.append(.put(SearchDocument(filed)))
      changes.append(.moved(filed.id, area: filed.state.area, unit: filed.state.unit))
    case .caseMoved(let id, let state):
      changes.append(.moved(id, area: state.area, unit: state.unit))
    case .event(let event): changes.append(.put(SearchDocument(event, unit: .none)))
    case .thing(let thing): changes.append(.put(SearchDocument(thing)))
    case .area(let area):
      trees.add(area)
      changes.append(.put(SearchDocument(area, path: trees.path(of: area.id))))
    case .unit(let unit):
      trees.add(unit)
      changes.append(
        .put(
          SearchDocument(
            unit, area: unit.area.map { trees.path(of: $0) } ?? .outside,
            path: trees.path(of: unit.id))))
    case .staff(let staff):
      changes.append(
        .put(
          SearchDocument(
            staff, area: staff.area.map { trees.path(of: $0) } ?? .outside,
            unit: trees.path(of: staff.unit))))
    case .erased(let subject):
      for reporter in try reporters(of: subject) { changes.append(.forgotten(reporter)) }
    case .duty, .account, .credential, .link, .reporter, .signal, .signalJoined, .step, .order,
      .score, .pack, .note:
      break
    }
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

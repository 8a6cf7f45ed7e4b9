package import City
package import Pack

/// All cases as rows of numbers, kept up to date by what happens to them: what vitals, scores and
/// tables are counted from. It follows from the journal alone.
package struct CaseBook: Sendable {
  package static let casesMax = 20_000_000

  package internal(set) var rows: ContiguousArray<CaseRow> = []
  package internal(set) var items: NumberedList<String>
  package internal(set) var areas = NumberedList<AreaPath>()
  package internal(set) var units = NumberedList<UnitPath>()
  package internal(set) var handlers = NumberedList<ID<Staff>>()
  /// Cases that went from one unit to another, in the order in which they did.
  package internal(set) var transfers: ContiguousArray<CaseTransfer> = []
  private var places = RowPlaces()
  /// Signals of events whose case was not filed yet.
  var waiting: [Int64: Int32] = [:]
  let weights: [Int32]
  /// Codes of clocks whose stop is the first contact.
  let contactClocks: Set<String>
  /// What is remembered of a case that took an action, by the action's code.
  let marks: [String: CaseMark]
  /// Rows that changed since they were last taken, with what they were before; nil = new.
  private var changes: [Int: CaseRow?] = [:]
  private let keepsChanges: Bool

  /// - Parameters:
  ///   - items: the catalogue's, with weights in thousandths.
  ///   - contactClocks: codes of clocks whose stop is the first contact; an acceptance always is.
  ///   - marks: what is remembered of a case that took an action, by the action's code.
  ///   - keepsChanges: whether `takeChanges` is asked for.
  package init(
    items: [(code: String, weight: Int)], contactClocks: Set<String> = [],
    marks: [String: CaseMark] = [:], keepsChanges: Bool
  ) {
    self.contactClocks = contactClocks
    self.marks = marks
    self.items = NumberedList(items.map(\.code))
    weights = items.map { Int32($0.weight) }
    self.keepsChanges = keepsChanges
  }

  /// Where the row of a case stands; nil where it was never filed.
  package func place(of id: ID<Case>) -> Int? { places[id.rawValue] }

  /// Takes in a new case; one that is there already changes nothing.
  package mutating func file(_ given: Case) {
    guard rows.count < Self.casesMax, place(of: given.id) == nil else { return }
    let filing = given.filing
    var row = CaseRow(
      id: given.id.rawValue, numberDay: Int32(filing.number.date.daysSinceEpoch),
      numberSerial: Int32(filing.number.serial),
      longitude: filing.position?.longitude ?? .nan,
      latitude: filing.position?.latitude ?? .nan, filedAt: filing.filedAt.milliseconds,
      channel: UInt8(Channel.allCases.firstIndex(of: filing.channel) ?? 0),
      grade: Self.number(of: given.state.grade))
    row.signals = waiting.removeValue(forKey: filing.event.rawValue) ?? 1
    set(given.state, in: &row)
    note(rows.count, nil)
    append(row)
  }

  /// Adds a row of a case that has none yet.
  mutating func append(_ row: CaseRow) {
    places.add(row.id, rows.count)
    rows.append(row)
  }

  /// The case stands otherwise from now on; one that was never filed is passed over.
  package mutating func move(_ id: ID<Case>, to state: CaseState) {
    guard let place = place(of: id) else { return }
    var row = rows[place]
    note(place, row)
    set(state, in: &row)
    // Closing stops whatever runs, which is no contact.
    if !contactClocks.isEmpty, state.closedAt == nil {
      for clock in state.clocks where contactClocks.contains(clock.name) {
        if let stopped = clock.stoppedAt { row.contact(at: stopped) }
      }
    }
    rows[place] = row
  }

  /// An order as it stands now.
  package mutating func take(_ order: WorkOrder) {
    guard let place = place(of: order.case) else { return }
    note(place, rows[place])
    let opened = order.openedAt.milliseconds
    if rows[place].dispatchedAt == CaseRow.never || opened < rows[place].dispatchedAt {
      rows[place].dispatchedAt = opened
    }
    if let accepted = order.acceptedAt { rows[place].contact(at: accepted) }
    guard rows[place].orderedAt == CaseRow.never || opened >= rows[place].orderedAt else { return }
    rows[place].orderedAt = opened
    rows[place].reportedAt = order.reportedAt?.milliseconds ?? CaseRow.never
  }

  /// An event as it stands now: how many signals report it.
  package mutating func take(_ event: Event) {
    let signals = Int32(clamping: event.signals)
    guard let place = event.case.flatMap({ place(of: $0) }) else {
      if event.case != nil || event.state == .open { waiting[event.id.rawValue] = signals }
      return
    }
    guard rows[place].signals != signals else { return }
    note(place, rows[place])
    rows[place].signals = signals
  }

  /// A step, of which only the mark of its action counts.
  package mutating func take(_ step: Step) {
    guard let mark = marks[step.action], let place = place(of: step.case) else { return }
    note(place, rows[place])
    switch mark {
    case .doubted: rows[place].isDoubted = true
    case .upheld: rows[place].isUpheld = true
    }
  }

  /// What a reporter says of a case.
  package mutating func take(_ judgement: Judgement) {
    guard let place = place(of: judgement.case), rows[place].judgements < .max else { return }
    note(place, rows[place])
    rows[place].judgedAt = judgement.at.milliseconds
    rows[place].judgements += 1
    rows[place].content += judgement.satisfaction.isContent ? 1 : 0
    rows[place].solved += judgement.solved ? 1 : 0
  }

  /// What changed since the last call: the row's place and what it was, nil = new. In the order of
  /// places, so that adding up gives the same last digit every time.
  package mutating func takeChanges() -> [(place: Int, before: CaseRow?)] {
    let taken = changes.sorted { $0.key < $1.key }.map { (place: $0.key, before: $0.value) }
    changes.removeAll(keepingCapacity: true)
    return taken
  }

  private mutating func note(_ place: Int, _ before: CaseRow?) {
    guard keepsChanges, changes.index(forKey: place) == nil else { return }
    changes.updateValue(before, forKey: place)
  }

  private mutating func set(_ state: CaseState, in row: inout CaseRow) {
    row.item = state.item.map { items.number(of: $0) } ?? CaseRow.none
    row.weight = weight(of: row.item)
    row.area = areas.number(of: state.area)
    row.unit = state.unit.units.isEmpty ? CaseRow.none : units.number(of: state.unit)
    if Int32(clamping: state.returns) > row.returns { row.isGivenBack = true }
    if row.unit >= 0, row.isGivenBack {
      row.isReturnedWrongly = row.isReturnedWrongly || row.unit == row.lastUnit
      row.isGivenBack = false
    }
    if row.unit >= 0, row.unit != row.lastUnit {
      if row.lastUnit >= 0 {
        transfers.append(
          CaseTransfer(
            case: row.id, at: state.since.milliseconds, from: row.lastUnit, to: row.unit))
      }
      row.lastUnit = row.unit
    }
    row.handler = state.handler.map { handlers.number(of: $0) } ?? CaseRow.none
    row.grade = Self.number(of: state.grade)
    row.due = state.due?.milliseconds ?? CaseRow.never
    row.closedAt = state.closedAt?.milliseconds ?? CaseRow.never
    row.verdict =
      state.verdict.flatMap { Verdict.allCases.firstIndex(of: $0) }.map { Int32($0) }
      ?? CaseRow.none
    row.reworks = Int32(clamping: state.reworks)
    row.returns = Int32(clamping: state.returns)
  }

  /// Of an item by its number, in thousandths.
  func weight(of item: Int32) -> Int32 {
    Int(item) < weights.count && item >= 0 ? weights[Int(item)] : 1_000
  }

  private static func number(of grade: Grade) -> UInt8 {
    UInt8(Grade.allCases.firstIndex(of: grade) ?? 0)
  }
}

/// A case that went from one unit to another; units by their numbers in the book.
package struct CaseTransfer: Hashable, Sendable {
  package let `case`: Int64
  /// In milliseconds.
  package let at: Int64
  package let from: Int32
  package let to: Int32
}

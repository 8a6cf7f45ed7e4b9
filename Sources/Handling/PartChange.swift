import City
import Pack

/// The parts of a case that assisting units have (协办), while a step changes them.
struct PartChange {
  /// Open parts of one case.
  static let partsMax = 20

  /// All that were open when the step began, as they stand now.
  private(set) var parts: [WorkOrder]
  /// New and changed ones, each as it stands now.
  private(set) var changed: [WorkOrder] = []

  init(_ parts: [WorkOrder]) {
    self.parts = parts
  }

  var open: [WorkOrder] { parts.filter { $0.endedAt == nil } }

  /// The open part of an actor's unit, or of one below it; the nearest to it first. The engine has
  /// them all.
  static func part(of actor: StepActor, in parts: [WorkOrder]) -> WorkOrder? {
    let open = parts.filter { $0.endedAt == nil }
    if actor.isEngine { return open.first }
    guard let unit = actor.unit.innermost else { return nil }
    return open.filter { $0.unit.lies(in: unit) }
      .min { ($0.unit.units.count, $0.id) < ($1.unit.units.count, $1.id) }
  }

  /// Whether a unit has the case or a part of it.
  func isTaken(_ unit: UnitPath, main: UnitPath) -> Bool {
    unit.innermost == main.innermost
      || open.contains { $0.unit.innermost == unit.innermost }
  }

  /// Opens a part for a unit that has none of this case yet: so no part ever comes back to whom it
  /// came from.
  mutating func split(
    from parent: WorkOrder, for unit: UnitPath, id: ID<WorkOrder>, due: Instant?, at now: Instant,
    main: UnitPath
  ) throws(StepRefusal) {
    guard !isTaken(unit, main: main) else { throw .unitHasPart }
    guard open.count < Self.partsMax else { throw .partsTooMany(max: Self.partsMax) }
    var part = WorkOrder(
      id: id, case: parent.case, unit: unit, staff: nil, state: .open, openedAt: now, due: due,
      acceptedAt: nil, reportedAt: nil, endedAt: nil)
    part.parent = parent.id
    put(part)
  }

  /// Ends a part with its proof, once what was split off from it has ended.
  mutating func finish(_ part: WorkOrder, by staff: ID<Staff>?, at now: Instant) throws(StepRefusal)
  {
    let below = open.filter { $0.parent == part.id }
    guard below.isEmpty else { throw .openParts(below.compactMap(\.unit.innermost)) }
    put(part.changed(to: .done, staff: staff, reportedAt: now, endedAt: now))
  }

  mutating func move(_ part: WorkOrder, to state: WorkOrderState, staff: ID<Staff>?) {
    put(part.changed(to: state, staff: staff, reportedAt: part.reportedAt, endedAt: nil))
  }

  /// Takes a part back with everything that was split off from it.
  mutating func withdraw(_ part: WorkOrder, at now: Instant) {
    put(
      part.changed(to: .withdrawn, staff: part.staff, reportedAt: part.reportedAt, endedAt: now))
    for below in open where below.parent == part.id { withdraw(below, at: now) }
  }

  mutating func withdrawAll(at now: Instant) {
    for part in open { withdraw(part, at: now) }
  }

  private mutating func put(_ part: WorkOrder) {
    parts.removeAll { $0.id == part.id }
    parts.append(part)
    changed.removeAll { $0.id == part.id }
    changed.append(part)
  }
}

extension WorkOrder {
  fileprivate func changed(
    to state: WorkOrderState, staff: ID<Staff>?, reportedAt: Instant?, endedAt: Instant?
  ) -> WorkOrder {
    var order = WorkOrder(
      id: id, case: `case`, unit: unit, staff: self.staff ?? staff, state: state,
      openedAt: openedAt, due: due, acceptedAt: acceptedAt, reportedAt: reportedAt,
      endedAt: endedAt)
    order.parent = parent
    return order
  }
}

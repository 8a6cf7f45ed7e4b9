package import City
package import Pack

/// What somebody wants to do with a case. Codes are resolved before: an unknown unit, person or
/// item is refused by whoever looks it up, with the refusal's own cases.
package struct StepRequest: Equatable, Sendable {
  package let action: String
  /// The version that the caller saw; nil = whatever is current.
  package let expectedVersion: Int?
  package let note: String
  package let evidence: [EvidenceFile]
  /// To whom it is dispatched.
  package let unit: UnitPath?
  /// Who is assigned, or to whom it is dispatched within the unit.
  package let staff: ID<Staff>?
  /// The unit of `staff`.
  package let staffUnit: UnitPath?
  /// The item that it becomes.
  package let item: Item?
  package let at: Instant
  /// Code of one of the action's reasons.
  package var reason: String?
  /// By how much a deadline shall move.
  package var limit: TimeLimit?
  /// What was filled into the action's form, by field.
  package var answers: [String: String] = [:]
  /// The group that is called, as it stands for the place of the case.
  package var call: GroupCall?
  /// Codes of the posts of `staff`.
  package var staffPosts: Set<String> = []

  package init(
    action: String, expectedVersion: Int?, note: String, evidence: [EvidenceFile],
    unit: UnitPath?, staff: ID<Staff>?, staffUnit: UnitPath?, item: Item?, at: Instant
  ) {
    self.action = action
    self.expectedVersion = expectedVersion
    self.note = note
    self.evidence = evidence
    self.unit = unit
    self.staff = staff
    self.staffUnit = staffUnit
    self.item = item
    self.at = at
  }
}

/// A group that is called (联勤): which units its members are for one case.
package struct GroupCall: Equatable, Sendable {
  /// One unit of it.
  package struct Member: Equatable, Sendable {
    package let unit: UnitPath
    /// The order that the call opens for it; nil = it is only told.
    package let order: ID<WorkOrder>?
    /// How long it has for its part; nil = as long as the case has.
    package let limit: TimeLimit?

    package init(unit: UnitPath, order: ID<WorkOrder>?, limit: TimeLimit?) {
      self.unit = unit
      self.order = order
      self.limit = limit
    }
  }

  package let code: String
  package let members: [Member]

  package init(code: String, members: [Member]) {
    self.code = code
    self.members = members
  }
}

/// A file that proves something, already in the store of files.
package struct EvidenceFile: Hashable, Sendable {
  package let file: FileDigest
  /// `photo` or `document`; any other proves nothing.
  package let form: Requirement

  package init(file: FileDigest, form: Requirement) {
    self.file = file
    self.form = form
  }
}

/// Who acts.
package struct StepActor: Hashable, Sendable {
  /// nil = the engine, or a historic import that names nobody.
  package let staff: ID<Staff>?
  package let posts: Set<String>
  package let unit: UnitPath
  /// The engine passes the checks of post and unit, never those of stage and proof.
  package let isEngine: Bool

  package init(staff: ID<Staff>?, posts: Set<String>, unit: UnitPath, isEngine: Bool) {
    self.staff = staff
    self.posts = posts
    self.unit = unit
    self.isEngine = isEngine
  }

  /// The engine itself.
  package static let engine = StepActor(staff: nil, posts: [], unit: .none, isEngine: true)
}

/// What is known of a case when a step is decided. A class, as all parts of the decision hold it.
package final class StepContext: Sendable {
  package let `case`: Case
  /// The order that the case's state names; nil where it names none.
  package let order: WorkOrder?
  /// Who accepted it or reported back so far.
  package let handlers: Set<ID<Staff>>
  /// The flow that the case began with.
  package let flow: Flow
  /// The case's item; nil = 未分类.
  package let item: Item?
  /// The working hours of a unit; of whatever names none with nil.
  package let hours: @Sendable (ID<Unit>?) -> WorkingHours
  package let time: WorkingTime
  /// The id of the order that a dispatch opens; not used otherwise.
  package let newOrder: ID<WorkOrder>
  /// The open orders of assisting units.
  package let parts: [WorkOrder]
  /// Codes of what lacks of the case's evidence; asked only where the step hands it on.
  package let evidenceMissing: [String]
  /// Since when all sensors of the case have been clear; nil = it has none, or one is not. Asked
  /// only where the engine wants to take a step by it.
  package let clearSince: Instant?

  package init(
    case: Case, order: WorkOrder?, handlers: Set<ID<Staff>>, flow: Flow, item: Item?,
    hours: @escaping @Sendable (ID<Unit>?) -> WorkingHours, time: WorkingTime,
    newOrder: ID<WorkOrder>, parts: [WorkOrder] = [], evidenceMissing: [String] = [],
    clearSince: Instant? = nil
  ) {
    self.case = `case`
    self.order = order
    self.handlers = handlers
    self.flow = flow
    self.item = item
    self.hours = hours
    self.time = time
    self.newOrder = newOrder
    self.parts = parts
    self.evidenceMissing = evidenceMissing
    self.clearSince = clearSince
  }
}

extension StepContext {
  /// How the clocks of this case run.
  package var clockRule: ClockRule { ClockRule(flow: flow, time: time, hours: hours) }
}

/// What a step changes; written whole or not at all.
package struct StepOutcome: Equatable, Sendable {
  package let `case`: Case
  package let step: Step
  /// Orders that changed or are new, each written whole; a former one, a new
  /// one, and parts.
  package let orders: [WorkOrder]
  /// What the event becomes; nil = as it is.
  package let eventState: EventState?
  /// What the step did, for its scores.
  package let effects: [FlowEffect]
  /// False where the deadline set by this step rests on a year without calendar.
  package let calendarKnown: Bool

  package init(
    case: Case, step: Step, orders: [WorkOrder], eventState: EventState?, effects: [FlowEffect],
    calendarKnown: Bool
  ) {
    self.case = `case`
    self.step = step
    self.orders = orders
    self.eventState = eventState
    self.effects = effects
    self.calendarKnown = calendarKnown
  }
}

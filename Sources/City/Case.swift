/// The four official grades (红橙黄蓝), the gravest first.
package enum Grade: String, CaseIterable, Sendable {
  case red, orange, yellow, blue

  /// How grave: 1 for blue … 4 for red.
  package var rank: Int {
    switch self {
    case .blue: 1
    case .yellow: 2
    case .orange: 3
    case .red: 4
    }
  }
}

/// An event accepted for handling (案件).
package struct Case: Hashable, Sendable {
  package let id: ID<Case>
  package let filing: CaseFiling
  package let state: CaseState

  package init(id: ID<Case>, filing: CaseFiling, state: CaseState) {
    self.id = id
    self.filing = filing
    self.state = state
  }

  /// The flow that it follows now.
  package var flow: FlowReference { state.flow ?? filing.flow }

  /// The same case after a step.
  package func moved(to state: CaseState) -> Case {
    Case(id: id, filing: filing, state: state)
  }
}

/// What does not change after filing.
package struct CaseFiling: Hashable, Sendable {
  /// What people call it by: day of filing in the city's time and serial of that day.
  package let number: CaseNumber
  package let event: ID<Event>
  package let channel: Channel
  package let title: String
  package let text: String
  package let address: String
  package let position: Position?
  package let thing: ID<Thing>?
  package let reporter: ID<Reporter>?
  package let filedAt: Instant
  /// Code and version of the flow that it began with.
  package let flow: FlowReference

  package init(
    number: CaseNumber, event: ID<Event>, channel: Channel, title: String, text: String,
    address: String, position: Position?, thing: ID<Thing>?, reporter: ID<Reporter>?,
    filedAt: Instant, flow: FlowReference
  ) {
    self.number = number
    self.event = event
    self.channel = channel
    self.title = title
    self.text = text
    self.address = address
    self.position = position
    self.thing = thing
    self.reporter = reporter
    self.filedAt = filedAt
    self.flow = flow
  }
}

/// What steps change.
package struct CaseState: Hashable, Sendable {
  package var stage: String
  package var item: String?
  package var grade: Grade
  package var area: AreaPath
  /// Who must handle it; empty before dispatch.
  package var unit: UnitPath
  package var handler: ID<Staff>?
  /// By when it must be handled; nil before the clock starts.
  package var due: Instant?
  package var order: ID<WorkOrder>?
  /// When it came to this stage.
  package var since: Instant
  package var closedAt: Instant?
  package var verdict: Verdict?
  /// How many steps were taken; the next step's sequence number. Clients send it back.
  package var version: Int
  package var reworks: Int
  package var returns: Int
  /// The newest run of each clock that the flow names, in the flow's order.
  package var clocks: [Clock] = []
  /// An extension that somebody asked for and nobody decided yet.
  package var asked: AskedExtension?
  /// How often actions were taken whose number the flow limits.
  package var taken: [String: Int] = [:]
  /// The version of its flow that it was moved to; nil = the one that it began with.
  package var flow: FlowReference?
  /// Codes of the groups that were called since it was dispatched first, in their order.
  package var called: [String] = []
  /// Who was named to check it; he keeps it through reworks.
  package var checker: ID<Staff>?

  package init(
    stage: String, item: String?, grade: Grade, area: AreaPath, unit: UnitPath,
    handler: ID<Staff>?, due: Instant?, order: ID<WorkOrder>?, since: Instant,
    closedAt: Instant?, verdict: Verdict?, version: Int, reworks: Int, returns: Int
  ) {
    self.stage = stage
    self.item = item
    self.grade = grade
    self.area = area
    self.unit = unit
    self.handler = handler
    self.due = due
    self.order = order
    self.since = since
    self.closedAt = closedAt
    self.verdict = verdict
    self.version = version
    self.reworks = reworks
    self.returns = returns
  }
}

/// What people call a case by, for example `2026-1120-00042`.
package struct CaseNumber: Hashable, Sendable {
  package let date: CivilDate
  /// From 1; at least five digits are shown.
  package let serial: Int

  package init(date: CivilDate, serial: Int) {
    self.date = date
    self.serial = serial
  }
}

extension CaseNumber {
  /// As people read and type it.
  package var text: String {
    func padded(_ number: Int, _ width: Int) -> String {
      let digits = String(number)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    return
      "\(padded(date.year, 4))-\(padded(date.month, 2))\(padded(date.day, 2))-\(padded(serial, 5))"
  }

  /// Reads what `text` writes; nil for anything else.
  package init?(text: String) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0].count == 4, parts[1].count == 4, parts[2].count >= 5,
      parts[2].count <= 9, parts.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } }),
      let year = Int(parts[0]), let month = Int(parts[1].prefix(2)),
      let day = Int(parts[1].suffix(2)), let serial = Int(parts[2]), serial > 0,
      let date = CivilDate(year: year, month: month, day: day)
    else { return nil }
    self.init(date: date, serial: serial)
  }
}

/// Names the flow that a case follows, in one version.
package struct FlowReference: Hashable, Sendable {
  package let code: String
  package let version: Int

  package init(code: String, version: Int) {
    self.code = code
    self.version = version
  }
}

/// What checking found (核查结论).
package enum Verdict: String, CaseIterable, Sendable {
  case passed
  case rework
  /// There was no such problem: a false alarm.
  case notConfirmed
  /// Set aside without handling: not the city's duty, a repeat, a test.
  case void
}

/// One action taken on a case (办理记录).
package struct Step: Hashable, Sendable {
  package let `case`: ID<Case>
  /// From 0, without gaps.
  package let sequence: Int
  package let action: String
  package let from: String
  package let to: String
  package let at: Instant
  /// nil = the engine itself, or a historic import that names nobody.
  package let staff: ID<Staff>?
  package let unit: UnitPath
  package let note: String
  package let evidence: [FileDigest]
  /// How long the case had stood in `from`.
  package let tookMilliseconds: Int64
  /// Code of the reason that the action wants; nil where it wants none.
  package var reason: String?
  /// By how much a deadline was asked to move, or moved.
  package var limit: TimeLimit?
  /// The unit that the case was given to by this step.
  package var given: UnitPath?
  /// The item that the case became by this step.
  package var item: String?
  /// What was filled into the action's form, by field.
  package var answers: [String: String] = [:]
  /// The flow that the case follows from this step on; nil = as before.
  package var flow: FlowReference?
  /// Code of the group that was called by this step.
  package var group: String?
  /// The sender's own name of the sending, by which a repeated one is known; empty = none.
  package var key = ""

  package init(
    case: ID<Case>, sequence: Int, action: String, from: String, to: String, at: Instant,
    staff: ID<Staff>?, unit: UnitPath, note: String, evidence: [FileDigest],
    tookMilliseconds: Int64
  ) {
    self.case = `case`
    self.sequence = sequence
    self.action = action
    self.from = from
    self.to = to
    self.at = at
    self.staff = staff
    self.unit = unit
    self.note = note
    self.evidence = evidence
    self.tookMilliseconds = tookMilliseconds
  }
}

/// The duty of one unit or person on one case (工单), with a deadline.
package struct WorkOrder: Hashable, Sendable {
  package let id: ID<WorkOrder>
  package let `case`: ID<Case>
  package let unit: UnitPath
  package let staff: ID<Staff>?
  package let state: WorkOrderState
  package let openedAt: Instant
  package let due: Instant?
  package let acceptedAt: Instant?
  package let reportedAt: Instant?
  package let endedAt: Instant?
  /// The order that this part was split off from; nil = the case's main order (主办).
  package var parent: ID<WorkOrder>?

  package init(
    id: ID<WorkOrder>, case: ID<Case>, unit: UnitPath, staff: ID<Staff>?,
    state: WorkOrderState, openedAt: Instant, due: Instant?, acceptedAt: Instant?,
    reportedAt: Instant?, endedAt: Instant?
  ) {
    self.id = id
    self.case = `case`
    self.unit = unit
    self.staff = staff
    self.state = state
    self.openedAt = openedAt
    self.due = due
    self.acceptedAt = acceptedAt
    self.reportedAt = reportedAt
    self.endedAt = endedAt
  }
}

/// How far a unit has come with its order; the last three end it.
package enum WorkOrderState: String, CaseIterable, Sendable {
  case open, accepted, reported
  /// The unit says that this part is not its own; the centre has to rule.
  case disputed
  case done, returned, withdrawn
}

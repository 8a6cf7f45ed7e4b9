import City
import JSONText

enum CaseCoding {
  static let names: Set = [
    "id", "number", "event", "channel", "title", "text", "address", "position", "thing",
    "reporter", "filed", "flow", "flowVersion", "state",
  ]

  static func write(_ filed: Case, _ writer: inout JSONWriter) {
    let filing = filed.filing
    writer.member("id", filed.id)
    writer.name("number")
    writer.beginArray()
    writer.integer(filing.number.date.year)
    writer.integer(filing.number.date.month)
    writer.integer(filing.number.date.day)
    writer.integer(filing.number.serial)
    writer.endArray()
    writer.member("event", filing.event)
    writer.member("channel", filing.channel.rawValue)
    writer.text("title", filing.title)
    writer.textUnlessEmpty("text", filing.text)
    writer.textUnlessEmpty("address", filing.address)
    writer.position("position", filing.position)
    writer.member("thing", filing.thing)
    writer.member("reporter", filing.reporter)
    writer.member("filed", filing.filedAt)
    writer.text("flow", filing.flow.code)
    writer.member("flowVersion", filing.flow.version)
    writer.object("state") { CaseStateCoding.write(filed.state, &$0) }
  }

  static func read(_ fields: inout FactFields) throws(FactCodingFault) -> Case {
    let id: ID<Case> = try fields.id("id")
    let filing = CaseFiling(
      number: try number(&fields), event: try fields.id("event"),
      channel: try fields.word("channel"), title: try fields.text("title"),
      text: try fields.textOrEmpty("text"), address: try fields.textOrEmpty("address"),
      position: try fields.optionalPosition("position"), thing: try fields.optionalID("thing"),
      reporter: try fields.optionalID("reporter"), filedAt: try fields.instant("filed"),
      flow: FlowReference(
        code: try fields.text("flow"), version: try fields.count("flowVersion")))
    let state = try CaseStateCoding.readMember(&fields)
    try fields.finish(names)
    return Case(id: id, filing: filing, state: state)
  }

  private static func number(_ fields: inout FactFields) throws(FactCodingFault) -> CaseNumber {
    let parts = try fields.list("number").map(\.integer)
    guard parts.count == 4, let year = parts[0], let month = parts[1], let day = parts[2],
      let serial = parts[3],
      let date = CivilDate(year: Int(year), month: Int(month), day: Int(day))
    else { throw fields.wrong("number") }
    return CaseNumber(date: date, serial: Int(serial))
  }
}

enum CaseStateCoding {
  static let names: Set = [
    "stage", "item", "grade", "area", "unit", "handler", "due", "order", "since", "closed",
    "verdict", "version", "reworks", "returns", "clocks", "asked", "taken", "flow",
    "called", "checker",
  ]

  static func write(_ state: CaseState, _ writer: inout JSONWriter) {
    writer.text("stage", state.stage)
    writer.text("item", state.item)
    writer.member("grade", state.grade.rawValue)
    writer.path("area", state.area)
    writer.path("unit", state.unit)
    writer.member("handler", state.handler)
    writer.member("due", state.due)
    writer.member("order", state.order)
    writer.member("since", state.since)
    writer.member("closed", state.closedAt)
    writer.member("verdict", state.verdict?.rawValue)
    writer.member("version", state.version)
    writer.member("reworks", state.reworks)
    writer.member("returns", state.returns)
    ClockCoding.write(state, &writer)
  }

  /// Reads the object that stands in the member `state`.
  static func readMember(_ fields: inout FactFields) throws(FactCodingFault) -> CaseState {
    guard let value = fields.take("state") else { throw fields.missing("state") }
    var inner = try FactFields(value, of: fields.fact)
    return try read(&inner)
  }

  private static func read(_ fields: inout FactFields) throws(FactCodingFault) -> CaseState {
    var state = CaseState(
      stage: try fields.text("stage"), item: try fields.optionalText("item"),
      grade: try fields.word("grade"), area: try fields.areaPath("area"),
      unit: try fields.unitPath("unit"), handler: try fields.optionalID("handler"),
      due: try fields.optionalInstant("due"), order: try fields.optionalID("order"),
      since: try fields.instant("since"), closedAt: try fields.optionalInstant("closed"),
      verdict: try fields.optionalWord("verdict"), version: try fields.count("version"),
      reworks: try fields.count("reworks"), returns: try fields.count("returns"))
    try ClockCoding.read(&fields, into: &state)
    try fields.finish(names)
    return state
  }
}

enum StepCoding {
  static let names: Set = [
    "case", "sequence", "action", "from", "to", "at", "staff", "unit", "note", "evidence", "took",
    "reason", "limit", "given", "item", "flow", "answers", "group", "key",
  ]

  static func write(_ step: Step, _ writer: inout JSONWriter) {
    writer.member("case", step.case)
    writer.member("sequence", step.sequence)
    writer.text("action", step.action)
    writer.text("from", step.from)
    writer.text("to", step.to)
    writer.member("at", step.at)
    writer.member("staff", step.staff)
    writer.path("unit", step.unit)
    writer.textUnlessEmpty("note", step.note)
    writer.files("evidence", step.evidence)
    writer.member("took", step.tookMilliseconds)
    StepDetailCoding.write(step, &writer)
    writer.textUnlessEmpty("key", step.key)
  }

  static func read(_ fields: inout FactFields) throws(FactCodingFault) -> Step {
    var step = Step(
      case: try fields.id("case"), sequence: try fields.count("sequence"),
      action: try fields.text("action"), from: try fields.text("from"),
      to: try fields.text("to"), at: try fields.instant("at"),
      staff: try fields.optionalID("staff"), unit: try fields.unitPath("unit"),
      note: try fields.textOrEmpty("note"), evidence: try fields.files("evidence"),
      tookMilliseconds: try fields.integer("took"))
    try StepDetailCoding.read(&fields, into: &step)
    step.key = try fields.textOrEmpty("key")
    try fields.finish(names)
    return step
  }
}

enum OrderCoding {
  static let names: Set = [
    "id", "case", "unit", "staff", "state", "opened", "due", "accepted", "reported", "ended",
    "parent",
  ]

  static func write(_ order: WorkOrder, _ writer: inout JSONWriter) {
    writer.member("id", order.id)
    writer.member("case", order.case)
    writer.path("unit", order.unit)
    writer.member("staff", order.staff)
    writer.member("state", order.state.rawValue)
    writer.member("opened", order.openedAt)
    writer.member("due", order.due)
    writer.member("accepted", order.acceptedAt)
    writer.member("reported", order.reportedAt)
    writer.member("ended", order.endedAt)
    writer.member("parent", order.parent)
  }

  static func read(_ fields: inout FactFields) throws(FactCodingFault) -> WorkOrder {
    var order = WorkOrder(
      id: try fields.id("id"), case: try fields.id("case"), unit: try fields.unitPath("unit"),
      staff: try fields.optionalID("staff"), state: try fields.word("state"),
      openedAt: try fields.instant("opened"), due: try fields.optionalInstant("due"),
      acceptedAt: try fields.optionalInstant("accepted"),
      reportedAt: try fields.optionalInstant("reported"),
      endedAt: try fields.optionalInstant("ended"))
    order.parent = try fields.optionalID("parent")
    try fields.finish(names)
    return order
  }
}

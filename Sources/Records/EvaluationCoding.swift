import City
import JSONText

/// Frozen periods of evaluation.
enum PeriodCoding {
  static let names: Set = ["id", "formula", "from", "to", "frozen", "staff", "sequence", "lines"]

  static func write(_ period: EvaluationPeriod, _ writer: inout JSONWriter) {
    writer.member("id", period.id)
    writer.text("formula", period.formula)
    writer.member("from", period.from)
    writer.member("to", period.to)
    writer.member("frozen", period.frozenAt)
    writer.member("staff", period.staff)
    writer.member("sequence", period.sequence)
    writer.objects("lines", period.lines) { LineCoding.write($0, &$1) }
  }

  static func read(_ fields: inout FactFields) throws(FactCodingFault) -> EvaluationPeriod {
    let period = EvaluationPeriod(
      id: try fields.id("id"), formula: try fields.text("formula"),
      from: try fields.instant("from"), to: try fields.instant("to"),
      frozenAt: try fields.instant("frozen"), staff: try fields.optionalID("staff"),
      sequence: try fields.integer("sequence"),
      lines: try fields.objects("lines") { line throws(FactCodingFault) in
        try LineCoding.read(&line)
      })
    try fields.finish(names)
    return period
  }
}

/// One line of a frozen table.
enum LineCoding {
  static let names: Set = ["key", "name", "points", "adjusted", "parts"]
  static let partNames: Set = ["code", "count", "per", "rate", "points"]

  static func write(_ line: FrozenLine, _ writer: inout JSONWriter) {
    writer.text("key", line.key)
    writer.textUnlessEmpty("name", line.name)
    writer.number("points", line.points)
    writer.number("adjusted", line.adjusted)
    writer.objects("parts", line.parts) { part, writer in
      writer.text("code", part.code)
      writer.number("count", part.count)
      writer.number("per", part.per)
      writer.number("rate", part.rate)
      writer.number("points", part.points)
    }
  }

  static func read(_ fields: inout FactFields) throws(FactCodingFault) -> FrozenLine {
    let line = FrozenLine(
      key: try fields.text("key"), name: try fields.textOrEmpty("name"),
      points: try fields.optionalNumber("points"),
      adjusted: try fields.optionalNumber("adjusted"),
      parts: try fields.objects("parts") { part throws(FactCodingFault) in
        let read = FrozenPart(
          code: try part.text("code"), count: try part.number("count"),
          per: try part.number("per"), rate: try part.optionalNumber("rate"),
          points: try part.optionalNumber("points"))
        try part.finish(partNames)
        return read
      })
    try fields.finish(names)
    return line
  }
}

/// Appeals against frozen scores.
enum AppealCoding {
  static let names: Set = [
    "id", "period", "key", "case", "reason", "at", "staff", "state", "decided", "by", "answer",
    "corrected", "version",
  ]

  static func write(_ appeal: Appeal, _ writer: inout JSONWriter) {
    writer.member("id", appeal.id)
    writer.member("period", appeal.period)
    writer.text("key", appeal.key)
    writer.member("case", appeal.case)
    writer.text("reason", appeal.reason)
    writer.member("at", appeal.at)
    writer.member("staff", appeal.staff)
    writer.member("state", appeal.state.rawValue)
    writer.member("decided", appeal.decidedAt)
    writer.member("by", appeal.decidedBy)
    writer.textUnlessEmpty("answer", appeal.answer)
    writer.objects("corrected", appeal.corrected.map { [$0] } ?? []) { LineCoding.write($0, &$1) }
    writer.member("version", appeal.version)
  }

  static func read(_ fields: inout FactFields) throws(FactCodingFault) -> Appeal {
    var appeal = Appeal(
      id: try fields.id("id"), period: try fields.id("period"), key: try fields.text("key"),
      case: try fields.id("case"), reason: try fields.text("reason"), at: try fields.instant("at"),
      staff: try fields.id("staff"))
    appeal.state = try fields.word("state")
    appeal.decidedAt = try fields.optionalInstant("decided")
    appeal.decidedBy = try fields.optionalID("by")
    appeal.answer = try fields.textOrEmpty("answer")
    appeal.corrected = try fields.objects("corrected") { line throws(FactCodingFault) in
      try LineCoding.read(&line)
    }.first
    appeal.version = try fields.count("version")
    try fields.finish(names)
    return appeal
  }
}

/// Questions to the cross table that somebody keeps.
enum ViewCoding {
  static let names: Set = ["id", "staff", "name", "question", "shared", "removed", "at"]

  static func write(_ view: SavedView, _ writer: inout JSONWriter) {
    writer.member("id", view.id)
    writer.member("staff", view.staff)
    writer.text("name", view.name)
    writer.text("question", view.question)
    writer.member("shared", view.isShared)
    writer.member("removed", view.isRemoved)
    writer.member("at", view.at)
  }

  static func read(_ fields: inout FactFields) throws(FactCodingFault) -> SavedView {
    let view = SavedView(
      id: try fields.id("id"), staff: try fields.id("staff"), name: try fields.text("name"),
      question: try fields.text("question"), isShared: try fields.bool("shared"),
      isRemoved: try fields.bool("removed"), at: try fields.instant("at"))
    try fields.finish(names)
    return view
  }
}

/// Reports of yearly tasks and indicators.
enum TaskReportCoding {
  static let names: Set = ["id", "goal", "milestone", "value", "note", "proof", "at", "staff"]

  static func write(_ report: TaskReport, _ writer: inout JSONWriter) {
    writer.member("id", report.id)
    writer.text("goal", report.goal)
    writer.text("milestone", report.milestone)
    writer.number("value", report.value)
    writer.textUnlessEmpty("note", report.note)
    writer.files("proof", report.proof)
    writer.member("at", report.at)
    writer.member("staff", report.staff)
  }

  static func read(_ fields: inout FactFields) throws(FactCodingFault) -> TaskReport {
    let report = TaskReport(
      id: try fields.id("id"), goal: try fields.text("goal"),
      milestone: try fields.optionalText("milestone"),
      value: try fields.optionalNumber("value"), note: try fields.textOrEmpty("note"),
      proof: try fields.files("proof"), at: try fields.instant("at"),
      staff: try fields.optionalID("staff"))
    try fields.finish(names)
    return report
  }
}

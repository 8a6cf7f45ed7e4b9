import City
import JSONText

enum ClockWarningCoding {
  static let names: Set = ["case", "clock", "from", "light", "due", "at"]

  static func write(_ warning: ClockWarning, _ writer: inout JSONWriter) {
    writer.member("case", warning.case)
    writer.text("clock", warning.clock)
    writer.member("from", warning.startedAt)
    writer.member("light", warning.light.rawValue)
    writer.member("due", warning.due)
    writer.member("at", warning.at)
  }

  static func read(_ fields: inout FactFields) throws(FactCodingFault) -> ClockWarning {
    let warning = ClockWarning(
      case: try fields.id("case"), clock: try fields.text("clock"),
      startedAt: try fields.instant("from"), light: try fields.word("light"),
      due: try fields.instant("due"), at: try fields.instant("at"))
    try fields.finish(names)
    return warning
  }
}

import City
import JSONText

enum MaintenanceCoding {
  static let names: Set = ["id", "device", "from", "to", "reason", "staff"]

  static func write(_ time: Maintenance, _ writer: inout JSONWriter) {
    writer.member("id", time.id)
    writer.member("device", time.device)
    writer.member("from", time.from)
    writer.member("to", time.to)
    writer.text("reason", time.reason)
    if let staff = time.staff { writer.member("staff", staff) }
  }

  static func read(_ fields: inout FactFields) throws(FactCodingFault) -> Maintenance {
    let time = Maintenance(
      id: try fields.id("id"), device: try fields.id("device"), from: try fields.instant("from"),
      to: try fields.instant("to"), reason: try fields.text("reason"),
      staff: try fields.optionalID("staff"))
    try fields.finish(names)
    return time
  }
}

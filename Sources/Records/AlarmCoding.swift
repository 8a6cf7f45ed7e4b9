import City
import JSONText

enum AlarmCoding {
  static let names: Set = [
    "id", "key", "rule", "device", "measure", "area", "owner", "position", "grade", "why",
    "opened", "changed", "cleared", "acknowledged", "by", "silenced", "signal", "verdict",
    "version",
  ]

  static func write(_ alarm: Alarm, _ writer: inout JSONWriter) {
    let state = alarm.state
    writer.member("id", alarm.id)
    writer.text("key", alarm.key)
    writer.text("rule", alarm.rule)
    writer.member("device", alarm.device)
    writer.textUnlessEmpty("measure", alarm.measure)
    writer.path("area", alarm.area)
    writer.path("owner", alarm.owner)
    writer.position("position", alarm.position)
    writer.member("grade", state.grade.rawValue)
    writer.textUnlessEmpty("why", state.why)
    writer.member("opened", state.openedAt)
    writer.member("changed", state.changedAt)
    writer.member("cleared", state.clearedAt)
    writer.member("acknowledged", state.acknowledgedAt)
    writer.member("by", state.acknowledgedBy)
    writer.member("silenced", state.silencedUntil)
    writer.member("signal", state.signal)
    writer.member("verdict", state.verdict?.rawValue)
    writer.member("version", state.version)
  }

  static func read(_ fields: inout FactFields) throws(FactCodingFault) -> Alarm {
    let id: ID<Alarm> = try fields.id("id")
    let key = try fields.text("key")
    let rule = try fields.text("rule")
    let device: ID<Thing>? = try fields.optionalID("device")
    let measure = try fields.textOrEmpty("measure")
    let area = try fields.areaPath("area")
    let owner = try fields.unitPath("owner")
    let position = try fields.optionalPosition("position")
    var state = AlarmState(
      grade: try fields.word("grade"), why: try fields.textOrEmpty("why"),
      openedAt: try fields.instant("opened"), changedAt: try fields.instant("changed"))
    state.clearedAt = try fields.optionalInstant("cleared")
    state.acknowledgedAt = try fields.optionalInstant("acknowledged")
    state.acknowledgedBy = try fields.optionalID("by")
    state.silencedUntil = try fields.optionalInstant("silenced")
    state.signal = try fields.optionalID("signal")
    state.verdict = try fields.optionalWord("verdict")
    state.version = try fields.count("version")
    try fields.finish(names)
    return Alarm(
      id: id, key: key, rule: rule, device: device, measure: measure, area: area, owner: owner,
      position: position, state: state)
  }
}

enum FollowerCoding {
  static func write(_ position: FollowerPosition, _ writer: inout JSONWriter) {
    writer.text("follower", position.follower)
    writer.member("position", position.position)
    writer.member("at", position.at)
    writer.textUnlessEmpty("mark", position.mark)
  }

  static func read(_ fields: inout FactFields) throws(FactCodingFault) -> FollowerPosition {
    var position = FollowerPosition(
      follower: try fields.text("follower"), position: try fields.integer("position"),
      at: try fields.instant("at"))
    position.mark = try fields.textOrEmpty("mark")
    try fields.finish(["follower", "position", "at", "mark"])
    return position
  }
}

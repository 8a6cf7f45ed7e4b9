import City
import JSONText

/// Counts that are zero are left out: most changes touch one or two of them.
enum ScoreCoding {
  static let names: Set = [
    "unit", "street", "item", "month", "dispatched", "closed", "closedInTime", "reworks",
    "returns", "notConfirmed", "judged", "content", "solved", "handling", "weight", "weightInTime",
  ]

  static func write(_ change: ScoreChange, _ writer: inout JSONWriter) {
    func unlessZero(_ name: String, _ number: Int64) {
      if number != 0 { writer.member(name, number) }
    }
    writer.member("unit", change.key.unit)
    writer.member("street", change.key.street)
    writer.text("item", change.key.item)
    writer.member("month", change.key.month)
    let counts = change.counts
    unlessZero("dispatched", Int64(counts.dispatched))
    unlessZero("closed", Int64(counts.closed))
    unlessZero("closedInTime", Int64(counts.closedInTime))
    unlessZero("reworks", Int64(counts.reworks))
    unlessZero("returns", Int64(counts.returns))
    unlessZero("notConfirmed", Int64(counts.notConfirmed))
    unlessZero("judged", Int64(counts.judged))
    unlessZero("content", Int64(counts.content))
    unlessZero("solved", Int64(counts.solved))
    unlessZero("handling", counts.handlingMilliseconds)
    unlessZero("weight", counts.weight)
    unlessZero("weightInTime", counts.weightInTime)
  }

  static func read(_ fields: inout FactFields) throws(FactCodingFault) -> ScoreChange {
    let key = ScoreKey(
      unit: try fields.id("unit"), street: try fields.optionalID("street"),
      item: try fields.optionalText("item"), month: try fields.count("month"))
    var counts = ScoreCounts()
    counts.dispatched = try fields.countOrZero("dispatched")
    counts.closed = try fields.countOrZero("closed")
    counts.closedInTime = try fields.countOrZero("closedInTime")
    counts.reworks = try fields.countOrZero("reworks")
    counts.returns = try fields.countOrZero("returns")
    counts.notConfirmed = try fields.countOrZero("notConfirmed")
    counts.judged = try fields.countOrZero("judged")
    counts.content = try fields.countOrZero("content")
    counts.solved = try fields.countOrZero("solved")
    counts.handlingMilliseconds = try fields.optionalInteger("handling") ?? 0
    counts.weight = try fields.optionalInteger("weight") ?? 0
    counts.weightInTime = try fields.optionalInteger("weightInTime") ?? 0
    try fields.finish(names)
    return ScoreChange(key: key, counts: counts)
  }
}

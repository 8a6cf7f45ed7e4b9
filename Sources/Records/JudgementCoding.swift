import City
import JSONText

enum JudgementCoding {
  static let names: Set = [
    "signal", "case", "at", "staff", "contacted", "solved", "satisfaction", "words",
  ]

  static func write(_ judgement: Judgement, _ writer: inout JSONWriter) {
    writer.member("signal", judgement.signal)
    writer.member("case", judgement.case)
    writer.member("at", judgement.at)
    writer.member("staff", judgement.staff)
    if let contacted = judgement.contacted { writer.member("contacted", contacted) }
    writer.member("solved", judgement.solved)
    writer.member("satisfaction", judgement.satisfaction.rawValue)
    writer.textUnlessEmpty("words", judgement.words)
  }

  static func read(_ fields: inout FactFields) throws(FactCodingFault) -> Judgement {
    let judgement = Judgement(
      signal: try fields.id("signal"), case: try fields.id("case"), at: try fields.instant("at"),
      staff: try fields.optionalID("staff"), contacted: try fields.optionalBool("contacted"),
      solved: try fields.bool("solved"), satisfaction: try fields.word("satisfaction"),
      words: try fields.textOrEmpty("words"))
    try fields.finish(names)
    return judgement
  }
}

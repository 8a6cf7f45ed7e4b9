import City
import JSONText

enum GradingCoding {
  static let names: Set = [
    "id", "thing", "model", "kind", "area", "owner", "grade", "score", "shares", "reasons", "at",
  ]

  /// `until` is left out: it follows from the grading that takes the place of this one.
  static func write(_ grading: Grading, _ writer: inout JSONWriter) {
    writer.member("id", grading.id)
    writer.member("thing", grading.thing)
    writer.text("model", grading.model)
    writer.text("kind", grading.kind)
    writer.path("area", grading.area)
    writer.path("owner", grading.owner)
    writer.member("grade", grading.grade.rawValue)
    writer.member("score", grading.score)
    if !grading.shares.isEmpty {
      writer.name("shares")
      writer.beginArray()
      for share in grading.shares {
        writer.beginArray()
        writer.text(share.factor)
        writer.integer(share.thousandths)
        writer.endArray()
      }
      writer.endArray()
    }
    if !grading.reasons.isEmpty { writer.texts("reasons", grading.reasons) }
    writer.member("at", grading.at)
  }

  static func read(_ fields: inout FactFields) throws(FactCodingFault) -> Grading {
    let grading = Grading(
      id: try fields.id("id"), thing: try fields.id("thing"), model: try fields.text("model"),
      kind: try fields.text("kind"), area: try fields.areaPath("area"),
      owner: try fields.unitPath("owner"), grade: try fields.word("grade"),
      score: try fields.count("score"), shares: try shares(&fields),
      reasons: try fields.texts("reasons"), at: try fields.instant("at"))
    try fields.finish(names)
    return grading
  }

  private static func shares(_ fields: inout FactFields) throws(FactCodingFault) -> [Grading.Share]
  {
    var shares: [Grading.Share] = []
    for pair in try fields.list("shares") {
      guard case .array(let parts) = pair, parts.count == 2, case .integer(let points) = parts[1]
      else { throw fields.wrong("shares") }
      shares.append(
        Grading.Share(factor: try fields.text(parts[0], "shares"), thousandths: Int(points)))
    }
    return shares
  }
}

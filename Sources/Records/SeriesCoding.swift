import City
import JSONText

enum SeriesCoding {
  static let names: Set = ["id", "series", "points"]

  static func write(_ part: SeriesPart, _ writer: inout JSONWriter) {
    writer.member("id", part.id)
    writer.text("series", part.series)
    writer.name("points")
    writer.beginArray()
    for point in part.points {
      writer.beginArray()
      writer.integer(point.area.rawValue)
      writer.integer(point.at.milliseconds)
      writer.number(point.value)
      writer.endArray()
    }
    writer.endArray()
  }

  static func read(_ fields: inout FactFields) throws(FactCodingFault) -> SeriesPart {
    let part = SeriesPart(
      id: try fields.id("id"), series: try fields.text("series"), points: try points(&fields))
    try fields.finish(names)
    return part
  }

  private static func points(
    _ fields: inout FactFields
  ) throws(FactCodingFault) -> [SeriesPart.Point] {
    var points: [SeriesPart.Point] = []
    for element in try fields.list("points") {
      guard case .array(let parts) = element, parts.count == 3, let area = parts[0].integer,
        let at = parts[1].integer, let value = parts[2].number, value.isFinite,
        points.count < SeriesPart.pointsMax
      else { throw fields.wrong("points") }
      points.append(
        SeriesPart.Point(area: ID(area), at: Instant(milliseconds: at), value: value))
    }
    return points
  }
}
